"""Webhook events as LINE builds and signs them (developers.line.biz/en/reference/messaging-api/#webhooks)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from bot.simulator.state import Json

WITHOUT_REPLY_TOKEN = {"unsend", "unfollow", "leave", "memberLeft"}
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Mention:
    """Who an "@name" in a text means: a user id, "bot" or "all"."""

    name: str
    target: str


def sign(channel_secret: str, body: bytes) -> str:
    """The X-Line-Signature of a raw body: base64 of its HMAC-SHA256 under the channel secret."""
    return base64.b64encode(hmac.new(channel_secret.encode(), body, hashlib.sha256).digest()).decode()


def body(destination: str, events: Sequence[Json]) -> bytes:
    """The JSON that carries some events to the bot whose user id is `destination`."""
    return orjson.dumps({"destination": destination, "events": list(events)})


def event(kind: str, source: Json, at: datetime, reply_token: str | None = None, **content: object) -> Json:
    """One event with a fresh id. `at` must be aware; LINE counts milliseconds since 1970 in UTC."""
    milliseconds = int(at.timestamp() * 1000)
    made: Json = {
        "type": kind,
        "mode": "active",
        "timestamp": milliseconds,
        "source": source,
        "webhookEventId": ulid(milliseconds),
        "deliveryContext": {"isRedelivery": False},
        **content,
    }
    if reply_token is not None and kind not in WITHOUT_REPLY_TOKEN:
        made["replyToken"] = reply_token
    return made


def chat_of(source: Json) -> str:
    """The id of the chat an event comes from; a person's own when one-to-one, "" when unknown."""
    return str(source.get("groupId") or source.get("roomId") or source.get("userId", ""))


def redelivered(events: Sequence[Json]) -> list[Json]:
    """The same events as LINE sends them again: same ids and tokens, `isRedelivery` true."""
    return [{**event, "deliveryContext": {"isRedelivery": True}} for event in events]


def ulid(milliseconds: int) -> str:
    """A 26-letter id that sorts by its time (github.com/ulid/spec), as webhookEventId is."""
    number = milliseconds << 80 | secrets.randbits(80)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def mentionees(text: str, mentions: Sequence[Mention], bot_user_id: str) -> Json:
    """LINE's `mention` object: where each "@name" stands, in UTF-16 units. Raises ValueError for an absent name."""
    found = []
    for mention in mentions:
        name = f"@{mention.name}"
        place = text.find(name)
        if place < 0:
            raise ValueError(f"{name} is not in the text")
        entry: Json = {"index": _utf16(text[:place]), "length": _utf16(name)}
        if mention.target == "all":
            entry |= {"type": "all"}
        else:
            is_bot = mention.target == "bot"
            entry |= {"type": "user", "userId": bot_user_id if is_bot else mention.target, "isSelf": is_bot}
        found.append(entry)
    return {"mentionees": sorted(found, key=lambda entry: entry["index"])}


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
