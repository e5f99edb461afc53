"""The rules of meetings: who may call which, when a rule's occurrences are, when people are reminded."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from dateutil.rrule import rrulestr

from models.permissions import Role
from models.rhythm import Rhythm
from models.words import Audience, MeetingKind

LASTS = timedelta(hours=2)  # a meeting whose end was not said
LONGEST = timedelta(days=14)  # nothing lasts longer
REST = timedelta(hours=8)  # between two words about one occurrence: a nearer reminder is left out
SOONEST = timedelta(hours=1)  # a morning's reminder comes at least so long before the start
DAY_BEFORE, MORNING, HOUR_BEFORE = "day_before", "morning", "hour_before"
NUDGE = "nudge"  # beside these: who has not answered was asked once more
ASKED_FROM, ASKED_BY = timedelta(days=5), timedelta(days=3)  # before each time of a rule, who comes is asked

COORDINATORS = frozenset({Role.COORDINATOR})
CALLERS = COORDINATORS | {Role.LEADER, Role.OFFICER, Role.ADVISOR}

# Who calls what, as it is done in the field: the chair and the coordinator call the committee and everybody, a leader
# whoever works together, an officer or an expert a training or an inspection. A leader calls anything of the own
# enterprise.
MAY_CALL: dict[str, frozenset[Role]] = {
    MeetingKind.COMMITTEE: COORDINATORS,
    MeetingKind.GENERAL_ASSEMBLY: COORDINATORS,
    MeetingKind.WORKING_GROUP: COORDINATORS | {Role.LEADER},
    MeetingKind.INSPECTION: CALLERS,
    MeetingKind.TRAINING: CALLERS,
    MeetingKind.OTHER: COORDINATORS | {Role.LEADER},
}


@dataclass(frozen=True, slots=True)
class Reminder:
    """One rule's reminder of an occurrence: from when it may ride, and when it is pushed."""

    rule: str
    ride_from: datetime
    due_at: datetime


def may_call(roles: Iterable[Role], kind: str, audience: str) -> bool:
    """Whether somebody with these roles may call this kind of meeting for this audience (an enterprise: the own)."""
    held = frozenset(roles)
    if audience == Audience.ENTERPRISE and Role.LEADER in held:
        return True
    if audience in (Audience.EVERYONE, Audience.LEADERS) and not held & COORDINATORS:
        return False
    return bool(held & MAY_CALL.get(kind, COORDINATORS))


def dates(rule: str | None, first: datetime, until: datetime) -> Iterator[datetime]:
    """When a meeting takes place, up to `until`: `first`, then as the rule says, at the same time of day in the zone
    of `first`. Raises ValueError for a rule that is none."""
    yield first
    if rule is None:
        return
    zone, naive = first.tzinfo, first.replace(tzinfo=None)
    for one in rrulestr(rule, dtstart=naive):
        moment = one.replace(tzinfo=zone)
        if moment > until:
            return
        if one > naive:
            yield moment


def next_date(rule: str, first: datetime, after: datetime) -> datetime | None:
    """The first time after a moment that a rule gives for a meeting at the time of day of `first`."""
    naive = first.replace(tzinfo=None)
    found = rrulestr(rule, dtstart=naive).after(after.replace(tzinfo=None))
    return found.replace(tzinfo=first.tzinfo) if found is not None else None


def waits(now: datetime, starts_at: datetime) -> timedelta:
    """How long news of a meeting wait for a ride: a tenth of the time that is left, twelve hours at most, and not at
    all for what begins today or tomorrow. Times are in the network's zone."""
    left = starts_at - now
    return timedelta() if (starts_at.date() - now.date()).days <= 1 else min(left / 10, timedelta(hours=12))


def reminders(rhythm: Rhythm, starts_at: datetime) -> list[Reminder]:
    """The reminders of an occurrence as its network sets them, the earliest first; times in the network's zone."""
    evening = _at(starts_at - timedelta(days=rhythm.remind_days), rhythm.remind_evening_at)
    morning = rhythm.after_quiet(_at(starts_at, rhythm.remind_morning_at))
    shortly = starts_at - timedelta(minutes=rhythm.remind_minutes)
    usual = [
        Reminder(DAY_BEFORE, evening - timedelta(hours=12), evening),
        Reminder(MORNING, morning - timedelta(minutes=30), morning),
        Reminder(HOUR_BEFORE, shortly - timedelta(minutes=30), shortly),
    ]
    wanted = [one for one in usual if one.rule in rhythm.remind and one.due_at <= starts_at]
    return sorted(
        (one for one in wanted if not _out_of_place(rhythm, one, starts_at)), key=lambda one: one.due_at
    )


def asked_each_time(rule: str | None) -> bool:
    """Whether each time of a rule is asked about by itself; of what is every day the evening's reminder is enough."""
    return rule is not None and "FREQ=DAILY" not in rule.upper()


def asking(rhythm: Rhythm, starts_at: datetime) -> datetime:
    """When people are asked whether they come to the next time of a rule: three days before, in the evening."""
    return _at(starts_at - ASKED_BY, rhythm.remind_evening_at)


def nudge(rhythm: Rhythm, starts_at: datetime) -> datetime | None:
    """When those who have not answered are asked once more, outside the quiet hours; None where a network does not."""
    if not rhythm.nudge_hours:
        return None
    return rhythm.after_quiet(starts_at - timedelta(hours=rhythm.nudge_hours))


def _at(day: datetime, at: time) -> datetime:
    return day.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)


def _out_of_place(rhythm: Rhythm, one: Reminder, starts_at: datetime) -> bool:
    """A morning's reminder shortly before the start says nothing new; in quiet hours nobody is reminded."""
    return (one.rule == MORNING and one.due_at > starts_at - SOONEST) or rhythm.is_quiet(one.due_at)
