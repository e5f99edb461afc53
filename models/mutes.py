"""What people may turn off: kinds of notices in a handful of groups, and who has turned off which.

A kind that stands in no group always comes: answers to what somebody asked for, invitations, changes of a meeting,
what waits for somebody's decision. What is urgent always comes too, whatever its kind.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.people import Member


class MuteGroup(StrEnum):
    """What one may turn off at one go; in the order in which it is shown."""

    DIGEST = "digest"
    REMINDERS = "reminders"
    SHARING = "sharing"
    KNOWLEDGE = "knowledge"
    NEWS = "news"
    ACTIVITY = "activity"
    PRAISE = "praise"


ORDINARY = ("ordinary",)
NOT_URGENT = ("ordinary", "important")

# A kind of notice (the first part of its `about`): its group, and how urgent it may be to be kept back.
_KINDS: dict[str, tuple[MuteGroup, Collection[str]]] = {
    "digest": (MuteGroup.DIGEST, NOT_URGENT),
    "meeting.reminder": (MuteGroup.REMINDERS, NOT_URGENT),
    "meeting.roll": (MuteGroup.REMINDERS, NOT_URGENT),
    "resolution": (MuteGroup.REMINDERS, NOT_URGENT),
    "meeting.nudge": (MuteGroup.REMINDERS, NOT_URGENT),
    "sharing": (MuteGroup.SHARING, NOT_URGENT),
    "knowledge_letter": (MuteGroup.KNOWLEDGE, NOT_URGENT),
    "announcement": (MuteGroup.NEWS, ORDINARY),
    "announcement_follow_up": (MuteGroup.NEWS, ORDINARY),
    "announcement_reminder": (MuteGroup.NEWS, ORDINARY),
    "activity": (MuteGroup.ACTIVITY, NOT_URGENT),
    "praise": (MuteGroup.PRAISE, NOT_URGENT),
}


class Mute(Base):
    """Somebody wants no more of a group of notices."""

    __tablename__ = "mutes"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)  # a MuteGroup
    muted_at: Mapped[datetime]


def mute_group(kind: str, urgency: str) -> MuteGroup | None:
    """The group by which a notice of this kind and urgency can be turned off; None: it always comes."""
    group, urgencies = _KINDS.get(kind, (None, ()))
    return group if urgency in urgencies else None


def muted_groups(session: Session, member_id: int) -> list[MuteGroup]:
    """What a member has turned off, in the order of the groups."""
    found = set(session.scalars(select(Mute.what).where(Mute.member_id == member_id)))
    return [group for group in MuteGroup if group in found]


def muting(session: Session, group: MuteGroup | None, members: Sequence[Member]) -> set[int]:
    """Of these members, the ids of those who have turned this group off."""
    if group is None:
        return set()
    theirs = Mute.member_id.in_([member.id for member in members])
    return set(session.scalars(select(Mute.member_id).where(Mute.what == group, theirs)))


def mute(session: Session, member_id: int, groups: Iterable[MuteGroup], now: datetime) -> None:
    """Turn these off."""
    known = muted_groups(session, member_id)
    session.add_all(
        Mute(member_id=member_id, what=group, muted_at=now) for group in groups if group not in known
    )
    session.flush()


def unmute(session: Session, member_id: int, groups: Iterable[MuteGroup]) -> None:
    """Turn these on again."""
    session.execute(delete(Mute).where(Mute.member_id == member_id, Mute.what.in_(list(groups))))
