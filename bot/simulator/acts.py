"""Carries out what someone does on the page."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from bot.simulator import pictures
from bot.simulator.people import Person
from bot.simulator.state import Json, Message
from bot.simulator.webhooks import Mention

KEPT_UPLOADS = 50


class Uploads:
    """Files that were uploaded and not sent yet; the oldest give way."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, tuple[bytes, str]] = OrderedDict()
        self._ids = itertools.count(1)

    def keep(self, data: bytes, mime: str) -> str:
        """Keeps a file and gives the name to take it by."""
        name = f"upload-{next(self._ids)}"
        self._files[name] = (data, mime)
        if len(self._files) > KEPT_UPLOADS:
            self._files.popitem(last=False)
        return name

    def take(self, name: str) -> tuple[bytes, str]:
        """The file and its type, once. Raises LookupError."""
        return self._files.pop(name)


def act(person: Person, wanted: Json, uploads: Uploads) -> Json:
    """Does what `wanted["act"]` names; what the page needs to know comes back. Raises LookupError, ValueError."""
    done = ACTS[wanted["act"]](person, wanted, uploads)
    return done if isinstance(done, dict) else {}


def _says(person: Person, wanted: Json, _: Uploads) -> None:
    mentions = [Mention(item["name"], item["target"]) for item in wanted.get("mentions", [])]
    person.says(wanted["text"], quotes=wanted.get("quotes"), mentions=mentions)


def _sends_photos(person: Person, wanted: Json, uploads: Uploads) -> None:
    photos = [uploads.take(name) for name in wanted.get("uploads", [])]
    photos += [(pictures.sample(name), "image/jpeg") for name in wanted.get("samples", [])]
    if len(photos) == 1:
        person.sends_photo(*photos[0])
    else:
        person.sends_album([data for data, _ in photos], photos[0][1])


def _sends_file(person: Person, wanted: Json, uploads: Uploads) -> None:
    data, mime = uploads.take(wanted["upload"])
    match mime.split("/")[0]:
        case "image":
            person.sends_photo(data, mime)
        case "audio":
            person.sends_audio(data, int(wanted.get("duration") or 5_000), mime)
        case "video":
            person.sends_video(data, mime=mime)
        case _:
            person.sends_file(wanted["name"], data, mime)


def _sends_location(person: Person, wanted: Json, _: Uploads) -> None:
    latitude, longitude = float(wanted["latitude"]), float(wanted["longitude"])
    person.sends_location(latitude, longitude, wanted.get("title", ""), wanted.get("address", ""))


def _taps(person: Person, wanted: Json, _: Uploads) -> None:
    message: Message | None = None
    if wanted.get("message"):
        message = person.chat.message(wanted["message"])
    person.acts(wanted["action"], message, wanted.get("value"))


def _opens(person: Person, wanted: Json, _: Uploads) -> Json:
    alone, draft = person.opens(wanted["uri"])
    return {"chat": alone.chat_id, "draft": draft}


def _makes_group(person: Person, wanted: Json, _: Uploads) -> Json:
    line, account = person.line, person.account
    group = line.new_group(f"G{len(line.groups) + 1}", wanted["name"], [account.user_id])
    line.person(account.user_id).invites_bot(group.group_id)
    return {"chat": group.group_id}


ACTS: dict[str, Callable[[Person, Json, Uploads], Any]] = {
    "says": _says,
    "photos": _sends_photos,
    "file": _sends_file,
    "location": _sends_location,
    "sticker": lambda person, wanted, _: person.sends_sticker(wanted["package"], wanted["sticker"]),
    "edits": lambda person, wanted, _: person.edits(wanted["message"], wanted["text"]),
    "unsends": lambda person, wanted, _: person.unsends(wanted["message"]),
    "taps": _taps,
    "opens": _opens,
    "follows": lambda person, *_: person.follows(),
    "blocks": lambda person, *_: person.blocks(),
    "joins": lambda person, wanted, _: person.joins(wanted["group"]),
    "leaves": lambda person, wanted, _: person.leaves(wanted["group"]),
    "invites_bot": lambda person, wanted, _: person.invites_bot(wanted["group"]),
    "removes_bot": lambda person, wanted, _: person.removes_bot(wanted["group"]),
    "makes_group": _makes_group,
}
