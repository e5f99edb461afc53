"""How an announcement looks, and the figures beside it before it leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import cards
from bot.cards import Action, Message, Row
from bot.notices import Urgency, Window
from bot.tools import Tools
from bot.turn import Turn
from bot.voice import Speaks
from models.activities import Photo
from models.announcements import Announcement

# How long each urgency may wait for a free ride before it is pushed, and how long it is worth telling at all.
RIDES_FOR = {
    Urgency.URGENT: timedelta(0),
    Urgency.IMPORTANT: timedelta(hours=4),
    Urgency.ORDINARY: timedelta(hours=36),
}
WORTH_TELLING = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Said:
    """What people see of an announcement. `acknowledge_by` is in the network's zone."""

    words: str
    author: str
    look: str = "plain"  # plain, correction, emergency
    picture: str | None = None  # its address
    acknowledge_by: datetime | None = None


def said_of(session: Session, tools: Tools, announcement: Announcement, zone: tzinfo | None) -> Said:
    """An announcement as people see it."""
    photo = session.scalars(
        select(Photo).where(Photo.announcement_id == announcement.id).order_by(Photo.id.desc())
    ).first()
    until = announcement.acknowledge_by
    return Said(
        words=announcement.words,
        author=announcement.author.call_as if announcement.author else "",
        look=look_of(announcement.emergency_id is not None, announcement.corrects_id is not None),
        picture=tools.picture_url(photo.name) if photo else None,
        acknowledge_by=until.astimezone(zone) if until else None,
    )


def look_of(emergency: bool, correction: bool) -> str:
    """How it is marked."""
    if emergency:
        return "emergency"
    return "correction" if correction else "plain"


def announcement_card(voice: Speaks, said: Said, ident: int | None) -> Message:
    """The announcement itself; `ident` is its id, None for a look beforehand, whose buttons only say so."""
    return cards.card(**_parts(voice, said, ident))


def preview(voice: Speaks, said: Said, below: dict[str, Any]) -> Message:
    """What it will look like, in a frame above the bubble `below` that asks what to do."""
    look = cards.bubble(**_parts(voice, said, None))
    return cards.framed(voice.say("announcements.preview"), look, below)


def head(words: str) -> str:
    """The first line, to name it by."""
    return cards.cut(words.strip().split("\n", 1)[0], 60)


def window(urgency: str, now: datetime) -> Window:
    """When it may leave: by ride from now on, by push after the time its urgency allows."""
    return Window(now, now + RIDES_FOR[Urgency(urgency)], now + WORTH_TELLING)


def by_ride(turn: Turn, urgency: str) -> str:
    """How it leaves, in words."""
    hours = int(RIDES_FOR[Urgency(urgency)].total_seconds() // 3600)
    return turn.say(f"announcements.by.{urgency}", hours=hours)


def rows(turn: Turn, shown: Sequence[tuple[str, str]]) -> list[Row]:
    """Labelled lines; those without a value are left out."""
    return [Row(turn.say(f"announcements.row.{name}"), value) for name, value in shown if value]


def _parts(voice: Speaks, said: Said, ident: int | None) -> dict[str, Any]:
    first, _, rest = said.words.strip().partition("\n")
    title, words = (first, rest) if rest else (voice.say("announcements.title"), first)
    if said.look != "plain":
        title = voice.say(f"announcements.title.{said.look}", title=title)
    notes = [voice.say("announcements.from", name=said.author)] if said.author else []
    if said.acknowledge_by is not None:
        notes.append(voice.say("announcements.until", day=voice.language.day(said.acknowledge_by)))
    return {
        "title": title,
        "words": words,
        "note": " · ".join(notes),
        "picture": said.picture,
        "buttons": _buttons(voice, said, ident),
    }


def _buttons(voice: Speaks, said: Said, ident: int | None) -> list[Action]:
    names = ["safe", "help"] if said.look == "emergency" else ["noted"] if said.acknowledge_by else []
    if ident is None:
        return [voice.button(f"announcements.{name}", "announcement_answers.sample") for name in names]
    return [voice.button(f"announcements.{name}", f"announcement_answers.{name}", ident) for name in names]
