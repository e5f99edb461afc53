"""What people do in LINE: say, tap, send, edit, unsend, join, block. Each act becomes the webhook LINE would send."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from bot.simulator import reading, webhooks
from bot.simulator.state import Account, Chat, Group, Json, Message
from bot.simulator.webhooks import Mention

if TYPE_CHECKING:
    from bot.simulator.platform import Line

# After a tap on these LINE leaves the quick replies where they are
# (developers.line.biz/en/docs/messaging-api/using-quick-reply)
STAYING = {"camera", "cameraRoll", "location", "datetimepicker", "uri"}


GONE = (b"", "")


@dataclass(frozen=True)
class Person:
    """One person in one chat: with the bot alone, or, after `in_group`, in a group.

    `known` is False when LINE does not tell the bot who it is (a group event without userId).
    """

    line: Line
    account: Account
    chat_id: str
    known: bool = True

    # Where she is and what she sees

    def in_group(self, which: str, *, known: bool = True) -> Person:
        """The same person in a group she is a member of. Raises LookupError when she is not."""
        group = self.line.group(which)
        if self.account.user_id not in group.members:
            raise LookupError(f"{self.account.key} is not in {group.key}")
        return replace(self, chat_id=group.group_id, known=known)

    @property
    def chat(self) -> Chat:
        """The chat she is in."""
        return self.line.chat_of(self.chat_id)

    @property
    def received(self) -> list[Message]:
        """What the bot sent that she sees in this chat, oldest first."""
        return self.chat.received

    @property
    def in_one_to_one(self) -> bool:
        """Whether this is her own chat with the bot."""
        return self.chat_id == self.account.user_id

    # Messages

    def says(
        self, text: str, *, quotes: Message | str | None = None, mentions: Sequence[Mention] = ()
    ) -> Message:
        """Types a text, perhaps quoting a message. Each mention's "@name" must stand in the text."""
        content: Json = {"type": "text", "text": text}
        if mentions:
            content["mention"] = webhooks.mentionees(text, mentions, self.line.bot["userId"])
        return self._sends(content, quotes)

    def says_to_bot(self, text: str) -> Message:
        """Picks the bot with the @ picker, then types the text."""
        name = self.line.bot["displayName"]
        return self.says(f"@{name} {text}", mentions=[Mention(name, "bot")])

    def sends_photo(self, picture: bytes, mime: str = "image/jpeg") -> Message:
        """Sends one photo."""
        return self._sends_content({"type": "image"}, picture, mime)

    def sends_album(self, pictures: Sequence[bytes], mime: str = "image/jpeg") -> list[Message]:
        """Sends several photos at once: LINE makes one event of each, tied by an imageSet."""
        album = secrets.token_hex(16).upper()
        return [
            self._sends_content(
                {"type": "image", "imageSet": {"id": album, "index": index, "total": len(pictures)}},
                picture,
                mime,
            )
            for index, picture in enumerate(pictures, 1)
        ]

    def sends_video(self, video: bytes, duration: int = 5_000, mime: str = "video/mp4") -> Message:
        """Sends a video of so many milliseconds."""
        return self._sends_content({"type": "video", "duration": duration}, video, mime)

    def sends_audio(self, sound: bytes, duration: int = 5_000, mime: str = "audio/x-m4a") -> Message:
        """Sends a voice message of so many milliseconds."""
        return self._sends_content({"type": "audio", "duration": duration}, sound, mime)

    def sends_file(self, name: str, data: bytes, mime: str = "application/octet-stream") -> Message:
        """Sends a file."""
        return self._sends_content({"type": "file", "fileName": name, "fileSize": len(data)}, data, mime)

    def sends_sticker(self, package_id: str = "11537", sticker_id: str = "52002734") -> Message:
        """Sends a sticker."""
        content = {
            "type": "sticker",
            "packageId": package_id,
            "stickerId": sticker_id,
            "stickerResourceType": "STATIC",
        }
        return self._sends(content)

    def sends_location(
        self, latitude: float, longitude: float, title: str = "", address: str = ""
    ) -> Message:
        """Sends a place, in degrees."""
        place: Json = {"type": "location", "latitude": latitude, "longitude": longitude}
        return self._sends(
            place | {key: value for key, value in (("title", title), ("address", address)) if value}
        )

    def edits(self, message: Message | str, text: str) -> Message:
        """Changes the words of her own text message; LINE tells the bot in groups only. Raises LookupError."""
        edited = self._own(message)
        edited.content = {**edited.content, "text": text}
        edited.content.pop("mention", None)
        edited.edited = True
        self.line.touch()
        if not self.in_one_to_one:
            self._emit("messageEdited", message=self._as_told(edited))
        return edited

    def unsends(self, message: Message | str) -> None:
        """Takes a message back: its content is gone (410 from then on). Raises LookupError when not her own."""
        unsent = self._own(message)
        unsent.unsent = True
        unsent.content = {"type": unsent.content["type"]}
        if unsent.id in self.line.content:
            self.line.content[unsent.id] = GONE
        self.line.touch()
        self._emit("unsend", unsend={"messageId": unsent.id})

    # Taps

    def taps(self, label: str, *, on: Message | None = None) -> Json:
        """Taps the latest button, or a quick reply under the last message, with this label; gives its action.

        A link, camera or location action only opens something on the phone: read the action and go on.
        Raises LookupError, naming what can be tapped, when there is no such label.
        """
        message, action = self._find(label, on)
        if action["type"] == "datetimepicker":
            raise LookupError(f"{label!r} opens a date picker: use picks({label!r}, value)")
        self.acts(action, message)
        return action

    def picks(self, label: str, value: str, *, on: Message | None = None) -> Json:
        """Picks a date or time in the picker that this button opens: 2026-12-19, 14:00 or 2026-12-19T14:00."""
        message, action = self._find(label, on)
        self.acts(action, message, value)
        return action

    def taps_menu(self, label: str) -> Json:
        """Taps an area of the rich menu she sees, by its label, text or data. One-to-one only."""
        menu = self.line.menus.of(self.account.user_id)
        areas = self.line.menus.get(menu)["areas"] if menu else []
        for action in (area["action"] for area in areas):
            if label in (action.get("label"), action.get("text"), action.get("data")):
                self.acts(action)
                return dict(action)
        raise LookupError(f"no {label!r} on the rich menu")

    def acts(self, action: Json, message: Message | None = None, value: str | None = None) -> None:
        """Does what an action asks, as the app does; `value` is what she picked in a datetimepicker."""
        if message is not None and action["type"] not in STAYING:
            message.tapped_by.add(self.account.user_id)
        match action["type"]:
            case "message":
                self.says(action["text"])
            case "postback":
                if shown := action.get("displayText") or action.get("text"):
                    self.line.post(self.chat_id, self.account.user_id, {"type": "text", "text": shown})
                self._emit("postback", postback={"data": action["data"]})
            case "datetimepicker":
                self._emit("postback", postback={"data": action["data"], "params": {action["mode"]: value}})
            case "richmenuswitch":
                self._switches(action)
        self.line.touch()

    def opens(self, uri: str) -> tuple[Person, str]:
        """Follows an https://line.me/R/oaMessage/… link: her one-to-one chat, and the text typed in, not sent."""
        link = urlsplit(uri)
        if link.hostname != "line.me" or not link.path.startswith("/R/oaMessage/"):
            raise ValueError(f"{uri} does not open the bot's chat")
        return replace(self, chat_id=self.account.user_id, known=True), unquote(link.query)

    # Friends and groups

    def follows(self) -> None:
        """Adds the bot as a friend, or unblocks it."""
        unblocked = self.account.blocked
        self.account.friend, self.account.blocked = True, False
        self.line.touch()
        self._alone()._emit("follow", follow={"isUnblocked": unblocked})

    def blocks(self) -> None:
        """Blocks the bot: pushes to her are still answered 200, and not delivered."""
        self.account.friend, self.account.blocked = False, True
        self.line.touch()
        self._alone()._emit("unfollow")

    def joins(self, which: str) -> Person:
        """Joins a group; gives her in it."""
        group = self.line.group(which)
        if self.account.user_id not in group.members:
            group.members.append(self.account.user_id)
        self.line.notice(group.group_id, "joined", self.account.name)
        self._of_group(group, "memberJoined", joined={"members": [self._user()]})
        return self.in_group(which)

    def leaves(self, which: str) -> None:
        """Leaves a group."""
        group = self.line.group(which)
        group.members.remove(self.account.user_id)
        self.line.notice(group.group_id, "left", self.account.name)
        self._of_group(group, "memberLeft", left={"members": [self._user()]})

    def invites_bot(self, which: str) -> None:
        """Invites the bot into a group she is in, where it joins at once."""
        group = self.in_group(which)._group()
        group.bot_inside = True
        self.line.notice(group.group_id, "bot_joined", self.line.bot["displayName"])
        self._of_group(group, "join")

    def removes_bot(self, which: str) -> None:
        """Takes the bot out of a group."""
        self.line.leave(self.in_group(which).chat_id)

    # How it is done

    def _sends(self, content: Json, quotes: Message | str | None = None) -> Message:
        quoted_id = quotes.id if isinstance(quotes, Message) else quotes
        message = self.line.post(self.chat_id, self.account.user_id, content, quoted_id=quoted_id)
        self._tells(message)
        return message

    def _sends_content(self, content: Json, data: bytes, mime: str) -> Message:
        if content["type"] != "file":
            content["contentProvider"] = {"type": "line"}
        message = self.line.post(self.chat_id, self.account.user_id, content)
        self.line.content[message.id] = (data, mime)
        self._tells(message)
        return message

    def _tells(self, message: Message) -> None:
        if self.in_one_to_one:
            self.account.wrote_at = self.line.wall()
        self._emit("message", message=self._as_told(message))

    def _as_told(self, message: Message) -> Json:
        """A message as its webhook event shows it."""
        told = {**message.content, "id": message.id, "markAsReadToken": secrets.token_urlsafe(24)}
        if message.content["type"] in ("text", "sticker", "image", "video"):
            told["quoteToken"] = message.quote_token
        if message.quoted_id:
            told["quotedMessageId"] = message.quoted_id
        return told

    def _own(self, message: Message | str) -> Message:
        found = self.chat.message(message.id if isinstance(message, Message) else message)
        if found.sender != self.account.user_id:
            raise LookupError(f"message {found.id} is not hers")
        return found

    def _find(self, label: str, on: Message | None) -> tuple[Message, Json]:
        """The latest thing with this label; a sign or emoji before or after the words does not matter."""
        messages = [on] if on else list(reversed(self.received))
        for message in messages:
            for found, action in self.tappable(message):
                if label in (found, _bare(found)):
                    return message, action
        choices = [found for message in messages[:1] for found, _ in self.tappable(message)]
        raise LookupError(f"nothing labelled {label!r}; the latest message offers {choices}")

    def tappable(self, message: Message) -> list[tuple[str, Json]]:
        """(label, action) of what she can tap on it now: LINE shows quick replies under the last message only."""
        is_last = bool(self.chat.messages) and self.chat.messages[-1] is message
        unused = self.account.user_id not in message.tapped_by
        return reading.actions(message.content, quick_replies=is_last and unused)

    def _switches(self, action: Json) -> None:
        alias = action["richMenuAliasId"]
        known = alias in self.line.menus.aliases
        if known:
            self.line.menus.linked[self.account.user_id] = self.line.menus.aliases[alias]
        params = {"newRichMenuAliasId": alias, "status": "SUCCESS" if known else "RICHMENU_ALIAS_ID_NOTFOUND"}
        self._emit("postback", postback={"data": action["data"], "params": params})

    def _emit(self, kind: str, **content: object) -> None:
        """Tells the bot, where it is present to hear it."""
        if self.in_one_to_one:
            if kind == "unfollow" or not self.account.blocked:
                self.line.emit(kind, self._user(), **content)
            return
        who = {"userId": self.account.user_id} if self.known else {}
        if self._group().bot_inside:
            self.line.emit(kind, {"type": "group", "groupId": self.chat_id, **who}, **content)

    def _of_group(self, group: Group, kind: str, **content: object) -> None:
        if group.bot_inside:
            self.line.emit(kind, {"type": "group", "groupId": group.group_id}, **content)

    def _user(self) -> Json:
        return {"type": "user", "userId": self.account.user_id}

    def _alone(self) -> Person:
        return replace(self, chat_id=self.account.user_id, known=True)

    def _group(self) -> Group:
        return self.line.groups[self.chat_id]


def _bare(label: str) -> str:
    """A label without the signs around its words. Thai vowels and tone marks belong to the words."""
    words = [place for place, letter in enumerate(label) if unicodedata.category(letter)[0] in "LMN"]
    return label[words[0] : words[-1] + 1] if words else label
