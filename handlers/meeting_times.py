"""The day and the hours of a meeting that is being called or moved, as its form keeps them.

In a form's data: `day` YYYY-MM-DD or YYYY-MM-DDTHH:MM, `at` and `until` HH:MM (or a whole moment), `rule`; all in the
network's zone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.dialogue import Choice, Data, open_form
from bot.turn import Turn
from bot.understanding.answers import read_answer
from bot.understanding.reader import read_as
from models.meeting_rules import LASTS, LONGEST, next_date

WHICH_WEEK = "next_week_on_sunday"  # of a reading: what about its time is to be asked back
USUAL = ("09:00", "13:00", "18:30", "19:00")
OPEN_HOURS = range(2, 7)  # สองโมง to หกโมง may be in the morning or in the afternoon


@dataclass(frozen=True)
class Span:
    """When a meeting begins and, where it was said, ends."""

    start: datetime
    end: datetime | None = None

    @property
    def over(self) -> datetime:
        """When it is over, by what was said or as usual."""
        return self.end or self.start + LASTS


def span_of(turn: Turn, data: Data) -> Span:
    """The hours of a form's meeting; of a rule without a first day, those of its next time after now."""
    start = _start(turn, data)
    until = data.get("until")
    if not until:
        return Span(start)
    end = _moment(turn, until, start.date()) if len(until) > len("YYYY-MM-DD") else _end(turn, start, until)
    if end - start > LONGEST:  # of another date in the same words: เรื่องแผนปีหน้า
        end = datetime.combine(start.date(), end.timetz())
    return Span(start, end if end > start else end + timedelta(days=1))


def take_times(turn: Turn, data: Data, words: str, intent: str, slots: dict[str, str]) -> bool:
    """Take a message's times into the data; only a time of day leaves the day as it was. True where it held any."""
    found = {name: slots[name] for name in ("datetime", "end_datetime", "recurrence") if name in slots}
    if "recurrence" in found:
        data["rule"] = found["recurrence"]
    if "datetime" in found:
        _take_start(turn, data, words, intent, found["datetime"])
    if "end_datetime" in found:
        data["until"] = found["end_datetime"]
    return bool(found)


def said_time(turn: Turn, words: str, value: str) -> str:
    """A new time as it was meant: whole, YYYY-MM-DD (another day, the same time) or THH:MM (only another time)."""
    return value[10:] if "T" in value and _only_time(turn, words, "change_meeting") else value


def moved_to(start: datetime, value: str) -> datetime:
    """When something that began at `start` begins after such a new time was said."""
    day, _, at = value.partition("T")
    return datetime.fromisoformat(f"{day or start.date().isoformat()}T{at or f'{start:%H:%M}'}").replace(
        tzinfo=start.tzinfo
    )


def is_past(turn: Turn, value: str) -> bool:
    """Whether a day, or a moment, is over."""
    now = turn.now.replace(tzinfo=None).isoformat(timespec="minutes")
    return value < (now if "T" in value else now[:10])


def not_past(turn: Turn, value: str) -> str | None:
    """Why this day cannot be the meeting's, or must be asked about."""
    return "meetings.past" if is_past(turn, str(value)) else which_week(turn, str(value))


def not_past_at(turn: Turn, value: str) -> str | None:
    """Why this time of day cannot be the meeting's, on the day that its form has."""
    if ":" not in value or "T" in value:
        return "meetings.only_time"
    form = open_form(turn.session, turn.chat.id, turn.member.id) if turn.member else None
    day = form.data.get("day", "") if form is not None else ""
    return not_past(turn, f"{day[:10]}T{value}") if day else None


def day_of(turn: Turn, words: str) -> str | None:
    """The day that was typed, with its time where one was said; of two that it may be (`which_week`) the first."""
    if either_week(turn, words, "change_meeting"):
        words = _of_the_coming_week(turn, words)
    answer = read_answer(words, "datetime", turn.now)
    return str(answer.value) if answer is not None and answer.kind == "value" else None


def clock_of(turn: Turn, words: str) -> str | None:
    """The time of day that was typed, HH:MM; None where it is none, or may be two."""
    midnight = datetime.combine(turn.now.date(), time(), turn.now.tzinfo)
    answer = read_answer(words, "datetime", midnight)
    if answer is None or answer.kind != "value" or "T" not in answer.value:
        return None
    return str(answer.value)[11:]


