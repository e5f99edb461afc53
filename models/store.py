"""The database: one engine, its sessions, and what differs between SQLite and PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from models.base import Base

Row = TypeVar("Row", bound=Base)


class Store:
    """Sessions on SQLite or PostgreSQL.

    On SQLite a session reads without a transaction and begins one (BEGIN IMMEDIATE, so that it never has to
    be upgraded) with its first write: what a turn reads, understands and searches before that holds up nobody.
    What must not change between reading and writing is read through `take`.

    `patience` is how many seconds a session waits for a locked or distant database before it fails.
    """

    commits: ClassVar[int] = 0  # of this process: who remembers what was read asks whether it still holds

    def __init__(self, url: str, *, patience: float = 30.0, pool_size: int = 8) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.engine = _sqlite_engine(url, patience, pool_size)
        else:
            self.engine = _postgres_engine(url, patience, pool_size)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: committed at the end of the block, rolled back if it raises."""
        with self._sessions() as session, session.begin():
            yield session
        Store.commits += 1

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def begin_writing(session: Session) -> None:
    """Start the write transaction now; on PostgreSQL every transaction may write."""
    connection = session.connection()
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection) and not driver.in_transaction:
        driver.execute("BEGIN IMMEDIATE")


def take(session: Session, model: type[Row], ident: int) -> Row | None:
    """The row with this primary key, read afresh and kept from other writers until the session ends."""
    begin_writing(session)
    return session.get(model, ident, with_for_update=True, populate_existing=True)


def _sqlite_engine(url: str, patience: float, pool_size: int) -> Engine:
    # Autocommit in the driver (isolation_level None): BEGIN is ours to say, see Store.
    connect = {"timeout": patience, "isolation_level": None, "check_same_thread": False}
    # hide_parameters: an error's text must not hold what people wrote.
    engine = create_engine(
        url, connect_args=connect, pool_size=pool_size, max_overflow=4, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "before_cursor_execute", _begin_before_writing)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_before_writing(
    connection: Connection, cursor: sqlite3.Cursor, statement: str, *_rest: object
) -> None:
    reads = statement.lstrip()[:6].upper() in ("SELECT", "PRAGMA", "BEGIN ", "BEGIN", "VACUUM")
    if not reads and not cursor.connection.in_transaction:
        cursor.execute("BEGIN IMMEDIATE")


def _postgres_engine(url: str, patience: float, pool_size: int) -> Engine:
    milliseconds = int(patience * 1000)
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=4,
        pool_pre_ping=True,
        pool_timeout=patience,
        hide_parameters=True,
        connect_args={
            "connect_timeout": max(2, int(patience)),
            "options": f"-c lock_timeout={milliseconds} -c statement_timeout={milliseconds}",
        },
    )
