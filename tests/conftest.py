"""Databases to test on: every suite that stores something runs on SQLite and on PostgreSQL."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from models.migrate import upgrade
from models.store import Store

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
def sqlite_template(tmp_path_factory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "saan.db"
    store = Store(f"sqlite:///{path}")
    upgrade(store)
    with store.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    store.close()
    return path


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The name of a migrated, empty PostgreSQL database to copy."""
    name = f"saan_template_{uuid.uuid4().hex[:12]}"
    _administer(f'CREATE DATABASE "{name}"')
    store = Store(_postgres(name))
    upgrade(store)
    store.close()
    yield name
    _administer(f'DROP DATABASE "{name}"')


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request, tmp_path) -> Iterator[str]:
    """The address of a migrated, empty database of this test's own."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "saan.db")
        yield f"sqlite:///{tmp_path / 'saan.db'}"
        return
    if not POSTGRES_URL:
        pytest.skip("TEST_POSTGRES_URL is not set")
    name = f"saan_test_{uuid.uuid4().hex[:12]}"
    _administer(f'CREATE DATABASE "{name}" TEMPLATE "{request.getfixturevalue("postgres_template")}"')
    yield _postgres(name)
    _administer(f'DROP DATABASE "{name}" WITH (FORCE)')


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
