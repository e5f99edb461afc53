"""Alembic's environment: run by models.migrate with a connection of ours."""

from alembic import context

from models.migrate import all_models


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """The tables behind SQLite's full-text search are its own, and so are procrastinate's."""
    return kind != "table" or name is None or not name.startswith(("search_words", "procrastinate_"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_models(),
    render_as_batch=True,
    include_name=_is_ours,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
