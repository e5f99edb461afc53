"""The rules of belonging: what was consented to, who confirms whom, and when somebody belongs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rapidfuzz import fuzz
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.approvals import leaders_confirm
from models.matching import enterprises_named
from models.network import Enterprise, Network
from models.people import Consent, Member, Membership, Refusal, RoleGrant
from models.people_queries import holders
from models.permissions import Role
from models.store import take

BASIC, PHOTOS, GUARDIAN = "basic", "photos", "guardian"  # what a consent is for, each asked for itself
ASK_AGAIN_AFTER = timedelta(days=30)
ALIKE = 70.0  # of 100: a person's name as it is remembered by others
TITLES = (
    "คุณ",
    "แม่ใหญ่",
    "พ่อใหญ่",
    "แม่",
    "พ่อ",
    "ยาย",
    "ตา",
    "ป้า",
    "ลุง",
    "น้า",
    "อา",
    "พี่",
    "น้อง",
    "อ้าย",
    "เอื้อย",
    "นาง",
    "นาย",
)


def consent_of(session: Session, member: Member, purpose: str) -> Consent | None:
    """The consent that stands for a purpose."""
    query = select(Consent).where(
        Consent.member_id == member.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    return session.scalars(query).first()


def give_consent(
    session: Session, member: Member, purpose: str, version: str, now: datetime, by: Member | None = None
) -> Consent:
    """Keep a consent, in which wording and when; one that stands already is left as it is. `by`: the coordinator
    who heard a guardian's."""
    standing = consent_of(session, member, purpose)
    if standing is None:
        standing = Consent(member_id=member.id, purpose=purpose, version=version, given_at=now)
        standing.given_by_id = by.id if by else None
        session.add(standing)
        session.flush()
    return standing


def has_refused(session: Session, subject: str, now: datetime) -> bool:
    """Whether this keyed hash of a LINE id said no in the last thirty days."""
    refusal = session.get(Refusal, subject)
    return refusal is not None and now - refusal.refused_at < ASK_AGAIN_AFTER


def remember_refusal(session: Session, subject: str, now: datetime) -> None:
    """Keep that this keyed hash of a LINE id said no."""
    session.merge(Refusal(subject=subject, refused_at=now))


def forget_refusal(session: Session, subject: str) -> None:
    """Somebody changed their mind."""
    refusal = session.get(Refusal, subject)
    if refusal is not None:
        session.delete(refusal)


def needs_guardian(session: Session, member: Member) -> bool:
    """Whether a guardian has still to consent (PDPA s.20: under 20)."""
    return member.under_age and consent_of(session, member, GUARDIAN) is None


def membership_in(session: Session, member_id: int, network_id: int) -> Membership | None:
    """A member's place in a network, whatever its state."""
    query = select(Membership).where(Membership.member_id == member_id, Membership.network_id == network_id)
    return session.scalars(query).first()


def ask_to_join(
    session: Session, member: Member, network_id: int, enterprise_id: int | None, now: datetime
) -> Membership:
    """A waiting membership; one that was left or refused before is opened again, an active one stays as it is."""
    membership = membership_in(session, member.id, network_id)
    if membership is None:
        membership = Membership(member=member, network_id=network_id, state="left", joined_at=now)
        session.add(membership)
    if membership.state != "active":
        membership.state, membership.joined_at = "waiting", now
        membership.enterprise_id = enterprise_id
        membership.confirmed_at = membership.confirmed_by_id = None
    session.flush()
    return membership


def confirm(session: Session, membership: Membership, by_id: int | None, now: datetime) -> None:
    """Somebody of the group, or a code that they made, vouched for the member."""
    membership.confirmed_at, membership.confirmed_by_id = now, by_id
    settle(session, membership)


def decline(membership: Membership, by_id: int) -> None:
    """Somebody of the group does not know this person, or a guardian does not agree."""
    end(membership)
    membership.confirmed_at, membership.confirmed_by_id = None, by_id


def end(membership: Membership) -> None:
    """The member leaves the network; their roles go with it."""
    membership.state = "left"
    membership.roles.clear()


