"""Threads in this process, woken in-process at once, and by a sweep for what a crash or a wait left asleep."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from queue import SimpleQueue

from bot.jobs import SENDERS, Asleep, Queue

SWEEP_SECONDS = 0.5
NO_MORE = ""  # no lane's name

log = logging.getLogger(__name__)


class EmbeddedJobs:
    """A pool of threads that drain lanes.

    `drain(lane)` does all that is waiting in one lane; `asleep` names the lanes in which something is due. There are
    `threads` for chats, and others for deliveries, so that no big send delays an answer.
    """

    def __init__(self, drain: Callable[[str], None], asleep: Asleep, *, threads: int = 4) -> None:
        self._drain = drain
        self._asleep = asleep
        self._threads = {Queue.CHATS: threads, Queue.DELIVERIES: SENDERS * threads}
        self._lanes: dict[Queue, SimpleQueue[str]] = {queue: SimpleQueue() for queue in Queue}
        self._queued: set[tuple[Queue, str]] = set()
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
                if (queue, lane) in self._queued:
                    continue
                self._queued.add((queue, lane))
            self._lanes[queue].put(lane)

    def start(self) -> None:
        """Start the threads and the sweep."""
        self._running = [
            threading.Thread(target=self._work, args=(queue,), name=f"saan-{queue}", daemon=True)
            for queue, threads in self._threads.items()
            for _ in range(threads)
        ]
        self._running.append(threading.Thread(target=self._sweep, name="saan-sweep", daemon=True))
        for thread in self._running:
            thread.start()

    def stop(self, seconds: float) -> None:
        """Let each thread finish its turn; what still waits in the database is done at the next start."""
        self._stopping.set()
        for queue, threads in self._threads.items():
            for _ in range(threads):
                self._lanes[queue].put(NO_MORE)
        deadline = time.monotonic() + seconds
        for thread in self._running:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _work(self, queue: Queue) -> None:
        while not self._stopping.is_set() and (lane := self._lanes[queue].get()) != NO_MORE:
            with self._lock:
                self._queued.discard((queue, lane))
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
