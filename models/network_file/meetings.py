"""The meetings of a network's file, who is invited to them, and what was answered."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.meeting_queries import invite, write_ahead
from models.meetings import Meeting, Occurrence, Rsvp
from models.network_file.desk import Desk
from models.network_file.format import MeetingEntry, RsvpEntry
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
        _answers(desk, row, entry.rsvps)


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


LEFT_OUT = ("id", "date", "start", "end", "mode", "host", "enterprise", "invited", "rooms", "rsvps")


def _lasts(desk: Desk, entry: MeetingEntry, start: datetime) -> int | None:
    """Minutes; an end before the start is of the next day."""
    if entry.end is None:
        return None
    end = desk.moment(entry.date, entry.end)
    return int(((end if end > start else end + timedelta(days=1)) - start).total_seconds() // 60)


def _answers(desk: Desk, meeting: Meeting, entries: list[RsvpEntry]) -> None:
    """Answers to the first time it takes place, of who consented and has not answered in the bot."""
    first = desk.session.scalars(
        select(Occurrence).where(Occurrence.meeting_id == meeting.id).order_by(Occurrence.planned_at)
    ).first()
    if first is None:
        return
    known = set(desk.session.scalars(select(Rsvp.member_id).where(Rsvp.occurrence_id == first.id)))
    for entry in entries:
        member_id = desk.member_id(entry.member)
        if member_id is not None and member_id not in known:
            desk.session.add(_answer(first, member_id, entry, meeting.called_at))
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
