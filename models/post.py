"""The post: events that came in, notices and deliveries that go out, and the lanes that keep both in order."""

from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, case, func, select, text, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column, relationship

from models.base import Base, key
from models.store import begin_writing
from models.trace import current_trace


def _some(name: str, *columns: str, where: str) -> Index:
    """An index of the rows that are asked for; the others cost it nothing."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Lane(Base):
    """One chat's lane (its LINE id): whoever holds the lease works on the chat, alone and in order."""

    __tablename__ = "lanes"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str | None]
    held_until: Mapped[datetime | None]


class Event(Base):
    """A webhook event, stored before LINE is answered."""

    __tablename__ = "events"
    __table_args__ = (
        Index(
            "ix_events_waiting",
            "lane",
            "sent_at",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = key()
    webhook_event_id: Mapped[str] = mapped_column(unique=True)
    lane: Mapped[str]
    kind: Mapped[str]
    sent_at: Mapped[int] = mapped_column(BigInteger)  # LINE's timestamp, milliseconds since 1970 UTC
    received_at: Mapped[datetime]
    message_id: Mapped[str | None] = mapped_column(index=True)
    payload: Mapped[bytes | None]  # the event's JSON, until it is blanked
    state: Mapped[str] = mapped_column(default="waiting")  # waiting, done, dead, dropped
    tries: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None] = mapped_column(index=True)
    problem: Mapped[str | None]  # what failed, without what was said


class Notice(Base):
    """Something said unasked: its words, when it may leave, and on whose behalf. Each chat it is for has a delivery."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_kind_object", "kind", "object_id"),)

    id: Mapped[int] = key()
    key: Mapped[str] = mapped_column(unique=True)  # kind:object:revision:occurrence:rule, and its variant
    kind: Mapped[str]  # what it is about, such as meeting.reminder
    object_id: Mapped[int | None]
    network_id: Mapped[int | None] = mapped_column(ForeignKey("networks.id"))
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("members.id")
    )  # who is told if it does not go out
    role: Mapped[str | None]  # recipients must still hold it when the first try starts
    personal: Mapped[bool] = mapped_column(default=False)  # also for who does not belong (any more)
    body: Mapped[bytes | None]  # the messages' JSON exactly as they are sent, until they are blanked
    written_at: Mapped[datetime]
    reported_at: Mapped[datetime | None]  # when its author was told what did not go out


class Delivery(Base):
    """One chat's part of a notice, or an answer: written with the turn that says it, sent afterwards, once.

    state: planned (not due yet; may ride), waiting (due), sending (a try is committed), carried (stands as the
    delivery `carrier_id` does); then sent, unknown (a reply that may have arrived), dead (LINE refused it), expired
    (too late), dropped (withdrawn, or its recipient may not have it any more). docs/delivery.md draws it.
    way: reply, push, multicast (carries a notice's copies to many chats), ride (carried by a reply), batch (by a
    multicast: written so, and not touched again unless it leaves by another way).
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        _some("ix_deliveries_leaving", "lane", "id", where="state IN ('waiting', 'sending')"),
        _some(
            "ix_deliveries_multicasts", "id", where="way = 'multicast' AND state IN ('waiting', 'sending')"
        ),
        _some("ix_deliveries_carried", "lane", "id", where="state = 'carried'"),
        _some("ix_deliveries_planned", "due_at", "id", where="state = 'planned'"),
        _some("ix_deliveries_failed", "notice_id", where="state IN ('dead', 'expired')"),
        _some("ix_deliveries_rides", "lane", "ride_from", where="state IN ('planned', 'waiting')"),
        _some("ix_deliveries_replies", "lane", "id", where="way = 'reply'"),
        _some("ix_deliveries_carrier_id", "carrier_id", "id", where="carrier_id IS NOT NULL"),
        _some("ix_deliveries_notice_id", "notice_id", where="notice_id IS NOT NULL"),
        _some("ix_deliveries_finished_at", "finished_at", where="finished_at IS NOT NULL"),
    )

    id: Mapped[int] = key()
    key: Mapped[str] = mapped_column(unique=True)  # kind:object:revision:occurrence:rule:recipient
    lane: Mapped[str]
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    network_id: Mapped[int | None]
    urgency: Mapped[str] = mapped_column(default="important")  # urgent, important, ordinary
    ride_from: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    way: Mapped[str]
    carrier_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"))
    reply_token: Mapped[str | None]
    token_at: Mapped[datetime | None]  # when the token was received, wall time
    said_at: Mapped[datetime | None]  # LINE's timestamp of what is answered: redelivered, its token is as old
    retry_key: Mapped[str]  # of a push or multicast: LINE takes it once
    body: Mapped[bytes | None]  # as in Notice, where this is none of a notice's
    state: Mapped[str] = mapped_column(default="waiting")
    held: Mapped[bool] = mapped_column(default=False)  # restored from a backup: an operator lets it go
    attempts: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime | None]  # the first try: a retry key is good for a day from here
    attempt_at: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    written_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    price: Mapped[int] = mapped_column(default=0)  # counted messages: reserved, or saved by riding
    request_id: Mapped[str | None]
    status: Mapped[int | None]
    problem: Mapped[str | None]
    repeated: Mapped[bool] = mapped_column(default=False)  # an undelivered answer that a later one repeated
    trace: Mapped[str | None] = mapped_column(default=current_trace)  # of the event behind it, for the log

    notice: Mapped[Notice | None] = relationship()
    carrier: Mapped["Delivery | None"] = relationship(remote_side=[id])


