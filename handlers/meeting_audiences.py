"""Whom a meeting is for: everybody, all leaders, the own enterprise, a room, or people by name.

In a form's data: everyone, leaders, enterprise, room-<id>, people-<id>-<id>….
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from bot.buttons import number
from bot.dialogue import Choice, Data, open_form
from bot.language import DEFAULT, language
from bot.turn import Turn
from models.chats import Chat, Room, RoomMember
from models.meeting_queries import active_in
from models.meeting_rules import may_call
from models.membership import members_like
from models.network import Enterprise
from models.people import Member, Membership
from models.people_queries import holders
from models.permissions import Role
from models.words import Audience, RoomKind

OFFERED_ROOMS = 8
MOST_PEOPLE = 12  # by name; more than that is a room
NAMED = 3
BESIDES_NAME = re.compile(r"\(.*?\)")


@dataclass(frozen=True)
class Whom:
    """An audience: where its invitations go."""

    audience: Audience
    rooms: Sequence[Room] = ()
    members: Sequence[Member] = ()
    enterprise: Enterprise | None = None


def whom(turn: Turn, value: str) -> Whom:
    """The rooms and people that a form's value means now."""
    kind, *idents = value.split("-")
    match kind:
        case Audience.EVERYONE:
            return _everyone(turn)
        case Audience.LEADERS:
            return Whom(Audience.LEADERS, members=_leaders(turn))
        case Audience.ENTERPRISE:
            return _enterprise(turn)
        case Audience.ROOM:
            return _room(turn, idents)
        case _:
            ids = [ident for one in idents if (ident := number(one)) is not None]
            query = select(Member).where(Member.id.in_(ids), active_in(Member.id, _network_id(turn)))
            return Whom(Audience.PEOPLE, members=turn.session.scalars(query.order_by(Member.id)).all())


def label(turn: Turn, value: str) -> str:
    """An audience in words; who was picked by name is only counted in a group."""
    meant = whom(turn, value)
    if meant.audience is Audience.ROOM and value.startswith(Audience.ROOM):
        room = _room_of(turn, value.split("-")[1:])
        return room.name if room else ""
    if meant.audience is Audience.ENTERPRISE:
        return meant.enterprise.short_name if meant.enterprise else ""
    if meant.audience is Audience.PEOPLE:
        return people_line(turn, meant.members)
    return turn.say(f"meetings.audience.{meant.audience}")


def people_line(turn: Turn, people: Sequence[Member]) -> str:
    """A few names, and how many more; in a group only how many."""
    if turn.in_group:
        return turn.say("meetings.count", count=len(people))
    names = ", ".join(one.call_as for one in people[:NAMED])
    return (
        names
        if len(people) <= NAMED
        else turn.say("meetings.and_more", names=names, count=len(people) - NAMED)
    )


def reached(turn: Turn, meant: Whom) -> int:
    """How many people get its invitation beside the one who calls."""
    own = turn.member.id if turn.member else None
    count = sum(_heads(turn, room) - (own in seated(turn, [room])) for room in meant.rooms)
    return count + sum(1 for one in meant.members if one.id != own and one.line_user_id)


def seated(turn: Turn, rooms: Sequence[Room]) -> set[int]:
    """The members (ids) who sit in any of these rooms, as far as our own records know."""
    seats = select(RoomMember.member_id).where(RoomMember.room_id.in_([room.id for room in rooms]))
    return set(turn.session.scalars(seats))


def choices(turn: Turn, data: Data) -> list[Choice]:
    """The audiences that the caller may invite to this kind of meeting."""
    offered = []
    for audience in (Audience.EVERYONE, Audience.LEADERS):
        if _may(turn, data, audience):
            offered.append(Choice(turn.say(f"meetings.audience.{audience}"), audience.value))
    own = turn.membership.enterprise if turn.membership else None
    if own is not None and _may(turn, data, Audience.ENTERPRISE):
        offered.append(Choice(own.short_name, Audience.ENTERPRISE.value))
    if _may(turn, data, Audience.ROOM):
        offered += [Choice(room.name, f"room-{room.id}") for room in _rooms(turn)[:OFFERED_ROOMS]]
    return offered


