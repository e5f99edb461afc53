"""Bare numbers that share the unit or the month of an expression beside them: 8-10 ก.พ., 9-11 โมง, บ่าย 2-4."""

import re
from collections.abc import Callable

from bot.understanding.times.clock import FIGURE, figure, hours
from bot.understanding.times.dates import common_era
from bot.understanding.times.names import SAID_WEEKDAY
from bot.understanding.times.values import Clock, Context, Found, Reader, Rule, Value, Written
from bot.understanding.times.words import CLOCK, DAY, number, pattern, said

_NOT_A_CLOCK = r"(?!\s*(?:โมง|ทุ่ม|นาฬิกา|น\.|น(?![ก-๛])))"
_DAY_BEFORE = pattern(
    rf"(?=[\dวมจอพศเทสยหนปซแ])(?P<bare>(?P<lead>(?:{SAID_WEEKDAY}\s?)?(?:วันที่\s*|(?<![ก-๛])ที่\s?)?)(?P<day>{{NUMBER}}))\s*(?:(?P<list>{{LIST}})|{{RANGE}})\s*(?:วันที่\s*)?(?={DAY})"
)
_DAY_AFTER = pattern(
    rf"(?<={DAY})\s*(?:(?P<list>{{LIST}})|(?P<new>(?:ไป|มา)?เป็น)|{{RANGE}})\s*(?P<bare>(?:วันที่\s*|ที่\s?)?(?P<day>{{NUMBER}})){{ALONE}}{_NOT_A_CLOCK}"
)
_YEAR_AFTER = pattern(
    rf"(?<={DAY})\s*(?:{{RANGE}}|{{LIST}})\s*(?P<bare>(?:ปี\s*)?(?P<year>2[456]\d\d|20\d\d|[4-9]\d)){{ALONE}}"
)
_CLOCK_BEFORE = pattern(
    rf"(?=[\dสยหนเซแ])(?<!วันที่)(?<!วันที่\s)(?<![\d/,.:])(?P<bare>{FIGURE}|(?P<word>{{NUMBER_WORD}}))\s*(?:น\.?\s*)?{{RANGE}}\s*(?={CLOCK})"
)
_CLOCK_AFTER = pattern(
    rf"(?<={CLOCK})\s*{{RANGE}}\s*(?P<bare>{FIGURE}|(?P<word>{{NUMBER_WORD}})){{ALONE}}{_NOT_A_CLOCK}"
)


def rules(found: list[Found]) -> tuple[Rule, ...]:
    """The rules of bare numbers; each looks up its neighbour in ``found`` as it is then."""
    beginning = _neighbour(found, lambda item: item.start)
    ending = _neighbour(found, lambda item: item.end)
    return (
        (_DAY_BEFORE, _day_before(beginning)),
        (_DAY_AFTER, _day_after(ending)),
        (_YEAR_AFTER, _year_after(ending)),
        (_CLOCK_BEFORE, _clock_before(beginning)),
        (_CLOCK_AFTER, _clock_after(ending)),
    )


Neighbour = Callable[[int], Value | None]


def _neighbour(found: list[Found], edge: Callable[[Found], int]) -> Neighbour:
    """A look-up by place that takes in what is found meanwhile."""
    known: dict[int, Value] = {}

    def value_at(position: int) -> Value | None:
        known.update((edge(item), item.value) for item in found[len(known) :])
        return known.get(position)

    return value_at


def _found(match: re.Match[str], value: Value | None) -> Found | None:
    return Found(match.start("bare"), match.end("bare"), value) if value else None


def _day_before(beginning: Neighbour) -> Reader:
    def read(match: re.Match[str], context: Context) -> Found | None:
        value, day = beginning(match.end()), number(match["day"])
        if not isinstance(value, Written) or not value.day or value.holiday or not 1 <= day <= 31:
            return None
        listed = said(match, "list") and "วันที่" not in match["lead"] and not day < value.day
        return None if listed else _found(match, Written(day=day))

    return read


def _day_after(ending: Neighbour) -> Reader:
    def read(match: re.Match[str], context: Context) -> Found | None:
        value, day = ending(match.start()), number(match["day"])
        if not isinstance(value, Written) or not value.day or not 1 <= day <= 31:
            return None
        if value.month or (match["new"] and not context.moving):
            return None
        return _found(match, Written(day=day))

    return read


def _year_after(ending: Neighbour) -> Reader:
    def read(match: re.Match[str], context: Context) -> Found | None:
        value = ending(match.start())
        if isinstance(value, Written) and value.year and not value.month:
            return _found(match, Written(common_era(int(match["year"]))))
        return None

    return read


def _same_unit(match: re.Match[str], beside: Value | None) -> Clock | None:
    """The bare number in the unit of the clock beside it."""
    if not isinstance(beside, Clock) or beside.unit == "เที่ยง":
        return None
    word = said(match, "word")
    if beside.unit == "น." or said(match, "mm") or said(match, "hhmm"):
        return figure(match) if not word and (beside.sure or said(match, "mm")) else None
    return hours(number(word or match["hour"]), beside.unit, beside.part)


def _clock_before(beginning: Neighbour) -> Reader:
    def read(match: re.Match[str], context: Context) -> Found | None:
        return _found(match, _same_unit(match, beginning(match.end())))

    return read


def _clock_after(ending: Neighbour) -> Reader:
    def read(match: re.Match[str], context: Context) -> Found | None:
        return _found(match, _same_unit(match, ending(match.start())))

    return read
