"""Who does the work: an engine only carries the wake-up; the stored events and deliveries are the truth."""

from collections.abc import Iterable
from typing import Protocol


class Jobs(Protocol):
    """Wakes the drain of a lane (one chat)."""

    def wake(self, lanes: Iterable[str]) -> None:
        """Have these lanes drained soon, in the given order; losing a wake-up costs time, never an event."""

    def start(self) -> None:
        """Begin to work."""

    def stop(self, seconds: float) -> None:
        """Finish the turns in hand, waiting at most this long, and hand back the rest."""
