"""Whose turn it is to be invited to tell something: each enterprise hosts in turn, and within it each person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.chats import Chat, Room, RoomMember
from models.mutes import Mute, MuteGroup
from models.network import Enterprise, Network
from models.people import Consent, Member, Membership
from models.sharing import HowOften, SharingPrompt, SharingWish
from models.sharing_queries import STOPPED, every_weeks
from models.words import RoomKind

A_WEEK = timedelta(days=7)
A_MONTH = timedelta(days=28)
NEVER = date.min
NOT_BY_ITSELF = (RoomKind.WORKING_GROUP,)  # committees have other things to do; a coordinator may turn it on


@dataclass(frozen=True)
class Place:
    """Where somebody is invited: a room, or one-to-one for those who sit in no room where that is done."""

    name: str
    room: Room | None


def places(session: Session, network: Network, usual_weeks: int, today: date) -> list[Place]:
    """Where an invitation is due by its rhythm, where none was made for longest first."""
    found = [Place(f"room:{room.id}", room) for room in _rooms(session, network.id)]
    weeks = {
        place.name: room_weeks(session, place.room, usual_weeks) for place in found if place.room is not None
    }
    alone = Place(f"alone:{network.id}", None)
    weeks[alone.name] = usual_weeks
    last = last_asked(session, network.id)
    due = [
        place
        for place in [*found, alone]
        if weeks[place.name] != STOPPED and today - last.get(place.name, NEVER) >= weeks[place.name] * A_WEEK
    ]
    return sorted(due, key=lambda place: (last.get(place.name, NEVER), place.room is None, place.name))


def asked_rooms(session: Session, network_id: int, usual_weeks: int) -> list[Room]:
    """The rooms in which people are invited."""
    return [room for room in _rooms(session, network_id) if room_weeks(session, room, usual_weeks) != STOPPED]


def room_weeks(session: Session, room: Room, usual: int) -> int:
    """How many weeks lie between a room's invitations, as it was set or as is usual for its kind; 0: none."""
    return every_weeks(session, room.id, STOPPED if room.kind in NOT_BY_ITSELF else usual)


def last_asked(session: Session, network_id: int) -> dict[str, date]:
    """When somebody was last invited in each place."""
    query = (
        select(SharingPrompt.place, func.max(SharingPrompt.asked_on))
        .where(SharingPrompt.network_id == network_id, _counts())
        .group_by(SharingPrompt.place)
    )
    return dict(session.execute(query).all())


def next_host(
    session: Session, network: Network, place: Place, usual_weeks: int, today: date
) -> Membership | None:
    """Who is asked: of the enterprises of those who sit there the one that has not hosted there for longest (of equals,
    anywhere), and of its people the one not asked for longest. None where nobody wants to be asked now."""
    wishes = {
        one.member_id: one
        for one in session.scalars(select(SharingWish).where(SharingWish.network_id == network.id))
    }
    lately = _last_by(session, SharingPrompt.member_id, SharingPrompt.asked_on > today - A_MONTH)
    candidates = [
        one
        for one in _candidates(session, network, place, usual_weeks)
        if _wants(wishes.get(one.member_id), lately.get(one.member_id, NEVER), today)
    ]
    here = _last_by(session, SharingPrompt.enterprise_id, SharingPrompt.place == place.name)
    hosted = _last_by(session, SharingPrompt.enterprise_id, SharingPrompt.network_id == network.id)
    asked = _last_by(session, SharingPrompt.member_id, SharingPrompt.network_id == network.id)
    return min(
        candidates,
        key=lambda one: (
            here.get(one.enterprise_id, NEVER),
            hosted.get(one.enterprise_id, NEVER),
            one.enterprise_id,
            asked.get(one.member_id, NEVER),
            one.id,
        ),
        default=None,
    )


def _rooms(session: Session, network_id: int) -> Sequence[Room]:
    """The rooms whose group the bot sits in."""
    query = select(Room).join(Chat, Chat.id == Room.chat_id)
    return session.scalars(
        query.where(Room.network_id == network_id, Chat.state == "active").order_by(Room.id)
    ).all()


def _candidates(session: Session, network: Network, place: Place, usual_weeks: int) -> Iterable[Membership]:
    """Members of the network's enterprises whom the bot reaches, who sit in that room (or in none of these)."""
    seated = select(RoomMember.member_id)
    if place.room is not None:
        here = Membership.member_id.in_(seated.where(RoomMember.room_id == place.room.id))
        query = _willing(network.id).where(here)
        if place.room.enterprise_id is not None:
            query = query.where(Membership.enterprise_id == place.room.enterprise_id)
        return session.scalars(query)
    rooms = [room.id for room in asked_rooms(session, network.id, usual_weeks)]
    return session.scalars(
        _willing(network.id).where(Membership.member_id.not_in(seated.where(RoomMember.room_id.in_(rooms))))
    )


def _willing(network_id: int) -> Select[Membership]:
    """Consenting members of an enterprise who can be reached and have not turned invitations off."""
    muted = exists().where(Mute.member_id == Member.id, Mute.what == MuteGroup.SHARING)
    blocked = exists().where(Chat.line_id == Member.line_user_id, Chat.state == "blocked")
    consented = exists().where(
        Consent.member_id == Member.id, Consent.purpose == "basic", Consent.withdrawn_at.is_(None)
    )
    return (
        select(Membership)
        .join(Member, Membership.member_id == Member.id)
        .join(Enterprise, Membership.enterprise_id == Enterprise.id)
        .where(
            Membership.network_id == network_id,
            Membership.state == "active",
            Member.line_user_id.is_not(None),
            Member.left_at.is_(None),
            Member.call_as != "",
            consented,
            ~muted,
            ~blocked,
        )
    )


def _wants(wish: SharingWish | None, last_asked_on: date, today: date) -> bool:
    """Whether their own rhythm allows it: at most once a week, over all rooms and networks."""
    if wish is not None and wish.paused_until is not None and today < wish.paused_until:
        return False
    how_often = wish.how_often if wish is not None else HowOften.WEEKLY
    if how_often == HowOften.NEVER:
        return False
    return today - last_asked_on >= (A_MONTH if how_often == HowOften.MONTHLY else A_WEEK)


def _last_by(
    session: Session, column: InstrumentedAttribute[Any], which: ColumnElement[bool]
) -> dict[Any, date]:
    query = select(column, func.max(SharingPrompt.asked_on)).where(_counts(), which).group_by(column)
    return dict(session.execute(query).all())


def _counts() -> ColumnElement[bool]:
    """What never left does not count as asked."""
    return SharingPrompt.state != "unsent"
