"""Times of day: โมง, ทุ่ม, บ่าย, ตี, เที่ยง, and figures on the 24-hour clock."""

import re
from dataclasses import replace

from bot.understanding.times.names import ANY_WEEKDAY, LONG_MONTH
from bot.understanding.times.values import MINUTES_A_DAY, Clock, Context, Found, Rule
from bot.understanding.times.words import AFTERNOON, EVENING, MORNING, before, number, pattern, said

_PARTS = {"เช้า": MORNING, "สาย": MORNING, "บ่าย": AFTERNOON, "เย็น": EVENING, "แลง": EVENING, "ค่ำ": EVENING}
# What may follow the hour: half, part of the day, minutes, in the orders that people say them.
_TAIL = pattern(
    r"(?:\s?(?P<half>{HALF}))?"
    r"(?:\s?(?:ตอน|ช่วง)?(?P<part>เช้า|แลง|ค่ำ|เย็น(?!\s?{NUMBER}\s?โมง)|บ่าย(?!โมง|\s?{NUMBER})))?"
    r"(?:\s?(?P<late_half>{HALF})|\s?(?P<minutes>{NUMBER})\s?นาที"
    rf"|\s?(?P<tens>[1-5]\d(?!\d)|(?:ยี่|สาม|สี่|ห้า)?สิบ(?:เอ็ด|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า)?(?!{{GOES_ON}})){{ALONE}}"
    rf"(?!\s*(?:โมง|ทุ่ม|นาฬิกา|น\.|-|ถึง|{LONG_MONTH})))?"
    r"(?:\s?(?:ตรง|เป๊ะ))?"
)
_PART_OF_A_DAY = pattern(
    r"(?:พรุ่งนี้|มะรืน|วันนี้|ตอน|ช่วง|อื่น|จันทร์|อังคาร|พุธ|หัส|ศุกร์|เสาร์|อาทิตย์)(?:นี้|หน้า)?\s?(เช้า|บ่าย|เย็น|แลง|ค่ำ)|(เช้า|บ่าย|เย็น|แลง|ค่ำ)(?:นี้|วัน|พรุ่ง)"
)
_ABOUT = pattern(r"(?:หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า)$")
_SAID_PART = pattern(
    r"(?<!ตู้)(?<!น้ำ)(?<!ผ้า)(?<!ร่ม)(เช้า|สาย(?=นี้)|บ่าย|เย็น(?!ชา|ตา)|แลง|ค่ำ)"
    r"(?:นี้|พรุ่งนี้|ๆ|วัน[ก-๛]{2,12})?[\s,]*(?:ตอน|ช่วง|เวลา|ประมาณ|ราวๆ?|สัก|นัด|เจอกัน|ที่)?\s*$"
)


def hours(count: int, unit: str, part: str | None = None) -> Clock | None:
    """The full hour that ``count`` of a unit (โมง, ทุ่ม, บ่าย, ตี, น.) is, or None if there is none such."""
    if unit == "ทุ่ม" and 1 <= count <= 6:
        return Clock((18 + count) * 60, unit)
    if unit == "บ่าย" and 1 <= count <= 6:
        return Clock((12 + count) * 60, unit, AFTERNOON)
    if unit == "ตี" and 1 <= count <= 5:
        return Clock(count * 60, unit, small=True)
    if unit == "น." and 0 <= count <= 24:
        return Clock(count * 60, unit)
    return _mong(count, part) if unit == "โมง" and 1 <= count <= 12 else None


def _mong(count: int, part: str | None) -> Clock:
    if part == MORNING:
        return Clock((6 + count if count <= 5 else count) * 60, "โมง", part)
    if part and count <= 7:
        return Clock((12 + count) * 60, "โมง", part)
    return Clock(count * 60, "โมง", open=count <= 6)


def settle(clock: Clock, part: str | None) -> Clock:
    """The clock with an open hour put into that part of the day, if one is given."""
    if not (clock.open and part):
        return clock
    count, minutes = divmod(clock.minutes, 60)
    return _later(_mong(count, part), minutes)


