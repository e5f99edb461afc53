"""What is held about a member: the words they can read again, and counts of all rows that refer to them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.activities import Activity
from models.identity import references_to
from models.knowledge import Answer, KnowledgeItem, Question
from models.meetings import AgendaItem
from models.minutes import MinuteNote, Resolution
from models.people import Member
from models.post import Delivery, Event, Notice
from models.praises import touching


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing that a member said and that is kept."""

    kind: str  # the table it lies in
    at: datetime
    words: str


def counts(session: Session, member: Member) -> Counter[str]:
    """How many rows of each table refer to this member; `events` and `deliveries`: contents of their own chat that are
    not blanked yet."""
    found: Counter[str] = Counter()
    for table, column in references_to(Member.__table__):
        query = select(func.count()).select_from(table).where(column == member.id)
        found[table.name] += session.scalar(query) or 0
    for name, lane, content in (
        ("events", Event.lane, Event.payload),
        ("deliveries", Delivery.lane, Delivery.body),
    ):
        query = select(func.count()).where(lane == (member.line_user_id or ""), content.is_not(None))
        found[name] += session.scalar(query) or 0
    told = select(Notice.id).join(Delivery, Delivery.notice_id == Notice.id)
    own = told.where(Delivery.lane == (member.line_user_id or ""), Notice.body.is_not(None)).distinct()
    found["deliveries"] += session.scalar(select(func.count()).select_from(own.subquery())) or 0
    return +found


def holdings(session: Session, member: Member) -> list[Holding]:
    """The member's reports, questions, answers, tips, praise given and received, and what they said or took on in
    meetings, the newest first."""
    found = [
        Holding("activities", one.reported_at, one.words or one.product or one.topic)
        for one in session.scalars(select(Activity).where(Activity.reporter_id == member.id))
    ]
    found += [
        Holding("questions", one.asked_at, one.words)
        for one in session.scalars(select(Question).where(Question.asker_id == member.id))
    ]
    answers = session.scalars(select(Answer).where(Answer.author_id == member.id))
    found += [Holding("answers", one.answered_at, one.words) for one in answers]
    for item in session.scalars(select(KnowledgeItem).where(KnowledgeItem.author_id == member.id)):
        at = datetime.combine(item.source_on, datetime.min.time(), tzinfo=member.created_at.tzinfo)
        found.append(Holding("knowledge_items", at, f"{item.title}: {item.words}"))
    found += _of_meetings(session, member)
    found += [Holding("praises", one.said_at, one.words) for one in touching(session, member.id) if one.words]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _of_meetings(session: Session, member: Member) -> list[Holding]:
    """What they put on an agenda, what they noted, and what they took on."""
    items = session.scalars(select(AgendaItem).where(AgendaItem.member_id == member.id))
    notes = session.scalars(select(MinuteNote).where(MinuteNote.member_id == member.id))
    theirs = (Resolution.owner_id == member.id) | (Resolution.member_id == member.id)
    decided = session.scalars(select(Resolution).where(theirs))
    return [
        *(Holding("agenda_items", one.added_at, one.words) for one in items),
        *(Holding("minute_notes", one.noted_at, one.words) for one in notes),
        *(Holding("resolutions", one.noted_at, one.words) for one in decided),
    ]
