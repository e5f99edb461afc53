"""Written dates, in words and figures, and the fixed holidays."""

import re
from dataclasses import replace
from importlib.resources import files

from bot.understanding.times.almanac import month_of, nth_weekday
from bot.understanding.times.names import MONTH, SAID_WEEKDAY, month, weekday
from bot.understanding.times.values import Context, Found, Nth, Open, Rule, Written
from bot.understanding.times.words import before, number, pattern, said

_YEAR_DIGITS = r"(?:2[456]\d\d|19\d\d|20\d\d)"
_NOT_A_YEAR = r"(?!\d|[.:,]\d|/|\s*{UNIT}|\s*(?:น\.|น(?![ก-๛])|นาฬิกา|โมง|ทุ่ม))"
_ERA = r"(?:ปี\s?)?(?:พ\.?\s?ศ\.?|ค\.?\s?ศ\.?)|ปี"
YEAR = (
    rf"(?:\s*(?:{_ERA})\s*(?P<year>{_YEAR_DIGITS}|[4-9]\d){_NOT_A_YEAR}"
    rf"|\s*[',/]?\s*(?P<plain_year>{_YEAR_DIGITS}(?!-\d{{4}}\s?น)|[4-9]\d){_NOT_A_YEAR})?"
)
_FAR = r"(?:\s?(?:(?P<coming>นี้|ที่จะ(?:มา)?ถึง(?:นี้)?)|(?P<gone>ที่(?:เพิ่ง)?ผ่านมา|ที่แล้ว)))?"
_DAY = r"(?P<day>(?<![\d/:])(?<!\d\.)\d{1,2}(?!\d)|{NUMBER_WORD})"
_BEFORE = rf"(?=[\dวมจอพศเทสยหนปซแ])(?:{SAID_WEEKDAY}[\s,]*(?:ที่\s?)?)?(?:วันที่\s*|(?<![ก-๛])ที่\s?(?=\d))?"


def common_era(year: int) -> int:
    """The CE year of a written one: two digits are BE 25xx, 24xx to 26xx are BE, 19xx and 20xx CE."""
    if year < 100:
        year += 2500
    return year - 543 if year >= 2400 else year


def said_year(match: re.Match[str]) -> int | None:
    """The CE year that a match of a pattern with ``YEAR`` holds."""
    words = match["year"] or match["plain_year"]
    return common_era(int(words)) if words else None


def _said_past(match: re.Match[str]) -> bool | None:
    return True if match["gone"] else False if match["coming"] else None


def _found(match: re.Match[str], value: Written) -> Found | None:
    valid = (value.day is None or 1 <= value.day <= 31) and (value.month is None or 1 <= value.month <= 12)
    return Found(match.start(), match.end(), value) if valid else None


def _figures(match: re.Match[str], context: Context) -> Found | None:
    year = int(match["year"])
    if said(match, "mark") in ("-", ".") and year < 40:
        return None  # 10-5-20 counts something
    return _found(match, Written(common_era(year), int(match["month"]), int(match["day"])))


def _month_named(match: re.Match[str], context: Context) -> Found | None:
    month_said = number(said(match, "month_number") or "0") or month(match["month"])
    value = Written(said_year(match), month_said, number(match["day"]), _said_past(match))
    old = None if value.year or context.planning else _old_year(match)
    if old:
        return Found(match.start(), old.end(), replace(value, year=common_era(int(old["year"]))))
    return _found(match, value)


_BEGINNING = re.compile("ก่อตั้ง|จัดตั้ง|ตั้งกลุ่ม|จดทะเบียน|เกิด|แต่งงาน")
_OLD_YEAR = pattern(rf"\s*(?P<year>[0-3]\d)(?!\s?-){_NOT_A_YEAR}")


def _old_year(match: re.Match[str]) -> re.Match[str] | None:
    """A year below 40 behind the month: elsewhere a count, but not where something is said to have begun."""
    if not _BEGINNING.search(before(match.string, match.start(), 40)):
        return None
    return _OLD_YEAR.match(match.string, match.end())


