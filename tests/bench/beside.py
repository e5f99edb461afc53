"""Answers beside a big send: how long people wait while a notice to very many is planned and handed to LINE."""

import os
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import func, select

from models.migrate import upgrade
from models.post import Delivery, Mailing
from models.store import Store
from tests.bench.sending import QuickLine, add_people, house_of, say
from tests.bench.service import CLIENTS, MIX, figures, timed
from tests.postgres import own_database
from tests.town import Town, settled, until
from tests.world import HandJobs

RATE = 20  # messages a second
QUIET_SECONDS = 20.0  # of talk before the notice
PATIENCE = 300.0  # for the notice


def main() -> None:
    """Print the figures for SQLite, and for PostgreSQL where TEST_POSTGRES_URL names one."""
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{Path(name) / 'saan.db'}"
        store = Store(url)
        upgrade(store)
        store.close()
        _measure("SQLite, one process", url, Path(name))
    if server := os.environ.get("TEST_POSTGRES_URL"):
        with tempfile.TemporaryDirectory() as name, own_database(server) as url:
            _measure("PostgreSQL, web, two workers and a clock", url, Path(name))


def _measure(label: str, url: str, folder: Path) -> None:
    with Town(url, folder, threads=4).open() as town:
        add_people(town.store)
        house = house_of(url, folder, HandJobs(), QuickLine())
        town.start_all(town.everybody())
        with _Talk(town) as talk:
            time.sleep(QUIET_SECONDS)
            said = time.time()
            reached = say(house)
            until(lambda: _is_planned(town.store), "not all was planned", PATIENCE)
            planned = time.time()
            until(lambda: _has_left(town.store), "not all was sent", PATIENCE)
            left = time.time()
        until(lambda: settled(town.store), "the bot did not finish", PATIENCE)
        house.store.close()
        print(
            f"{label}: answers at {RATE}/s: {talk.waits(0, said)}; while {reached:,} people are written to"
            f" {talk.waits(said, planned)} ({planned - said:.0f} s), while the last of it leaves"
            f" {talk.waits(planned, left + 1)} ({left - planned:.0f} s)"
        )


class _Talk:
    """People who write so many messages a second while the block runs."""

    def __init__(self, town: Town) -> None:
        self._town, self._sent = town, dict[str, float]()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._write)

    def __enter__(self) -> "_Talk":
        simulator = self._town.simulator
        simulator.line.deliver_to(timed(simulator, self._sent))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def waits(self, since: float, before: float) -> str:
        """How long those waited for their answer whose webhook left LINE in this time (seconds since 1970)."""
        calls = [call for call in self._town.line.calls if call.path.endswith("/reply") and call.body]
        answered = {call.body["replyToken"]: call.at.timestamp() for call in calls}
        asked = {token: at for token, at in self._sent.items() if since <= at < before}
        waits = [answered[token] - at for token, at in asked.items() if token in answered]
        return f"{figures(waits)}, {max(waits) * 1000:.0f} at most" if len(waits) > 1 else "nobody asked"

    def _write(self) -> None:
        people = self._town.people()
        began, number = time.monotonic(), 0
        with ThreadPoolExecutor(CLIENTS) as pool:
            while not self._over.is_set():
                pool.submit(people[number % len(people)].says, MIX[number // len(people) % len(MIX)])
                number += 1
                time.sleep(max(0.0, began + number / RATE - time.monotonic()))


def _is_planned(store: Store) -> bool:
    with store.session() as session:
        return not session.scalar(select(func.count(Mailing.id)))


def _has_left(store: Store) -> bool:
    with store.session() as session:
        open_ones = Delivery.state.in_(("planned", "waiting", "sending")) & (Delivery.way == "multicast")
        return session.scalar(select(Delivery.id).where(open_ones).limit(1)) is None
