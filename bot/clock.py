"""The clock: a due sweep every 20 s and housekeeping every hour, in one process of all that share a database.

Nothing is planned in memory: each sweep looks up in the database what is due, so the clock may be stopped, killed,
doubled or set wrong without anything being lost or said twice.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.faults import where
from bot.heartbeat import CLOCK, beat
from bot.housekeeping import drop_talk_tokens
from bot.settings import Settings
from models.store import Store

if TYPE_CHECKING:
    from bot.alone import Alone
    from bot.sweep import Sweep

SWEEP_EVERY = timedelta(seconds=20)
LOOK_EVERY = 3  # sweeps: timed work is looked for about once a minute
TIDY_EVERY = timedelta(hours=1)
CHECK_SECONDS = 5.0  # between looks at whether the place is ours, or free
STOP_SECONDS = 8.0  # for what is in hand, when the process ends

log = logging.getLogger(__name__)


def wall() -> datetime:
    """The time of the wall, aware: the only place where it is read."""
    return datetime.now(UTC)


def wall_of(settings: Settings) -> Callable[[], datetime]:
    """The time of the wall as this deployment has it: the demo lives on its network's own days."""
    if not settings.saan_clock_shift:
        return wall
    shift = timedelta(seconds=settings.saan_clock_shift)
    return lambda: wall() + shift


@dataclass(frozen=True)
class Intervals:
    """How often the clock does what; tests are in a hurry."""

    sweep: timedelta = SWEEP_EVERY
    tidy: timedelta = TIDY_EVERY
    check_seconds: float = CHECK_SECONDS


class Clock:
    """Keeps time while it has the place of the one clock, and stands by while another process has it.

    `tidy(go_on)` is the housekeeping; it ends early when `go_on()` is False. `now` gives the time for which it looks;
    when it looks is settled by the machine's own wall clock, and by the monotonic one.
    """

    def __init__(
        self,
        store: Store,
        alone: "Alone",
        sweep: "Sweep",
        tidy: Callable[[Callable[[], bool]], object],
        now: Callable[[], datetime],
        intervals: Intervals = Intervals(),
    ) -> None:
        # Imported here: processes that only receive want the wall's time, not APScheduler's memory.
        from bot.scheduler import Scheduler

        self._store, self._alone, self._due, self._forget, self._now = store, alone, sweep, tidy, now
        self._check_seconds = intervals.check_seconds
        self._scheduler = Scheduler(wall)
        self._scheduler.add("sweep", intervals.sweep, self.sweep)
        self._scheduler.add("housekeeping", intervals.tidy, self.tidy)
        self._thread = threading.Thread(target=self._keep_place, name="saan-clock", daemon=True)
        self._stopping = threading.Event()
        self._ours = False
        self._told = False
        self._sweeps = 0
        self._busy = 0
        self._idle = threading.Condition()
        self._undone = {"sweep", "housekeeping"}  # since the start

    def start(self) -> None:
        """Begin to keep time, or to stand by, in threads of its own."""
        self._scheduler.start()
        self._thread.start()

    def settle_in(self, seconds: float) -> None:
        """Wait, at most so long, until it has swept and tidied once, or knows that it stands by: what that needs for
        the first time is then made, and slows down no answer."""
        with self._idle:
            self._idle.wait_for(lambda: not self._undone or (self._told and not self._ours), seconds)

    def stop(self, seconds: float = STOP_SECONDS) -> bool:
        """End, and leave the place to others. False where what is in hand takes longer than this."""
        deadline = time.monotonic() + seconds
        self._stopping.set()
        self._scheduler.shutdown()
        with self._idle:
            ended = self._idle.wait_for(lambda: self._busy == 0, seconds)
        self._thread.join(max(0.0, deadline - time.monotonic()))
        if not ended or self._thread.is_alive():
            return False
        self._alone.let_go()
        return True

    def check(self) -> None:
        """Take the place, or see whether it is still ours."""
        ours = self._alone.hold()
        if ours and not self._ours:
            log.info("This process keeps the time")
            self._ours = True
            self._scheduler.resume()
        elif self._ours and not ours:
            self._ours = False
            self._scheduler.pause()
            log.warning("This process may not keep the time any more and stands by")
        elif not ours and not self._told:
            log.info("Another process keeps the time on this database; this one stands by")
        with self._idle:
            self._told = True
            self._idle.notify_all()
        if ours:
            self._scheduler.set_right()

    def sweep(self) -> None:
        """Look for what is due, if the place is ours; what fails is tried again the next time."""
        with self._at_work("sweep"):
            if not self._may_go_on() or not self._alone.hold():
                return
            with self._store.session() as session:
                beat(session, CLOCK, self._now())
                drop_talk_tokens(session, self._now())
            self._sweeps += 1
            if self._sweeps % LOOK_EVERY == 1:
                self._due.look(self._now(), self._may_go_on)
            if self._may_go_on():
                self._due.write_on(self._now(), self._may_go_on)
                self._due.release_due(self._now())

    def tidy(self) -> None:
        """Forget what is due to be forgotten."""
        with self._at_work("housekeeping"):
            self._forget(self._may_go_on)

    def _keep_place(self) -> None:
        """Waits by the monotonic clock: a jump of the wall clock does not reach it."""
        while not self._stopping.is_set():
            try:
                self.check()
            except Exception as error:
                log.error("The clock's place could not be looked after: %s at %s", *where(error))
            self._stopping.wait(self._check_seconds)

    def _may_go_on(self) -> bool:
        return self._ours and not self._stopping.is_set()

    @contextmanager
    def _at_work(self, what: str) -> Iterator[None]:
        """Counts what is in hand; what fails is tried again the next time."""
        with self._idle:
            self._busy += 1
        try:
            yield
        except Exception as error:
            log.warning("The clock's %s did not finish and is tried again: %s at %s", what, *where(error))
        finally:
            with self._idle:
                self._busy -= 1
                self._undone.discard(what)
                self._idle.notify_all()
