"""Conversations as readable Thai transcripts, played through the signed webhook.

    เวลา 2026-11-24 10:00                     the clock
    แม่บัวเขียว: วันนี้ขายผ้าได้ 8 ผืน          somebody types, one-to-one with the bot
    แม่บัวเขียว (ห้องใหญ่): สาน ช่วยหน่อย        … or in a group, by a part of its name
    แม่บัวเขียว กด ถูกต้อง                     taps a button or quick reply
    แม่บัวเขียว เลือก เลือกวัน 2026-11-20        picks a date
    แม่บัวเขียว ส่ง รูป | อัลบั้ม 3 | สติกเกอร์ | เสียง 34 | วิดีโอ | ไฟล์ | ที่ตั้ง ศาลากลางบ้าน
    แม่บัวเขียว แก้ข้อความ ใหม่ / แม่บัวเขียว ยกเลิกข้อความ   edits or unsends the last thing they said
    แม่บัวเขียว เพิ่มเพื่อน | บล็อก               follows or blocks the bot
    แม่บัวเขียว (ห้องใหญ่?): สาน ช่วยหน่อย       in the group, but LINE does not tell who it is
    แม่บัวเขียว ตั้งกลุ่ม ห้องใหม่                 makes a LINE group of her own, without the bot
    แม่บัวเขียว เข้ากลุ่ม | ออกจากกลุ่ม ห้องใหม่    joins or leaves a group
    แม่บัวเขียว เชิญบอท | เอาบอทออก ห้องใหม่        invites the bot into a group she is in, or removes it
    แม่บัวเขียว รอ 31 นาที | 2 ชั่วโมง | 1 วัน    time passes
      สาน: 5,200 บาท · [ถูกต้อง]               the bot answers where that was said: one line a message; all the
                                              fragments between the · must stand in it, [so] are buttons,
                                              (รูป) is a picture
      สาน: (เงียบ)                            the bot says nothing
      สาน → น้องแพร: …                        somebody else gets this, one-to-one

After each step every message to its speaker's chat must be named; others' are checked where they are named.
A line may take something over: {รหัส} in an expected line catches the word there, and gives it to later lines.
"""

import io
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from PIL import Image

from bot.simulator import reading
from tests.world import BANGKOK, World

VERBS = (
    "กด",
    "เลือก",
    "ส่ง",
    "แก้ข้อความ",
    "รอ",
    "เพิ่มเพื่อน",
    "บล็อก",
    "ยกเลิกข้อความ",
    "เข้ากลุ่ม",
    "ออกจากกลุ่ม",
    "ตั้งกลุ่ม",
    "เชิญบอท",
    "เอาบอทออก",
)
STEP = re.compile(
    r"^(?P<who>[^:()→]+?)(?: \((?P<room>[^)]+)\))?"
    rf"(?:: ?(?P<says>.*)| (?P<verb>{'|'.join(VERBS)})(?: (?P<what>.*))?)$"
)
EXPECTED = re.compile(r"^สาน(?: → (?P<who>[^:]+))?: (?P<words>.*)$")
SILENT = "(เงียบ)"