class Mailing(Base):
    """A notice to more people than one transaction takes: planned by the clock, look by look (bot/mailing.py)."""

    __tablename__ = "mailings"

    id: Mapped[int] = key()
    about: Mapped[str] = mapped_column(unique=True)  # as its notices' keys, without the language
    kind: Mapped[str]
    object_id: Mapped[int | None]
    network_id: Mapped[int | None]
    urgency: Mapped[str]
    ride_from: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Addressee(Base):
    """Somebody to whom a mailing is still to be written."""

    __tablename__ = "addressees"

    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailings.id"), primary_key=True)
    # Refers to nothing: a row lives for minutes, and who is gone by then gets nothing.
    member_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class TalkToken(Base):
    """The reply token of talk that is not ours, kept for a minute at most because a delivery may ride on it."""

    __tablename__ = "talk_tokens"

    lane: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[str]
    said_at: Mapped[datetime]  # LINE's timestamp
    received_at: Mapped[datetime]


class Budget(Base):
    """The month's counted messages, in one row, so that two processes cannot both spend the last ones."""

    __tablename__ = "budgets"

    id: Mapped[int] = key()
    month: Mapped[str]  # YYYY-MM
    quota: Mapped[int | None]  # what LINE allows this month; None: no limit
    used: Mapped[int] = mapped_column(default=0)  # spent and reserved
    line_used: Mapped[int] = mapped_column(default=0)  # what LINE last said
    asked_at: Mapped[datetime]


class Pace(Base):
    """When LINE may next be called at one endpoint, over all processes: seconds since 1970 UTC."""

    __tablename__ = "paces"

    endpoint: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[float]


class Heartbeat(Base):
    """When a process that runs alone last said that it lives."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    beat_at: Mapped[datetime]


# Written out, not bound: only then do both databases see that a partial index answers them.
IS_LEAVING = text("deliveries.state IN ('waiting', 'sending')")
IS_MULTICAST_LEAVING = text("deliveries.way = 'multicast' AND deliveries.state IN ('waiting', 'sending')")
IS_CARRIED = text("deliveries.state = 'carried'")
IS_PLANNED = text("deliveries.state = 'planned'")
IS_FAILED = text("deliveries.state IN ('dead', 'expired')")
IS_UNTRIED = text("deliveries.state IN ('planned', 'waiting')")
# Not begun: it may still ride, be withdrawn, or be refused to who may not have it any more.
IS_UNBEGUN = IS_UNTRIED & text("deliveries.attempts = 0")


def stands() -> ColumnElement[str]:
    """The state of a delivery: of what is carried, that of its carrier."""
    carrier = aliased(Delivery)
    theirs = select(carrier.state).where(carrier.id == Delivery.carrier_id).scalar_subquery()
    return case((Delivery.state == "carried", theirs), else_=Delivery.state)


def stands_why() -> ColumnElement[str | None]:
    """Why it stands so, in the same way."""
    carrier = aliased(Delivery)
    theirs = select(carrier.problem).where(carrier.id == Delivery.carrier_id).scalar_subquery()
    return case((Delivery.state == "carried", theirs), else_=Delivery.problem)


def unwritten(session: Session, kind: str, object_id: int) -> int:
    """To how many people what is said about this object is still to be written."""
    query = select(func.count()).select_from(Addressee).join(Mailing, Mailing.id == Addressee.mailing_id)
    return session.scalar(query.where(Mailing.kind == kind, Mailing.object_id == object_id)) or 0


def unbegun_of(session: Session, which: ColumnElement[bool]) -> frozenset[int]:
    """The ids of these deliveries that have not begun to leave; none of them begins before this session ends."""
    begin_writing(session)
    query = select(Delivery.id).where(which, IS_UNBEGUN).order_by(Delivery.id)
    return frozenset(session.scalars(query.with_for_update()))


def take_back(session: Session, which: ColumnElement[bool], now: datetime, why: str) -> None:
    """What has not begun to leave of these deliveries does not leave; a multicast goes without them."""
    ended = {"state": "dropped", "finished_at": now, "problem": why}
    theirs = update(Delivery).execution_options(synchronize_session=False)
    session.execute(theirs.where(which, IS_UNBEGUN).values(**ended))
    copies = which & IS_CARRIED & (Delivery.way == "batch")
    carriers = frozenset(session.scalars(select(Delivery.carrier_id).where(copies)))
    if carriers and (unbegun := unbegun_of(session, Delivery.id.in_(carriers))):
        session.execute(theirs.where(copies, Delivery.carrier_id.in_(unbegun)).values(**ended))


class SentMessage(Base):
    """The id of a message the bot sent: who quotes it speaks to the bot."""

    __tablename__ = "sent_messages"

    message_id: Mapped[str] = mapped_column(primary_key=True)
    lane: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(index=True)
    notice_id: Mapped[int | None]  # whose words it holds, where it was said unasked


class Tombstone(Base):
    """An unsend that came before its message: a keyed hash, kept for minutes, so that the unsend wins."""

    __tablename__ = "tombstones"

    message: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
