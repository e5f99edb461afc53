"""Big sends: how fast a notice to many is planned and handed to LINE, and what it takes in memory."""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from sqlalchemy import create_engine, func, insert, select, text

from bot import cards
from bot.app import House, build
from bot.line import Answer, Outcome
from bot.notices import Letter, Urgency, Window, write_notice
from bot.settings import load_settings
from models.migrate import upgrade
from models.network import Network
from models.people import Consent, Member, Membership
from models.post import Delivery
from models.store import Store
from tests.world import DEMO, KEY, PUBLIC_URL, SECRET, TOKEN, HandJobs, load_demo

PEOPLE = int(os.environ.get("SAAN_BENCH_PEOPLE", "100000"))
LINE_SECONDS = 0.05
SENDERS = 16  # as many as a worker has
START_TOGETHER = 15.0  # seconds: both processes are up when the next such mark comes


class QuickLine:
    """LINE as seen from the drain: every call takes as long as LINE takes, and is counted."""

    def __init__(self) -> None:
        self.calls: list[float] = []
        self.reached = 0

    def multicast(self, to, messages, retry_key) -> Answer:
        """Accept, after LINE's own time."""
        time.sleep(LINE_SECONDS)
        self.calls.append(time.time())
        self.reached += len(to)
        return Answer(Outcome.SENT, 200)

    def push(self, to, messages, retry_key) -> Answer:
        """The last few, who are no multicast."""
        time.sleep(LINE_SECONDS)
        self.reached += 1
        return Answer(Outcome.SENT, 200)

    def quota(self) -> tuple[None, int]:
        """No limit: this is about speed."""
        return None, 0

    def heads(self, chat_id: str) -> int:
        """Some people in every group."""
        return 20


def main() -> None:
    """Print the figures for SQLite, and for PostgreSQL where TEST_POSTGRES_URL names one."""
    with tempfile.TemporaryDirectory() as name:
        _measure("SQLite", f"sqlite:///{Path(name) / 'saan.db'}", Path(name))
        if server := os.environ.get("TEST_POSTGRES_URL"):
            engine = create_engine(
                server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
            )
            with engine.connect() as connection:
                connection.execute(text("DROP DATABASE IF EXISTS saan_bench"))
                connection.execute(text("CREATE DATABASE saan_bench"))
            _measure("PostgreSQL", server.rsplit("/", 1)[0] + "/saan_bench", Path(name))
            with engine.connect() as connection:
                connection.execute(text("DROP DATABASE saan_bench WITH (FORCE)"))