def resolve(turn: Turn, words: str) -> str | None:
    """The audience that somebody typed: a word for all, a room's name, or names of people."""
    return said_in(turn, words) or _people(turn, words)


def check(turn: Turn, value: str) -> str | None:
    """Why this audience cannot be invited to the meeting that is just being called."""
    form = open_form(turn.session, turn.chat.id, turn.member.id) if turn.member else None
    meant = whom(turn, value)
    if not meant.rooms and not meant.members:
        return "meetings.nobody_there"
    if form is None or allowed(turn, form.data, value):
        return None
    return "meetings.not_this_audience"


def allowed(turn: Turn, data: Data, value: str) -> bool:
    """Whether the speaker may call this kind of meeting for this audience, and invites only where they sit."""
    meant = whom(turn, value)
    room = _room_of(turn, value.split("-")[1:]) if value.startswith(Audience.ROOM) else None
    if room is not None and room.id not in {one.id for one in _rooms(turn)}:
        return False
    if meant.audience is Audience.ENTERPRISE and not _is_own(turn, meant.enterprise):
        return Role.COORDINATOR in turn.roles
    return _may(turn, data, meant.audience)


def for_all_in(turn: Turn, words: str) -> str | None:
    """Whether words name everybody or all leaders."""
    both = (Audience.EVERYONE, Audience.LEADERS)
    return next((one.value for one in both if speaks_of(turn, f"meetings.words.{one}", words)), None)


def said_in(turn: Turn, words: str) -> str | None:
    """The audience that words name: everybody, leaders, the own group, or a room by its name or subject."""
    if (for_all := for_all_in(turn, words)) is not None:
        return for_all
    if speaks_of(turn, f"meetings.words.{Audience.ENTERPRISE}", words):
        return Audience.ENTERPRISE.value
    rooms = [(len(name), room) for room in _rooms(turn) if (name := _named_by(turn, room, words))]
    if not rooms:
        return None
    # Of those that are named alike, a LINE group before people without one: what is said there may ride.
    _, room = max(rooms, key=lambda pair: (pair[1].chat_id is not None, pair[0], -pair[1].id))
    return f"room-{room.id}"


def speaks_of(turn: Turn, msgid: str, words: str) -> bool:
    """Whether a msgid's regular expression, in this person's language or Thai, is found in the words."""
    return any(
        re.search(spoken.say(msgid), words, re.IGNORECASE) for spoken in (turn.language, language(DEFAULT))
    )


def _named_by(turn: Turn, room: Room, words: str) -> str:
    """The word by which these words name a room; empty where they do not. What any call says (ประชุม) names none."""
    name = BESIDES_NAME.sub("", room.name).strip()
    bare = re.sub(turn.say("meetings.words.room"), "", name).strip()
    names = [name, bare, *(one for one in room.subjects if not speaks_of(turn, "meetings.words.call", one))]
    return max((one for one in names if len(one) > 2 and one in words), key=len, default="")


def _people(turn: Turn, words: str) -> str | None:
    """Names of members, with commas or และ between them; None where one of them is not sure."""
    parts = [part for part in re.split(turn.say("meetings.words.between"), words.strip()) if part.strip()]
    if not parts or len(parts) > MOST_PEOPLE:
        return None
    found = []
    for part in parts:
        like = members_like(turn.session, _network_id(turn), part.strip(), limit=2)
        exact = [one for one in like if part.strip() in (one.member.call_as, one.member.full_name)]
        if len(exact or like) != 1 or (exact or like)[0].state != "active":
            return None
        found.append((exact or like)[0].member_id)
    return "-".join(["people", *map(str, found)])


def _everyone(turn: Turn) -> Whom:
    query = select(Room).where(
        Room.network_id == _network_id(turn), Room.kind == RoomKind.NETWORK, Room.chat_id.is_not(None)
    )
    rooms = turn.session.scalars(query.order_by(Room.id)).all()
    members = select(Member).where(active_in(Member.id, _network_id(turn)), Member.left_at.is_(None))
    everybody = turn.session.scalars(members.order_by(Member.id)).all()
    return Whom(Audience.EVERYONE, rooms, _outside(turn, rooms, everybody))


