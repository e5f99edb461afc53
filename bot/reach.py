"""Who may have a delivery: settled when its first try starts."""

from sqlalchemy import ColumnElement, case, exists, func, or_, outerjoin, select
from sqlalchemy.orm import Session

from models.chats import Chat, Room
from models.mutes import Mute, mute_group
from models.people import Consent, Member, Membership, RoleGrant
from models.post import Delivery, Notice

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
    why = select(why_not(delivery.notice, delivery.urgency)).where(Delivery.id == delivery.id)
    return session.scalar(why) or None


def why_not(notice: Notice, urgency: str) -> ColumnElement[str]:
    """In a query of deliveries of this notice to people: why the person may not have it any more; empty where they may.

    One look-up by the delivery's lane for all reasons: a database that knows little of its tables yet would read all
    members for a join.
    """
    consented = exists().where(
        Consent.member_id == Member.id, Consent.purpose == "basic", Consent.withdrawn_at.is_(None)
    )
    person = outerjoin(Member, Chat, Chat.line_id == Member.line_user_id)
    reasons = [(or_(Member.left_at.is_not(None), ~consented), GONE), (Chat.state == "blocked", BLOCKED)]
    if (group := mute_group(notice.kind, urgency)) is not None:
        reasons.append((exists().where(Mute.member_id == Member.id, Mute.what == group), MUTED))
    if notice.network_id is not None and not notice.personal:
        here = (Membership.member_id == Member.id) & (Membership.network_id == notice.network_id)
        person = outerjoin(person, Membership, here)
        reasons.append((Membership.state == "left", GONE))
        if notice.role is not None:
            holds = exists().where(RoleGrant.membership_id == Membership.id, RoleGrant.role == notice.role)
            reasons.append((or_(func.coalesce(Membership.state, "") != "active", ~holds), NO_ROLE))
    theirs = select(case(*reasons, else_="")).select_from(person).where(Member.line_user_id == Delivery.lane)
    return func.coalesce(theirs.correlate(Delivery).scalar_subquery(), GONE)


def _room_refusal(session: Session, notice: Notice, chat: Chat | None) -> str | None:
    if notice.network_id is None:
        return None
    bound = select(Room.id).where(Room.network_id == notice.network_id)
    if chat is None or session.scalar(bound.where(Room.chat_id == chat.id)) is None:
        return UNBOUND
    return None
