"""What was reported, counted and listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from models.activities import Activity, ActivityEnterprise
from models.words import ActivityKind

SALES = (ActivityKind.SALE, ActivityKind.FAIR)
SHARED_BY = 3  # enterprises that sold: from fewer a group could tell what one of them earned


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the activities of some days, as reported."""

    count: int
    sold: float  # baht, of sales and fairs
    sellers: int  # enterprises that had part in these


def listed(
    session: Session,
    network_id: int,
    enterprise_id: int | None,
    first: date,
    last: date,
    start: int,
    most: int,
) -> Sequence[Activity]:
    """Activities of these days (both included), newest first; of one enterprise, or of the whole network."""
    query = _among(select(Activity), network_id, enterprise_id, first, last)
    return session.scalars(
        query.order_by(Activity.happened_on.desc(), Activity.id.desc()).offset(start).limit(most)
    ).all()


def totals(session: Session, network_id: int, enterprise_id: int | None, first: date, last: date) -> Totals:
    """The sums over the same activities."""
    counted = select(func.count(Activity.id))
    sold = select(func.coalesce(func.sum(Activity.amount), 0.0)).where(Activity.kind.in_(SALES))
    ids = _among(select(Activity.id), network_id, enterprise_id, first, last)
    ids = ids.where(Activity.kind.in_(SALES), Activity.amount > 0)
    return Totals(
        session.scalar(_among(counted, network_id, enterprise_id, first, last)) or 0,
        session.scalar(_among(sold, network_id, enterprise_id, first, last)) or 0.0,
        _enterprises(session, ids),
    )


def may_be_told(sellers: int) -> bool:
    """Whether everybody in a network may read what so many enterprises sold together. The one rule for money before
    others: sums only, of three or more; what a single enterprise or record earned is for its own people and
    coordinators."""
    return sellers >= SHARED_BY


def latest_of(session: Session, reporter_id: int, since: datetime) -> Activity | None:
    """The newest record of this reporter since then that still counts."""
    query = select(Activity).where(
        Activity.reporter_id == reporter_id, Activity.reported_at >= since, Activity.undone_at.is_(None)
    )
    return session.scalars(query.order_by(Activity.reported_at.desc(), Activity.id.desc()).limit(1)).first()


def _enterprises(session: Session, activity_ids: Select[Any]) -> int:
    own = select(Activity.enterprise_id).where(
        Activity.id.in_(activity_ids), Activity.enterprise_id.is_not(None)
    )
    joint = select(ActivityEnterprise.enterprise_id).where(ActivityEnterprise.activity_id.in_(activity_ids))
    return len(set(session.scalars(own)) | set(session.scalars(joint)))


def _among(
    query: Select[Any], network_id: int, enterprise_id: int | None, first: date, last: date
) -> Select[Any]:
    query = query.where(
        Activity.network_id == network_id,
        Activity.undone_at.is_(None),
        Activity.happened_on.between(first, last),
    )
    if enterprise_id is None:
        return query
    took_part = select(ActivityEnterprise.activity_id).where(
        ActivityEnterprise.enterprise_id == enterprise_id
    )
    return query.where(or_(Activity.enterprise_id == enterprise_id, Activity.id.in_(took_part)))
