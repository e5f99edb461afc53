"""Days seen from today: relative words of four regions, weekdays, weeks."""

import re
from datetime import timedelta

from bot.understanding.times.almanac import monday_of
from bot.understanding.times.names import ANY_WEEKDAY, LONG_MONTH, SAID_WEEKDAY, weekday
from bot.understanding.times.values import (
    Context,
    Found,
    Moment,
    Open,
    Reader,
    Relative,
    Rule,
    Week,
    Weekdays,
)
from bot.understanding.times.words import YONDER, before, number, pattern, said

_THIS = r"น(?:ี้|ี่|ิ้)"
# Central words first, then Isan, Northern and Southern ones. What follows a short word must not make it another.
_RELATIVE = {
    -2: r"เมื่อวานซืน(?:นี้)?|วานซืน(?:นี้)?|เมื่อคืนวานซืน|มื้อวานซืน|มื้อซืน|วันซืน(?:นี้)?|ตะวาซืน|แรกซืน|แต่ซืน",
    -1: r"(?:เมื่อ)?(?:คืน|เย็น|เช้า|บ่าย)วาน(?:นี้)?|เมื่อวาน(?:นี้)?|(?<![ก-๛])วานนี้|มื้อวาน(?:นี้)?|เมื่อวา(?=\s|$|นี้)"
    r"|ตะวา(?!ย|ด|น(?!ี้))(?:นี้)?|(?:แรก|แต่)วา(?!ง|ด|จา|ร|ส|ย|ท|ล|ป|น(?!ี้))(?:นี้)?",
    0: rf"วัน{_THIS}|(?:บัด|ตอน|จาก)นี้(?=\s?(?:ไป)?\s?(?:จน)?ถึง)"
    r"|(?:(?<=ถึง)|(?<=ถึง\s))(?:ปัจจุบัน|ตอนนี้|เดี๋ยวนี้|บัดนี้)"
    rf"|(?:เช้า|สาย|เที่ยง|บ่าย|เย็น|ค่ำ|แลง|มื้อแลง){_THIS}|(?<!ดวง)มื้อ{_THIS}"
    r"|เมื่อ(?:ตอน)?(?:เช้า|สาย|เที่ยง|บ่าย|เย็น|แลง)(?:นี้)?(?!วาน)",
    1: rf"(?:วัน)?พร?ุ[่้]?ง{_THIS}|พรุ่งเช้า|พรุ้งเช้า|(?<![ก-๛.])พ\.?น\.?(?![ก-๛])|มื้ออื่น|มื้ออืน"
    r"|(?:วัน|มื้อ)พู[่้]?ก(?:นี้)?|(?<![ก-๛])พูก(?:นี้)?(?=\s|$|เช้า|บ่าย|เย็น|แลง|เจ้า)|ต่อเช้า",
    2: r"(?:วัน)?มะ?รืน(?:นี้)?|(?:วัน|มื้อ)ฮือ(?!ๆ)|(?:ต่อ|วัน)รือ",
    3: r"มะ(?:เรื่อง|เรือง|เฮื่อง|เฮือง)(?:นี้)?|มื้อ(?:เฮื่อง|เฮือง)|ต่อเรื่อง",
}
_NIGHTS = {0: rf"คืน{_THIS}", -1: r"เมื่อคืน(?:นี้)?(?!วาน)|ตะคืน|(?:แรก|แต่)คืน(?=\s|$)"}

_WHEN = {
    "next": rf"(?:ของ)?(?:สัปดาห์|อาทิตย์|วีค)(?:หน้า|ถัดไป)(?!{YONDER})|หน้า(?!ตา|ร้อน|ฝน|หนาว|แล้ง|{YONDER})",
    "this_week": rf"(?:ของ)?(?:สัปดาห์|อาทิตย์){_THIS}",
    "last_week": rf"(?:ของ)?(?:สัปดาห์|อาทิตย์)(?:ที่แล้ว|ก่อน|ที่ผ่านมา)(?!{YONDER})",
    "coming": r"ที่(?:จะ|กำลังจะ)(?:มา)?ถึง(?:นี้)?|ที่จะมา(?:นี้)?",
    "gone": r"ที่(?:เพิ่ง)?ผ่านมา",
    "yonder": rf"(?:หน้า|ก่อน|ที่แล้ว)?{YONDER}",
    "last": r"ที่แล้ว(?:นี้)?",
    "before": r"ก่อน(?!วัน|เวลา|เที่ยง|บ่าย|เย็น|\s?\d|ถึง|ประชุม|เริ่ม|หมด|เข้า)",
    "this": _THIS,
}
_SUFFIX = "|".join(f"(?P<{name}>{words})" for name, words in _WHEN.items())


