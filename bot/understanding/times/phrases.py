"""Expressions that belong together: a day, its time, the end of a range."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from bot.understanding.times.clock import settle
from bot.understanding.times.values import (
    Clock,
    Context,
    Day,
    Every,
    Found,
    Nth,
    Open,
    Relative,
    Span,
    Week,
    Weekdays,
    Written,
)
from bot.understanding.times.words import before, pattern

_INSTEAD = re.compile(r"\s*แทน")
_NEAR = re.compile(r"[\s,()\-/:.]*(?:ที่|ตรงกับ|คือ|ของ|ใน|ช่วง|ตอน|ซึ่ง)?[\s(]*")
_RANGE = pattern(r"\s*{RANGE}\s*(?:วันที่|วัน|เวลา|ประมาณ|ตอน)?\s*")
_LIST = pattern(r"\s*(?:(?:เทียบ|รวม|พร้อม)?{LIST}|แล้วก็|หรือ|เทียบ)\s*")
_SECOND = re.compile(
    r"(?:ก่อน(?:ประชุม|งาน)?|ภายใน|ไม่เกิน|ปิดรับ(?:สมัคร)?|หมดเขต|ตอบกลับ|ยืนยัน|แจ้ง(?:กลับ|ชื่อ)?)\s*(?:ใน)?\s*(?:วัน|เวลา)?\s*$"
)
_OLD = re.compile(r"(?:ไม่ใช่|แทน|จาก(?:เดิม|เมื่อ)?|เดิม(?:คือ|ที่)?|ที่นัด(?:ไว้)?)\s*$")
_NEW = re.compile(r"(?:เป็น|ไป|มา|ไปเป็น|มาเป็น|ใหม่)\s*(?:ที่|วัน|เวลา|ตอน|ช่วง)?\s*$")
_NIGHT = re.compile(r"คืน(?:ของ)?\s?$")
_SINCE = re.compile(r"(?:ตั้งแต่|จาก|นับจาก)\s*(?:วันที่|เดือน|ปี)?\s*$")


@dataclass(slots=True)
class Phrase:
    """One day, one time of day, or both, as they were said together.

    ``linked`` marks the end of a range that the phrase before begins, ``listed`` one that และ joins to it;
    ``lead`` and ``trail`` are the text before and after it. ``definite`` lets a day take the place of a mere month.
    """

    lead: str
    definite: bool
    linked: bool = False
    listed: bool = False
    day: Day | None = None
    clock: Clock | None = None
    day_first: bool = False
    trail: str = ""

    def take(self, item: Found, gap: str) -> bool:
        """Add the expression, ``gap`` being the text since the last one; False where it has to be a new phrase."""
        if isinstance(item.value, Clock):
            return self._take_clock(item.value, gap)
        if isinstance(item.value, Every):
            return False
        merged = self._with_day(item.value, bool(_NEAR.fullmatch(gap)))
        if merged is None:
            return False
        self.day_first = self.day_first or self.clock is None
        self.day = merged
        return True

    def _with_day(self, day: Day, near: bool) -> Day | None:
        if self.day is None:
            return day
        merged = merge(self.day, day, near)
        if merged is None and self.definite and is_vague(self.day) and not is_vague(day):
            return day
        return merged

    def _take_clock(self, clock: Clock, gap: str) -> bool:
        if self.clock is not None:
            return False
        self.clock = clock
        return True


@dataclass(slots=True)
class Chain:
    """Phrases joined into one range: usually one, or a beginning and an end."""

    phrases: list[Phrase] = field(default_factory=list)

    @property
    def lead(self) -> str:
        """The text before the first phrase."""
        return self.phrases[0].lead

    @property
    def listed(self) -> bool:
        """Whether และ or กับ joins it to the one before."""
        return self.phrases[0].listed

    @property
    def secondary(self) -> bool:
        """Whether it is a deadline beside the event, or a time that no longer holds."""
        return bool(_SECOND.search(self.lead) or (_OLD.search(self.lead) and len(self.phrases) == 1))

    @property
    def new(self) -> bool:
        """Whether something is moved to it."""
        return bool(_NEW.search(self.lead) or _INSTEAD.match(self.phrases[-1].trail))

    @property
    def by_night(self) -> bool:
        """Whether it is the night of its day: its small hours are on that date or on the next."""
        return bool(_NIGHT.search(self.lead))

    @property
    def since(self) -> bool:
        """Whether it begins a stretch whose end is not said."""
        return bool(_SINCE.search(self.lead)) and len(self.phrases) == 1

    @property
    def days(self) -> list[Day]:
        """The days in their order."""
        return [phrase.day for phrase in self.phrases if phrase.day is not None]

    @property
    def clocks(self) -> list[Clock]:
        """The times of day in their order."""
        return [phrase.clock for phrase in self.phrases if phrase.clock is not None]


def chains(found: list[Found], text: str, context: Context) -> list[Chain]:
    """The ranges and single phrases of a text, in order."""
    joined: list[Chain] = []
    for phrase in _phrases(found, text, context):
        if phrase.linked and joined:
            joined[-1].phrases.append(phrase)
        else:
            joined.append(Chain([phrase]))
    for chain in joined:
        _settle_clocks(chain)
    return joined


def _phrases(found: list[Found], text: str, context: Context) -> Iterator[Phrase]:
    phrase: Phrase | None = None
    end = 0
    for item in found:
        gap = text[end : item.start]
        linked = phrase is not None and _continues(phrase, item, gap)
        if phrase is None or linked or _breaks(gap, item, context) or not phrase.take(item, gap):
            if phrase is not None:
                yield phrase
            phrase = Phrase(
                before(text, item.start),
                not context.asking,
                linked,
                bool(_LIST.fullmatch(gap)),
            )
            phrase.take(item, "")
        end = item.end
        phrase.trail = text[end : end + 20]
    if phrase is not None:
        yield phrase


def _continues(phrase: Phrase, item: Found, gap: str) -> bool:
    """Whether the expression ends a range that the phrase begins; so does the next day of a list (19 และ 20)."""
    if (phrase.clock if isinstance(item.value, Clock) else phrase.day) is None:
        return False
    match phrase.day, item.value:
        case Written(day=int() as day), Written(day=next_day) if _LIST.fullmatch(gap):
            return day + 1 == next_day
        case Relative(offset=day), Relative(offset=next_day) if _LIST.fullmatch(gap):
            return day + 1 == next_day
    return bool(_RANGE.fullmatch(gap))


def _breaks(gap: str, item: Found, context: Context) -> bool:
    """Whether the gap says that something else begins: a deadline, or the new time of a moved meeting."""
    if isinstance(item.value, Clock):
        return False
    return bool(_SECOND.search(gap) or (context.moving and _NEW.search(gap)))


def _settle_clocks(chain: Chain) -> None:
    """Put the open hours of a range into the half of the day that its other end says."""
    clocks = chain.clocks
    ranged = len(clocks) > 1
    for phrase in chain.phrases:
        clock = phrase.clock
        if clock is None:
            continue
        if clock.open and ranged:
            other = clocks[1] if clock is clocks[0] else clocks[0]
            phrase.clock = settle(clock, other.part)


def is_vague(day: Day) -> bool:
    """Whether the expression names a stretch in which an event still needs its day."""
    match day:
        case Written(day=None) | Week() | Open():
            return True
        case Span(open=reason):
            return reason is not None
    return False


def merge(first: Day, second: Day, near: bool) -> Day | None:
    """Two expressions of one day as one, or None where they are two days. A date decides over a weekday."""
    for one, other in ((first, second), (second, first)):
        merged = _merge(one, other, near)
        if merged is not None:
            return merged
    return None


def _merge(one: Day, other: Day, near: bool) -> Day | None:
    match one, other:
        case Written(), Written():
            return _join(one, other, near)
        case Week(monday=monday), Weekdays(when=None):
            return replace(other, monday=monday)
        case Written(day=None, month=int() as month), Nth(year=None):
            return replace(other, month=month, year=one.year)
        case Written(day=int()), Weekdays() | Week() | Open() if near:
            return one
        case Relative(), Weekdays(when=None) | Written(day=int()) if near:
            return one
    return None


def _join(one: Written, other: Written, near: bool) -> Written | None:
    """The parts of a date that were said apart (เดือนหน้า … วันที่ 5); a year only from right beside it."""
    if near and (one.holiday or one.day == -1) and not other.holiday and (other.day or 0) > 0:
        return other
    if one.loose and other.day:
        return other
    if (one.year and not one.month and not near) or one.day is not None:
        return None
    overlap = (one.year and other.year) or (one.month and other.month)
    if overlap:
        return None
    return replace(other, year=one.year or other.year, month=one.month or other.month)