def _measure(label: str, url: str, folder: Path) -> None:
    jobs, line = HandJobs(), QuickLine()
    house = house_of(url, folder, jobs, line)
    store = house.store
    upgrade(store)
    load_demo(house.settings.database, orjson.loads(DEMO.read_bytes()))
    add_people(store)
    raw = _raw_inserts(store)
    with _Memory() as memory:
        began = time.monotonic()
        reached = _plan(house)
        took = time.monotonic() - began
    print(
        f"{label}: {reached:,} deliveries planned at {reached / took:,.0f}/s beside {raw:,.0f} bare inserts/s,"
        f" memory {memory}"
    )
    print(f"load {Path('/proc/loadavg').read_text().split()[0]} (two processors)")
    _hand_over(label, house, line, jobs)
    _plan(house, "bench:2", PEOPLE // 2)
    _hand_over_by_two(label, url, folder, house)
    store.close()


def house_of(url: str, folder: Path, jobs: HandJobs, line: QuickLine) -> House:
    """The bot's parts on this database, which call `line` instead of LINE."""
    settings = load_settings(
        line_channel_secret=SECRET,
        line_channel_access_token=TOKEN,
        database_url=url,
        saan_data_dir=folder,
        saan_secret_key=KEY,
        public_url=PUBLIC_URL,
    )
    house = build(settings, jobs=jobs)
    object.__setattr__(house.drain, "line", line)
    object.__setattr__(house.drain.purse, "_line", line)
    return house


class _Memory:
    """The process's resident memory, looked at ten times a second."""

    def __enter__(self) -> "_Memory":
        self.first = self.peak = _resident()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def __str__(self) -> str:
        return f"{self.first:.0f} MB before, {self.peak:.0f} MB at most"

    def _look(self) -> None:
        while not self._over.wait(0.1):
            self.peak = max(self.peak, _resident())


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def add_people(store: Store) -> None:
    """Members with consent and membership, in bulk."""
    now = datetime.now(UTC)
    with store.session() as session:
        network_id = session.scalars(select(Network.id)).one()
        first = (session.scalar(select(func.max(Member.id))) or 0) + 1
        ids = range(first, first + PEOPLE)
        connection = session.connection()
        connection.execute(
            insert(Member), [{"id": i, "line_user_id": f"U{i:032x}", "created_at": now} for i in ids]
        )
        connection.execute(
            insert(Consent),
            [{"member_id": i, "purpose": "basic", "version": "1", "given_at": now} for i in ids],
        )
        connection.execute(
            insert(Membership),
            [{"member_id": i, "network_id": network_id, "state": "active", "joined_at": now} for i in ids],
        )
    if not store.is_sqlite:
        with store.session() as session:
            # As PostgreSQL does by itself within a minute.
            session.execute(text("ANALYZE members, consents, memberships"))


def _plan(house, about: str = "bench:1", most: int = PEOPLE) -> int:
    reached = say(house, about, most)
    while house.sweep.write_on(datetime.now(UTC)):
        pass
    return reached


def say(house: House, about: str = "bench:1", most: int = PEOPLE) -> int:
    """Say something to so many people, who are still to be written to; gives how many that reaches."""
    now = datetime.now(UTC)
    with house.store.session() as session:
        network = session.scalars(select(Network)).one()
        window = Window(now, now, now + timedelta(hours=6))
        letter = Letter(about, lambda _: [cards.text("ข่าวถึงทุกคน")], window, Urgency.URGENT, network=network)
        everybody = select(Member).where(Member.line_user_id.is_not(None)).order_by(Member.id.desc())
        return write_notice(session, house.tools, letter, members=everybody.limit(most), now=now).reached


def _raw_inserts(store: Store) -> float:
    """Rows a second of the same table without a thought: what the planning is measured against."""
    now = datetime.now(UTC)
    rows = [
        {
            "key": f"raw:{i}",
            "lane": f"U{i:032x}",
            "way": "push",
            "state": "dropped",
            "retry_key": "r",
            "written_at": now,
        }
        for i in range(PEOPLE // 5)
    ]
    rates = []
    for _ in range(3):
        began = time.monotonic()
        with store.session() as session:
            session.connection().execute(insert(Delivery), rows)
        rates.append(len(rows) / (time.monotonic() - began))
        with store.session() as session:
            session.execute(text("DELETE FROM deliveries WHERE key LIKE 'raw:%'"))
    return statistics.median(rates)


def _hand_over(label: str, house, line: QuickLine, jobs: HandJobs) -> None:
    """Release what is due, and send it with as many threads as LINE's time and rate ask for."""
    with _Memory() as memory:
        began, cpu = time.monotonic(), time.process_time()
        house.sweep.release_due(datetime.now(UTC))
        released = time.monotonic()
        _drain(house, dict.fromkeys(jobs.lanes))
        spent = time.process_time() - cpu
    print(
        f"{label}: made ready in {released - began:.1f} s, {line.reached:,} people in {len(line.calls)} multicasts"
        f" handed over by one process {_rates(line.calls)}, {spent / len(line.calls) * 1000:.1f} ms of processor each"
        f" (a server's not counted), LINE taking {LINE_SECONDS * 1000:.0f} ms; memory {memory}"
    )


def _drain(house, lanes: Iterable[str]) -> None:
    """Send until nothing is due, as the threads of a worker do."""
    with ThreadPoolExecutor(SENDERS) as pool:
        while lanes:
            list(pool.map(house.drain, lanes))
            lanes = house.outbox.asleep()


def _hand_over_by_two(label: str, url: str, folder: Path, house) -> None:
    """The same by two processes, which keep LINE's rate together."""
    house.sweep.release_due(datetime.now(UTC))
    command = [sys.executable, "-m", "tests.bench.sending", url, str(folder)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    told = [orjson.loads(one.communicate()[0]) for one in both]
    calls = sorted(at for one in told for at in one["calls"])
    spent = sum(one["cpu"] for one in told)
    shares = " + ".join(str(len(one["calls"])) for one in told)
    print(
        f"{label}: {shares} multicasts handed over by two processes {_rates(calls)},"
        f" {spent / len(calls) * 1000:.1f} ms of processor each"
    )


def _second(url: str, folder: str) -> None:
    """One of two processes: wait until both are up, send, and tell when."""
    line = QuickLine()
    house = house_of(url, Path(folder), HandJobs(), line)
    lanes = house.outbox.asleep()
    time.sleep(START_TOGETHER - time.time() % START_TOGETHER)
    cpu = time.process_time()
    random.shuffle(lanes)
    _drain(house, lanes)
    print(orjson.dumps({"calls": line.calls, "cpu": time.process_time() - cpu}).decode())


def _rates(calls: list[float]) -> str:
    span = max(calls) - min(calls) if len(calls) > 1 else 1.0
    busiest = max(sum(at <= other < at + 1 for other in calls) for at in calls)
    return f"in {span:.1f} s: {len(calls) / span:.0f} calls/s, at most {busiest} in any second"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _second(*sys.argv[1:])
    else:
        main()
