"""Where a meeting is, as its form keeps it: a place in words, perhaps with its point on the map; or online, with the
link to join.

In a form's data: `place`, `place_point` [latitude, longitude], `online`, `link`.
"""

import re
from dataclasses import dataclass

from bot.dialogue import Data
from bot.turn import Turn
from handlers.meeting_audiences import speaks_of
from handlers.meeting_cards import place_line

LINK = re.compile(r"https://[^\s/]+\S*")


@dataclass(frozen=True)
class Spot:
    """Where it is."""

    place: str
    online: bool = False
    link: str = ""
    point: tuple[float, float] | tuple[None, None] = (None, None)

    @property
    def on_map(self) -> bool:
        """Whether a map can show it."""
        return self.point[0] is not None


def spot_of(turn: Turn, data: Data) -> Spot:
    """Where a form's meeting is."""
    place, usual = data.get("place", ""), turn.say("meetings.online")
    typed = LINK.search(place)
    link = typed.group() if typed else data.get("link", "")
    if typed or data.get("online") or speaks_of(turn, "meetings.words.online", place):
        words = LINK.sub("", place).strip()
        return Spot(words or usual, online=True, link=link)
    point = data.get("place_point")
    return Spot(place, point=(point[0], point[1]) if point else (None, None))


def take_spot(turn: Turn, data: Data, words: str, place: str) -> None:
    """A place that a message says; or that it is online, and the link to join."""
    link = LINK.search(turn.words)
    if not (link or place or speaks_of(turn, "meetings.words.online", words)):
        return
    for name in ("link", "place_point"):
        data.pop(name, None)
    if link:
        data["link"] = link.group()
    data["online"] = bool(link) or speaks_of(turn, "meetings.words.online", words)
    data["place"] = turn.say("meetings.online") if data["online"] else place


def read_place(turn: Turn, words: str) -> str | None:
    """What is typed where a place is asked: a link to join at is a place as good as any."""
    if (link := LINK.search(turn.text)) is not None:
        return link.group()
    return turn.say("meetings.online") if speaks_of(turn, "meetings.words.online", words) else None


def spot_line(turn: Turn, spot: Spot) -> str:
    """A place for a card, and whether it has a map or a link."""
    words = place_line(turn, spot.place, spot.online)
    if spot.link:
        return turn.say("meetings.with_link", place=words)
    return turn.say("meetings.with_map", place=words) if spot.on_map else words
