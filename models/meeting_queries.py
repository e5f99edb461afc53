"""What is known of meetings: which are coming, who is invited, who comes, what clashes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import Session, contains_eager

from models.chats import Room, RoomMember
from models.meeting_rules import LASTS, LONGEST, dates, next_date
from models.meetings import Invitation, Meeting, Occurrence, Rsvp
from models.noticed import NEVER_LEFT
from models.people import Member, Membership
from models.post import Delivery, Notice, stands
from models.words import Attending

AHEAD = timedelta(days=62)  # occurrences of a rule are written so far ahead, and always the next one


@dataclass(frozen=True)
class Recipients:
    """Where a meeting's news go: to rooms, and one-to-one to who is invited and sits in none of them."""

    rooms: list[Room]
    members: list[Member]


@dataclass
class Replies:
    """What was answered to an invitation; `silent` are those who are invited and have not answered."""

    yes: list[Rsvp] = field(default_factory=list)
    no: list[Rsvp] = field(default_factory=list)
    maybe: list[Rsvp] = field(default_factory=list)
    silent: list[Member] = field(default_factory=list)

    @property
    def coming(self) -> int:
        """How many people come, with those whom they bring."""
        return sum(rsvp.people for rsvp in self.yes)


def ends_at(occurrence: Occurrence) -> datetime:
    """When it is over: as it was said, else after the usual time."""
    return occurrence.ends_at or occurrence.starts_at + LASTS


def is_open(occurrence: Occurrence, now: datetime) -> bool:
    """Whether it is still to come or going on."""
    return occurrence.cancelled_at is None and ends_at(occurrence) > now


