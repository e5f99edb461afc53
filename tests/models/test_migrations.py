"""The migrations and the models say the same."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from models.migrate import all_models, pending, upgrade
from models.store import Store


def test_the_migrations_make_exactly_what_the_models_declare(store):
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: (
                    kind != "table" or not name.startswith(("search_words", "procrastinate_"))
                ),
                "include_object": lambda _, name, kind, *__: name != "ix_search_entries_words",
            },
        )
        assert compare_metadata(context, all_models()) == []


def test_a_database_of_the_first_release_keeps_its_deliveries(tmp_path):
    from alembic import command

    from models import migrate

    store = Store(f"sqlite:///{tmp_path / 'old.db'}")
    with store.engine.connect() as connection, connection.begin():
        command.upgrade(migrate._config(connection), "0002")
        connection.execute(
            text(
                "INSERT INTO deliveries (key, lane, way, retry_key, state, attempts, written_at, repeated)"
                " VALUES ('k', 'U1', 'push', 'r', 'waiting', 0, '2026-01-01 00:00:00', 0)"
            )
        )
    assert pending(store)
    upgrade(store)
    with store.engine.connect() as connection:
        row = connection.execute(text("SELECT key, urgency, held, price FROM deliveries")).one()
    assert tuple(row) == ("k", "important", 0, 0)
