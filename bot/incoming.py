"""LINE's webhook events as plain data, read tolerantly: LINE adds fields and kinds without notice.

https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

# What the bot acts on; the others are LINE's, known and left alone.
ACTED_ON = frozenset(
    [
        "message",
        "messageEdited",
        "unsend",
        "follow",
        "unfollow",
        "join",
        "leave",
        "memberJoined",
        "memberLeft",
        "postback",
    ]
)
LEFT_ALONE = frozenset(
    ["videoPlayComplete", "beacon", "accountLink", "membership", "module", "activated", "deactivated"]
) | {"botSuspended", "botResumed", "delivery"}
KNOWN = ACTED_ON | LEFT_ALONE


@dataclass(frozen=True, slots=True)
class ImageSet:
    """An album: which picture of how many this is."""

    id: str
    index: int
    total: int


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event. `at` is LINE's timestamp (aware, UTC); ids are LINE's; absent things are None."""

    event_id: str
    kind: str
    at: datetime
    mode: str
    chat_kind: str  # user, group, room
    chat_id: str  # the user's, group's or room's LINE id: the lane
    user_id: str | None
    reply_token: str | None
    message_kind: str | None = None  # text, image, video, audio, file, location, sticker
    message_id: str | None = None
    text: str = ""
    mention_self: bool = False
    quoted_id: str | None = None
    image_set: ImageSet | None = None
    duration: int = 0  # of a voice message or video, in milliseconds; 0: not told
    place: str = ""  # a location message's own words
    point: tuple[float, float] | None = None  # … and where it is: latitude, longitude
    data: str | None = None  # a postback's
    picked: str | None = None  # a date picker's date, time or datetime, as LINE gives it
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def in_group(self) -> bool:
        """Whether others read along."""
        return self.chat_kind != "user"

    @property
    def says(self) -> bool:
        """Whether somebody said something (a new or edited message)."""
        return self.kind in ("message", "messageEdited")

    def stored(self) -> bytes:
        """The event as it is kept."""
        return orjson.dumps(self.raw)


def parse_event(raw: Mapping[str, Any]) -> Incoming | None:
    """Read one event of a webhook; None where it lacks an id, type, time or source."""
    source = _mapping(raw.get("source"))
    chat_kind = str(source.get("type", ""))
    chat_id = _text(source.get(f"{chat_kind}Id"))
    event_id, kind, timestamp = _text(raw.get("webhookEventId")), _text(raw.get("type")), raw.get("timestamp")
    if event_id is None or kind is None or chat_id is None or not isinstance(timestamp, int):
        return None
    try:
        at = datetime.fromtimestamp(timestamp / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None
    return Incoming(
        event_id=event_id,
        kind=kind,
        at=at,
        mode=str(raw.get("mode", "active")),
        chat_kind=chat_kind,
        chat_id=chat_id,
        user_id=_text(source.get("userId")),
        reply_token=_text(raw.get("replyToken")),
        raw=raw,
        **_said(raw),
    )


def read_stored(payload: bytes) -> Incoming:
    """The event that `Incoming.stored` kept."""
    incoming = parse_event(orjson.loads(payload))
    if incoming is None:
        raise ValueError("a stored event cannot be read")
    return incoming


def _said(raw: Mapping[str, Any]) -> dict[str, Any]:
    message = _mapping(raw.get("message")) or _mapping(raw.get("unsend"))
    postback = _mapping(raw.get("postback"))
    params = _mapping(postback.get("params"))
    mentionees = _mapping(message.get("mention")).get("mentionees")
    return {
        "message_kind": _text(message.get("type")),
        "message_id": _text(message.get("id") or message.get("messageId")),
        "text": _words(message.get("text")),
        "mention_self": any(_mapping(one).get("isSelf") is True for one in _list(mentionees)),
        "quoted_id": _text(message.get("quotedMessageId")),
        "duration": _milliseconds(message.get("duration")),
        "image_set": _image_set(_mapping(message.get("imageSet"))),
        "place": str(message.get("title") or message.get("address") or ""),
        "point": _point(message.get("latitude"), message.get("longitude")),
        "data": _text(postback.get("data")),
        "picked": _text(params.get("date") or params.get("datetime") or params.get("time")),
        "joined": _members(raw.get("joined")),
        "left": _members(raw.get("left")),
    }


def _image_set(found: Mapping[str, Any]) -> ImageSet | None:
    index, total = found.get("index"), found.get("total")
    if isinstance(found.get("id"), str) and isinstance(index, int) and isinstance(total, int):
        return ImageSet(found["id"], index, total)
    return None


def _milliseconds(found: object) -> int:
    return found if isinstance(found, int) and found > 0 else 0


def _point(latitude: object, longitude: object) -> tuple[float, float] | None:
    if not isinstance(latitude, (int, float)) or not isinstance(longitude, (int, float)):
        return None
    return (float(latitude), float(longitude)) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _members(found: object) -> tuple[str, ...]:
    members = _list(_mapping(found).get("members"))
    return tuple(str(one["userId"]) for one in members if "userId" in _mapping(one))


def _words(value: object) -> str:
    """What was typed; a NUL, which no database keeps, is left out."""
    return value.replace("\x00", "") if isinstance(value, str) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value and "\x00" not in value else None