_SMALL_FRACTION = {2, 3, 4, 5, 8, 10}
_FRACTION_OR_ADDRESS = re.compile(
    r"(?:เลขที่|บ้าน|ห้อง|ซอย|แปลง|โฉนด|เลข|ข้อ|ที่|ม\.|ป\.|หมู่|อีก|เหลือ|แค่|เกือบ|ครั้ง)\s?$"
)
_HOUR_NEXT = re.compile(r"\s*(?:เวลา|ตอน|\d{1,2}[.:]\d\d|\d{1,2}\s?(?:โมง|ทุ่ม)|บ่าย|เช้า|เที่ยง)")


def _day_and_month(match: re.Match[str], context: Context) -> Found | None:
    """A pair d/m, unless it may be a fraction or a house number and nothing beside it says that it is a date."""
    text, day, month_said = match.string, int(match["day"]), int(match["month"])
    marked = context.bare or "วัน" in match["lead"] or bool(_HOUR_NEXT.match(text, match.end()))
    fraction = day < month_said and month_said in _SMALL_FRACTION
    address = _FRACTION_OR_ADDRESS.search(before(text, match.start(), 10))
    if not marked and (fraction or (address and not match["lead"])):
        return None
    return _found(match, Written(None, month_said, day, _said_past(match)))


def _day_alone(match: re.Match[str], context: Context) -> Found | None:
    """วันที่ N, เสาร์ที่ N; but in ศุกร์-เสาร์ที่ 4-5 the weekdays are a range of their own."""
    if _RANGE_BEFORE.search(before(match.string, match.start())) and _RANGE_AFTER.match(
        match.string, match.end()
    ):
        return None
    return _found(match, Written(None, None, number(match["day"]), _said_past(match)))


_RANGE_BEFORE, _RANGE_AFTER = pattern(r"{RANGE}\s*$"), pattern(r"\s*{RANGE}")
_EVERY_MONTH = pattern(r"ทุก(?:\s?ๆ)?\s?(?:{NUMBER}\s?)?(?:เดือน\s?)?$|ทุก[^\n]{2,22}{LIST}\s?$")


def _nth_weekday(match: re.Match[str], context: Context) -> Found | None:
    """วันเสาร์ที่ 2 is the second Saturday only with ของเดือน behind or ทุก before it."""
    every = _EVERY_MONTH.search(before(match.string, match.start(), 30))
    if not (every or match["month"] or match["edge"]):
        return None
    if match["year_end"]:
        return _edge_of_year(match, context)
    if not every and "สิ้น" in (match["edge"] or ""):
        return _at_months_end(match, context)
    if match["edge"] and not (every or match["month"] or _in_a_month(match)):
        return Found(match.start(), match.end(), Open("no_day_in_month"))
    if match["edge"]:
        ordinals: tuple[int, ...] = (1,) if match["edge"] == "แรก" else (-1,)
    else:
        ordinals = tuple(sorted({number(words) for words in _ORDINAL.findall(match["numbers"])}))
    if not all(-1 <= ordinal <= 5 for ordinal in ordinals):
        return None
    return Found(match.start(), match.end(), Nth(weekday(match["name"]), ordinals))


def _at_months_end(match: re.Match[str], context: Context) -> Found:
    """วันศุกร์สิ้นเดือน: the last Friday of this month, of the next one where this month's is over."""
    day, today = weekday(match["name"]), context.today
    last = nth_weekday(today.year, today.month, day, -1)
    over = last is not None and last < today and not context.past
    ahead = 1 if "หน้า" in match["edge"] or ("นี้" not in match["edge"] and over) else 0
    return Found(match.start(), match.end(), Nth(day, (-1,), *month_of(today, ahead)))


def _edge_of_year(match: re.Match[str], context: Context) -> Found:
    """วันเสาร์แรกของปี is in January, the last one in December."""
    year = {"ปี": None, "ปีนี้": context.today.year, "ปีหน้า": context.today.year + 1}[match["year_end"]]
    first = match["edge"] == "แรก"
    value = Nth(weekday(match["name"]), (1 if first else -1,), year, 1 if first else 12)
    return Found(match.start(), match.end(), value)


