"""The post: events that came in, deliveries that go out, and the lanes that keep both in order."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, key


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


class Delivery(Base):
    """A message that leaves: written with the turn that says it, sent afterwards, once."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(
            "ix_deliveries_open",
            "lane",
            "id",
            sqlite_where=text("state IN ('waiting', 'sending')"),
            postgresql_where=text("state IN ('waiting', 'sending')"),
        ),
    )

    id: Mapped[int] = key()
    key: Mapped[str] = mapped_column(unique=True)  # kind:object:revision:occurrence:rule:recipient
    lane: Mapped[str]
    way: Mapped[str]  # reply, push
    reply_token: Mapped[str | None]
    token_at: Mapped[datetime | None]  # when the token was received, wall time
    retry_key: Mapped[str]
    body: Mapped[bytes | None]  # the messages' JSON exactly as they are sent, until they are blanked
    state: Mapped[str] = mapped_column(default="waiting")  # waiting, sending, sent, dead, unknown
    attempts: Mapped[int] = mapped_column(default=0)
    attempt_at: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    written_at: Mapped[datetime]
    finished_at: Mapped[datetime | None] = mapped_column(index=True)
    request_id: Mapped[str | None]
    status: Mapped[int | None]
    problem: Mapped[str | None]
    repeated: Mapped[bool] = mapped_column(default=False)  # an undelivered answer that a later one repeated


class SentMessage(Base):
    """The id of a message the bot sent: who quotes it speaks to the bot."""

    __tablename__ = "sent_messages"

    message_id: Mapped[str] = mapped_column(primary_key=True)
    lane: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(index=True)


class Tombstone(Base):
    """An unsend that came before its message: a keyed hash, kept for minutes, so that the unsend wins."""

    __tablename__ = "tombstones"

    message: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
