"""LINE's side of the world, in memory: who there is, who sees what, reply tokens, content, and what was called."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.simulator import webhooks
from bot.simulator.courier import Courier, Deliver
from bot.simulator.people import Person
from bot.simulator.richmenus import RichMenus
from bot.simulator.seeds import Seeds
from bot.simulator.state import (
    Account,
    Attempt,
    Call,
    Chat,
    Faults,
    Group,
    Json,
    Message,
    RefusedError,
    message_ids,
)

TOKEN_LIFE = 60.0  # seconds: a reply token is good for one minute after its webhook
BOT = {
    "userId": "Ub0700000000000000000000000000b07",
    "basicId": "@saan-demo",
    "displayName": "สาน",
    "chatMode": "bot",
    "markAsReadMode": "auto",
}


@dataclass(frozen=True)
class _ReplyToken:
    chat_id: str
    made: float


class Line:
    """The platform. Tests act through `person(...)` and `group(...)`, the bot through the HTTP API.

    `clock` (aware datetimes) stamps events and months, `wall` (seconds) the life of tokens and keys: a demo's
    clock may leap a day while a token is still a minute old. Any thread may call any method.
    """

    def __init__(
        self,
        seeds: Seeds,
        *,
        channel_secret: str,
        deliver: Deliver,
        clock: Callable[[], datetime],
        wall: Callable[[], float],
    ) -> None:
        self.clock, self.wall = clock, wall
        self.bot = BOT
        self.faults = Faults()
        self.accounts = {account.user_id: account for account in seeds.accounts}
        self.groups = {group.group_id: group for group in seeds.groups}
        self.chats: dict[str, Chat] = {}
        self.traffic: list[Call | Attempt] = []
        self.courier = Courier(channel_secret, BOT["userId"], deliver, self.faults, clock, self.record)
        self.menus = RichMenus()
        self.content: dict[str, tuple[bytes, str]] = {}
        self.lock = threading.RLock()
        self.loading: dict[str, float] = {}
        self.version = 0
        self._news = threading.Condition()
        self._ids = message_ids(wall())
        self._tokens: dict[str, _ReplyToken] = {}
        self._quotes: dict[str, tuple[str, str]] = {}

    # Looking things up

    def person(self, who: str) -> Person:
        """A person in her one-to-one chat with the bot, by key ("M04"), name or user id. Raises LookupError."""
        for account in self.accounts.values():
            if who in (account.key, account.name, account.user_id):
                return Person(self, account, account.user_id)
        raise LookupError(f"no person {who!r}")

    def group(self, which: str) -> Group:
        """A group by key ("G3"), name or group id. Raises LookupError."""
        for group in self.groups.values():
            if which in (group.key, group.name, group.group_id):
                return group
        raise LookupError(f"no group {which!r}")

    def chat(self, which: str) -> Chat:
        """The chat of a group or person, by what `group` and `person` take."""
        try:
            return self.chat_of(self.group(which).group_id)
        except LookupError:
            return self.person(which).chat

    def chat_of(self, chat_id: str) -> Chat:
        """The chat with this LINE id, made on first use."""
        with self.lock:
            return self.chats.setdefault(chat_id, Chat(chat_id))

    def new_person(self, key: str, name: str, *, friend: bool = False) -> Person:
        """Someone new on LINE, by default no friend of the bot yet."""
        account = Account(_new_id("U"), key, name, friend=friend)
        self.accounts[account.user_id] = account
        return Person(self, account, account.user_id)

    def new_group(self, key: str, name: str, members: list[str]) -> Group:
        """A new group of these people (keys, names or ids); the bot is not in it yet."""
        ids = [self.person(member).account.user_id for member in members]
        group = Group(_new_id("C"), key, name, ids, bot_inside=False)
        self.groups[group.group_id] = group
        return group

    # Chats

    def post(
        self, chat_id: str, sender: str, content: Json, *, via: str = "", quoted_id: str | None = None
    ) -> Message:
        """Puts a message into a chat, for everyone there to see."""
        token = secrets.token_urlsafe(24)
        with self.lock:
            message = Message(next(self._ids), sender, content, self.clock(), token, via, quoted_id)
            self._quotes[message.quote_token] = (chat_id, message.id)
            self.chat_of(chat_id).messages.append(message)
            if sender == "bot":
                self.loading.pop(chat_id, None)
        self.touch()
        return message

    def notice(self, chat_id: str, what: str, name: str) -> None:
        """A line the app shows in a chat, such as that somebody joined."""
        self.post(chat_id, "", {"type": "notice", "notice": what, "name": name})

    def quoted(self, quote_token: str, chat_id: str) -> str:
        """The id of the message a quote token stands for. Raises RefusedError for another chat's or no token."""
        known_chat, message_id = self._quotes.get(quote_token, ("", ""))
        if known_chat != chat_id:
            raise RefusedError(400, "Invalid quote token")
        return message_id

    def standing(self, user_id: str) -> Literal["reachable", "blocked", "stranger"]:
        """How a person stands to the bot. One who is no friend is reachable for seven days after she wrote to it."""
        account = self.accounts.get(user_id)
        if account is None:
            return "stranger"
        if account.blocked:
            return "blocked"
        wrote_lately = account.wrote_at is not None and self.wall() - account.wrote_at < 7 * 86_400
        return "reachable" if account.friend or wrote_lately else "stranger"

    def joined(self, group_id: str) -> Group:
        """A group the bot is in. Raises RefusedError (404) otherwise."""
        group = self.groups.get(group_id)
        if group is None or not group.bot_inside:
            raise RefusedError(404, "Not found")
        return group

    # Reply tokens

    def new_token(self, chat_id: str) -> str:
        """A reply token for this chat, good once and for a minute of wall time."""
        token = secrets.token_hex(16)
        with self.lock:
            now = self.wall()
            while self._tokens and (oldest := next(iter(self._tokens))):
                if now - self._tokens[oldest].made <= TOKEN_LIFE:
                    break
                del self._tokens[oldest]
            self._tokens[token] = _ReplyToken(chat_id, now)
        return token

    def awaiting(self, token: str) -> str:
        """The chat a reply token answers to. Raises RefusedError (400) when it is used, late or unknown."""
        known = self._tokens.get(token)
        if known is None or self.faults.late_tokens or self.wall() - known.made > TOKEN_LIFE:
            raise RefusedError(400, "Invalid reply token")
        return known.chat_id

    def use_up(self, token: str) -> None:
        """Makes a reply token worthless."""
        self._tokens.pop(token, None)

    # Webhooks and news

    def emit(self, kind: str, source: Json, **content: object) -> None:
        """Sends the bot one event, of any kind, with a reply token where LINE gives one."""
        without = kind in webhooks.WITHOUT_REPLY_TOKEN
        token = None if without else self.new_token(webhooks.chat_of(source))
        self.courier.send(webhooks.event(kind, source, self.clock(), token, **content))

    def deliver_to(self, deliver: Deliver) -> None:
        """Delivers webhooks this way from now on: a function of (raw body, headers) that gives the status."""
        self.courier.deliver = deliver

    @property
    def calls(self) -> list[Call]:
        """The bot's API calls, oldest first."""
        return [entry for entry in self.traffic if isinstance(entry, Call)]

    @property
    def attempts(self) -> list[Attempt]:
        """The tries to deliver webhooks, oldest first."""
        return [entry for entry in self.traffic if isinstance(entry, Attempt)]

    def record(self, entry: Call | Attempt) -> None:
        """Notes what passed between LINE and the bot."""
        self.traffic.append(entry)
        self.touch()

    def touch(self) -> None:
        """Tells those who wait that something changed."""
        with self._news:
            self.version += 1
            self._news.notify_all()

    def wait(self, since: int, timeout: float) -> int:
        """The version once it is past `since`, or as it is after `timeout` seconds."""
        with self._news:
            self._news.wait_for(lambda: self.version > since, timeout)
            return self.version

    def leave(self, group_id: str) -> None:
        """The bot is no longer in the group: removed, or gone by itself."""
        group = self.joined(group_id)
        group.bot_inside = False
        self.notice(group_id, "bot_left", BOT["displayName"])
        self.emit("leave", {"type": "group", "groupId": group_id})

    def profile(self, account: Account) -> Mapping[str, str]:
        """What LINE tells of a person."""
        return {"displayName": account.name, "userId": account.user_id, "language": "th"}


def _new_id(prefix: str) -> str:
    return prefix + secrets.token_hex(16)
