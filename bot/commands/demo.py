"""`saan demo`: the bot with the demo network, and a stand-in for LINE with a chat page. Nothing of it is kept."""

import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click
import orjson
import urllib3

from bot.clock import wall
from bot.faults import where
from bot.settings import load_settings
from bot.simulator import create_simulator, serving
from bot.understanding import places
from bot.understanding.words import cut
from models.migrate import upgrade
from models.network_file import load_network
from models.store import Store

if TYPE_CHECKING:
    from bot.ticks import Ticks

BANGKOK = ZoneInfo("Asia/Bangkok")
PUBLIC_URL = "https://demo.saan.example"  # the page shows what is there through itself
START_SECONDS = 60.0
MORNING = timedelta(hours=9)
TICK_SECONDS = 60.0

log = logging.getLogger(__name__)


class DemoClock:
    """The demo's time: it begins on the demo network's own day, runs on, and can be moved forward."""

    def __init__(self, start: datetime) -> None:
        self._start, self._began = start, time.monotonic()

    def __call__(self) -> datetime:
        """The demo's time now."""
        return self._start + timedelta(seconds=time.monotonic() - self._began)

    def move(self, to: datetime) -> None:
        """Go on from another time."""
        self._start, self._began = to, time.monotonic()


class Pulse:
    """Does what is due at the demo's time: every minute while it runs, and at once when it is moved."""

    def __init__(self, clock: DemoClock, environment: dict[str, str]) -> None:
        self._clock, self._environment = clock, environment
        self._mutex = threading.Lock()
        self._ticks: Ticks | None = None

    def start(self) -> None:
        """Begin; it ends with the process."""
        threading.Thread(target=self._run, name="saan-demo-pulse", daemon=True).start()

    def move(self, to: datetime) -> None:
        """Go on from another time; returns when what is due then is delivered."""
        self._clock.move(to)
        self._tick()

    def _run(self) -> None:
        while True:
            self._tick()
            time.sleep(TICK_SECONDS)

    def _tick(self) -> None:
        with self._mutex:
            try:
                if self._ticks is None:
                    self._ticks = _ticks(self._environment)
                self._ticks(self._clock())
            except Exception as error:
                log.warning("The demo's clock missed a tick: %s at %s", *where(error))


@click.command()
@click.option(
    "--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="Port of the chat page."
)
@click.option("--open/--no-open", "open_page", default=True, help="Open the page in a browser.")
def demo(port: int, open_page: bool) -> None:
    """Try the bot in the browser, without a LINE account."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended by its parent, it ends the bot too
    network = orjson.loads(files("models").joinpath("demo_network.json").read_bytes())
    clock = DemoClock(datetime.fromisoformat(network["meta"]["date"]).replace(tzinfo=BANGKOK) + MORNING)
    bot_port = _free_port()
    with tempfile.TemporaryDirectory(prefix="saan-demo-") as folder:
        environment = {
            "LINE_CHANNEL_SECRET": secrets.token_hex(16),
            "LINE_CHANNEL_ACCESS_TOKEN": secrets.token_hex(32),
            "SAAN_SECRET_KEY": secrets.token_hex(32),
            "PUBLIC_URL": PUBLIC_URL,
            "SAAN_DATA_DIR": folder,
            "DATABASE_URL": f"sqlite:///{folder}/saan.db",
            "SAAN_CLOCK_SHIFT": str((clock() - wall()).total_seconds()),
        }

        pulse = Pulse(clock, environment)
        simulator = create_simulator(
            channel_secret=environment["LINE_CHANNEL_SECRET"],
            access_token=environment["LINE_CHANNEL_ACCESS_TOKEN"],
            bot_url=f"http://127.0.0.1:{bot_port}",
            network=network,
            public_url=PUBLIC_URL,
            clock=clock,
            on_clock=pulse.move,
        )
        _load(environment["DATABASE_URL"], network)
        with serving(simulator.app, port=port) as page:
            environment["LINE_API_URL"] = page
            with _bot(environment, bot_port) as process:
                pulse.start()
                click.echo(f"Saan is ready: {page}  (Ctrl-C ends it)")
                if open_page:
                    click.launch(page)
                _wait(process)


def _ticks(environment: dict[str, str]) -> "Ticks":
    # Imported when the page is there already: it takes seconds.
    from bot.ticks import Ticks

    return Ticks(load_settings(**{name.lower(): value for name, value in environment.items()}))


def _load(database_url: str, network: dict[str, Any]) -> None:
    store = Store(database_url)
    upgrade(store)
    with store.session() as session:
        load_network(session, orjson.dumps(network), cut=cut, places=places, progress=lambda *_: None)
    store.close()


@contextmanager
def _bot(environment: dict[str, str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The bot in a process of its own, as it runs anywhere; ready when this is entered, ended when it is left."""
    process = subprocess.Popen(_saan("serve", "--port", str(port)), env={**os.environ, **environment})  # noqa: S603
    try:
        _until_ready(process, port)
        yield process
    finally:
        process.terminate()
        process.wait()


def _until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    http = urllib3.PoolManager(retries=False, timeout=2.0)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if http.request("GET", f"http://127.0.0.1:{port}/healthz").status == 200:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.1)
    raise click.ClickException("the bot did not start; its own lines above say why")


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait()
    except KeyboardInterrupt:
        click.echo("")


def _saan(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from bot.cli import main; main()", *arguments]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
