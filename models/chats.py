"""Chats with LINE, the rooms that groups are bound to, and the open dialogues in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, key
from models.network import Enterprise, Network
from models.people import Member


class Chat(Base):
    """A one-to-one chat (kind user) or a group (group; LINE's older room)."""

    __tablename__ = "chats"

    id: Mapped[int] = key()
    kind: Mapped[str]  # user, group, room
    line_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="active")  # active, left (the bot), blocked (by the person)
    misses: Mapped[int] = mapped_column(default=0)  # messages in a row that were not understood
    wrong_codes: Mapped[int] = mapped_column(default=0)
    wrong_codes_at: Mapped[datetime | None]
    welcomed_at: Mapped[datetime | None]  # when newcomers to the group were last greeted
    heads: Mapped[int | None]  # people in the group beside the bot, as LINE counts them: the price of a push
    heads_at: Mapped[datetime | None]


class Room(Base):
    """A LINE group bound to a network or one of its enterprises; may be planned before the group exists."""

    __tablename__ = "rooms"
    __table_args__ = (UniqueConstraint("network_id", "code"),)

    id: Mapped[int] = key()
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    code: Mapped[str | None]
    chat_id: Mapped[int | None] = mapped_column(ForeignKey("chats.id"), unique=True)
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"))
    name: Mapped[str]
    kind: Mapped[str]
    subjects: Mapped[list[str]] = mapped_column(default=list)

    network: Mapped[Network] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()


class RoomMember(Base):
    """Who sits in a room, as far as our own records know."""

    __tablename__ = "room_members"

    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)


class Form(Base):
    """An open dialogue: one a (chat, member)."""

    __tablename__ = "forms"
    __table_args__ = (
        Index(
            "uq_forms_open",
            "chat_id",
            "member_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = key()
    chat_id: Mapped[int] = mapped_column(ForeignKey("chats.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    kind: Mapped[str]
    step: Mapped[str]  # the name of the question just asked, or confirm
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    source_message_id: Mapped[str | None] = mapped_column(index=True)
    waiting_text: Mapped[str | None]  # a new command said in the middle of this form
    state: Mapped[str] = mapped_column(default="open")  # open, done, cancelled, expired
    version: Mapped[int] = mapped_column(default=1)  # buttons of an older card are recognised by it
    misses: Mapped[int] = mapped_column(default=0)
    told_asleep: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    touched_at: Mapped[datetime]

    chat: Mapped[Chat] = relationship()
    member: Mapped[Member] = relationship()
