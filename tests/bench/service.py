"""The service under load, everything in one process on SQLite: start-up, time to the answer, memory."""

import json
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from models.migrate import upgrade
from models.store import Store
from tests.town import Town, settled, until

CLIENTS = 16
STARTS = 3
RATE, SECONDS = 50, 45  # messages a second, and for how long
COLD = 5  # of these seconds: what is needed for the first time is looked up, put together, connected
# What people write, one after the other: a report and its end, questions, the menu, an answer to a call, small talk,
# a search for partners.
MIX = (
    "วันนี้ขายผ้าได้ 2 ผืน 900 บาท",
    "ยกเลิก",
    "ข้าวเปลือกชื้นเก็บยุ้งได้ไหมคะ",
    "ประชุมวันไหน",
    "เมนู",
    "ไปค่ะ",
    "สวัสดีค่ะ",
    "หาคนรับซื้อกล้วย",
)
MANY = 10_000  # messages after which memory is looked at
PSS_BAR = 300


def main() -> None:
    """Print all figures; LINE's own time, measured in the same run, stands beside the answer's."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'saan.db'}"
        store = Store(url)
        upgrade(store)
        store.close()
        with Town(url, folder, threads=4).open() as town:
            print(f"start-up until /healthz is 200: {statistics.median(_starts(town)):.1f} s")
            print(f"memory at the start (PSS of the process tree): {_memory(town):.0f} MB")
            people = town.people()
            waits = _answer_times(town.simulator, people, town.store)
            print(
                f"webhook to answer at {RATE}/s, LINE's own time taken off: {figures(waits)};"
                f" in the first {COLD} s of talk {figures(waits[: RATE * COLD])},"
                f" then {figures(waits[RATE * COLD :])}"
                f" ({len(waits)} answers to {RATE * SECONDS} messages)"
            )
            half, whole = _memory_after_many(town, people)
            print(
                f"memory after {MANY // 2:,} messages {half:.0f} MB, after {MANY:,} {whole:.0f} MB"
                f" (bar {PSS_BAR} MB), growth over the last half {whole - half:+.0f} MB"
            )


def figures(waits: list[float]) -> str:
    """Median and 99th percentile of seconds, in milliseconds."""
    p50, p99 = statistics.median(waits), statistics.quantiles(waits, n=100)[98]
    return f"p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms"


def _starts(town: Town) -> list[float]:
    starts = []
    for _ in range(STARTS):
        for process in town.running.values():
            process.kill()
        began = time.monotonic()
        town.start_all(["serve"])
        starts.append(time.monotonic() - began)
    return starts


def _answer_times(simulator, people, store: Store) -> list[float]:
    """Seconds from the moment a webhook leaves LINE until its answer's call reaches LINE."""
    sent: dict[str, float] = {}
    simulator.line.deliver_to(timed(simulator, sent))
    before = len(simulator.line.calls)
    with ThreadPoolExecutor(CLIENTS) as pool:
        began = time.monotonic()
        for number in range(RATE * SECONDS):
            person = people[number % len(people)]
            pool.submit(person.says, MIX[number // len(people) % len(MIX)])
            time.sleep(max(0.0, began + (number + 1) / RATE - time.monotonic()))
    until(lambda: settled(store), "the bot did not finish", 300.0)
    calls = [call for call in simulator.line.calls[before:] if call.path.endswith("/reply") and call.body]
    answered = {call.body["replyToken"]: call.at.timestamp() for call in calls}
    return [answered[token] - at for token, at in sent.items() if token in answered]


def timed(simulator, sent: dict[str, float]):
    """A courier that notes when each webhook leaves LINE, by its reply token."""
    deliver = simulator.line.courier.deliver

    def carry(body: bytes, headers) -> int:
        for event in json.loads(body)["events"]:
            sent[event["replyToken"]] = time.time()
        return deliver(body, headers)

    return carry


def _memory_after_many(town: Town, people) -> tuple[float, float]:
    """The tree's memory after half of many messages, and after all."""
    figures = []
    for _ in range(2):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda number: _talk(people[number::4], MANY // 8), range(4)))
        until(lambda: settled(town.store), "the bot did not finish", 600.0)
        figures.append(_memory(town))
    return figures[0], figures[1]


def _talk(people, messages: int) -> None:
    """So many messages by these people, one after the other."""
    for number in range(messages):
        people[number % len(people)].says(MIX[number // len(people) % len(MIX)])


def _memory(town: Town) -> float:
    """Proportional set size of the bot's processes, in MB."""
    total = 0
    for pid in town.running["serve"].pids():
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total / 1024
