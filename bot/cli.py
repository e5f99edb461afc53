"""`saan …`: everything an operator can do."""

import logging
import sys

import click
from sqlalchemy.exc import OperationalError

from bot.commands.data import export_command, network
from bot.commands.database import db
from bot.commands.demo import demo
from bot.commands.doctor import doctor
from bot.commands.grant import grant
from bot.commands.post import inbox, outbox
from bot.commands.run import clock, housekeep, serve, tick, worker
from bot.settings import SettingsProblem
from bot.understanding.cli import train, understand

COMMANDS = (
    clock,
    db,
    demo,
    doctor,
    export_command,
    grant,
    housekeep,
    inbox,
    network,
    outbox,
    serve,
    tick,
    train,
    understand,
    worker,
)


@click.group(commands={command.name or "": command for command in COMMANDS})
@click.version_option(package_name="saan")
def saan() -> None:
    """Saan, a LINE chatbot for networks of community enterprises."""


def main() -> None:
    """The console script: faults that an operator can mend are one line with the remedy."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        saan(prog_name="saan")
    except SettingsProblem as problem:
        sys.exit(f"saan: {problem}")
    except OperationalError as error:
        sys.exit(f"saan: {database_problem(error)}")


def database_problem(error: OperationalError) -> str:
    """One line on what is wrong with the database, and the remedy."""
    said = str(error.orig).splitlines()[0]
    if "no such table" in said:
        return "the database has no tables yet; run `saan db upgrade`"
    return f"the database does not answer ({said}); check DATABASE_URL and SAAN_DATA_DIR"
