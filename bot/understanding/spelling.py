"""Mending words: the wrong keyboard layout, misspellings, dialect, spaces inside words.

Data: ``data/lexicon/misspelt.tsv``, ``isan.tsv``, ``northern.tsv``, ``southern.tsv``, ``english.tsv``.
"""

import re
from functools import cache
from itertools import pairwise

from pythainlp.corpus import ttc
from pythainlp.util import eng_to_thai, thai_to_eng

from bot.understanding import lexicon, words
from bot.understanding.draft import Draft, Edit

_ASCII_CHUNK = re.compile(r"(?<!\S)[!-~]{3,}(?!\S)")
_THAI_CHUNK = re.compile(r"(?<!\S)[ก-๛!-~]{2,}(?!\S)")
_AS_TYPED = re.compile(
    r"(?i)[\d.,:/()+*%-]+|.*(?:https?:|www\.|\.(?:com|net|org|th)\b|@\w).*|[a-z]+\d+|\d+[a-z]+"
)
_CHUNK = re.compile(r"\S+")
_ILL_FORMED = re.compile("^[ะ-ฺๅ็-๎]|[เ-ไ][^ก-ฮ]|[ะาำ][ัิ-ฺ็-๎]|[ิ-ฺั]{2}|[เ-ไ]$")
_THAI = re.compile("[ก-๎]")


def mend_layout(draft: Draft) -> None:
    """Read again what was typed with the keyboard in the other language: l;ylfu is สวัสดี, ้ำสสน is hello."""
    draft.sub(_ASCII_CHUNK, lambda match: _as_thai(match.group()))
    draft.sub(_THAI_CHUNK, lambda match: _as_english(match.group()))


def _as_thai(chunk: str) -> str:
    if _AS_TYPED.fullmatch(chunk) or chunk.lower() in _english():
        return chunk
    thai = eng_to_thai(chunk)
    return thai if _plausible(thai, enough=5 if chunk.isalpha() else 3) else chunk


def _plausible(thai: str, enough: int) -> bool:
    """Whether these letters are Thai words and nothing else, and not so short that it may be chance."""
    if len(thai) < enough or not all(_THAI.match(char) for char in thai) or _ILL_FORMED.search(thai):
        return False
    cut = words.cut(thai)
    return all(words.known(word) for word in cut) and len(thai) / len(cut) >= 2.5


def _as_english(chunk: str) -> str:
    if not _THAI.search(chunk) or not (english := thai_to_eng(chunk)).isascii():
        return chunk
    is_english = english.strip(".,!?").lower() in _english()
    return english if is_english and not all(words.known(word) for word in words.cut(chunk)) else chunk


def mend_words(draft: Draft, sound: set[str]) -> None:
    """Join what a stray space has parted, and put central Thai for misspelt and dialect words.

    ``sound`` remembers the chunks in which there was nothing to mend.
    """
    _rejoin(draft)
    edits: list[Edit] = []
    for match in _CHUNK.finditer(draft.text):
        if match.group() in sound or not _THAI.search(match.group()):
            continue
        respelt = _respelt(match.group(), match.start())
        edits += respelt
        if not respelt:
            sound.add(match.group())
    draft.apply(edits)


def _respelt(chunk: str, at: int) -> list[Edit]:
    edits: list[Edit] = []
    cut = words.cut(chunk)
    for index, word in enumerate(cut):
        new = _central(word, first=index == 0, last=all(_particle(rest) for rest in cut[index + 1 :]))
        if new != word:
            edits.append((at, at + len(word), new))
        at += len(word)
    return edits


def _central(word: str, *, first: bool, last: bool) -> str:
    if last and not first and word in lexicon.closing():
        return lexicon.closing()[word]
    return lexicon.respellings().get(word, word)


def _particle(word: str) -> bool:
    return word in lexicon.group("speech", "particle") or not _THAI.search(word)


def _rejoin(draft: Draft) -> None:
    chunks = [(*match.span(), match.group()) for match in _CHUNK.finditer(draft.text)]
    edits = [
        (end, start, "")
        for (_, end, left), (start, _, right) in pairwise(chunks)
        if draft.text[end:start] == " " and _parted(left, right)
    ]
    draft.apply(edits)


def _parted(left: str, right: str) -> bool:
    """Whether the space between two chunks cuts one word in two: ประ ชุม, สมา ชิก, but not ตลาด นัด or มา ไป."""
    if not (_THAI.match(left[-1]) and _THAI.match(right[0])):
        return False
    head, tail = words.cut(left[-20:])[-1], words.cut(right[:20])[0]
    if not words.known(head + tail):
        return False
    if not (words.known(head) and words.known(tail)):
        return True
    return _frequency().get(head + tail, 0) > 2 * min(_frequency().get(head, 0), _frequency().get(tail, 0))


@cache
def _frequency() -> dict[str, int]:
    return dict(ttc.word_freqs())


@cache
def _english() -> frozenset[str]:
    return frozenset(word for row in lexicon.rows("english") for word in row[0].split())
