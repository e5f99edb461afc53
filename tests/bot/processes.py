"""Real processes of the bot, for tests of how they live and end."""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import urllib3

SAAN = [sys.executable, "-c", "from bot.cli import main; main()"]
PROCFILE = Path(__file__).parents[2] / "Procfile"


class Process:
    """One that was started; what it logs is kept in a file."""

    def __init__(self, command: list[str], environment: Mapping[str, str], log) -> None:
        self._process = subprocess.Popen(
            command, env=dict(environment), stdout=log, stderr=log, start_new_session=True
        )

    def end(self) -> tuple[int, float]:
        """SIGTERM. Gives its exit code and how many seconds it took to end."""
        began = time.monotonic()
        self._process.terminate()
        return self._process.wait(timeout=30), time.monotonic() - began

    def kill(self) -> None:
        """kill -9, with all its children."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def signal(self, number: int) -> None:
        """A signal to it alone."""
        self._process.send_signal(number)

    def pids(self) -> list[int]:
        """It and its children."""
        found = subprocess.run(
            ["pgrep", "-g", str(self._process.pid)], capture_output=True, text=True, check=False
        )
        return [int(pid) for pid in found.stdout.split()]


def web(port: int) -> list[str]:
    """The command of the Procfile's web processes."""
    (line,) = [line for line in PROCFILE.read_text().splitlines() if line.startswith("web:")]
    return [sys.executable, "-m", *shlex.split(line.removeprefix("web:").replace("$PORT", str(port)))]


@contextmanager
def running(command: list[str], environment: Mapping[str, str], folder) -> Iterator[Process]:
    """A process while the block runs."""
    with (folder / "log").open("ab") as log:
        process = Process(command, environment, log)
        try:
            yield process
        finally:
            process.kill()


def answers(url: str) -> bool:
    """Whether something answers 200 there."""
    try:
        return urllib3.request("GET", url, retries=False, timeout=5.0).status == 200
    except urllib3.exceptions.HTTPError:
        return False