def _in_a_month(match: re.Match[str]) -> bool:
    """Whether a month is named beside the match (เสาร์แรกเดือนหน้า, เดือนละครั้ง วันเสาร์แรก)."""
    text = match.string
    return bool(_MONTH_BEHIND.match(text, match.end()) or "เดือน" in before(text, match.start(), 25))


_MONTH_BEHIND = re.compile(rf"\s?(?:ของ|ใน)?\s?(?:เดือน|{MONTH})")
_ORDINAL = pattern(r"{NUMBER}")
_NTH_LIST = r"(?P<numbers>{NUMBER}(?:\s*(?:{LIST}|-)\s*(?:ที่\s*)?{NUMBER})*)"
_OF_MONTH = (
    r"(?P<month>\s?(?:ของ|ใน)(?:แต่ละ|ทุก\s?ๆ?\s?)?(?=เดือน)(?:เดือน(?!เว้น|นี้|หน้า|ที่แล้ว|ก่อน|\s?[มกพสตธ][\.ฤิีุัเ]))?)"
)


def _holidays() -> list[Rule]:
    """The rules of the fixed holidays in data/holidays.tsv: month, day, names."""
    table = files("bot.understanding").joinpath("data/holidays.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return [_holiday(int(row[0]), int(row[1]), row[2]) for row in rows]


def _holiday(month_number: int, day: int, names: str) -> Rule:
    feast = Written(None, month_number, day, holiday=True)

    def read(match: re.Match[str], context: Context) -> Found:
        value = replace(feast, year=said_year(match), past=_said_past(match))
        return Found(match.start(), match.end(), value)

    return pattern(rf"(?:{names}){YEAR}{_FAR}"), read


NTH: tuple[Rule, ...] = (
    (
        pattern(
            rf"(?P<name>{SAID_WEEKDAY})\s?(?:ที่\s?{_NTH_LIST}|(?P<edge>แรก|สุดท้าย|สิ้นเดือน(?:นี้|หน้า)?))(?:\s?ของ(?P<year_end>ปี(?:นี้|หน้า)?))?{_OF_MONTH}?"
        ),
        _nth_weekday,
    ),
)
FIGURES: tuple[Rule, ...] = (
    (
        pattern(r"(?<!\d)(?P<year>(?:19|20|24|25|26)\d\d)[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?!\d)"),
        _figures,
    ),
    (
        pattern(
            rf"{_BEFORE}(?<![\d/.,:])(?P<day>\d{{1,2}})(?P<mark>[-/.])(?P<month>\d{{1,2}})"
            r"(?P=mark)(?P<year>\d{4}|\d\d)(?!\d)"
        ),
        _figures,
    ),
)
IN_MONTHS: tuple[Rule, ...] = (
    (pattern(rf"{_BEFORE}{_DAY}\s*(?:เดือน\s*)?(?P<month>{MONTH}){YEAR}{_FAR}"), _month_named),
)
DAYS: tuple[Rule, ...] = (
    (pattern(rf"วันที่\s*{_DAY}\s*เดือน\s*(?P<month_number>{{NUMBER}}){YEAR}{_FAR}"), _month_named),
    (
        pattern(rf"(?P<lead>{_BEFORE})(?<![\d/.,:])(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})(?![\d/]){_FAR}"),
        _day_and_month,
    ),
    (
        pattern(
            rf"(?:{SAID_WEEKDAY}\s?ที่|วันที่|(?<![ก-๛])ที่(?=\s?\d{{1,2}}\s?(?:นี้|เดือน))|(?<!\S)(?=\d{{1,2}}\s?นี้))\s*"
            rf"{_DAY}{{ALONE}}(?!\s?ของ(?!เดือน|ทุก)){_FAR}"
        ),
        _day_alone,
    ),
)
HOLIDAYS: tuple[Rule, ...] = tuple(_holidays())
