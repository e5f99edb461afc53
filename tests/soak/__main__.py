"""`make soak`: the long drills, whole. Prints what each found; ends with 1 if anything was lost, doubled or wrong."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from models.migrate import upgrade
from models.store import Store
from tests.postgres import own_database
from tests.soak.crash import crash_drill
from tests.soak.fuzz import fuzz_drill

KILLS = 50
SEED = 2569


def main() -> int:
    """Run every drill on every database that is there."""
    faults = 0
    print(f"arbitrary Unicode: {fuzz_drill()} messages read, none raised", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, url in _databases(Path(folder)):
            started = time.monotonic()
            counts = crash_drill(url, Path(folder), kills=KILLS, seed=SEED)
            print(f"kill -9 on {name}: {counts} in {time.monotonic() - started:.0f} s", flush=True)
            faults += counts.lost + counts.doubled + counts.wrong
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
