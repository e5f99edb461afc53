"""What timed work is given: a network, the time, and how to speak to its people. Timed work is to the clock what a
handler is to a turn.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select
from sqlalchemy.orm import Session

from bot.language import DEFAULT, language
from bot.notices import Letter, Written, write_notice
from bot.tools import Tools
from bot.voice import Voice
from models.chats import Room
from models.network import Network
from models.people import Member
from models.rhythm import Rhythm


@dataclass
class Watch:
    """One look at one network, in one transaction. `now` is the clock's time in the network's zone.

    What is due may be looked for again at any time, also by two processes and after an outage: whatever is written
    happens once by its `about`, and each kind decides itself what has become too late to be said.
    """

    session: Session
    tools: Tools
    network: Network
    now: datetime
    told: list[str] = field(default_factory=list)  # lanes to wake when this is committed

    @property
    def rhythm(self) -> Rhythm:
        """When the network is quiet, and when what comes by itself may come."""
        return Rhythm.of(self.network.rhythm)

    def voice(self, spoken: str = DEFAULT) -> Voice:
        """Words in a language."""
        return Voice(language(spoken), self.tools)

    def notify(
        self, letter: Letter, *, members: Iterable[Member] | Select[Member] = (), rooms: Iterable[Room] = ()
    ) -> Written:
        """Write a letter to members' one-to-one chats and to rooms; once for each, however often it is called."""
        written = write_notice(self.session, self.tools, letter, members=members, rooms=rooms, now=self.now)
        self.told += written.wake
        return written


@dataclass(frozen=True)
class TimedWork:
    """Something to look for again and again; `run` is called for each network, and may be repeated."""

    name: str
    run: Callable[[Watch], None]
