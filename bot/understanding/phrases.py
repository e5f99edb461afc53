"""A message as words and walls, and the runs of words between them that name something."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from bot.understanding import rules
from bot.understanding.words import pieces

Span = tuple[int, int]

_SPOKEN = re.compile(r"[0-9A-Za-z\u0e00-\u0e7f]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the normalised text and its place in it; a wall is punctuation, a break or what another reader took."""

    text: str
    start: int
    end: int
    wall: bool = False


def words_of(clean: str, taken: Iterable[Span] = ()) -> list[Word]:
    """Cut the text into words; the spans in ``taken`` (dates, amounts, places) become walls."""
    words: list[Word] = []
    at = 0
    for start, end in [*_joined(taken), (len(clean), len(clean))]:
        for piece in pieces(clean[at:start]):
            words.append(Word(piece, at, at + len(piece), wall=not _SPOKEN.search(piece)))
            at += len(piece)
        if end > at:
            words.append(Word(clean[at:end], at, end, wall=True))
            at = end
    return words


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def part(name: str) -> frozenset[str]:
    """Give the words that play a part (data/lexicon_intents/words.tsv)."""
    return _parts()[name]


@cache
def _parts() -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in rules.rows("words.tsv")}


def run(words: Sequence[Word], first: int, stops: frozenset[str]) -> list[Word]:
    """Give the words from ``first`` up to a wall or one of the stops."""
    found = []
    for word in words[first:]:
        if word.wall or word.text in stops:
            break
        found.append(word)
    return found


def span(phrase: Sequence[Word]) -> Span | None:
    """Give where a phrase starts and ends; None for an empty one."""
    return (phrase[0].start, phrase[-1].end) if phrase else None


def stripped(phrase: Sequence[Word], edges: frozenset[str]) -> list[Word]:
    """Give the phrase without those words at its two ends."""
    inner = list(phrase)
    while inner and (inner[0].wall or inner[0].text in edges):
        inner.pop(0)
    while inner and (inner[-1].wall or inner[-1].text in edges):
        inner.pop()
    return inner
