"""Bring a database to the newest form of the models."""

from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from models.base import Base
from models.store import Store

MIGRATIONS = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = 0x5AA7  # advisory lock: two hosts may run the release step at once


def all_models() -> MetaData:
    """The metadata of all models, each module imported."""
    for name in (
        "activities",
        "announcements",
        "chats",
        "feeds",
        "knowledge",
        "ledger",
        "meetings",
        "mutes",
        "minutes",
        "network",
        "people",
        "post",
        "praises",
        "recognitions",
        "search",
        "sharing",
    ):
        import_module(f"models.{name}")
    return Base.metadata


def upgrade(store: Store) -> None:
    """Run all migrations that this database has not seen; one process at a time."""
    with store.engine.connect() as connection, connection.begin():
        if not store.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ONE_AT_A_TIME})
        upgrade_on(connection)


def make(connection: Connection, revision: str) -> None:
    """Give a database whose tables are empty, or that has none, the form of one revision.

    Raises LookupError where this version does not know the revision.
    """
    config = _config(connection)
    script = ScriptDirectory.from_config(config)
    if revision not in {one.revision for one in script.walk_revisions()}:
        raise LookupError(revision)
    if MigrationContext.configure(connection).get_current_revision() != revision:
        command.downgrade(config, "base")
        command.upgrade(config, revision)


def upgrade_on(connection: Connection) -> None:
    """Run all migrations that this database has not seen, in the connection's transaction."""
    command.upgrade(_config(connection), "head")


def pending(store: Store) -> list[str]:
    """The revisions that this database still lacks, oldest first."""
    script = ScriptDirectory.from_config(_config(None))
    with store.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    lacking = [revision.revision for revision in script.iterate_revisions("head", current or "base")]
    return lacking[::-1]


def write_revision(store: Store, message: str) -> None:
    """Write a new migration from what the models have and this (newest) database lacks; for developers."""
    with store.engine.connect() as connection, connection.begin():
        command.revision(_config(connection), message, autogenerate=True)


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
