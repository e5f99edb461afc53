"""What stands in a backup, in a form that belongs to no database: a backup of SQLite can be restored into PostgreSQL.

Frames of a kind (1 byte), a length (4 bytes, big-endian) and content, in this order:

    H   JSON: when it was taken, the migration the tables are of
    T   JSON: a table's name and columns; then any number of
    R   zlib of a JSON list of rows
    F   the name of an attachment; then any number of
    D   a piece of its bytes
    E   JSON: how many rows each table has, and how many attachments there are
"""

import base64
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import orjson
from sqlalchemy import JSON, Boolean, Date, DateTime, LargeBinary, types

from bot.backups.sealed import BackupProblem, SealedReader, SealedWriter

HEAD, TABLE, ROWS, FILE, PIECE, END = b"H", b"T", b"R", b"F", b"D", b"E"
FRAME = struct.Struct(">cI")
PIECE_BYTES = 256 * 1024
OTHER = "its contents are not those of this version of Saan; install the version that wrote it"


@dataclass(slots=True)
class Counted:
    """What a backup holds: rows by table, and attachments."""

    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0


@dataclass(frozen=True, slots=True)
class Head:
    """When (aware) it was taken, and the migration its tables are of."""

    taken_at: datetime
    revision: str


class Records:
    """Writes records, and counts them."""

    def __init__(self, out: SealedWriter, head: Head) -> None:
        self._out = out
        self.counted = Counted()
        self._frame(HEAD, orjson.dumps({"taken_at": head.taken_at, "revision": head.revision}))

    def table(self, name: str, columns: Sequence[tuple[str, str]]) -> None:
        """Begin a table; its columns with the kinds of their values."""
        self.counted.rows[name] = 0
        self._frame(TABLE, orjson.dumps({"name": name, "columns": columns}))

    def rows(self, name: str, rows: Sequence[Sequence[Any]]) -> None:
        """Some of the table's rows, their values as `plain` gives them."""
        self.counted.rows[name] += len(rows)
        self._frame(ROWS, zlib.compress(orjson.dumps(rows)))

    def file(self, name: str, content: bytes) -> None:
        """An attachment."""
        self.counted.files += 1
        self._frame(FILE, name.encode())
        for start in range(0, len(content), PIECE_BYTES):
            self._frame(PIECE, content[start : start + PIECE_BYTES])

    def end(self) -> None:
        """Say what there was."""
        self._frame(END, orjson.dumps({"rows": self.counted.rows, "files": self.counted.files}))

    def _frame(self, kind: bytes, content: bytes) -> None:
        self._out.write(FRAME.pack(kind, len(content)))
        self._out.write(content)


class Taker:
    """Takes what a backup holds; each part does nothing until it is told to."""

    def table(self, name: str, columns: Sequence[tuple[str, str]]) -> None:
        """A table begins."""

    def rows(self, name: str, rows: Iterable[Sequence[Any]]) -> None:
        """Some of its rows, their values as `plain` gave them."""

    def file(self, name: str, content: bytes) -> None:
        """An attachment."""


def read_head(backup: SealedReader) -> Head:
    """The backup's first record. Raises BackupProblem."""
    kind, content = _frame(backup)
    if kind != HEAD:
        raise BackupProblem(OTHER)
    shown = orjson.loads(content)
    return Head(datetime.fromisoformat(shown["taken_at"]), shown["revision"])


def read_all(backup: SealedReader, taker: Taker) -> Counted:
    """Hand over all that follows the head; it is whole when this returns. Raises BackupProblem."""
    counted, table = Counted(), ""
    for kind, content in _frames(backup):
        if kind == TABLE:
            shown = orjson.loads(content)
            table = shown["name"]
            counted.rows[table] = 0
            taker.table(table, [(name, what) for name, what in shown["columns"]])
        elif kind == ROWS:
            rows = orjson.loads(zlib.decompress(content))
            counted.rows[table] += len(rows)
            taker.rows(table, rows)
        elif kind == FILE:
            name, _, whole = content.partition(b"\0")
            counted.files += 1
            taker.file(name.decode(), whole)
        elif orjson.loads(content) != {"rows": counted.rows, "files": counted.files}:
            raise BackupProblem(OTHER)
    return counted


def _frames(backup: SealedReader) -> Iterator[tuple[bytes, bytes]]:
    """All frames up to the end; an attachment's pieces are joined behind its name and a zero byte."""
    kind, content = _frame(backup)
    while kind != END:
        following = _frame(backup)
        if kind == FILE:
            pieces = [content, b"\0"]
            while following[0] == PIECE:
                pieces.append(following[1])
                following = _frame(backup)
            content = b"".join(pieces)
        elif kind not in (TABLE, ROWS):
            raise BackupProblem(OTHER)
        yield kind, content
        kind, content = following
    yield kind, content
    if not backup.at_end():
        raise BackupProblem(OTHER)


def _frame(backup: SealedReader) -> tuple[bytes, bytes]:
    kind, length = FRAME.unpack(backup.read(FRAME.size))
    return kind, backup.read(length)


def kind_of(column: types.TypeEngine[Any]) -> str:
    """The kind of a database column's values."""
    for kind, belonging in _TYPES.items():
        if isinstance(column, belonging):
            return kind
    return "plain"


def plain(kind: str) -> Callable[[Any], Any]:
    """From a value as the database's driver gives it to one that JSON knows."""
    return _PLAIN.get(kind, _same)


def full(kind: str) -> Callable[[Any], Any]:
    """Back from there."""
    return _FULL.get(kind, _same)


def _same(value: Any) -> Any:
    return value


def _moment(value: datetime) -> str:
    """UTC; SQLite's have no offset."""
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


_TYPES: dict[str, type[types.TypeEngine[Any]]] = {
    "moment": DateTime,
    "day": Date,
    "bytes": LargeBinary,
    "yes": Boolean,
    "json": JSON,
}
_PLAIN: dict[str, Callable[[Any], Any]] = {
    "moment": _moment,
    "day": date.isoformat,
    "bytes": lambda value: base64.b64encode(value).decode(),
    "yes": bool,
}
_FULL: dict[str, Callable[[Any], Any]] = {
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "bytes": base64.b64decode,
}
