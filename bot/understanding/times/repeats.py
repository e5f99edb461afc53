"""Repetitions: the words, and the RFC 5545 rule that they make with the days beside them."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

from dateutil.rrule import rrulestr

from bot.understanding.times.names import ANY_WEEKDAY, LONG_MONTH, SAID_WEEKDAY
from bot.understanding.times.values import (
    Clock,
    Context,
    Day,
    Every,
    Found,
    Nth,
    Open,
    Rule,
    Value,
    Weekdays,
    Written,
)
from bot.understanding.times.words import CLOCK, DAY, before, number, pattern, said

_FREQ = {"วัน": "DAILY", "สัปดาห์": "WEEKLY", "อาทิตย์": "WEEKLY", "เดือน": "MONTHLY", "ปี": "YEARLY"}
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# A date may be part of ทุกวัน… only where วัน does not begin the name of a day.
_NOT_A_NAMED_DAY = (
    rf"(?!ที่|แรก|เกิด|เว้น(?!\s?วัน\s?{ANY_WEEKDAY})|สิ้น|สุดท้าย|หยุด|พระ|ธรรมดา|ทำ|ราชการ|แม่|พ่อ|ครู|สตรี|จักรี|แรงงาน|ฉัตร|ปิย|รัฐ|ขึ้น"
    rf"|ปีใหม่|สงกรานต์|วาเลน|คริส|\s?{ANY_WEEKDAY})"
)


def _found(match: re.Match[str], value: Every | Weekdays | Open) -> Found:
    return Found(match.start(), match.end(), value)


def _counted(match: re.Match[str], context: Context) -> Found:
    """ทุก N วัน …; ทุกอาทิตย์ may be weekly or on Sundays."""
    count = number(match["count"]) if match["count"] else 1
    if match["unit"] == "ไตรมาส":
        return _found(match, Every("MONTHLY", 3 * count))
    if match["unit"] == "ครึ่งปี":
        return _found(match, Every("MONTHLY", 6))
    return _found(
        match, Every(_FREQ[match["unit"]], count, unsure=match["unit"] == "อาทิตย์" and not match["count"])
    )


def _alternate(match: re.Match[str], context: Context) -> Found:
    between = number(match["between"]) if said(match, "between") else 1
    return _found(match, Every(_FREQ[match["unit"]], between + 1))


def _once(match: re.Match[str], context: Context) -> Found:
    return _found(match, Every(_FREQ[match["unit"]]))


def _skipping(match: re.Match[str], context: Context) -> Found | None:
    """วันศุกร์เว้นศุกร์: every other one; but ยกเว้นวันศุกร์ leaves it out."""
    after_weekday = _WEEKDAY_BEFORE.search(before(match.string, match.start(), 15))
    return _found(match, Every("WEEKLY", 2)) if after_weekday else None


_WEEKDAY_BEFORE = pattern(rf"{ANY_WEEKDAY}\s?$")


def _part_of_day(match: re.Match[str], context: Context) -> Found:
    return _found(match, Every("DAILY"))


def _working_days(match: re.Match[str], context: Context) -> Found:
    return _found(match, Weekdays((0, 1, 2, 3, 4)))


def _day_follows(match: re.Match[str], context: Context) -> Found:
    return _found(match, Every())


_EVERY = r"ทุก(?:\s?ๆ)?\s?"
UNITS: tuple[Rule, ...] = (
    (
        pattern(
            rf"{_EVERY}(?P<count>{{COUNT}}\s?)?(?P<unit>วัน{_NOT_A_NAMED_DAY}"
            rf"|สัปดาห์(?!ที่)|อาทิตย์(?!ที่)|ไตรมาส|ครึ่งปี|เดือน(?!\s?{LONG_MONTH})|ปี(?!ใหม่|งบ))"
        ),
        _counted,
    ),
    (
        pattern(rf"(?P<unit>วัน|สัปดาห์|อาทิตย์|เดือน|ปี)เว้น(?P<between>{{NUMBER}})?\s?(?P=unit)(?!{ANY_WEEKDAY})"),
        _alternate,
    ),
    (pattern(r"(?P<unit>วัน|สัปดาห์|อาทิตย์|เดือน|ปี)ละ\s?(?:1|หนึ่ง)?\s?(?:ครั้ง|หน|ที)(?:นึง|หนึ่ง|เดียว)?"), _once),
    (  # twice a month is a rule only with its days behind
        pattern(
            rf"(?P<unit>สัปดาห์|อาทิตย์|เดือน)ละ\s?{{COUNT}}\s?(?:ครั้ง|หน|วัน)(?=[\s(]*(?:คือ|ใน|ตรงกับ)?\s?(?:{SAID_WEEKDAY}|{DAY}))"
        ),
        _once,
    ),
)
ALTERNATE: tuple[Rule, ...] = ((pattern(rf"(?<=[ก-๛])\s?เว้น\s?(?:วัน\s?)?{ANY_WEEKDAY}"), _skipping),)
WORKING_DAYS: tuple[Rule, ...] = (
    (pattern(r"วัน(?:ธรรมดา|ทำงาน|ทำการ|ราชการ)(?![ก-๛]*ที่ผ่านมา)"), _working_days),
)
PARTS: tuple[Rule, ...] = (
    (pattern(rf"{_EVERY}(?={CLOCK})"), _part_of_day),
    (pattern(rf"{_EVERY}(?:ตอน|ช่วง)?(?:เช้า|สาย|บ่าย|เย็น|ค่ำ|คืน)?(?:ของ)?\s?(?={DAY})"), _day_follows),
    (pattern(rf"{_EVERY}(?:ตอน|ช่วง)?(?:เช้า|สาย|บ่าย|เย็น(?!ชา)|ค่ำ|คืน(?!เงิน|ของ|สินค้า))"), _part_of_day),
)


def fits(every: Every, value: Day) -> bool:
    """Whether a day beside the repetition is part of its rule, not the date of its first time."""
    match value:
        case Weekdays(when=when):
            return when is None and every.freq in (None, "DAILY", "WEEKLY")
        case Nth(year=year):
            return year is None and every.freq in (None, "MONTHLY")
        case Written(year=None, month=None):
            return every.freq in (None, "MONTHLY")
        case Written(year=None):
            return every.freq in (None, "YEARLY")
    return False


_JOINED = pattern(r"\s*(?:{LIST}\s*{EVERY}*|{RANGE}|ของ|ใน|ช่วง|ตรงกับ|{DAYPART})?\s*")
_STARTS = re.compile(r"(?:เริ่ม|ตั้งแต่|ครั้งแรก|นัดแรก)\S{0,8}\s*$")
_ONWARD = re.compile(r"\s*(?:เป็นต้นไป|เริ่ม)")


def days_of(every: Found, found: list[Found], text: str) -> list[Found]:
    """The days that make the rule: those beside it, or else the first that fit its unit (ทุกเดือน … วันที่ 5).

    Of ทุกวัน … หยุดวันจันทร์ they are the days that are left.
    """
    closed = [
        item
        for item in found
        if isinstance(item.value, Weekdays) and _CLOSED.search(before(text, item.start))
    ]
    if closed and isinstance(every.value, Every) and every.value.freq == "DAILY":
        return [
            replace(item, value=_all_but(item.value))
            for item in closed[:1]
            if isinstance(item.value, Weekdays)
        ]
    fitting = [item for item in found if _may_rule(every, item)]
    behind = _run([item for item in fitting if item.start >= every.end], every.end, text)
    ahead = _run_up([item for item in fitting if item.end <= every.start], every.start, text)
    if behind or ahead or (isinstance(every.value, Every) and every.value.freq is None):
        return behind or ahead
    free = [item for item in fitting if not starts(item, text)]
    return _run(free, free[0].start, text) if free else []


_CLOSED = re.compile(r"(?:ยกเว้น|เว้น|หยุด|ปิด)(?:ทุก)?\s?$")


def _all_but(closed: Weekdays) -> Weekdays:
    return Weekdays(tuple(day for day in range(7) if day not in closed.days))


def _may_rule(every: Found, item: Found) -> bool:
    if isinstance(item.value, Every | Clock) or not isinstance(every.value, Every):
        return False
    return fits(every.value, item.value)


def _run(items: list[Found], end: int, text: str) -> list[Found]:
    """The items from that place on which follow each other in one list, all of one kind."""
    run: list[Found] = []
    for item in items:
        if not _JOINED.fullmatch(text, end, item.start) or (
            run and type(item.value) is not type(run[0].value)
        ):
            break
        run.extend(_between(run[-1].value, item) if run and _RANGE.fullmatch(text, end, item.start) else ())
        run.append(item)
        end = item.end
    return run


def _run_up(items: list[Found], start: int, text: str) -> list[Found]:
    """The items that lead up to that place in one list (วันที่ 1 และ 16 ของทุกเดือน)."""
    first = start
    for item in reversed(items):
        if not _JOINED.fullmatch(text, item.end, first):
            break
        first = item.start
    run = [item for item in items if item.start >= first]
    return _run(run, run[0].start, text) if run else []


def _between(first: Value, last: Found) -> list[Found]:
    """The days of the month between the two ends of a range."""
    match first, last.value:
        case Written(day=int() as start, month=None), Written(day=int() as end):
            return [replace(last, value=Written(day=day)) for day in range(start + 1, end)]
    return []


_RANGE = pattern(r"\s*{RANGE}\s*")


def starts(item: Found, text: str) -> bool:
    """Whether the words beside a day say that something begins on it."""
    return bool(_STARTS.search(before(text, item.start)) or _ONWARD.match(text, item.end))


def rule(every: Every, days: list[Day]) -> str | None:
    """The RFC 5545 rule of a repetition on those days, without DTSTART, keys in the order of the RFC's table."""
    if not days:
        return _rule(every.freq, every.interval) if every.freq else None
    first = days[0]
    if isinstance(first, Weekdays):
        names = sorted({day for value in days if isinstance(value, Weekdays) for day in value.days})
        return _rule("WEEKLY", every.interval, byday=",".join(_WEEKDAYS[day] for day in names))
    if isinstance(first, Nth):
        return _rule("MONTHLY", every.interval, byday=_ordinals(days))
    dates = [value for value in days if isinstance(value, Written)]
    numbers = ",".join(str(day) for day in sorted({value.day for value in dates if value.day}))
    freq = "YEARLY" if dates[0].month else "MONTHLY"
    return _rule(freq, every.interval, bymonth=dates[0].month, bymonthday=numbers)