def clock_choices(turn: Turn, data: Data) -> list[Choice]:
    """Times to tap: the two that a bare hour may mean, else the usual ones."""
    offered: Sequence[str] = data.get("hours") or USUAL
    return [Choice(turn.say("meetings.from", start=one), one) for one in offered]


def either_week(turn: Turn, words: str, intent: str) -> list[str]:
    """The two days that พุธหน้า may mean where it is said on a Sunday: of the coming week, or of the one after; with
    the time of day that was said. None where it is plain."""
    if read_as(intent, words, turn.now).unclear != WHICH_WEEK:
        return []
    coming = str(read_as(intent, _of_the_coming_week(turn, words), turn.now).slots.get("datetime", ""))
    if not coming:
        return []
    after = datetime.fromisoformat(coming) + timedelta(days=7)
    return [coming, after.isoformat(timespec="minutes") if "T" in coming else after.date().isoformat()]


def which_week(turn: Turn, value: str) -> str | None:
    """Why a typed day is asked about: it may be in either of two weeks."""
    unclear = value in either_week(turn, turn.words, "change_meeting")
    return "meetings.which_week" if unclear else None


def day_choices(turn: Turn, data: Data) -> list[Choice]:
    """The days that may be meant by what was just typed, or by the message that began the form."""
    meant = either_week(turn, turn.words, "change_meeting") or data.get("days", [])
    return [Choice(weekday_and_day(turn, date.fromisoformat(day[:10])), day) for day in meant]


def weekday_and_day(turn: Turn, day: date) -> str:
    """พฤหัสบดี 10 ธ.ค., for a button."""
    return " ".join(turn.language.day(day).split()[:3])


def open_hours(turn: Turn) -> list[str]:
    """What สามโมง without morning or afternoon may mean: 09:00 and 15:00."""
    groups = turn.heard("meetings.words.open_hour") or ()
    said = next((hour for hour, group in zip(OPEN_HOURS, groups, strict=False) if group), None)
    return [f"{6 + said:02}:00", f"{12 + said:02}:00"] if said is not None else []


def _of_the_coming_week(turn: Turn, words: str) -> str:
    """พุธหน้า as พุธ."""
    return re.sub(turn.say("meetings.words.next_week"), r"\1", words)


def _start(turn: Turn, data: Data) -> datetime:
    day = data.get("day", "")
    if day:
        return _moment(turn, day if "T" in day else f"{day}T{data.get('at', '00:00')}", turn.now.date())
    today = _moment(turn, f"{turn.now:%Y-%m-%d}T{data.get('at', '00:00')}", turn.now.date())
    return next_date(data["rule"], today, turn.now) or today


def _end(turn: Turn, start: datetime, until: str) -> datetime:
    """A last day without a time ends as long after the hour of its start as is usual; a time is of the same day."""
    if ":" in until:
        return _moment(turn, until, start.date())
    return datetime.combine(date.fromisoformat(until), start.time(), start.tzinfo) + LASTS


def _moment(turn: Turn, value: str, day: date) -> datetime:
    whole = value if "T" in value else f"{day.isoformat()}T{value}"
    return datetime.fromisoformat(whole).replace(tzinfo=turn.now.tzinfo)


def _take_start(turn: Turn, data: Data, words: str, intent: str, value: str) -> None:
    day = data.get("day", "")
    if day and "T" in value and _only_time(turn, words, intent):
        data["day"] = f"{day[:10]}T{value[11:]}"
    elif day and "T" not in value and "T" in day:
        data["day"] = f"{value}T{day[11:]}"
    else:
        data["day"] = value


def _only_time(turn: Turn, words: str, intent: str) -> bool:
    """Whether the words name a time of day and no day: then any day would do, so that on another one they mean it."""
    elsewhere = datetime.combine(turn.now.date() + timedelta(days=100), time(), turn.now.tzinfo)
    value = read_as(intent, words, elsewhere).slots.get("datetime", "")
    return str(value)[:10] == elsewhere.date().isoformat()
