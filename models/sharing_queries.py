"""Invitations to tell: who is asked what, which are open, and what came of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.sharing import HowOften, RoomSharing, SharingPrompt, SharingTopic, SharingWish

EVERY_WEEK = 1
STOPPED = 0


def topics(session: Session, network_id: int) -> Sequence[SharingTopic]:
    """The network's plan, in the order in which it was made."""
    query = select(SharingTopic).where(
        SharingTopic.network_id == network_id, SharingTopic.removed_at.is_(None)
    )
    return session.scalars(query.order_by(SharingTopic.id)).all()


def open_prompt(session: Session, member_id: int, now: datetime) -> SharingPrompt | None:
    """What a member is invited to tell now, and has neither told nor skipped."""
    query = select(SharingPrompt).where(
        SharingPrompt.member_id == member_id,
        SharingPrompt.state == "asked",
        SharingPrompt.open_until > now,
    )
    return session.scalars(query.order_by(SharingPrompt.id.desc()).limit(1)).first()


def settle(prompt: SharingPrompt, state: str, now: datetime) -> None:
    """It was answered or skipped; the first answer counts, and an answer more than a skip."""
    if prompt.state != "answered":
        prompt.state, prompt.settled_at = state, now


def every_weeks(session: Session, room_id: int, usual: int) -> int:
    """How many weeks lie between a room's invitations; 0: there are none."""
    own = session.get(RoomSharing, room_id)
    return own.every_weeks if own is not None else usual


def set_every_weeks(session: Session, room_id: int, weeks: int) -> None:
    """Give a room a rhythm of its own; 0 stops it."""
    own = session.get(RoomSharing, room_id)
    if own is None:
        session.add(RoomSharing(room_id=room_id, every_weeks=weeks))
    else:
        own.every_weeks = weeks
    session.flush()


def wish_of(session: Session, member_id: int, network_id: int) -> SharingWish:
    """What a member wishes; the usual where they have not said (then it is not kept yet: add it to keep it)."""
    return session.get(SharingWish, (member_id, network_id)) or SharingWish(
        member_id=member_id, network_id=network_id, how_often=HowOften.WEEKLY, interests=[]
    )
