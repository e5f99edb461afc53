"""`make soak`: the long drills, whole. Prints what each found; ends with 1 if anything was lost, doubled or wrong.

With names (`python -m tests.soak kill clocks`) only these.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from models.migrate import upgrade
from models.store import Store
from tests.postgres import own_database
from tests.soak import month
from tests.soak.clocks import jump_drill, two_clocks_drill
from tests.soak.counts import Counts
from tests.soak.faults import line_drill
from tests.soak.fuzz import fuzz_drill
from tests.soak.killing import kill_drill
from tests.soak.storage import storage_drill
from tests.soak.webhooks import webhook_drill

SEED = 2569
DRILLS: dict[str, Callable[[str, Path], Counts]] = {
    "kill": lambda url, folder: kill_drill(url, folder, rounds=100, seed=SEED),
    "order": lambda url, folder: kill_drill(
        url, folder, rounds=20, seed=SEED, workers=4, people=200, events=10_000, pause=(3.0, 8.0)
    ),
    "LINE": lambda url, folder: line_drill(url, folder, rounds=60, seed=SEED),
    "webhooks": lambda url, folder: webhook_drill(url, folder, rounds=100, seed=SEED),
    "clocks": lambda url, folder: two_clocks_drill(url, folder, rounds=10, seed=SEED),
    "jumps": lambda url, folder: jump_drill(url, folder, rounds=60, seed=SEED),
    "storage": lambda url, folder: storage_drill(url, folder, seconds=60.0, rounds=2, seed=SEED),
    "storage often": lambda url, folder: storage_drill(url, folder, seconds=1.0, rounds=10, seed=SEED),
}


def main(names: list[str]) -> int:
    """Run every drill, or those that are named, on every database that is there; read and live what else is long."""
    faults = 0
    for name, drill in DRILLS.items():
        if not names or name in names:
            faults += _on_each_database(name, drill)
    if not names:
        print(f"arbitrary Unicode: {fuzz_drill()} messages read, none raised", flush=True)
        month.main()
    return 1 if faults else 0


def _on_each_database(name: str, drill: Callable[[str, Path], Counts]) -> int:
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        for kind, url in _databases(Path(folder)):
            started = time.monotonic()
            counts = drill(url, Path(folder))
            print(f"{name} on {kind}: {counts} in {time.monotonic() - started:.0f} s", flush=True)
            faults += counts.faults
    return faults


def _databases(folder: Path) -> Iterator[tuple[str, str]]:
    sqlite = f"sqlite:///{folder / 'saan.db'}"
    _migrate(sqlite)
    yield "SQLite", sqlite
    if not os.environ.get("TEST_POSTGRES_URL"):
        print("LEFT OUT: PostgreSQL; set TEST_POSTGRES_URL")
        return
    with own_database(os.environ["TEST_POSTGRES_URL"]) as url:
        yield "PostgreSQL", url


def _migrate(url: str) -> None:
    store = Store(url)
    upgrade(store)
    store.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
