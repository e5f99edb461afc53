"""Counts of what happened in this process, for the operator."""

import threading
from collections import Counter


class Tally:
    """Named counters, safe to share between threads."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def count(self, name: str) -> None:
        """One more of these."""
        with self._lock:
            self._counts[name] += 1

    def counts(self) -> dict[str, int]:
        """All counters by name."""
        with self._lock:
            return dict(self._counts)
