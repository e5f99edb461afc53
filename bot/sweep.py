"""What is looked for each time, by the clock and by `saan tick`: timed work, and what is due to leave.

All of it is looked up in the database, so it may be repeated at any time, also after a jump of the wall clock.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.exc import InterfaceError, OperationalError

from bot.faults import where
from bot.mailing import write_on
from bot.tools import Tools
from bot.watch import TimedWork, Watch
from bot.zones import zone_of
from models.network import Network
from models.store import Store

WRITE_SECONDS = 10.0  # to very many people; then timed work, and what is due to leave, have their turn

log = logging.getLogger(__name__)


def always() -> bool:
    """Nothing asks to stop."""
    return True


@dataclass(frozen=True)
class Sweep:
    """Looks for what is due at a time. `release(now)` makes ready what is due to leave, and gives the lanes to wake."""

    store: Store
    tools: Tools
    timed: Sequence[TimedWork]
    release: Callable[[datetime], list[str]]
    wake: Callable[[Iterable[str]], None]

    def look(self, now: datetime, go_on: Callable[[], bool] = always) -> list[str]:
        """Run all timed work for each network, at `now` (aware). Gives what failed; it harmed no other.

        `go_on` is asked before each: False ends the look. Raises where the database is away.
        """
        self.tools.basic_id()  # LINE is asked before a transaction opens; the answer is kept
        with self.store.session() as session:
            networks = session.scalars(select(Network.id).order_by(Network.id)).all()
        failed: list[str] = []
        for network_id in networks:
            for work in self.timed:
                if not go_on():
                    return failed
                if not self._run(work, network_id, now):
                    failed.append(f"{work.name} of network {network_id}")
        return failed

    def write_on(self, now: datetime, go_on: Callable[[], bool] = always) -> bool:
        """Write notices to very many people, for some seconds, at `now` (aware). True where some are left."""
        try:
            woken, left = write_on(self.store, now, go_on, WRITE_SECONDS)
        except Exception as error:
            log.error("A notice to many could not be written on: %s at %s", *where(error))
            return False
        self.wake(woken)
        return left

    def release_due(self, now: datetime) -> None:
        """Let what is due at `now` (aware) leave."""
        self.wake(self.release(now))

    def _run(self, work: TimedWork, network_id: int, now: datetime) -> bool:
        try:
            with self.store.session() as session:
                network = session.get_one(Network, network_id)
                watch = Watch(session, self.tools, network, now.astimezone(zone_of(network)))
                work.run(watch)
            self.wake(watch.told)
        except Exception as error:
            log.error("Timed work %s of network %s failed: %s at %s", work.name, network_id, *where(error))
            if isinstance(error, OperationalError | InterfaceError):
                self._must_answer()
            return False
        return True

    def _must_answer(self) -> None:
        """Raise where the database is away: the rest of the look would only wait for it, once for each."""
        with self.store.session() as session:
            session.execute(text("SELECT 1"))
