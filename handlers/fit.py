"""How well something written answers a question: the share of the question's meaningful words that stand in it.

Rare words of Thai count for more than common ones, by their numbers in the Thai National Corpus; what people say around
every question (ขอถามหน่อย, ทำยังไงดี) counts for nothing. A compound counts by its parts: ข้าวเปลือก is also ข้าว.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log2

from bot.cards import cut as cut_off
from bot.understanding.normalise import normalise
from bot.understanding.words import cut, known
from handlers.corpus import corpus
from handlers.word_lists import rows

ENOUGH = 0.6  # of a question's weight: from here on something written is taken to answer it
BELOW_TITLE = 0.7  # what a word counts that stands only in the text under the title
OF_TITLE = 0.4  # a single telling word answers only where the shared words make up so much of the title
COMMON_BITS = 8.0  # a word of this rarity or less says hardly anything
LEAST = 0.5
COMMON_HERE = 0.3  # the share that a word keeps which is said of everything in this field
UNSEEN = 3  # how often a word is taken to stand in the corpus that does not

NOT_FIRST = "ะัาำิีึืฺุู็่้๊๋์ํ๎ๆฯ"  # signs that cannot begin a word
NOT_LAST = "เแโใไ"  # vowels written before their letter: they cannot end one


@dataclass(frozen=True, slots=True)
class Written:
    """Something that may answer a question, as the pieces of its words."""

    title: frozenset[str]
    text: frozenset[str]


@lru_cache(maxsize=1 << 9)
def written(title: str, text: str) -> Written:
    """Something with a title (with its tags) and a text, ready to be compared: each question is, with much that was
    compared before."""
    return Written(frozenset(pieces(title)), frozenset(pieces(text)))


def fit(question: Sequence[str], thing: Written) -> float:
    """How much of a question, given as its `pieces`, stands in something written: 0 to 1."""
    shared = [piece for piece in question if piece in thing.title or piece in thing.text]
    if not shared:
        return 0.0
    found = sum(_weight(piece) * (1.0 if piece in thing.title else BELOW_TITLE) for piece in shared)
    share = found / sum(map(_weight, question))
    telling = [piece for piece in shared if piece not in _part("common")]
    if len(telling) < 2 and _share_of_title(shared, thing) < OF_TITLE:
        return min(share, ENOUGH / 2)
    return share


def pieces(text: str) -> list[str]:
    """The meaningful words of a text, compounds as their parts, each once, in order."""
    found = [part for word in words(text) if word not in _empty() for part in _parts(word)]
    return [piece for piece in dict.fromkeys(found) if piece not in _empty()]


def words(text: str) -> list[str]:
    """All words of a text as the readers see them, without numbers and signs."""
    said = normalise(text).clean.lower()
    return [word for word in cut(said) if any(sign.isalpha() for sign in word)]


def asks_for_person(text: str) -> bool:
    """Whether the speaker asks to talk to a person, not for an answer out of a collection."""
    return not _part("person").isdisjoint(words(text))


def versed_in(question: str) -> Callable[[Sequence[str]], float]:
    """Tells how near somebody's topics are to a question: the weight of its words that they name."""
    asked = [piece for piece in pieces(question) if piece not in _part("common")]

    def nearness(topics: Sequence[str]) -> float:
        named = {piece for topic in topics for piece in _topic(topic)}
        return sum(_weight(piece) for piece in asked if piece in named)

    return nearness


def shortened(text: str, limit: int, lines: int = 1) -> str:
    """The first whole lines of a text, so many and within `limit` characters; of a long line its whole phrases."""
    start = "\n".join(text.splitlines()[:lines])
    if len(start) <= limit:
        return start if start == text else start + "…"
    start = start[: limit + 1]
    for end in ("\n", " "):
        if (place := start.rfind(end)) > limit // 3:
            return start[:place].rstrip() + "…"
    return cut_off(start, limit)


@lru_cache(maxsize=1 << 10)
def _topic(said: str) -> frozenset[str]:
    return frozenset(pieces(said))


def _share_of_title(shared: Sequence[str], thing: Written) -> float:
    named = thing.title.intersection(shared)
    return sum(map(_weight, named)) / sum(map(_weight, thing.title)) if named else 0.0


@lru_cache(maxsize=1 << 14)
def _parts(word: str) -> tuple[str, ...]:
    """The two words that a compound is made of, where both are at least as common as itself; else the word."""
    splits = [(word[:place], word[place:]) for place in range(2, len(word) - 1)]
    whole = [split for split in splits if _divides(*split) and min(map(_count, split)) >= _count(word)]
    return max(whole, key=lambda split: _count(split[0]) * _count(split[1]), default=(word,))


def _divides(first: str, second: str) -> bool:
    return second[0] not in NOT_FIRST and first[-1] not in NOT_LAST and known(first) and known(second)


@lru_cache(maxsize=1 << 14)
def _weight(word: str) -> float:
    """How much a word says: its rarity in bits, above that of common words."""
    rarity = max(-log2(_count(word) / corpus().total) - COMMON_BITS, LEAST)
    return rarity * COMMON_HERE if word in _part("common") else rarity


def _count(word: str) -> int:
    return corpus().count(word) + UNSEEN


@cache
def _empty() -> frozenset[str]:
    return _part("around") | _part("person") | _part("small")


@cache
def _part(name: str) -> frozenset[str]:
    return frozenset(word for part, said in rows("asking_words.tsv") if part == name for word in said.split())