@dataclass
class Talk:
    """A transcript being played."""

    world: World
    caught: dict[str, str] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    last: Any = None  # the chat of the last step
    said: dict[str, Any] = field(default_factory=dict)

    def play(self, transcript: str) -> None:
        """Play all lines; raises AssertionError with the line that does not hold."""
        for number, line in enumerate(transcript.splitlines(), 1):
            words = line.split("#", 1)[0].strip() if line.lstrip().startswith("#") else line.strip()
            if not words:
                continue
            for name, value in self.caught.items():
                words = words.replace("{" + name + "}", value) if not words.startswith("สาน") else words
            try:
                self._line(words)
            except (AssertionError, LookupError) as error:
                raise AssertionError(f"line {number}: {line.strip()}\n  {error}") from error
        self._nothing_left()
        refused = [call for call in self.world.line.calls if call.status == 400]
        assert not refused, f"LINE refused {refused}"

    def _line(self, words: str) -> None:
        if words.startswith("เวลา "):
            self.world.clock.now = datetime.fromisoformat(words[5:].strip().replace(" ", "T")).replace(
                tzinfo=BANGKOK
            )
        elif expected := EXPECTED.match(words):
            self._expect(expected["who"], expected["words"])
        else:
            self._nothing_left()
            self._step(words)

    def _step(self, words: str) -> None:
        step = STEP.match(words)
        assert step, "a line that this player does not know"
        person = self._person(step["who"])
        if step["room"]:
            room, known = step["room"].removesuffix("?"), not step["room"].endswith("?")
            person = person.in_group(self._group(room), known=known)
        self.last = person
        self._mark_all()
        if step["says"] is not None:
            self.said[person.chat_id] = person.says(step["says"])
        else:
            self._does(person, step["verb"], step["what"] or "")

    def _does(self, person, verb: str, what: str) -> None:
        match verb:
            case "กด":
                self._tap(person, what)
            case "เลือก":
                label, value = what.rsplit(" ", 1)
                person.picks(label, value)
            case "ส่ง":
                self._send(person, *what.split(" ", 1))
            case "แก้ข้อความ":
                person.edits(self.said[person.chat_id], what)
            case "ยกเลิกข้อความ":
                person.unsends(self.said[person.chat_id])
            case "เพิ่มเพื่อน":
                person.follows()
            case "บล็อก":
                person.blocks()
            case "ตั้งกลุ่ม":
                self.world.line.new_group(what, what, [person.account.key])
            case "เข้ากลุ่ม":
                self.last = person.joins(self._group(what))
            case "ออกจากกลุ่ม":
                person.leaves(self._group(what))
            case "เชิญบอท":
                self.last = person.in_group(self._group(what))
                person.invites_bot(self._group(what))
            case "เอาบอทออก":
                person.removes_bot(self._group(what))
            case "รอ":
                amount, unit = what.split()
                self.world.clock.forward(
                    **{{"นาที": "minutes", "ชั่วโมง": "hours", "วัน": "days"}[unit]: int(amount)}
                )

    def _tap(self, person, label: str) -> None:
        """A tap; a button that opens the bot's own chat is followed there, and what it typed in is sent."""
        action = person.taps(label)
        if action["type"] == "uri" and "oaMessage" in action["uri"]:
            alone, typed = person.opens(action["uri"])
            self.last = alone
            alone.says(typed)

    def _send(self, person, kind: str, what: str = "") -> None:
        match kind:
            case "รูป":
                self.said[person.chat_id] = person.sends_photo(a_picture())
            case "อัลบั้ม":
                person.sends_album([a_picture(n) for n in range(int(what))])
            case "สติกเกอร์":
                person.sends_sticker()
            case "เสียง":
                seconds = int(what or 5)
                self.said[person.chat_id] = person.sends_audio(a_sound(seconds), seconds * 1000)
            case "วิดีโอ":
                person.sends_video(b"\x00" * 100)
            case "ไฟล์":
                person.sends_file("บัญชี.xlsx", b"PK\x03\x04")
            case "ที่ตั้ง":
                person.sends_location(14.9, 103.5, title=what)
            case _:
                raise AssertionError(f"cannot send {kind}")

    def _expect(self, who: str | None, words: str) -> None:
        chat = self._person(who) if who else self.last
        assert chat is not None, "nobody has spoken yet"
        messages = chat.received[self.seen.get(chat.chat_id, 0) :]
        if words.strip() == SILENT:
            assert not messages, f"the bot said {shown(messages[0].content)!r}"
            return
        assert messages, "the bot said nothing (more)"
        self.seen[chat.chat_id] = self.seen.get(chat.chat_id, 0) + 1
        said = shown(messages[0].content, last=len(messages) == 1)
        for fragment in (part.strip() for part in words.split(" · ")):
            self._check(fragment, said)

    def _check(self, fragment: str, said: str) -> None:
        pattern = re.escape(fragment)
        names = re.findall(r"\\\{(\w+)\\\}", pattern)
        for name in names:
            pattern = pattern.replace(f"\\{{{name}\\}}", f"(?P<{name}>\\S+)")
        found = re.search(pattern, said)
        assert found, f"{fragment!r} is not in {said!r}"
        self.caught.update(found.groupdict())

    def _nothing_left(self) -> None:
        if self.last is not None:
            left = self.last.received[self.seen.get(self.last.chat_id, 0) :]
            assert not left, f"the bot also said {[shown(message.content) for message in left]}"

    def _mark_all(self) -> None:
        for chat_id, chat in self.world.line.chats.items():
            self.seen[chat_id] = len(chat.received)

    def _person(self, name: str):
        line = self.world.line
        for account in line.accounts.values():
            if name.strip() in (account.key, account.name):
                return line.person(account.key)
        raise LookupError(
            f"nobody is called {name!r}: {[account.name for account in line.accounts.values()]}"
        )

    def _group(self, part: str) -> str:
        for group in self.world.line.groups.values():
            if part in group.name or part == group.key:
                return group.key
        raise LookupError(f"no group {part!r}")


def shown(message: dict, *, last: bool = True) -> str:
    """All words of a message and its [buttons], in the order in which they are seen."""
    buttons = [f"[{label}]" for label, _ in reading.actions(message, quick_replies=last)]
    picture = ["(รูป)"] if message["type"] == "image" else []
    return " · ".join([*picture, *reading.words(message), *buttons])


def a_sound(seconds: int = 5) -> bytes:
    """What begins as LINE's recordings do; each length has its own bytes."""
    return b"\x00\x00\x00\x1cftypM4A \x00\x00\x00\x00M4A mp42isom" + bytes([seconds % 256]) * 100


def a_picture(shade: int = 0) -> bytes:
    """A small real JPEG."""
    made = io.BytesIO()
    Image.new("RGB", (64, 48), (40 * shade % 256, 110, 58)).save(made, "JPEG")
    return made.getvalue()
