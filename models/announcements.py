"""Announcements, who took note of them, and emergencies: while one lasts, its people are spared all that can wait."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, key
from models.chats import Room
from models.network import Network
from models.people import Member

REPEATED_WITHIN = timedelta(days=1)
LOOKED_BACK = timedelta(days=14)  # after its day nobody asks any more who has not taken note
EMERGENCY_LASTS = timedelta(hours=48)  # where nobody ends it before
LIVE = ("asked", "planned", "sent")


class Emergency(Base):
    """A flood, a fire, an evacuation: the area it is in, and how long it lasts."""

    __tablename__ = "emergencies"

    id: Mapped[int] = key()
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    audience_kind: Mapped[str]  # as in Announcement
    audience_values: Mapped[list[str]] = mapped_column(default=list)
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # somebody said that it is over
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))

    network: Mapped[Network] = relationship()


class Announcement(Base):
    """Something that is made known to a part of the network.

    state: asked (waits for a coordinator), planned (leaves at `send_at`), sent, refused, cancelled (before it was
    sent), withdrawn (after), corrected (another took its place), late (its time went by while the bot was away).
    audience_kind: everyone, rooms, province, district, product_group, stage, role, enterprise, unacknowledged; with
    the values that it means: ids of rooms and enterprises, official names of places, roles, the announcement's id.
    """

    __tablename__ = "announcements"
    __table_args__ = (
        UniqueConstraint("network_id", "code"),
        Index("ix_announcements_network_id_state", "network_id", "state"),
    )

    id: Mapped[int] = key()
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    code: Mapped[str | None]  # the id in the network's file
    author_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    words: Mapped[str]
    audience_kind: Mapped[str]
    audience_values: Mapped[list[str]] = mapped_column(default=list)
    urgency: Mapped[str] = mapped_column(default="important")  # urgent, important, ordinary
    state: Mapped[str]
    written_at: Mapped[datetime]
    send_at: Mapped[datetime]  # when it is to leave, or left
    acknowledge_by: Mapped[datetime | None]  # None: nobody is asked to
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")  # why a coordinator said no
    reminded_at: Mapped[datetime | None]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("announcements.id"))
    emergency_id: Mapped[int | None] = mapped_column(ForeignKey("emergencies.id"))
    message_id: Mapped[str | None] = mapped_column(index=True)  # of the message it was written in

    network: Mapped[Network] = relationship()
    author: Mapped[Member | None] = relationship(foreign_keys=[author_id])
    emergency: Mapped[Emergency | None] = relationship()
    acknowledgements: Mapped[list["Acknowledgement"]] = relationship(
        back_populates="announcement", order_by="Acknowledgement.id", cascade="all, delete-orphan"
    )


class Acknowledgement(Base):
    """Somebody took note; without a member it was a tap in a group by somebody who is not known."""

    __tablename__ = "acknowledgements"
    __table_args__ = (UniqueConstraint("announcement_id", "member_id"),)

    id: Mapped[int] = key()
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))
    answer: Mapped[str] = mapped_column(default="noted")  # noted; of an emergency: safe, help
    at: Mapped[datetime]

    announcement: Mapped[Announcement] = relationship(back_populates="acknowledgements")
    member: Mapped[Member | None] = relationship()
    room: Mapped[Room | None] = relationship()


def same_said(session: Session, announcement: Announcement) -> Announcement | None:
    """An announcement of the last day with the same words to the same people, if there is one."""
    query = select(Announcement).where(
        Announcement.network_id == announcement.network_id,
        Announcement.words == announcement.words,
        Announcement.audience_kind == announcement.audience_kind,
        Announcement.state.in_(LIVE),
        Announcement.written_at > announcement.written_at - REPEATED_WITHIN,
    )
    found = session.scalars(query.order_by(Announcement.id.desc()))
    wanted = sorted(announcement.audience_values)
    return next(
        (one for one in found if one.id != announcement.id and sorted(one.audience_values) == wanted), None
    )


def acknowledgement_of(
    session: Session, announcement: Announcement, member: Member
) -> Acknowledgement | None:
    """What this member answered."""
    query = select(Acknowledgement).where(
        Acknowledgement.announcement_id == announcement.id, Acknowledgement.member_id == member.id
    )
    return session.scalars(query).first()


def emergencies(session: Session, now: datetime, network_id: int | None = None) -> Sequence[Emergency]:
    """The emergencies that last at `now` (aware), of one network or of all."""
    query = select(Emergency).where(
        Emergency.ended_at.is_(None), Emergency.started_at <= now, Emergency.ends_at > now
    )
    if network_id is not None:
        query = query.where(Emergency.network_id == network_id)
    return session.scalars(query.order_by(Emergency.id)).all()


def recent(session: Session, network_id: int, author_id: int | None, limit: int) -> Sequence[Announcement]:
    """A network's announcements, the newest first: one author's own, or (None) all."""
    query = select(Announcement).where(Announcement.network_id == network_id)
    if author_id is not None:
        query = query.where(Announcement.author_id == author_id)
    return session.scalars(
        query.order_by(Announcement.send_at.desc(), Announcement.id.desc()).limit(limit)
    ).all()


def asked(session: Session, network_id: int) -> Sequence[Announcement]:
    """Announcements that wait for a coordinator's word, the oldest first."""
    query = select(Announcement).where(Announcement.network_id == network_id, Announcement.state == "asked")
    return session.scalars(query.order_by(Announcement.written_at, Announcement.id)).all()


def planned(session: Session, network_id: int, author_id: int | None) -> Sequence[Announcement]:
    """Announcements that leave later, the next one first: one author's own, or (None) all."""
    query = select(Announcement).where(Announcement.network_id == network_id, Announcement.state == "planned")
    if author_id is not None:
        query = query.where(Announcement.author_id == author_id)
    return session.scalars(query.order_by(Announcement.send_at, Announcement.id)).all()


def past_deadline(
    session: Session, network_id: int, author_id: int | None, now: datetime
) -> Sequence[Announcement]:
    """Announcements whose day for taking note went by of late, the newest first: one author's own, or (None) all."""
    query = select(Announcement).where(
        Announcement.network_id == network_id,
        Announcement.state == "sent",
        Announcement.acknowledge_by <= now,
        Announcement.acknowledge_by > now - LOOKED_BACK,
    )
    if author_id is not None:
        query = query.where(Announcement.author_id == author_id)
    return session.scalars(query.order_by(Announcement.acknowledge_by.desc(), Announcement.id)).all()


def due(session: Session, network_id: int, now: datetime) -> Sequence[Announcement]:
    """Planned announcements whose time has come."""
    query = select(Announcement).where(
        Announcement.network_id == network_id, Announcement.state == "planned", Announcement.send_at <= now
    )
    return session.scalars(query.order_by(Announcement.send_at, Announcement.id)).all()
