"""The small types that a network's file is made of: text, days, words from a table, and names of other entries."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from difflib import get_close_matches
from typing import Annotated, Any, Protocol
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from models.permissions import POSITION_WORDS, ROLE_WORDS
from models.words import (
    ACTIVITY_WORDS,
    LINK_WORDS,
    PARTNER_WORDS,
    ROOM_WORDS,
    URGENCY_WORDS,
    Attending,
    MeetingKind,
)

BUDDHIST_ERA = 543

# Words for people's places in a group that carry no right.
POSITIONS = frozenset(
    {"committee", "deputy", "guide", "inspector", "production_lead", "secretary", "youth_member"}
) | frozenset(POSITION_WORDS.values())

# Where the ids of each kind of entry stand; * is each entry of a list.
IDS: dict[str, tuple[str, ...]] = {
    "enterprise": ("enterprises.*.id",),
    "enterprise or partner": ("enterprises.*.id", "partners.*.id"),
    "offer": ("enterprises.*.offers.*.id",),
    "need": ("enterprises.*.needs.*.id",),
    "member": ("members.*.id",),
    "LINE account": ("members.*.line_user_id",),
    "room": ("network.rooms.*.id", "network.working_groups.*.id"),
    "LINE group": ("network.rooms.*.line_group_id",),
    "link": ("links.*.id",),
    "activity": ("activities.*.id",),
    "meeting": ("meetings.*.id",),
    "announcement": ("announcements.*.id",),
    "piece of knowledge": ("advice_questions.*.id", "knowledge_cards.*.id"),
}


class Places(Protocol):
    """Thailand's provinces and districts by their official Thai names, without จังหวัด, อำเภอ and เขต."""

    def provinces(self) -> Collection[str]:
        """All provinces."""

    def districts(self, province: str) -> Collection[str]:
        """The districts of a province."""

    def centre(self, province: str, district: str) -> tuple[float, float] | None:
        """Latitude and longitude of a district's middle, in degrees; None where it is not known."""


@dataclass(frozen=True)
class Known:
    """What an entry may refer to: the file's own ids (how often each is given) and the country's places."""

    ids: Mapping[str, Counter[str]]
    places: Places


def ids_of(data: Any) -> dict[str, Counter[str]]:
    """All ids in a file's data by kind, whatever else is wrong with it."""
    return {
        kind: Counter(
            found for path in paths for found in _at(data, path.split(".")) if isinstance(found, str)
        )
        for kind, paths in IDS.items()
    }


def _at(data: Any, path: list[str]) -> Iterator[Any]:
    if not path:
        yield data
    elif path[0] == "*" and isinstance(data, list):
        for entry in data:
            yield from _at(entry, path[1:])
    elif isinstance(data, dict) and path[0] in data:
        yield from _at(data[path[0]], path[1:])


def own(kind: str) -> AfterValidator:
    """The entry's own id: no other entry of this kind may have it."""

    def check(value: str, info: ValidationInfo) -> str:
        if _known(info).ids[kind][value] > 1:
            raise ValueError(f'"{value}" is given to more than one {kind}')
        return value

    return AfterValidator(check)


def names(kind: str) -> AfterValidator:
    """The id of an entry of this kind that must be in the file."""

    def check(value: str, info: ValidationInfo) -> str:
        if not _known(info).ids[kind][value]:
            raise ValueError(f'names "{value}", but no {kind} in this file has that id')
        return value

    return AfterValidator(check)


def place_in(province: str | None, value: str, info: ValidationInfo) -> str:
    """A province (where `province` is None), or a district of this province, that exists."""
    places = _known(info).places
    known = places.provinces() if province is None else places.districts(province)
    if value in known:
        return value
    what = "province" if province is None else f"district of {province}"
    raise ValueError(f'"{value}" is no {what}{_meant(value, known)}')


def _known(info: ValidationInfo) -> Known:
    assert isinstance(info.context, Known)  # noqa: S101 - `check` always gives it
    return info.context


