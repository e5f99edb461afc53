"""`saan network load` and `saan export`: a network's data in, and out."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table as Grid
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import wall
from bot.commands.database import opened
from bot.commands.tables import FORMATS
from bot.settings import load_settings
from bot.understanding import places
from bot.understanding.words import cut, dictionary
from models.export import KINDS, NoDate, Table, export
from models.migrate import pending
from models.network import Network
from models.network_file import Loaded, NetworkFileProblem, load_network


@click.group()
def network() -> None:
    """Networks and their data."""


@network.command("load")
@click.argument("file", type=click.Path(path_type=Path))
def load_command(file: Path) -> None:
    """Load a network from its FILE, or bring it up to a newer FILE (docs/network-file.md).

    All of the file is loaded, or nothing. What the network has and the file does not name stays.
    """
    raw = _content(file)
    dictionary()  # built now, so that the transaction does not wait for it
    try:
        with _bars() as progress, _session() as session:
            loaded = load_network(session, raw, cut=cut, places=places, progress=progress)
    except NetworkFileProblem as problem:
        for line in problem.lines():
            click.echo(line, err=True)
        raise click.ClickException(f"{file} was not loaded; nothing was changed") from None
    _tell(loaded)


@click.command("export")
@click.argument("kind", type=click.Choice(sorted(KINDS)))
@click.option("--format", "form", type=click.Choice(sorted(FORMATS)), default="csv", show_default=True)
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="Only from this day on."
)
@click.option("--network", "code", help="The network's id in its file, where there are several.")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="A file instead of the standard output."
)
def export_command(
    kind: str, form: str, since: datetime | None, code: str | None, output: Path | None
) -> None:
    """Write a table of KIND, the newest rows first (docs/export.md); that it was taken out is noted."""
    if form == "xlsx" and output is None and sys.stdout.isatty():
        raise click.UsageError("an Excel file is nothing for the screen; add --output FILE")
    day = since.date() if since else None
    with _session() as session:
        _write(FORMATS[form](_table(session, kind, code, day)), output)


def _table(session: Session, kind: str, code: str | None, day: date | None) -> Table:
    try:
        return export(session, kind, _network(session, code), day, wall())
    except NoDate:
        raise click.UsageError(f"{kind} have no date; leave --since out") from None


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        click.echo(content, nl=False)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}") from None


def _network(session: Session, code: str | None) -> Network:
    """The network with this code, or the only one."""
    known = {one.code: one for one in session.scalars(select(Network).order_by(Network.code))}
    if not known:
        raise click.ClickException("there is no network yet; load one with `saan network load FILE`")
    if code is None and len(known) == 1:
        return next(iter(known.values()))
    if code is None:
        raise click.UsageError(f"there are several networks; say --network with one of {', '.join(known)}")
    if code not in known:
        raise click.UsageError(f"there is no network {code}; known are {', '.join(known)}")
    return known[code]


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except IsADirectoryError:
        raise click.ClickException(f"{file} is a folder; name the network's file in it") from None
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}") from None


@contextmanager
def _session() -> Iterator[Session]:
    """One transaction on a database that has the form this version needs."""
    store = opened(load_settings().database)
    try:
        if pending(store):
            raise click.ClickException("the database is not up to date; run `saan db upgrade`")
        with store.session() as session:
            yield session
    finally:
        store.close()


@contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
    """Bars on the terminal, one a kind of entry, that vanish when all is done."""
    tasks: dict[str, TaskID] = {}
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:

        def progress(kind: str, done: int, of: int) -> None:
            if kind not in tasks:
                tasks[kind] = bars.add_task(kind, total=of)
            bars.update(tasks[kind], completed=done)

        yield progress


def _tell(loaded: Loaded) -> None:
    """What was loaded, and what was not."""
    grid = Grid("", "new", "changed", "as before", title=f"Network {loaded.code}")
    for kind, tally in loaded.tallies.items():
        grid.add_row(kind, str(tally.new), str(tally.changed), str(tally.same))
    Console().print(grid)
    for title, names in (
        ("not in the file, left as they are", loaded.left),
        ("not loaded yet", loaded.later),
        ("ignored", loaded.ignored),
    ):
        if names:
            click.echo(f"{title}: {', '.join(names)}")
    for note in loaded.notes:
        click.echo(note)
