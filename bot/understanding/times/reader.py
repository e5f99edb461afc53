"""From the expressions of a sentence to the time that it speaks of."""

from dataclasses import replace
from datetime import datetime

from bot.understanding.times import repeats
from bot.understanding.times.almanac import day_range, resolve
from bot.understanding.times.corrections import meant
from bot.understanding.times.english import in_thai, said_at
from bot.understanding.times.moments import Times, day_of, first_of, moments_of
from bot.understanding.times.phrases import Chain, chains, is_vague
from bot.understanding.times.scan import scan
from bot.understanding.times.sense import PLANS, Sense, is_past
from bot.understanding.times.values import (
    Clock,
    Context,
    Day,
    Every,
    Found,
    Nth,
    Open,
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
    plain, english = in_thai(text.translate(_CHARACTERS))
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
    holds = meant(found, marked, context)
    times = _asked(holds, marked, context) if asking else _said(holds, marked, context)
    return replace(times, spans=tuple(said_at(span, english) for span in _spans(found, marked)))


def _asked(found: list[Found], text: str, context: Context) -> Times:
    """The period asked about: the first one named, or what และ joins."""
    spans: list[Span] = []
    ahead: Span | None = None
    unclear = None
    for chain in chains(_once(found, text), text, context):
        if spans and not chain.listed:
            break
        span = _stretch(chain, context)
        if isinstance(span, Open):
            unclear = unclear or span.code
        elif not (context.past and (span.first > context.today or chain.secondary)):
            spans.append(span)  # records are of the past: a day ahead is said for another reason
        elif span.open:
            ahead = ahead or span
    if not spans and ahead:
        spans.append(ahead)
    if not spans:
        return Times(unclear=unclear)
    first, last = min(span.first for span in spans), max(span.last for span in spans)
    return Times(period=(first.isoformat(), last.isoformat()))


def _once(found: list[Found], text: str) -> list[Found]:
    """The expressions that are no part of a repetition."""
    repetitions = [item for item in found if isinstance(item.value, Every)]
    used = {day.start for item in repetitions for day in repeats.days_of(item, found, text)}
    return [item for item in found if item not in repetitions and item.start not in used]


def _stretch(chain: Chain, context: Context) -> Span | Open:
    days = chain.days
    if not days:
        day = day_of(chain.clocks[0], context)
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
    times = moments_of(chain, context)
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
    nth = next((item for item in found if isinstance(item.value, Nth) and item.value.month is None), None)
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


def _repeated(every: Found, found: list[Found], text: str, context: Context) -> Times:
    """The rule of a repetition, and its first time where a time of day or a first date is said."""
    repetition = every.value
    assert isinstance(repetition, Every)  # noqa: S101
    used = repeats.days_of(every, found, text)
    places = {item.start for item in used}
    rest = [item for item in found if item.start not in places and _beside_rule(item, every, text)]
    recurrence = repeats.rule(
        repetition, [item.value for item in used if not isinstance(item.value, Clock | Every)]
    )
    if repetition.unsure and not used:
        return Times(unclear="week_or_sunday")
    if recurrence is None:
        return _without_rule(rest, context)
    chain = _chosen(chains(rest, text, context), text, context)
    if chain is None:
        return Times(recurrence=recurrence)
    if chain.days:
        return replace(moments_of(chain, context), recurrence=recurrence)
    return first_of(recurrence, chain.clocks, context)


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


def _spans(found: list[Found], text: str) -> tuple[tuple[int, int], ...]:
    """Where the words stand; a part of the day beside them (ตอนเช้า) and what joins a range belong to them."""
    joined: list[tuple[int, int]] = []
    for item in found:
        last = joined[-1][1] if joined else 0
        lead, trail = _LEAD.search(text, max(last, item.start - 20), item.start), _TRAIL.match(text, item.end)
        start, end = lead.start() if lead else item.start, trail.end() if trail else item.end
        if joined and _JOINT.fullmatch(text, last, start):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)
