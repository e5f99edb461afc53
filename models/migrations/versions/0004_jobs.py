"""PostgreSQL: procrastinate's tables, which carry wake-ups from host to host."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SCHEMA = Path(__file__).parent.parent / "sql" / "procrastinate_3_10.sql"
TABLES = "procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers"
TYPES = "procrastinate_job_to_defer_v1, procrastinate_job_event_type, procrastinate_job_status"
DROP_FUNCTIONS = r"""
DO $$
DECLARE
    name regprocedure;
BEGIN
    FOR name IN
        SELECT oid FROM pg_proc WHERE proname LIKE 'procrastinate\_%' AND pronamespace = current_schema()::regnamespace
    LOOP
        EXECUTE 'DROP FUNCTION ' || name;
    END LOOP;
END
$$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _run(SCHEMA.read_text(encoding="utf-8"))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _run(f"DROP TABLE {TABLES} CASCADE")  # a function gives a row of them
        _run(DROP_FUNCTIONS)
        _run(f"DROP TYPE {TYPES}")


def _run(script: str) -> None:
    # Without parameters the driver takes many statements at once, and a % as it is.
    op.get_bind().exec_driver_sql(script, execution_options={"no_parameters": True})
