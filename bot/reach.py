"""Who may have a delivery: settled when its first try starts."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.chats import Chat, Room
from models.people import Consent, Member, Membership, RoleGrant
from models.post import Delivery, Notice

LEFT = "the bot is no longer in this group"
BLOCKED = "the person blocked the bot"
UNBOUND = "the group is no longer a room of the network"
GONE = "the person left or withdrew their consent"
NO_ROLE = "the person no longer has the role it was for"


def refusal(session: Session, delivery: Delivery) -> str | None:
    """Why this delivery's chat may not have it any more; None where it may."""
    chat = session.scalar(select(Chat).where(Chat.line_id == delivery.lane))
    if chat is not None and chat.state != "active":
        return BLOCKED if chat.kind == "user" else LEFT
    if delivery.notice is None:
        return None
    if delivery.lane.startswith("U"):
        return refusals(session, delivery.notice, [delivery.lane]).get(delivery.lane)
    return _room_refusal(session, delivery.notice, chat)


def refusals(session: Session, notice: Notice, lanes: list[str]) -> dict[str, str]:
    """Of these people, who may not have the notice any more, and why."""
    consented = select(Consent.member_id).where(Consent.purpose == "basic", Consent.withdrawn_at.is_(None))
    present = select(Member.line_user_id).where(Member.left_at.is_(None), Member.id.in_(consented))
    may = set(session.scalars(present.where(Member.line_user_id.in_(lanes))))
    refused = {lane: GONE for lane in lanes if lane not in may}
    blocked = select(Chat.line_id).where(Chat.line_id.in_(lanes), Chat.state == "blocked")
    refused |= dict.fromkeys(session.scalars(blocked), BLOCKED)
    if notice.network_id is not None:
        theirs = select(Member.line_user_id).join(Membership, Membership.member_id == Member.id)
        here = theirs.where(Membership.network_id == notice.network_id, Member.line_user_id.in_(lanes))
        refused |= dict.fromkeys(filter(None, session.scalars(here.where(Membership.state == "left"))), GONE)
        if notice.role is not None:
            holders = here.join(RoleGrant).where(RoleGrant.role == notice.role, Membership.state == "active")
            having = set(session.scalars(holders))
            refused |= {lane: NO_ROLE for lane in lanes if lane not in having and lane not in refused}
    return refused


def _room_refusal(session: Session, notice: Notice, chat: Chat | None) -> str | None:
    if notice.network_id is None:
        return None
    bound = select(Room.id).where(Room.network_id == notice.network_id)
    if chat is None or session.scalar(bound.where(Room.chat_id == chat.id)) is None:
        return UNBOUND
    return None
