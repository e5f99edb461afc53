"""What was said unasked already: when a notice was written, and who was prompted lately."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.people import Member
from models.post import Delivery, Notice, stands

PROMPTS = ("activity", "sharing")  # kinds of notices that ask somebody to tell something
NEVER_LEFT = frozenset({"dropped", "expired", "dead"})


def noticed_at(session: Session, about: str) -> datetime | None:
    """When what begins with this `about` (kind:object id:…) was first written; None if never."""
    kind, ident = about.split(":")[:2]
    query = select(func.min(Notice.written_at)).where(
        Notice.kind == kind,
        Notice.object_id == int(ident),
        Notice.key.startswith(f"{about}:", autoescape=True),
    )
    return session.scalar(query)


def prompted_since(session: Session, members: Sequence[Member], since: datetime) -> set[int]:
    """Of these members, the ids of those who were asked to tell something since then: one prompt a week is enough."""
    query = (
        select(Member.id)
        .join(Delivery, Delivery.lane == Member.line_user_id)
        .join(Notice, Delivery.notice_id == Notice.id)
        .where(
            Member.id.in_([member.id for member in members]),
            Notice.kind.in_(PROMPTS),
            Notice.written_at > since,
            stands().not_in(NEVER_LEFT),
        )
    )
    return set(session.scalars(query))