def _later(clock: Clock, minutes: int) -> Clock:
    return replace(clock, minutes=clock.minutes + minutes)


def _part_before(match: re.Match[str]) -> str | None:
    """The part of the day that was said shortly before the match (พรุ่งนี้เย็น 5 โมง)."""
    part = _SAID_PART.search(before(match.string, match.start(), 30))
    return _PARTS[part[1]] if part else None


def _part_near(match: re.Match[str]) -> str | None:
    """The part of the day that was said with a day some words before (เย็นนี้เจอกันที่วัด ห้าโมง)."""
    parts = [
        found[1] or found[2]
        for found in _PART_OF_A_DAY.finditer(match.string, max(0, match.start() - 60), match.start())
    ]
    return _PARTS[parts[-1]] if parts else None


def _with_tail(match: re.Match[str], clock: Clock | None) -> Found | None:
    """The clock of a match together with the minutes and the part of the day said behind it."""
    if clock is None:
        return None
    tail = _TAIL.match(match.string, match.end())
    assert tail  # noqa: S101  it matches the empty text too
    words = tail.groupdict()
    inside = said(match, "mm")
    figures = words["minutes"] or words["tens"] or inside
    minutes = 30 if words["half"] or words["late_half"] else number(figures) if figures else 0
    part = _PARTS.get(words["part"] or "") or _part_before(match)
    clock = settle(_in_part(clock, part), _part_near(match))
    return Found(match.start(), tail.end(), _later(clock, minutes))


