"""Cutting Thai, which puts no spaces between words, into words."""

from functools import cache
from threading import Lock

import geothai
from pythainlp.corpus import thai_words
from pythainlp.tokenize import newmm
from pythainlp.util import Trie

from bot.understanding import lexicon

_building = Lock()


def cut(text: str) -> list[str]:
    """The words of ``text`` in order, without the white space between them."""
    return [word for word in pieces(text) if not word.isspace()]


def pieces(text: str) -> list[str]:
    """The words of ``text`` and the white space between them: joined again they are ``text``."""
    return newmm.segment(text, dictionary()) if text else []


def known(word: str) -> bool:
    """Whether the dictionary has this word."""
    return word in dictionary()


def dictionary() -> Trie:
    """Thai words, the field's own, dialect and usual misspellings, and the names of provinces and districts.

    Built once, at the first call: about 60 MB and half a second.
    """
    with _building:
        return _dictionary()


@cache
def _dictionary() -> Trie:
    glued = {word for row in lexicon.rows("not_words") for word in row[0].split()}
    variants = lexicon.respellings().keys() | lexicon.closing().keys()
    names = {p.name_th for p in geothai.provinces()}
    for province in geothai.provinces():
        names |= {d.name_th.removeprefix("เขต") for d in geothai.districts(province.code)}
    return Trie((thai_words() - glued) | lexicon.field() | variants | names)
