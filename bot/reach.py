"""Who may have a delivery: settled when its first try starts."""

from functools import lru_cache

from sqlalchemy import ColumnElement, Select, bindparam, case, exists, or_, select
from sqlalchemy.orm import Session

from models.chats import Chat, Room
from models.mutes import Mute, mute_group
from models.people import Consent, Member, Membership, RoleGrant
from models.post import IS_CARRIED, Delivery, Notice

LEFT = "the bot is no longer in this group"
BLOCKED = "the person blocked the bot"
UNBOUND = "the group is no longer a room of the network"
GONE = "the person left or withdrew their consent"
NO_ROLE = "the person no longer has the role it was for"
MUTED = "the person has turned this kind of message off"


def refusal(session: Session, delivery: Delivery) -> str | None:
    """Why this delivery's chat may not have it any more; None where it may."""
    chat = session.scalar(select(Chat).where(Chat.line_id == delivery.lane))
    if chat is not None and chat.state != "active":
        return BLOCKED if chat.kind == "user" else LEFT
    if delivery.notice is None:
        return None
    if not delivery.lane.startswith("U"):
        return _room_refusal(session, delivery.notice, chat)
    for why, holds in _reasons(delivery.notice, delivery.urgency):
        if session.scalar(select(Delivery.id).where(Delivery.id == delivery.id, holds)) is not None:
            return why
    return None


def refused(session: Session, carrier: Delivery, notice: Notice) -> dict[int, str]:
    """Of the copies that a multicast carries, those whose person may not have it any more (ids), and why."""
    query = _refused(notice.kind, notice.network_id, notice.personal, notice.role, carrier.urgency)
    return {row.id: row.why for row in session.connection().execute(query, {"carrier": carrier.id})}


@lru_cache(maxsize=128)  # the same for all multicasts of a notice, and slow to put together
def _refused(
    kind: str, network_id: int | None, personal: bool, role: str | None, urgency: str
) -> Select[int, str]:
    notice = Notice(kind=kind, network_id=network_id, personal=personal, role=role)
    reasons = _reasons(notice, urgency)
    why = case(*((holds, reason) for reason, holds in reasons)).label("why")
    theirs = select(Delivery.id, why).where(Delivery.carrier_id == bindparam("carrier"), IS_CARRIED)
    return theirs.where(or_(*(holds for _, holds in reasons)))


def _reasons(notice: Notice, urgency: str) -> list[tuple[str, ColumnElement[bool]]]:
    """Why a person may not have a notice, and the condition on their delivery under which that is so."""
    person = Member.line_user_id == Delivery.lane
    consented = exists().where(
        Consent.member_id == Member.id, Consent.purpose == "basic", Consent.withdrawn_at.is_(None)
    )
    present = exists().where(person, Member.left_at.is_(None), consented)
    blocked = exists().where(Chat.line_id == Delivery.lane, Chat.state == "blocked")
    reasons = [(GONE, ~present), (BLOCKED, blocked)]
    if (group := mute_group(notice.kind, urgency)) is not None:
        muted = exists().where(person, Mute.member_id == Member.id, Mute.what == group)
        reasons.append((MUTED, muted))
    if notice.network_id is not None and not notice.personal:
        here = (Membership.member_id == Member.id) & (Membership.network_id == notice.network_id)
        reasons.append((GONE, exists().where(person, here, Membership.state == "left")))
        if notice.role is not None:
            holds = (RoleGrant.membership_id == Membership.id) & (RoleGrant.role == notice.role)
            reasons.append((NO_ROLE, ~exists().where(person, here, Membership.state == "active", holds)))
    return reasons


def _room_refusal(session: Session, notice: Notice, chat: Chat | None) -> str | None:
    if notice.network_id is None:
        return None
    bound = select(Room.id).where(Room.network_id == notice.network_id)
    if chat is None or session.scalar(bound.where(Room.chat_id == chat.id)) is None:
        return UNBOUND
    return None
