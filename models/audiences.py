"""Whom an announcement or an emergency is for: which rooms get it, and who gets it one-to-one.

One person, one copy: whoever sits in a room that gets it is not sent it one-to-one as well, as far as our records know.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from models.announcements import Acknowledgement, Announcement, Emergency, emergencies
from models.chats import Chat, Room, RoomMember
from models.network import Enterprise
from models.people import Member, Membership, RoleGrant
from models.permissions import Role
from models.post import IS_UNTRIED, Delivery, Notice
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
    """All who are meant (`people`), the rooms that get it, and who of the people gets it one-to-one (`apart`)."""

    people: list[Member] = field(default_factory=list)
    rooms: list[Room] = field(default_factory=list)
    apart: list[Member] = field(default_factory=list)


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
    people = [one.member for one in _memberships(session, network_id, audience) if one.member_id != besides]
    if audience.kind == "rooms":
        return Reach(people, rooms, [])
    in_rooms = RoomMember.room_id.in_([room.id for room in rooms])
    seated = set(session.scalars(select(RoomMember.member_id).where(in_rooms)))
    apart = [one for one in people if one.id not in seated and one.line_user_id is not None]
    return Reach(people, rooms, apart)


def lacking(session: Session, announcement: Announcement) -> list[Member]:
    """Who of its audience can be reached and has not answered yet."""
    answered = set(
        session.scalars(
            select(Acknowledgement.member_id).where(Acknowledgement.announcement_id == announcement.id)
        )
    )
    meant = reach(session, announcement.network_id, audience_of(announcement), besides=announcement.author_id)
    return [one for one in meant.people if one.id not in answered and one.line_user_id is not None]


def awaiting(session: Session, network_id: int, now: datetime, member: Member) -> Announcement | None:
    """The newest announcement that this member is asked to take note of and has not."""
    return next((one for one in _asking(session, network_id, now) if member in lacking(session, one)), None)


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
    theirs = update(Delivery).where(
        Delivery.notice_id.in_(reminders), Delivery.lane == member.line_user_id, IS_UNTRIED
    )
    session.execute(theirs.values(state="dropped", finished_at=now, problem=NOTED_BEFORE))


def silenced(session: Session, now: datetime) -> frozenset[str]:
    """The lanes in which nothing ordinary is said at `now` (aware), as an emergency lasts there."""
    lanes: set[str] = set()
    for emergency in emergencies(session, now):
        meant = reach(session, emergency.network_id, audience_of(emergency))
        chats = Chat.id.in_([room.chat_id for room in meant.rooms])
        lanes.update(session.scalars(select(Chat.line_id).where(chats)))
        lanes.update(one.line_user_id for one in meant.people if one.line_user_id is not None)
    return frozenset(lanes)


def running_for(session: Session, network_id: int, now: datetime, member: Member) -> Announcement | None:
    """The newest announcement of an emergency that lasts and that this member is asked about."""
    running = [one.id for one in emergencies(session, now, network_id)]
    query = select(Announcement).where(Announcement.emergency_id.in_(running), Announcement.state == "sent")
    for one in session.scalars(query.order_by(Announcement.id.desc())):
        if member in reach(session, network_id, audience_of(one)).people:
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


def _memberships(session: Session, network_id: int, audience: Audience) -> list[Membership]:
    """The memberships that are meant, of people who consented or whom the file names."""
    query = select(Membership).join(Member, Membership.member_id == Member.id)
    query = query.where(
        Membership.network_id == network_id, Membership.state == "active", Member.left_at.is_(None)
    )
    match audience.kind:
        case "everyone":
            pass
        case "rooms":
            seated = select(RoomMember.member_id).join(Room, Room.id == RoomMember.room_id)
            query = query.where(Membership.member_id.in_(seated.where(Room.id.in_(_ids(audience.values)))))
        case "role":
            query = _with_role(query, audience.values)
        case "unacknowledged":
            query = query.where(Membership.member_id.in_(_unanswered(session, network_id, audience)))
        case _:
            meant = [one.id for one in enterprises_of(session, network_id, audience)]
            query = query.where(Membership.enterprise_id.in_(meant))
    return list(session.scalars(query.order_by(Membership.id)))


def _with_role(query: Select[Membership], roles: Sequence[str]) -> Select[Membership]:
    if Role.MEMBER in roles:
        return query
    return query.where(Membership.id.in_(select(RoleGrant.membership_id).where(RoleGrant.role.in_(roles))))


def _unanswered(session: Session, network_id: int, audience: Audience) -> list[int]:
    found: list[int] = []
    for ident in _ids(audience.values):
        before = session.get(Announcement, ident)
        if before is not None and before.network_id == network_id:
            found += [one.id for one in lacking(session, before)]
    return found


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
