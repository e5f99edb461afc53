"""How many webhooks a second are answered, beside a Flask route that only says OK, under the same gunicorn.

``python -m tests.bench.webhook``. On SQLite, and where TEST_POSTGRES_URL is set on PostgreSQL. Every figure is a median
of rounds that take turns, so that a busy machine slows all of them.
"""

import json
import os
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bot.inbox import insert_once
from bot.simulator import sign
from models.migrate import upgrade
from models.post import Delivery
from models.store import Store
from tests.town import Town, free_port, until
from tests.world import DEMO, KEY, PUBLIC_URL, SECRET, TOKEN, load_demo

CLIENTS = 8
REQUESTS = 1000
ROUNDS = 5
BARE = """from flask import Flask
app = Flask("bare")
app.post("/callback")(lambda: "OK")
"""
GROUP = "C00000000000000000000000000000003"
RIDING = "C00000000000000000000000000000004"
PEOPLE = 25

Bodies = Callable[[], list[bytes]]


def main() -> None:
    """Print requests a second of each kind of webhook, and their ratio to the bare route."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "bare.py").write_text(BARE)
        bare = stack.enter_context(_served("bare:app", folder, {}))
        for name, url in stack.enter_context(_databases(folder)).items():
            _prepare(url)
            data = folder / name
            data.mkdir()
            with _served("bot.app:create_app()", data, _environment(url, data)) as port:
                _compare(f"web only, {name}", bare, port)
        _compare_serving(folder, bare)


def _compare_serving(folder: Path, bare: int) -> None:
    """The same with everything in one process: the turns are worked on while webhooks come in."""
    url = f"sqlite:///{folder / 'serve.db'}"
    _prepare(url)
    with Town(url, folder, threads=4).open() as town:
        town.start_all(["serve"])
        _compare("serve, SQLite, its turns beside it", bare, town.port)


def _compare(where: str, bare: int, port: int) -> None:
    kinds: dict[str, Bodies] = {
        "group talk that is not ours": _talk,
        "group talk whose token is kept": _talk_to_ride_on,
        "one stored event a request": _events,
    }
    rates: dict[str, list[float]] = {name: [] for name in ("bare", *kinds)}
    for _ in range(ROUNDS):
        rates["bare"].append(_rate(bare, [b"{}"] * REQUESTS))
        for name, bodies in kinds.items():
            rates[name].append(_rate(port, bodies()))
    unit = statistics.median(rates["bare"])
    print(f"webhook ({where}): bare Flask route {unit:.0f} requests/s")
    for name in kinds:
        rate = statistics.median(rates[name])
        print(f"  {name}: {rate:.0f} requests/s = {rate / unit:.2f} of the bare route")


def _rate(port: int, bodies: Sequence[bytes]) -> float:
    """Requests a second, from clients that keep their connections and have all bytes ready.

    They share one thread, so that as little as can be of the machine is theirs.
    """
    requests = [_request(body) for body in bodies]
    with selectors.DefaultSelector() as answers:
        for number in range(CLIENTS):
            client = _Client(port, requests[number::CLIENTS])
            answers.register(client.connection, selectors.EVENT_READ, client)
        began = time.monotonic()
        for key in answers.get_map().values():
            key.data.send()
        while answers.get_map():
            for key, _ in answers.select():
                if not key.data.receive():
                    answers.unregister(key.fileobj)
                    key.data.connection.close()
        return len(requests) / (time.monotonic() - began)


class _Client:
    """One connection, on which a request is sent when the one before it is answered."""

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = list(reversed(requests))
        self._answer = b""

    def send(self) -> None:
        self.connection.sendall(self._requests[-1])

    def receive(self) -> bool:
        """Read what is there; False after the last answer. As LINE does: what is answered with 503 is sent again."""
        received = self.connection.recv(4096)
        assert received, "the connection was closed"
        self._answer += received
        status = _status(self._answer)
        if status is None:
            return True
        assert status in (200, 503), status
        self._answer = b""
        if status == 200:
            self._requests.pop()
        if self._requests:
            self.send()
        return bool(self._requests)


def _status(answer: bytes) -> int | None:
    """The status of an answer that is whole."""
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end or len(body) < int(head.lower().partition(b"content-length:")[2].split()[0]):
        return None
    return int(head.split()[1])


def _request(body: bytes) -> bytes:
    head = (
        f"POST /callback HTTP/1.1\r\nHost: bot\r\nContent-Length: {len(body)}\r\nContent-Type: application/json\r\n"
        f"X-Line-Signature: {sign(SECRET, body)}\r\n\r\n"
    )
    return head.encode() + body


def _talk() -> list[bytes]:
    return [_said_in(GROUP, number) for number in range(REQUESTS)]


def _talk_to_ride_on() -> list[bytes]:
    return [_said_in(RIDING, number) for number in range(REQUESTS)]


def _said_in(group: str, number: int) -> bytes:
    source = {"type": "group", "groupId": group, "userId": f"U{number % PEOPLE:032x}"}
    return _webhook(source, {"type": "text", "text": "พรุ่งนี้ไปตลาดกันไหม"})


def _events() -> list[bytes]:
    # Strangers' unknown messages: stored, and the lightest to work on, so that the web side is what is measured.
    people = [{"type": "user", "userId": f"U{number % 200 + 1000:032x}"} for number in range(REQUESTS)]
    return [_webhook(source, {"type": "unknown"}) for source in people]


def _webhook(source: dict[str, str], message: dict[str, str]) -> bytes:
    event = {
        "type": "message",
        "mode": "active",
        "timestamp": int(time.time() * 1000),
        "source": source,
        "webhookEventId": os.urandom(13).hex(),
        "deliveryContext": {"isRedelivery": False},
        "replyToken": os.urandom(16).hex(),
        "message": {"id": os.urandom(8).hex(), **message},
    }
    return json.dumps({"destination": "U", "events": [event]}, ensure_ascii=False).encode()


def _prepare(url: str) -> None:
    """The demo network, and in one chat a delivery that may ride with whatever is said there."""
    store = Store(url)
    upgrade(store)
    load_demo(url, orjson.loads(DEMO.read_bytes()))
    now = datetime.now(UTC)
    values = {
        "key": "bench:1:0:0:ride",
        "lane": RIDING,
        "urgency": "urgent",
        "ride_from": now,
        "due_at": now + timedelta(days=1),
        "way": "push",
        "retry_key": str(uuid.uuid4()),
        "state": "planned",
        "written_at": now,
    }
    with store.session() as session:
        session.execute(insert_once(session, Delivery).values(**values))
    store.close()


@contextmanager
def _databases(folder: Path) -> Iterator[dict[str, str]]:
    """Addresses of empty databases by name."""
    found = {"SQLite": f"sqlite:///{folder / 'saan.db'}"}
    given = os.environ.get("TEST_POSTGRES_URL")
    if not given:
        print("LEFT OUT: webhooks on PostgreSQL. Set TEST_POSTGRES_URL")
        yield found
        return
    url, name = make_url(given).set(drivername="postgresql+psycopg"), f"saan_bench_{uuid.uuid4().hex[:12]}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield found | {"PostgreSQL": url.set(database=name).render_as_string(hide_password=False)}
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


@contextmanager
def _served(application: str, folder: Path, environment: dict[str, str]) -> Iterator[int]:
    """An application under gunicorn set up as the bot's; gives its port."""
    port = free_port()
    options = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "8", "--worker-class", "gthread"]
    quiet = ["--no-control-socket", "--log-level", "error", "--pythonpath", f"{folder},{Path.cwd()}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", application, *options, *quiet],
        env={**os.environ, **environment},
        start_new_session=True,
    )
    try:
        until(lambda: _listens(port), "gunicorn did not start")
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _listens(port: int) -> bool:
    """Whether the application answers, be it that it knows no such page."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n\r\n")
            return connection.recv(64).startswith(b"HTTP/1.1 404")
    except OSError:
        return False


def _environment(url: str, folder: Path) -> dict[str, str]:
    return {
        "LINE_CHANNEL_SECRET": SECRET,
        "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
        "DATABASE_URL": url,
        "SAAN_DATA_DIR": str(folder),
        "SAAN_SECRET_KEY": KEY,
        "PUBLIC_URL": PUBLIC_URL,
    }


if __name__ == "__main__":
    main()
