"""Who does the work: an engine only carries the wake-up; the stored events and deliveries are the truth."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Protocol


class Queue(StrEnum):
    """Why a lane is woken: people there wait for an answer, or something is to leave. A big send delays no chat."""

    CHATS = "chats"
    DELIVERIES = "deliveries"


SENDERS = 4  # threads that send for each that works on chats: most of their time they wait for LINE

Asleep = Mapping[
    Queue, Callable[[], Iterable[str]]
]  # names the lanes in which something is due and nobody works


class Jobs(Protocol):
    """Wakes the drain of a lane (one chat). Wakes also where it was not started: others then do the work."""

    def wake(self, lanes: Iterable[str], queue: Queue = Queue.CHATS) -> None:
        """Have these lanes drained soon; losing a wake-up costs time, never an event. Raises nothing."""

    def start(self) -> None:
        """Begin to work."""

    def stop(self, seconds: float) -> None:
        """Finish the turns in hand, waiting at most this long, and hand back the rest."""
