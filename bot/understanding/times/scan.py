"""All time expressions of a text: the rules, applied in order, each to what the earlier ones left."""

import re
from dataclasses import replace

from bot.understanding.times import clock, dates, days, periods, repeats, sharing, traps
from bot.understanding.times.names import ANY_WEEKDAY, MONTH
from bot.understanding.times.values import (
    Clock,
    Context,
    Every,
    Found,
    Open,
    Relative,
    Rule,
    Value,
    Weekdays,
    Written,
)
from bot.understanding.times.words import CLOCK, DAY, EVERY, before, pattern


def _lunar(match: re.Match[str], context: Context) -> Found:
    return Found(match.start(), match.end(), Open("lunar_day"))


_LUNAR: tuple[Rule, ...] = (
    (
        pattern(
            r"(?:(?:ขึ้น|แรม)\s?{NUMBER}\s?ค่ำ(?:\s?เดือน\s?{NUMBER})?|วันพระ(?:ใหญ่)?(?:หน้า|นี้)?|วันโกน"
            r"|ลอยกระทง|(?:ออก|เข้า)พรรษา|มาฆบูชา|วิสาขบูชา|อาสาฬหบูชา|ตรุษจีน|ปีใหม่(?:จีน|ม้ง)|สารท(?:จีน|เดือนสิบ)|วันเพ็ญเดือน\s?{NUMBER})"
        ),
        _lunar,
    ),
)
# The rules in their order, each group with what a text must hold for the group to be worth trying.
_GROUPS: tuple[tuple[re.Pattern[str], tuple[Rule, ...]], ...] = (
    (re.compile("อีก"), days.HOURS),
    (re.compile("ที่|แรก|สุดท้าย|สิ้นเดือน"), dates.NTH),
    (re.compile(r"\d"), dates.FIGURES),
    (re.compile(MONTH), dates.IN_MONTHS),
    (re.compile(r"ที่|\d/|\d\s?นี้"), dates.DAYS),
    (re.compile("วัน|ปี|สงกราน|วาเลน|มาส"), dates.HOLIDAYS),
    (re.compile("โมง|ทุ่ม|บ่าย|ตี|เที่ยง"), clock.COUNTED),
    (re.compile(r"\d|นา[ฬริล]"), clock.FIGURES),
    (re.compile("ค่ำ|วัน|กระทง|พรรษา|บูชา|จีน|ม้ง|สารท"), _LUNAR),
    (re.compile("ทุก|เว้น|ละ"), repeats.UNITS),
    (re.compile("เว้น"), repeats.ALTERNATE),
    (re.compile("วัน"), repeats.WORKING_DAYS),
    (re.compile(rf"{ANY_WEEKDAY}|สุดสัปดาห์|[จอพศสาฤ]\.?\s?-|ทุก"), days.WEEKDAYS),
    (re.compile(r"วัน|เดือน|ปี|ไตรมาส|[พค]\.?\s?ศ"), periods.RULES),
    (re.compile(rf"{MONTH}|เดือน"), periods.MONTHS),
    (re.compile("วัน|นี|นิ้|วา|มื้อ|มะ|รืน|ซืน|คืน|เมื่อ|ปัจ|พ.?น|พู|ต่อ|สัปดาห์|อาทิตย์"), days.RULES),
)


def scan(text: str, context: Context) -> tuple[list[Found], str]:
    """Every time expression of the text in its order, and the text with marks in their places."""
    marked = traps.hide(text)
    found: list[Found] = []
    for words, rules in _GROUPS:
        if words.search(text):
            marked = _apply_all(rules, marked, context, found)
    for rule in sharing.rules(found):
        count = 0
        while count < len(found):  # 8, 9 และ 10 ก.พ.: one more with each pass
            count = len(found)
            marked = _apply(rule, marked, context, found)
    if "ทุก" in text:
        marked = _apply_all(repeats.PARTS, marked, context, found)
    found.sort(key=lambda item: item.start)
    sure = [item for place, item in enumerate(found) if _is_time(place, item, found, marked)]
    return [_after_when(item, marked) for item in sure], marked


def _apply_all(rules: tuple[Rule, ...], text: str, context: Context, found: list[Found]) -> str:
    for rule in rules:
        text = _apply(rule, text, context, found)
    return text


def _apply(rule: Rule, text: str, context: Context, found: list[Found]) -> str:
    """Read what the rule matches into ``found``; return the text with marks in the places of it."""
    expression, read = rule
    end = 0
    for match in expression.finditer(text):
        item = read(match, context) if match.start() >= end else None
        if item:
            text = text[: item.start] + _mark(item.value) * (item.end - item.start) + text[item.end :]
            end = item.end
            found.append(item)
    return text


_BESIDE = pattern(r"[\s,()/]*(?:ตอน|เวลา|ประมาณ|ราวๆ?|เริ่ม|{RANGE})?\s*(?:น\.)?\s*")


def _is_time(place: int, item: Found, found: list[Found], text: str) -> bool:
    """Whether figures like 9.30 are a time of day: only right beside a day, or as one end of a range."""
    if not isinstance(item.value, Clock) or item.value.sure:
        return True
    before, after = found[place - 1 : place] if place else [], found[place + 1 : place + 2]
    gaps = [text[other.end : item.start] for other in before] + [
        text[item.end : other.start] for other in after
    ]
    return any(_BESIDE.fullmatch(gap) for gap in gaps)


def _mark(value: Value) -> str:
    return CLOCK if isinstance(value, Clock) else EVERY if isinstance(value, Every) else DAY


_AFTER = re.compile(r"(?<!\d)(?<!\d\s)(?<!วัน)หลัง(?:จาก|ผ่าน)?(?:วัน|ช่วง|งาน|เทศกาล)?\s?$")


def _after_when(item: Found, text: str) -> Found:
    """The item, looking back where เมื่อ stands before it; after it (หลังสงกรานต์) is no day."""
    if isinstance(item.value, Written | Weekdays | Relative) and _AFTER.search(before(text, item.start)):
        return replace(item, value=Open("after_day"))
    if (
        isinstance(item.value, Written | Weekdays)
        and item.value.past is None
        and before(text, item.start).endswith(("เมื่อ", "เมื่อ "))
    ):
        return replace(item, value=replace(item.value, past=True))
    return item
