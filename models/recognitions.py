"""ผลงานเดือนนี้: each month one enterprise is shown for what it did, in turn; never by money.

Recognition is to be shared round, and nobody is ranked by what they earned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, key
from models.network import Enterprise, Network
from models.people_queries import speakers
from models.praises import Praise, shared_between
from models.spans import Span
from models.summary import Part, summary
from models.summary_around import moments, shared_knowledge
from models.words import ActivityKind

MAY_DECLINE_FOR = timedelta(days=1)  # after its people heard of it, before anybody else does


class Recognition(Base):
    """An enterprise's turn to be shown for a month; `declined_at`: it would rather not."""

    __tablename__ = "recognitions"
    __table_args__ = (UniqueConstraint("enterprise_id", "month"),)

    id: Mapped[int] = key()
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"))
    month: Mapped[date]  # its first day
    chosen_at: Mapped[datetime]
    declined_at: Mapped[datetime | None]

    enterprise: Mapped[Enterprise] = relationship()


@dataclass(frozen=True, slots=True)
class Deeds:
    """What an enterprise did in a month, as reported: people and help, no money."""

    enterprise: Enterprise
    activities: int
    took_part: int
    learned: int
    found_work: int
    joint: int  # things done together with other enterprises
    community: int  # community work
    knowledge: int  # tips given to the network
    praises: Sequence[Praise]  # only what its praised allowed to be shown

    @property
    def is_something(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.activities or self.knowledge or self.praises)


def recognition_of(session: Session, network_id: int, month: date) -> Recognition | None:
    """Whose turn a month (its first day) was."""
    query = select(Recognition).where(
        Recognition.network_id == network_id, Recognition.month == month, Recognition.declined_at.is_(None)
    )
    return session.scalars(query).first()


def next_in_turn(session: Session, network: Network, month: Span, today: date) -> Deeds | None:
    """Of those who did something in a month, who has not been shown longest; of equals, whose place in the turn comes
    next. Left out is who had or declined their turn in this month, and who has nobody that could be told beforehand.
    None where there is nothing to show."""
    last = _last_shown(session, network.id)
    passed = {
        one.enterprise_id
        for one in session.scalars(
            select(Recognition).where(Recognition.network_id == network.id, Recognition.month == month.first)
        )
    }
    # The order of `deeds` begins with another enterprise each month.
    able = [one for one in deeds(session, network, month, today) if one.is_something]
    for one in sorted(able, key=lambda one: last.get(one.enterprise.id, date.min)):
        if one.enterprise.id not in passed and speakers(session, network.id, one.enterprise.id):
            return one
    return None


def deeds(session: Session, network: Network, month: Span, today: date) -> list[Deeds]:
    """What each enterprise did in a month."""
    parts = summary(session, network.id, month, today).parts
    start = (month.first.year * 12 + month.first.month) % len(parts) if parts else 0
    ordered = sorted(parts, key=lambda part: part.enterprise.id)
    return [_deeds(session, network, month, part) for part in [*ordered[start:], *ordered[:start]]]


def deeds_of(session: Session, network: Network, enterprise: Enterprise, month: Span, today: date) -> Deeds:
    """What one enterprise did in a month."""
    parts = summary(session, network.id, month, today).parts
    return next(
        _deeds(session, network, month, part) for part in parts if part.enterprise.id == enterprise.id
    )


def _deeds(session: Session, network: Network, month: Span, part: Part) -> Deeds:
    own, (begins, ends) = part.enterprise.id, moments(network, month)
    return Deeds(
        enterprise=part.enterprise,
        activities=part.now.activities,
        took_part=part.now.participants,
        learned=part.now.learners,
        found_work=part.now.people_paid,
        joint=part.now.joint,
        community=part.kinds[ActivityKind.COMMUNITY_WORK],
        knowledge=len(shared_knowledge(session, network, month, own)),
        praises=shared_between(session, network.id, begins, ends, own),
    )


def _last_shown(session: Session, network_id: int) -> dict[int, date]:
    query = select(Recognition.enterprise_id, func.max(Recognition.month)).group_by(Recognition.enterprise_id)
    shown = session.execute(query.where(Recognition.network_id == network_id))
    return {row[0]: row[1] for row in shown}


def latest_recognition(session: Session, network_id: int, chosen_before: datetime) -> Recognition | None:
    """The newest turn that was settled before a moment."""
    query = select(Recognition).where(
        Recognition.network_id == network_id,
        Recognition.declined_at.is_(None),
        Recognition.chosen_at <= chosen_before,
    )
    return session.scalars(query.order_by(Recognition.month.desc()).limit(1)).first()
