"""A town: LINE's stand-in in this process, and the bot beside it as real processes of its own on one database."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson
import urllib3
from sqlalchemy import func, select, text

from bot.jobs import Queue
from bot.simulator import create_simulator, serving
from models.post import Delivery, Event
from models.store import Store
from tests.bot.processes import SAAN, Process, answers, web
from tests.world import DEMO, KEY, PUBLIC_URL, SECRET, TOKEN, is_loaded, load_demo

PATIENCE = 60.0
THREADS = 2  # that work on chats in each process


class Town:
    """The people of a network, and the bot's processes by name: serve, web, worker, clock (`worker 2` …)."""

    def __init__(
        self, database_url: str, folder: Path, *, network: dict | None = None, threads: int = THREADS
    ) -> None:
        self.database_url, self.folder, self.threads = database_url, folder, threads
        self.network = network or orjson.loads(DEMO.read_bytes())
        self.port = free_port()
        self.statuses: list[int] = []  # of webhooks, repeated ones too; 0: no answer
        self.running: dict[str, Process] = {}
        self._ended = threading.Event()
        self._http = urllib3.PoolManager(retries=False, timeout=5.0, maxsize=16)

    @contextmanager
    def open(self) -> Iterator["Town"]:
        """LINE's stand-in answers while the block runs; no process of the bot is started yet."""
        self.store = Store(self.database_url)
        if not is_loaded(self.store):
            load_demo(self.database_url, self.network)
        self.simulator = create_simulator(
            channel_secret=SECRET,
            access_token=TOKEN,
            bot_url=f"http://127.0.0.1:{self.port}",
            network=self.network,
            public_url=PUBLIC_URL,
            clock=lambda: datetime.now(UTC),
            deliver=self.deliver,
            quota=None,
        )
        self.line = self.simulator.line
        with serving(self.simulator.app) as line_url, (self.folder / "log").open("ab") as self._log:
            self.environment = {**os.environ, **self._settings(line_url)}
            try:
                yield self
            finally:
                self._ended.set()
                for process in self.running.values():
                    process.kill()
        self.store.close()

    def _settings(self, line_url: str) -> dict[str, str]:
        return {
            "LINE_CHANNEL_SECRET": SECRET,
            "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
            "LINE_API_URL": line_url,
            "DATABASE_URL": self.database_url,
            "SAAN_DATA_DIR": str(self.folder),
            "SAAN_SECRET_KEY": KEY,
            "PUBLIC_URL": PUBLIC_URL,
            "SAAN_WORKERS": str(self.threads),
        }

    def everybody(self, workers: int = 2) -> list[str]:
        """The names of all processes that such a database needs: one, or web, workers and clock."""
        if self.store.is_sqlite:
            return ["serve"]
        return ["web", *(f"worker {number}" for number in range(1, workers + 1)), "clock"]

    def start(self, name: str) -> Process:
        """Returns at once; see `until_ready`."""
        kind = name.split()[0]
        commands = {"web": web(self.port), "serve": [*SAAN, "serve", "--port", str(self.port)]}
        self.running[name] = Process(commands.get(kind, [*SAAN, kind]), self.environment, self._log)
        return self.running[name]

    def start_all(self, names: list[str]) -> None:
        """Start these, and wait until they are ready."""
        for name in names:
            self.start(name)
        self.until_ready()

    def until_ready(self) -> None:
        """Wait until webhooks are received, and until all workers registered, once for each queue."""
        workers = sum(name.startswith("worker") for name in self.running)
        if set(self.running) & {"serve", "web"}:
            until(self.receives, "the bot did not start")
        if workers:
            until(lambda: self._registered() >= workers * len(Queue), "a worker did not start")

    def receives(self) -> bool:
        """Whether webhooks are received."""
        return answers(f"http://127.0.0.1:{self.port}/healthz")

    def _registered(self) -> int:
        with self.store.engine.connect() as connection:
            return len(connection.execute(text("SELECT id FROM procrastinate_workers")).all())

    def deliver(self, body: bytes, headers) -> int:
        """As LINE does with redelivery on: again and again until it is answered with 200."""
        while not self._ended.is_set():
            try:
                url = f"http://127.0.0.1:{self.port}/callback"
                status = self._http.request("POST", url, body=body, headers=dict(headers)).status
            except urllib3.exceptions.HTTPError:
                status = 0
            self.statuses.append(status)
            if status == 200:
                return status
            time.sleep(0.1)
        return 0

    def people(self, number: int | None = None) -> list:
        """Members who may report, one-to-one with the bot."""
        known = [member["id"] for member in self.network["members"] if active(member)]
        return [self.line.person(key) for key in known[:number]]


def active(member: dict) -> bool:
    """Whether somebody of the network's file may report."""
    consent = member["consent"]
    return bool(member["enterprise_id"] and consent["basic"]) and not consent["guardian_required"]


def crowded(network: dict, number: int) -> dict:
    """The network with more members of one enterprise, so that as many may report."""
    pattern = next(member for member in network["members"] if member["id"] == "M04")
    lacking = number - sum(map(active, network["members"]))
    more = [
        {
            **pattern,
            "id": f"N{one:03}",
            "line_user_id": f"U{one:032x}".replace("U0", "Ue", 1),
            "full_name": f"สมาชิกคนที่ {one}",
            "call_as": f"คนที่ {one}",
            "roles": ["member"],
            "rooms": [],
        }
        for one in range(lacking)
    ]
    return {**network, "members": [*network["members"], *more]}


def settled(store: Store) -> bool:
    """Whether nothing waits any more."""
    open_ones = ("waiting", "sending")  # what is carried is as open as its carrier
    with store.session() as session:
        events = session.scalar(select(func.count(Event.id)).where(Event.state == "waiting"))
        deliveries = session.scalar(select(func.count(Delivery.id)).where(Delivery.state.in_(open_ones)))
    return not events and not deliveries


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until(holds, complaint: str, seconds: float = PATIENCE) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(complaint)
        time.sleep(0.05)