def coming(
    session: Session, network_id: int, now: datetime, until: datetime | None = None
) -> list[Occurrence]:
    """A network's occurrences that are not over, up to a moment; the next one first."""
    query = (
        select(Occurrence)
        .join(Occurrence.meeting)
        .options(contains_eager(Occurrence.meeting))
        .where(
            Meeting.network_id == network_id,
            Occurrence.cancelled_at.is_(None),
            Occurrence.starts_at > now - LONGEST,
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    if until is not None:
        query = query.where(Occurrence.starts_at <= until)
    return [one for one in session.scalars(query) if is_open(one, now)]


def nearest_of_each(occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    """Of each meeting only the occurrence that comes next."""
    first: dict[int, Occurrence] = {}
    for one in occurrences:
        first.setdefault(one.meeting_id, one)
    return list(first.values())


def write_ahead(session: Session, meeting: Meeting, now: datetime) -> list[Occurrence]:
    """Write the occurrences of the coming weeks that are not there yet, and give them; `now` is an aware time."""
    if meeting.cancelled_at is not None:
        return []
    first = meeting.starts_at.astimezone(ZoneInfo(meeting.network.timezone))
    until = now + AHEAD
    if meeting.rule is not None:
        following = next_date(meeting.rule, first, now.astimezone(first.tzinfo))
        until = max(until, following) if following else until
    known = set(session.scalars(select(Occurrence.planned_at).where(Occurrence.meeting_id == meeting.id)))
    written = [
        _occurrence(meeting, moment)
        for moment in dates(meeting.rule, first, until)
        if moment not in known and (moment > now or moment == first)
    ]
    session.add_all(written)
    session.flush()
    return written


def _occurrence(meeting: Meeting, moment: datetime) -> Occurrence:
    return Occurrence(
        meeting_id=meeting.id,
        planned_at=moment,
        starts_at=moment,
        ends_at=moment + timedelta(minutes=meeting.lasts) if meeting.lasts else None,
        place=meeting.place,
        latitude=meeting.latitude,
        longitude=meeting.longitude,
        online=meeting.online,
        link=meeting.link,
        changed_at=meeting.called_at,
    )


def repeating(session: Session, network_id: int) -> Sequence[Meeting]:
    """The meetings of a network that go on by a rule."""
    query = select(Meeting).where(
        Meeting.network_id == network_id, Meeting.rule.is_not(None), Meeting.cancelled_at.is_(None)
    )
    return session.scalars(query.order_by(Meeting.id)).all()


def invite(
    session: Session, meeting: Meeting, rooms: Iterable[int] = (), members: Iterable[int] = ()
) -> None:
    """Invite rooms and members (ids) that are not invited yet."""
    rows = session.scalars(select(Invitation).where(Invitation.meeting_id == meeting.id)).all()
    in_rooms, asked = {one.room_id for one in rows}, {one.member_id for one in rows}
    new = [Invitation(meeting_id=meeting.id, room_id=room) for room in rooms if room not in in_rooms]
    new += [Invitation(meeting_id=meeting.id, member_id=one) for one in members if one not in asked]
    session.add_all(new)
    session.flush()


def invited_rooms(session: Session, meeting_id: int) -> Sequence[Room]:
    """The rooms that are invited as a whole."""
    query = select(Room).join(Invitation, Invitation.room_id == Room.id)
    return session.scalars(query.where(Invitation.meeting_id == meeting_id).order_by(Room.id)).all()


def invited(session: Session, meeting: Meeting) -> Sequence[Member]:
    """All who are invited and still belong to the network: by name, or because they sit in an invited room."""
    query = select(Member).where(
        _invited_to(Member.id, meeting.id), active_in(Member.id, meeting.network_id), Member.left_at.is_(None)
    )
    return session.scalars(query.order_by(Member.id)).all()


def is_invited(session: Session, meeting: Meeting, member_id: int) -> bool:
    """Whether a member is invited, by name or by a seat."""
    which = {"member": member_id, "meeting": meeting.id, "network": meeting.network_id}
    return session.connection().scalar(IS_INVITED, which) is not None


def recipients(session: Session, meeting: Meeting) -> Recipients:
    """To whom news of this meeting go: bound rooms first, then who sits in none of these, one-to-one."""
    rooms = [room for room in invited_rooms(session, meeting.id) if room.chat_id is not None]
    seated = set(
        session.scalars(
            select(RoomMember.member_id).where(RoomMember.room_id.in_([room.id for room in rooms]))
        )
    )
    return Recipients(rooms, [one for one in invited(session, meeting) if one.id not in seated])


def untold(session: Session, occurrence_id: int) -> set[str]:
    """The recipients (a member's id, or c and a chat's) to whom news of this occurrence were written, and none left."""
    query = (
        select(Delivery.key, stands())
        .join(Notice, Delivery.notice_id == Notice.id)
        .where(Notice.kind.in_(("meeting.invitation", "meeting.change")), Notice.object_id == occurrence_id)
        .where(Delivery.way != "multicast")
    )
    written = [(key.rpartition(":")[2], state) for key, state in session.execute(query)]
    left = {name for name, state in written if state not in NEVER_LEFT}
    return {name for name, _ in written} - left


def replies(session: Session, occurrence: Occurrence) -> Replies:
    """Who answered what, and who has not."""
    found = Replies()
    answered = set()
    rows = session.scalars(
        select(Rsvp).where(Rsvp.occurrence_id == occurrence.id).order_by(Rsvp.answered_at, Rsvp.id)
    )
    for rsvp in rows:
        {Attending.YES.value: found.yes, Attending.NO.value: found.no}.get(rsvp.answer, found.maybe).append(
            rsvp
        )
        answered.add(rsvp.member_id)
    found.silent = [one for one in invited(session, occurrence.meeting) if one.id not in answered]
    return found


def host_comes(session: Session, occurrence: Occurrence, now: datetime) -> None:
    """Who calls a meeting comes to it, and may say otherwise."""
    host_id = occurrence.meeting.host_id
    if host_id is None or rsvp_of(session, occurrence.id, member_id=host_id, subject="") is not None:
        return
    rsvp = Rsvp(occurrence_id=occurrence.id, member_id=host_id, answer=Attending.YES, answered_at=now)
    session.add(rsvp)
    session.flush()


def rsvp_of(session: Session, occurrence_id: int, *, member_id: int | None, subject: str) -> Rsvp | None:
    """What somebody has answered: as a member, else by the keyed hash under which they were counted without a name."""
    theirs = [Rsvp.subject == subject]
    if member_id is not None:
        theirs.append(Rsvp.member_id == member_id)
    query = select(Rsvp).where(Rsvp.occurrence_id == occurrence_id, or_(*theirs))
    return session.scalars(query.order_by(Rsvp.member_id.is_(None), Rsvp.id)).first()


def overlapping(
    session: Session, network_id: int, starts: datetime, ends: datetime, besides: int | None = None
) -> list[Occurrence]:
    """Occurrences of other meetings than `besides` that take place in the same hours."""
    query = (
        select(Occurrence)
        .join(Meeting)
        .where(
            Meeting.network_id == network_id,
            Occurrence.cancelled_at.is_(None),
            Occurrence.starts_at < ends,
            Occurrence.starts_at > starts - LONGEST,
        )
        .order_by(Occurrence.starts_at)
    )
    return [
        one
        for one in session.scalars(query)
        if ends_at(one) > starts and (besides is None or one.meeting_id != besides)
    ]


def clash(
    session: Session, others: Iterable[Occurrence], members: Iterable[int], place: str
) -> tuple[Occurrence, int] | None:
    """The first of these that needs the same people or the same place, and how many people it shares."""
    wanted = set(members)
    for one in others:
        shared = len(wanted & {member.id for member in invited(session, one.meeting)})
        if shared or (place and not one.online and one.place.strip() == place.strip()):
            return one, shared
    return None


def active_in(member_id: Any, network_id: Any) -> ColumnElement[bool]:
    """That a member (a column, or an id) belongs to a network (an id)."""
    return (
        select(Membership.id)
        .where(
            Membership.member_id == member_id,
            Membership.network_id == network_id,
            Membership.state == "active",
        )
        .exists()
    )


def _invited_to(member_id: Any, meeting_id: Any) -> ColumnElement[bool]:
    by_name = select(Invitation.member_id).where(
        Invitation.meeting_id == meeting_id, Invitation.member_id.is_not(None)
    )
    by_seat = (
        select(RoomMember.member_id)
        .join(Invitation, Invitation.room_id == RoomMember.room_id)
        .where(Invitation.meeting_id == meeting_id)
    )
    return or_(member_id.in_(by_name), member_id.in_(by_seat))


# Put together once: a list of meetings asks for each.
IS_INVITED = select(Member.id).where(
    Member.id == bindparam("member"),
    _invited_to(Member.id, bindparam("meeting")),
    active_in(Member.id, bindparam("network")),
)
