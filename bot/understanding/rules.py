"""Marks: classes of expressions, written as patterns, that the intent model weighs beside characters and words."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

_LEXICON = files("bot.understanding") / "data" / "lexicon_intents"


def marks(text: str) -> frozenset[str]:
    """Give the names of the marks in a text (``features.outline``), single and joint."""
    single = {name for name, pattern in _patterns().items() if pattern.search(text)}
    joint = {
        name for name, (present, absent) in _joint().items() if present <= single and not absent & single
    }
    return frozenset(single | joint)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    shared: dict[str, str] = {}
    found = {}
    for name, pattern in rows("marks.tsv"):
        for part, meaning in shared.items():
            pattern = pattern.replace(f"<{part}>", f"(?:{meaning})")
        if name.startswith("$"):
            shared[name[1:]] = pattern
        else:
            found[name] = re.compile(pattern)
    return found


@cache
def _joint() -> dict[str, tuple[set[str], set[str]]]:
    table = {}
    for name, parts in rows("joint.tsv"):
        words = parts.split()
        absent = {word[1:] for word in words if word.startswith("!")}
        table[name] = ({word for word in words if not word.startswith("!")}, absent)
    return table


@cache
def english() -> dict[str, str]:
    """Give English words that members mix in, and the Thai words that they stand for."""
    return {row[0]: row[1] for row in rows("english.tsv")}


def rows(name: str) -> Iterator[tuple[str, ...]]:
    """Give the rows of a word list in data/lexicon_intents; # begins a remark."""
    for line in (_LEXICON / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield tuple(line.split("\t"))
