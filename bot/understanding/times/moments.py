"""What is said of a day and its time as moments: datetime and end_datetime."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.understanding.times import repeats
from bot.understanding.times.almanac import day_range, resolve
from bot.understanding.times.phrases import Chain
from bot.understanding.times.values import MINUTES_A_DAY, Clock, Context, Day, Moment, Open, Relative, Span


@dataclass(frozen=True, slots=True)
class Times:
    """What a message says of time: local to Asia/Bangkok, Gregorian, ISO 8601 to the minute, without offset.

    ``datetime`` and ``end_datetime`` are "YYYY-MM-DDTHH:MM", or "YYYY-MM-DD" where no time of day is said;
    ``period`` is the first and the last day asked about; ``recurrence`` an RFC 5545 RRULE without DTSTART.
    ``spans`` are the places [start, end) of the words. ``unclear`` names what was left open and should be asked back:
    hour_without_half, night_hour, weekday_today, which_weekday, next_week_on_sunday, last_weekday, week_or_sunday,
    several_days, after_day, no_day_in_week, no_day_in_month, no_day_in_quarter, no_day_in_year, no_such_date,
    end_before_start, day_range_with_hours, last_months, lunar_day, shift (from a time not said),
    no_first_day (of a repetition).
    """

    datetime: str | None = None
    end_datetime: str | None = None
    period: tuple[str, str] | None = None
    recurrence: str | None = None
    unclear: str | None = None
    spans: tuple[tuple[int, int], ...] = ()


def moments_of(chain: Chain, context: Context) -> Times:
    """The day and time of a chain as datetime and end_datetime."""
    days, clocks = chain.days, chain.clocks
    if len(days) > 1 and all(phrase.day and phrase.clock for phrase in chain.phrases[:2]):
        return _from_moment_to_moment(days, clocks, context)
    if len(days) > 1:
        return _over_days(*day_range(days[0], days[-1], context), clocks)
    if days and len(clocks) > 1 and chain.phrases[0].day is None and chain.phrases[-1].day_first:
        return _until_day(days[0], clocks, context)
    if days and chain.by_night and _small_hour(clocks):
        return Times(unclear="night_hour")
    if days:
        return _on_day(days[0], clocks, context)
    if clocks[0].open:
        return Times(unclear="hour_without_half")
    return _timed(day_of(clocks[0], context), clocks)


def _small_hour(clocks: list[Clock]) -> bool:
    return len(clocks) == 1 and clocks[0].small


def _on_day(day: Day, clocks: list[Clock], context: Context) -> Times:
    if isinstance(day, Moment):
        return Times(datetime=_minute(day.at))
    if isinstance(day, Relative) and day.night and _small_hour(clocks):
        return Times(unclear="night_hour")
    span = resolve(day, context)
    if isinstance(span, Open):
        return Times(unclear=span.code)
    if span.open:
        return Times(unclear=span.open if _wants_a_day(span, context) else None)
    if span.first != span.last:
        return _over_days(span, span, clocks)
    return _timed(span.first, clocks) if clocks else Times(datetime=span.first.isoformat())


def _wants_a_day(span: Span, context: Context) -> bool:
    """Whether a week, month or year may hold a coming event, so that its day is worth asking; ปีนี้ only tells when."""
    running = span.first <= context.today
    return not context.past and span.last >= context.today and not (running and span.open == "no_day_in_year")


def _over_days(start: Span | Open, end: Span | Open, clocks: list[Clock]) -> Times:
    """A range of days; hours beside it may hold for each day or for its ends, so they are left open."""
    if isinstance(start, Open) or isinstance(end, Open):
        return Times(
            unclear=start.code if isinstance(start, Open) else end.code if isinstance(end, Open) else None
        )
    if start.open or end.open:
        return Times(unclear=start.open or end.open)
    if clocks:
        return Times(unclear="day_range_with_hours")
    return Times(start.first.isoformat(), end.last.isoformat())


def _from_moment_to_moment(days: list[Day], clocks: list[Clock], context: Context) -> Times:
    start, end = day_range(days[0], days[-1], context)
    if isinstance(start, Open) or isinstance(end, Open):
        return _over_days(start, end, clocks)
    if clocks[0].open or clocks[1].open:
        return Times(start.first.isoformat(), end.last.isoformat(), unclear="hour_without_half")
    return Times(_at(start.first, clocks[0].minutes), _at(end.last, clocks[1].minutes))


def _until_day(day: Day, clocks: list[Clock], context: Context) -> Times:
    """เก้าโมงถึงพรุ่งนี้เที่ยง: the day holds for the end alone."""
    end = resolve(day, context)
    start = _timed(day_of(clocks[0], context), clocks[:1])
    if isinstance(end, Open) or clocks[1].open or start.unclear:
        return start
    return replace(start, end_datetime=_at(end.first, clocks[1].minutes))


def _timed(day: date, clocks: list[Clock]) -> Times:
    """A time, or a range of times, of that day; an end at or before the start is on the next day."""
    if clocks[0].open:
        return Times(datetime=day.isoformat(), unclear="hour_without_half")
    start = clocks[0].minutes
    if len(clocks) < 2:
        return Times(datetime=_at(day, start))
    if clocks[1].open:
        return Times(datetime=_at(day, start), unclear="hour_without_half")
    end = clocks[1].minutes
    return Times(_at(day, start), _at(day, end if end > start else end + MINUTES_A_DAY))


def day_of(clock: Clock, context: Context) -> date:
    """The day of a time without a day: today if still ahead, else tomorrow; in a report the other way round."""
    ahead = _moment(context.today, clock.minutes) > context.now
    if context.past:
        return context.today - timedelta(days=ahead)
    return context.today + timedelta(days=not ahead)


def first_of(recurrence: str, clocks: list[Clock], context: Context) -> Times:
    """The first time of a repetition for which only a time of day is said."""
    first = None if clocks[0].open else repeats.first_time(recurrence, context.now, clocks[0].minutes)
    if first is None:
        return Times(recurrence=recurrence, unclear="hour_without_half" if clocks[0].open else "no_first_day")
    day = (first - timedelta(minutes=clocks[0].minutes)).date()
    return replace(_timed(day, clocks), recurrence=recurrence)


def _moment(day: date, minutes: int) -> datetime:
    return datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes)


def _minute(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _at(day: date, minutes: int) -> str:
    return _minute(_moment(day, minutes))
