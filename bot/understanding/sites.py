"""Places with a name of their own or a use everybody knows: ศาลากลางบ้าน, วัดป่า, ตลาดหน้าอำเภอ, บ้านผู้ใหญ่.

Data: ``data/places/heads.tsv``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial

from pythainlp.tag import unigram

from bot.understanding import gazetteer, words
from bot.understanding.numbers import DIGITS

Span = tuple[int, int]

LONGEST = 9  # words of a place's name

_heads = partial(gazetteer.group, "heads")
_ONLINE = re.compile(
    r"(?:ทาง|ผ่าน|ประชุม|ที่|แบบ|ใน)\s?(ออนไลน์|ซูม|zoom|google meet|กูเกิลมีต|ไลน์กลุ่ม)", re.IGNORECASE
)
_NAME = re.compile(r"[A-Za-zก-ฮเ-ไ.]")
_NOT_IN_NAMES = (
    "VACT",
    "VSTA",
    "X",
    "PPRS",
    "PREL",
    "JCRG",
    "JSBR",
    "NEG",
    "ADV",
    "DI",
    "DDAC",
)  # ORCHID's tags
_AREA_MARK = ("จ.", "อ.", "จังหวัด", "อำเภอ")


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str


def find_site(clean: str, areas: Sequence[Span]) -> Span | None:
    """The span of the first place in a clean text; ``areas`` are provinces and districts with จ. or อ. before them."""
    cut = _words(clean)
    for index in range(len(cut)):
        head = _head_at(clean, cut, index)
        if not head or any(head[0] in range(*area) and head[1] <= area[1] for area in areas):
            continue
        later = cut[index : index + 2 * LONGEST]
        site = _extent(clean, later, head, areas)
        led = _led_to(cut, index, clean[slice(*head)]) or (
            index == 0 and _said_alone(clean, later, head, site)
        )
        if led and _next_word(later, site[1]) not in _heads("asked"):
            return site
    online = _ONLINE.search(clean)
    return online.span(1) if online else None


def _words(clean: str) -> list[_Word]:
    cut: list[_Word] = []
    at = 0
    for piece in words.pieces(clean):
        cut.append(_Word(at, at + len(piece), piece))
        at += len(piece)
    return cut


def _head_at(clean: str, cut: list[_Word], index: int) -> Span | None:
    """The beginning of a place's name at this word: a usual one, or whatever follows ณ or แถว."""
    word = cut[index]
    ends = {later.end for later in cut[index : index + LONGEST]}
    known = [
        head
        for head in _heads_by_letters().get(clean[word.start : word.start + 2], ())
        if clean.startswith(head, word.start)
        and (word.start + len(head) in ends or _compound(word.text, head))
    ]
    if known:
        return word.start, max(word.start + len(max(known, key=len)), word.end)
    before = _text(cut, _previous(cut, index))
    named = before in _heads("named") or (before == "ที่" and word.text in gazetteer.subdistrict_names())
    is_name = named and _NAME.match(word.text) and not _ends_name(word.text)
    return (word.start, word.end) if is_name and not word.text.startswith(_AREA_MARK) else None


@cache
def _heads_by_letters() -> dict[str, list[str]]:
    """All usual beginnings by their first two letters."""
    heads: dict[str, list[str]] = {}
    for head in _heads("sure") | _heads("led"):
        heads.setdefault(head[:2], []).append(head)
    return heads


def _compound(word: str, head: str) -> bool:
    """Whether a dictionary's word is a place's head and more: วัดป่า, ร้านป้า, but not วัดผล."""
    return head in _heads("compound") and word.startswith(head) and word not in _heads("no_place")


def _previous(cut: list[_Word], index: int) -> int:
    """Where the word before this one is, spaces and colons aside; -1 at the beginning."""
    return next((at for at in range(index - 1, -1, -1) if cut[at].text.strip(" :")), -1)


def _text(cut: list[_Word], index: int) -> str:
    return cut[index].text if index >= 0 else ""


def _led_to(cut: list[_Word], index: int, head: str) -> bool:
    """Whether what stands before makes it a place: a preposition, or, for a sure one, what is done there."""
    sure = head in _heads("sure") or head.startswith(tuple(_heads("compound")))
    at = _previous(cut, index)
    before = _text(cut, at)
    if before in _heads("lead"):
        return before != "ที่" or sure or _free_standing(cut, at)
    if before in _heads("near") or before == "ใน":
        return at == index - 1 and (before != "ใน" or head in _heads("inside"))
    return sure and before in _heads("done")


def _said_alone(clean: str, cut: list[_Word], head: Span, site: Span) -> bool:
    """Whether a message begins with a place and says nothing more, or only when."""
    following = _next_word(cut, site[1])
    return clean[slice(*head)] in _heads("sure") and (not following or following in _heads("when"))


def _next_word(cut: list[_Word], end: int) -> str:
    return next((word.text for word in cut if word.start >= end and word.text.strip()), "")


def _free_standing(cut: list[_Word], index: int) -> bool:
    """Whether this ที่ means "at" and does not tie a clause to a noun, as in ผ้าที่กลุ่มทอ."""
    if index == 0:
        return False
    return cut[index - 1].text.isspace() or cut[index - 1].text in _heads("done") | _heads("stop") | _heads(
        "when"
    )


def _extent(clean: str, cut: list[_Word], head: Span, areas: Sequence[Span]) -> Span:
    start, end = head
    for word in [word for word in cut if word.start >= end][:LONGEST]:
        if word.start < end:
            continue
        area = next((span for span in areas if span[0] <= word.start < span[1]), None)
        if area and (area[0] < end or _office(clean[start:end])):
            end = area[1]
        elif area or not _goes_on(clean, word, start, end):
            break
        else:
            end = word.end
    return start, start + len(clean[start:end].rstrip())


def _goes_on(clean: str, word: _Word, start: int, end: int) -> bool:
    """Whether a word belongs to the name that stands from start to end."""
    if word.text == " ":
        number = _numbered(clean[start:end]) and clean[word.end : word.end + 1].isdigit()
        return number or clean.startswith(tuple(_heads("joins")), word.end)
    if word.text[0].isdigit() or word.text in DIGITS:
        return _numbered(clean[start:end])
    is_head = word.text in _heads("sure") | _heads("led")
    return bool(_NAME.match(word.text)) and (is_head or not _ends_name(word.text))


def _ends_name(word: str) -> bool:
    """Whether a place's name is over: a verb, a pronoun, a conjunction, a time."""
    if word in _heads("named_so"):
        return False
    return word in _heads("stop") | _heads("when") or _tag(word).startswith(_NOT_IN_NAMES)


@lru_cache(maxsize=4096)
def _tag(word: str) -> str:
    return str(unigram.tag([word], corpus="orchid")[0][1])


def _numbered(name: str) -> bool:
    return name.rstrip().endswith(tuple(_heads("numbered")))


def _office(name: str) -> bool:
    return name in _heads("office")
