"""Alembic's environment: run by models.migrate with a connection of ours."""

from alembic import context

from models.migrate import all_models

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_models(),
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
