"""How people really type: copies of a training line with the slips that phones, ears and dialects make."""

import random
import re
from collections.abc import Callable
from importlib.resources import files

# The Kedmanee layout by rows, unshifted and shifted: a finger slips to the key beside it.
_ROWS = (
    "ๅ/-ภถุึคตจขช",
    "ๆไำพะัีรนยบลฃ",
    "ฟหกดเ้่าสวงฝ",
    "ผปแอิืทมใฝ",
    "+๑๒๓๔ู฿๕๖๗๘๙",
    '๐"ฎฑธํ๊ณฯญฐ',
    "ฤฆฏโฌ็๋ษศซ",
    "()ฉฮฺ์?ฒฬฦ",
)
_NEIGHBOURS = {key: row[max(0, i - 1) : i] + row[i + 1 : i + 2] for row in _ROWS for i, key in enumerate(row)}
_TONE = re.compile("[่้๊๋]")
_CLOSING = re.compile(r"(นะ|น่ะ)?(คะ|ค่ะ|ค่า|ครับ|คับ|จ้า|จ้ะ|จ๊ะ|เจ้า|เด้อ|เน้อ)$")
_PARTICLES = (
    "ค่ะ",
    "คะ",
    "ครับ",
    "คับ",
    "จ้า",
    "จ้ะ",
    "เด้อ",
    "เจ้า",
    "นะคะ",
    "นะครับ",
    "ค่า",
    "น้อ",
    "เน้อ",
    "หน่อย",
    "ด้วยจ้า",
    "จ้าา",
    "นะจ๊ะ",
)
_OPENINGS = (
    "สวัสดีค่ะ ",
    "สวัสดีครับ ",
    "หวัดดีจ้า ",
    "เอ่อ ",
    "คือ",
    "พอดี",
    "รบกวนหน่อยค่ะ ",
    "แอดคะ ",
    "อ้าว ",
    "พี่ๆ ",
    "ขอโทษนะคะ ",
    "ดีจ้า ",
    "เออ ",
    "คือว่า ",
)

Slip = Callable[[str, random.Random], str]


def noisy(text: str, copies: int, seed: int) -> list[str]:
    """Give copies of a line with one to three slips each; the same line and seed always give the same copies."""
    chance = random.Random(f"{seed}:{text}")  # noqa: S311 - repeatable, and no secret
    return [_slipped(text, chance) for _ in range(copies)]


def _slipped(text: str, chance: random.Random) -> str:
    for slip in chance.sample(_SLIPS, chance.choice((1, 1, 2, 3))):
        text = slip(text, chance)
    return text


def _without_tones(text: str, chance: random.Random) -> str:
    share = chance.choice((0.3, 0.6, 1.0))
    return _TONE.sub(lambda mark: "" if chance.random() < share else mark[0], text)


def _wrong_tone(text: str, chance: random.Random) -> str:
    return _TONE.sub(lambda mark: chance.choice("่้") if chance.random() < 0.4 else mark[0], text)


def _neighbour_keys(text: str, chance: random.Random) -> str:
    letters = list(text)
    for place in chance.sample(range(len(letters)), min(len(letters), 1 + len(letters) // 25)):
        letters[place] = chance.choice(_NEIGHBOURS.get(letters[place]) or letters[place])
    return "".join(letters)


def _lost_letter(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text) + 1)
    return text[:place] + text[place + 1 :]


def _swapped_letters(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text) + 1)
    return text[:place] + text[place : place + 2][::-1] + text[place + 2 :]


def _doubled_letter(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text) + 1)
    return text[:place] + text[place : place + 1] * chance.choice((2, 3)) + text[place + 1 :]


def _without_spaces(text: str, chance: random.Random) -> str:
    return text.replace(" ", "")


def _other_closing(text: str, chance: random.Random) -> str:
    return _CLOSING.sub("", text) + chance.choice(("", *_PARTICLES))


def _with_opening(text: str, chance: random.Random) -> str:
    return chance.choice(_OPENINGS) + text


def _in_dialect(text: str, chance: random.Random) -> str:
    speech = chance.choice(_dialects())
    for central, local in speech:
        if chance.random() < 0.7:
            text = text.replace(central, local)
    return text


def _dialects() -> tuple[list[tuple[str, str]], ...]:
    """Give a list of (central word, local word) for each dialect, from data/lexicon_intents/dialects.tsv."""
    table: dict[str, list[tuple[str, str]]] = {}
    source = files("bot.understanding") / "data" / "lexicon_intents" / "dialects.tsv"
    for line in source.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            region, central, local = line.split("\t")
            table.setdefault(region, []).append((central, local))
    return tuple(table.values())


_SLIPS: tuple[Slip, ...] = (
    _without_tones,
    _wrong_tone,
    _neighbour_keys,
    _lost_letter,
    _swapped_letters,
    _doubled_letter,
    _without_spaces,
    _other_closing,
    _with_opening,
    _in_dialect,
)
