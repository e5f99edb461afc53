"""Who may be asked what: routing a question to a person, and what is known of those under way."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from models.chats import Chat
from models.knowledge import Answer, KnowledgeItem, Question
from models.people import Member, Membership, RoleGrant
from models.permissions import Role
from models.search import find, forget

PROMISE = timedelta(days=3)  # by then the asker should have heard
CANDIDATES = 20  # items that are looked at closely, of those that hold any of the words

Versed = Callable[[Sequence[str]], float]  # how near somebody's topics are to a question; 0: not at all


def knowledge_with(session: Session, network_id: int, words: Sequence[str]) -> list[KnowledgeItem]:
    """What a network knows that holds any of these words or begins with one, in the search's own order."""
    found = find(session, "knowledge", [network_id], words, CANDIDATES, beginnings=True)
    query = select(KnowledgeItem).where(
        KnowledgeItem.id.in_([one.object_id for one in found]), KnowledgeItem.withdrawn_at.is_(None)
    )
    items = {item.id: item for item in session.scalars(query)}
    return [items[one.object_id] for one in found if one.object_id in items]


def withdraw_item(session: Session, item: KnowledgeItem, now: datetime) -> None:
    """Take a piece of knowledge back: it is shown and found no more."""
    item.withdrawn_at = now
    forget(session, "knowledge", item.id)


def advisors(
    session: Session,
    network_id: int,
    versed: Versed,
    *,
    known_for: Sequence[int] = (),
    besides: Collection[int] = (),
) -> list[Member]:
    """Whom a question can go to, the fittest first; only people whom the bot can reach.

    First who is `known_for` it (member ids, as the fitting knowledge names them), then who is asked about such topics
    (`versed` says how near topics are to the question), then any advisor, then a coordinator; of equals the one with
    the fewest open questions. Without `besides`.
    """
    ranked = []
    for membership in session.scalars(_reachable(network_id)):
        rank = _rank(membership, versed, known_for)
        if rank is not None and membership.member_id not in besides:
            ranked.append((rank, open_count(session, membership.member_id), membership.id, membership.member))
    return [member for *_, member in sorted(ranked, key=lambda one: one[:3])]


def open_count(session: Session, member_id: int) -> int:
    """How many questions wait for this member's answer."""
    query = select(func.count()).select_from(Question)
    return session.scalar(query.where(Question.advisor_id == member_id, Question.state == "open")) or 0


def belongs(session: Session, member_id: int | None, network_id: int) -> bool:
    """Whether a member has an active membership in a network."""
    query = select(Membership.id).where(
        Membership.member_id == member_id, Membership.network_id == network_id, Membership.state == "active"
    )
    return session.scalar(query) is not None


def may_answer(session: Session, question: Question, member_id: int) -> bool:
    """Whether a member may answer: it was handed to them, or they coordinate the question's network."""
    if not belongs(session, member_id, question.network_id):
        return False
    return question.advisor_id == member_id or _coordinates(session, member_id, question.network_id)


def asked_already(session: Session, asker_id: int, network_id: int, words: str) -> Question | None:
    """The asker's own open question of the same words."""
    query = select(Question).where(
        Question.asker_id == asker_id,
        Question.network_id == network_id,
        Question.words == words,
        Question.state == "open",
    )
    return session.scalars(query).first()


def questions_of(session: Session, asker_id: int, limit: int) -> Sequence[Question]:
    """What a member asked and did not withdraw, the newest first."""
    query = select(Question).where(Question.asker_id == asker_id, Question.state != "withdrawn")
    return session.scalars(query.order_by(Question.id.desc()).limit(limit)).all()


def waiting_for(session: Session, member_id: int) -> Sequence[Question]:
    """The open questions that were handed to a member, the oldest first."""
    query = select(Question).where(Question.advisor_id == member_id, Question.state == "open")
    return session.scalars(query.order_by(Question.id)).all()


def overdue(session: Session, network_id: int, now: datetime) -> Sequence[Question]:
    """A network's open questions whose promised day has gone by at `now` (aware), the longest ago first."""
    query = select(Question).where(
        Question.network_id == network_id, Question.state == "open", Question.answer_by < now
    )
    return session.scalars(query.order_by(Question.answer_by, Question.id)).all()


def waiting_in(session: Session, network_id: int, limit: int) -> Sequence[Question]:
    """The questions of a network that nobody has answered, the longest promised first."""
    query = select(Question).where(
        Question.network_id == network_id, Question.state.in_(("open", "unanswered")), Question.words != ""
    )
    return session.scalars(query.order_by(Question.answer_by, Question.id).limit(limit)).all()


def promised_between(
    session: Session, network_id: int, after: datetime, until: datetime
) -> Sequence[Question]:
    """The open questions of a network whose answer was promised by a moment between these."""
    query = select(Question).where(
        Question.network_id == network_id,
        Question.state == "open",
        Question.answer_by > after,
        Question.answer_by <= until,
    )
    return session.scalars(query.order_by(Question.id)).all()


def answers_of(session: Session, author_id: int) -> Sequence[Answer]:
    """All that a member answered."""
    return session.scalars(select(Answer).where(Answer.author_id == author_id)).all()


def items_by(session: Session, author_id: int, limit: int | None = None) -> Sequence[KnowledgeItem]:
    """The knowledge that a member gave and has not taken back, the newest first."""
    query = select(KnowledgeItem).where(
        KnowledgeItem.author_id == author_id, KnowledgeItem.withdrawn_at.is_(None)
    )
    return session.scalars(query.order_by(KnowledgeItem.id.desc()).limit(limit)).all()


def item_from(session: Session, answer_id: int) -> KnowledgeItem | None:
    """The piece of knowledge that an answer became, taken back or not."""
    return session.scalar(select(KnowledgeItem).where(KnowledgeItem.answer_id == answer_id))


def _reachable(network_id: int) -> Select[Membership]:
    blocked = exists().where(Chat.line_id == Member.line_user_id, Chat.state == "blocked")
    return (
        select(Membership)
        .join(Member, Membership.member_id == Member.id)
        .where(
            Membership.network_id == network_id,
            Membership.state == "active",
            Member.line_user_id.is_not(None),
            Member.left_at.is_(None),
            ~blocked,
        )
    )


def _rank(membership: Membership, versed: Versed, known_for: Sequence[int]) -> tuple[int, float] | None:
    """How fit somebody is to be asked, lower is fitter; None for who is not asked at all."""
    roles = {grant.role for grant in membership.roles}
    if membership.member_id in known_for:
        return 0, known_for.index(membership.member_id)
    if membership.topics and (nearness := versed(membership.topics)):
        return 1, -nearness
    if Role.ADVISOR in roles:
        return 2, 0
    return (3, 0) if Role.COORDINATOR in roles else None


def _coordinates(session: Session, member_id: int, network_id: int) -> bool:
    query = (
        select(RoleGrant.id)
        .join(Membership)
        .where(
            Membership.member_id == member_id,
            Membership.network_id == network_id,
            RoleGrant.role == Role.COORDINATOR,
        )
    )
    return session.scalar(query) is not None
