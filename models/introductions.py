"""Introductions: who may be asked for an enterprise, what was asked before, and where two people can meet."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models.chats import Chat, Room, RoomMember
from models.network import Enterprise, Introduction
from models.people import Member, Membership
from models.people_queries import holders
from models.permissions import Role

ASKED = 2  # leaders at most are asked for one enterprise


def contacts(session: Session, enterprise: Enterprise, besides: int | None) -> list[Member]:
    """Who is asked for an enterprise: its leaders, else a coordinator; only people the bot can write to."""
    leaders = holders(session, enterprise.network_id, Role.LEADER, enterprise.id)
    if found := _reachable(session, leaders, besides)[:ASKED]:
        return found
    return _reachable(session, holders(session, enterprise.network_id, Role.COORDINATOR), besides)[:1]


def may_answer(session: Session, introduction: Introduction, member_id: int) -> bool:
    """Whether a member may say yes or no: a leader of the enterprise, or a coordinator; never the asker."""
    if member_id == introduction.asker_id:
        return False
    leaders = holders(session, introduction.network_id, Role.LEADER, introduction.to_enterprise_id)
    coordinators = holders(session, introduction.network_id, Role.COORDINATOR)
    return any(one.member_id == member_id for one in (*leaders, *coordinators))


def asked_before(session: Session, asker_id: int, enterprise_id: int, about: str) -> Introduction | None:
    """The newest introduction to an enterprise that a member asked for about the same thing."""
    query = select(Introduction).where(
        Introduction.asker_id == asker_id,
        Introduction.to_enterprise_id == enterprise_id,
        Introduction.about == about,
    )
    return session.scalars(query.order_by(Introduction.id.desc())).first()


def introductions_of(session: Session, member_id: int) -> Sequence[Introduction]:
    """All that a member asked for."""
    return session.scalars(select(Introduction).where(Introduction.asker_id == member_id)).all()


def unanswered(
    session: Session, network_id: int, until: datetime, enterprise_id: int | None = None
) -> Sequence[Introduction]:
    """What was asked by `until` (aware) and has no answer, of a network or of one enterprise; the oldest first."""
    query = select(Introduction).where(
        Introduction.network_id == network_id, Introduction.state == "asked", Introduction.asked_at <= until
    )
    if enterprise_id is not None:
        query = query.where(Introduction.to_enterprise_id == enterprise_id)
    return session.scalars(query.order_by(Introduction.asked_at, Introduction.id)).all()


def answered_by(session: Session, member_id: int) -> Sequence[Introduction]:
    """All that a member said yes or no to."""
    return session.scalars(select(Introduction).where(Introduction.answered_by_id == member_id)).all()


def asked_between(
    session: Session, network_id: int, after: datetime, until: datetime
) -> Sequence[Introduction]:
    """The introductions of a network that were asked for between these moments and are not answered."""
    query = select(Introduction).where(
        Introduction.network_id == network_id,
        Introduction.state == "asked",
        Introduction.asked_at > after,
        Introduction.asked_at <= until,
    )
    return session.scalars(query.order_by(Introduction.id)).all()


def shared_room(session: Session, network_id: int, one: Member, other: Member) -> Room | None:
    """A LINE group of the network that both sit in, the one known longest."""
    mine, theirs = aliased(RoomMember), aliased(RoomMember)
    query = (
        select(Room)
        .join(mine, mine.room_id == Room.id)
        .join(theirs, theirs.room_id == Room.id)
        .where(
            Room.network_id == network_id,
            Room.chat_id.is_not(None),
            mine.member_id == one.id,
            theirs.member_id == other.id,
        )
        .order_by(Room.id)
    )
    return session.scalars(query).first()


def coordinator_between(session: Session, network_id: int, *people: Member) -> Member | None:
    """A coordinator who is neither of these people."""
    ids = {person.id for person in people}
    found = holders(session, network_id, Role.COORDINATOR)
    return next((one.member for one in found if one.member_id not in ids), None)


def _reachable(session: Session, people: Sequence[Membership], besides: int | None) -> list[Member]:
    members = [one.member for one in people if one.member_id != besides]
    blocked = set(
        session.scalars(
            select(Chat.line_id).where(
                Chat.line_id.in_([member.line_user_id for member in members]), Chat.state == "blocked"
            )
        )
    )
    return [member for member in members if member.line_user_id not in blocked]
