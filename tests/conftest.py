"""Databases to test on: every suite that stores something runs on SQLite and on PostgreSQL."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from models.migrate import upgrade
from models.store import Store
from tests.world import DEMO, load_demo

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "")


def pytest_terminal_summary(terminalreporter):
    """Say loudly what was left out."""
    left_out = terminalreporter.stats.get("skipped", [])
    if not POSTGRES_URL:
        terminalreporter.write_line(
            "LEFT OUT: everything on PostgreSQL. Set TEST_POSTGRES_URL, e.g. postgresql://postgres@127.0.0.1/postgres",
            red=True,
            bold=True,
        )
    if left_out:
        reasons = sorted({str(report.longrepr[2]) for report in left_out})
        terminalreporter.write_line(
            f"LEFT OUT: {len(left_out)} tests: {'; '.join(reasons)}", red=True, bold=True
        )


def pytest_sessionfinish(session, exitstatus):
    """Where everything must run, a test that was left out is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("SAAN_TEST_EVERYTHING") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = 1


@pytest.fixture(scope="session")
def templates(tmp_path_factory) -> Iterator["Templates"]:
    """Migrated databases to copy, made when they are first wanted."""
    made = Templates(tmp_path_factory.mktemp("templates"))
    yield made
    made.drop()


class Templates:
    """A migrated database, empty or with the demo network, on SQLite and on PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: dict[tuple[str, bool], str] = {}

    def copy(self, kind: str, folder: Path, *, demo: bool) -> str:
        """The address of a copy of one's own; the one who asked drops it."""
        template = self._names.get((kind, demo)) or self._names.setdefault(
            (kind, demo), self._make(kind, demo)
        )
        if kind == "sqlite":
            shutil.copy(template, folder / "saan.db")
            return f"sqlite:///{folder / 'saan.db'}"
        name = f"saan_test_{uuid.uuid4().hex[:12]}"
        _administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return _postgres(name)

    def give_back(self, url: str) -> None:
        """Drop a copy that lies on the server."""
        if not url.startswith("sqlite"):
            _administer(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def drop(self) -> None:
        """Drop what lies on the server."""
        for (kind, _), name in self._names.items():
            if kind == "postgres":
                _administer(f'DROP DATABASE "{name}"')

    def _make(self, kind: str, demo: bool) -> str:
        name = f"saan_template_{uuid.uuid4().hex[:12]}"
        path = self._folder / f"{name}.db"
        if kind == "postgres":
            _administer(f'CREATE DATABASE "{name}"')
        url = f"sqlite:///{path}" if kind == "sqlite" else _postgres(name)
        store = Store(url)
        upgrade(store)
        if demo:
            load_demo(url, orjson.loads(DEMO.read_bytes()))
        if kind == "sqlite":
            with store.engine.connect() as connection:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        store.close()
        return str(path) if kind == "sqlite" else name


@pytest.fixture(params=["sqlite", "postgres"])
def database_kind(request) -> str:
    """Which of the two."""
    if request.param == "postgres" and not POSTGRES_URL:
        pytest.skip("TEST_POSTGRES_URL is not set")
    return request.param


@pytest.fixture
def database_url(database_kind, templates, tmp_path) -> Iterator[str]:
    """The address of a migrated, empty database of this test's own."""
    yield from _copied(database_kind, templates, tmp_path, demo=False)


@pytest.fixture
def demo_url(database_kind, templates, tmp_path) -> Iterator[str]:
    """The same, with the demo network loaded."""
    yield from _copied(database_kind, templates, tmp_path, demo=True)


def _copied(kind: str, templates: Templates, folder: Path, *, demo: bool) -> Iterator[str]:
    url = templates.copy(kind, folder, demo=demo)
    yield url
    templates.give_back(url)


@pytest.fixture
def store(database_url) -> Iterator[Store]:
    """A store on that database."""
    store = Store(database_url)
    yield store
    store.close()


def _postgres(name: str) -> str:
    url = make_url(POSTGRES_URL).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def _administer(statement: str) -> None:
    url = make_url(POSTGRES_URL).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
