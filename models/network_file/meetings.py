"""The meetings of a network's file, who is invited to them, what was answered, and what they decided."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.meeting_queries import invite, write_ahead
from models.meetings import Meeting, Occurrence, Rsvp
from models.minute_queries import minutes_of
from models.minutes import MinuteNote, Minutes, Resolution
from models.network_file.desk import Desk
from models.network_file.format import MeetingEntry, MinutesEntry, ResolutionEntry, RsvpEntry
from models.words import Attending, Audience, MeetingKind


def load_meetings(desk: Desk) -> None:
    """Meetings past and to come. What the bot has moved, cancelled or heard since stays as it is there."""
    meetings = desk.shelf("meeting", Meeting)
    for entry in desk.each("meetings", desk.file.meetings):
        known = entry.id in meetings.rows
        row = meetings.put(entry.id, **_meeting(desk, entry))
        rooms = [ident for code in entry.rooms if (ident := desk.id_of("room", code)) is not None]
        people = [desk.members[code].id for code in entry.invited if code in desk.members]
        invite(desk.session, row, rooms, people)
        if not known:
            write_ahead(desk.session, row, desk.moment(desk.file.meta.date))
        first = desk.session.scalars(
            select(Occurrence).where(Occurrence.meeting_id == row.id).order_by(Occurrence.planned_at)
        ).first()
        if first is not None:
            _answers(desk, first, entry.rsvps)
            if entry.minutes is not None:
                _minutes(desk, first, entry.minutes)


def _meeting(desk: Desk, entry: MeetingEntry) -> dict[str, Any]:
    start = desk.moment(entry.date, entry.start)
    values = {
        "network_id": desk.network.id,
        "enterprise_id": desk.id_of("enterprise", entry.enterprise),
        "host_id": desk.member_id(entry.host),
        "audience": _audience(entry).value,
        "starts_at": start,
        "lasts": _lasts(desk, entry, start),
        "online": entry.mode == "online",
        "called_at": desk.moment(min(entry.date, desk.file.meta.date)),
    }
    return {**entry.columns(*LEFT_OUT), **values}


def _audience(entry: MeetingEntry) -> Audience:
    if entry.kind == MeetingKind.GENERAL_ASSEMBLY:
        return Audience.EVERYONE
    return Audience.ROOM if entry.rooms else Audience.PEOPLE


LEFT_OUT = (
    "id",
    "date",
    "start",
    "end",
    "mode",
    "host",
    "enterprise",
    "invited",
    "rooms",
    "rsvps",
    "minutes",
)


def _lasts(desk: Desk, entry: MeetingEntry, start: datetime) -> int | None:
    """Minutes; an end before the start is of the next day."""
    if entry.end is None:
        return None
    end = desk.moment(entry.date, entry.end)
    return int(((end if end > start else end + timedelta(days=1)) - start).total_seconds() // 60)


def _answers(desk: Desk, first: Occurrence, entries: list[RsvpEntry]) -> None:
    """Answers to the first time it takes place, of who consented and has not answered in the bot."""
    known = set(desk.session.scalars(select(Rsvp.member_id).where(Rsvp.occurrence_id == first.id)))
    for entry in entries:
        member_id = desk.member_id(entry.member)
        if member_id is not None and member_id not in known:
            desk.session.add(_answer(first, member_id, entry, first.meeting.called_at))
    desk.session.flush()


def _answer(occurrence: Occurrence, member_id: int, entry: RsvpEntry, at: datetime) -> Rsvp:
    return Rsvp(
        occurrence_id=occurrence.id,
        member_id=member_id,
        answer=Attending(entry.answer).value,
        people=entry.people or 1,
        note=entry.note,
        answered_at=at,
    )


def _minutes(desk: Desk, first: Occurrence, entry: MinutesEntry) -> None:
    """What the first time it took place decided; minutes that the bot has already stay as they are there."""
    if minutes_of(desk.session, first.id) is not None:
        return
    recorder, at = desk.member_id(entry.recorded_by), first.ends_at or first.starts_at
    minutes = Minutes(occurrence_id=first.id, heads=entry.attended, recorder_id=recorder)
    if entry.approved:
        minutes.approved_at = desk.moment(entry.approved_on or desk.file.meta.date)
    desk.session.add(minutes)
    if entry.summary:
        desk.session.add(
            MinuteNote(occurrence_id=first.id, member_id=recorder, words=entry.summary, noted_at=at)
        )
    desk.session.add_all(_resolution(desk, first, one, at) for one in entry.resolutions)
    desk.session.flush()


def _resolution(desk: Desk, first: Occurrence, entry: ResolutionEntry, at: datetime) -> Resolution:
    """Whoever consented is its owner; a thing that is done was so by its day, or the file's."""
    owner, enterprise = desk.member_id(entry.owner), desk.id_of("enterprise", entry.enterprise)
    today = desk.file.meta.date
    done_on = min(entry.due or today, today) if entry.status == "done" else None
    return Resolution(
        network_id=desk.network.id,
        occurrence_id=first.id,
        words=entry.words,
        owner_id=owner,
        owner_enterprise_id=enterprise,
        due_on=entry.due,
        decided_owner_id=owner,
        decided_enterprise_id=enterprise,
        decided_due_on=entry.due,
        noted_at=at,
        done_at=desk.moment(done_on) if done_on else None,
    )
