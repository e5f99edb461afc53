"""The service under load: start-up, memory, webhook throughput beside a bare Flask route, and time to the answer."""

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson

from bot.simulator import create_simulator, serving, sign
from models.migrate import upgrade
from models.store import Store
from tests.soak.crash import Bot, active, free_port
from tests.world import DEMO, KEY, PUBLIC_URL, SECRET, TOKEN, load_demo

CLIENTS = 8
REQUESTS = 1000
ROUNDS = 3
RATE, SECONDS = 20, 30
BARE = """from flask import Flask
app = Flask("bare")
app.post("/callback")(lambda: "OK")
"""
GROUP = "C00000000000000000000000000000003"


def main() -> None:
    """Print all figures; each is a median of rounds in this run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        network = orjson.loads(DEMO.read_bytes())
        url = f"sqlite:///{folder / 'saan.db'}"
        store = Store(url)
        upgrade(store)
        store.close()
        load_demo(url, network)
        with _bare(folder) as port:
            bare = _median_rate(port, lambda: [b"{}"] * REQUESTS)
        print(f"bare Flask route under the same gunicorn: {bare:.0f} requests/s")
        with _line(network, url, folder) as (simulator, bot, port):
            starts = []
            for _ in range(ROUNDS):
                bot.kill()
                began = time.monotonic()
                bot.start()
                starts.append(time.monotonic() - began)
            print(f"start-up until /healthz is 200: {statistics.median(starts):.1f} s")
            print(f"memory at the start (PSS of the process tree): {_memory(bot):.0f} MB")
            for label, bodies in (
                ("group talk that is not ours", _talk),
                ("one stored event a request", _events),
            ):
                rate = _median_rate(port, bodies)
                print(f"webhook, {label}: {rate:.0f} requests/s = {rate / bare:.2f} of the bare route")
            _wait_until_idle(url)
            waits = _answer_times(simulator, network)
            p50, p99 = statistics.median(waits), statistics.quantiles(waits, n=100)[98]
            figures = f"p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms"
            print(f"webhook to answer at {RATE}/s: {figures} ({len(waits)} messages)")
            print(f"memory after them: {_memory(bot):.0f} MB")


def _median_rate(port: int, bodies) -> float:
    return statistics.median(_rate(port, bodies()) for _ in range(ROUNDS))


def _rate(port: int, bodies: list[bytes]) -> float:
    """Requests a second, from clients that keep their connections and have all bytes ready."""
    requests = [_request(body) for body in bodies]
    with ThreadPoolExecutor(CLIENTS) as pool:
        began = time.monotonic()
        list(pool.map(lambda number: _send(port, requests[number::CLIENTS]), range(CLIENTS)))
        return len(requests) / (time.monotonic() - began)


def _send(port: int, requests: list[bytes]) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request in requests:
            connection.sendall(request)
            answer = b""
            while not answer.endswith(b"OK"):
                answer += connection.recv(4096)
            assert b" 200 " in answer[:20], answer[:80]


def _request(body: bytes) -> bytes:
    head = (
        f"POST /callback HTTP/1.1\r\nHost: bot\r\nContent-Length: {len(body)}\r\nContent-Type: application/json\r\n"
        f"X-Line-Signature: {sign(SECRET, body)}\r\n\r\n"
    )
    return head.encode() + body


def _talk() -> list[bytes]:
    return [
        _webhook({"type": "group", "groupId": GROUP, "userId": f"U{number % 25:032x}"}, "พรุ่งนี้ไปตลาดกันไหม")
        for number in range(REQUESTS)
    ]


def _events() -> list[bytes]:
    # Strangers' stickers: stored, and the lightest to work on, so that the web side is what is measured.
    return [
        _webhook({"type": "user", "userId": f"U{number % 200 + 1000:032x}"}, None)
        for number in range(REQUESTS)
    ]


def _webhook(source: dict, text: str | None) -> bytes:
    message = (
        {"id": os.urandom(8).hex(), "type": "text", "text": text}
        if text
        else {"id": os.urandom(8).hex(), "type": "unknown"}
    )
    event = {
        "type": "message",
        "mode": "active",
        "timestamp": int(time.time() * 1000),
        "source": source,
        "webhookEventId": os.urandom(13).hex(),
        "deliveryContext": {"isRedelivery": False},
        "replyToken": os.urandom(16).hex(),
        "message": message,
    }
    return json.dumps({"destination": "U", "events": [event]}, ensure_ascii=False).encode()


def _answer_times(simulator, network: dict) -> list[float]:
    """Seconds from the moment a webhook leaves LINE until the answer's call has come back to it."""
    people = [simulator.line.person(member["id"]) for member in network["members"] if active(member)]
    sent: dict[str, float] = {}
    answered: dict[str, float] = {}
    simulator.line.deliver_to(_timed(simulator, sent))
    before = len(simulator.line.calls)
    with ThreadPoolExecutor(CLIENTS) as pool:
        for number in range(RATE * SECONDS):
            person = people[number % len(people)]
            pool.submit(person.says, "วันนี้ขายผ้าได้ 2 ผืน 900 บาท" if number // len(people) % 2 == 0 else "ยกเลิก")
            time.sleep(1 / RATE)
    time.sleep(3)
    for call in simulator.line.calls[before:]:
        if call.path.endswith("/reply") and call.body:
            answered[call.body["replyToken"]] = call.at.timestamp()
    return [answered[token] - at for token, at in sent.items() if token in answered]


def _timed(simulator, sent: dict[str, float]):
    deliver = simulator.line.courier.deliver

    def timed(body: bytes, headers) -> int:
        for event in json.loads(body)["events"]:
            sent[event["replyToken"]] = time.time()
        return deliver(body, headers)

    return timed


def _wait_until_idle(url: str) -> None:
    from tests.soak.crash import settled, until

    store = Store(url)
    until(lambda: settled(store), "the bot did not finish", 300.0)
    store.close()


def _memory(bot: Bot) -> float:
    """Proportional set size of the bot's processes, in MB."""
    total = 0
    for pid in _tree(bot):
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total / 1024


def _tree(bot: Bot) -> list[str]:
    found = subprocess.run(["pgrep", "-g", str(bot.pid)], capture_output=True, text=True, check=True)
    return found.stdout.split()


@contextmanager
def _bare(folder: Path) -> Iterator[int]:
    """A Flask route that returns 200, under gunicorn set up as the bot's."""
    (folder / "bare.py").write_text(BARE)
    port = free_port()
    options = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "8", "--worker-class", "gthread"]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "bare:app",
            *options,
            "--no-control-socket",
            "--log-level",
            "error",
        ],
        cwd=folder,
        start_new_session=True,
    )
    time.sleep(2)
    try:
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


@contextmanager
def _line(network: dict, url: str, folder: Path):
    bots: list[Bot] = []
    simulator = create_simulator(
        channel_secret=SECRET,
        access_token=TOKEN,
        bot_url="http://bot.invalid",
        network=network,
        public_url=PUBLIC_URL,
        clock=lambda: datetime.now(UTC),
        deliver=lambda body, headers: bots[0].post(body, headers),  # noqa: PLW0108 - not made yet
        quota=None,
    )
    port = free_port()
    with serving(simulator.app) as line_url:
        environment = {
            **os.environ,
            "LINE_CHANNEL_SECRET": SECRET,
            "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
            "LINE_API_URL": line_url,
            "DATABASE_URL": url,
            "SAAN_DATA_DIR": str(folder),
            "SAAN_SECRET_KEY": KEY,
            "PUBLIC_URL": PUBLIC_URL,
        }
        bots.append(Bot(environment, port))
        try:
            yield simulator, bots[0], port
        finally:
            bots[0].kill()
