"""Bare answers to what a form has just asked: 12 คน, ห้าพันสอง, ข้าม, จำบ่ได้.

In a group everything that does not fit the question is other people's talk, so a reading is given only where the whole
message is an answer. Data: ``data/lexicon/replies.tsv``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from bot.understanding import lexicon, words
from bot.understanding.amounts import read_amounts
from bot.understanding.normalise import Text, normalise
from bot.understanding.numbers import read_number
from bot.understanding.times import read_answer_time

Kind = Literal["value", "skip", "unknown", "cancel"]

LONGEST_REPLY = 30
LONGEST_NAME = 60
LONGEST_PLACE = 120

_HEAD = re.compile(r"^[\s.,!~…\"'()]+")
_TAIL = re.compile(r"[\s.,!~…\"'()]+$")
_ABOUT = re.compile(
    r"^(?:(?:ก็|น่าจะ|ประมาณ|ราวๆ|ราว|คิดว่า|เท่าที่จำได้|ทั้งหมด|รวมทั้งหมด|รวมๆ|รวม|ทั้งสิ้น|จำนวน|ได้เงิน|เป็นเงิน|เงิน|ได้|มี|มา|ขายได้|เท่ากับ"
    r"|เป็น|แค่|เอา|ใส่|ตอบ|สัก|เกือบ|เบอร์โทร|เบอร์|โทร|ของ|กลุ่ม|ฉัน|เรา|หนู|ป้า|=|:)\s*)+"
)
_BAHT = re.compile(r"\s*(?:บาทถ้วน|บาท|บ\.|บ|฿|\.-)(?:ถ้วน)?$")
_HEADS = re.compile(r"\s*(?:คน|ราย|ท่าน|ชีวิต)$")
_NOTHING_PAID = {"ฟรี", "ไม่คิดเงิน", "ไม่ได้คิดเงิน", "ไม่ได้เงิน", "ไม่เสียเงิน", "แจกฟรี", "ให้ฟรี", "ศูนย์"}
_PHONE = re.compile(r"(?:\+?66|0)\d{8,9}")
_FILLING = re.compile(
    r"วันที่|วัน|เวลา|ตอน|ประมาณ|ช่วง|น่าจะ|ก็|เป็น|เอา|แล้วกัน|ดีกว่า|นี่แหละ|แหละ|ตั้งแต่|ถึง|ราวๆ|ตรง|น\.|เลื่อน|นัด|จัด|ทำ|เมื่อ|คือ|ของ|[\s.,]"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a bare answer said: a value, or that the question is skipped, not known, or the form cancelled."""

    kind: Kind
    value: Any = None
    says_more: bool = False  # of yes and no: other words stand behind them


def read_answer(text: str, expects: str, now: datetime) -> Answer | None:
    """Read ``text`` as the answer to a question that expects one of ``READERS``; None where it is not one.

    Values: number and money (baht) a float, people an int, quantity a tuple of (number, unit as written), yes_no a
    bool, date ``YYYY-MM-DD``, datetime ``YYYY-MM-DDTHH:MM`` or ``YYYY-MM-DD`` (local, counted from ``now``), phone its
    nine or ten figures; place, name and text the writer's own words. Raises KeyError for any other expectation.
    """
    read = READERS[expects]
    message = normalise(text)
    start, end = _bare(message.clean)
    bare = message.clean[start:end].lower()
    if expects == "yes_no" and (answer := _read_yes_no(message, bare, now)):
        return answer
    for kind in ("cancel", "skip", "unknown"):
        if bare in _replies(kind):
            return Answer(kind)
    return read(message, bare, now)


def read_correction(text: str, expects: str, now: datetime) -> Any:
    """The value that corrects an answer, said alone or after such words as ไม่ใช่, ใช่ แต่, เปลี่ยนเป็น; None where the
    rest is no answer to a question that expects this."""
    clean = normalise(text).clean
    said = words.cut(clean)
    while said and (not said[0].strip() or said[0] in _replies("lead") or said[0] in _politeness()):
        said = said[1:]
    answer = read_answer("".join(said), expects, now) if said else None
    return answer.value if answer is not None and answer.kind == "value" else None


def bare(text: str) -> str:
    """The words alone, in small letters, without the particles and marks around them: for telling equal ones."""
    clean = normalise(text).clean
    start, end = _bare(clean)
    return clean[start:end].lower().replace(" ", "")


def _bare(clean: str) -> tuple[int, int]:
    """The span of the message without the particles and marks around it; one that is nothing else stays whole."""
    start, end = len(clean) - len(_HEAD.sub("", clean)), len(_TAIL.sub("", clean))
    if start >= end:
        return 0, len(clean)
    cut = words.cut(clean[start:end])
    while len(cut) > 1 and cut[-1] in _politeness():
        end = len(_TAIL.sub("", clean[: end - len(cut.pop())]))
    return start, end


@cache
def _politeness() -> frozenset[str]:
    return lexicon.group("speech", "particle") - {"ๆ", "เลย", "ที", "ด้วย"}


@cache
def _replies(kind: str) -> frozenset[str]:
    return frozenset(row[1] for row in lexicon.rows("replies") if row[0] == kind)


