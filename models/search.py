"""Finding things by words: SQLite's FTS5 or PostgreSQL's tsvector, over words that were cut beforehand.

Thai writes no spaces, so whoever indexes or searches gives cut words; both databases then treat them alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    column,
    delete,
    func,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, key

WORDS = table("search_words", column("rowid"))  # SQLite's FTS5 table, kept by triggers (migration 0002)
MOST_WORDS = 40  # of one query: a long message is searched by its first words


class SearchEntry(Base):
    """The words of one thing that can be found."""

    __tablename__ = "search_entries"
    __table_args__ = (Index("uq_search_entries_kind", "kind", "object_id", unique=True),)

    id: Mapped[int] = key()
    kind: Mapped[str]  # offer, need, enterprise, knowledge
    object_id: Mapped[int]
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    words: Mapped[str]  # cut, lower-case, separated by spaces


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found; a higher score fits better, within one search."""

    object_id: int
    score: float


def index(session: Session, kind: str, object_id: int, network_id: int, words: Sequence[str]) -> None:
    """Make a thing findable by these words, instead of by those it had."""
    session.flush()
    forget(session, kind, object_id)
    session.add(
        SearchEntry(kind=kind, object_id=object_id, network_id=network_id, words=" ".join(_plain(words)))
    )
    session.flush()


def forget(session: Session, kind: str, object_id: int) -> None:
    """Make a thing unfindable."""
    session.execute(delete(SearchEntry).where(SearchEntry.kind == kind, SearchEntry.object_id == object_id))


def find(
    session: Session,
    kind: str,
    network_ids: Sequence[int],
    words: Sequence[str],
    limit: int,
    *,
    beginnings: bool = False,
) -> list[Found]:
    """Things that hold any of the words, those that hold more and rarer ones first.

    With `beginnings` also longer words that begin so count: ขมิ้น finds ขมิ้นชัน.
    """
    wanted = list(dict.fromkeys(_plain(words)))[:MOST_WORDS]
    if not wanted or not network_ids:
        return []
    if session.connection().dialect.name == "sqlite":
        return _find_sqlite(session, kind, network_ids, _quoted(wanted, '"', "*" * beginnings), limit)
    return _find_postgres(session, kind, network_ids, _quoted(wanted, "'", ":*" * beginnings), limit)


def _find_sqlite(
    session: Session, kind: str, networks: Sequence[int], words: list[str], limit: int
) -> list[Found]:
    match = " OR ".join(words)
    score: ColumnElement[float] = literal_column("-bm25(search_words)")
    query = (
        select(SearchEntry.object_id, score.label("score"))
        .select_from(SearchEntry)
        .join(WORDS, WORDS.c.rowid == SearchEntry.id)
        .where(
            text("search_words MATCH :match"), SearchEntry.kind == kind, SearchEntry.network_id.in_(networks)
        )
        .order_by(score.desc(), SearchEntry.object_id)
        .limit(limit)
    )
    return [Found(row.object_id, row.score) for row in session.execute(query, {"match": match})]


def _find_postgres(
    session: Session, kind: str, networks: Sequence[int], words: list[str], limit: int
) -> list[Found]:
    vector = func.to_tsvector(literal_column("'simple'"), SearchEntry.words)
    wanted = func.to_tsquery(literal_column("'simple'"), " | ".join(words))
    score: ColumnElement[float] = func.ts_rank_cd(vector, wanted)
    query = (
        select(SearchEntry.object_id, score.label("score"))
        .where(vector.op("@@")(wanted), SearchEntry.kind == kind, SearchEntry.network_id.in_(networks))
        .order_by(score.desc(), SearchEntry.object_id)
        .limit(limit)
    )
    return [Found(row.object_id, row.score) for row in session.execute(query)]


def _quoted(words: Sequence[str], mark: str, ending: str) -> list[str]:
    return [f"{mark}{word}{mark}{ending}" for word in words]


def _plain(words: Sequence[str]) -> list[str]:
    """Words fit for both engines: lower-case, letters and digits (and Thai marks) only."""
    cleaned = (
        "".join(sign for sign in word.lower() if sign.isalnum() or "ก" <= sign <= "๙") for word in words
    )
    return [word for word in cleaned if word]
