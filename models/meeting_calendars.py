"""What calendars hold of meetings: whose they are, how many come, who said what. A calendar is read often: each part
is one query."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from models.chats import Room, RoomMember
from models.meetings import Invitation, Meeting, Occurrence, Rsvp
from models.words import Attending, Audience, RoomKind

KEPT = timedelta(days=92)  # what is over stays so long in a calendar
TOLD_CANCELLED = timedelta(days=14)  # after its day, or after it was cancelled, if that is later


@dataclass(frozen=True, slots=True)
class Count:
    """How many people come to an occurrence, and how many answered that they do not or may."""

    yes: int = 0
    no: int = 0
    maybe: int = 0


def of_member(session: Session, network_id: int, member_id: int, now: datetime) -> Sequence[Occurrence]:
    """The meetings of a network that a member is invited to, by name or by a seat, or called."""
    seats = select(RoomMember.room_id).where(RoomMember.member_id == member_id)
    theirs = or_(
        Meeting.host_id == member_id,
        _invites(Invitation.member_id == member_id),
        _invites(Invitation.room_id.in_(seats)),
    )
    return session.scalars(_kept(network_id, now).where(theirs)).all()


def of_room(session: Session, room: Room, now: datetime) -> Sequence[Occurrence]:
    """The meetings that a room is invited to; the network's big room has also what is for everybody."""
    theirs = _invites(Invitation.room_id == room.id)
    if room.kind == RoomKind.NETWORK:
        theirs = or_(theirs, Meeting.audience == Audience.EVERYONE)
    return session.scalars(_kept(room.network_id, now).where(theirs)).all()


def of_network(session: Session, network_id: int, now: datetime) -> Sequence[Occurrence]:
    """The meetings that are for everybody in a network: its calendar is passed around, it holds nobody's own."""
    big = select(Room.id).where(Room.network_id == network_id, Room.kind == RoomKind.NETWORK)
    theirs = or_(Meeting.audience == Audience.EVERYONE, _invites(Invitation.room_id.in_(big)))
    return session.scalars(_kept(network_id, now).where(theirs)).all()


def one_of_all(session: Session, occurrence_id: int) -> Occurrence | None:
    """An occurrence with all that a calendar says of it."""
    query = select(Occurrence).join(Meeting).where(Occurrence.id == occurrence_id)
    return session.scalar(_whole(query))


def counts(session: Session, occurrence_ids: Collection[int]) -> dict[int, Count]:
    """How many come to each of these, with those whom they bring."""
    query = (
        select(Rsvp.occurrence_id, Rsvp.answer, func.sum(Rsvp.people), func.count())
        .where(Rsvp.occurrence_id.in_(occurrence_ids))
        .group_by(Rsvp.occurrence_id, Rsvp.answer)
    )
    found: dict[int, dict[str, int]] = {}
    for ident, answer, people, answers in session.execute(query):
        found.setdefault(ident, {})[answer] = people if answer == Attending.YES else answers
    return {ident: Count(**by_answer) for ident, by_answer in found.items()}


def answers(session: Session, member_id: int, occurrence_ids: Collection[int]) -> dict[int, str]:
    """What a member answered to each of these."""
    query = select(Rsvp.occurrence_id, Rsvp.answer).where(
        Rsvp.member_id == member_id, Rsvp.occurrence_id.in_(occurrence_ids)
    )
    return {row.occurrence_id: row.answer for row in session.execute(query)}


def _kept(network_id: int, now: datetime) -> Select[Occurrence]:
    """What a network's calendars hold now, the earliest first."""
    told_until = now - TOLD_CANCELLED
    query = (
        select(Occurrence)
        .join(Meeting)
        .where(
            Meeting.network_id == network_id,
            Occurrence.starts_at > now - KEPT,
            or_(
                Occurrence.cancelled_at.is_(None),
                Occurrence.cancelled_at > told_until,
                Occurrence.starts_at > told_until,
            ),
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return _whole(query)


def _whole(query: Select[Occurrence]) -> Select[Occurrence]:
    meeting = contains_eager(Occurrence.meeting).options(joinedload(Meeting.network))
    return query.options(meeting, selectinload(Occurrence.added))


def _invites(whom: ColumnElement[bool]) -> ColumnElement[bool]:
    return Meeting.id.in_(select(Invitation.meeting_id).where(whom))