def _enterprise(turn: Turn) -> Whom:
    own = turn.membership.enterprise if turn.membership else None
    if own is None:
        return Whom(Audience.ENTERPRISE)
    query = select(Room).where(
        Room.network_id == _network_id(turn), Room.enterprise_id == own.id, Room.chat_id.is_not(None)
    )
    rooms = turn.session.scalars(query.order_by(Room.id)).all()
    theirs = select(Membership.member_id).where(
        Membership.enterprise_id == own.id, Membership.state == "active"
    )
    people = turn.session.scalars(
        select(Member).where(Member.id.in_(theirs), Member.left_at.is_(None)).order_by(Member.id)
    ).all()
    return Whom(Audience.ENTERPRISE, rooms, _outside(turn, rooms, people), own)


def _room(turn: Turn, idents: Sequence[str]) -> Whom:
    room = _room_of(turn, idents)
    if room is None:
        return Whom(Audience.ROOM)
    audience = Audience.ENTERPRISE if room.enterprise_id else Audience.ROOM
    if room.kind == RoomKind.NETWORK:
        audience = Audience.EVERYONE
    if room.chat_id is not None:
        return Whom(audience, rooms=[room], enterprise=room.enterprise)
    seats = select(RoomMember.member_id).where(RoomMember.room_id == room.id)
    people = select(Member).where(Member.id.in_(seats), active_in(Member.id, room.network_id))
    return Whom(
        audience,
        members=turn.session.scalars(people.order_by(Member.id)).all(),
        enterprise=room.enterprise,
    )


def _room_of(turn: Turn, idents: Sequence[str]) -> Room | None:
    ident = number(idents[0]) if idents else None
    room = turn.session.get(Room, ident) if ident is not None else None
    return room if room is not None and room.network_id == _network_id(turn) else None


def _rooms(turn: Turn) -> list[Room]:
    """The rooms that the speaker may invite, the one spoken in first: a coordinator all, others where they sit."""
    query = select(Room).where(Room.network_id == _network_id(turn)).order_by(Room.chat_id.is_(None), Room.id)
    rooms = list(turn.session.scalars(query))
    if Role.COORDINATOR not in turn.roles:
        seats = select(RoomMember.room_id).where(RoomMember.member_id == (turn.member and turn.member.id))
        mine = set(turn.session.scalars(seats))
        rooms = [one for one in rooms if one.id in mine and one.kind != RoomKind.NETWORK]
    here = turn.room.id if turn.room else None
    return sorted(rooms, key=lambda room: room.id != here)


def _leaders(turn: Turn) -> list[Member]:
    found = {one.member_id: one.member for one in holders(turn.session, _network_id(turn), Role.LEADER)}
    return [found[ident] for ident in sorted(found)]


def _outside(turn: Turn, rooms: Sequence[Room], people: Sequence[Member]) -> list[Member]:
    """Those who sit in none of the rooms."""
    inside = seated(turn, rooms)
    return [one for one in people if one.id not in inside]


def _heads(turn: Turn, room: Room) -> int:
    """How many people sit in a room: as LINE counts, else as we know."""
    chat = turn.session.get(Chat, room.chat_id) if room.chat_id is not None else None
    if chat is not None and chat.heads:
        return chat.heads
    query = select(func.count()).select_from(RoomMember).where(RoomMember.room_id == room.id)
    return turn.session.scalar(query) or 0


def _is_own(turn: Turn, enterprise: Enterprise | None) -> bool:
    own = turn.membership.enterprise_id if turn.membership else None
    return enterprise is not None and own == enterprise.id


def _may(turn: Turn, data: Data, audience: str) -> bool:
    return may_call(turn.roles, data.get("kind", ""), audience)


def _network_id(turn: Turn) -> int:
    assert turn.network is not None  # noqa: S101 - who calls a meeting belongs to a network
    return turn.network.id
