"""Where: the province, the district and the place that a message names.

A province is given only where the message says it, never inferred from a district. Names that are also everyday words
(เลย, ตาก, คง) or usual names of villages (บ้านไร่, หนองแซง) count only behind จ. or อ., beside their province, or behind
แถว and the like.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from bot.understanding import gazetteer, sites, words
from bot.understanding.gazetteer import centre, distance_km, districts, provinces
from bot.understanding.normalise import Text

__all__ = ["Places", "centre", "distance_km", "districts", "provinces", "read_places"]

Span = tuple[int, int]

NEAR = 40  # characters beside a name that tell what it names

_MARKS = {
    "province": re.compile(r"(?:จังหวัด|จ\.|จว\.)\s?$"),
    "district": re.compile(r"(?:อำเภอ|กิ่งอำเภอ|อ\.|เขต)\s?$"),
    "none": re.compile(
        r"(?:ตำบล|ต\.|แขวง|บ้าน|วัด|โรงเรียน|ถนน|ซอย|แยก|แม่น้ำ|คลอง|ศาลเจ้า|ห้วย|หนอง|พันธุ์|พระ|ไก่|มัน"
        r"|คุณ|ป้า|ลุง|น้อง|พี่|ครู|อาจารย์|นาย|นาง|นางสาว|ยาย|ตา|แม่|พ่อ)$"
    ),
}
_NEXT_MARK = ("จ.", "จังหวัด", "อ.", "อำเภอ")
_AFTER_FIRM = re.compile(r"(?:แถวๆ|แถว|มาจาก|จาก|เมือง)\s?$")
_AFTER_LOOSE = re.compile(r"(?:ที่|ไป|อยู่|ใน|ถึง|ส่ง|ณ|สาขา|แถวๆ|แถว|จาก|เมือง|ชาว|คน)\s?$")
_SEAT = re.compile(r"(?:อำเภอ|อ\.)\s?เมือง(?![ก-๎])")


@dataclass(frozen=True, slots=True)
class Places:
    """Official names of the province and the district, the words for another place, and spans of the clean text.

    ``unclear`` are the provinces that a district may be in whose name several share.
    """

    province: str | None
    district: str | None
    place: str | None
    unclear: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class _Area:
    start: int
    end: int
    kind: str
    name: str
    marked: bool


def read_places(text: Text) -> Places:
    """Find where a message says something is."""
    areas = list(_areas(text.clean))
    province = _province(areas)
    district, unclear = _district(areas, province)
    province = province or _seat_of(district)
    if _SEAT.search(text.clean) and province and not district:
        district = gazetteer.seat(province)
    said = [(area.start, area.end) for area in areas]
    site = sites.find_site(text.clean, [(area.start, area.end) for area in areas if area.marked])
    inside = [span for span in said if site and site[0] < span[0] and span[1] <= site[1]]
    if inside and not any(area.marked for area in areas if (area.start, area.end) in inside):
        areas = [area for area in areas if (area.start, area.end) not in inside]
        province = _province(areas)
        district, unclear = _district(areas, province)
    place = text.quote(*site) if site and site not in said else None
    spans = {(area.start, area.end) for area in areas if area.name in (province, district)} | (
        {site} if site else set()
    )
    return Places(province, district, place, unclear, tuple(sorted(spans)))


def _province(areas: Sequence[_Area]) -> str | None:
    named = [area for area in areas if area.kind == "province"]
    return next((area.name for area in sorted(named, key=lambda area: not area.marked)), None)


def _district(areas: Sequence[_Area], province: str | None) -> tuple[str | None, tuple[str, ...]]:
    """The district, and where it may lie if its name is shared and no province is said."""
    named = sorted((area for area in areas if area.kind == "district"), key=lambda area: not area.marked)
    for area in named:
        owners = gazetteer.provinces_with(area.name)
        if province in owners or (province is None and len(owners) == 1):
            return area.name, ()
        if province is None:
            return area.name, owners
        if area.marked:
            return area.name, ()
    return None, ()


def _seat_of(district: str | None) -> str | None:
    """The province that is said in the name of its first district: ยโสธร in อ.เมืองยโสธร."""
    return next((name for name in provinces() if district == f"เมือง{name}"), None)


def _areas(clean: str) -> Iterator[_Area]:
    """The provinces and districts that are named, in order."""
    edges = {0, *accumulate(len(word) for word in words.pieces(clean))}
    done = 0
    for start in range(len(clean)):
        if start < done or clean[start : start + 2] not in _names():
            continue
        for name in _names()[clean[start : start + 2]]:
            area = clean.startswith(name, start) and _area(clean, start, name, edges)
            if area:
                yield area
                done = area.end
                break


@cache
def _names() -> dict[str, list[str]]:
    """All names by their first two letters, the longest first."""
    names: dict[str, list[str]] = {}
    for name in sorted({*gazetteer.province_names(), *gazetteer.district_names()}, key=len, reverse=True):
        names.setdefault(name[:2], []).append(name)
    return names


def _area(clean: str, start: int, name: str, edges: set[int]) -> _Area | None:
    end = start + len(name)
    mark = next((kind for kind, pattern in _MARKS.items() if pattern.search(_before(clean, start))), None)
    ends_well = end in edges or not _is_thai(clean[end : end + 1]) or clean.startswith(_NEXT_MARK, end)
    if mark == "none" or not ends_well or not (mark or _begins_well(clean, start, edges)):
        return None
    kind = mark or ("province" if name in gazetteer.province_names() else "district")
    official = gazetteer.province_names().get(name) if kind == "province" else name
    if official is None or (kind == "district" and official not in gazetteer.district_names()):
        return None
    if not mark and not _stands_alone(clean, start, end, official, name):
        return None
    begin = _MARKS[kind].search(_before(clean, start)) if mark else None
    marked = start - len(begin.group()) if begin else start
    return _Area(marked, end, kind, official, marked=bool(mark))


def _begins_well(clean: str, start: int, edges: set[int]) -> bool:
    before = _before(clean, start)
    return start in edges or not _is_thai(before[-1:]) or bool(_AFTER_LOOSE.search(before))


def _stands_alone(clean: str, start: int, end: int, official: str, name: str) -> bool:
    """Whether an unmarked name means the place and not the everyday word."""
    strict, near = name in gazetteer.group("everyday", "strict"), name in gazetteer.group("everyday", "near")
    if not (strict or near):
        return True
    if _beside(clean, start, end, official):
        return True
    if near and clean == name:
        return True
    context = _AFTER_LOOSE if near else _AFTER_FIRM
    return bool(context.search(_before(clean, start))) and not _is_thai(clean[end : end + 1])


def _beside(clean: str, start: int, end: int, official: str) -> bool:
    """Whether the district's province follows, or the province's district stands before: คง โคราช; ภูเรือ เลย."""
    after = re.sub(r"^[\s,]*(?:จังหวัด|จ\.)?\s?", "", clean[end : end + NEAR])
    before = _before(clean, start).rstrip(" ,")
    return after.startswith(_called(gazetteer.provinces_with(official))) or before.endswith(
        gazetteer.districts(official)
    )


@cache
def _called(owners: tuple[str, ...]) -> tuple[str, ...]:
    """All that these provinces are called."""
    return tuple(name for name, province in gazetteer.province_names().items() if province in owners)


def _before(clean: str, start: int) -> str:
    return clean[max(0, start - NEAR) : start]


def _is_thai(char: str) -> bool:
    return "ก" <= char <= "๎"
