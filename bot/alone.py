"""Exactly one: of all processes that could keep time on a database, one does, and the others stand by.

PostgreSQL: an advisory lock of a session on a connection of its own. It goes with the connection, and both ends notice
a dead one in seconds. A pooler that shares connections between transactions would share the lock: give the clock an
address that leads to PostgreSQL itself. SQLite: a lock on a file beside the database, which goes with the process.
"""

import fcntl
import logging
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from models.store import Store

LOCK = 0x7361616E_636C6F63  # "saancloc": the advisory lock's number, one a database
CONNECT_SECONDS = 5

# Seconds, but for those that end in _MS; for both ends. Without them a dead peer is noticed after two hours. That a
# process is suspended, while its kernel still answers, is seen by its session being idle.
# https://www.postgresql.org/docs/current/runtime-config-connection.html#RUNTIME-CONFIG-TCP-SETTINGS
KEEPALIVE = {"keepalives_idle": 5, "keepalives_interval": 3, "keepalives_count": 3}
GIVEN_UP_MS = 14_000
STATEMENT_MS = 5_000

log = logging.getLogger(__name__)


class Alone(Protocol):
    """A place that one process at a time can have; used by several threads."""

    def hold(self) -> bool:
        """Take the place where it is free, or see that it is still ours; False where it is somebody else's."""

    def let_go(self) -> None:
        """Leave the place to others."""


def alone_on(store: Store) -> Alone:
    """The clock's place on this database."""
    if not store.is_sqlite:
        return PostgresAlone(store.url)
    return FileAlone(Path(f"{store.url.database}.clock"))


class FileAlone:
    """The place is a locked file; for processes on one host."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._mutex = threading.Lock()

    def hold(self) -> bool:
        """Take the place, or see that it is still ours."""
        with self._mutex:
            if self._file is None:
                self._file = self._taken()
            if self._file is not None and not self._is_the_path(self._file):
                self._close()  # somebody deleted the file: another one may be locked by now
            return self._file is not None

    def let_go(self) -> None:
        """Leave the place to others."""
        with self._mutex:
            self._close()

    def _taken(self) -> int | None:
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return None
        return file

    def _is_the_path(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), self._path.stat())
        except FileNotFoundError:
            return False

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class PostgresAlone:
    """The place is an advisory lock of one session; for processes on any host."""

    def __init__(self, url: URL) -> None:
        server = {f"tcp_{name}": value for name, value in KEEPALIVE.items()}
        server |= {"tcp_user_timeout": GIVEN_UP_MS, "idle_session_timeout": GIVEN_UP_MS}
        server |= {"statement_timeout": STATEMENT_MS}
        self._engine = create_engine(
            url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={
                **KEEPALIVE,
                "connect_timeout": CONNECT_SECONDS,
                "tcp_user_timeout": GIVEN_UP_MS,
                "options": " ".join(f"-c {name}={value}" for name, value in server.items()),
            },
        )
        self._connection: Connection | None = None
        self._mutex = threading.Lock()

    def hold(self) -> bool:
        """Take the place, or see that it is still ours: the lock may be taken again by the session that has it."""
        with self._mutex:
            try:
                if self._connection is None:
                    self._connection = self._engine.connect()
                return bool(self._connection.scalar(text(f"SELECT pg_try_advisory_lock({LOCK})")))
            except DBAPIError as error:
                log.warning("The clock's own connection failed: %s", type(error.orig).__name__)
                self._close()
                return False

    def let_go(self) -> None:
        """Leave the place to others."""
        with self._mutex:
            if self._connection is not None:
                with suppress(DBAPIError):  # then the session ends a moment later
                    self._connection.execute(text("SELECT pg_advisory_unlock_all()"))
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()  # whatever its state: the session and its lock end
            self._connection.close()
            self._connection = None
