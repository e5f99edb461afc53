"""Finding enterprises by their names, and what they offer and need; how far apart two are, and who comes first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import asin, cos, radians, sin, sqrt
from typing import TypeVar

from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, String, cast, or_, select
from sqlalchemy.orm import Session, contains_eager

from models.network import Enterprise, Need, Offer
from models.search import find

EARTH_KM = 6371.0
ALIKE = 78.0  # of 100: names that differ by a letter or a tone mark
CANDIDATES = 200  # things that are looked at closely, of those that hold any of the words
FIT_STEP, KM_STEP = 0.05, 50.0  # fits and distances within one step count as equal
UNKNOWN_KM = 400.0  # where an enterprise without a place stands among the others

Thing = Offer | Need | Enterprise
T = TypeVar("T", Offer, Need)

COMMON_WORDS = ("วิสาหกิจชุมชน", "กลุ่มวิสาหกิจ", "วิสาหกิจ", "กลุ่ม", "บ้าน", " ")


def enterprises_named(session: Session, network_id: int, words: str, limit: int = 10) -> list[Enterprise]:
    """Enterprises of a network whose name is like these words, the likest first."""
    wanted = _bare(words)
    if not wanted:
        return []
    scored = []
    for enterprise in session.scalars(select(Enterprise).where(Enterprise.network_id == network_id)):
        names = (_bare(enterprise.name), _bare(enterprise.short_name))
        score = max(_likeness(wanted, name) for name in names)
        if score >= ALIKE:
            scored.append((score, enterprise))
    return [enterprise for _, enterprise in sorted(scored, key=lambda pair: (-pair[0], pair[1].id))][:limit]


@dataclass(frozen=True, slots=True)
class Match:
    """Something that fits what is sought: 0 < fit <= 1; km from the asker, None where either is not located."""

    thing: Thing
    enterprise: Enterprise
    fit: float
    km: float | None
    there: bool = True  # in the place that the asker named, or none was named
    in_season: bool = True
    enough: bool | None = None  # None: no quantity was said, or it is counted differently


def offers_with(
    session: Session, network_id: int, words: Sequence[str], links: Sequence[str] = ()
) -> Sequence[Offer]:
    """A network's open offers that hold a word that begins like one of these, or that are of these kinds of link."""
    return _open_with(session, Offer, "offer", network_id, words, links)


def needs_with(session: Session, network_id: int, words: Sequence[str], today: date) -> Sequence[Need]:
    """A network's open needs that hold a word that begins like one of these, and are not past their day."""
    needs = _open_with(session, Need, "need", network_id, words, ())
    return [need for need in needs if is_open(need, today)]


def enterprises_with(session: Session, network_id: int, words: Sequence[str]) -> Sequence[Enterprise]:
    """A network's enterprises whose entry holds a word that begins like one of these."""
    found = find(session, "enterprise", [network_id], words, CANDIDATES, beginnings=True)
    return session.scalars(
        select(Enterprise).where(Enterprise.id.in_([one.object_id for one in found]))
    ).all()


def open_items(session: Session, network_id: int) -> list[str]:
    """The names of all that a network's enterprises offer and need now."""
    names: list[str] = []
    for model in (Offer, Need):
        query = select(model.item).join(Enterprise).where(Enterprise.network_id == network_id)
        names += session.scalars(query.where(model.closed_at.is_(None)))
    return names


def is_open(thing: Thing, today: date) -> bool:
    """Whether an offer or need still stands: not closed, and a need not past its day; an enterprise always does."""
    if isinstance(thing, Enterprise):
        return True
    if isinstance(thing, Need) and thing.needed_by is not None and thing.needed_by < today:
        return False
    return thing.closed_at is None


def ranked(matches: Sequence[Match], day: date) -> list[Match]:
    """The best match of each enterprise, the best first: in the place named, fitting, in season, enough of it, near.

    Those that are equal in this take turns from day to day, so that none always stands first.
    """
    best: dict[int, Match] = {}
    for match in sorted(matches, key=lambda one: (-one.fit, isinstance(one.thing, Enterprise), one.thing.id)):
        best.setdefault(match.enterprise.id, match)
    order = sorted(best)
    turn = {ident: (place - day.toordinal()) % len(order) for place, ident in enumerate(order)}
    return sorted(best.values(), key=lambda one: (*_standing(one), turn[one.enterprise.id]))


def _standing(match: Match) -> tuple[bool, int, bool, bool, int]:
    km = UNKNOWN_KM if match.km is None else match.km
    lacks = match.enough is False
    return not match.there, -round(match.fit / FIT_STEP), not match.in_season, lacks, int(km / KM_STEP)


def _open_with(
    session: Session, model: type[T], kind: str, network_id: int, words: Sequence[str], links: Sequence[str]
) -> Sequence[T]:
    found = find(session, kind, [network_id], words, CANDIDATES, beginnings=True)
    wanted: list[ColumnElement[bool]] = [model.id.in_([one.object_id for one in found])]
    wanted += [cast(model.links, String).contains(f'"{link}"') for link in links]
    query = select(model).join(model.enterprise).options(contains_eager(model.enterprise))
    query = query.where(Enterprise.network_id == network_id, or_(*wanted))
    return session.scalars(query.where(model.closed_at.is_(None)).order_by(model.id).limit(CANDIDATES)).all()


def distance_km(one: Enterprise, other: Enterprise) -> float | None:
    """Kilometres as the crow flies between two enterprises' districts; None where one is not located."""
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return None
    return _great_circle(one.latitude, one.longitude, other.latitude, other.longitude)  # type: ignore[arg-type]


def _great_circle(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """The haversine formula; degrees in, kilometres out."""
    north, east = radians(lat2 - lat1) / 2, radians(lon2 - lon1) / 2
    root = sin(north) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(east) ** 2
    return 2 * EARTH_KM * asin(sqrt(root))


def _likeness(wanted: str, name: str) -> float:
    if not name:
        return 0.0
    if wanted == name:
        return 100.0
    # A name within a longer message counts whole; a mere fragment of a name counts by how much of it there is.
    within = (
        fuzz.partial_ratio(name, wanted) if len(wanted) >= len(name) else fuzz.partial_ratio(wanted, name) - 5
    )
    return max(fuzz.ratio(wanted, name), within if min(len(wanted), len(name)) >= 3 else 0.0)


def _bare(name: str) -> str:
    for word in COMMON_WORDS:
        name = name.replace(word, "")
    return name.strip().lower()