def _ordinals(days: list[Day]) -> str:
    pairs = {
        (ordinal, value.weekday) for value in days if isinstance(value, Nth) for ordinal in value.ordinals
    }
    return ",".join(f"{ordinal}{_WEEKDAYS[day]}" for ordinal, day in sorted(pairs))


def _rule(
    freq: str | None, interval: int, bymonth: int | None = None, bymonthday: str = "", byday: str = ""
) -> str:
    keys = {
        "FREQ": freq,
        "INTERVAL": interval if interval > 1 else None,
        "BYMONTH": bymonth,
        "BYMONTHDAY": bymonthday,
        "BYDAY": byday,
    }
    return ";".join(f"{key}={value}" for key, value in keys.items() if value)


def first_time(recurrence: str, now: datetime, minutes: int) -> datetime | None:
    """The first time after ``now`` that the rule gives at that minute of the day; None where the rule names no day.

    Without a known first time an interval has no anchor: the next fitting day counts.
    """
    parts = dict(part.split("=") for part in recurrence.split(";"))
    if parts["FREQ"] != "DAILY" and len(parts.keys() - {"FREQ", "INTERVAL"}) == 0:
        return None
    parts.pop("INTERVAL", None)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    every_day = ";".join(f"{key}={value}" for key, value in parts.items())
    start = midnight - timedelta(days=1)
    # A time of 24:00 or later belongs to the day before the date that it falls on.
    day = rrulestr(every_day, dtstart=start).after(now - timedelta(minutes=minutes))
    return day + timedelta(minutes=minutes) if day else None
