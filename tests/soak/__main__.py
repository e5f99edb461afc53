"""`make soak`: the long drills, whole. Prints what each found; ends with 1 if anything was lost, doubled or wrong."""

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
from tests.soak.crash import Counts, crash_drill
from tests.soak.faults import line_drill, webhook_drill
from tests.soak.fuzz import fuzz_drill

KILLS, ROUNDS = 100, 300
SEED = 2569
DRILLS: dict[str, Callable[[str, Path], Counts]] = {
    "kill -9": lambda url, folder: crash_drill(url, folder, kills=KILLS, seed=SEED),
    "LINE's faults": lambda url, folder: line_drill(url, folder, rounds=ROUNDS, seed=SEED),
    "webhooks that come again": lambda url, folder: webhook_drill(url, folder, rounds=ROUNDS, seed=SEED),
}


def main() -> int:
    """Run every drill on every database that is there, and live the month."""
    faults = 0
    print(f"arbitrary Unicode: {fuzz_drill()} messages read, none raised", flush=True)
    for label, drill in DRILLS.items():
        with tempfile.TemporaryDirectory() as folder:
            for name, url in _databases(Path(folder)):
                started = time.monotonic()
                counts = drill(url, Path(folder))
                print(f"{label} on {name}: {counts} in {time.monotonic() - started:.0f} s", flush=True)
                faults += counts.lost + counts.doubled + counts.wrong
    month.main()
    return 1 if faults else 0


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
    sys.exit(main())
