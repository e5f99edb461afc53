"""Carries webhooks to the bot: in order, signed, with the faults that are switched on."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import urllib3

from bot.simulator import webhooks
from bot.simulator.state import Attempt, Faults, Json

Deliver = Callable[[bytes, Mapping[str, str]], int]
TIMEOUT = 2.0  # LINE counts a request_timeout after two seconds
REDELIVERIES = 10
IDLE, LONGEST_WAIT = 1.0, 30.0  # seconds; LINE does not publish its own


def post_to(bot_url: str) -> Deliver:
    """A way to deliver webhooks over HTTP to the /callback of the bot at this address."""
    pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(TIMEOUT))

    def deliver(body: bytes, headers: Mapping[str, str]) -> int:
        return pool.request("POST", f"{bot_url}/callback", body=body, headers=dict(headers)).status

    return deliver


@dataclass(eq=False)
class _Parcel:
    """Events that got no 2xx, the tries so far, and the monotonic time of the next one."""

    events: list[Json]
    tries: int
    due: float


class Courier:
    """Delivers in the caller's thread, or, once `start` was called, from a thread of its own, in order."""

    def __init__(
        self,
        channel_secret: str,
        destination: str,
        deliver: Deliver,
        faults: Faults,
        clock: Callable[[], datetime],
        record: Callable[[Attempt], None],
    ) -> None:
        self.deliver = deliver
        self._secret, self._destination, self._faults = channel_secret, destination, faults
        self._clock, self._record = clock, record
        self._bundle: list[Json] | None = None
        self._held: list[Json] | None = None
        self._failed: list[_Parcel] = []
        self._lock = threading.Lock()
        self._queue: queue.Queue[list[Json]] | None = None

    def start(self) -> None:
        """Delivers from a background thread from now on."""
        self._queue = queue.Queue()
        threading.Thread(target=self._work, args=(self._queue,), name="courier", daemon=True).start()

    def send(self, event: Json) -> None:
        """Brings one event on its way."""
        if self._bundle is not None:
            self._bundle.append(event)
        else:
            self._submit([event])

    @contextmanager
    def one_webhook(self) -> Iterator[None]:
        """All events made inside leave together, in one request."""
        self._bundle = []
        try:
            yield
        finally:
            events, self._bundle = self._bundle, None
            if events:
                self._submit(events)

    def flush(self) -> None:
        """Sends what `reorder` holds back."""
        held, self._held = self._held, None
        if held:
            self._carry(held)

    def redeliver_failed(self, *, only_due: bool = False) -> int:
        """Tries again what got no 2xx while `retry` was on; says how many webhooks that were."""
        now = time.monotonic()
        with self._lock:
            parcels = [parcel for parcel in self._failed if not only_due or parcel.due <= now]
            self._failed = [parcel for parcel in self._failed if parcel not in parcels]
        for parcel in parcels:
            self._post(webhooks.redelivered(parcel.events), parcel.tries)
        return len(parcels)

    def verify(self) -> int | None:
        """Posts a webhook without events, as the console's Verify button does; the status or None."""
        return self._knock([])[0]

    def _submit(self, events: list[Json]) -> None:
        if self._queue is None:
            self._in_turn(events)
        else:
            self._queue.put(events)

    def _work(self, events: queue.Queue[list[Json]]) -> None:
        while True:
            try:
                self._in_turn(events.get(timeout=IDLE))
            except queue.Empty:
                self.flush()
            self.redeliver_failed(only_due=True)

    def _in_turn(self, events: list[Json]) -> None:
        if self._faults.reorder and self._held is None:
            self._held = events
            return
        self._carry(events)
        self.flush()

    def _carry(self, events: list[Json]) -> None:
        self._post(events)
        if self._faults.duplicate:
            self._post(events)
        if self._faults.redeliver:
            self._post(webhooks.redelivered(events))

    def _post(self, events: list[Json], tries: int = 0) -> None:
        status, took = self._knock(events)
        self._record(
            Attempt(
                tuple(event["webhookEventId"] for event in events),
                tuple(event["type"] for event in events),
                tuple(webhooks.chat_of(event.get("source", {})) for event in events),
                status,
                self._clock(),
                took,
                any(event["deliveryContext"]["isRedelivery"] for event in events),
            )
        )
        if self._faults.retry and not _ok(status) and tries < REDELIVERIES:
            wait = min(IDLE * 2**tries, LONGEST_WAIT)
            with self._lock:
                self._failed.append(_Parcel(events, tries + 1, time.monotonic() + wait))

    def _knock(self, events: Sequence[Json]) -> tuple[int | None, float]:
        raw = webhooks.body(self._destination, events)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "LineBotWebhook/2.0",
            "X-Line-Signature": webhooks.sign(self._secret, raw),
        }
        started = time.perf_counter()
        try:
            status: int | None = self.deliver(raw, headers)
        except (OSError, urllib3.exceptions.HTTPError):
            status = None
        return status, time.perf_counter() - started


def _ok(status: int | None) -> bool:
    return status is not None and 200 <= status < 300
