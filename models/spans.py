"""Spans of days that people ask about: a week, a month, a quarter, and the one before. Days are a network's own."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

WEEK_DAYS = 7
QUARTER_MONTHS = 3


class SpanKind(StrEnum):
    """How people call a span."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Span:
    """Days of a network, the first and the last included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    @property
    def kind(self) -> SpanKind:
        """What people call it."""
        if self.days == WEEK_DAYS:
            return SpanKind.WEEK
        if self == month_of(self.first):
            return SpanKind.MONTH
        return SpanKind.QUARTER if self == quarter_of(self.first) else SpanKind.OTHER

    def until(self, today: date) -> "Span":
        """As far as it has come by today; one that lies ahead stays as it is."""
        return Span(self.first, min(self.last, today)) if self.first <= today else self

    def before(self) -> "Span":
        """The whole one before: last week, last month, last quarter, or as many days."""
        if self.kind is SpanKind.MONTH:
            return month_of(_month_back(self.first, 1))
        if self.kind is SpanKind.QUARTER:
            return quarter_of(_month_back(self.first, QUARTER_MONTHS))
        back = timedelta(days=self.days)
        return Span(self.first - back, self.last - back)

    def compared(self, today: date, against: "Span | None" = None) -> "Span":
        """What it is held against: the one before or `against`, but no more days than this one has come by today."""
        before, come = against or self.before(), self.until(today)
        if come == self:
            return before
        return before.until(before.first + timedelta(days=come.days - 1))


def same_kind(kind: SpanKind, day: date) -> Span:
    """The week (from Monday), month or quarter that a day lies in; its month for other kinds."""
    if kind is SpanKind.WEEK:
        return week_ending(day + timedelta(days=6 - day.weekday()))
    return quarter_of(day) if kind is SpanKind.QUARTER else month_of(day)


def week_ending(day: date) -> Span:
    """The seven days that end with this one."""
    return Span(day - timedelta(days=WEEK_DAYS - 1), day)


def month_of(day: date) -> Span:
    """The calendar month of a day."""
    last = calendar.monthrange(day.year, day.month)[1]
    return Span(day.replace(day=1), day.replace(day=last))


def quarter_of(day: date) -> Span:
    """The calendar quarter of a day."""
    first = date(day.year, day.month - (day.month - 1) % QUARTER_MONTHS, 1)
    return Span(first, month_of(_month_back(first, 1 - QUARTER_MONTHS)).last)


def _month_back(first: date, months: int) -> date:
    """The first day of the month so many months before."""
    years, month = divmod(first.year * 12 + first.month - 1 - months, 12)
    return date(years, month + 1, 1)
