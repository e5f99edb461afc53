"""Calendars that phones read (RFC 5545): plain data that handlers give, written as text/calendar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from icalendar import Alarm, Event, Timezone, vDuration
from icalendar import Calendar as Written
from sqlalchemy.orm import Session

from bot.language import Language
from bot.tools import Tools
from models.feeds import Feed

PRODUCER = "-//Saan//Saan//TH"
LOOK_AGAIN = timedelta(hours=4)  # how often a phone may look for news
GOOGLE = "https://calendar.google.com/calendar/"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that takes place. Moments are aware and in the zone of the place; `name` stays the same for as long
    as it is the same thing, `revision` grows with each change that people are told."""

    name: str
    revision: int
    title: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    place: str = ""
    point: tuple[float, float] | None = None  # latitude, longitude
    link: str = ""
    words: str = ""
    cancelled: bool = False
    free: bool = False  # it keeps its reader from nothing else


@dataclass(frozen=True, slots=True)
class Calendar:
    """What one address gives, in the words of `language`. `when` says in words when a single entry is."""

    title: str
    zone: ZoneInfo
    language: Language
    entries: Sequence[Entry]
    when: Sequence[str] = ()
    remind: timedelta | None = None  # before the start; only where nobody else reminds


@dataclass(frozen=True)
class Glance:
    """A look at a calendar by whoever has its address: nobody is known. `now` is the wall's, aware."""

    session: Session
    tools: Tools
    now: datetime


FeedHandler = Callable[[Glance, Feed], Calendar]
EntryHandler = Callable[..., Calendar | None]


def written(calendar: Calendar, host: str) -> bytes:
    """The calendar as text/calendar; `host` makes the entries' names unlike those of any other installation.

    The same data give the same bytes: nothing in it is of the moment in which it is read.
    """
    made = Written()
    made.add("version", "2.0")
    made.add("prodid", PRODUCER)
    made.add("calscale", "GREGORIAN")
    made.add("name", calendar.title)  # RFC 7986; the X- names are what phones know
    made.add("x-wr-calname", calendar.title)
    made.add("x-wr-timezone", str(calendar.zone))
    made.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(LOOK_AGAIN))
    made.add_component(Timezone.from_tzid(str(calendar.zone)))
    for entry in calendar.entries:
        made.add_component(_event(entry, host, calendar.remind))
    return bytes(made.to_ical())


def google_link(entry: Entry) -> str:
    """An address at which Google Calendar offers to keep this entry."""
    query = {
        "action": "TEMPLATE",
        "text": entry.title,
        "dates": f"{entry.starts_at:%Y%m%dT%H%M%S}/{entry.ends_at:%Y%m%dT%H%M%S}",
        "ctz": str(entry.starts_at.tzinfo),
        "details": entry.words,
        "location": entry.place or entry.link,
    }
    return f"{GOOGLE}render?{urlencode({name: value for name, value in query.items() if value})}"


def google_subscription(address: str) -> str:
    """An address at which Google Calendar offers to follow a whole calendar."""
    return f"{GOOGLE}r?{urlencode({'cid': address})}"


def _event(entry: Entry, host: str, remind: timedelta | None) -> Event:
    made = Event()
    made.add("uid", f"{entry.name}@{host}")
    made.add("sequence", entry.revision - 1)
    made.add("dtstamp", entry.changed_at.astimezone(UTC))
    made.add("last-modified", entry.changed_at.astimezone(UTC))
    made.add("dtstart", entry.starts_at)
    made.add("dtend", entry.ends_at)
    made.add("summary", entry.title)
    made.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    made.add("transp", "TRANSPARENT" if entry.free or entry.cancelled else "OPAQUE")
    for name, value in (("location", entry.place), ("description", entry.words), ("url", entry.link)):
        if value:
            made.add(name, value)
    if entry.point is not None:
        made.add("geo", entry.point)
    if remind is not None and not entry.cancelled:
        made.add_component(_alarm(entry, remind))
    return made


def _alarm(entry: Entry, remind: timedelta) -> Alarm:
    made = Alarm()
    made.add("action", "DISPLAY")
    made.add("description", entry.title)
    made.add("trigger", -remind)
    return made
