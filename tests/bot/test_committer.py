"""Requests share commits: one that fails harms no other, and none waits longer than it may."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, event, func, select
from sqlalchemy.exc import OperationalError

from bot.inbox import insert_once, store_events
from bot.incoming import parse_event
from bot.web.committer import CommitLate, Committer
from models.post import Event, Lane
from tests.bot.test_webhook import event as made
from tests.world import NOW

PATIENCE = 30.0  # none of these tests waits for it


def lane(name: str) -> Callable[[Connection], str]:
    """What a request wants to write."""

    def write(connection: Connection) -> str:
        connection.execute(insert_once(connection, Lane), [{"name": name}])
        return name

    return write


def lanes(store) -> list[str]:
    with store.session() as session:
        return list(session.scalars(select(Lane.name).order_by(Lane.name)))


def together(committer: Committer, *writes) -> list[Future]:
    """What becomes of these, which come while the committer is busy with another."""
    begun, free = threading.Event(), threading.Event()

    def occupied(connection: Connection) -> None:
        begun.set()
        free.wait()

    with ThreadPoolExecutor(len(writes) + 1) as pool:
        pool.submit(committer.commit, occupied)
        begun.wait()
        ended = []
        for number, write in enumerate(writes, 1):
            ended.append(pool.submit(committer.commit, write))
            while len(committer._waiting) < number:
                pass
        free.set()
    return ended


def test_what_waits_is_written_in_one_transaction(store):
    """Each request is given its own result."""
    commits = []
    event.listen(store.engine, "commit", commits.append)
    waiting = together(Committer(store.engine, PATIENCE), *map(lane, "abc"))
    assert [one.result() for one in waiting] == ["a", "b", "c"]
    assert len(commits) == 2  # the first one alone, the three that came meanwhile
    assert lanes(store) == ["a", "b", "c"]


def test_one_that_fails_harms_no_other(store):
    """Only its own request is told."""

    def bad(connection: Connection) -> None:
        lane("bad")(connection)
        raise ValueError("a defect")

    waiting = together(Committer(store.engine, PATIENCE), lane("a"), bad, lane("c"))
    assert (waiting[0].result(), waiting[2].result()) == ("a", "c")
    with pytest.raises(ValueError, match="a defect"):
        waiting[1].result()
    assert lanes(store) == ["a", "c"]


def test_an_event_that_comes_twice_in_one_commit_is_stored_once(store):
    """LINE may send it to two requests at the same moment."""
    once = parse_event(made())

    def write(connection: Connection) -> None:
        store_events(connection, [once], NOW)

    waiting = together(Committer(store.engine, PATIENCE), write, write)
    assert [one.exception() for one in waiting] == [None, None]
    with store.session() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 1


def test_nobody_is_told_before_the_commit(store):
    """A commit that fails is the request's failure; the next one is well again."""
    committer = Committer(store.engine, PATIENCE)

    def away(connection: Connection) -> None:
        raise OperationalError("COMMIT", {}, Exception("away"))

    event.listen(store.engine, "commit", away)
    with pytest.raises(OperationalError):
        committer.commit(lane("a"))
    event.remove(store.engine, "commit", away)
    assert committer.commit(lane("b")) == "b"
    assert lanes(store) == ["b"]


def test_a_database_that_hangs_keeps_no_request_waiting(store):
    """It gives up in time; what it gave up is not written any more, and what comes later is."""
    hangs, answers = threading.Event(), threading.Event()

    def hang(connection: Connection) -> None:
        hangs.set()
        answers.wait()

    committer = Committer(store.engine, 0.05)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(committer.commit, hang)
        hangs.wait()
        with pytest.raises(CommitLate):
            committer.commit(lane("a"))
        with pytest.raises(CommitLate):
            first.result()
    patient = Committer(store.engine, PATIENCE)
    answers.set()
    assert patient.commit(lane("b")) == "b"
    while committer._is_committing:
        pass
    assert lanes(store) == ["b"]