def _read_number(message: Text, bare: str, now: datetime) -> Answer | None:
    said = _ABOUT.sub("", message.original.strip() if message.original.strip().isdigit() else bare)
    value = read_number(_BAHT.sub("", _HEADS.sub("", said)))
    if value is None:
        counted = read_amounts(normalise(said)).quantities
        value = counted[0][0] if len(counted) == 1 and _is_only(said, counted[0]) else None
    return None if value is None else Answer("value", value)


def _is_only(said: str, counted: tuple[float, str]) -> bool:
    """Whether nothing but the number and its unit was said."""
    return (
        said.removesuffix("ครึ่ง").endswith(counted[1])
        and read_number(said.removesuffix(counted[1]).strip()) is not None
    )


def _read_people(message: Text, bare: str, now: datetime) -> Answer | None:
    if bare in ("คนเดียว", "แค่คนเดียว", "ฉันคนเดียว", "มาคนเดียว"):
        return Answer("value", 1)
    heads = [float(count) for count in re.findall(r"(?:ผู้หญิง|ผู้ชาย|หญิง|ชาย|เด็ก|ผู้ใหญ่)\s*(\d+)(?:\s*คน)?", bare)]
    if heads and not re.sub(r"(?:ผู้หญิง|ผู้ชาย|หญิง|ชาย|เด็ก|ผู้ใหญ่|\d+|คน|และ|กับ|\s|,)", "", bare):
        return Answer("value", int(sum(heads)))
    value = read_number(_HEADS.sub("", _ABOUT.sub("", bare)))
    return Answer("value", int(value)) if value is not None and value == int(value) else None


def _read_money(message: Text, bare: str, now: datetime) -> Answer | None:
    if bare in _NOTHING_PAID:
        return Answer("value", 0.0)
    said = _ABOUT.sub("", message.original.strip() if message.original.strip().isdigit() else bare)
    value = read_number(_BAHT.sub("", said))
    return None if value is None else Answer("value", value)


def _read_quantity(message: Text, bare: str, now: datetime) -> Answer | None:
    value = read_number(_ABOUT.sub("", bare))
    if value is not None:
        return Answer("value", ((value, ""),))
    amounts = read_amounts(message)
    rest = "".join(_outside(message.clean, amounts.spans))
    plain = all(_filler(word) for word in words.cut(_ABOUT.sub("", rest)))
    return Answer("value", tuple(amounts.quantities)) if amounts.quantities and plain else None


def _outside(clean: str, spans: tuple[tuple[int, int], ...]) -> list[str]:
    edges = [0, *(edge for span in sorted(spans) for edge in span), len(clean)]
    return [clean[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _filler(word: str) -> bool:
    said = {"และ", "กับ", "ประมาณ", "ได้", "รวม", "ทั้งหมด"}
    return word in said or word in lexicon.group("speech", "particle") or not re.search("[0-9A-Za-zก-๎]", word)


def _read_time(message: Text, bare: str, now: datetime) -> Answer | None:
    times = read_answer_time(message.clean, now)
    rest = _FILLING.sub("", "".join(_outside(message.clean, tuple(times.spans))))
    return Answer("value", times.datetime) if times.datetime and all(map(_filler, words.cut(rest))) else None


def _read_date(message: Text, bare: str, now: datetime) -> Answer | None:
    answer = _read_time(message, bare, now)
    return answer and Answer("value", answer.value[:10])


def _read_yes_no(message: Text, bare: str, now: datetime) -> Answer | None:
    for value, kind in ((True, "yes"), (False, "no")):
        if bare in _replies(kind):
            return Answer("value", value)
        if bare.split(" ")[0] in _replies(kind) and len(bare) <= LONGEST_REPLY:
            rest = [
                word for part in bare.split(" ") if part not in _replies(kind) for word in words.cut(part)
            ]
            return Answer("value", value, says_more=not all(map(_filler, rest)))
    return None


def _read_phone(message: Text, bare: str, now: datetime) -> Answer | None:
    figures = re.sub(r"[\s().-]", "", _ABOUT.sub("", bare))
    if not _PHONE.fullmatch(figures):
        return None
    return Answer("value", re.sub(r"^\+?66", "0", figures))


def _read_place(message: Text, bare: str, now: datetime) -> Answer | None:
    return _own_words(message, LONGEST_PLACE, "ที่")


def _read_name(message: Text, bare: str, now: datetime) -> Answer | None:
    return _own_words(message, LONGEST_NAME, "ชื่อ")


def _own_words(message: Text, longest: int, lead: str) -> Answer | None:
    """Short words of the writer's that ask nothing, without a leading ที่ or ชื่อ."""
    cut = words.cut(message.clean)
    if (
        len(message.clean) > longest
        or "?" in message.clean
        or any(word in _replies("asking") for word in cut)
    ):
        return None
    start, end = _bare(message.clean)
    own = message.quote(start, end)
    own = own.removeprefix(lead).strip() if words.cut(own)[:1] == [lead] else own
    return Answer("value", own) if re.search(r"\w", own) else None


def _read_text(message: Text, bare: str, now: datetime) -> Answer | None:
    own = message.original.strip()
    return Answer("value", own) if re.search(r"\w", own) else None


READERS: dict[str, Callable[[Text, str, datetime], Answer | None]] = {
    "number": _read_number,
    "people": _read_people,
    "money": _read_money,
    "quantity": _read_quantity,
    "date": _read_date,
    "datetime": _read_time,
    "place": _read_place,
    "yes_no": _read_yes_no,
    "name": _read_name,
    "text": _read_text,
    "phone": _read_phone,
}
