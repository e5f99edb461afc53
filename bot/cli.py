"""`saan …`: everything an operator can do. A command's code is imported when it is called."""

import sys
from importlib import import_module

import click
from sqlalchemy.exc import OperationalError

from bot.logs import set_up_logs
from bot.settings import SettingsProblem, load_settings

COMMANDS = {
    "backup": "bot.commands.backup:backup",
    "budget": "bot.commands.budget:budget",
    "clock": "bot.commands.run:clock",
    "db": "bot.commands.database:db",
    "demo": "bot.commands.demo:demo",
    "doctor": "bot.commands.doctor:doctor",
    "export": "bot.commands.data:export_command",
    "grant": "bot.commands.grant:grant",
    "housekeep": "bot.commands.run:housekeep",
    "inbox": "bot.commands.post:inbox",
    "network": "bot.commands.data:network",
    "outbox": "bot.commands.post:outbox",
    "serve": "bot.commands.run:serve",
    "tick": "bot.commands.run:tick",
    "train": "bot.understanding.cli:train",
    "understand": "bot.understanding.cli:understand",
    "worker": "bot.commands.run:worker",
}


class Commands(click.Group):
    """A group whose commands are found by name in the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of this name."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=Commands)
@click.version_option(package_name="saan")
def saan() -> None:
    """Saan, a LINE chatbot for networks of community enterprises."""


def main() -> None:
    """The console script: faults that an operator can mend are one line with the remedy."""
    try:
        settings = load_settings()
        set_up_logs(settings.saan_log_format, settings.saan_log_level)
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
