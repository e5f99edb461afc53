"""A message as features: what the intent model sees of it.

Four fields: characters (n-grams over the text without spaces, which bear typing errors), words, frames (words with
every number, unit, time and name of goods made alike: มีข้าวเหลือ teaches มีฟางเหลือ), and the marks of ``rules``.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.understanding import rules
from bot.understanding.goods import names_goods
from bot.understanding.phrases import part
from bot.understanding.times import read_times
from bot.understanding.words import cut

LONGEST_GRAM = 5
# Which words look back and which ahead does not hang on the day. Local, as read_times takes it.
ANY_NOW = datetime(2026, 11, 24, 10)  # noqa: DTZ001
PAST, AHEAD, WHEN = "«", "»", "§"
HEAD, TAIL = 300, 100  # of a long message only its opening and its end tell what it is for

_ADDRESS = re.compile(r"https?://\S+")
_PHONE = re.compile(r"(?<![\d,.])0\d{1,2}[- ]?\d{3}[- ]?\d{3,4}(?!\d)")
_NUMBER = re.compile(r"\d[\d,.:/-]*")
_LATIN = re.compile(r"[a-z']+")
_FOREIGN = re.compile(
    "[\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]+"
)  # Lao, Burmese, Khmer, Japanese, Chinese, Korean
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Features:
    """The distinct features of one message, by field."""

    characters: frozenset[str]
    words: frozenset[str]
    frames: frozenset[str]
    marks: frozenset[str]


def features(clean: str) -> Features:
    """Give the features of a normalised message (``normalise(text).clean``)."""
    text = outline(clean)
    frame = _frame(cut(outline(_times_as_signs(clean[: HEAD + TAIL]))))
    return Features(
        frozenset(_letters(f"^{text.replace(' ', '')}$")),
        frozenset(_grams("w", ["^", *cut(text), "$"], (1, 2))),
        frozenset(_grams("f", ["^", *frame, "$"], (1, 2, 3))),
        rules.marks(text),
    )


def _times_as_signs(clean: str) -> str:
    """The text with each expression of time as one sign: behind us, ahead, or neither that can be told."""
    found = read_times(clean, ANY_NOW)
    sign = _time_sign(found.datetime)
    for start, end in sorted(found.spans, reverse=True):
        clean = f"{clean[:start]} {sign} {clean[end:]}"
    return clean


def _time_sign(moment: str | None) -> str:
    if moment is None:
        return WHEN
    return PAST if moment[:10] < ANY_NOW.date().isoformat() else AHEAD


def outline(clean: str) -> str:
    """Give the text as the model sees it.

    Every number is 0; web addresses, telephone numbers and other scripts are one sign; English words that the field
    uses are Thai; of a long text only the two ends are left.
    """
    text = _NUMBER.sub("0", _PHONE.sub("☎", _ADDRESS.sub("@", clean.lower())))
    text = _LATIN.sub(lambda match: rules.english().get(match[0], match[0]), _FOREIGN.sub("¤", text))
    text = _SPACE.sub(" ", text).strip()
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]} {text[-TAIL:]}"


def _letters(text: str) -> Iterator[str]:
    for size in range(1, LONGEST_GRAM + 1):
        for start in range(len(text) - size + 1):
            yield "c" + text[start : start + size]


def _grams(field: str, tokens: Sequence[str], sizes: Sequence[int]) -> Iterator[str]:
    for size in sizes:
        for start in range(len(tokens) - size + 1):
            yield field + " ".join(tokens[start : start + size])


def _frame(tokens: Sequence[str]) -> list[str]:
    frame: list[str] = []
    for sign in map(_sign, tokens):
        if sign and not (frame and sign == frame[-1] and sign.startswith("<")):
            frame.append(sign)
    return frame


def _sign(word: str) -> str:
    """Give what stands for a word in a frame: the word itself, the name of its class, or nothing for a particle."""
    if word in part("particle"):
        return ""
    if "0" in word or word in part("numeral"):
        return "<number>"
    for kind in ("unit", "weekday"):
        if word in part(kind):
            return f"<{kind}>"
    return "<goods>" if names_goods(word) else word
