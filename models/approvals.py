"""Who says yes to what, as a network sets it. A rule by which nobody can be reached falls to its coordinators: never
to nobody, never to everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.chats import Chat
from models.people import Membership
from models.people_queries import holders
from models.permissions import Role

OWN, ALL, NONE = "own", "all", "none"
LEADERS, COORDINATORS, CHAIR = "leaders", "coordinators", "chair"


@dataclass(frozen=True)
class Approvals:
    """What a network sets otherwise than this stands in its `rhythm`."""

    leaders_announce: str = OWN  # to whom a leader's word goes without being looked at: own, all, none
    approves_announcements: str = COORDINATORS  # or the chair
    confirms_members: str = LEADERS  # of the enterprise, and coordinators; or coordinators alone
    gives_roles: str = COORDINATORS  # or the chair

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Approvals":
        """What a network keeps in its `rhythm`; a word that is none counts as the usual one."""
        return cls(**{name: kept[name] for name, allowed in ALLOWED.items() if kept.get(name) in allowed})


ALLOWED: dict[str, tuple[str, ...]] = {
    "leaders_announce": (OWN, ALL, NONE),
    "approves_announcements": (COORDINATORS, CHAIR),
    "confirms_members": (LEADERS, COORDINATORS),
    "gives_roles": (COORDINATORS, CHAIR),
}
assert set(ALLOWED) == {field.name for field in fields(Approvals)}  # noqa: S101 - a defect, found at start


def approvers(session: Session, network_id: int, by: str) -> Sequence[Membership]:
    """Whose word counts where it is the coordinators' or the chair's (a coordinator with that position)."""
    coordinators = holders(session, network_id, Role.COORDINATOR)
    chairs = [one for one in coordinators if "chair" in one.positions] if by == CHAIR else []
    return _reachable(session, chairs) or coordinators


def may_approve(session: Session, membership: Membership | None, by: str) -> bool:
    """Whether this membership's word counts."""
    if membership is None:
        return False
    return any(one.id == membership.id for one in approvers(session, membership.network_id, by))


def leaders_confirm(session: Session, membership: Membership) -> bool:
    """Whether the leaders of its enterprise may say that somebody belongs: the network leaves it to them, or has no
    coordinator besides who is asked about."""
    if Approvals.of(membership.network.rhythm).confirms_members == LEADERS:
        return True
    coordinators = _reachable(session, holders(session, membership.network_id, Role.COORDINATOR))
    return all(one.member_id == membership.member_id for one in coordinators)


def _reachable(session: Session, memberships: Sequence[Membership]) -> Sequence[Membership]:
    """Those who have not blocked the bot."""
    lanes = [one.member.line_user_id for one in memberships]
    blocked = set(
        session.scalars(select(Chat.line_id).where(Chat.line_id.in_(lanes), Chat.state == "blocked"))
    )
    return [one for one in memberships if one.member.line_user_id not in blocked]
