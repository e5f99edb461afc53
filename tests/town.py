"""Real `saan worker` processes on one PostgreSQL, beside LINE's stand-in and a web process's application."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson
import urllib3
from sqlalchemy import select, text

from bot.app import create_app
from bot.jobs import Queue
from bot.settings import load_settings
from bot.simulator import create_simulator, serving
from models.post import Event
from models.store import Store
from tests.soak.crash import Counts, active, count, settled, until
from tests.world import DEMO, KEY, PUBLIC_URL, SECRET, TOKEN

THREADS = 2  # that work on chats in each worker


class Town:
    """LINE's stand-in, a web process's application, and real `saan worker` processes on one database."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.database_url, self.folder = database_url, folder
        self.network = orjson.loads(DEMO.read_bytes())
        self.workers: list[subprocess.Popen[bytes]] = []
        self.statuses: list[int] = []  # of webhooks, repeated ones too
        self.counts = Counts()
        self._http = urllib3.PoolManager(retries=False, timeout=5.0, maxsize=8)

    @contextmanager
    def open(self) -> Iterator["Town"]:
        self.store = Store(self.database_url)
        self.simulator = create_simulator(
            channel_secret=SECRET,
            access_token=TOKEN,
            bot_url="http://bot.invalid",
            network=self.network,
            public_url=PUBLIC_URL,
            clock=lambda: datetime.now(UTC),
            deliver=self.deliver,
            quota=None,
        )
        with serving(self.simulator.app) as line_url:
            self.settings = {
                "LINE_CHANNEL_SECRET": SECRET,
                "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
                "LINE_API_URL": line_url,
                "DATABASE_URL": self.database_url,
                "SAAN_DATA_DIR": str(self.folder),
                "SAAN_SECRET_KEY": KEY,
                "PUBLIC_URL": PUBLIC_URL,
                "SAAN_WORKERS": str(THREADS),
            }
            app = create_app(load_settings(**{name.lower(): value for name, value in self.settings.items()}))
            with serving(app) as self.web_url:
                try:
                    yield self
                finally:
                    for worker in self.workers:
                        worker.kill()
                        worker.wait()
            house = app.extensions["saan"]
            for part in (house.store, house.webhook.store, self.store):
                part.close()

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Returns at once; see `until_ready`."""
        self.workers.append(
            subprocess.Popen(
                [sys.executable, "-c", "from bot.cli import main; main()", "worker"],
                env={**os.environ, **self.settings},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        return self.workers[-1]

    def until_ready(self) -> None:
        """Wait until all workers registered, once for each queue."""
        until(lambda: self._registered() == len(self.workers) * len(Queue), "a worker did not start")

    def _registered(self) -> int:
        with self.store.engine.connect() as connection:
            return len(connection.execute(text("SELECT id FROM procrastinate_workers")).all())

    def deliver(self, body: bytes, headers) -> int:
        """As LINE does with redelivery on: again and again until it is answered with 200."""
        for _ in range(600):
            status = self._http.request(
                "POST", f"{self.web_url}/callback", body=body, headers=dict(headers)
            ).status
            self.statuses.append(status)
            if status == 200:
                return status
            time.sleep(0.1)
        return 0

    def people(self, number: int) -> list:
        known = [member["id"] for member in self.network["members"] if active(member)]
        return [self.simulator.line.person(key) for key in known[:number]]

    def talk(self, people, rounds: int) -> None:
        """Each report opens one form and ยกเลิก closes it: one lost, doubled or out of order changes their number."""
        for number in range(rounds):
            for person in people:
                person.says(f"วันนี้ขายผ้าได้ 2 ผืน {1000 + number} บาท")
                person.says("ยกเลิก")
                self.counts.events += 2

    def assert_all_is_well(self) -> None:
        """Nothing lost, nothing double, each chat in order."""
        until(lambda: settled(self.store), "something was not finished")
        count(self.simulator, self.store, self.counts)
        assert (self.counts.lost, self.counts.doubled, self.counts.wrong) == (0, 0, 0), self.counts
        with self.store.session() as session:
            events = session.execute(select(Event.lane, Event.finished_at).order_by(Event.sent_at, Event.id))
            for lane, ends in _by_lane(events).items():
                assert ends == sorted(ends), lane


def _by_lane(rows) -> dict[str, list]:
    found: dict[str, list] = {}
    for lane, value in rows:
        found.setdefault(lane, []).append(value)
    return found
