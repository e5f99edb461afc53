"""Calendars with an address, and what they need to know of meetings: where on the map, and when last changed."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = models.base.Moment(timezone=True)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    op.create_table(
        "feeds",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("network_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=True),
        sa.Column("room_id", KEY, nullable=True),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        _refers("feeds", "network_id", "networks"),
        _refers("feeds", "member_id", "members"),
        _refers("feeds", "room_id", "rooms"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feeds")),
        sa.UniqueConstraint("network_id", "member_id", name=op.f("uq_feeds_network_id_member_id")),
        sa.UniqueConstraint("room_id", name=op.f("uq_feeds_room_id")),
    )
    op.create_index("ix_feeds_member_id", "feeds", ["member_id"])
    op.create_index(
        "uq_feeds_network",
        "feeds",
        ["network_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'network'"),
        postgresql_where=sa.text("kind = 'network'"),
    )
    for table in ("meetings", "occurrences"):
        op.add_column(table, sa.Column("latitude", sa.Double(), nullable=True))
        op.add_column(table, sa.Column("longitude", sa.Double(), nullable=True))
    # A default, as SQLite adds no column without one to a table that others refer to.
    long_ago = sa.text("'2026-01-01 00:00:00+00:00'")
    op.add_column("occurrences", sa.Column("changed_at", MOMENT, nullable=False, server_default=long_ago))
    called = "(SELECT called_at FROM meetings WHERE meetings.id = occurrences.meeting_id)"
    op.execute(f"UPDATE occurrences SET changed_at = COALESCE(cancelled_at, {called})")  # noqa: S608


def downgrade() -> None:
    op.drop_column("occurrences", "changed_at")
    for table in ("meetings", "occurrences"):
        op.drop_column(table, "latitude")
        op.drop_column(table, "longitude")
    op.drop_table("feeds")
