"""Who holds which role in a network, and who speaks for an enterprise."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from models.people import Member, Membership, RoleGrant
from models.permissions import Role


def holders(
    session: Session, network_id: int, role: Role, enterprise_id: int | None = None
) -> Sequence[Membership]:
    """Active memberships with this role (of one enterprise, where given), the longest held first; only of members
    whom the bot can reach."""
    query = _reachable(network_id).join(Membership.roles).where(RoleGrant.role == role)
    query = query.order_by(RoleGrant.granted_at, RoleGrant.id)
    if enterprise_id is not None:
        query = query.where(Membership.enterprise_id == enterprise_id)
    return session.scalars(query).all()


def speakers(session: Session, network_id: int, enterprise_id: int) -> Sequence[Membership]:
    """Who is told and asked what concerns an enterprise: its leaders, or its people where the bot reaches no leader."""
    leaders = holders(session, network_id, Role.LEADER, enterprise_id)
    people = _reachable(network_id).where(Membership.enterprise_id == enterprise_id)
    return leaders or session.scalars(people.order_by(Membership.id)).all()


def _reachable(network_id: int) -> Select[Membership]:
    """Active memberships of members whom the bot can reach, read together with them."""
    return (
        select(Membership)
        .join(Membership.member)
        .options(contains_eager(Membership.member))
        .where(
            Membership.network_id == network_id,
            Membership.state == "active",
            Member.line_user_id.is_not(None),
            Member.left_at.is_(None),
        )
    )
