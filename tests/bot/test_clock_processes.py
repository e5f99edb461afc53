"""Two clocks started by mistake, or on two hosts, as real processes: one works, and the other takes over."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager

import pytest

from bot.heartbeat import CLOCK
from models.post import Heartbeat
from models.store import Store
from tests.town import free_port, until
from tests.world import KEY, PUBLIC_URL, SECRET, TOKEN

KEEPS = b"This process keeps the time"
STANDS_BY = b"Another process keeps the time on this database; this one stands by"
pytestmark = pytest.mark.crash


class Started:
    """A `saan …` in a process of its own, and what it logged."""

    def __init__(self, arguments, environment, log) -> None:
        self._log = log
        command = [sys.executable, "-c", "from bot.cli import main; main()", *arguments]
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )

    def said(self, words: bytes) -> int:
        return self._log.read_bytes().count(words)

    def is_settled(self) -> bool:
        """Whether it has said what it does."""
        assert self.process.poll() is None, self._log.read_text()
        return bool(self.said(KEEPS) or self.said(STANDS_BY))

    def kill(self, how: int) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, how)


@contextmanager
def started(database_url, folder, *commands):
    """These commands on one database, at the same time: first who keeps the time."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "SAAN_DATA_DIR": str(folder),
        "LINE_API_URL": "http://127.0.0.1:9",
        "LINE_CHANNEL_SECRET": SECRET,
        "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
        "SAAN_SECRET_KEY": KEY,
        "PUBLIC_URL": PUBLIC_URL,
    }
    with ExitStack() as stack:
        running = []
        for number, arguments in enumerate(commands):
            one = Started(arguments, environment, folder / f"log{number}")
            stack.callback(one.process.wait)
            stack.callback(one.kill, signal.SIGKILL)
            running.append(one)
        until(lambda: all(one.is_settled() for one in running), "one says nothing", 60.0)
        yield sorted(running, key=lambda one: one.said(STANDS_BY))


def holder(database_url) -> str | None:
    store = Store(database_url)
    with store.session() as session:
        beat = session.get(Heartbeat, CLOCK)
    store.close()
    return beat and beat.holder


def test_of_two_clocks_one_works_and_the_other_takes_over(database_url, tmp_path):
    """Also beside `serve`; killed without warning, the first is followed within 30 s; told to end, it ends in 10."""
    first = ["serve", "--port", str(free_port())] if database_url.startswith("sqlite") else ["clock"]
    with started(database_url, tmp_path, first, ["clock"]) as (one, other):
        assert (one.said(KEEPS), one.said(STANDS_BY)) == (1, 0)
        assert (other.said(KEEPS), other.said(STANDS_BY)) == (0, 1)
        until(lambda: holder(database_url) is not None, "no heartbeat", 30.0)
        before = holder(database_url)
        one.kill(signal.SIGKILL)
        until(lambda: other.said(KEEPS) == 1, "nobody took over", 30.0)
        until(lambda: holder(database_url) != before, "no sweep after it took over", 30.0)
        other.kill(signal.SIGTERM)
        assert other.process.wait(10.0) == 0
