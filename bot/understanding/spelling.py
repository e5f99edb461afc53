"""Mending words: the wrong keyboard layout, misspellings, dialect, spaces inside words.

Data: ``data/lexicon/misspelt.tsv``, ``isan.tsv``, ``northern.tsv``, ``southern.tsv``, ``english.tsv``.
"""

import re
from functools import cache
from itertools import islice, pairwise

from pythainlp.corpus import ttc
from pythainlp.util import eng_to_thai, thai_to_eng

from bot.understanding import lexicon, words
from bot.understanding.draft import Draft, Edit

SHORTEST, SHORTEST_LETTERS = 3, 5  # Thai characters from which on a slip of the layout is believed
MOSTLY = 0.8  # the part of them that must be words of the dictionary
NEAR = 20  # characters beside a space that tell whether it parts a word
PARTS = 3  # pieces before a space that may be one word with the piece behind it
WORD = 2.5  # characters to a word, on average: chance makes shorter ones

_ASCII_CHUNK = re.compile(r"(?<!\S)[!-~]{3,}(?!\S)")
_THAI_CHUNK = re.compile(r"(?<!\S)[ก-๛!-~]{3,}(?!\S)")
_AS_TYPED = re.compile(
    r"(?i)[\d.,:/()+*%-]+|.*(?:https?:|www\.|\.(?:com|net|org|th)\b|@\w).*|[a-z]+\d+|\d+[a-z]+"
)
_NO_ENGLISH = re.compile(
    r"[\w.,'/-][;\[\]=\\<>&^](?=\S)|[;\[\]]$|(?:[\w;\[\]=][',./0-9-](?=[\w;\[\]=]).*){2}"
)
_LONE_Q = re.compile(r"(?<=[ก-๎] )q(?!\S)")
_CHUNK = re.compile(r"\S+")
_ILL_FORMED = re.compile("^[ะ-ฺๅ็-๎]|[เ-ไ][^ก-ฮ]|[ะาำ][ัิ-ฺ็-๎]|[ิ-ฺั]{2}|[เ-ไ]$")
_THAI = re.compile("[ก-๎]")


def mend_layout(draft: Draft) -> None:
    """Read again what was typed with the keyboard in the other language: l;ylfu is สวัสดี, ้ำสสน is hello."""
    draft.sub(_ASCII_CHUNK, lambda match: _as_thai(match.group()))
    draft.sub(_THAI_CHUNK, lambda match: _as_english(match.group()))
    draft.sub(_LONE_Q, "ๆ")


def _as_thai(chunk: str) -> str:
    if _AS_TYPED.fullmatch(chunk) or chunk.strip(".,!?'\"-").lower() in _english():
        return chunk
    thai = eng_to_thai(chunk)
    if not all(_THAI.match(char) for char in thai) or _ILL_FORMED.search(thai):
        return chunk
    return thai if (_surely_thai if _NO_ENGLISH.search(chunk) else _usual_thai)(thai) else chunk


def _surely_thai(thai: str) -> bool:
    """For keys that no English word has between its letters: nearly all of it is Thai words."""
    known = sum(len(word) for word in words.cut(thai) if len(word) > 1 and words.known(word))
    return len(thai) >= SHORTEST and known >= MOSTLY * len(thai)


def _usual_thai(thai: str) -> bool:
    """For what could be English: all of it is usual Thai words, and not so short that it may be chance."""
    cut = words.cut(thai)
    return all(map(_common, cut)) and len(thai) >= SHORTEST_LETTERS and len(thai) >= WORD * len(cut)


def _common(word: str) -> bool:
    return _frequency().get(word, 0) > 1 or word in lexicon.field() or word in lexicon.respellings()


def _as_english(chunk: str) -> str:
    if not _THAI.search(chunk) or not (english := thai_to_eng(chunk)).isascii():
        return chunk
    is_english = english.strip(".,!?").lower() in _english()
    return english if is_english and not all(words.known(word) for word in words.cut(chunk)) else chunk


def mend_words(draft: Draft, sound: set[str]) -> None:
    """Join what a stray space has parted, and put central Thai for misspelt and dialect words.

    ``sound`` remembers the chunks in which there was nothing to mend.
    """
    _rejoin(draft, sound)
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
        if index and word in lexicon.closing() and all(map(_particle, islice(cut, index + 1, None))):
            edits.append((at, at + len(word), lexicon.closing()[word]))
        elif word in lexicon.respellings():
            edits.append((at, at + len(word), lexicon.respellings()[word]))
        at += len(word)
    return edits


def _particle(word: str) -> bool:
    return word in lexicon.group("speech", "particle") or not _THAI.search(word)


def _rejoin(draft: Draft, sound: set[str]) -> None:
    chunks = [(*match.span(), match.group()) for match in _CHUNK.finditer(draft.text)]
    edits: list[Edit] = []
    for (_, end, left), (start, _, right) in pairwise(chunks):
        around = f"{left[-NEAR:]} {right[:NEAR]}"
        if draft.text[end:start] != " " or around in sound:
            continue
        if _parted(*around.split(" ")):
            edits.append((end, start, ""))
        else:
            sound.add(around)
    draft.apply(edits)


def _parted(left: str, right: str) -> bool:
    """Whether the space between two chunks cuts one word in two: ประ ชุม, สมา ชิก, but not ตลาด นัด or มา ไป."""
    if not (_THAI.match(left[-1]) and _THAI.match(right[0])):
        return False
    heads, tail = words.cut(left)[-PARTS:], words.cut(right)[0]
    return any(_one_word([*heads[start:], tail]) for start in range(len(heads)))


def _one_word(parts: list[str]) -> bool:
    """Whether the parts make a word of the dictionary that is likelier than its parts side by side."""
    whole = "".join(parts)
    if len(whole) < SHORTEST or not words.known(whole):
        return False
    return not all(map(words.known, parts)) or _frequency().get(whole, 0) > 2 * min(
        _frequency().get(part, 0) for part in parts
    )


@cache
def _frequency() -> dict[str, int]:
    return dict(ttc.word_freqs())


@cache
def _english() -> frozenset[str]:
    return frozenset(word for row in lexicon.rows("english") for word in row[0].split())
