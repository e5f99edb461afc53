"""The ledger of erasures: an append-only file outside the database and outside every backup.

One JSON line an erasure: its id, its time, keyed hashes of what identifies the person (models/ledger.py), and a hash
by which another key is noticed. The erasure is a row of the transaction that erases; its line is written right after
the commit, and again by `catch_up` should that have failed: a row goes only once its line is on the disk, and some days
later, as backups taken meanwhile are recognised by it.
"""

import fcntl
import logging
import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BufferedRandom
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from bot.tools import hashed
from models.ledger import Erasure, marks
from models.people import Member
from models.store import Store

ROWS_FOR = timedelta(days=7)  # longer than any backup takes, and than clocks are apart
PURPOSE = "erased"

log = logging.getLogger(__name__)


class LedgerProblem(Exception):
    """The ledger cannot be used; the message is one line with the remedy."""


@dataclass(frozen=True, slots=True)
class Line:
    """One erasure: `at` is aware, `subjects` are keyed hashes."""

    id: str
    at: datetime
    subjects: frozenset[str]


class Ledger:
    """The file at `path`; `key` is the deployment's secret key."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._key = key

    def note(self, session: Session, member: Member, now: datetime) -> None:
        """Enter that this member, who is still whole, is being erased at `now` (the wall's, aware).

        A row of the session's transaction; the file follows when that is committed.
        """
        subjects = sorted({self.hashed(mark) for mark in marks(member)})
        erasure = Erasure(id=str(uuid.uuid4()), erased_at=now, subjects=subjects)
        line = self._line(erasure)
        session.add(erasure)
        event.listen(session, "after_commit", lambda _session: self._write_or_warn(line), once=True)

    def catch_up(self, store: Store, now: datetime) -> int:
        """Write what the database knows and the file does not; gives how many lines. May be repeated.

        Raises LedgerProblem.
        """
        with store.session() as session:
            known = session.scalars(select(Erasure).order_by(Erasure.erased_at)).all()
        there = self._ids() if known else set()
        lacking = [self._line(one) for one in known if one.id not in there]
        if lacking:
            self._append(lacking)
        old = [one.id for one in known if one.erased_at <= now - ROWS_FOR]
        if old:
            with store.session() as session:
                session.execute(delete(Erasure).where(Erasure.id.in_(old)))
        return len(lacking)

    def make(self) -> None:
        """Make the file where it is missing: from then on a missing ledger is a lost one. Raises LedgerProblem."""
        self._append([])

    def since(self, moment: datetime) -> list[Line]:
        """The erasures from a moment (aware) on, the oldest first.

        Raises LedgerProblem where the file is missing, or holds lines of that time that another key wrote.
        """
        found = [
            self._parsed(shown) for shown in self._all() if datetime.fromisoformat(shown["at"]) >= moment
        ]
        return sorted(found, key=lambda line: line.at)

    def hashed(self, mark: str) -> str:
        """What stands in the ledger for a mark."""
        return hashed(self._key, PURPOSE, mark)

    def _line(self, erasure: Erasure) -> bytes:
        shown = {
            "id": erasure.id,
            "at": erasure.erased_at.astimezone(UTC),
            "who": erasure.subjects,
            "key": self.hashed(erasure.id),
        }
        return orjson.dumps(shown, option=orjson.OPT_APPEND_NEWLINE)

    def _ids(self) -> set[str]:
        return {shown["id"] for shown in self._all()} if self.path.exists() else set()

    def _all(self) -> Iterator[dict[str, Any]]:
        try:
            with self.path.open("rb") as file:
                yield from (
                    orjson.loads(raw) for raw in file if raw.endswith(b"}\n")
                )  # a torn line is written again
        except OSError as error:
            raise LedgerProblem(f"the ledger {self.path} cannot be read ({error.strerror})") from None

    def _parsed(self, shown: dict[str, Any]) -> Line:
        if shown["key"] != self.hashed(shown["id"]):
            raise LedgerProblem(
                f"the ledger {self.path} was written with another SAAN_SECRET_KEY; set the one of the backed-up bot"
            )
        return Line(shown["id"], datetime.fromisoformat(shown["at"]), frozenset(shown["who"]))

    def _write_or_warn(self, line: bytes) -> None:
        """The erasure is committed: what goes wrong here is made up for by `catch_up`."""
        try:
            self._append([line])
        except LedgerProblem as problem:
            log.error("An erasure waits for the ledger: %s", problem)

    def _append(self, lines: Sequence[bytes]) -> None:
        try:
            with _locked(self.path) as file:
                file.write(b"".join([_after_torn(file), *lines]))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise LedgerProblem(
                f"the ledger {self.path} cannot be written ({error.strerror}); mend that or set SAAN_LEDGER"
            ) from None


@contextmanager
def _locked(path: Path) -> Iterator[BufferedRandom]:
    """The file, for one process at a time; a new one reaches the disk with its folder's entry."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if is_new:
            path.chmod(0o600)
            sync_folder(path.parent)
        yield file


def sync_folder(folder: Path) -> None:
    """Have a folder's entries reach the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _after_torn(file: BufferedRandom) -> bytes:
    """What ends a line that a crash left torn; nothing where the last one is whole."""
    if file.seek(0, os.SEEK_END) == 0:
        return b""
    file.seek(-1, os.SEEK_END)
    return b"" if file.read(1) == b"\n" else b"\n"
