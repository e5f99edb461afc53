"""Kill the bot's processes at random moments, again and again, or tell them to end, while people talk to it."""

import random
import signal
import time
from pathlib import Path

import orjson

from tests.soak.counts import Counts, tally
from tests.soak.load import Load
from tests.town import Town, crowded, settled, until
from tests.world import DEMO

SEED = 2569
TO_FINISH = 1800.0  # seconds in which all that was stored must be done after the last start
GRACEFUL = 0.25  # of the ends
MOST_SECONDS = 10.0  # that a process may take to end when it is told to
ENDED_WELL = (0, -signal.SIGTERM)  # the latter while it starts, with nothing in hand


def kill_drill(
    database_url: str,
    folder: Path,
    *,
    rounds: int,
    seed: int = SEED,
    workers: int = 2,
    people: int | None = None,
    events: int = 0,
    pause: tuple[float, float] = (0.2, 1.5),
) -> Counts:
    """In each round one process is killed at random, or told to end, and started again; then all is counted.

    With `people` so many write, until there are so many `events`; pushes, rides and timed work wait for them.
    """
    chance = random.Random(seed)
    network = orjson.loads(DEMO.read_bytes())
    network = crowded(network, people) if people else network
    with Town(database_url, folder, network=network).open() as town:
        load, names = Load(town), town.everybody(workers)
        town.start_all(names)
        with load.talking(pause=0.0 if events else 0.1, photos=not events, most=events):
            number = 0
            while number < rounds or load.counts.events < events:
                if number < rounds:
                    load.write(number)
                time.sleep(chance.uniform(*pause))
                end_one(town, chance, names, load.counts)
                number += 1
        finish(town, load)
    return load.counts


def finish(town: Town, load: Load) -> None:
    """Let all that still waits leave, and count. A clock that has just been started looks for timed work at once."""
    keeper = town.everybody()[-1]
    town.running[keeper].kill()
    town.start(keeper)
    until(
        lambda: _is_over(town, load),
        "the bot did not finish what was stored, or what was due did not leave",
        TO_FINISH,
    )
    tally(town.line, town.store, load.wanted, load.counts)


def _is_over(town: Town, load: Load) -> bool:
    """Asked again and again: what was to ride with an answer that did not arrive is planned anew, for its own time."""
    load.let_leave()
    return settled(town.store) and load.is_due_gone()


def end_one(town: Town, chance: random.Random, names: list[str], counts: Counts) -> None:
    """Kill one process at random, or tell it to end, and start it again."""
    name = chance.choice(names)
    if chance.random() < GRACEFUL:
        code, seconds = town.running[name].end()
        bad = code not in ENDED_WELL or seconds > MOST_SECONDS
        counts.note("wrong", bad, f"{name} ended with {code} after {seconds:.1f} s")
        counts.ended += 1
    else:
        town.running[name].kill()
        counts.killed += 1
    town.start(name)
    if name in ("serve", "web"):
        town.until_ready()
