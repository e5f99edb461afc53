"""Two worker processes beside one, when LINE takes its time: what is waited for, more processes wait for at once."""

import os
import signal
import statistics
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from models.post import Event
from tests.bot.processes import Process
from tests.postgres import own_database
from tests.soak.load import Load
from tests.town import THREADS, Town, settled, until

LINE_SECONDS = 0.05
PEOPLE, REPORTS = 30, 4
ROUNDS = 3


def main() -> None:
    """Print turns a second of one worker and of two, on PostgreSQL."""
    server = os.environ.get("TEST_POSTGRES_URL")
    if not server:
        print("LEFT OUT: workers; set TEST_POSTGRES_URL")
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        own_database(server) as url,
        Town(url, Path(folder)).open() as town,
    ):
        town.start_all(["web", "worker 1", "worker 2"])
        one, other = town.running["worker 1"], town.running["worker 2"]
        town.line.faults.slow = LINE_SECONDS
        load = Load(town, people=PEOPLE)
        alone, together = [], []
        for _ in range(ROUNDS):
            alone.append(_rate(load, [one], [other]))
            together.append(_rate(load, [one, other], []))
    first, both = statistics.median(alone), statistics.median(together)
    print(
        f"turns/s with LINE at {LINE_SECONDS * 1000:.0f} ms, {THREADS} threads a worker: one {first:.0f}, ",
        end="",
    )
    print(f"two {both:.0f} = {both / first:.2f} times ({_all(alone)} and {_all(together)})")


def _rate(load: Load, working: Sequence[Process], idle: Sequence[Process]) -> float:
    """Turns a second over the middle of a backlog that is there before anybody works on it."""
    for worker in (*working, *idle):
        worker.signal(signal.SIGSTOP)
    before = _newest(load.town)
    for _ in range(REPORTS):
        for person in load.people:
            load.report(person)
    for worker in working:
        worker.signal(signal.SIGCONT)
    until(lambda: settled(load.town.store), "the backlog was not worked off", 300.0)
    for worker in idle:
        worker.signal(signal.SIGCONT)
    ends = _ends(load.town, before)
    middle = ends[len(ends) // 10 : -len(ends) // 5]
    return len(middle) / (middle[-1] - middle[0]).total_seconds()


def _newest(town: Town) -> int:
    with town.store.session() as session:
        return session.scalar(select(func.max(Event.id))) or 0


def _ends(town: Town, after: int) -> list[datetime]:
    with town.store.session() as session:
        query = select(Event.finished_at).where(Event.id > after, Event.finished_at.is_not(None))
        return sorted(end for end in session.scalars(query) if end is not None)


def _all(rates: Sequence[float]) -> str:
    return ", ".join(f"{rate:.0f}" for rate in rates)
