"""Meetings in people's own calendars: what a calendar's address gives, and the one meeting that a card's link keeps."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from bot.buttons import number
from bot.calendars import Calendar, Entry, Glance
from bot.capability import Capability
from bot.language import DEFAULT, language
from bot.voice import Voice
from handlers.meeting_cards import local, place_line, when
from models.feeds import Feed, FeedKind
from models.meeting_calendars import Count, answers, counts, of_member, of_network, of_room, one_of_all
from models.meeting_queries import ends_at
from models.meetings import Occurrence
from models.network import Network
from models.words import Attending

capability = Capability("meeting_calendars")

LINK_LASTS = timedelta(days=1)  # after the meeting's end
REMINDS = timedelta(hours=1)  # before the start: in a phone that does not follow what changes


@capability.feed(FeedKind.MEMBER)
def of_one_member(glance: Glance, feed: Feed) -> Calendar:
    """All that its member is invited to, with what they answered."""
    assert feed.member is not None  # noqa: S101 - a member's calendar is only read as long as it is theirs
    voice = Voice(language(feed.member.language), glance.tools)
    found = of_member(glance.session, feed.network_id, feed.member.id, glance.now)
    own = answers(glance.session, feed.member.id, [one.id for one in found])
    title = voice.say("meeting_calendars.mine", network=feed.network.short_name)
    return _calendar(glance, voice, title, feed.network, found, own)


@capability.feed(FeedKind.ROOM)
def of_one_room(glance: Glance, feed: Feed) -> Calendar:
    """What the room is invited to: nothing that its least-trusted member may not see, and nobody's answer."""
    assert feed.room is not None  # noqa: S101 - a room's calendar has one
    found = of_room(glance.session, feed.room, glance.now)
    return _calendar(glance, _thai(glance), feed.room.name, feed.network, found)


@capability.feed(FeedKind.NETWORK)
def of_whole_network(glance: Glance, feed: Feed) -> Calendar:
    """What is for everybody."""
    found = of_network(glance.session, feed.network_id, glance.now)
    return _calendar(glance, _thai(glance), feed.network.short_name, feed.network, found)


@capability.entry("one")
def one(glance: Glance, *arguments: str) -> Calendar | None:
    """The meeting of a card, as its card has told it: for all who have the card, until it is over."""
    ident, code = (*arguments, "", "")[:2]
    found = one_of_all(glance.session, number(ident) or 0)
    if found is None or ends_at(found) + LINK_LASTS < glance.now:
        return None
    voice = Voice(language(code), glance.tools)
    zone = ZoneInfo(found.meeting.network.timezone)
    entry = _entry(voice, found, [*_agenda(found), *_join(voice, found)])
    return Calendar(found.meeting.title, zone, voice.language, [entry], when(voice, found), REMINDS)


def _thai(glance: Glance) -> Voice:
    """Many read along."""
    return Voice(language(DEFAULT), glance.tools)


def _calendar(
    glance: Glance,
    voice: Voice,
    title: str,
    network: Network,
    found: Sequence[Occurrence],
    own: dict[int, str] | None = None,
) -> Calendar:
    counted = counts(glance.session, [one.id for one in found])
    entries = [
        _entry(
            voice,
            one,
            [
                *_agenda(one),
                *_join(voice, one),
                *_who_comes(voice, counted.get(one.id, Count())),
                *_own(voice, own, one),
            ],
            free=own is not None and own.get(one.id) == Attending.NO,
        )
        for one in found
    ]
    return Calendar(title, ZoneInfo(network.timezone), voice.language, entries)


def _entry(voice: Voice, one: Occurrence, lines: Sequence[str], *, free: bool = False) -> Entry:
    cancelled, title = one.cancelled_at is not None, one.meeting.title
    point = (one.latitude, one.longitude) if one.latitude is not None and one.longitude is not None else None
    return Entry(
        name=f"{one.meeting_id}-{one.planned_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        revision=one.revision,
        # Many phones draw a cancelled entry like any other.
        title=voice.say("meeting_calendars.cancelled", title=title) if cancelled else title,
        starts_at=local(one, one.starts_at),
        ends_at=local(one, ends_at(one)),
        changed_at=one.changed_at,
        place=place_line(voice, one.place, one.online),
        point=point,
        link=one.link,
        words="\n".join(lines),
        cancelled=cancelled,
        free=free,
    )


def _agenda(one: Occurrence) -> list[str]:
    """What it is called for, whole: a calendar has room."""
    agenda = one.agenda
    return [f"{place}. {matter}" for place, matter in enumerate(agenda, 1)] if len(agenda) > 1 else [*agenda]


def _join(voice: Voice, one: Occurrence) -> list[str]:
    return [voice.say("meeting_calendars.join", link=one.link)] if one.link else []


def _who_comes(voice: Voice, count: Count) -> list[str]:
    """Counts only: a calendar lies with others than the network."""
    told = [("yes", count.yes), ("no", count.no), ("maybe", count.maybe)]
    said = [voice.say(f"meeting_calendars.{answer}", count=number) for answer, number in told if number]
    return [" · ".join(said)] if said else []


def _own(voice: Voice, own: dict[int, str] | None, one: Occurrence) -> list[str]:
    """What the calendar's member answered."""
    answer = own.get(one.id) if own else None
    return [voice.say(f"meeting_calendars.own.{answer}")] if answer else []
