"""Stretches of time: months, quarters, years, fiscal years, the last N days."""

import re
from datetime import date, timedelta

from bot.understanding.times.almanac import last_day, month_of
from bot.understanding.times.dates import YEAR, said_year
from bot.understanding.times.names import LONE_MONTH, LONG_MONTH, month
from bot.understanding.times.values import Context, Found, Open, Rule, Span, Value, Written
from bot.understanding.times.words import YONDER, before, number, pattern, said

_NEXT = "หน้า(?!ฝน|ร้อน|หนาว|แล้ง)|ถัดไป"
_LAST = "ที่แล้ว|แล้ว|ก่อน(?:หน้า(?!ฝน|ร้อน|หนาว|แล้ง)(?:นี้)?)?(?!วัน|สิ้น)|กลาย"
_WHEN = rf"(?P<this>น(?:ี้|ี่|ิ้))|(?:(?P<next>{_NEXT})|(?P<last>{_LAST}))(?P<further>{YONDER})?"
_WHEN_YEAR = _WHEN.replace("กลาย", "กลาย|ที่ผ่านมา")
_ENDING = r"(?P<end>(?:วัน)?สิ้น|วันสุดท้ายของ)|(?P<first>วันแรกของ)|(?P<vague>ต้น|(?<!กอง)(?<!ส่วน)กลาง|ปลาย)"


def _ahead(match: re.Match[str]) -> int:
    step = 2 if said(match, "further") else 1
    return step if said(match, "next") else -step if said(match, "last") else 0


def _found(match: re.Match[str], value: Value) -> Found:
    return Found(match.start(), match.end(), value)


def _day_of(match: re.Match[str]) -> int | None:
    return -1 if said(match, "end") else 1 if said(match, "first") else None


def _last_months(match: re.Match[str], context: Context) -> Found:
    """เดือนที่ผ่านมา may be the last calendar month or the last thirty days."""
    return _found(match, Open("last_months"))


def _some_months_away(match: re.Match[str], context: Context) -> Found:
    return _found(match, Open("no_day_in_month"))


def _month(match: re.Match[str], context: Context) -> Found | None:
    """เดือนหน้า, สิ้นเดือน, ต้นเดือนหน้า …: the month meant and, where its end or start is meant, the day."""
    if said(match, "last") == "แล้ว" and not context.asking:
        return None  # ครบเดือนแล้ว: a month already
    if said(match, "this") or said(match, "next") or said(match, "last"):
        return _found(match, Written(*month_of(context.today, _ahead(match)), _day_of(match)))
    if said(match, "vague"):
        return _found(match, Written(*month_of(context.today, 0), loose=True))
    return _found(match, Written(day=_day_of(match))) if _day_of(match) else None


_FAR = r"(?:\s?(?:(?P<coming>นี้|ที่จะ(?:มา)?ถึง(?:นี้)?)|(?P<past>ที่(?:เพิ่ง)?ผ่านมา|ที่แล้ว)))?"


def _named_month(match: re.Match[str], context: Context) -> Found | None:
    """A month by its name; มีนา alone is not one (มีนา: to have fields)."""
    lone = not (
        match["word"]
        or said(match, "end")
        or said(match, "first")
        or said(match, "vague")
        or said_year(match)
        or match["coming"]
    )
    if (
        lone
        and match["name"] == "มีนา"
        and not (context.asking or _TO.search(before(match.string, match.start())))
    ):
        return None
    past = True if match["past"] else False if match["coming"] else None
    return _found(match, Written(said_year(match), month(match["name"]), _day_of(match), past))


def _numbered_month(match: re.Match[str], context: Context) -> Found | None:
    year = said_year(match)
    return _found(match, Written(year, int(match["number"]))) if year else None


_TO = pattern(r"{RANGE}\s*$")