_SUN = r"อาทิต(?:ย์|ร์)"
_WEEK_WHEN = rf"(?:{_THIS}|หน้า|ถัดไป|ที่แล้ว|ก่อน|ที่ผ่านมา|แล้ว|นึง|หนึ่ง|เดียว)"
# อาทิตย์ alone is a Sunday only where nothing beside it makes it a week.
# fmt: off
_OF_WEEKS = (
    "ทุก", "ๆ", "[0-9]", "หนึ่ง", "สอง", "สาม", "สี่", "อีก", "เว้น", "ต้น", "กลาง", "ปลาย", "ละ", "หลาย", "กี่", "ทั้ง", "สุด",
)
# fmt: on
_A_WEEK = "".join(f"(?<!{word})(?<!{word} )" for word in _OF_WEEKS)
_FIRST = (
    rf"(?!อาทิ){SAID_WEEKDAY}|{_A_WEEK}{_SUN}(?!{_WEEK_WHEN}|ละ|เว้น)"
    r"|(?<=ทุก)(?:เสา|พุท|พุด|จัน|ศุก|สุก|พฤ)(?![ก-๛])|(?<![ก-๛])(?:พุทธ|พุท|พุด|ศุก|อังคา|พฤ)(?=นี้|หน้า|ที่)"
)
_WEEKEND = rf"(?<!วัน)เสาร์อาทิตย์|(?:วัน)?เสาร์\s?อาทิตย์(?={_THIS})|(?:วันหยุด)?สุดสัปดาห์"
_NEXT = (
    rf"\s*(?:{{RANGE}}|{{LIST}}|หรือ)\s*{SAID_WEEKDAY}|\s?(?:(?!อาทิ){SAID_WEEKDAY}|{_SUN}(?!{_WEEK_WHEN}))"
    rf"|(?<=เสาร์)\s?{_SUN}(?={_THIS})"
)


def _offset(days: int, night: bool = False) -> Reader:
    return lambda match, context: Found(match.start(), match.end(), Relative(days, night))


def _named(match: re.Match[str], context: Context) -> Found:
    """Weekdays with what is said of their week."""
    when, end = _when(match, context)
    if "สุด" in match["days"] or match["weekend"]:
        return Found(match.start(), end, Weekdays((5, 6), when))
    days = _listed(match["days"])
    if days == (6,) and when == "next" and "อาทิตย์ห" in match[0]:
        return Found(match.start(), end, Open("week_or_sunday"))
    if "หรือ" in match["days"]:
        return Found(match.start(), end, Open("several_days"))
    month_ahead = _MONTH_AHEAD.search(before(match.string, match.start(), 15))
    if when is None and (month_ahead or _SOME_MONTH.match(match.string, end)):
        return Found(match.start(), end, Open("no_day_in_month"))
    if when == "yonder":
        return Found(match.start(), end, Open("which_weekday"))
    return Found(match.start(), end, Weekdays(days, when))


# วันศุกร์ต้นเดือน, วันศุกร์เดือนหน้า may be any of four; with a date behind, that decides.
_SOME_MONTH = re.compile(
    rf"\s?(?:ของ|ใน)?(?:(?:ต้น|กลาง|ปลาย)เดือน|เดือน(?:หน้า|ที่แล้ว|ก่อน|\s?{LONG_MONTH}))(?!\s?(?:วัน)?ที่|\s?\d)"
)


_MONTH_AHEAD = re.compile(r"(?:เดือนหน้า|(?:ต้น|กลาง|ปลาย)เดือน(?:นี้|หน้า)?)\s?$")


def _when(match: re.Match[str], context: Context) -> tuple[str | None, int]:
    """What the suffix says, and where it ends; ก่อน before other words is "before", not "last", unless a report."""
    when = match.lastgroup if match.lastgroup in _WHEN else None
    if when == "before" and not (context.past or not match.string[match.end() :].strip(" ")[:1]):
        return None, match.end("days")
    return ("last" if when == "before" else when), match.end()


_ABBREVIATION = r"(?:จ|อา|อ|พฤ|พ|ศ|ส)\.?"
_ABBREVIATIONS = ("จ", "อ", "พ", "พฤ", "ศ", "ส", "อา")


def _abbreviated(match: re.Match[str], context: Context) -> Found:
    days = [_ABBREVIATIONS.index(name) for name in re.findall(r"อา|พฤ|[จอพศส]", match[0])]
    if "-" in match[0]:
        days = [(days[0] + step) % 7 for step in range((days[-1] - days[0]) % 7 + 1)]
    return Found(match.start(), match.end(), Weekdays(tuple(days)))


def _listed(words: str) -> tuple[int, ...]:
    """The weekdays of a list, a span (จันทร์ถึงศุกร์) filled in."""
    days: list[int] = []
    before = 0
    for match in _NAME.finditer(words):
        day = weekday(match[0])
        if days and _SPAN.search(words[before : match.start()]):
            first = days[-1]
            days.extend((first + step) % 7 for step in range(1, (day - first) % 7))
        days.append(day)
        before = match.end()
    return tuple(dict.fromkeys(days))


_NAME = pattern(rf"{SAID_WEEKDAY}|{ANY_WEEKDAY}")
_SPAN = pattern(r"{RANGE}")
_WEEKS = {"this": 0, "next": 1, "last": -1, "after_next": 2, "before_last": -2}


