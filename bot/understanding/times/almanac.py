"""Calendar arithmetic: which day an expression means, seen from today."""

import calendar
from dataclasses import replace
from datetime import date, timedelta

from bot.understanding.times.values import (
    Context,
    Day,
    Moment,
    Nth,
    Open,
    Relative,
    Span,
    Week,
    Weekdays,
    Written,
)  # fmt: skip

_A_DAY = timedelta(days=1)
_YEARS_AHEAD = 9  # 29 February comes back within eight years, also across a century


def resolve(value: Day, context: Context, after: date | None = None) -> Span | Open:
    """The days that an expression means; ``after`` is the first day of the range that it ends, if it ends one."""
    match value:
        case Relative(offset=offset):
            return _one(context.today + timedelta(days=offset))
        case Moment(at=at):
            return _one(at.date())
        case Week(monday=monday):
            return Span(monday, monday + 6 * _A_DAY, "no_day_in_week")
        case Written():
            return _written(value, context, after)
        case Weekdays():
            return _weekdays(value, context, after)
        case Nth():
            return _nth(value, context)
        case Span() | Open():
            return value


def month_of(today: date, ahead: int) -> tuple[int, int]:
    """Year and month, ``ahead`` months from the month of ``today``."""
    months = today.year * 12 + today.month - 1 + ahead
    return months // 12, months % 12 + 1


def monday_of(today: date, weeks_ahead: int = 0) -> date:
    """The Monday of the week of ``today``, or of a week before or after it."""
    return today + timedelta(days=7 * weeks_ahead - today.weekday())


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def day_in(year: int, month: int, day: int) -> date | None:
    """A day of a month, −1 for its last, or None where the month has no such day."""
    last = last_day(year, month)
    return last if day == -1 else last.replace(day=day) if 1 <= day <= last.day else None


def _one(day: date) -> Span:
    return Span(day, day)


def _written(value: Written, context: Context, after: date | None) -> Span | Open:
    past = context.past if value.past is None else value.past
    if value.day is None:
        return _whole(value, context, after)
    if value.month is None:
        return _day_of_some_month(value.day, context.today, past, after)
    if value.year is not None:
        day = day_in(value.year, value.month, value.day)
        return _one(day) if day else Open("no_such_date")
    return _nearest(value.month, value.day, past and not after, after or context.today)


def _whole(value: Written, context: Context, after: date | None) -> Span:
    """A whole month or year; a month without a year is the coming one where events are asked for, else the last one."""
    if value.month is None:
        year = value.year or context.today.year
        return Span(date(year, 1, 1), date(year, 12, 31), "no_day_in_year")
    year = value.year or _year_of_month(value, context, after)
    return Span(date(year, value.month, 1), last_day(year, value.month), "no_day_in_month")


def _year_of_month(value: Written, context: Context, after: date | None) -> int:
    assert value.month  # noqa: S101
    start = after or context.today
    forward = context.forward if value.past is None else not value.past
    if after or forward:
        return start.year + (value.month < start.month)
    return start.year - (value.month > start.month)


def _day_of_some_month(day: int, today: date, past: bool, after: date | None) -> Span | Open:
    """The next such day after today (from ``after`` on, where that is given), or the last one before today."""
    step = -1 if past and not after else 1
    start = after or (today if day == -1 else today + step * _A_DAY)
    for months in range(12):
        found = day_in(*month_of(start, step * months), day)
        if found and (found >= start if step > 0 else found <= start or day == -1):
            return _one(found)
    return Open("no_such_date")


def _nearest(month: int, day: int, past: bool, start: date) -> Span | Open:
    years = range(start.year, start.year + (-_YEARS_AHEAD if past else _YEARS_AHEAD), -1 if past else 1)
    for year in years:
        found = day_in(year, month, day)
        if found and (found <= start if past else found >= start):
            return _one(found)
    return Open("no_such_date")


def _weekdays(value: Weekdays, context: Context, after: date | None) -> Span | Open:
    first = _weekday(value.days[0], value, context, after)
    if isinstance(first, Open) or len(value.days) == 1:
        return first
    span = (value.days[-1] - value.days[0]) % 7
    in_a_row = all((value.days[0] + step) % 7 == day for step, day in enumerate(value.days))
    return Span(first.first, first.first + timedelta(days=span)) if in_a_row else Open("several_days")


def _weekday(day: int, value: Weekdays, context: Context, after: date | None) -> Span | Open:
    today, past = context.today, context.past if value.past is None else value.past
    coming = today + timedelta(days=(day - today.weekday() - 1) % 7 + 1)
    gone = today - timedelta(days=(today.weekday() - day - 1) % 7 + 1)
    if value.monday:
        unsure = today.weekday() == 6 and value.monday > today
        return Open("next_week_on_sunday") if unsure else _one(value.monday + day * _A_DAY)
    if after and value.when in (None, "this"):
        return _one(after + timedelta(days=(day - after.weekday()) % 7))
    match value.when:
        case "next":
            on_sunday = today.weekday() == 6
            return Open("next_week_on_sunday") if on_sunday else _one(monday_of(today, 1) + day * _A_DAY)
        case "this_week":
            return _one(monday_of(today) + day * _A_DAY)
        case "last_week":
            return _one(monday_of(today, -1) + day * _A_DAY)
        case "last":
            return _one(gone) if gone < monday_of(today) else Open("last_weekday")
        case "gone":
            return _one(gone)
        case "this" | "coming":
            return _one(coming)
    if day == today.weekday():
        return Open("weekday_today")
    return _one(gone if past else coming)


def _nth(value: Nth, context: Context) -> Span | Open:
    if value.month is None or len(value.ordinals) != 1:
        return Open("no_day_in_month")
    years = [value.year] if value.year else [context.today.year + step for step in (-1, 0, 1)]
    days = [
        day for year in years if (day := nth_weekday(year, value.month, value.weekday, value.ordinals[0]))
    ]
    if not value.year:
        ahead, behind = (
            [day for day in days if day >= context.today],
            [day for day in days if day <= context.today],
        )
        days = behind[-1:] if context.past else ahead[:1]
    return _one(days[0]) if days else Open("no_such_date")


def nth_weekday(year: int, month: int, weekday: int, ordinal: int) -> date | None:
    """The first, second … or last (−1) such weekday of a month, or None where there is no fifth."""
    if ordinal < 0:
        last = last_day(year, month)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (ordinal - 1))
    return day if day.month == month else None


def day_range(first: Day, last: Day, context: Context) -> tuple[Span | Open, Span | Open]:
    """The days of a range's two ends; what was said once holds for both, and the end is not before the start."""
    if isinstance(first, Written) and isinstance(last, Written):
        first = _filled(first, last)
    back = isinstance(last, Relative) and last.offset <= 0
    start = resolve(first, replace(context, past=True, forward=False) if back else context)
    if isinstance(start, Open):
        return start, start
    end = resolve(last, context, after=start.first)
    if isinstance(end, Span) and end.last < start.first:
        return start, Open("end_before_start")
    return start, end


def _filled(first: Written, last: Written) -> Written:
    """The start of a range with the month and year that only its end has."""
    if first.month is None and first.day and last.month:
        month = last.month if first.day <= (last.day or 31) or last.day == -1 else (last.month - 2) % 12 + 1
        first = replace(first, month=month)
    if first.year is None and first.month and last.year and last.month:
        later = (first.month, first.day or 0) > (last.month, last.day or 0)
        first = replace(first, year=last.year - later)
    return first
