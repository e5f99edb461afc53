"""Asking who comes: the next time of what goes on by a rule is asked about by itself; who has not answered an
invitation is asked once more, privately."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.capability import Capability
from bot.notices import Letter, Urgency, Window
from bot.watch import Watch
from handlers.meeting_cards import local, occurrence_card
from models.meeting_queries import coming, host_comes, nearest_of_each, recipients, replies
from models.meeting_rules import ASKED_FROM, NUDGE, REST, asked_each_time, asking, nudge
from models.meetings import Occurrence
from models.post import Delivery, take_back
from models.store import take

capability = Capability("meeting_asking")

NUDGED_AT_MOST = 30  # people: to a larger meeting its rooms are reminded
LAST_DAY = timedelta(days=1)  # before the start: from then on the reminders ask
ANSWERED = "answered before it left"


@capability.on_clock
def ask_again(watch: Watch) -> None:
    """Invite to the next time of a rule, once the one before is over: as a ride from five days before on, pushed three
    days before in the evening. A late one still goes until the start."""
    near = coming(watch.session, watch.network.id, watch.now, watch.now + ASKED_FROM)
    for one in nearest_of_each(near):
        start = local(one, one.starts_at)
        if one.told_at is None and start > watch.now and asked_each_time(one.meeting.rule):
            _invite(watch, one.id, max(asking(watch.rhythm, start), watch.now))


@capability.on_clock
def ask_the_silent(watch: Watch) -> None:
    """Ask those who have not answered, as many hours before as the network sets (48; 0: never). What could not be said
    a day before the start is left to the reminders."""
    until = watch.now + timedelta(hours=watch.rhythm.nudge_hours) + LAST_DAY
    for one in coming(watch.session, watch.network.id, watch.now, until):
        start = local(one, one.starts_at)
        due = nudge(watch.rhythm, start)
        if due is None or NUDGE in one.reminded or one.told_at is None:
            continue
        window = Window(due - REST, max(due, watch.now), start - LAST_DAY)
        if window.ride_from <= watch.now < window.expires_at and window.due_at - one.told_at >= REST:
            _nudge(watch, one.id, window)


def leave_alone(session: Session, occurrence: Occurrence, member_id: int, now: datetime) -> None:
    """Who has answered is not asked again: what has not left yet stays here."""
    theirs = Delivery.key == f"{_about(occurrence)}:{member_id}"
    take_back(session, theirs, now, ANSWERED)


def _invite(watch: Watch, occurrence_id: int, due: datetime) -> None:
    occurrence = take(watch.session, Occurrence, occurrence_id)
    if occurrence is None or occurrence.cancelled_at is not None or occurrence.told_at is not None:
        return
    occurrence.told_at = due
    host_comes(watch.session, occurrence, watch.now)
    silent = {one.id for one in replies(watch.session, occurrence).silent}
    to = recipients(watch.session, occurrence.meeting)
    letter = Letter(
        about=f"meeting.invitation:{occurrence.id}:{occurrence.revision}",
        words=lambda voice: [occurrence_card(voice, occurrence, "meeting_asking.again")],
        window=Window(watch.now, due, occurrence.starts_at),
        urgency=Urgency.ORDINARY,
        network=watch.network,
        author=occurrence.meeting.host,
    )
    watch.notify(letter, members=[one for one in to.members if one.id in silent], rooms=to.rooms)


def _nudge(watch: Watch, occurrence_id: int, window: Window) -> None:
    occurrence = take(watch.session, Occurrence, occurrence_id)
    if occurrence is None or occurrence.cancelled_at is not None or NUDGE in occurrence.reminded:
        return
    occurrence.reminded = [*occurrence.reminded, NUDGE]
    silent = replies(watch.session, occurrence).silent
    if len(silent) > NUDGED_AT_MOST:
        return
    letter = Letter(
        about=_about(occurrence),
        words=lambda voice: [occurrence_card(voice, occurrence, "meeting_asking.nudge")],
        window=window,
        urgency=Urgency.ORDINARY,
        network=watch.network,
        author=occurrence.meeting.host,
    )
    watch.notify(letter, members=silent)


def _about(occurrence: Occurrence) -> str:
    """Once an occurrence, whatever becomes of it."""
    return f"meeting.nudge:{occurrence.id}"
