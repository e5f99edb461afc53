"""What somebody looks for: from a message to the things sought, how much, by when, where, and from whom."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from bot.turn import Turn
from bot.understanding.normalise import normalise
from bot.understanding.reading import Reading
from handlers.fitting import Phrase, phrases
from handlers.word_lists import rows
from models.words import LinkKind

DESTINATIONS = frozenset({LinkKind.TRANSPORT})  # for these a place is where to, not where from


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is sought. `words` are the speaker's own; `buyers`: somebody to buy it, not to sell it."""

    words: str
    phrases: tuple[Phrase, ...]
    whole: tuple[Phrase, ...]  # of the whole message, where its own words for the thing are not found
    buyers: bool = False
    quantity: tuple[float, str] | None = None
    day: date | None = None
    province: str | None = None

    @property
    def is_clear(self) -> bool:
        """Whether anything is named that can be looked for."""
        return bool(self.phrases)


def wanted_in(turn: Turn) -> Wanted:
    """What the message that is being read looks for."""
    assert turn.reading is not None  # noqa: S101 - a handler of an intent has a reading
    return wanted(turn.reading, turn.plain)


def wanted(reading: Reading, text: str) -> Wanted:
    """What a message looks for, by its reading (find_partner) and its text."""
    slots, clean = reading.slots, normalise(text).clean
    named = slots.get("product") or slots.get("topic") or ""
    thing = phrases(named) or phrases(clean)
    quantities = slots.get("quantities") or []
    return Wanted(
        words=named if phrases(named) else " ".join(thing[0].all_words) if thing else "",
        phrases=thing,
        whole=phrases(clean),
        buyers=seeks_buyer(clean),
        quantity=(float(quantities[0][0]), quantities[0][1]) if quantities else None,
        day=date.fromisoformat(slots["datetime"][:10]) if "datetime" in slots else None,
        province=None if slots.get("link") in DESTINATIONS else slots.get("province"),
    )


def seeks_buyer(clean: str) -> bool:
    """Whether a normalised text looks for somebody who buys, or for a place to sell."""
    return not _says("buys", clean) and _says("buyer", clean)


def _says(part: str, clean: str) -> bool:
    return any(expression.search(clean) for expression in _expressions(part))


@cache
def _expressions(part: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(said) for name, said in rows("seeking.tsv") if name == part)
