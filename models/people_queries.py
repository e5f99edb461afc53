"""Who holds which role in a network."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import Member, Membership, RoleGrant
from models.permissions import Role


def holders(
    session: Session, network_id: int, role: Role, enterprise_id: int | None = None
) -> Sequence[Membership]:
    """Active memberships with this role (of one enterprise, where given), the longest held first; only of members
    whom the bot can reach."""
    query = (
        select(Membership)
        .join(RoleGrant)
        .join(Member, Membership.member_id == Member.id)
        .where(
            Membership.network_id == network_id,
            Membership.state == "active",
            RoleGrant.role == role,
            Member.line_user_id.is_not(None),
            Member.left_at.is_(None),
        )
        .order_by(RoleGrant.granted_at, RoleGrant.id)
    )
    if enterprise_id is not None:
        query = query.where(Membership.enterprise_id == enterprise_id)
    return session.scalars(query).all()
