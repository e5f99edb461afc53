"""Of all processes that could keep time on a database, one does."""

import pytest
from sqlalchemy import text

from bot.alone import FileAlone, alone_on

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


def test_who_lost_its_connection_knows_it_at_the_next_look(store, places):
    """The former holder is told no, the other one takes over, and there is never a second one."""
    first, second = places
    if store.is_sqlite:
        pytest.skip("a file's lock has no connection")
    assert first.hold()
    with store.session() as session:
        assert session.execute(text(END_SESSIONS)).all() == [(True,)]
    assert not first.hold()
    assert second.hold()
    assert not first.hold()


def test_a_lock_file_that_somebody_deleted_makes_no_second_holder(tmp_path):
    """Who holds a file that is not there any more gives up; whoever locked the new one has the place."""
    path = tmp_path / "saan.db.clock"
    first, second = FileAlone(path), FileAlone(path)
    assert first.hold()
    path.unlink()
    assert second.hold()
    assert not first.hold()
    assert second.hold()