def _year(match: re.Match[str], context: Context) -> Found | None:
    if said(match, "last") == "แล้ว" and not context.asking:
        return None
    year = context.today.year + _ahead(match)
    if said(match, "vague"):
        return _found(match, Open("no_day_in_year"))
    if said(match, "end") and match.lastgroup == "end":
        return _found(match, Written(None, 12, 31, past=False, holiday=True))
    return _found(match, Written(year, 12, 31) if said(match, "end") else Written(year))


def _numbered_year(match: re.Match[str], context: Context) -> Found | None:
    year = said_year(match)
    if year is None:
        return None
    return _found(match, Written(year, 12, 31) if said(match, "end") else Written(year))


def _quarter(match: re.Match[str], context: Context) -> Found:
    """A calendar quarter, or one of a fiscal year, which begins in October."""
    today = context.today
    current = today.year * 4 + (today.month - 1) // 3
    if said(match, "this") or said(match, "next") or said(match, "last"):
        return _found(match, _quarter_span(current + _ahead(match)))
    which = {"แรก": 1, "สุดท้าย": 4}.get(match["number"]) or number(match["number"])
    year = said_year(match)
    if year is None:
        years_on = {None: None, "นี้": 0, "หน้า": 1, "ที่แล้ว": -1, "ก่อน": -1}[match["year_when"]]
        year = today.year + years_on if years_on is not None else None
    if year is None:
        year = _year_of_quarter(which, current, context)
    return _found(match, _quarter_span(year * 4 + which - 1 - bool(match["fiscal"])))


def _year_of_quarter(which: int, current: int, context: Context) -> int:
    year, now = divmod(current, 4)
    return year + (which - 1 < now) if context.forward else year - (which - 1 > now)


def _quarter_span(count: int) -> Span:
    year, quarter = divmod(count, 4)
    return Span(date(year, quarter * 3 + 1, 1), last_day(year, quarter * 3 + 3), "no_day_in_quarter")


def _half_year(match: re.Match[str], context: Context) -> Found:
    year = said_year(match) or context.today.year
    if match["half"] == "แรก":
        return _found(match, Span(date(year, 1, 1), date(year, 6, 30), "no_day_in_year"))
    return _found(match, Span(date(year, 7, 1), date(year, 12, 31), "no_day_in_year"))


def _fiscal_year(match: re.Match[str], context: Context) -> Found:
    """ปีงบประมาณ N: 1 October of the year before to 30 September (Budget Procedures Act 2561, section 4)."""
    running = context.today.year + (context.today.month >= 10)
    year = said_year(match) or running + _ahead(match)
    if said(match, "end"):
        return _found(match, Written(year, 9, 30))
    return _found(match, Span(date(year - 1, 10, 1), date(year, 9, 30), "no_day_in_year"))


def _last_days(match: re.Match[str], context: Context) -> Found:
    days = number(match["count"] or match["back"])
    return _found(match, Span(context.today - timedelta(days=max(days, 1) - 1), context.today))


def _coming_days(match: re.Match[str], context: Context) -> Found:
    days = number(match["count"])
    return _found(match, Span(context.today, context.today + timedelta(days=max(days, 1) - 1)))


def _since(match: re.Match[str], context: Context) -> Found | None:
    """ตั้งแต่ต้นปี, ต้นเดือนถึงวันนี้: from its first day to today."""
    if not (match["since"] or match["till"]):
        return None
    first = context.today.replace(day=1)
    return _found(match, Span(first.replace(month=1) if match["unit"] == "ปี" else first, context.today))


