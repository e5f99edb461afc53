"""For a command that does what is to be done itself, in its own thread, and returns when that is done."""

import time
from collections.abc import Callable, Iterable

from bot.jobs import Queue

LOOK_AGAIN_SECONDS = 0.1


class HereJobs:
    """Remembers what was woken, until `work` does it."""

    def __init__(self) -> None:
        self._lanes: dict[str, None] = {}

    def wake(self, lanes: Iterable[str], queue: Queue = Queue.CHATS) -> None:
        """Remember these lanes, each once and in the given order."""
        self._lanes.update(dict.fromkeys(lanes))

    def start(self) -> None:
        """Nothing runs by itself."""

    def stop(self, seconds: float) -> None:
        """Nothing runs by itself."""

    def work(self, drain: Callable[[str], None], due: Callable[[str], bool], patience: float) -> list[str]:
        """Drain all that was woken, and what that wakes. Gives the lanes in which something is still due.

        Where another process works on a lane, it is waited for until `patience` (seconds) is over.
        """
        deadline = time.monotonic() + patience
        while self._lanes:
            lanes, self._lanes = list(self._lanes), {}
            for lane in lanes:
                drain(lane)
            left = [lane for lane in lanes if due(lane)]
            if left and time.monotonic() > deadline:
                return left
            if left:
                time.sleep(LOOK_AGAIN_SECONDS)
            self.wake(left)
        return []
