"""From the expressions of a sentence to the time that it speaks of."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.understanding.times import repeats
from bot.understanding.times.almanac import day_range, resolve
from bot.understanding.times.phrases import Chain, chains, is_vague
from bot.understanding.times.scan import scan
from bot.understanding.times.sense import PLANS, Sense, is_past
from bot.understanding.times.values import (
    MINUTES_A_DAY,
    Clock,
    Context,
    Day,
    Every,
    Found,
    Moment,
    Nth,
    Open,
    Relative,
    Span,
    Written,
)
from bot.understanding.times.words import pattern

_LEAD = pattern(r"(?:(?:ตั้งแต่|ตอน|ช่วง|เวลา|เมื่อ|{DAYPART})\s?)*$")
_TRAIL = pattern(r"(?:\s?(?:ตอน|ช่วง)?{DAYPART}(?![ก-๛]))?")
_JOINT = pattern(r"\s*(?:{RANGE}|{LIST}|ของ|เวลา|ตอน|ที่|ใน)?\s*")
_CHARACTERS = (
    {ord("๐") + digit: str(digit) for digit in range(10)}
    | {ord(dash): "-" for dash in "–—−‐‑~〜"}
    | {0xA0: " "}
)


@dataclass(frozen=True, slots=True)
class Times:
    """What a message says of time: local to Asia/Bangkok, Gregorian, ISO 8601 to the minute, without offset.

    ``datetime`` and ``end_datetime`` are "YYYY-MM-DDTHH:MM", or "YYYY-MM-DD" where no time of day is said;
    ``period`` is the first and the last day asked about; ``recurrence`` an RFC 5545 RRULE without DTSTART.
    ``unclear`` names what was left open and should be asked back. ``spans`` are the places [start, end) of the words.
    """

    datetime: str | None = None
    end_datetime: str | None = None
    period: tuple[str, str] | None = None
    recurrence: str | None = None
    unclear: str | None = None
    spans: tuple[tuple[int, int], ...] = ()


def read_times(
    text: str,
    now: datetime,
    *,
    sense: Sense | None = None,
    asking: bool = False,
    intent: str | None = None,
) -> Times:
    """Read the time that a normalised message speaks of; never raises.

    ``now`` is local to Asia/Bangkok, with or without its zone. ``sense`` says whether the message reports or plans,
    None to decide from its words. ``asking`` puts the time asked about into ``period``, and only there.
    ``intent`` is a name of the contract for the rules that hang on one: a month's name without a year, a moved meeting.
    """
    return _read(text, now, sense, asking, intent, bare=False)


def read_answer_time(text: str, now: datetime) -> Times:
    """Read the answer to a question about time, where figures such as 9.30 or 1/2 can be nothing else."""
    return _read(text, now, "future", asking=False, intent=None, bare=True)


def _read(
    text: str, now: datetime, sense: Sense | None, asking: bool, intent: str | None, *, bare: bool
) -> Times:
    plain = text.translate(_CHARACTERS)
    past = sense == "past" if sense else is_past(plain, intent)
    context = Context(
        now.replace(tzinfo=None),
        past=past,
        asking=asking,
        forward=intent == "show_meetings" if intent else not past,
        bare=bare,
        moving=intent == "change_meeting",
        planning=intent in PLANS,
    )
    found, marked = scan(plain, context)
    if not found:
        return Times()
    times = _asked(found, marked, context) if asking else _said(found, marked, context)
    return replace(times, spans=_spans(found, marked))


def _asked(found: list[Found], text: str, context: Context) -> Times:
    """The period asked about: the first one named, or what และ joins."""
    spans: list[Span] = []
    unclear = None
    for chain in chains(_once(found, text), text, context):
        if spans and not chain.listed:
            break
        span = _stretch(chain, context)
        if isinstance(span, Open):
            unclear = unclear or span.code
        elif not (context.past and (span.first > context.today or chain.secondary)):
            spans.append(span)  # records are of the past: a day ahead is said for another reason
    if not spans:
        return Times(unclear=unclear)
    first, last = min(span.first for span in spans), max(span.last for span in spans)
    return Times(period=(first.isoformat(), last.isoformat()))


def _once(found: list[Found], text: str) -> list[Found]:
    """The expressions that are no part of a repetition."""
    repetitions = [item for item in found if isinstance(item.value, Every)]
    used = [day for item in repetitions for day in repeats.days_of(item, found, text)]
    return [item for item in found if item not in repetitions and item not in used]


def _stretch(chain: Chain, context: Context) -> Span | Open:
    days = chain.days
    if not days:
        day = _day_of(chain.clocks[0], context)
        return Span(day, day)
    if len(days) > 1:
        start, end = day_range(days[0], days[-1], context)
        if isinstance(start, Open) or isinstance(end, Open):
            return end if isinstance(start, Span) else start
        return Span(start.first, end.last)
    since = replace(context, past=True, forward=False) if chain.since and context.past else context
    span = resolve(days[0], since)
    if isinstance(span, Span) and chain.since and span.first <= context.today:
        return Span(span.first, context.today)
    return span


def _said(found: list[Found], text: str, context: Context) -> Times:
    every = _repetition(found, context) or _each_month(found)
    if every:
        return _repeated(every, found, text, context)
    joined = chains(found, text, context)
    chain = _chosen(joined, text, context)
    if chain is None:
        return Times()
    times = _dated(chain, context)
    more = any(other.listed and other.days for other in joined[joined.index(chain) + 1 :][:1])
    return replace(times, unclear=times.unclear or ("several_days" if more else None))


def _repetition(found: list[Found], context: Context) -> Found | None:
    """The repetition that says most: วันศุกร์เว้นศุกร์ over the ทุก before it; of what is moved, the new one."""
    said = [item for item in found if isinstance(item.value, Every)]
    if context.moving and len(said) > 1:
        return said[-1]
    return max(
        said, key=lambda item: item.value.interval if isinstance(item.value, Every) else 0, default=None
    )


def _each_month(found: list[Found]) -> Found | None:
    """วันเสาร์แรกของเดือน repeats without a ทุก, unless a month is named."""
    nth = next((item for item in found if isinstance(item.value, Nth)), None)
    if nth is None or any(isinstance(item.value, Written) and is_vague(item.value) for item in found):
        return None
    return Found(nth.start, nth.start, Every("MONTHLY"))


def _chosen(joined: list[Chain], text: str, context: Context) -> Chain | None:
    """The chain that the message is about: no deadline beside an event, the new time of what is moved."""
    candidates = [chain for chain in joined if not chain.secondary] or joined
    new = next((chain for chain in candidates[1:] if chain.new), None) if context.moving else None
    if new:
        _keep_what_stays(new, joined[0], text)
        return new
    definite = [chain for chain in candidates if chain.days and not is_vague(chain.days[0])]
    timely = [chain for chain in definite if _is_timely(chain.days[-1], context)]
    dated = [chain for chain in timely or definite if not _is_feast(chain.days[0])]
    timed = [chain for chain in candidates if chain.clocks and not chain.days]
    return next(iter(dated or timely or definite or timed or candidates), None)


def _is_timely(day: Day, context: Context) -> bool:
    """Whether the day is ahead in a plan, behind in a report."""
    span = resolve(day, context)
    if isinstance(span, Open):
        return True
    return span.last >= context.today if context.planning else span.first <= context.today or not context.past


def _is_feast(day: Day) -> bool:
    """Whether the day is named by a feast, which may be only what the event is about."""
    return isinstance(day, Written) and day.holiday


def _keep_what_stays(new: Chain, old: Chain, text: str) -> None:
    """A meeting moved to another hour stays on its day; with เวลาเดิม it keeps its hour."""
    phrase = new.phrases[0]
    if phrase.day is None and old.days:
        phrase.day, phrase.day_first = old.days[0], True
    if phrase.clock is None and old.clocks and "เวลาเดิม" in text:
        phrase.clock = old.clocks[0]


def _dated(chain: Chain, context: Context) -> Times:
    """The day and time of a chain as datetime and end_datetime."""
    days, clocks = chain.days, chain.clocks
    if len(days) > 1 and all(phrase.day and phrase.clock for phrase in chain.phrases[:2]):
        return _from_moment_to_moment(days, clocks, context)
    if len(days) > 1:
        return _over_days(*day_range(days[0], days[-1], context), clocks)
    if not days:
        return (
            Times(unclear="hour_without_half")
            if clocks[0].open
            else _timed(_day_of(clocks[0], context), clocks)
        )
    day = days[0]
    if isinstance(day, Moment):
        return Times(datetime=_minute(day.at))
    if isinstance(day, Relative) and day.night and len(clocks) == 1 and clocks[0].small:
        return Times(unclear="night_hour")
    last = chain.phrases[-1]
    if len(clocks) > 1 and chain.phrases[0].day is None and last.day_first:
        return _until_day(day, clocks, context)
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
    unclear = "day_range_with_hours" if clocks else None
    return Times(start.first.isoformat(), end.last.isoformat(), unclear=unclear)


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
    start = _timed(_day_of(clocks[0], context), clocks[:1])
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


def _day_of(clock: Clock, context: Context) -> date:
    """The day of a time without a day: today if still ahead, else tomorrow; in a report the other way round."""
    ahead = _moment(context.today, clock.minutes) > context.now
    if context.past:
        return context.today - timedelta(days=ahead)
    return context.today + timedelta(days=not ahead)


def _repeated(every: Found, found: list[Found], text: str, context: Context) -> Times:
    """The rule of a repetition, and its first time where a time of day or a first date is said."""
    repetition = every.value
    assert isinstance(repetition, Every)  # noqa: S101
    used = repeats.days_of(every, found, text)
    rest = [item for item in found if item not in used and _beside_rule(item, every, text)]
    recurrence = repeats.rule(repetition, [item.value for item in used])
    if repetition.unsure and not used:
        return Times(unclear="week_or_sunday")
    if recurrence is None:
        return _without_rule(rest, context)
    chain = _chosen(chains(rest, text, context), text, context)
    if chain is None:
        return Times(recurrence=recurrence)
    if chain.days:
        return replace(_dated(chain, context), recurrence=recurrence)
    return _first_time(recurrence, chain.clocks, context)


def _beside_rule(item: Found, every: Found, text: str) -> bool:
    """Whether the expression may say when the repetition begins: a day before it only where the words say so."""
    if isinstance(item.value, Every):
        return False
    return isinstance(item.value, Clock) or item.start >= every.end or repeats.starts(item, text)


def _without_rule(rest: list[Found], context: Context) -> Times:
    """ทุกต้นเดือน, ทุกวันพระ: what repeats is not known well enough for a rule."""
    days = [resolve(item.value, context) for item in rest if not isinstance(item.value, Clock | Every)]
    reasons = [day.code if isinstance(day, Open) else day.open for day in days]
    return Times(unclear=next((reason for reason in reasons if reason), None))


def _first_time(recurrence: str, clocks: list[Clock], context: Context) -> Times:
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


def _spans(found: list[Found], text: str) -> tuple[tuple[int, int], ...]:
    """Where the words stand; a part of the day beside them (ตอนเช้า) and what joins a range belong to them."""
    joined: list[tuple[int, int]] = []
    for item in found:
        start = max(
            _LEAD.search(text, max(0, item.start - 20), item.start).start(), joined[-1][1] if joined else 0
        )
        end = _TRAIL.match(text, item.end).end()
        if joined and _JOINT.fullmatch(text, joined[-1][1], start):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)
