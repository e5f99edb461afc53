"""What went on around the work of a span: questions, introductions, links, knowledge, meetings, announcements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.announcements import Acknowledgement, Announcement
from models.knowledge import KnowledgeItem, Question
from models.meetings import Meeting, Occurrence, Rsvp
from models.network import Enterprise, Introduction, Link, Need, Network, Offer, Partner
from models.people import Member, Membership
from models.praises import Praise, shared_between
from models.spans import Span
from models.words import Attending, Audience

AHEAD = timedelta(days=14)  # meetings that are told of beforehand
WAITING_LONG = timedelta(days=7)  # for an answer to ขอคุย, before somebody should ask


@dataclass(frozen=True, slots=True)
class Coming:
    """A meeting that comes, and how many people said that they come, those whom they bring included."""

    title: str
    starts_at: datetime
    people: int
    names: tuple[str, ...]  # of those who said so themselves; for coordinators only


@dataclass(frozen=True, slots=True)
class Around:
    """Counts of a span, and what still waits at `now`."""

    asked: int
    answered: int
    open_questions: int
    overdue_questions: int  # past the day that their askers were promised
    introductions: int  # both sides said yes
    waiting_introductions: int
    long_waiting_introductions: int
    links: list[Link]  # new ones
    knowledge: list[KnowledgeItem]
    met: int  # meetings that took place
    coming: list[Coming]
    praises: Sequence[Praise]  # that their praised allowed to be shown
    offers: int  # newly posted
    needs: int
    announced: int
    acknowledged: int  # people who said that they took note; the enterprise's own, where it is one's


def around(
    session: Session, network: Network, span: Span, now: datetime, enterprise_id: int | None = None
) -> Around:
    """Count what happened in a span of the network's days, of the network or of one enterprise; `now` is aware."""
    begins, ends = moments(network, span)
    questions = _of_network(select(func.count(Question.id)), Question, network)
    if enterprise_id is not None:
        questions = questions.where(Question.asker_id.in_(_people(enterprise_id)))
    talks = _of_network(select(func.count(Introduction.id)), Introduction, network)
    if enterprise_id is not None:
        talks = talks.where(_either(Introduction, enterprise_id))

    def count(query: Select[int], *conditions: ColumnElement[bool]) -> int:
        return session.scalar(query.where(*conditions)) or 0

    waiting = Question.state == "open"
    asked = Introduction.state == "asked"
    return Around(
        asked=count(questions, _within(Question.asked_at, begins, ends), Question.state != "withdrawn"),
        answered=count(questions, _within(Question.answered_at, begins, ends)),
        open_questions=count(questions, waiting),
        overdue_questions=count(questions, waiting, Question.answer_by < now),
        introductions=count(
            talks, Introduction.state == "agreed", _within(Introduction.answered_at, begins, ends)
        ),
        waiting_introductions=count(talks, asked),
        long_waiting_introductions=count(talks, asked, Introduction.asked_at < now - WAITING_LONG),
        links=_new_links(session, network, span, enterprise_id),
        knowledge=shared_knowledge(session, network, span, enterprise_id),
        met=len(_occurrences(session, network, enterprise_id, begins, min(ends, now))),
        coming=_coming(session, network, enterprise_id, now) if now < ends + AHEAD else [],
        praises=shared_between(session, network.id, begins, ends, enterprise_id),
        offers=_posted(session, Offer, network, enterprise_id, begins, ends),
        needs=_posted(session, Need, network, enterprise_id, begins, ends),
        announced=session.scalar(_announced(func.count(Announcement.id), network, begins, ends)) or 0,
        acknowledged=_acknowledged(session, network, enterprise_id, begins, ends),
    )


def moments(network: Network, span: Span) -> tuple[datetime, datetime]:
    """When a span begins, and when the day after it begins, in the network's zone."""
    zone = ZoneInfo(network.timezone)
    following = span.last + timedelta(days=1)
    return datetime.combine(span.first, time(), zone), datetime.combine(following, time(), zone)


@dataclass(frozen=True, slots=True)
class Tie:
    """A link of the network's map between two ends; `waits`: proposed, not yet confirmed."""

    one: str
    other: str
    waits: bool


def ties(session: Session, network_id: int) -> tuple[list[str], list[Tie]]:
    """Keys of all enterprises and linked partners, and the links between them that stand or wait."""
    query = select(Link).where(Link.network_id == network_id, Link.status.in_(("active", "proposed")))
    found = [
        Tie(_end(link, "from"), _end(link, "to"), link.status == "proposed")
        for link in session.scalars(query.order_by(Link.id))
    ]
    own = select(Enterprise.id).where(Enterprise.network_id == network_id).order_by(Enterprise.id)
    names = [f"e{ident}" for ident in session.scalars(own)]
    partners = sorted({end for tie in found for end in (tie.one, tie.other) if end.startswith("p")})
    return [*names, *partners], found


def names_on_map(session: Session, network_id: int) -> dict[str, str]:
    """What the ends of ties are called."""
    own = session.scalars(select(Enterprise).where(Enterprise.network_id == network_id))
    beside = session.scalars(select(Partner).where(Partner.network_id == network_id))
    return {f"e{one.id}": one.short_name for one in own} | {f"p{one.id}": one.name for one in beside}


