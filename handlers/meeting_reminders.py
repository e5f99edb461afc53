"""Reminding of meetings by the network's rules, as seldom as is useful; and writing a rule's meetings ahead."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.capability import Capability
from bot.notices import Letter, Urgency, Window
from bot.watch import Watch
from handlers.meeting_cards import local, occurrence_card
from models.meeting_queries import coming, recipients, repeating, replies, write_ahead
from models.meeting_rules import DAY_BEFORE, HOUR_BEFORE, MORNING, REST, Reminder, reminders
from models.meetings import Occurrence
from models.network import Network
from models.network_settings import MOST_DAYS
from models.post import IS_UNBEGUN, Delivery, Notice, take_back
from models.rhythm import Rhythm
from models.store import take

capability = Capability("meeting_reminders")

ONE_DAY = timedelta(days=1)
ANSWERED = "declined before it left"
KIND = "meeting.reminder"
LONGEST_AHEAD = ONE_DAY * (MOST_DAYS + 1)
UNWISHED = "the network wants no such reminder"


@capability.on_clock
def keep_ahead(watch: Watch) -> None:
    """Write the occurrences of the coming weeks of what goes on by a rule. What an outage left out is not made up for:
    only what is still to come is written."""
    for meeting in repeating(watch.session, watch.network.id):
        write_ahead(watch.session, meeting, watch.now)


@capability.on_clock
def remind(watch: Watch) -> None:
    """Write the reminders whose time to ride has come. A late one still goes until the meeting starts, but none within
    eight hours of the last word about it (models/meeting_rules.py, REST)."""
    for occurrence in coming(watch.session, watch.network.id, watch.now, _looks_to(watch.rhythm, watch.now)):
        start = local(occurrence, occurrence.starts_at)
        if start <= watch.now:
            continue
        for reminder in reminders(watch.rhythm, start):
            if reminder.rule not in occurrence.reminded and reminder.ride_from <= watch.now:
                _deal_with(watch, occurrence.id, reminder)


def replan(session: Session, network: Network, now: datetime) -> None:
    """The network set its reminders, or its quiet hours, otherwise: what is written and has not left goes by that."""
    rhythm = Rhythm.of(network.rhythm)
    for occurrence in coming(session, network.id, now, now + LONGEST_AHEAD):
        start = local(occurrence, occurrence.starts_at)
        wanted = {one.rule: one for one in reminders(rhythm, start)}
        for rule in (DAY_BEFORE, MORNING, HOUR_BEFORE):
            if rule in occurrence.reminded:
                _replan(session, occurrence, rule, wanted.get(rule), now)


def spare(session: Session, occurrence: Occurrence, member_id: int, now: datetime) -> None:
    """Who does not come is not reminded of it: what has not left yet stays here."""
    keys = [f"{_about(occurrence, rule)}:{member_id}" for rule in occurrence.reminded]
    take_back(session, Delivery.key.in_(keys), now, ANSWERED)


def _deal_with(watch: Watch, occurrence_id: int, reminder: Reminder) -> None:
    """Write one reminder, once; or leave it out, where people have just heard of the meeting."""
    occurrence = take(watch.session, Occurrence, occurrence_id)
    if occurrence is None or occurrence.cancelled_at is not None or reminder.rule in occurrence.reminded:
        return
    occurrence.reminded = [*occurrence.reminded, reminder.rule]
    due = max(reminder.due_at, watch.now)
    if occurrence.told_at is not None and due - occurrence.told_at < REST:
        return
    occurrence.told_at = due
    declined = {rsvp.member_id for rsvp in replies(watch.session, occurrence).no}
    to = recipients(watch.session, occurrence.meeting)
    title = _title(occurrence, reminder.rule, due)
    letter = Letter(
        about=_about(occurrence, reminder.rule),
        words=lambda voice: [occurrence_card(voice, occurrence, title)],
        window=Window(watch.now, due, occurrence.starts_at),
        urgency=Urgency.IMPORTANT if reminder.rule == DAY_BEFORE else Urgency.ORDINARY,
        network=watch.network,
        author=occurrence.meeting.host,
    )
    watch.notify(letter, members=[one for one in to.members if one.id not in declined], rooms=to.rooms)


def _looks_to(rhythm: Rhythm, now: datetime) -> datetime:
    """Up to when something may have to be reminded of: no rule reminds earlier."""
    return now + ONE_DAY * (rhythm.remind_days + 1)


def _replan(
    session: Session, occurrence: Occurrence, rule: str, wanted: Reminder | None, now: datetime
) -> None:
    """Move a reminder's copies that have not left; or keep them here, until the rule is wanted again. Of which nothing
    was written, as people had just heard of the meeting, is looked at anew."""
    theirs = select(Notice.id).where(
        Notice.kind == KIND, Notice.key.startswith(f"{_about(occurrence, rule)}:", autoescape=True)
    )
    if session.scalar(theirs.limit(1)) is None:
        occurrence.reminded = [one for one in occurrence.reminded if one != rule]
        return
    waits = IS_UNBEGUN & (Delivery.state == "planned")
    kept_here = (Delivery.state == "dropped") & (Delivery.problem == UNWISHED)
    mine = update(Delivery).where(Delivery.notice_id.in_(theirs))
    copies = mine.where(waits | kept_here, Delivery.way != "batch")
    if wanted is None:
        moved = copies.values(state="dropped", finished_at=now, problem=UNWISHED)
    else:
        due = max(wanted.due_at, now)
        again = {"finished_at": None, "problem": None}
        moved = copies.values(state="planned", due_at=due, **again)
        # What a multicast carries stands as that does.
        session.execute(mine.where(kept_here, Delivery.way == "batch").values(state="carried", **again))
    if session.connection().execute(moved).rowcount:
        occurrence.told_at = None if wanted is None else max(wanted.due_at, now)


def _about(occurrence: Occurrence, rule: str) -> str:
    return f"{KIND}:{occurrence.id}:{occurrence.revision}:{rule}"


def _title(occurrence: Occurrence, rule: str, due: datetime) -> str:
    """The msgid of its first line; it must hold for as long as the reminder may be under way."""
    if rule == HOUR_BEFORE:
        return "meeting_reminders.shortly"
    same_day = due.date() == local(occurrence, occurrence.starts_at).date()
    return "meeting_reminders.today" if same_day else "meeting_reminders.coming"
