"""The database: one engine, its sessions, and what differs between SQLite and PostgreSQL."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
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
    What must not change between reading and writing is read through `take`. The writers of one process queue.

    `patience` is how many seconds a session waits for a locked or distant database before it fails.
    """

    commits: ClassVar[int] = 0  # of this process: who remembers what was read asks whether it still holds

    def __init__(self, url: str, *, patience: float = 30.0, pool_size: int = 12) -> None:
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
    driver = session.connection().connection.driver_connection
    if isinstance(driver, _Writer):
        driver.begin_writing()


def take(session: Session, model: type[Row], ident: int) -> Row | None:
    """The row with this primary key, read afresh and kept from other writers until the session ends."""
    begin_writing(session)
    return session.get(model, ident, with_for_update=True, populate_existing=True)


class _Writer(sqlite3.Connection):
    """A connection whose write transactions wait in line with those of its process.

    SQLite itself waits by sleeping longer and longer between looks, so that the unlucky wait for seconds while the
    database stands free: https://www.sqlite.org/c3ref/busy_timeout.html. It still does so for other processes.
    """

    def __init__(self, database: str, timeout: float, *others: Any, **more: Any) -> None:
        super().__init__(database, timeout, *others, **more)
        self._line, self._patience, self._has_turn = _line(database), timeout, False

    def begin_writing(self) -> None:
        """BEGIN IMMEDIATE, unless a transaction is open. Raises OperationalError after the connection's timeout."""
        if self.in_transaction:
            return
        if not self._line.acquire(timeout=self._patience):
            raise sqlite3.OperationalError("database is locked")
        self._has_turn = True
        try:
            self.execute("BEGIN IMMEDIATE")
        except sqlite3.Error:
            self._leave()
            raise

    def commit(self) -> None:
        """As the driver's; where it fails, the transaction stays open and the turn is kept until `rollback`."""
        super().commit()
        self._leave()

    def rollback(self) -> None:
        """As the driver's."""
        super().rollback()
        self._leave()

    def close(self) -> None:
        """As the driver's."""
        super().close()
        self._leave()

    def _leave(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._line.release()


@cache
def _line(database: str) -> threading.Lock:
    """What the writers of one database wait at."""
    return threading.Lock()


def _sqlite_engine(url: str, patience: float, pool_size: int) -> Engine:
    # Autocommit in the driver (isolation_level None): BEGIN is ours to say, see Store.
    connect = {"timeout": patience, "isolation_level": None, "check_same_thread": False, "factory": _Writer}
    # hide_parameters: an error's text must not hold what people wrote.
    # The connection used last is used next: fewer of them fill their memory.
    engine = create_engine(
        url,
        connect_args=connect,
        pool_size=pool_size,
        max_overflow=0,
        pool_use_lifo=True,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "before_cursor_execute", _begin_before_writing)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The cache is of 1,000 KiB a connection, half of what it is by itself: the system keeps the file's pages anyway.
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "cache_size=-1000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_before_writing(
    connection: Connection, cursor: sqlite3.Cursor, statement: str, *_rest: object
) -> None:
    writer = cursor.connection
    reads = statement.lstrip()[:6].upper() in ("SELECT", "PRAGMA", "BEGIN ", "BEGIN", "VACUUM")
    if not reads and isinstance(writer, _Writer):
        writer.begin_writing()


def _postgres_engine(url: str, patience: float, pool_size: int) -> Engine:
    milliseconds = int(patience * 1000)
    options = f"-c lock_timeout={milliseconds} -c statement_timeout={milliseconds}"
    # All connections are kept: making one takes longer than most transactions. No query is so long that it is worth
    # compiling; PostgreSQL would take to that where it does not know yet how few rows it will find.
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=patience,
        hide_parameters=True,
        connect_args={
            "connect_timeout": max(2, int(patience)),
            "options": f"{options} -c jit=off",
        },
    )
