"""Ticks: what is due at a time that somebody names is done, and delivered, in the thread that asks.

Lanes are worked on under the ordinary leases, so a tick may be given beside a running `saan serve`.
"""

import threading
from dataclasses import dataclass
from datetime import datetime

from bot.app import build
from bot.housekeeping import Kept, housekeep
from bot.jobs.here import HereJobs
from bot.settings import Settings

PATIENCE = 60.0  # seconds for what another process has in hand


@dataclass(frozen=True)
class Ticked:
    """What came of a tick: what was forgotten, which timed work failed, in how many chats something due still waits."""

    forgotten: dict[str, int]
    failed: list[str]
    waiting: int


class Ticks:
    """Does what is due, as often as it is called; from one thread at a time."""

    def __init__(self, settings: Settings) -> None:
        self._jobs = HereJobs()
        self._house = build(settings, jobs=self._jobs)
        self._mutex = threading.Lock()

    def __call__(self, now: datetime) -> Ticked:
        """Do what is due at `now` (aware); returns when it is delivered. May be repeated.

        Raises LedgerProblem, after all else is done, where it cannot be written down who was erased.
        """
        with self._mutex:
            house = self._house
            kept = Kept.from_settings(house.settings)
            attachments, wall = house.tools.attachments, house.tools.wall()
            forgotten = housekeep(house.store, attachments, kept, now, wall=wall)
            failed = house.sweep.look(now)
            while house.sweep.write_on(now):
                pass
            house.sweep.release_due(now)
            done = Ticked(forgotten, failed, len(self._deliver()))
            house.tools.ledger.catch_up(house.store, wall)
            return done

    def _deliver(self) -> list[str]:
        """Work on what was woken, and on what was due before; gives the lanes that still wait."""
        outbox, seen = self._house.outbox, set[str]()
        while True:
            if left := self._jobs.work(self._house.drain, outbox.due, PATIENCE):
                return left
            asleep = [lane for lane in outbox.asleep() if lane not in seen]
            if not asleep:
                return []
            seen.update(asleep)
            self._jobs.wake(asleep)
