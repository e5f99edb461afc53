"""For a process that only receives: it does no work itself, the workers' sweeps find what it stored."""

from collections.abc import Iterable


class SweptJobs:
    """Wakes nobody."""

    def wake(self, lanes: Iterable[str]) -> None:
        """Leave the lanes to the workers' sweep."""

    def start(self) -> None:
        """Nothing runs here."""

    def stop(self, seconds: float) -> None:
        """Nothing runs here."""
