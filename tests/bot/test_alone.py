"""Of all processes that could keep time on a database, one does."""

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.alone import alone_on

END_SESSIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_locks
    WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@pytest.fixture
def places(store):
    """Two processes' views of the one place."""
    made = alone_on(store), alone_on(store)
    yield made
    for place in made:
        place.let_go()


def test_the_first_has_the_place_until_it_lets_it_go(places):
    """Asked again and again, the holder stays the holder, and the other one is the next."""
    first, second = places
    assert [first.hold(), second.hold(), first.hold(), second.hold()] == [True, False, True, False]
    first.let_go()
    assert second.hold()
    assert not first.hold()


def test_who_lost_the_place_knows_it_at_the_next_look(store, places):
    """A connection that ended, a lock file that somebody deleted: there is never a second holder."""
    first, second = places
    assert first.hold()
    if store.is_sqlite:
        Path(f"{store.url.database}.clock").unlink()
    else:
        with store.session() as session:
            assert session.execute(text(END_SESSIONS)).all() == [(True,)]
    assert not first.hold()
    assert second.hold()
    assert not first.hold()
    assert second.hold()
