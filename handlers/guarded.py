"""What is sent to an office or a trained person, because a wrong answer harms: medicine, poisons, loans, law."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bot.understanding.words import cut
from handlers.fit import words
from handlers.word_lists import rows

NONE = "-"
Run = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guarded:
    """A topic, whether a person of the network may still be asked, and the words that give it away."""

    name: str
    may_ask_person: bool
    words: tuple[Run, ...]
    beside: tuple[Run, ...]  # of which one must stand there too; empty: none need


def guarded(text: str) -> Guarded | None:
    """The guarded topic that a text is about; None for all others."""
    said = words(text)
    return next((topic for topic in topics() if _fits(topic, said)), None)


def all_guarded(text: str) -> set[str]:
    """The names of all guarded topics that a text touches."""
    said = words(text)
    return {topic.name for topic in topics() if _fits(topic, said)}


@cache
def topics() -> tuple[Guarded, ...]:
    """All guarded topics, the gravest first."""
    return tuple(
        Guarded(name, asked == "person", _runs(given), _runs(beside))
        for name, asked, given, beside in rows("guarded.tsv")
    )


def _runs(given: str) -> tuple[Run, ...]:
    return () if given == NONE else tuple(tuple(cut(phrase)) for phrase in given.split())


def _fits(topic: Guarded, said: Sequence[str]) -> bool:
    return _holds(said, topic.words) and (not topic.beside or _holds(said, topic.beside))


def _holds(said: Sequence[str], runs: Sequence[Run]) -> bool:
    return any(_within(run, said) for run in runs)


def _within(run: Run, said: Sequence[str]) -> bool:
    return any(tuple(said[place : place + len(run)]) == run for place in range(len(said) - len(run) + 1))
