"""Meetings: who called them, when they take place, who is invited, and who said that they come."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, key
from models.chats import Room
from models.network import Enterprise, Network
from models.people import Member


class Meeting(Base):
    """A meeting or joint event that was called: once, or again and again by a rule."""

    __tablename__ = "meetings"
    __table_args__ = (UniqueConstraint("network_id", "code"),)

    id: Mapped[int] = key()
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    code: Mapped[str | None]  # the id in the network's file
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"))  # None: the network's
    host_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))  # who called it
    kind: Mapped[str]  # MeetingKind
    title: Mapped[str]
    agenda: Mapped[list[str]] = mapped_column(default=list)  # what it was called for
    audience: Mapped[str]  # Audience: whom its invitations were meant for
    rule: Mapped[str | None]  # RFC 5545 RRULE without DTSTART, counted in the network's zone; None: once
    starts_at: Mapped[datetime]  # of the first occurrence, as it was called
    lasts: Mapped[int | None]  # minutes, where an end was said
    place: Mapped[str] = mapped_column(default="")  # as it was called; an occurrence may be elsewhere
    latitude: Mapped[float | None]  # where it was shown on the map
    longitude: Mapped[float | None]
    online: Mapped[bool] = mapped_column(default=False)
    link: Mapped[str] = mapped_column(default="")  # where to join online
    quorum: Mapped[int | None]  # people
    called_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]

    network: Mapped[Network] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
    host: Mapped[Member | None] = relationship()
    occurrences: Mapped[list["Occurrence"]] = relationship(
        back_populates="meeting", order_by="Occurrence.starts_at"
    )
    invitations: Mapped[list["Invitation"]] = relationship(back_populates="meeting", order_by="Invitation.id")


class Occurrence(Base):
    """One time that a meeting takes place; those of a rule are written some weeks ahead."""

    __tablename__ = "occurrences"
    __table_args__ = (UniqueConstraint("meeting_id", "planned_at"),)

    id: Mapped[int] = key()
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    planned_at: Mapped[datetime]  # when the rule, or the first call, put it: stays when it is moved
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime | None]
    place: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    online: Mapped[bool] = mapped_column(default=False)
    link: Mapped[str] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=1)  # raised with each change that people are told
    changed_at: Mapped[datetime]  # when it was called, last moved or cancelled, or its agenda changed
    told_at: Mapped[datetime | None]  # when the newest word of it was meant to reach people
    reminded: Mapped[list[str]] = mapped_column(default=list)  # rules of reminders that were dealt with
    cancelled_at: Mapped[datetime | None]

    meeting: Mapped[Meeting] = relationship(back_populates="occurrences")
    rsvps: Mapped[list["Rsvp"]] = relationship(back_populates="occurrence", order_by="Rsvp.id")
    added: Mapped[list["AgendaItem"]] = relationship(
        back_populates="occurrence", order_by="AgendaItem.id", cascade="all, delete-orphan"
    )

    @property
    def agenda(self) -> list[str]:
        """What it is about, in order: what it was called for, then what people added."""
        return [*self.meeting.agenda, *(item.words for item in self.added)]


class AgendaItem(Base):
    """A matter that somebody who is invited put on the agenda, beside what the meeting was called for."""

    __tablename__ = "agenda_items"

    id: Mapped[int] = key()
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    words: Mapped[str]
    message_id: Mapped[str | None] = mapped_column(index=True)
    added_at: Mapped[datetime]

    occurrence: Mapped[Occurrence] = relationship(back_populates="added")
    member: Mapped[Member | None] = relationship()


class Invitation(Base):
    """Who is invited: whoever sits in a room, or one member."""

    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("meeting_id", "room_id"),
        UniqueConstraint("meeting_id", "member_id"),
        CheckConstraint("(room_id IS NULL) <> (member_id IS NULL)", name="room_or_member"),
    )

    id: Mapped[int] = key()
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)

    meeting: Mapped[Meeting] = relationship(back_populates="invitations")
    room: Mapped[Room | None] = relationship()
    member: Mapped[Member | None] = relationship()


class Rsvp(Base):
    """Whether somebody comes to an occurrence. One answer a person, changed until it ends.

    Without a member it is counted and has no name: of somebody who has not consented (then `subject`, a keyed hash
    of their LINE id and the occurrence, makes a second tap change the first), or who asked to be forgotten.
    """

    __tablename__ = "rsvps"
    __table_args__ = (
        UniqueConstraint("occurrence_id", "member_id"),
        UniqueConstraint("occurrence_id", "subject"),
        Index("ix_rsvps_member_id", "member_id"),
    )

    id: Mapped[int] = key()
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    subject: Mapped[str | None]
    answer: Mapped[str]  # Attending
    people: Mapped[int] = mapped_column(default=1)  # who come with this answer, the person included
    note: Mapped[str] = mapped_column(default="")  # why not, what they bring: in their words
    message_id: Mapped[str | None] = mapped_column(index=True)  # of the message that the note is from
    answered_at: Mapped[datetime]

    occurrence: Mapped[Occurrence] = relationship(back_populates="rsvps")
    member: Mapped[Member | None] = relationship()
