"""Threads in this process, woken in-process at once, and by a sweep for what a crash or a wait left asleep."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from itertools import count
from queue import PriorityQueue

from bot.jobs import Asleep, Queue

SWEEP_SECONDS = 0.5
FIRST = {Queue.CHATS: 1, Queue.DELIVERIES: 2}
NO_MORE = (0, 0, "")  # before all others

log = logging.getLogger(__name__)


class EmbeddedJobs:
    """A pool of threads that drain lanes.

    `drain(lane)` does all that is waiting in one lane; `asleep` names the lanes in which something is due. Chats go
    before deliveries.
    """

    def __init__(self, drain: Callable[[str], None], asleep: Asleep, *, threads: int = 4) -> None:
        self._drain = drain
        self._asleep = asleep
        self._threads = threads
        self._lanes: PriorityQueue[tuple[int, int, str]] = PriorityQueue()
        self._number = count()
        self._queued: set[tuple[int, str]] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._running: list[threading.Thread] = []

    def wake(self, lanes: Iterable[str], queue: Queue = Queue.CHATS) -> None:
        """Queue these lanes; one that already waits is not queued twice. Where nothing runs, other processes' sweep
        finds them.
        """
        if not self._running:
            return
        for lane in lanes:
            with self._lock:
                if (FIRST[queue], lane) in self._queued:
                    continue
                self._queued.add((FIRST[queue], lane))
            self._lanes.put((FIRST[queue], next(self._number), lane))

    def start(self) -> None:
        """Start the threads and the sweep."""
        targets = [self._work] * self._threads + [self._sweep]
        self._running = [
            threading.Thread(target=target, name=f"saan-{target.__name__.strip('_')}", daemon=True)
            for target in targets
        ]
        for thread in self._running:
            thread.start()

    def stop(self, seconds: float) -> None:
        """Let each thread finish its turn; what still waits in the database is done at the next start."""
        self._stopping.set()
        for _ in range(self._threads):
            self._lanes.put(NO_MORE)
        deadline = time.monotonic() + seconds
        for thread in self._running:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _work(self) -> None:
        while (item := self._lanes.get()) != NO_MORE:
            first, _, lane = item
            with self._lock:
                self._queued.discard((first, lane))
            try:
                self._drain(lane)
            except Exception as error:
                # A database that is away is no fault of the event: the sweep comes back to it.
                log.warning("A chat's work stopped and will be tried again: %s", type(error).__name__)

    def _sweep(self) -> None:
        while not self._stopping.wait(SWEEP_SECONDS):
            try:
                for queue, asleep in self._asleep.items():
                    self.wake(asleep(), queue)
            except Exception as error:
                log.warning("The database did not answer the sweep, trying again: %s", type(error).__name__)
