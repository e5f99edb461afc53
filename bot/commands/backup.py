"""`saan backup`: take one, check one, restore one (docs/backup.md)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import click

from bot.backups.ledger import Ledger, LedgerProblem, Line
from bot.backups.records import Counted, Head, Taker, read_all, read_head
from bot.backups.sealed import BackupProblem, SealedReader, SealedWriter
from bot.backups.shelf import place_in, rotate, written
from bot.backups.taking import take_backup
from bot.clock import wall_of
from bot.settings import Settings, load_settings
from models.attachments import attachments_of
from models.migrate import pending
from models.store import Store

LONGEST_DAYS = 89  # what is erased has to be gone from backups within 90 (PDPC notification on s.33, 2024)
KEEP_DAYS = 30
CLOCKS_APART = timedelta(days=1)  # the ledger says exactly which of these the backup already knows


class Backups(click.Group):
    """`saan backup FILE` writes one; everything else is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the name of the command before what is none."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["write", *args]
        return super().parse_args(ctx, args)


@click.group(cls=Backups, invoke_without_command=False)
def backup() -> None:
    """Back up, check, restore: `saan backup FILE` writes, also while the bot runs."""


@backup.command("write")
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--keep-days",
    type=click.IntRange(1, LONGEST_DAYS),
    default=KEEP_DAYS,
    show_default=True,
    help="In a folder: older backups are deleted.",
)
def write(target: Path, keep_days: int) -> None:
    """Write an encrypted backup to the file TARGET, or to a new file in the folder TARGET."""
    settings = load_settings(("SAAN_BACKUP_KEY", "SAAN_SECRET_KEY"))
    now = wall_of(settings)()
    with _plainly(), _store(settings) as store:
        file = place_in(target, now)
        ledger = Ledger(settings.ledger, settings.key)
        ledger.make()
        if not pending(store):  # an older form, backed up before it is upgraded, may have no table for it
            ledger.catch_up(store, now)
        attachments = attachments_of(store, settings.saan_data_dir)
        with written(file) as out:
            sealed = SealedWriter(out, _secret(settings))
            counted = take_backup(store, attachments, sealed, wall_of(settings))
            sealed.close()
    click.echo(f"{file}: {_told(counted)}, {file.stat().st_size:,} bytes")
    if target.is_dir():
        for old in rotate(target, timedelta(days=keep_days), now):
            click.echo(f"{old} was older than {keep_days} days and is deleted")


@backup.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Decrypt the backup FILE and look whether it is whole; nothing is written."""
    settings = load_settings(("SAAN_BACKUP_KEY",))
    with _plainly(file), _opened(file, settings) as (sealed, head):
        counted = read_all(sealed, Taker())
    click.echo(f"{file} is whole: taken at {_time(head.taken_at)}, {_told(counted)}")


@backup.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--without-ledger", is_flag=True, help="The ledger is lost: who was erased since comes back. Erase them."
)
def restore(file: Path, without_ledger: bool) -> None:
    """Restore the backup FILE into an empty database; who was erased since stays erased, nothing is sent."""
    # Imported here: all capabilities erase what they keep.
    from bot.app import build
    from bot.backups.restoring import empty_place
    from bot.backups.restoring import restore as restore_into

    settings = load_settings(("SAAN_BACKUP_KEY", "SAAN_SECRET_KEY"))
    now = wall_of(settings)()
    with _plainly(file), _opened(file, settings) as (sealed, head):
        erased = [] if without_ledger else _erased_since(settings, head.taken_at - CLOCKS_APART)
        with empty_place(settings) as place:
            house = build(place)
            try:
                restored = restore_into(house, sealed, head, erased, now)
            finally:
                house.store.close()
                house.webhook.store.close()
    click.echo(f"Restored as of {_time(head.taken_at)}: {_told(restored.counted)}.")
    click.echo(f"{restored.erased} members' rows erased since then are erased again.")
    click.echo(f"{restored.held} unsent deliveries are held; `saan outbox release` lets them go.")


def _erased_since(settings: Settings, moment: datetime) -> list[Line]:
    try:
        return Ledger(settings.ledger, settings.key).since(moment)
    except LedgerProblem as problem:
        raise BackupProblem(
            f"{problem}; set SAAN_LEDGER to the bot's own, or, if it is lost, add --without-ledger"
        ) from None


@contextmanager
def _plainly(file: Path | None = None) -> Iterator[None]:
    """Faults that an operator can mend are one line."""
    try:
        yield
    except (BackupProblem, LedgerProblem) as problem:
        raise click.ClickException(f"{file} was not used: {problem}" if file else str(problem)) from None
    except OSError as error:
        place = error.filename or "the disk"
        raise click.ClickException(f"{place}: {error.strerror}; mend that and try again") from None


@contextmanager
def _opened(file: Path, settings: Settings) -> Iterator[tuple[SealedReader, Head]]:
    try:
        content = file.open("rb")
    except OSError as error:
        raise BackupProblem(
            f"it cannot be read ({error.strerror}); name a file that `saan backup` wrote"
        ) from None
    with content:
        sealed = SealedReader(content, _secret(settings))
        yield sealed, read_head(sealed)


@contextmanager
def _store(settings: Settings) -> Iterator[Store]:
    store = Store(settings.database)
    if store.is_sqlite and not Path(store.url.database or "").is_file():
        raise BackupProblem(f"there is no database {store.url.database}; set DATABASE_URL or SAAN_DATA_DIR")
    try:
        yield store
    finally:
        store.close()


def _secret(settings: Settings) -> bytes:
    return settings.saan_backup_key.get_secret_value().encode()


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _told(counted: Counted) -> str:
    return f"{sum(counted.rows.values()):,} rows, {counted.files:,} attachments"
