"""A PostgreSQL database for one run of a drill or a measurement."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from models.migrate import upgrade
from models.store import Store


@contextmanager
def own_database(server: str) -> Iterator[str]:
    """The address of a migrated, empty database on this server, dropped at the end."""
    url = make_url(server).set(drivername="postgresql+psycopg")
    name = f"saan_run_{uuid.uuid4().hex[:12]}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        store = Store(url.set(database=name).render_as_string(hide_password=False))
        upgrade(store)
        store.close()
        yield store.url.render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        engine.dispose()
