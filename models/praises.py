"""Praise: who commended whom and for what, and what its praised said about showing it to others."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, key
from models.network import Enterprise
from models.people import Member, Membership
from models.post import Delivery, Notice, stands


class Praise(Base):
    """One commendation of a member or of an enterprise; shown to others only where its praised said so."""

    __tablename__ = "praises"
    __table_args__ = (CheckConstraint("(member_id IS NULL) <> (enterprise_id IS NULL)", name="one_praised"),)

    id: Mapped[int] = key()
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    praiser_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    named: Mapped[bool] = mapped_column(default=True)  # whether the praised and others read by whom it is
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))  # where it was said aloud
    words: Mapped[str] = mapped_column(default="")  # what for; empty where it was not said or may not be kept
    message_id: Mapped[str | None] = mapped_column(index=True)  # LINE's, until it is unsent
    state: Mapped[str] = mapped_column(default="told")  # told, shared, kept (to oneself), withdrawn
    said_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))

    praiser: Mapped[Member | None] = relationship(foreign_keys=[praiser_id])
    member: Mapped[Member | None] = relationship(foreign_keys=[member_id])
    enterprise: Mapped[Enterprise | None] = relationship()

    @property
    def praised(self) -> str:
        """What the praised are called."""
        return self.enterprise.short_name if self.enterprise else (self.member.call_as if self.member else "")

    @property
    def by(self) -> str:
        """What the praiser is called; empty where they stay unnamed."""
        return self.praiser.call_as if self.named and self.praiser else ""


def given_since(session: Session, praiser_id: int, since: datetime) -> Sequence[Praise]:
    """What a member praised since then and did not take back, the newest first."""
    query = select(Praise).where(
        Praise.praiser_id == praiser_id, Praise.said_at > since, Praise.state != "withdrawn"
    )
    return session.scalars(query.order_by(Praise.id.desc())).all()


def received_since(
    session: Session, member_id: int, enterprise_id: int | None, since: datetime
) -> Sequence[Praise]:
    """Praise of a member, and of the enterprise they speak for, that stands; the newest first."""
    theirs = Praise.member_id == member_id
    if enterprise_id is not None:
        theirs = or_(theirs, Praise.enterprise_id == enterprise_id)
    query = select(Praise).where(theirs, Praise.said_at > since, Praise.state != "withdrawn")
    return session.scalars(query.order_by(Praise.id.desc())).all()


def shared_between(
    session: Session, network_id: int, begins: datetime, ends: datetime, enterprise_id: int | None = None
) -> Sequence[Praise]:
    """Praise that its praised allowed to be shown, by when they did; of one enterprise and its people, or of all."""
    query = select(Praise).where(
        Praise.network_id == network_id,
        Praise.state == "shared",
        Praise.answered_at >= begins,
        Praise.answered_at < ends,
    )
    if enterprise_id is not None:
        query = query.where(_of(enterprise_id))
    return session.scalars(query.order_by(Praise.answered_at, Praise.id)).all()


def readers(session: Session, praise: Praise) -> Sequence[Member]:
    """The people who were told of a praise one-to-one, as far as it has left."""
    query = (
        select(Member)
        .join(Delivery, Delivery.lane == Member.line_user_id)
        .join(Notice, Delivery.notice_id == Notice.id)
        .where(
            Notice.kind == "praise",
            Notice.object_id == praise.id,
            stands().in_(("sending", "sent", "unknown")),
        )
    )
    return session.scalars(query.order_by(Member.id)).unique().all()


def touching(session: Session, member_id: int) -> Sequence[Praise]:
    """All that a member praised, and all praise of them."""
    theirs = or_(Praise.praiser_id == member_id, Praise.member_id == member_id)
    return session.scalars(select(Praise).where(theirs).order_by(Praise.id)).all()


def of_message(session: Session, message_id: str) -> Sequence[Praise]:
    """The praise that a message holds."""
    return session.scalars(select(Praise).where(Praise.message_id == message_id)).all()


def _of(enterprise_id: int) -> ColumnElement[bool]:
    people = select(Membership.member_id).where(Membership.enterprise_id == enterprise_id)
    return or_(Praise.enterprise_id == enterprise_id, Praise.member_id.in_(people))
