"""Kill the bot at random moments, again and again, and count what was lost, doubled or left unknown."""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import orjson
import urllib3
from sqlalchemy import func, select

from bot.simulator import create_simulator, serving
from models.chats import Form
from models.post import Delivery, Event
from models.store import Store
from tests.post import write_push
from tests.world import DEMO, KEY, PUBLIC_URL, SECRET, TOKEN, load_demo

SENDERS = 4
PAUSE = 0.1  # seconds between two reports of a sender: people write, they do not flood
PATIENCE = 60.0
TO_FINISH = 600.0  # seconds in which all that was stored must be done after the last start


@dataclass
class Counts:
    """What a drill found. Lost, doubled and wrong must be nought; unknown replies are counted."""

    events: int = 0
    kills: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    unknown: int = 0
    pushes: int = 0
    repeats: int = 0  # pushes that LINE had already: absorbed by their retry key
    details: list[str] = field(default_factory=list)


class Bot:
    """A real `saan serve` in a process of its own."""

    def __init__(self, environment: dict[str, str], port: int) -> None:
        self.environment, self._port = environment, port
        self._http = urllib3.PoolManager(retries=False, timeout=5.0, maxsize=SENDERS * 2)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; returns when it is ready."""
        command = [
            sys.executable,
            "-c",
            "from bot.cli import main; main()",
            "serve",
            "--port",
            str(self._port),
        ]
        self._process = subprocess.Popen(
            command,
            env=self.environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self._ready, "the bot did not start")

    @property
    def pid(self) -> int:
        """Its process group."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """kill -9, with all its children."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def post(self, body: bytes, headers) -> int:
        """Deliver a webhook as LINE does with redelivery on: again and again until it is answered with 200."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                url = f"http://127.0.0.1:{self._port}/callback"
                status = self._http.request("POST", url, body=body, headers=dict(headers)).status
            except urllib3.exceptions.HTTPError:
                status = 0
            if status == 200:
                return status
            time.sleep(0.05)
        return 0

    def _ready(self) -> bool:
        try:
            return self._http.request("GET", f"http://127.0.0.1:{self._port}/healthz").status == 200
        except urllib3.exceptions.HTTPError:
            return False


def crash_drill(database_url: str, folder: Path, *, kills: int, seed: int) -> Counts:
    """Members write without pause and pushes wait, while the bot is killed `kills` times; then all is counted."""
    chance = random.Random(seed)
    counts = Counts()
    network = orjson.loads(DEMO.read_bytes())
    load_demo(database_url, network)
    port = free_port()
    with line_and_bot(database_url, folder, network, port) as (simulator, bot):
        store = Store(database_url)
        people = [simulator.line.person(member["id"]) for member in network["members"] if active(member)]
        stop = threading.Event()
        threads = [
            threading.Thread(target=talk, args=(people[number::SENDERS], stop, counts, number), daemon=True)
            for number in range(SENDERS)
        ]
        bot.start()
        for thread in threads:
            thread.start()
        for _ in range(kills):
            counts.pushes += write_pushes(store, people, counts.kills)
            time.sleep(chance.uniform(0.2, 1.5))
            bot.kill()
            counts.kills += 1
            bot.start()
        stop.set()
        for thread in threads:
            thread.join()
        until(lambda: settled(store), "the bot did not finish what was stored", TO_FINISH)
        count(simulator, store, counts)
        store.close()
        bot.kill()
    return counts


@contextmanager
def line_and_bot(database_url: str, folder: Path, network: dict, port: int):
    """LINE's stand-in in this process, and a bot that is not started yet."""
    bots: list[Bot] = []
    simulator = create_simulator(
        channel_secret=SECRET,
        access_token=TOKEN,
        bot_url=f"http://127.0.0.1:{port}",
        network=network,
        public_url=PUBLIC_URL,
        clock=lambda: datetime.now(UTC),
        deliver=lambda body, headers: bots[0].post(body, headers),  # noqa: PLW0108 - not made yet
        quota=None,
    )
    with serving(simulator.app) as line_url:
        environment = {
            **os.environ,
            "LINE_CHANNEL_SECRET": SECRET,
            "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
            "LINE_API_URL": line_url,
            "DATABASE_URL": database_url,
            "SAAN_DATA_DIR": str(folder),
            "SAAN_SECRET_KEY": KEY,
            "PUBLIC_URL": PUBLIC_URL,
        }
        bots.append(Bot(environment, port))
        try:
            yield simulator, bots[0]
        finally:
            bots[0].kill()


def talk(people, stop: threading.Event, counts: Counts, number: int) -> None:
    """A report opens exactly one form, ยกเลิก closes it: one missing, doubled or out of order changes their number."""
    amount = 1000 * (number + 1)
    while not stop.is_set():
        for person in people:
            amount += 1
            person.says(f"วันนี้ขายผ้าได้ 2 ผืน {amount} บาท")
            person.says("ยกเลิก")
            with LOCK:
                counts.events += 2
            time.sleep(PAUSE)


LOCK = threading.Lock()


def write_pushes(store: Store, people, round_number: int) -> int:
    """One push to each person, as another's turn would write it."""
    with store.session() as session:
        for person in people:
            key = f"drill:{round_number}:0:0:push:{person.chat_id}"
            message = {"type": "text", "text": f"push {round_number}"}
            write_push(session, key=key, lane=person.chat_id, messages=[message], now=datetime.now(UTC))
    return len(people)


def settled(store: Store) -> bool:
    """Whether nothing waits any more."""
    with store.session() as session:
        events = session.scalar(select(func.count(Event.id)).where(Event.state == "waiting"))
        deliveries = session.scalar(
            select(func.count(Delivery.id)).where(Delivery.state.in_(("waiting", "sending")))
        )
    return not events and not deliveries


def count(simulator, store: Store, counts: Counts) -> None:
    """Hold what LINE saw against what was stored."""
    with store.session() as session:
        handled = session.scalar(select(func.count(Event.id)).where(Event.state == "done")) or 0
        dead = session.scalar(select(func.count(Event.id)).where(Event.state == "dead")) or 0
        forms = session.scalar(select(func.count(Form.id)).where(Form.state == "cancelled")) or 0
        deliveries = session.execute(select(Delivery.way, Delivery.state, Delivery.key, Delivery.body)).all()
    counts.lost = counts.events - handled - dead
    reports = counts.events // 2
    counts.doubled = max(0, forms - reports)
    counts.wrong = dead + max(0, reports - forms)
    counts.unknown = sum(delivery.state == "unknown" for delivery in deliveries)
    seen_pushes: dict[str, int] = {}
    for call in simulator.line.calls:
        if call.path.endswith("/message/push"):
            counts.repeats += call.status == 409
            if call.accepted and call.retry_key:
                seen_pushes[call.retry_key] = seen_pushes.get(call.retry_key, 0) + 1
    wanted = sum(delivery.key.startswith("drill:") for delivery in deliveries)
    sent = sum(delivery.key.startswith("drill:") and delivery.state == "sent" for delivery in deliveries)
    counts.lost += wanted - sent
    counts.doubled += sum(times - 1 for times in seen_pushes.values())
    replies = sum(call.accepted and call.path.endswith("/message/reply") for call in simulator.line.calls)
    answers = [delivery for delivery in deliveries if delivery.key.startswith("reply:")]
    counts.doubled += max(0, replies - len(answers))
    counts.wrong += sum(delivery.state == "dead" for delivery in deliveries)


def active(member: dict) -> bool:
    """Whether somebody of the network's file may report."""
    consent = member["consent"]
    return bool(consent["basic"]) and not consent["guardian_required"]


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
