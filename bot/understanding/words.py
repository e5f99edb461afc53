"""Cutting Thai, which puts no spaces between words, into words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from threading import Lock

import geothai
from pythainlp.corpus import thai_words
from pythainlp.tokenize import newmm
from pythainlp.util import Trie

from bot.understanding import lexicon

_BEGINNING = 3  # characters: about three lengths of words begin alike

_building = Lock()


class Dictionary(Trie):
    """Words that are found by how a text goes on, as in pythainlp's trie, at a sixth of its memory: a set of all
    words, and how long those are that begin alike."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        lengths = defaultdict(set)
        for word in self._words:
            lengths[word[:_BEGINNING]].add(len(word))
        kept: dict[tuple[int, ...], tuple[int, ...]] = {}  # many beginnings share their lengths
        alike = {
            beginning: tuple(sorted(found))
            for beginning, found in lengths.items()
            if len(beginning) == _BEGINNING
        }
        self._lengths = {beginning: kept.setdefault(found, found) for beginning, found in alike.items()}

    def prefixes(self, text: str, start: int = 0) -> list[str]:
        """The words that begin at this place of a text, the shortest first."""
        words, left = self._words, len(text) - start
        lengths = (*range(1, _BEGINNING), *self._lengths.get(text[start : start + _BEGINNING], ()))
        return [
            word for length in lengths if length <= left and (word := text[start : start + length]) in words
        ]

    def __contains__(self, word: object) -> bool:
        return word in self._words

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


def cut(text: str) -> list[str]:
    """The words of ``text`` in order, without the white space between them."""
    return [word for word in pieces(text) if not word.isspace()]


def pieces(text: str) -> list[str]:
    """The words of ``text`` and the white space between them: joined again they are ``text``."""
    return newmm.segment(text, dictionary()) if text else []


def known(word: str) -> bool:
    """Whether the dictionary has this word."""
    return word in dictionary()


def dictionary() -> Dictionary:
    """Thai words, the field's own, dialect and usual misspellings, and the names of provinces and districts.

    Built once, at the first call.
    """
    with _building:
        return _dictionary()


@cache
def _dictionary() -> Dictionary:
    glued = {word for row in lexicon.rows("not_words") for word in row[0].split()}
    variants = lexicon.respellings().keys() | lexicon.closing().keys()
    names = {p.name_th for p in geothai.provinces()}
    for province in geothai.provinces():
        names |= {d.name_th.removeprefix("เขต") for d in geothai.districts(province.code)}
    return Dictionary((thai_words() - glued) | lexicon.field() | variants | names)
