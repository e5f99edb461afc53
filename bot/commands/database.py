"""`saan db`: the database's form."""

from pathlib import Path

import click

from bot.settings import load_settings
from models.migrate import pending, upgrade
from models.store import Store


@click.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to the form that this version needs; safe to repeat and to run on two hosts at once."""
    settings = load_settings()
    store = opened(settings.database)
    lacking = pending(store)
    upgrade(store)
    click.echo(f"The database is up to date ({len(lacking)} migrations run).")


def opened(url: str) -> Store:
    """A store; a SQLite file's folder is made where it is missing."""
    store = Store(url)
    if store.is_sqlite and store.url.database:
        Path(store.url.database).parent.mkdir(parents=True, exist_ok=True)
    return store