def settle(session: Session, membership: Membership) -> None:
    """A waiting membership becomes active once it is confirmed and a guardian agreed where one must."""
    ready = membership.confirmed_at is not None and not needs_guardian(session, membership.member)
    if membership.state == "waiting" and ready:
        membership.state = "active"
        session.flush()


def holds(membership: Membership | None, role: Role) -> bool:
    """Whether an active membership has this role."""
    if membership is None or membership.state != "active":
        return False
    return any(grant.role == role for grant in membership.roles)


def grant_role(membership: Membership, role: Role, by_id: int | None, now: datetime) -> bool:
    """Give a role; False where it is held already. Everybody who belongs is a member without a grant."""
    if role is Role.MEMBER or any(grant.role == role for grant in membership.roles):
        return False
    membership.roles.append(RoleGrant(role=role.value, granted_at=now, granted_by_id=by_id))
    return True


def withdraw_role(membership: Membership, role: Role) -> bool:
    """Take a role back; False where it was not held."""
    held = [grant for grant in membership.roles if grant.role == role]
    for grant in held:
        membership.roles.remove(grant)
    return bool(held)


def is_last_coordinator(session: Session, membership: Membership) -> bool:
    """Whether the network would be left without anybody to answer for it. The network's row is taken: of two
    coordinators who leave at the same time the second sees that the first has gone."""
    if not holds(membership, Role.COORDINATOR):
        return False
    take(session, Network, membership.network_id)
    others = holders(session, membership.network_id, Role.COORDINATOR)
    return all(other.id == membership.id for other in others)


def deciders(session: Session, membership: Membership) -> Sequence[Membership]:
    """Who confirms a membership: the enterprise's leaders, where the network leaves it to them, or else its
    coordinators; never oneself."""
    leaders: Sequence[Membership] = []
    if membership.enterprise_id is not None and leaders_confirm(session, membership):
        leaders = holders(session, membership.network_id, Role.LEADER, membership.enterprise_id)
    for asked in (leaders, holders(session, membership.network_id, Role.COORDINATOR)):
        others = [one for one in asked if one.member_id != membership.member_id]
        if others:
            return others
    return []


def may_decide(session: Session, decider: Membership | None, membership: Membership) -> bool:
    """Whether somebody may say who belongs: coordinators, and leaders for their own enterprise where the network
    leaves it to them."""
    if decider is None or decider.network_id != membership.network_id or decider.id == membership.id:
        return False
    if holds(decider, Role.COORDINATOR):
        return True
    own = decider.enterprise_id is not None and decider.enterprise_id == membership.enterprise_id
    return own and holds(decider, Role.LEADER) and leaders_confirm(session, membership)


def enterprises_like(session: Session, words: str, limit: int = 8) -> list[Enterprise]:
    """Enterprises of any network on this bot that the words may mean, the likest first; a province that the words
    name decides between those of like names."""
    found = [
        enterprise
        for network in session.scalars(select(Network).order_by(Network.id))
        for enterprise in enterprises_named(session, network.id, words, limit)
    ]
    there = [one for one in found if one.province and one.province in words]
    return (there or found)[:limit]


def members_like(
    session: Session, network_id: int, words: str, enterprise_id: int | None = None, limit: int = 3
) -> list[Membership]:
    """The people of a network (or one enterprise) whom a name may mean, the likest first; those who left are out."""
    query = select(Membership).where(Membership.network_id == network_id, Membership.state != "left")
    if enterprise_id is not None:
        query = query.where(Membership.enterprise_id == enterprise_id)
    scored = [(_alike(words, one.member), one) for one in session.scalars(query.order_by(Membership.id))]
    likely = sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: -pair[0])
    return [membership for _, membership in likely[:limit]]


def _alike(words: str, member: Member) -> float:
    """How like a person's names the words are, of 100; forms of address tell little."""
    said = words.replace(" ", "")
    names = [name.replace(" ", "") for name in (member.call_as, member.full_name.split(" ")[0]) if name]
    if said in names:
        return 100.0
    return max((fuzz.ratio(_untitled(said), _untitled(name)) - 1 for name in names), default=0.0)


def _untitled(name: str) -> str:
    title = next((one for one in TITLES if name.startswith(one) and len(name) > len(one) + 1), "")
    return name.removeprefix(title)
