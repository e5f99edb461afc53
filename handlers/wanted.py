"""What somebody looks for: from a message to the things sought, how much, by when, where, and from whom."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from bot.turn import Turn
from bot.understanding.amounts import read_amounts
from bot.understanding.goods import names_goods
from bot.understanding.normalise import normalise
from bot.understanding.places import read_places
from bot.understanding.reader import read_as
from bot.understanding.reading import Reading
from bot.understanding.times import read_times
from handlers.fit import words
from handlers.fitting import Phrase, phrases
from handlers.word_lists import rows
from models.words import LinkKind

LACKS = "อยากได้"  # the verb in front of which what is lacked is read again
DESTINATIONS = frozenset({LinkKind.TRANSPORT})  # for these a place is where to, not where from


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is sought. `words` are the speaker's own; `buyers`: somebody who takes it, not who has it; `outlets`: also a
    place to sell it at."""

    words: str
    phrases: tuple[Phrase, ...]
    whole: tuple[Phrase, ...]  # of the whole message, where its own words for the thing are not found
    buyers: bool = False
    outlets: bool = False
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
    return wanted(turn.reading, turn.plain, turn.now)


def wanted(reading: Reading, text: str, now: datetime) -> Wanted:
    """What a message looks for, by its reading (find_partner) and its text; `now` is local to the network."""
    slots, clean = reading.slots, normalise(text).clean
    buyers = seeks_buyer(clean)
    named = ("" if buyers else _lacking(clean, now)) or slots.get("product") or slots.get("topic") or ""
    whole = phrases(_without_measures(text, now))
    thing = phrases(named) or whole
    quantities = slots.get("quantities") or []
    return Wanted(
        words=named if phrases(named) else " ".join(thing[0].all_words) if thing else "",
        phrases=thing,
        whole=whole,
        buyers=buyers,
        outlets=_says("outlet", clean),
        quantity=(float(quantities[0][0]), quantities[0][1]) if quantities else None,
        day=date.fromisoformat(slots["datetime"][:10]) if "datetime" in slots else None,
        province=None if slots.get("link") in DESTINATIONS else slots.get("province"),
    )


def seeks_buyer(clean: str) -> bool:
    """Whether a normalised text looks for somebody who buys, or for a place to sell."""
    return not _says("buys", clean) and (_says("buyer", clean) or _says("outlet", clean))


def _lacking(clean: str, now: datetime) -> str:
    """What is lacked, where the speaker tells of their own things too: เรามีกะปิ อยากได้ข้าวเหนียว."""
    if not _says("own", clean):
        return ""
    (lack,) = _expressions("lack")
    for verb in reversed(list(lack.finditer(clean))):
        named = str(read_as("find_partner", LACKS + clean[verb.end() :], now).slots.get("product", ""))
        if named and names_goods(words(named)[0]):
            return named
    return ""


def _without_measures(text: str, now: datetime) -> str:
    """A text without the places, times and amounts that it names."""
    message = normalise(text)
    times, places = read_times(message.clean, now.replace(tzinfo=None)), read_places(message)
    spans = [*times.spans, *places.spans, *read_amounts(message, [*times.spans, *places.spans]).spans]
    return "".join(
        " " if any(start <= place < end for start, end in spans) else sign
        for place, sign in enumerate(message.clean)
    )


def _says(part: str, clean: str) -> bool:
    return any(expression.search(clean) for expression in _expressions(part))


@cache
def _expressions(part: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(said) for name, said in rows("seeking.tsv") if name == part)
