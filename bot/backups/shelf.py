"""The files of backups: written whole or not at all, and in a folder rotated."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from bot.backups.ledger import sync_folder
from bot.backups.sealed import MAGIC, BackupProblem

NAME = "saan-%Y%m%dT%H%M%SZ.backup"
OURS = re.compile(r"saan-\d{8}T\d{6}Z\.backup")
PART = ".part"
PARTS_FOR = timedelta(days=1)  # longer than any backup takes


def place_in(target: Path, now: datetime) -> Path:
    """The file to write: the target itself, or a new one in it where it is a folder. Raises BackupProblem."""
    file = target / now.astimezone(UTC).strftime(NAME) if target.is_dir() else target
    if file.exists():
        raise BackupProblem(f"{file} exists; name a new file, or a folder in which old ones are rotated")
    if not file.parent.is_dir():
        raise BackupProblem(f"there is no folder {file.parent}; make it, or name another")
    return file


@contextmanager
def written(file: Path) -> Iterator[BinaryIO]:
    """A file that takes its name when it is whole and on the disk, and leaves nothing if the block raises.

    Only its owner may read it. Raises BackupProblem where the disk does not take it.
    """
    part = file.with_name(file.name + PART)
    try:
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                yield out
                out.flush()
                os.fsync(out.fileno())
            part.replace(file)
            sync_folder(file.parent)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise BackupProblem(
            f"{file} cannot be written ({error.strerror}); make room there, or name another place"
        ) from None


def rotate(folder: Path, keep: timedelta, now: datetime) -> list[Path]:
    """Delete this folder's backups that are older than `keep`, and what killed ones left; gives what is gone."""
    gone = [file for file in sorted(folder.iterdir()) if _is_over(file, keep, now)]
    for file in gone:
        file.unlink(missing_ok=True)
    return gone


def _is_over(file: Path, keep: timedelta, now: datetime) -> bool:
    """Whether this is a backup of ours whose time is over, by its name and by how it begins."""
    whole = file.name.removesuffix(PART)
    if OURS.fullmatch(whole) is None or not file.is_file():
        return False
    taken_at = datetime.strptime(whole, NAME).replace(tzinfo=UTC)
    if file.name != whole:
        return taken_at < now - PARTS_FOR
    with file.open("rb") as content:
        return taken_at < now - keep and content.read(len(MAGIC)) == MAGIC
