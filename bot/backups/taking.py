"""Taking a backup from one consistent view of the database, while others go on reading and writing it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, MetaData, Table, inspect, select, text
from sqlalchemy.orm import Session

from bot.backups.records import Counted, Head, Records, kind_of, plain
from bot.backups.sealed import BackupProblem, SealedWriter
from models.activities import Attachment
from models.attachments import Attachments, FileAttachments
from models.store import Store

ROWS_AT_ONCE = 500
HALF_WRITTEN = ".part"


def take_backup(
    store: Store, attachments: Attachments, out: SealedWriter, wall: Callable[[], datetime]
) -> Counted:
    """Write all tables and attachments; memory stays flat. Gives what was written. Raises BackupProblem."""
    taken_at = wall()  # before the view: what is erased in between stands in both
    with _one_view(store) as connection:  # it begins with the first look
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision is None:
            raise BackupProblem("the database has no tables yet; there is nothing to back up")
        records = Records(out, Head(taken_at, revision))
        for table in tables_of(connection):
            _write_table(connection, table, records)
        _write_files(connection, attachments, records)
        records.end()
    return records.counted


def tables_of(connection: Connection) -> list[Table]:
    """Our tables as the database has them, whatever the models of this version say.

    Not those behind SQLite's full-text search, which are filled by triggers, nor procrastinate's wake-ups; the bytes
    of attachments stand by themselves.
    """
    inspector = inspect(connection)
    names = [name for name in sorted(inspector.get_table_names()) if _is_ours(name)]
    return [
        Table(name, MetaData(), *(Column(one["name"], one["type"]) for one in inspector.get_columns(name)))
        for name in names
    ]


def _is_ours(name: str) -> bool:
    apart = ("alembic_version", Attachment.__tablename__)
    return name not in apart and not name.startswith(("search_words", "procrastinate_"))


@contextmanager
def _one_view(store: Store) -> Iterator[Connection]:
    """A transaction that sees the database as it is now, as long as it lasts, and stops no writer."""
    with store.engine.connect() as connection:
        if store.is_sqlite:
            connection.exec_driver_sql("BEGIN")
        else:
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        yield connection


def _write_table(connection: Connection, table: Table, records: Records) -> None:
    kinds = [(str(column.name), kind_of(column.type)) for column in table.columns]
    name = str(table.name)  # the database may give a kind of its own
    records.table(name, kinds)
    into = [plain(kind) for _, kind in kinds]
    found = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(select(table))
    for rows in found.partitions():
        records.rows(name, [_plain_row(into, row) for row in rows])


def _plain_row(into: Sequence[Callable[[Any], Any]], row: Sequence[Any]) -> list[Any]:
    return [None if value is None else make(value) for make, value in zip(into, row, strict=True)]


def _write_files(connection: Connection, attachments: Attachments, records: Records) -> None:
    """All that lie there. Of those that came since, this view has no row, and a restored bot's housekeeping removes
    them; those that go meanwhile are wanted no more."""
    with Session(connection) as session:
        if isinstance(attachments, FileAttachments):
            names = [name for name in sorted(attachments.names()) if not name.endswith(HALF_WRITTEN)]
        else:
            names = list(session.scalars(select(Attachment.name).order_by(Attachment.name)))
        for name in names:
            content = attachments.get(session, name)
            if content is not None:
                records.file(name, content)
