"""Sessions on SQLite: the writers of one process wait in line, and nobody stays at its head."""

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from models.store import Store, begin_writing


@pytest.fixture
def store(tmp_path: Path):
    store = Store(f"sqlite:///{tmp_path / 'saan.db'}", patience=0.2)
    with store.session() as session:
        session.execute(text("CREATE TABLE rows (name TEXT)"))
    yield store
    store.close()


def test_a_writer_waits_for_another_of_its_process_and_then_writes(store):
    patient = Store(str(store.url), patience=30.0)
    with store.session() as session:
        begin_writing(session)
        other = threading.Thread(target=_write, args=(patient, "second"))
        other.start()
        session.execute(text("INSERT INTO rows VALUES ('first')"))
    other.join()
    assert _rows(store) == ["first", "second"]
    patient.close()


def test_a_writer_that_waited_too_long_fails_as_locked_and_is_no_longer_in_line(store):
    with store.session() as session:
        begin_writing(session)
        with pytest.raises(OperationalError, match="locked"):
            _write(store, "too late")
    _write(store, "afterwards")
    assert _rows(store) == ["afterwards"]


def test_a_writer_that_another_process_locks_out_leaves_the_line(store):
    outsider = sqlite3.connect(str(store.url.database), isolation_level=None)
    outsider.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        _write(store, "too late")
    outsider.execute("ROLLBACK")
    outsider.close()
    _write(store, "afterwards")
    assert _rows(store) == ["afterwards"]


@pytest.mark.parametrize("begins", [begin_writing, lambda session: _insert(session, "lost")])
def test_a_turn_that_fails_leaves_the_line_and_nothing_behind(store, begins):
    with pytest.raises(KeyError):
        _fail(store, begins)
    _write(store, "afterwards")
    assert _rows(store) == ["afterwards"]


def test_who_only_reads_waits_for_nobody(store):
    with store.session() as session:
        begin_writing(session)
        assert _rows(store) == []


def _fail(store: Store, begins) -> None:
    with store.session() as session:
        begins(session)
        raise KeyError


def _write(store: Store, name: str) -> None:
    with store.session() as session:
        _insert(session, name)


def _insert(session, name: str) -> None:
    session.execute(text("INSERT INTO rows VALUES (:name)"), {"name": name})


def _rows(store: Store) -> list[str]:
    with store.session() as session:
        return list(session.scalars(text("SELECT name FROM rows ORDER BY rowid")))
