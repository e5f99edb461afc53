"""Whom an announcement or an emergency is for: which rooms get it, and who gets it one-to-one.

One person, one copy: whoever sits in a room that gets it is not sent it one-to-one as well, as far as our records know.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select
from sqlalchemy.orm import Session

from models.announcements import Acknowledgement, Announcement, Emergency, emergencies
from models.chats import Chat, Room, RoomMember
from models.network import Enterprise
from models.people import Member, Membership, RoleGrant
from models.permissions import Role
from models.post import Delivery, Notice, take_back
from models.words import RoomKind

WORDS_MEAN = timedelta(days=7)  # so long after it was sent "รับทราบ" in words is taken as an answer to it
LOOKED_AT = 10  # announcements, the newest, that such words may be about
NOTED_BEFORE = "its recipient had answered already"


@dataclass(frozen=True, slots=True)
class Audience:
    """A kind, and the values it needs; see Announcement."""

    kind: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reach:
    """The rooms that get it, all who are meant (`people`), and who of them gets it one-to-one (`apart`).

    People are queries, each member once: an audience may be the nation.
    """

    rooms: list[Room]
    people: Select[Member]
    apart: Select[Member]


# How an enterprise answers to a value of an audience.
OF_ENTERPRISES: dict[str, Callable[[Enterprise], Iterable[str]]] = {
    "province": lambda enterprise: [enterprise.province],
    "district": lambda enterprise: [enterprise.district],
    "product_group": lambda enterprise: [enterprise.product_group],
    "stage": lambda enterprise: enterprise.stages,
    "enterprise": lambda enterprise: [str(enterprise.id)],
}


def audience_of(one: Announcement | Emergency) -> Audience:
    """Whom it is for."""
    return Audience(one.audience_kind, tuple(one.audience_values))


def reach(session: Session, network_id: int, audience: Audience, *, besides: int | None = None) -> Reach:
    """Who is reached in this network; `besides` is a member who is left out, as it is their own."""
    rooms = _rooms(session, network_id, audience)
    people = select(Member).where(Member.left_at.is_(None), _is_meant(session, network_id, audience))
    if besides is not None:
        people = people.where(Member.id != besides)
    people = people.order_by(Member.id)
    if audience.kind == "rooms":
        return Reach(rooms, people, people.where(false()))
    seated = select(RoomMember.member_id).where(RoomMember.room_id.in_([room.id for room in rooms]))
    apart = people.where(Member.line_user_id.is_not(None), Member.id.not_in(seated))
    return Reach(rooms, people, apart)


def count_of(session: Session, people: Select[Member]) -> int:
    """How many these are."""
    return session.scalar(select(func.count()).select_from(people.order_by(None).subquery())) or 0


def lacking(session: Session, announcement: Announcement) -> Select[Member]:
    """Who of its audience can be reached and has not answered yet."""
    answered = exists().where(
        Acknowledgement.announcement_id == announcement.id, Acknowledgement.member_id == Member.id
    )
    meant = reach(session, announcement.network_id, audience_of(announcement), besides=announcement.author_id)
    return meant.people.where(Member.line_user_id.is_not(None), ~answered)


def includes(session: Session, people: Select[Member], member: Member) -> bool:
    """Whether this member is one of these."""
    only = people.where(Member.id == member.id).with_only_columns(Member.id).order_by(None)
    return session.scalar(only.limit(1)) is not None


def awaiting(session: Session, network_id: int, now: datetime, member: Member) -> Announcement | None:
    """The newest announcement that this member is asked to take note of and has not."""
    asking = _asking(session, network_id, now)
    return next((one for one in asking if includes(session, lacking(session, one), member)), None)


def asked_in(session: Session, room: Room, now: datetime) -> Announcement | None:
    """The newest announcement in this room that asks to be taken note of."""
    for one in _asking(session, room.network_id, now):
        if room in reach(session, room.network_id, audience_of(one)).rooms:
            return one
    return None


def spare_reminder(session: Session, announcement_id: int, member: Member, now: datetime) -> None:
    """Somebody has answered: what would have reminded them does not leave any more."""
    reminders = select(Notice.id).where(
        Notice.kind == "announcement_reminder", Notice.object_id == announcement_id
    )
    theirs = Delivery.notice_id.in_(reminders) & (Delivery.lane == member.line_user_id)
    take_back(session, theirs, now, NOTED_BEFORE)


def silenced(session: Session, now: datetime, lanes: Collection[str]) -> frozenset[str]:
    """Those of the lanes in which nothing ordinary is said at `now` (aware), as an emergency lasts there."""
    hushed: set[str] = set()
    for emergency in emergencies(session, now) if lanes else ():
        meant = reach(session, emergency.network_id, audience_of(emergency))
        chats = select(Chat.line_id).where(Chat.id.in_([room.chat_id for room in meant.rooms]))
        people = meant.people.with_only_columns(Member.line_user_id).order_by(None)
        hushed.update(session.scalars(chats.where(Chat.line_id.in_(lanes))))
        hushed.update(session.scalars(people.where(Member.line_user_id.in_(lanes))))
    return frozenset(hushed)


def running_for(session: Session, network_id: int, now: datetime, member: Member) -> Announcement | None:
    """The newest announcement of an emergency that lasts and that this member is asked about."""
    running = [one.id for one in emergencies(session, now, network_id)]
    query = select(Announcement).where(Announcement.emergency_id.in_(running), Announcement.state == "sent")
    for one in session.scalars(query.order_by(Announcement.id.desc())):
        if includes(session, reach(session, network_id, audience_of(one)).people, member):
            return one
    return None


def enterprises_of(session: Session, network_id: int, audience: Audience) -> list[Enterprise]:
    """The enterprises that an audience of enterprises means."""
    said = OF_ENTERPRISES.get(audience.kind)
    if said is None:
        return []
    query = select(Enterprise).where(Enterprise.network_id == network_id).order_by(Enterprise.id)
    return [one for one in session.scalars(query) if set(said(one)) & set(audience.values)]


def _asking(session: Session, network_id: int, now: datetime) -> Sequence[Announcement]:
    query = select(Announcement).where(
        Announcement.network_id == network_id,
        Announcement.state == "sent",
        Announcement.code.is_(None),  # the file's were not sent by the bot
        Announcement.acknowledge_by.is_not(None),
        Announcement.send_at > now - WORDS_MEAN,
    )
    return session.scalars(query.order_by(Announcement.send_at.desc()).limit(LOOKED_AT)).all()


def _is_meant(session: Session, network_id: int, audience: Audience) -> ColumnElement[bool]:
    """Members who consented or whom the file names, if they are meant."""
    theirs = select(Membership.member_id).where(
        Membership.network_id == network_id, Membership.state == "active"
    )
    match audience.kind:
        case "everyone":
            pass
        case "rooms":
            seated = select(RoomMember.member_id).join(Room, Room.id == RoomMember.room_id)
            theirs = theirs.where(Membership.member_id.in_(seated.where(Room.id.in_(_ids(audience.values)))))
        case "role":
            theirs = _with_role(theirs, audience.values)
        case "unacknowledged":
            return Member.id.in_(theirs) & _has_not_answered(session, network_id, audience)
        case _:
            meant = [one.id for one in enterprises_of(session, network_id, audience)]
            theirs = theirs.where(Membership.enterprise_id.in_(meant))
    return Member.id.in_(theirs)


def _with_role(query: Select[int], roles: Sequence[str]) -> Select[int]:
    if Role.MEMBER in roles:
        return query
    return query.where(Membership.id.in_(select(RoleGrant.membership_id).where(RoleGrant.role.in_(roles))))


def _has_not_answered(session: Session, network_id: int, audience: Audience) -> ColumnElement[bool]:
    found = [session.get(Announcement, ident) for ident in _ids(audience.values)]
    silent = [
        lacking(session, one).with_only_columns(Member.id).order_by(None)
        for one in found
        if one is not None and one.network_id == network_id
    ]
    return or_(false(), *(Member.id.in_(some) for some in silent))


def _rooms(session: Session, network_id: int, audience: Audience) -> list[Room]:
    """The rooms that get it: for everyone the network's own and the enterprises', for some enterprises theirs."""
    query = select(Room).join(Chat, Chat.id == Room.chat_id)
    query = query.where(Room.network_id == network_id, Chat.state == "active").order_by(Room.id)
    match audience.kind:
        case "everyone":
            query = query.where(Room.kind.in_([RoomKind.NETWORK, RoomKind.ENTERPRISE]))
        case "rooms":
            query = query.where(Room.id.in_(_ids(audience.values)))
        case kind if kind in OF_ENTERPRISES:
            meant = [one.id for one in enterprises_of(session, network_id, audience)]
            query = query.where(Room.enterprise_id.in_(meant))
        case _:
            return []
    return list(session.scalars(query))


def _ids(values: Sequence[str]) -> list[int]:
    return [int(value) for value in values if value.isascii() and value.isdigit()]
