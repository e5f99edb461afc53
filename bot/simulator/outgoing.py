"""What the bot sends: replies, pushes, multicasts, broadcasts, each once, counted against the month's quota."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from bot.simulator.checks import check
from bot.simulator.platform import Line
from bot.simulator.state import Json, Message, RefusedError

KEY_LIFE = 24 * 3600.0  # seconds a retry key is remembered
# Only these can be quoted (developers.line.biz/en/docs/messaging-api/get-quote-tokens)
QUOTABLE = {"text", "textV2", "sticker", "image", "video", "template", "flex"}
UNSEEN = "unseen"  # the chat nobody sees: what is sent to those who blocked the bot


@dataclass(frozen=True)
class _Accepted:
    request_id: str
    sent: Json
    at: float


@dataclass(frozen=True)
class Sent:
    """What LINE answered to a send, and its price in counted messages."""

    answer: Json
    cost: int = 0


class Outgoing:
    """The sending half of the platform. `limit` is the month's quota, None for no limit."""

    def __init__(self, line: Line, limit: int | None = 300) -> None:
        self.line, self.limit = line, limit
        self._spent: Counter[str] = Counter()
        self._keys: dict[str, _Accepted] = {}

    @property
    def spent(self) -> int:
        """Messages counted this month, by the clock."""
        if self.line.faults.quota_empty and self.limit is not None:
            return self.limit
        return self._spent[self._month()]

    @spent.setter
    def spent(self, count: int) -> None:
        self._spent[self._month()] = count

    def reply(self, body: Json) -> Sent:
        """Answers an event by its reply token: free, once."""
        check("ReplyMessageRequest", body)
        with self.line.lock:
            answer = self._show(self.line.awaiting(body["replyToken"]), body["messages"], "reply")
            self.line.use_up(body["replyToken"])
        return Sent(answer)

    def push(self, body: Json) -> Sent:
        """Sends to one person or group, counted by its members. Who blocked the bot gets and counts nothing."""
        check("PushMessageRequest", body)
        to = body["to"]
        if group := self.line.groups.get(to):
            cost, known = len(group.members), group.bot_inside
        else:
            standing = self.line.standing(to)
            cost, known = int(standing == "reachable"), standing != "stranger"
        if not known:
            raise RefusedError(400, "Failed to send messages")
        return self._charged(cost, lambda: self._show(to, body["messages"], "push"))

    def multicast(self, body: Json) -> Sent:
        """Sends to people, never to groups; whom LINE does not know is passed over in silence."""
        check("MulticastRequest", body)
        wrong = [index for index, user in enumerate(body["to"]) if not user.startswith("U")]
        if wrong:
            details = [{"message": "Invalid user id", "property": f"to[{index}]"} for index in wrong]
            raise RefusedError(400, f"The request body has {len(wrong)} error(s)", details=details)
        users = [user for user in dict.fromkeys(body["to"]) if self.line.standing(user) == "reachable"]
        return self._to_many(users, body, "multicast")

    def broadcast(self, body: Json) -> Sent:
        """Sends to every friend."""
        check("BroadcastRequest", body)
        friends = [account.user_id for account in self.line.accounts.values() if account.friend]
        return self._to_many(friends, body, "broadcast")

    def once(self, key: str | None, request_id: str, send: Callable[[], Sent]) -> Sent:
        """Sends under a retry key: accepted once in 24 h, afterwards RefusedError (409) with the first answer."""
        if key is None:
            return send()
        _require_uuid(key)
        with self.line.lock:
            accepted = self._keys.get(key)
            if accepted and self.line.wall() - accepted.at < KEY_LIFE:
                headers = {"X-Line-Accepted-Request-Id": accepted.request_id}
                raise RefusedError(409, "The retry key is already accepted", headers, **accepted.sent)
            sent = send()
            self._keys[key] = _Accepted(request_id, sent.answer, self.line.wall())
        return sent

    def _to_many(self, users: list[str], body: Json, via: str) -> Sent:
        def deliver() -> Json:
            for user in users:
                self._show(user, body["messages"], via)
            return {}

        return self._charged(len(users), deliver)

    def _charged(self, cost: int, deliver: Callable[[], Json]) -> Sent:
        with self.line.lock:
            if self.limit is not None and self.spent + cost > self.limit:
                raise RefusedError(429, "You have reached your monthly limit.")
            answer = deliver()
            self._spent[self._month()] += cost
        return Sent(answer, cost)

    def _show(self, chat_id: str, messages: list[Json], via: str) -> Json:
        """Shows the messages in a chat; LINE's answer is the same for one who blocked the bot."""
        quoted = [
            self.line.quoted(token, chat_id) if (token := message.get("quoteToken")) else None
            for message in messages
        ]
        blocked = chat_id in self.line.accounts and self.line.standing(chat_id) == "blocked"
        seen_in = UNSEEN if blocked else chat_id
        sent = [
            self.line.post(seen_in, "bot", message, via=via, quoted_id=quoted_id)
            for message, quoted_id in zip(messages, quoted, strict=True)
        ]
        return {"sentMessages": [_receipt(message) for message in sent]}

    def _month(self) -> str:
        return f"{self.line.clock():%Y-%m}"


def _receipt(message: Message) -> Json:
    receipt = {"id": message.id}
    if message.content["type"] in QUOTABLE:
        receipt["quoteToken"] = message.quote_token
    return receipt


def _require_uuid(key: str) -> None:
    try:
        uuid.UUID(key)
    except ValueError:
        raise RefusedError(400, "The retry key is invalid") from None
