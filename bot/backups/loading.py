"""A backup's rows and attachments into an empty database, on one connection, in its transaction."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import JSON, Connection, Table, insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.backups.records import OTHER, Counted, Head, Taker, full, read_all
from bot.backups.sealed import BackupProblem, SealedReader
from bot.backups.taking import tables_of
from models.attachments import Attachments
from models.migrate import make, upgrade_on

FOREIGN_KEYS = text(
    "SELECT conrelid::regclass::text AS place, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS rule"
    " FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    " AND conname NOT LIKE 'procrastinate%'"
)
UNSOUND = "its rows do not hold together; take an older backup"


def load(connection: Connection, backup: SealedReader, head: Head, attachments: Attachments) -> Counted:
    """Fill the database, and bring it to the form this version needs. Raises BackupProblem."""
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")  # rows come table by table
    else:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
    try:
        make(connection, head.revision)
    except LookupError:
        raise BackupProblem("a newer version of Saan wrote it; install that version and try again") from None
    if is_sqlite:
        counted = read_all(backup, _Loader(connection, attachments))
    else:
        with _without_foreign_keys(connection):
            counted = read_all(backup, _Loader(connection, attachments))
        _count_on(connection)
    upgrade_on(connection)
    return counted


def must_be_sound(connection: Connection) -> None:
    """Look whether every row's references are there; PostgreSQL has done so itself. Raises BackupProblem."""
    if connection.dialect.name != "sqlite":
        return
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    said = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
    if lost is not None or said != "ok":
        raise BackupProblem(UNSOUND)


class _Loader(Taker):
    """Writes what it is handed."""

    def __init__(self, connection: Connection, attachments: Attachments) -> None:
        self._connection, self._attachments = connection, attachments
        self._session = Session(connection)
        self._known = {table.name: table for table in tables_of(connection)}
        self._table: Table | None = None
        self._columns: list[tuple[str, Any]] = []

    def table(self, name: str, columns: Sequence[tuple[str, str]]) -> None:
        """The rows that follow are this table's."""
        self._table = self._known.get(name)
        if self._table is None or not {one for one, _ in columns} <= set(self._table.columns.keys()):
            raise BackupProblem(OTHER)
        for column in self._table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True
        self._columns = [(one, full(kind)) for one, kind in columns]

    def rows(self, name: str, rows: Iterable[Sequence[Any]]) -> None:
        """Insert them."""
        assert self._table is not None  # noqa: S101 - rows follow their table
        made = [
            {
                column: None if value is None else make_full(value)
                for (column, make_full), value in zip(self._columns, row, strict=True)
            }
            for row in rows
        ]
        self._connection.execute(insert(self._table), made)

    def file(self, name: str, content: bytes) -> None:
        """Keep it where attachments are kept."""
        self._attachments.put(self._session, name, content)
        self._session.flush()
        self._session.expunge_all()


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """References are looked at when all rows are there; needs no more than owning the tables."""
    keys = connection.execute(FOREIGN_KEYS).all()
    for one in keys:
        connection.exec_driver_sql(f"ALTER TABLE {one.place} DROP CONSTRAINT {one.name}")
    yield
    try:
        for one in keys:
            connection.exec_driver_sql(f"ALTER TABLE {one.place} ADD CONSTRAINT {one.name} {one.rule}")
    except IntegrityError:
        raise BackupProblem(UNSOUND) from None


def _count_on(connection: Connection) -> None:
    """PostgreSQL's own numbering goes on behind the rows that brought theirs."""
    for table in tables_of(connection):
        query = text("SELECT pg_get_serial_sequence(quote_ident(:name), 'id')")
        if "id" not in table.columns or not connection.scalar(query, {"name": table.name}):
            continue
        sequence = "pg_get_serial_sequence(quote_ident(:name), 'id')"
        behind = f"SELECT setval({sequence}, coalesce(max(id), 1), max(id) IS NOT NULL) FROM {table.name}"  # noqa: S608 - our own tables' names
        connection.execute(text(behind), {"name": table.name})
