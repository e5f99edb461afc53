"""Finding enterprises by the names people type, and how far apart two are."""

from math import asin, cos, radians, sin, sqrt

from rapidfuzz import fuzz
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.network import Enterprise

EARTH_KM = 6371.0
ALIKE = 78.0  # of 100: names that differ by a letter or a tone mark
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
