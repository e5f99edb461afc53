"""Where the bytes of pictures lie: files in the data folder, or rows in PostgreSQL, behind one small interface."""

import math
import os
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from models.activities import Attachment
from models.store import Store

PICTURES = "photos"  # the folder in the data folder


class Unwritable(Exception):
    """The place for pictures takes none now: a fault of the host, not of the picture."""


class Attachments(Protocol):
    """Keeps bytes under a name; what it does belongs to the session's transaction."""

    def put(self, session: Session, name: str, content: bytes) -> None:
        """Keep the bytes under this name."""

    def get(self, session: Session, name: str) -> bytes | None:
        """The bytes of this name, or None."""

    def drop(self, session: Session, name: str) -> None:
        """Forget the bytes of this name."""


class FileAttachments:
    """Files in one folder. A file is written before its row is committed and removed after: a crash leaves at most
    a file that no row names, which housekeeping removes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, session: Session, name: str, content: bytes) -> None:
        """Write the file and have it reach the disk. Raises Unwritable."""
        path = self._path(name)
        try:
            with path.with_suffix(".part").open("wb") as part:
                part.write(content)
                part.flush()
                os.fsync(part.fileno())
            path.with_suffix(".part").replace(path)
        except OSError as error:
            raise Unwritable(
                f"{error.strerror}; make room in SAAN_DATA_DIR, and let the bot write there"
            ) from error

    def get(self, session: Session, name: str) -> bytes | None:
        """Read the file."""
        path = self._path(name)
        return path.read_bytes() if path.is_file() else None

    def drop(self, session: Session, name: str) -> None:
        """Remove the file once the transaction is committed."""
        path = self._path(name)
        event.listen(session, "after_commit", lambda _session: path.unlink(missing_ok=True), once=True)

    def names(self, written_before: datetime | None = None) -> list[str]:
        """The names of all files, or of those that were written before an (aware) time of the wall."""
        newest = written_before.timestamp() if written_before else math.inf
        return [
            path.name for path in self._folder.iterdir() if path.is_file() and path.stat().st_mtime < newest
        ]

    def _path(self, name: str) -> Path:
        if Path(name).name != name:
            raise ValueError("an attachment's name is no path")
        return self._folder / name


class DatabaseAttachments:
    """Rows of the database: for several hosts that share no folder."""

    def put(self, session: Session, name: str, content: bytes) -> None:
        """Add the row."""
        session.add(Attachment(name=name, content=content))

    def get(self, session: Session, name: str) -> bytes | None:
        """Read the row."""
        return session.scalar(select(Attachment.content).where(Attachment.name == name))

    def drop(self, session: Session, name: str) -> None:
        """Delete the row."""
        session.execute(delete(Attachment).where(Attachment.name == name))


def attachments_of(store: Store, folder: Path) -> Attachments:
    """Files beside SQLite; rows where the database is PostgreSQL, which several hosts share."""
    return FileAttachments(folder / PICTURES) if store.is_sqlite else DatabaseAttachments()