_FISCAL = "ปี\\s?งบ(?:ประมาณ|ฯ)?"
RULES: tuple[Rule, ...] = (
    (pattern(rf"เดือน\s?(?P<number>1[0-2]|[1-9])(?=\s?(?:/|ปี|พ\.)){YEAR}"), _numbered_month),
    (
        pattern(
            rf"(?P<since>(?:ตั้งแต่|จาก)\s?)?ต้น(?P<unit>ปี|เดือน)(?!หน้า|ที่แล้ว|ก่อน|\s?{LONG_MONTH})(?:นี้)?(?:มา)?"
            r"(?P<till>\s?(?:จน)?ถึง\s?(?:วันนี้|ตอนนี้|ปัจจุบัน|เดี๋ยวนี้))?(?!\s?(?:จน)?ถึง)"
        ),
        _since,
    ),
    (
        pattern(r"(?P<count>{COUNT})\s?วัน(?:ที่ผ่านมา|ย้อนหลัง|ล่าสุด|หลังสุด)|ย้อนหลัง\s?(?P<back>{COUNT})\s?วัน"),
        _last_days,
    ),
    (
        pattern(r"(?<!อีก)(?<!อีก )(?P<count>{COUNT})\s?วัน(?:ข้างหน้า|ถัดไป|(?:ต่อ)?จากนี้(?:ไป)?)"),
        _coming_days,
    ),
    (
        pattern(
            rf"ไตรมาส\s?(?:{_WHEN}|(?:ที่\s?)?(?P<number>[1-4](?!\d)|หนึ่ง|สอง|สาม|สี่|แรก|สุดท้าย)"
            rf"(?:\s?(?:ของ)?(?P<fiscal>{_FISCAL}))?(?:\s?(?:ของ)?ปี(?P<year_when>นี้|หน้า|ที่แล้ว|ก่อน))?(?:\s?ของ(?=ปี))?{YEAR})"
        ),
        _quarter,
    ),
    (pattern(rf"ครึ่งปี(?P<half>แรก|หลัง)(?:ของ)?{YEAR}"), _half_year),
    (pattern(rf"(?P<end>สิ้น)?{_FISCAL}\s?(?:{_WHEN_YEAR}|{YEAR})"), _fiscal_year),
    (
        pattern(r"{COUNT}\s?(?:เดือน|สัปดาห์|อาทิตย์|ปี)(?:ที่(?:เพิ่ง)?ผ่านมา|ย้อนหลัง|ล่าสุด)|เดือนที่(?:เพิ่ง)?ผ่านมา"),
        _last_months,
    ),
    (
        pattern(
            r"อีก\s?{COUNT}\s?(?:เดือน|ปี)"
            r"|(?<!-)(?<!ที่)(?<!ที่\s)(?<!ถึง)(?<!ถึง\s){COUNT}\s?(?:เดือน|ปี)(?:ที่แล้ว|ก่อน)"
        ),
        _some_months_away,
    ),
    (pattern(rf"(?=[สวตกปเ])(?:(?:{_ENDING})\s?)?เดือน\s?(?:{_WHEN})"), _month),
    (pattern(rf"(?:{_ENDING})เดือน(?!\s?{LONG_MONTH})"), _month),
    (
        pattern(
            rf"(?=[สวตกป])(?:(?P<end>(?:วัน)?สิ้น)|(?P<vague>ต้น|(?<!กอง)(?<!ส่วน)กลาง|ปลาย))?ปี(?:{_WHEN_YEAR})"
        ),
        _year,
    ),
    (pattern(r"(?P<vague>ต้น|(?<!กอง)(?<!ส่วน)กลาง|ปลาย)ปี"), _year),
    (pattern(rf"(?P<end>(?:วัน)?สิ้น)?(?=ปี|พ\.|พศ|ค\.ศ|คศ){YEAR}"), _numbered_year),
    (pattern(r"(?P<end>(?:วัน)?สิ้น)ปี"), _year),
)
MONTHS: tuple[Rule, ...] = (
    (
        pattern(
            rf"(?=[สวตกปเมพธท])(?:(?:{_ENDING})\s?)?(?P<word>เดือน\s?)?(?P<name>{LONG_MONTH}|{LONE_MONTH}){YEAR}{_FAR}"
        ),
        _named_month,
    ),
)
