"""Restoring: into an empty place only, and whole or not at all.

On SQLite everything is made in a folder of its own and moved into place at the end; on PostgreSQL it is one
transaction.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.orm import Session

from bot.app import House
from bot.backups.erasing import Eraser
from bot.backups.ledger import Line, sync_folder
from bot.backups.loading import load, must_be_sound
from bot.backups.records import Counted, Head
from bot.backups.sealed import BackupProblem, SealedReader
from bot.backups.taking import tables_of
from bot.held import hold_all
from bot.housekeeping import drop_files
from bot.settings import Settings
from models.activities import Attachment
from models.attachments import PICTURES, FileAttachments
from models.post import Budget, Event, Heartbeat, Lane, TalkToken
from models.store import Store

WORKSHOP = ".restoring"  # in the data folder, while a restore runs
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
UNHANDLED = "restored from a backup; `saan inbox retry` handles it"


@dataclass(frozen=True, slots=True)
class Restored:
    """What is in the restored database, what it holds back, and how many members' rows were erased again."""

    counted: Counted
    held: int
    erased: int


@contextmanager
def empty_place(settings: Settings) -> Iterator[Settings]:
    """Where to restore to: the settings of a database that holds nothing. It takes its place when the block ends well.

    Raises BackupProblem where something is there already.
    """
    store = Store(settings.database)
    if not store.is_sqlite:
        try:
            _must_be_empty(store)
        finally:
            store.close()
        yield settings
        return
    final, pictures = Path(store.url.database or ""), settings.saan_data_dir / PICTURES
    _no_pictures(pictures)
    if final.exists() and final.stat().st_size:
        _must_be_empty(store)
    store.close()
    workshop = settings.saan_data_dir / WORKSHOP
    beside = final.with_name(final.name + WORKSHOP)
    _clear(workshop, beside)  # what a restore that was killed left
    workshop.mkdir(parents=True)
    beside.parent.mkdir(parents=True, exist_ok=True)
    made_there = {"database_url": f"sqlite:///{beside.resolve()}", "saan_data_dir": workshop}
    try:
        yield settings.model_copy(update={**made_there, "saan_ledger": settings.ledger})
        _move(workshop / PICTURES, pictures)
        _forget_journals(final)
        beside.replace(final)
        sync_folder(final.parent)
    finally:
        _clear(workshop, beside)


def restore(
    house: House, backup: SealedReader, head: Head, erased: Sequence[Line], now: datetime
) -> Restored:
    """Fill the house's empty database and attachments; `erased` is who was erased since, `now` the wall's time.

    Raises BackupProblem.
    """
    with house.store.engine.connect() as connection, connection.begin():
        counted = load(connection, backup, head, house.tools.attachments)
        with Session(connection) as session:
            _quieten(session, now)
            gone = Eraser(session, house.tools, house.router).erase(erased, now)
            held = hold_all(session)
            session.commit()  # as far as attachments go: the connection's transaction goes on
        must_be_sound(connection)
    if isinstance(house.tools.attachments, FileAttachments):
        with house.store.session() as session:
            drop_files(session, house.tools.attachments, now + timedelta(days=1))  # nobody else writes here
    _tighten(house.store)
    return Restored(counted, held, gone)


def _quieten(session: Session, now: datetime) -> None:
    """What was true of the running bot is not of the restored one; it does nothing by itself that it may have done."""
    connection = session.connection()
    for model in (TalkToken, Heartbeat):
        connection.execute(delete(model))
    connection.execute(update(Lane).values(holder=None, held_until=None))
    connection.execute(update(Budget).values(asked_at=LONG_AGO))
    waiting = update(Event).where(Event.state == "waiting")
    connection.execute(waiting.values(state="dead", finished_at=now, retry_at=None, problem=UNHANDLED))


def _must_be_empty(store: Store) -> None:
    with store.engine.connect() as connection:
        full = [table.name for table in tables_of(connection) if _count(connection, table)]
        if full or (not store.is_sqlite and _has_pictures(connection)):
            raise BackupProblem(
                "the database is not empty; restore into a new one, and set DATABASE_URL to it"
            )


def _count(connection: Connection, table: object) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


def _has_pictures(connection: Connection) -> bool:
    there = connection.dialect.has_table(connection, Attachment.__tablename__)
    return there and connection.scalar(select(func.count()).select_from(Attachment)) != 0


def _no_pictures(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise BackupProblem(f"{folder} is not empty; restore into a new SAAN_DATA_DIR")


def _tighten(store: Store) -> None:
    """Nothing of what was erased stays in pages that are no longer used."""
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if store.is_sqlite:
            connection.exec_driver_sql("INSERT INTO search_words(search_words) VALUES ('optimize')")
            connection.exec_driver_sql("COMMIT")  # Store begins a transaction with every write
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        connection.exec_driver_sql("SET statement_timeout = 0")
        for table in tables_of(connection):
            connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {table.name}")
        connection.invalidate()  # with its setting


def _move(pictures: Path, final: Path) -> None:
    final.parent.mkdir(parents=True, exist_ok=True)
    if final.exists():
        final.rmdir()
    pictures.replace(final)
    sync_folder(final.parent)


def _forget_journals(database: Path) -> None:
    for ending in ("-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)


def _clear(workshop: Path, beside: Path) -> None:
    shutil.rmtree(workshop, ignore_errors=True)
    beside.unlink(missing_ok=True)
    _forget_journals(beside)
