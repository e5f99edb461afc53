"""What a loading keeps in hand: the network's rows by the file's ids, and what became of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Base
from models.network import Network
from models.network_file.format import NetworkFile
from models.network_file.kinds import Places
from models.network_file.text import Text
from models.people import Member

Row = TypeVar("Row", bound=Base)
One = TypeVar("One")
Progress = Callable[[str, int, int], None]  # of what, how many are done, of how many


@dataclass
class Tally:
    """How many entries of one kind were new, changed, or as they were."""

    new: int = 0
    changed: int = 0
    same: int = 0


class Shelf(Generic[Row]):
    """The rows of one kind that a network has, by the file's ids (the column `code`)."""

    def __init__(self, session: Session, model: type[Row], rows: Iterable[Any]) -> None:
        self._session, self._model = session, model
        self.rows: dict[str, Row] = {row.code: row for row in rows if row.code is not None}
        self.tally = Tally()
        self._named: set[str] = set()

    def put(self, code: str, **values: Any) -> Row:
        """Make the row of this id hold these values; a new one is given its primary key."""
        row = self.rows.get(code) or self._model(code=code)
        for name, value in values.items():
            setattr(row, name, value)
        self.count(code, row)
        self._session.add(row)
        self._session.flush()
        self.rows[code] = row
        return row

    def count(self, code: str, *rows: Base) -> None:
        """Note that the file names this id and, before they are flushed, whether its rows are new or changed."""
        self._named.add(code)
        if code not in self.rows:
            self.tally.new += 1
        elif any(self._session.is_modified(row) for row in rows):
            self.tally.changed += 1
        else:
            self.tally.same += 1

    @property
    def unnamed(self) -> list[str]:
        """The ids that the network has and the file does not name."""
        return sorted(self.rows.keys() - self._named)


@dataclass
class Desk:
    """One loading: the file, the database and the network that the file is about."""

    session: Session
    text: Text
    file: NetworkFile
    places: Places
    progress: Progress
    network: Network
    shelves: dict[str, Shelf[Any]] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)  # by the file's ids, without those who left
    notes: list[str] = field(default_factory=list)

    def shelf(self, kind: str, model: type[Row], rows: Iterable[Any] | None = None) -> Shelf[Row]:
        """A shelf for this kind of entry, with the network's `rows`; all of the model where none are given."""
        if rows is None:
            network_id = model.__table__.c.network_id
            rows = self.session.scalars(select(model).where(network_id == self.network.id))
        self.shelves[kind] = Shelf(self.session, model, rows)
        return self.shelves[kind]

    def each(self, kind: str, entries: Sequence[One]) -> Iterator[One]:
        """The entries one by one, saying how far the loading is."""
        for done, entry in enumerate(entries, 1):
            yield entry
            self.progress(kind, done, len(entries))

    def id_of(self, kind: str, code: str | None) -> int | None:
        """The primary key of an entry that was put on its shelf; None for none."""
        return self.shelves[kind].rows[code].id if code is not None else None

    def member_id(self, code: str | None) -> int | None:
        """The primary key of a member whose consent stands; None for others, who are not named in records."""
        member = self.members.get(code) if code is not None else None
        return member.id if member is not None and member.line_user_id is not None else None

    def moment(self, day: date, at: time | None = None) -> datetime:
        """A local day and time of the network as an aware time; midnight where no time is given."""
        return datetime.combine(day, at or time(), ZoneInfo(self.network.timezone))
