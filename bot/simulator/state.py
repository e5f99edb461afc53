"""The plain things the stand-in keeps: accounts, groups, chats, messages, calls and faults."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.simulator import reading

Json = dict[str, Any]
ApiFault = Literal["bad_request", "down", "timeout_before", "timeout_after", "rate", "unauthorized"]


class RefusedError(Exception):
    """LINE says no: `status` is the HTTP status, `body` its JSON, `headers` what goes with it."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None, **more: Any) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.body: Json = {"message": message, **more}
        self.headers = headers or {}


@dataclass
class Account:
    """A person with a LINE account. `key` is the short name tests and the page use (M04)."""

    user_id: str
    key: str
    name: str
    note: str = ""
    roles: tuple[str, ...] = ()
    friend: bool = True
    blocked: bool = False
    wrote_at: float | None = None


@dataclass
class Group:
    """A LINE group. `members` holds user ids, never the bot's; `bot_inside` says whether it was invited."""

    group_id: str
    key: str
    name: str
    members: list[str] = field(default_factory=list)
    bot_inside: bool = True


@dataclass
class Message:
    """One entry of a chat. `content` is LINE's message JSON; `sender` is a user id, "bot", or "" for a notice.

    A notice (type "notice") is a line the app itself shows, such as who joined. `at` is aware; `via` says how
    the bot sent it: reply, push, multicast or broadcast. `tapped_by` holds who used up its quick replies.
    """

    id: str
    sender: str
    content: Json
    at: datetime
    quote_token: str
    via: str = ""
    quoted_id: str | None = None
    edited: bool = False
    unsent: bool = False
    tapped_by: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        """Every word a reader sees in it, one component a line."""
        return "\n".join(reading.words(self.content))

    @property
    def labels(self) -> list[str]:
        """What can be tapped on it, top to bottom, quick replies last."""
        return [label for label, _ in reading.actions(self.content)]


@dataclass
class Chat:
    """A one-to-one chat (its id is the user's id) or a group's."""

    id: str
    messages: list[Message] = field(default_factory=list)

    @property
    def received(self) -> list[Message]:
        """What the bot sent that can be seen here, oldest first."""
        return [message for message in self.messages if message.sender == "bot"]

    @property
    def last(self) -> Message:
        """The bot's latest message here. Raises LookupError when it has sent none."""
        if not (received := self.received):
            raise LookupError(f"the bot has sent nothing to {self.id}")
        return received[-1]

    def message(self, message_id: str) -> Message:
        """The message with this id. Raises LookupError when there is none."""
        for message in reversed(self.messages):
            if message.id == message_id:
                return message
        raise LookupError(f"no message {message_id} in {self.id}")


@dataclass(frozen=True)
class Call:
    """One API call of the bot. `status` is None when the connection was dropped; `took` is in seconds."""

    method: str
    path: str
    status: int | None
    request_id: str
    at: datetime
    took: float
    retry_key: str | None = None
    cost: int = 0
    accepted: bool = False
    body: Json | None = None


@dataclass(frozen=True)
class Attempt:
    """One try to deliver a webhook. `status` is None when nobody answered in time; `took` is in seconds."""

    event_ids: tuple[str, ...]
    kinds: tuple[str, ...]
    chat_ids: tuple[str, ...]
    status: int | None
    at: datetime
    took: float
    redelivery: bool


@dataclass
class Faults:
    """What goes wrong at the moment. All are off at the start.

    `api` with `times` (None: until switched off) and `path` (a part of the paths it strikes) breaks API calls;
    `hang` is how many seconds a dropped call keeps the bot waiting first, `slow` delays every answer on that path.
    `late_tokens` makes every reply token expired, `quota_empty` the month's quota used up, `preparing` the
    number of content requests still answered 202. `redeliver` sends each webhook again marked as redelivery,
    `duplicate` again as it was, `reorder` swaps neighbours, `retry` redelivers what got no 2xx (a switch in
    LINE's console, off by default there too).
    """

    api: ApiFault | None = None
    times: int | None = None
    path: str = ""
    hang: float = 0.0
    slow: float = 0.0
    late_tokens: bool = False
    quota_empty: bool = False
    preparing: int = 0
    redeliver: bool = False
    duplicate: bool = False
    reorder: bool = False
    retry: bool = False

    def strike(self, path: str) -> ApiFault | None:
        """The fault that hits a call of this path, counted down; None when it goes well."""
        if self.api is None or self.path not in path:
            return None
        fault = self.api
        if self.times is not None:
            self.times -= 1
            if self.times <= 0:
                self.api, self.times = None, None
        return fault


def message_ids(start: float) -> Iterator[str]:
    """LINE-like message ids (18 digits), rising, from a start in wall seconds so that no two runs share any."""
    return (str(number) for number in itertools.count(int(start * 100) * 1_000_000))