def _in_part(clock: Clock, part: str | None) -> Clock:
    return _mong(clock.minutes // 60, part) if clock.unit == "โมง" and not clock.part else clock


def _counted(match: re.Match[str], context: Context) -> Found | None:
    """An hour that is counted in a unit; the unit alone is its first hour (บ่ายโมง, ทุ่มครึ่ง, โมงเช้า)."""
    unit = next(unit for unit in ("บ่าย", "ทุ่ม", "ตี", "โมง") if unit in match[0])
    clock = hours(number(said(match, "hour") or "1"), unit)
    if clock and _ABOUT.search(match.string, max(0, match.start() - 6), match.start()):
        clock = replace(clock, open=True, part=AFTERNOON)  # สองสามทุ่ม: about then
    return _with_tail(match, clock)


def _noon(match: re.Match[str], context: Context) -> Found | None:
    return _with_tail(match, Clock(MINUTES_A_DAY if match["night"] else MINUTES_A_DAY // 2, "เที่ยง"))


def _written_out(match: re.Match[str], context: Context) -> Found | None:
    return _with_tail(match, hours(number(match["hour"]) if match["hour"] != "ศูนย์" else 0, "น."))


def figure(match: re.Match[str]) -> Clock | None:
    """The time of figures written HH.MM, HHMM or HH, or None if the day has no such time."""
    together = said(match, "hhmm")
    hour, minute = divmod(int(together), 100) if together else (int(match["hour"]), int(match["mm"] or 0))
    minutes = hour * 60 + minute
    return Clock(minutes, "น.") if minutes <= MINUTES_A_DAY else None


def _marked(match: re.Match[str], context: Context) -> Found | None:
    """Figures on the 24-hour clock, marked by น., นาฬิกา or เวลา; beside เย็น or บ่าย small hours are 12 later."""
    clock = figure(match)
    if clock is None:
        return None
    if clock.minutes < 8 * 60 and _part_before(match) in (AFTERNOON, EVENING):
        clock = _later(clock, 12 * 60)
    if after := said(match, "after"):
        clock = _later(clock, number(after))
    return Found(match.start(), match.end(), clock)


_TIME_AHEAD = re.compile(r"(?:ตอน|เริ่ม|เวลา|นัด|เจอกัน|เช้า|บ่าย|เย็น|ค่ำ)\s?$")


def _unmarked(match: re.Match[str], context: Context) -> Found | None:
    """HH:MM, and HH.MM after a word like ตอน, are times; other HH.MM only beside a day or in a plan, so not sure."""
    found = _marked(match, context)
    if found is None or not isinstance(found.value, Clock):
        return None
    ratio = match["colon"] and match["hour"] in ("0", "1", "2", "3", "4")
    marked = context.bare or context.planning or _TIME_AHEAD.search(before(match.string, match.start()))
    sure = bool(marked) or bool(match["colon"] and not ratio)
    return replace(found, value=replace(found.value, sure=sure))


_OCLOCK = r"(?:น(?:\.(?!\s?ส(?![ก-๛]))|(?![ก-๛.])|(?=ที่|ถึง))|นา[ฬริล]ิกา|นาฬืกา)"
FIGURE = (
    r"(?:(?P<hour>2[0-4]|[01]?\d)(?:\s?[.:]\s?(?P<mm>[0-5]\d)(?!\d)|(?!\d))"
    r"|(?P<hhmm>(?:2[0-4]|[01]?\d)[0-5]\d)(?!\d))"
)
_FREE = r"(?<![\d/:])(?<!\d[.,])"
_BARE_THUM = (
    r"(?<!ตี)(?<!กี่)(?<!กี่\s)ทุ่ม(?!ตัว|เท|ทุน|เงิน|งบ|ใจ|แรง|สุด|เวลา|กำลัง|ชีวิต|หมด|ให้|น้ำ|ลง|ซื้อ|ไม่|ของ|ไป|ขาย|ค่า|ทำ|ความ|ก้อน|หิน|{GOES_ON})"
    r"(?:นึง|หนึ่ง)?"
)
# Without โมง behind it the hour ends before the minutes: ตีสามสิบห้า is 3:15.
_SMALL_HOUR = r"(?P<hour>[1-6](?!\d)|หนึ่ง|นึง|สอง|สาม|สี่|ห้า(?!ง)|หก(?!ล้ม))(?!{GOES_ON})(?:[.:](?P<mm>[0-5]\d))?"
_HOUR = r"(?P<hour>{NUMBER})(?:[.:](?P<mm>[0-5]\d))?"

COUNTED: tuple[Rule, ...] = (
    (pattern(rf"(?<!ชั่ว)บ่าย\s?{_HOUR}\s?โมง(?:เย็น)?"), _counted),
    (pattern(rf"(?<!บ่าย)(?<!บ่าย\s){_HOUR}\s?(?:โมง|ทุ่ม)"), _counted),
    (pattern(rf"(?:บ่าย|ตี)\s?{_SMALL_HOUR}{{ALONE}}(?!(?:สิบ|{{NUMBER_WORD}})\s?{{UNIT}})"), _counted),
    (pattern(rf"(?:บ่ายโมง|(?<!ชั่ว)(?<!กี่)โมง(?=เช้า)|{_BARE_THUM})"), _counted),
    (pattern(rf"เที่ยง(?:(?P<night>คืน)|วัน(?!\s?(?:ที่|นี้|นี่|พรุ่ง|มะรืน|พระ|พ่อ|แม่|ครู|{ANY_WEEKDAY})))?"), _noon),
)
FIGURES: tuple[Rule, ...] = (
    (pattern(r"(?P<hour>ศูนย์|{NUMBER_WORD})\s?นา[ฬริล]ิกา"), _written_out),
    (pattern(rf"(?<![\d/:.]){_FREE}(?P<hour>[01]\d|2[0-3])\s(?P<mm>[0-5]\d)\s?{_OCLOCK}"), _marked),
    (
        pattern(rf"(?=[\dเ])(?:เวลา\s?)?{_FREE}{FIGURE}\s?{_OCLOCK}(?:\s?(?P<after>{{NUMBER}})\s?นาที)?"),
        _marked,
    ),
    (pattern(rf"เวลา\s?(?:ประมาณ|ราวๆ?)?\s?{FIGURE}{{ALONE}}(?!\s?(?:นาที|ข้อ|น้อย|\d))"), _marked),
    (
        pattern(
            rf"{_FREE}"
            r"(?P<hour>2[0-4]|[01]?\d)(?:(?P<colon>:)|\.)(?P<mm>[0-5]\d)(?!\d){ALONE}"
        ),
        _unmarked,
    ),
)
