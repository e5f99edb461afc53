"""The database is away, locked or ended, or the disk is full, while people talk: LINE sends again, nothing is lost."""

import random
import resource
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import make_url

from models.post import Event
from tests.soak.counts import Counts
from tests.soak.killing import finish
from tests.soak.load import Load
from tests.town import Town, until

END_SESSIONS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()"
)
GOES_ON_WITHIN = 60.0  # seconds


def storage_drill(database_url: str, folder: Path, *, seconds: float, rounds: int, seed: int) -> Counts:
    """In each round the database or the disk fails for so long; then all goes on by itself."""
    chance, slowest = random.Random(seed), 0.0
    with Town(database_url, folder).open() as town:
        load = Load(town)
        town.start_all(town.everybody())
        faults = (locked, full) if town.store.is_sqlite else (away, ended)
        with load.talking(photos=True):
            for number in range(rounds):
                load.write(number)
                until(lambda: load.counts.events > 0, "nobody talks")
                time.sleep(chance.uniform(0.5, 2.0))
                fault = faults[number % len(faults)]
                with fault(town):
                    time.sleep(seconds)
                slowest = max(slowest, _goes_on(town))
        finish(town, load)
    load.counts.note("wrong", 503 not in town.statuses, "webhooks were accepted without a database")
    load.counts.details.append(f"{town.statuses.count(503)} webhooks were answered 503")
    load.counts.details.append(f"the slowest went on after {slowest:.1f} s")
    return load.counts


@contextmanager
def locked(town: Town) -> Iterator[None]:
    """SQLite: somebody else writes, and does not end."""
    other = sqlite3.connect(town.database_url.removeprefix("sqlite:///"), isolation_level=None, timeout=60.0)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def full(town: Town) -> Iterator[None]:
    """There is no room for one more byte in any file of the bot's: neither in the database nor for pictures."""
    pids = [pid for process in town.running.values() for pid in process.pids()]
    most = resource.RLIM_INFINITY
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, most))
    try:
        yield
    finally:
        for pid in pids:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))


@contextmanager
def away(town: Town) -> Iterator[None]:
    """PostgreSQL: the database has ended all sessions and takes none."""
    with _administering(town) as (admin, name):
        admin.execute(text(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false'))
        admin.execute(END_SESSIONS, {"name": name})
        try:
            yield
        finally:
            admin.execute(text(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true'))


@contextmanager
def ended(town: Town) -> Iterator[None]:
    """PostgreSQL: all sessions are ended again and again, as when it restarts and is not well yet."""
    with _administering(town) as (admin, name):
        for _ in range(5):
            admin.execute(END_SESSIONS, {"name": name})
            time.sleep(0.3)
        yield


@contextmanager
def _administering(town: Town) -> Iterator[tuple]:
    url = make_url(town.database_url)
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as admin:
        yield admin, url.database
    engine.dispose()


def _goes_on(town: Town) -> float:
    """Seconds until the next event is done."""
    began = time.monotonic()
    before = _done(town)
    until(lambda: _done(town) > before, "the bot does not go on", GOES_ON_WITHIN)
    return time.monotonic() - began


def _done(town: Town) -> int:
    with town.store.session() as session:
        return session.scalar(select(func.count(Event.id)).where(Event.state == "done")) or 0
