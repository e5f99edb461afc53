"""Calendars that are read by their address: of a member, of a room, of a network."""

import secrets
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, key
from models.chats import Room
from models.network import Network
from models.people import Member, Membership


class FeedKind(StrEnum):
    """Whose calendar it is."""

    MEMBER = "member"
    ROOM = "room"
    NETWORK = "network"


class Feed(Base):
    """A calendar with an address of its own. The address bears a keyed hash of this row's id and salt: it is kept
    nowhere, can be shown again, and ends with the salt."""

    __tablename__ = "feeds"
    __table_args__ = (
        UniqueConstraint("network_id", "member_id"),
        UniqueConstraint("room_id"),
        Index(
            "uq_feeds_network",
            "network_id",
            unique=True,
            sqlite_where=text("kind = 'network'"),
            postgresql_where=text("kind = 'network'"),
        ),
    )

    id: Mapped[int] = key()
    kind: Mapped[str]  # FeedKind
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), index=True)  # of a member's
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))  # of a room's
    salt: Mapped[str]
    made_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(default="")  # of what was last given, to tell when it changed
    changed_at: Mapped[datetime]

    network: Mapped[Network] = relationship()
    member: Mapped[Member | None] = relationship()
    room: Mapped[Room | None] = relationship()

    def renew(self, now: datetime) -> None:
        """A new address; the old one is nobody's from now on."""
        self.salt, self.made_at, self.changed_at = secrets.token_urlsafe(16), now, now


def member_feed(session: Session, network_id: int, member_id: int) -> Feed | None:
    """A member's calendar of a network, if it was made and still holds: who left and came back makes a new one."""
    query = (
        select(Feed)
        .join(
            Membership,
            (Membership.member_id == Feed.member_id) & (Membership.network_id == Feed.network_id),
        )
        .where(
            Feed.network_id == network_id,
            Feed.member_id == member_id,
            Membership.state == "active",
            Membership.joined_at <= Feed.made_at,
        )
    )
    return session.scalar(query)


def room_feed(session: Session, room_id: int) -> Feed | None:
    """A room's calendar, if it was made."""
    return session.scalar(select(Feed).where(Feed.room_id == room_id))


def network_feed(session: Session, network_id: int) -> Feed | None:
    """A network's calendar, if it was made."""
    query = select(Feed).where(Feed.network_id == network_id, Feed.kind == FeedKind.NETWORK)
    return session.scalar(query)


def make_feed(
    session: Session,
    kind: FeedKind,
    network_id: int,
    now: datetime,
    *,
    member_id: int | None = None,
    room_id: int | None = None,
) -> Feed:
    """A new calendar, in the place of one that does not hold any more."""
    same = select(Feed).where(Feed.network_id == network_id, Feed.kind == kind)
    feed = session.scalar(same.where(Feed.member_id == member_id, Feed.room_id == room_id))
    if feed is None:
        feed = Feed(kind=kind.value, network_id=network_id, member_id=member_id, room_id=room_id)
        session.add(feed)
    feed.renew(now)
    session.flush()
    return feed


def end_room_feed(session: Session, room_id: int) -> None:
    """The people of a room are not those any more who were given its calendar."""
    if (feed := room_feed(session, room_id)) is not None:
        session.delete(feed)
        session.flush()
