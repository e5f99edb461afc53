"""What people are invited to tell: the topics of a network's plan, the invitations, and each person's own wishes."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, key
from models.chats import Room
from models.network import Enterprise, Network
from models.people import Member


class TopicSource(StrEnum):
    """Where a topic comes from."""

    PLAN = "plan"  # a coordinator's list, or the network's file
    ASKED = "asked"  # somebody asked, and nobody had a good answer
    SEASON = "season"  # what this month is the time for


class HowOften(StrEnum):
    """How often somebody wants to be invited, and to read what others told."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    NEVER = "never"


class SharingTopic(Base):
    """A topic of the network's plan."""

    __tablename__ = "sharing_topics"
    __table_args__ = (UniqueConstraint("network_id", "code"),)

    id: Mapped[int] = key()
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    code: Mapped[str | None]  # the id in the network's file
    words: Mapped[str]
    months: Mapped[list[int]] = mapped_column(default=list)  # 1-12; empty: all year
    product_group: Mapped[str] = mapped_column(default="")  # of whom it is asked; empty: of everybody
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class SharingPrompt(Base):
    """An invitation to tell something: in a room (by name), or one-to-one.

    state: asked, answered, skipped (by the one asked), stopped (withdrawn before it left), unsent (it never left).
    """

    __tablename__ = "sharing_prompts"
    __table_args__ = (
        UniqueConstraint("place", "asked_on"),
        Index("ix_sharing_prompts_network_id_asked_on", "network_id", "asked_on"),
    )

    id: Mapped[int] = key()
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    place: Mapped[str]  # room:<id>, or alone:<network id> for those who sit in no room that is asked
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"))  # the host of this week
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    topic: Mapped[str]
    source: Mapped[str]  # a TopicSource
    asked_on: Mapped[date]
    hour: Mapped[str]  # HH:MM at which it was due, the network's own time
    open_until: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="asked")
    settled_at: Mapped[datetime | None]  # answered or skipped

    network: Mapped[Network] = relationship()
    room: Mapped[Room | None] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
    member: Mapped[Member | None] = relationship()


class RoomSharing(Base):
    """A room's own rhythm, where it is not the network's."""

    __tablename__ = "room_sharing"

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), primary_key=True)
    every_weeks: Mapped[int]  # 0: nobody is invited there


class SharingWish(Base):
    """What somebody wants to read, when, how often; and until when they want to be left in peace."""

    __tablename__ = "sharing_wishes"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), primary_key=True)
    how_often: Mapped[str] = mapped_column(default=HowOften.WEEKLY)
    hour: Mapped[str | None]  # HH:MM; None: the network's
    interests: Mapped[list[str]] = mapped_column(default=list)
    paused_until: Mapped[date | None]
    read_until: Mapped[datetime | None]  # what was told up to here has been looked through for them
