"""Announcements, who took note of them, and emergencies."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = models.base.Moment(timezone=True)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    op.create_table(
        "emergencies",
        sa.Column("id", KEY, nullable=False),
        sa.Column("network_id", KEY, nullable=False),
        sa.Column("audience_kind", sa.String(), nullable=False),
        sa.Column("audience_values", sa.JSON(), nullable=False),
        sa.Column("started_by_id", KEY, nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", KEY, nullable=True),
        _refers("emergencies", "network_id", "networks"),
        _refers("emergencies", "started_by_id", "members"),
        _refers("emergencies", "ended_by_id", "members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergencies")),
    )
    op.create_index("ix_emergencies_network_id", "emergencies", ["network_id"])
    _create_announcements()
    op.create_table(
        "acknowledgements",
        sa.Column("id", KEY, nullable=False),
        sa.Column("announcement_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=True),
        sa.Column("room_id", KEY, nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _refers("acknowledgements", "announcement_id", "announcements"),
        _refers("acknowledgements", "member_id", "members"),
        _refers("acknowledgements", "room_id", "rooms"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgements")),
        sa.UniqueConstraint(
            "announcement_id", "member_id", name=op.f("uq_acknowledgements_announcement_id_member_id")
        ),
    )
    op.create_index("ix_acknowledgements_member_id", "acknowledgements", ["member_id"])
    with op.batch_alter_table("photos") as batch:
        batch.add_column(sa.Column("announcement_id", KEY, nullable=True))
        batch.create_foreign_key(
            batch.f("fk_photos_announcement_id_announcements"), "announcements", ["announcement_id"], ["id"]
        )
    op.create_index("ix_photos_announcement_id", "photos", ["announcement_id"])


def _create_announcements() -> None:
    table = "announcements"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("network_id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("author_id", KEY, nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("audience_kind", sa.String(), nullable=False),
        sa.Column("audience_values", sa.JSON(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("send_at", MOMENT, nullable=False),
        sa.Column("acknowledge_by", MOMENT, nullable=True),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reminded_at", MOMENT, nullable=True),
        sa.Column("corrects_id", KEY, nullable=True),
        sa.Column("emergency_id", KEY, nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        _refers(table, "network_id", "networks"),
        _refers(table, "author_id", "members"),
        _refers(table, "decided_by_id", "members"),
        _refers(table, "corrects_id", "announcements"),
        _refers(table, "emergency_id", "emergencies"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
        sa.UniqueConstraint("network_id", "code", name=op.f("uq_announcements_network_id_code")),
    )
    op.create_index("ix_announcements_message_id", table, ["message_id"])
    op.create_index("ix_announcements_network_id_state", table, ["network_id", "state"])


def downgrade() -> None:
    op.drop_index("ix_photos_announcement_id", "photos")
    with op.batch_alter_table("photos") as batch:
        batch.drop_constraint(batch.f("fk_photos_announcement_id_announcements"), type_="foreignkey")
        batch.drop_column("announcement_id")
    for table in ("acknowledgements", "announcements", "emergencies"):
        op.drop_table(table)
