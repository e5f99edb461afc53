"""Agenda items, attendance, notes and photos of meetings, resolutions, and the minutes' approval."""

from typing import Any

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = models.base.Moment(timezone=True)

INDEXED = {
    "agenda_items": ("occurrence_id", "member_id", "message_id"),
    "attendances": ("member_id",),
    "minutes": ("recorder_id", "approver_id"),
    "minute_notes": ("occurrence_id", "member_id", "message_id"),
    "resolutions": (
        "network_id",
        "occurrence_id",
        "owner_id",
        "decided_owner_id",
        "member_id",
        "message_id",
        "done_by_id",
    ),
}


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _make(table: str, *parts: Any) -> None:
    primary = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
    op.create_table(table, sa.Column("id", KEY, nullable=False), *parts, primary)
    for column in INDEXED[table]:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def upgrade() -> None:
    _make(
        "agenda_items",
        sa.Column("occurrence_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("added_at", MOMENT, nullable=False),
        _refers("agenda_items", "occurrence_id", "occurrences"),
        _refers("agenda_items", "member_id", "members"),
    )
    _make(
        "attendances",
        sa.Column("occurrence_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("came_at", MOMENT, nullable=False),
        _refers("attendances", "occurrence_id", "occurrences"),
        _refers("attendances", "member_id", "members"),
        _unique("attendances", "occurrence_id", "member_id"),
        _unique("attendances", "occurrence_id", "subject"),
    )
    _make(
        "minutes",
        sa.Column("occurrence_id", KEY, nullable=False),
        sa.Column("heads", sa.Integer(), nullable=True),
        sa.Column("recorder_id", KEY, nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("approver_id", KEY, nullable=True),
        sa.Column("approved_in_id", KEY, nullable=True),
        _refers("minutes", "occurrence_id", "occurrences"),
        _refers("minutes", "recorder_id", "members"),
        _refers("minutes", "approver_id", "members"),
        _refers("minutes", "approved_in_id", "occurrences"),
        _unique("minutes", "occurrence_id"),
    )
    _make(
        "minute_notes",
        sa.Column("occurrence_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=True),
        sa.Column("part", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("addendum", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("noted_at", MOMENT, nullable=False),
        _refers("minute_notes", "occurrence_id", "occurrences"),
        _refers("minute_notes", "member_id", "members"),
    )
    _make_resolutions()
    with op.batch_alter_table("photos") as batch:
        batch.add_column(sa.Column("occurrence_id", KEY, nullable=True))
        batch.create_foreign_key(
            batch.f("fk_photos_occurrence_id_occurrences"), "occurrences", ["occurrence_id"], ["id"]
        )
    op.create_index("ix_photos_occurrence_id", "photos", ["occurrence_id"])


def _make_resolutions() -> None:
    members = ("owner_id", "decided_owner_id", "member_id", "done_by_id")
    enterprises = ("owner_enterprise_id", "decided_enterprise_id")
    _make(
        "resolutions",
        sa.Column("network_id", KEY, nullable=False),
        sa.Column("occurrence_id", KEY, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("owner_id", KEY, nullable=True),
        sa.Column("owner_enterprise_id", KEY, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("decided_owner_id", KEY, nullable=True),
        sa.Column("decided_enterprise_id", KEY, nullable=True),
        sa.Column("decided_due_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("member_id", KEY, nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("done_by_id", KEY, nullable=True),
        _refers("resolutions", "network_id", "networks"),
        _refers("resolutions", "occurrence_id", "occurrences"),
        *(_refers("resolutions", column, "members") for column in members),
        *(_refers("resolutions", column, "enterprises") for column in enterprises),
    )


def downgrade() -> None:
    op.drop_index("ix_photos_occurrence_id", "photos")
    with op.batch_alter_table("photos") as batch:
        batch.drop_constraint(batch.f("fk_photos_occurrence_id_occurrences"), type_="foreignkey")
        batch.drop_column("occurrence_id")
    for table in reversed(INDEXED):
        op.drop_table(table)