_HOW_MANY = pattern(r"(?:{COUNT}|หลาย|ครบ|เป็น|กี่|ครึ่ง|ได้)\s?$")


def _week(match: re.Match[str], context: Context) -> Found | None:
    if said(match, "last") == "แล้ว" and not (
        context.asking and not _HOW_MANY.search(before(match.string, match.start()))
    ):
        return None  # ครบอาทิตย์แล้ว, สามอาทิตย์แล้ว: weeks already
    ahead = _WEEKS[str(match.lastgroup)]
    return Found(match.start(), match.end(), Week(monday_of(context.today, ahead)))


def _counted(match: re.Match[str], context: Context) -> Found | None:
    """อีก N วัน, N วันก่อน, and the same in weeks; a shift of something else (เลื่อนออกไปอีก …) is open."""
    unit = match["unit"] or match["one"]
    days = number(match["count"] or "1") * (1 if unit == "วัน" else 7)
    if said(match, "ahead"):
        shifted = _SHIFT.search(before(match.string, match.start(), 12))
        return Found(match.start(), match.end(), Open("shift") if shifted else Relative(days))
    if said(match, "before") and not (
        context.past or said(match, "when") or _ENDS.match(match.string, match.end())
    ):
        return None
    return Found(match.start(), match.end(), Relative(-days))


_SHIFT = re.compile(r"(?:ออกไป|เลื่อน|เลื่อนไป|ขยับ(?:ไป)?)\s?$")
_ENDS = re.compile(r"\s|$")


def _in_hours(match: re.Match[str], context: Context) -> Found | None:
    """อีก N ชั่วโมงครึ่ง, อีก N นาที: a moment, to the minute."""
    count = number(match["count"]) if match["count"] else 1
    hours = match["unit"] in ("ชั่วโมง", "ชม.", "ชม")
    minutes = 30 if match["half"] else count * 60 if hours else count
    at = context.now.replace(second=0, microsecond=0) + timedelta(
        minutes=minutes + (30 if match["and_half"] else 0)
    )
    if _SHIFT.search(before(match.string, match.start(), 12)):
        return Found(match.start(), match.end(), Open("shift"))
    return Found(match.start(), match.end(), Moment(at))


HOURS: tuple[Rule, ...] = (
    (
        pattern(
            r"อีก\s?(?:ประมาณ|สัก)?\s?(?:(?P<half>{HALF})\s?|(?P<count>{COUNT})?\s?)(?P<unit>ชั่วโมง|ชม\.?|นาที)"
            r"(?:\s?(?P<and_half>{HALF}))?(?:นึง|หนึ่ง)?"
        ),
        _in_hours,
    ),
)
WEEKDAYS: tuple[Rule, ...] = (
    (pattern(rf"(?<![ก-๛.]){_ABBREVIATION}\s?-\s?{_ABBREVIATION}(?![ก-๛])"), _abbreviated),
    (
        pattern(rf"(?<=ทุก)\s?(?:วัน\s?)?{_ABBREVIATION}(?:\s?(?:{{LIST}}|-)?\s?{_ABBREVIATION})*(?![ก-๛])"),
        _abbreviated,
    ),
    (
        pattern(
            rf"(?=[วมจอพศเส])(?P<days>(?P<weekend>{_WEEKEND})|(?:{_FIRST})(?:{_NEXT})*)(?:\s?(?:{_SUFFIX}))?"
        ),
        _named,
    ),
)
RULES: tuple[Rule, ...] = (
    (
        pattern(
            r"(?P<ahead>อีก)\s?(?:(?P<count>{COUNT})\s?(?P<unit>วัน|สัปดาห์|อาทิตย์)(?!ละ|ที่|ก่อน)"
            r"|(?P<one>วัน|สัปดาห์|อาทิตย์)\s?(?:นึง|หนึ่ง|เดียว))(?:ข้างหน้า|นับจากวันนี้|นับจากนี้|จากนี้)?"
        ),
        _counted,
    ),
    (
        pattern(
            r"(?P<when>เมื่อ\s?)?(?P<count>{COUNT})\s?(?P<unit>วัน|สัปดาห์|อาทิตย์)(?P<one>)"
            r"(?:ที่แล้ว|(?P<before>ก่อน)(?:หน้านี้)?(?!ประชุม|งาน|วัน|ถึง|เริ่ม|หมด))"
        ),
        _counted,
    ),
    *((pattern(words), _offset(days, night=True)) for days, words in _NIGHTS.items()),
    *((pattern(words), _offset(days)) for days, words in _RELATIVE.items()),
    (
        pattern(
            rf"(?:สัปดาห์|อาทิตย์|วีค)(?:(?P<this>{_THIS})|(?P<after_next>หน้า{YONDER})|(?P<next>หน้า|ถัดไป)"
            rf"|(?P<before_last>(?:ก่อน|ที่แล้ว){YONDER})|(?P<last>ที่แล้ว|ก่อน(?:หน้า(?:นี้)?)?(?!วัน)|ที่ผ่านมา|แล้ว))"
        ),
        _week,
    ),
)
