"""Requests share commits: one that fails harms no other, and none waits longer than it may."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from bot.inbox import insert_once, store_events
from bot.incoming import parse_event
from bot.web.committer import CommitLate, Committer
from models.post import Event, Lane
from models.store import Store
from tests.bot.test_webhook import event as made
from tests.world import NOW

PATIENCE = 30.0  # none of these tests waits for it

Wish = Callable[[], str]


def committer(store: Store, patience: float = PATIENCE) -> Committer[str | Wish, str]:
    """One that writes lanes of these names; a wish may also do something of its own and give the name."""

    def write(wishes: Sequence[str | Wish]) -> list[str]:
        with store.engine.begin() as connection:
            names = [wish if isinstance(wish, str) else wish() for wish in wishes]
            connection.execute(insert_once(connection, Lane), [{"name": name} for name in names])
        return names

    return Committer(write, patience)


def lanes(store) -> list[str]:
    with store.session() as session:
        return list(session.scalars(select(Lane.name).order_by(Lane.name)))


def together(committer: Committer, *wishes) -> list[Future]:
    """What becomes of these, which come while the committer is busy with another."""
    begun, free = threading.Event(), threading.Event()

    def occupied() -> str:
        begun.set()
        free.wait()
        return "first"

    with ThreadPoolExecutor(len(wishes) + 1) as pool:
        pool.submit(committer.commit, occupied)
        begun.wait()
        ended = []
        for number, wish in enumerate(wishes, 1):
            ended.append(pool.submit(committer.commit, wish))
            while len(committer._waiting) < number:
                pass
        free.set()
    return ended


def test_what_waits_is_written_in_one_transaction(store):
    """Each request is given its own result."""
    commits = []
    event.listen(store.engine, "commit", commits.append)
    waiting = together(committer(store), *"abc")
    assert [one.result() for one in waiting] == ["a", "b", "c"]
    assert len(commits) == 2  # the first one alone, the three that came meanwhile
    assert lanes(store) == ["a", "b", "c", "first"]


def test_one_that_fails_harms_no_other(store):
    """Only its own request is told."""

    def bad() -> str:
        raise ValueError("a defect")

    waiting = together(committer(store), "a", bad, "c")
    assert (waiting[0].result(), waiting[2].result()) == ("a", "c")
    with pytest.raises(ValueError, match="a defect"):
        waiting[1].result()
    assert lanes(store) == ["a", "c", "first"]


def test_an_event_that_comes_twice_in_one_commit_is_stored_once(store):
    """LINE may send it to two requests at the same moment."""
    once = parse_event(made())
    with store.engine.begin() as connection:
        store_events(connection, [once, once], NOW)
    with store.session() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 1


def test_nobody_is_told_before_the_commit(store):
    """A commit that fails is the request's failure; the next one is well again."""
    writing = committer(store)

    def away(connection) -> None:
        raise OperationalError("COMMIT", {}, Exception("away"))

    event.listen(store.engine, "commit", away)
    with pytest.raises(OperationalError):
        writing.commit("a")
    event.remove(store.engine, "commit", away)
    assert writing.commit("b") == "b"
    assert lanes(store) == ["b"]


def test_a_database_that_hangs_keeps_no_request_waiting(store):
    """It gives up in time; what it gave up is not written any more, and what comes later is."""
    hangs, answers = threading.Event(), threading.Event()

    def hang() -> str:
        hangs.set()
        answers.wait()
        return "late"

    impatient = committer(store, 0.05)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(impatient.commit, hang)
        hangs.wait()
        with pytest.raises(CommitLate):
            impatient.commit("a")
        with pytest.raises(CommitLate):
            first.result()
    answers.set()
    while impatient._is_committing:
        pass
    assert committer(store).commit("b") == "b"
    assert lanes(store) == ["b", "late"]
