"""What this process counts and times, by name, for /metrics. No label holds a person, a chat or a word.

https://prometheus.io/docs/practices/naming/
"""

import fcntl
import os
from collections.abc import Collection
from pathlib import Path
from typing import IO

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector

from bot.incoming import KNOWN

OTHER = "other"
WEBHOOK_BUCKETS = (
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.0,
)  # LINE waits two seconds
TURN_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # a turn's limit is ten
TOKEN_BUCKETS = (
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
    10.0,
    20.0,
    30.0,
    40.0,
    50.0,
    60.0,
)  # LINE's limit is a minute

disable_created_metrics()  # type: ignore[no-untyped-call]  # one more line for each, which no tool here reads


class Measures:
    """Counters and times, safe to share between threads. All durations are seconds.

    `intents` are the only words that a turn is counted under. With `folder`, several processes of one host keep
    theirs side by side there, and each of them tells the sum of all.
    """

    def __init__(self, intents: Collection[str] = (), folder: Path | None = None) -> None:
        self._intents = frozenset(intents)
        self._folder = folder
        if folder is not None:
            _share(folder)
        made = CollectorRegistry()
        self._registry = made
        self._webhooks = Histogram(
            "saan_webhook_seconds",
            "Time until a webhook is answered",
            ["status"],
            registry=made,
            buckets=WEBHOOK_BUCKETS,
        )
        self._events = Counter("saan_events", "Webhook events that came in", ["kind"], registry=made)
        self._turns = Histogram(
            "saan_turn_seconds",
            "Time of a turn, its sending not counted",
            ["intent"],
            registry=made,
            buckets=TURN_BUCKETS,
        )
        self._failures = Counter(
            "saan_turn_failures", "Tries of a turn that failed", ["dead_letter"], registry=made
        )
        self._ages = Histogram(
            "saan_reply_token_age_seconds",
            "Age of a reply token when it is used",
            registry=made,
            buckets=TOKEN_BUCKETS,
        )
        self._deliveries = Counter(
            "saan_deliveries", "Deliveries tried, by what became of them", ["way", "outcome"], registry=made
        )

    def webhook(self, status: int, seconds: float) -> None:
        """A webhook was answered."""
        self._webhooks.labels(status).observe(seconds)

    def event(self, kind: str) -> None:
        """An event came in with a webhook."""
        self._events.labels(kind if kind in KNOWN else OTHER).inc()

    def turn_done(self, intent: str, seconds: float) -> None:
        """A turn was committed; `intent` is what was understood, or the kind of event."""
        known = intent in self._intents or intent in KNOWN
        self._turns.labels(intent if known else OTHER).observe(seconds)

    def turn_failed(self, *, dead_letter: bool) -> None:
        """A try of a turn failed; the last one made the event a dead letter."""
        self._failures.labels("yes" if dead_letter else "no").inc()

    def reply_age(self, seconds: float) -> None:
        """A reply token of this age is used."""
        self._ages.observe(seconds)

    def sent(self, way: str, outcome: str, deliveries: int = 1) -> None:
        """A try to send ended; `way` and `outcome` are those of models.post and bot.line."""
        self._deliveries.labels(way, outcome).inc(deliveries)

    def told(self) -> bytes:
        """All of it in Prometheus' text format."""
        if self._folder is None:
            return generate_latest(self._registry)
        everybody = CollectorRegistry()
        MultiProcessCollector(everybody, str(self._folder))  # type: ignore[no-untyped-call]
        return generate_latest(everybody)


def _share(folder: Path) -> None:
    """Keep the values of all measures that are made from now on in files, one set for each place in the folder."""
    place = _Place(folder)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    values.ValueClass = values.MultiProcessValue(place.number)  # type: ignore[no-untyped-call]


class _Place:
    """A number that no other running process has in this folder, held by a lock until the process ends.

    Not the process id: that may be the same in two containers, and each new one would leave files behind. Who comes
    when nobody is there starts from nought.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: int | None = None
        self._number = 0
        self._held: IO[str] | None = None

    def number(self) -> int:
        """This process's; a forked child takes one of its own."""
        if self._process != os.getpid():
            self._process = os.getpid()
            self._number, self._held = self._take()
        return self._number

    def _take(self) -> tuple[int, IO[str]]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "door").open("a") as door:
            fcntl.flock(door, fcntl.LOCK_EX)
            if not any(_is_held(place) for place in self._folder.glob("*.lock")):
                for left in self._folder.glob("*.db"):
                    left.unlink()
            number = 0
            while not _lock(held := (self._folder / f"{number}.lock").open("a")):
                held.close()
                number += 1
            return number, held


def _is_held(path: Path) -> bool:
    with path.open("a") as place:
        return not _lock(place)


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
