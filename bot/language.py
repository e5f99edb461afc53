"""What the bot says: gettext catalogues, and dates, numbers and money as people write them."""

import gettext
import io
import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from babel.dates import format_date
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from pythainlp.util import num_to_thaiword

BUDDHIST_ERA = 543
SPOKEN_FROM = 10_000  # baht; from here on figures are also said in words
DEFAULT = "th"


class Language:
    """One language's catalogue; what it lacks is said in Thai, the complete one."""

    def __init__(self, code: str, catalogue: gettext.NullTranslations) -> None:
        self.code = code
        self._catalogue = catalogue
        self._patterns: dict[str, re.Pattern[str]] = {}

    def say(self, msgid: str, **values: object) -> str:
        """The words for a msgid with its {placeholders} filled in.

        Raises KeyError for a msgid that no catalogue has: a key shown to people is a defect.
        """
        words = self._catalogue.gettext(msgid)
        if words == msgid:
            raise KeyError(f"no words for {msgid!r} in locales/{self.code} or locales/{DEFAULT}")
        return words.format(**values) if values else words

    def pattern(self, msgid: str) -> re.Pattern[str]:
        """The words for a msgid that are a regular expression; upper and lower case are the same to it.

        Compiled once: more of them are tried on each message than `re` remembers.
        """
        if (pattern := self._patterns.get(msgid)) is None:
            pattern = self._patterns[msgid] = re.compile(self.say(msgid), re.IGNORECASE)
        return pattern

    def has(self, msgid: str) -> bool:
        """Whether there are words for this msgid."""
        return self._catalogue.gettext(msgid) != msgid

    def day(self, when: date) -> str:
        """A date in full: เสาร์ 19 ธ.ค. 2569; the day is taken as it stands, in its own time zone."""
        if self.code != "th":
            return format_date(when, "EEE d MMM y", locale=self.code)
        weekday = format_date(when, "EEEE", locale="th").removeprefix("วัน")
        return f"{weekday} {format_date(when, 'd MMM', locale='th')} {when.year + BUDDHIST_ERA}"

    def moment(self, when: datetime) -> str:
        """A date with its time of day: เสาร์ 19 ธ.ค. 2569, 14:00 น."""
        ending = " น." if self.code == "th" else ""
        return f"{self.day(when)}, {when:%H:%M}{ending}"

    def number(self, value: float) -> str:
        """A number with thousands separators and at most two decimals."""
        return format_decimal(round(value, 2), locale=self.code)

    def baht(self, value: float) -> str:
        """An amount of money."""
        return self.say("common.baht", amount=self.number(value))

    def spoken(self, value: float) -> str:
        """A large whole amount in words, for who reads slowly; empty for small ones."""
        if self.code != "th" or value < SPOKEN_FROM or value != int(value):
            return ""
        return str(num_to_thaiword(int(value)))


@cache
def language(code: str) -> Language:
    """The language with this ISO 639-1 code; Thai for one that has no catalogue."""
    catalogue = _catalogue(DEFAULT)
    if code != DEFAULT and code in languages():
        own = _catalogue(code)
        own.add_fallback(catalogue)
        return Language(code, own)
    return Language(DEFAULT, catalogue)


@cache
def languages() -> tuple[str, ...]:
    """The codes of all languages that have a catalogue."""
    return tuple(
        sorted(entry.name for entry in files("locales").iterdir() if entry.joinpath("common.po").is_file())
    )


def msgids(code: str) -> set[str]:
    """All msgids a language has words for."""
    return {
        str(message.id) for catalogue in _read(code) for message in catalogue if message.id and message.string
    }


@cache
def _catalogue(code: str) -> gettext.GNUTranslations:
    """One catalogue of all files: a chain of fallbacks, one a file, would be walked for each of the many words that a
    turn looks up."""
    whole = Catalog(locale=code)
    for catalogue in _read(code):
        for message in catalogue:
            if message.id and message.id not in whole:
                whole[message.id] = message
    if not len(whole):
        raise LookupError(f"locales/{code} holds no catalogue")
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _read(code: str) -> Iterable:  # type: ignore[type-arg]  # babel's Catalog is untyped
    for entry in sorted(files("locales").joinpath(code).iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".po"):
            yield read_po(io.BytesIO(entry.read_bytes()), locale=code)