def _end(link: Link, side: str) -> str:
    enterprise = getattr(link, f"{side}_enterprise_id")
    return f"e{enterprise}" if enterprise is not None else f"p{getattr(link, f'{side}_partner_id')}"


def _within(moment: InstrumentedAttribute[Any], begins: datetime, ends: datetime) -> ColumnElement[bool]:
    return and_(moment >= begins, moment < ends)


def _of_network(
    query: Select[int], model: type[Question] | type[Introduction], network: Network
) -> Select[int]:
    return query.where(model.network_id == network.id)


def _people(enterprise_id: int) -> Select[int]:
    return select(Membership.member_id).where(Membership.enterprise_id == enterprise_id)


def _either(model: type[Introduction] | type[Link], enterprise_id: int) -> ColumnElement[bool]:
    return or_(model.from_enterprise_id == enterprise_id, model.to_enterprise_id == enterprise_id)


def _new_links(session: Session, network: Network, span: Span, enterprise_id: int | None) -> list[Link]:
    query = select(Link).where(
        Link.network_id == network.id,
        Link.status.in_(("active", "proposed")),
        Link.since.between(span.first, span.last),
    )
    if enterprise_id is not None:
        query = query.where(_either(Link, enterprise_id))
    return list(session.scalars(query.order_by(Link.id)))


def _occurrences(
    session: Session, network: Network, enterprise_id: int | None, begins: datetime, ends: datetime
) -> list[Occurrence]:
    """Meetings of a network; for one enterprise its own, and those to which all or all leaders are called."""
    query = (
        select(Occurrence)
        .join(Meeting, Occurrence.meeting_id == Meeting.id)
        .where(
            Meeting.network_id == network.id,
            Meeting.cancelled_at.is_(None),
            Occurrence.cancelled_at.is_(None),
            Occurrence.starts_at >= begins,
            Occurrence.starts_at < ends,
        )
    )
    if enterprise_id is not None:
        common = Meeting.audience.in_((Audience.EVERYONE, Audience.LEADERS))
        theirs = Meeting.enterprise_id == enterprise_id
        query = query.where(or_(theirs, and_(Meeting.enterprise_id.is_(None), common)))
    return list(session.scalars(query.order_by(Occurrence.starts_at, Occurrence.id)))


def _coming(session: Session, network: Network, enterprise_id: int | None, now: datetime) -> list[Coming]:
    found = []
    for one in _occurrences(session, network, enterprise_id, now, now + AHEAD):
        people = select(func.sum(Rsvp.people)).where(
            Rsvp.occurrence_id == one.id, Rsvp.answer == Attending.YES
        )
        names = (
            select(Member.call_as)
            .join(Rsvp, Rsvp.member_id == Member.id)
            .where(Rsvp.occurrence_id == one.id, Rsvp.answer == Attending.YES)
        )
        who = tuple(session.scalars(names.order_by(Rsvp.id)))
        found.append(Coming(one.meeting.title, one.starts_at, session.scalar(people) or 0, who))
    return found


def _posted(
    session: Session,
    model: type[Offer] | type[Need],
    network: Network,
    enterprise_id: int | None,
    begins: datetime,
    ends: datetime,
) -> int:
    query = select(func.count(model.id)).join(Enterprise, model.enterprise_id == Enterprise.id)
    query = query.where(Enterprise.network_id == network.id, _within(model.posted_at, begins, ends))
    if enterprise_id is not None:
        query = query.where(Enterprise.id == enterprise_id)
    return session.scalar(query) or 0


def _announced(
    counted: ColumnElement[int], network: Network, begins: datetime, ends: datetime
) -> Select[int]:
    return (
        select(counted)
        .select_from(Announcement)
        .where(
            Announcement.network_id == network.id,
            Announcement.state == "sent",
            Announcement.send_at >= begins,
            Announcement.send_at < ends,
        )
    )


def _acknowledged(
    session: Session, network: Network, enterprise_id: int | None, begins: datetime, ends: datetime
) -> int:
    query = _announced(func.count(Acknowledgement.id), network, begins, ends)
    query = query.join(Acknowledgement, Acknowledgement.announcement_id == Announcement.id)
    if enterprise_id is not None:
        query = query.where(Acknowledgement.member_id.in_(_people(enterprise_id)))
    return session.scalar(query) or 0


def shared_knowledge(
    session: Session, network: Network, span: Span, enterprise_id: int | None
) -> list[KnowledgeItem]:
    """What was shared in chat in a span, of one enterprise or of all; not what the network's file brought."""
    query = select(KnowledgeItem).where(
        KnowledgeItem.network_id == network.id,
        KnowledgeItem.withdrawn_at.is_(None),
        KnowledgeItem.source_on.between(span.first, span.last),
        KnowledgeItem.code.is_(None),
    )
    if enterprise_id is not None:
        query = query.where(KnowledgeItem.enterprise_id == enterprise_id)
    else:
        query = query.where(KnowledgeItem.own_group.is_(False))
    return list(session.scalars(query.order_by(KnowledgeItem.id)))
