"""What single time expressions mean, before a sentence joins them: plain data."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Context:
    """What the reading of an expression depends on.

    ``now`` is naive, local to Asia/Bangkok. ``past`` says that the sentence reports what was done,
    ``forward`` that a month without a year is the coming one, ``bare`` that the message answers a question about time,
    ``moving`` that it moves a meeting, ``planning`` that its time has to be ahead.
    """

    now: datetime
    past: bool = False
    asking: bool = False
    forward: bool = True
    bare: bool = False
    moving: bool = False
    planning: bool = False

    @property
    def today(self) -> date:
        """The local calendar day of ``now``."""
        return self.now.date()


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in minutes after the named day's midnight; 1440 is เที่ยงคืน, its end.

    ``unit`` is the word that carried it. ``open`` marks an hour that may be morning or afternoon, ``sure`` is False for
    figures that are a time only beside a day, ``small`` marks ตีหนึ่ง to ตีห้า.
    """

    minutes: int
    unit: str
    part: str | None = None
    open: bool = False
    sure: bool = True
    small: bool = False


@dataclass(frozen=True, slots=True)
class Relative:
    """A day counted from today; ``night`` for คืนนี้ and เมื่อคืน, which reach into the next date."""

    offset: int
    night: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment counted from now in hours and minutes."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Week:
    """A calendar week, by its Monday."""

    monday: date


@dataclass(frozen=True, slots=True)
class Written:
    """A calendar date as far as it was said: any of year (CE), month and day; day −1 is the month's last.

    ``past`` is what the words beside it say, None if nothing. ``loose`` marks ต้นเดือน, ``holiday`` a feast's name.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    past: bool | None = None
    loose: bool = False
    holiday: bool = False


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Weekdays (Monday is 0) in the order said.

    ``when`` is what was said of their week, None if nothing; ``monday`` begins the week where that was named apart.
    """

    days: tuple[int, ...]
    when: str | None = None
    past: bool | None = None
    monday: date | None = None


@dataclass(frozen=True, slots=True)
class Nth:
    """The first, second … or last (−1) such weekday of a month; year and month None for every month."""

    weekday: int
    ordinals: tuple[int, ...]
    year: int | None = None
    month: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days, both included. ``open`` says why it is no date of an event, None if it is one."""

    first: date
    last: date
    open: str | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """An expression that has to be asked back; ``code`` says why."""

    code: str


@dataclass(frozen=True, slots=True)
class Every:
    """A repetition. ``freq`` is None where the day beside it tells (ทุกวันพุธ); ``unsure`` marks ทุกอาทิตย์."""

    freq: str | None = None
    interval: int = 1
    unsure: bool = False


Day: TypeAlias = Relative | Moment | Week | Written | Weekdays | Nth | Span | Open
Value: TypeAlias = Clock | Day | Every


@dataclass(frozen=True, slots=True)
class Found:
    """A value and where its words stand in the text."""

    start: int
    end: int
    value: Value


Reader: TypeAlias = Callable[[re.Match[str], Context], Found | None]
Rule: TypeAlias = tuple[re.Pattern[str], Reader]
