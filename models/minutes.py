"""What becomes of a meeting: who was there, what was said and decided, and the minutes made of it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, key
from models.meetings import Occurrence
from models.network import Enterprise
from models.people import Member


class Attendance(Base):
    """Somebody tapped มาแล้ว at a meeting. The signed list on paper is the official one.

    Without a member it is counted and has no name: of somebody who has not consented (then `subject`, a keyed hash of
    their LINE id and the occurrence, makes a second tap count once), whom LINE does not name, or who asked to be
    forgotten.
    """

    __tablename__ = "attendances"
    __table_args__ = (
        UniqueConstraint("occurrence_id", "member_id"),
        UniqueConstraint("occurrence_id", "subject"),
    )

    id: Mapped[int] = key()
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    subject: Mapped[str | None]
    came_at: Mapped[datetime]

    occurrence: Mapped[Occurrence] = relationship()
    member: Mapped[Member | None] = relationship()


class Minutes(Base):
    """The minutes of an occurrence, from when the first thing was noted. Approved ones stay as they are."""

    __tablename__ = "minutes"

    id: Mapped[int] = key()
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"), unique=True)
    heads: Mapped[int | None]  # how many came, as their host counted
    recorder_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    approved_at: Mapped[datetime | None]
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    approved_in_id: Mapped[int | None] = mapped_column(ForeignKey("occurrences.id"))  # the meeting that did

    occurrence: Mapped[Occurrence] = relationship(foreign_keys=[occurrence_id])
    recorder: Mapped[Member | None] = relationship(foreign_keys=[recorder_id])
    approver: Mapped[Member | None] = relationship(foreign_keys=[approver_id])
    approved_in: Mapped[Occurrence | None] = relationship(foreign_keys=[approved_in_id])


class MinuteNote(Base):
    """One thing that was noted in a meeting; after the minutes were approved it stands below them, with its date."""

    __tablename__ = "minute_notes"

    id: Mapped[int] = key()
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)  # who noted it
    part: Mapped[int | None]  # AgendaPart; None: none was named
    words: Mapped[str]
    addendum: Mapped[bool] = mapped_column(default=False)
    message_id: Mapped[str | None] = mapped_column(index=True)
    noted_at: Mapped[datetime]

    occurrence: Mapped[Occurrence] = relationship()
    member: Mapped[Member | None] = relationship()


class Resolution(Base):
    """What a meeting decided; with whoever does it, and until when, where that was said.

    `decided_…` is what the minutes say; the others are what holds now.
    """

    __tablename__ = "resolutions"

    id: Mapped[int] = key()
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"), index=True)
    words: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    owner_enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"))
    due_on: Mapped[date | None]
    decided_owner_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    decided_enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"))
    decided_due_on: Mapped[date | None]
    revision: Mapped[int] = mapped_column(default=1)  # raised when its owner or its day changes
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)  # who noted it
    message_id: Mapped[str | None] = mapped_column(index=True)
    noted_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)

    occurrence: Mapped[Occurrence] = relationship()
    owner: Mapped[Member | None] = relationship(foreign_keys=[owner_id])
    owner_enterprise: Mapped[Enterprise | None] = relationship(foreign_keys=[owner_enterprise_id])
    decided_owner: Mapped[Member | None] = relationship(foreign_keys=[decided_owner_id])
    decided_enterprise: Mapped[Enterprise | None] = relationship(foreign_keys=[decided_enterprise_id])
    done_by: Mapped[Member | None] = relationship(foreign_keys=[done_by_id])
