"""Provinces and districts: their official names, what people call them, and where they lie.

Names come from ``geothai`` (data CC BY 4.0); spoken names from ``data/places``; centres from GeoNames (CC BY 4.0).
"""

from functools import cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

import geothai

Point = tuple[float, float]
"""Latitude and longitude, in degrees."""

_DATA = Path(__file__).parent / "data" / "places"
_EARTH_RADIUS = 6371.0  # km


def provinces() -> tuple[str, ...]:
    """The official names of the 77 provinces, without จังหวัด."""
    return tuple(_province_codes())


def districts(province: str) -> tuple[str, ...]:
    """The official names of a province's districts, without อำเภอ or เขต; none for a name that is no province."""
    return tuple(_district_codes().get(province, {}))


def provinces_with(district: str) -> tuple[str, ...]:
    """The provinces that have a district of this official name."""
    return _owners().get(district, ())


def centre(province: str, district: str | None = None) -> Point | None:
    """Where a district's seat lies; without a district, the seat of the province. None for unknown names."""
    known = _district_codes().get(province, {})
    return _centres().get(known.get(district or seat(province), ""))


def seat(province: str) -> str:
    """The official name of the district where the province is governed from."""
    return {"กรุงเทพมหานคร": "พระนคร", "พระนครศรีอยุธยา": "พระนครศรีอยุธยา"}.get(province, f"เมือง{province}")


def distance_km(a: Point, b: Point) -> float:
    """The distance between two points in kilometres, along the earth's surface."""
    (lat_a, lon_a), (lat_b, lon_b) = ((radians(p[0]), radians(p[1])) for p in (a, b))
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * _EARTH_RADIUS * asin(sqrt(half))


@cache
def province_names() -> dict[str, str]:
    """Everything a province is called, and its official name."""
    spoken = {row[0]: row[1] for row in rows("aliases")}
    return spoken | {name: name for name in provinces()} | {f"เมือง{name}": name for name in provinces()}


@cache
def district_names() -> frozenset[str]:
    """The official names of all districts, without อำเภอ or เขต."""
    return frozenset(_owners())


@cache
def subdistrict_names() -> frozenset[str]:
    """The names of all sub-districts, without ตำบล or แขวง."""
    codes = (code for known in _district_codes().values() for code in known.values())
    return frozenset(sub.name_th for code in codes for sub in geothai.subdistricts(code))


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of ``data/places/<name>.tsv`` without its remarks."""
    lines = (_DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line and not line.startswith("#"))


@cache
def group(name: str, section: str) -> frozenset[str]:
    """The words of one section of ``data/places/<name>.tsv``."""
    return frozenset(word for row in rows(name) if row[0] == section for word in row[1].split())


@cache
def _province_codes() -> dict[str, str]:
    return {province.name_th: province.code for province in geothai.provinces()}


@cache
def _district_codes() -> dict[str, dict[str, str]]:
    return {
        name: {d.name_th.removeprefix("เขต"): d.code for d in geothai.districts(code)}
        for name, code in _province_codes().items()
    }


@cache
def _owners() -> dict[str, tuple[str, ...]]:
    owners: dict[str, tuple[str, ...]] = {}
    for province, known in _district_codes().items():
        for district in known:
            owners[district] = (*owners.get(district, ()), province)
    return owners


@cache
def _centres() -> dict[str, Point]:
    lines = (_DATA / "centres.csv").read_text(encoding="utf-8").splitlines()
    fields = (line.split(",") for line in lines if line[:1].isdigit())
    return {code: (float(latitude), float(longitude)) for code, latitude, longitude, _ in fields}
