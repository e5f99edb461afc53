"""What the groups did, with figures and pictures."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, key
from models.network import Enterprise
from models.people import Member


class Activity(Base):
    """Something an enterprise did, as reported in chat and confirmed by its reporter."""

    __tablename__ = "activities"
    __table_args__ = (UniqueConstraint("network_id", "code"),)

    id: Mapped[int] = key()
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    code: Mapped[str | None]
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"), index=True)
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    chat_id: Mapped[int | None] = mapped_column(ForeignKey("chats.id"))
    kind: Mapped[str]
    happened_on: Mapped[date] = mapped_column(index=True)
    ended_on: Mapped[date | None]
    product: Mapped[str] = mapped_column(default="")
    quantities: Mapped[list[Any]] = mapped_column(JSON, default=list)  # [[number, unit as written], …]
    amount: Mapped[float | None]  # baht
    participants: Mapped[int | None]
    people_paid: Mapped[int | None]  # who found work in it, as a count: nobody is named
    work_days: Mapped[float | None]  # of all of them together
    place: Mapped[str] = mapped_column(default="")
    topic: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")  # what was written
    message_id: Mapped[str | None] = mapped_column(index=True)  # of the message that reported it
    reported_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    enterprise: Mapped[Enterprise | None] = relationship()
    reporter: Mapped[Member | None] = relationship()
    partners_in: Mapped[list["ActivityEnterprise"]] = relationship(cascade="all, delete-orphan")
    photos: Mapped[list["Photo"]] = relationship(order_by="Photo.id")


class ActivityEnterprise(Base):
    """Another enterprise that took part in the activity."""

    __tablename__ = "activity_enterprises"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"), primary_key=True)


class Photo(Base):
    """A picture of an activity, an announcement, a meeting or what somebody told, or what was told aloud; its bytes
    lie in the attachment store under `name`."""

    __tablename__ = "photos"

    id: Mapped[int] = key()
    name: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    form_id: Mapped[int | None] = mapped_column(ForeignKey("forms.id"), index=True)
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activities.id"), index=True)
    announcement_id: Mapped[int | None] = mapped_column(ForeignKey("announcements.id"), index=True)
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrences.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("knowledge_items.id"), index=True)
    message_id: Mapped[str | None] = mapped_column(index=True)
    album: Mapped[str | None]  # LINE's imageSet id
    media_type: Mapped[str]
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    duration: Mapped[int | None]  # of a sound, in milliseconds (0: not known); a picture has none
    taken_in_at: Mapped[datetime]

    @property
    def is_sound(self) -> bool:
        """Whether it is heard, not seen."""
        return self.duration is not None


class Attachment(Base):
    """The bytes of an attachment, where the database keeps them (PostgreSQL)."""

    __tablename__ = "attachments"

    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]
