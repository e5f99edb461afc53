"""What went on around the work of a span: questions, introductions, links, knowledge, meetings, announcements."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from models.knowledge import KnowledgeItem, Question
from models.network import Enterprise, Introduction, Link, Network, Partner
from models.people import Membership
from models.spans import Span

WAITING_LONG = timedelta(days=7)  # for an answer to ขอคุย, before somebody should ask


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
        asked=count(questions, Question.asked_at.between(begins, ends), Question.state != "withdrawn"),
        answered=count(questions, Question.answered_at.between(begins, ends)),
        open_questions=count(questions, waiting),
        overdue_questions=count(questions, waiting, Question.answer_by < now),
        introductions=count(
            talks, Introduction.state == "agreed", Introduction.answered_at.between(begins, ends)
        ),
        waiting_introductions=count(talks, asked),
        long_waiting_introductions=count(talks, asked, Introduction.asked_at < now - WAITING_LONG),
        links=_new_links(session, network, span, enterprise_id),
        knowledge=_knowledge(session, network, span, enterprise_id),
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


def _knowledge(
    session: Session, network: Network, span: Span, enterprise_id: int | None
) -> list[KnowledgeItem]:
    query = select(KnowledgeItem).where(
        KnowledgeItem.network_id == network.id,
        KnowledgeItem.withdrawn_at.is_(None),
        KnowledgeItem.source_on.between(span.first, span.last),
    )
    if enterprise_id is not None:
        query = query.where(KnowledgeItem.enterprise_id == enterprise_id)
    return list(session.scalars(query.order_by(KnowledgeItem.id)))
