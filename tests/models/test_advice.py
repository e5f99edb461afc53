"""Who may be asked what, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from models.advice import (
    advisors,
    asked_already,
    belongs,
    items_by,
    knowledge_with,
    may_answer,
    questions_of,
    withdraw_item,
)
from models.chats import Chat
from models.knowledge import KnowledgeItem, Question
from models.network import Network
from models.people import Member, Membership, RoleGrant
from models.search import index

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture
def session(store):
    with store.session() as session:
        for number in (1, 2):
            session.add(Network(id=number, code=f"N{number}", name=f"เครือข่าย {number}", short_name="ข"))
        session.flush()
        yield session


def person(session, number, *roles, topics=(), network=1, state="active", reachable=True):
    member = Member(
        id=number, line_user_id=f"U{number}" if reachable else None, call_as=f"คน {number}", created_at=NOW
    )
    membership = Membership(
        member=member, network_id=network, state=state, topics=list(topics), joined_at=NOW
    )
    membership.roles = [RoleGrant(role=role, granted_at=NOW) for role in roles]
    session.add(membership)
    session.flush()
    return member


def asked(session, number, *, asker=None, advisor=None, words="ทำยังไง", state="open"):
    question = Question(
        id=number,
        network_id=1,
        asker_id=asker,
        advisor_id=advisor,
        words=words,
        state=state,
        asked_at=NOW,
        answer_by=NOW + timedelta(days=3),
    )
    session.add(question)
    session.flush()
    return question


def names(topics):
    """Versed: how many of the topics are บัญชี."""
    return float(sum(topic == "บัญชี" for topic in topics))


def order(session, **how):
    return [member.id for member in advisors(session, 1, names, **how)]


def test_the_fittest_is_asked_first(session):
    """Known for it, then the topic, then any advisor, then a coordinator; plain members are not asked."""
    person(session, 1, "coordinator")
    person(session, 2, "advisor")
    person(session, 3, topics=["บัญชี"])
    person(session, 4, "leader")
    person(session, 5)
    assert order(session) == [3, 2, 1]
    assert order(session, known_for=[5]) == [5, 3, 2, 1]
    assert order(session, besides=[3, 2]) == [1]


def test_of_equals_the_one_with_fewer_open_questions_is_asked(session):
    """Work is shared; what is answered no longer counts."""
    person(session, 1, "advisor")
    person(session, 2, "advisor")
    asked(session, 1, advisor=1)
    asked(session, 2, advisor=2, state="answered")
    assert order(session) == [2, 1]


def test_only_who_can_be_reached_is_asked(session):
    """No unclaimed entry, nobody who left or blocked the bot, nobody who waits to be let in."""
    person(session, 1, "advisor", reachable=False)
    person(session, 2, "advisor").left_at = NOW
    person(session, 3, "advisor")
    session.add(Chat(kind="user", line_id="U3", state="blocked"))
    person(session, 4, "advisor", state="waiting")
    person(session, 5, "advisor", state="left")
    person(session, 6, "advisor")
    session.flush()
    assert order(session) == [6]


def test_advisors_of_another_network_are_not_asked(session):
    """Networks never see each other, even where knowledge names somebody."""
    person(session, 1, "advisor", topics=["บัญชี"], network=2)
    assert order(session, known_for=[1]) == []


def test_who_may_answer(session):
    """The question's advisor and the network's coordinators; nobody else, and nobody who left."""
    person(session, 1, "advisor")
    person(session, 2, "coordinator")
    person(session, 3, "advisor", "leader", "treasurer")
    person(session, 4, "coordinator", network=2)
    question = asked(session, 1, advisor=1)
    assert [may_answer(session, question, number) for number in (1, 2, 3, 4)] == [True, True, False, False]
    session.get(Member, 1).memberships[0].state = "left"
    session.flush()
    assert not may_answer(session, question, 1)


def test_who_belongs(session):
    """Only an active membership of that network counts."""
    person(session, 1)
    person(session, 2, state="waiting")
    assert belongs(session, 1, 1)
    assert not belongs(session, 1, 2)
    assert not belongs(session, 2, 1)
    assert not belongs(session, None, 1)


def test_the_same_open_question_is_known_again(session):
    """Of the same asker, in the same words, while it waits."""
    person(session, 1)
    asked(session, 1, asker=1, words="ย้อมครามยังไง")
    asked(session, 2, asker=1, words="ทอผ้ายังไง", state="answered")
    assert asked_already(session, 1, 1, "ย้อมครามยังไง").id == 1
    assert asked_already(session, 1, 1, "ทอผ้ายังไง") is None
    assert asked_already(session, 1, 2, "ย้อมครามยังไง") is None


def test_own_questions_are_listed_newest_first_without_the_withdrawn(session):
    """What was withdrawn is gone from the list."""
    person(session, 1)
    for number, state in ((1, "answered"), (2, "withdrawn"), (3, "open")):
        asked(session, number, asker=1, state=state)
    assert [question.id for question in questions_of(session, 1, 5)] == [3, 1]


def test_what_was_taken_back_is_neither_found_nor_listed(session):
    """A piece of knowledge is found until its author withdraws it."""
    person(session, 1)
    item = KnowledgeItem(id=1, network_id=1, title="ย้อมคราม", words="-", source_on=NOW.date(), author_id=1)
    session.add(item)
    index(session, "knowledge", 1, 1, ["ย้อม", "คราม"])
    assert knowledge_with(session, 1, ["คราม"]) == [item]
    assert knowledge_with(session, 2, ["คราม"]) == []
    withdraw_item(session, item, NOW)
    assert knowledge_with(session, 1, ["คราม"]) == []
    assert items_by(session, 1) == []