def _meant(value: str, known: Collection[str]) -> str:
    near = get_close_matches(value, known, n=1, cutoff=0.5)
    return f'; did you mean "{near[0]}"?' if near else ""


def _one_of(what: str, known: Collection[str]) -> BeforeValidator:
    def check(value: object) -> object:
        if isinstance(value, str) and value not in known:
            raise ValueError(f'"{value}" is no {what}; known are {", ".join(sorted(known))}')
        return value

    return BeforeValidator(check)


def _meaning(table: Mapping[str, str]) -> AfterValidator:
    return AfterValidator(lambda word: str(table[word]))


def _plain(value: str) -> str:
    if "\x00" in value:
        raise ValueError("holds a null character; remove it")
    return value


def _day(value: object) -> date:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError("is no date; write year-month-day, such as 2026-11-22")
    if day.year > 2400:
        raise ValueError(f"has a Buddhist year; write {day.year - BUDDHIST_ERA} for {day.year}")
    if day.year < 1900:
        raise ValueError(f"is of the year {day.year}; write all four figures of the year")
    return day


def _clock(value: object) -> time:
    try:
        return time.fromisoformat(value).replace(tzinfo=None)  # type: ignore[arg-type]  # refused below
    except (TypeError, ValueError):
        raise ValueError("is no time of day; write hours:minutes, such as 18:40") from None


def _zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (ValueError, OSError, LookupError):
        raise ValueError(f'"{value}" is no time zone; write one such as Asia/Bangkok') from None


def _rule(value: str) -> str:
    try:
        rrulestr(value)
    except ValueError:
        raise ValueError(
            f'"{value}" is no recurrence rule; write one such as FREQ=MONTHLY;BYMONTHDAY=5'
        ) from None
    return value


Words = Annotated[str, AfterValidator(_plain)]
Name = Annotated[str, Field(min_length=1), AfterValidator(_plain)]
Day = Annotated[date, BeforeValidator(_day)]
Clock = Annotated[time, BeforeValidator(_clock)]
Zone = Annotated[Name, AfterValidator(_zone)]
Flag = Annotated[bool, Field(strict=True)]
Amount = Annotated[float, Field(ge=0, strict=True, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=2_000_000_000, strict=True)]  # what an INTEGER column holds
Month = Annotated[int, Field(ge=1, le=12, strict=True)]
LinkWord = Annotated[str, _one_of("kind of link", LINK_WORDS), _meaning(LINK_WORDS)]
ActivityWord = Annotated[str, _one_of("kind of activity", ACTIVITY_WORDS), _meaning(ACTIVITY_WORDS)]
RoomWord = Annotated[str, _one_of("kind of room", ROOM_WORDS), _meaning(ROOM_WORDS)]
PartnerWord = Annotated[str, _one_of("kind of partner", PARTNER_WORDS), _meaning(PARTNER_WORDS)]
UrgencyWord = Annotated[str, _one_of("urgency", URGENCY_WORDS), _meaning(URGENCY_WORDS)]
RoleWord = Annotated[str, _one_of("role or position", ROLE_WORDS.keys() | POSITIONS)]
MeetingWord = Annotated[str, _one_of("kind of meeting", [kind.value for kind in MeetingKind])]
MeetingMode = Annotated[str, _one_of("mode of a meeting", ("onsite", "online"))]
AnswerWord = Annotated[str, _one_of("answer", [answer.value for answer in Attending])]
ResolutionStatus = Annotated[str, _one_of("status of a resolution", ("open", "done"))]
RecurrenceRule = Annotated[str, AfterValidator(_rule)]
LinkStatus = Annotated[str, _one_of("status of a link", ("proposed", "active", "dormant"))]
UserId = Annotated[str, Field(pattern=r"^U[0-9a-f]{32}$"), own("LINE account")]
GroupId = Annotated[str, Field(pattern=r"^[CR][0-9a-f]{32}$"), own("LINE group")]
