"""Notices with many recipients, rides, the budget, the clock's heartbeat."""

from typing import Any

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = models.base.Moment(timezone=True)


def _states(states: str) -> dict[str, Any]:
    condition = sa.text(f"state IN ({states})")
    return {"sqlite_where": condition, "postgresql_where": condition}


def upgrade() -> None:
    op.create_table(
        "budgets",
        sa.Column("id", KEY, nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("line_used", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets")),
    )
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("beat_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "paces",
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("endpoint", name=op.f("pk_paces")),
    )
    op.create_table(
        "talk_tokens",
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("said_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_talk_tokens")),
    )
    op.create_table(
        "notices",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=True),
        sa.Column("network_id", KEY, nullable=True),
        sa.Column("author_id", KEY, nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("personal", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("reported_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["members.id"], name=op.f("fk_notices_author_id_members")),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_notices_network_id_networks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
    )
    op.create_index("ix_notices_kind_object", "notices", ["kind", "object_id"])
    with op.batch_alter_table("chats") as batch:
        batch.add_column(sa.Column("heads", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("heads_at", MOMENT, nullable=True))
    with op.batch_alter_table("networks") as batch:
        batch.add_column(sa.Column("rhythm", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("deliveries") as batch:
        batch.add_column(sa.Column("notice_id", KEY, nullable=True))
        batch.add_column(sa.Column("network_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("urgency", sa.String(), nullable=False, server_default="important"))
        batch.add_column(sa.Column("ride_from", MOMENT, nullable=True))
        batch.add_column(sa.Column("due_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("expires_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("carrier_id", KEY, nullable=True))
        batch.add_column(sa.Column("begun_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("price", sa.Integer(), nullable=False, server_default="0"))
        batch.create_foreign_key(
            batch.f("fk_deliveries_carrier_id_deliveries"), "deliveries", ["carrier_id"], ["id"]
        )
        batch.create_foreign_key(batch.f("fk_deliveries_notice_id_notices"), "notices", ["notice_id"], ["id"])
    op.create_index("ix_deliveries_carrier_id", "deliveries", ["carrier_id"])
    op.create_index("ix_deliveries_notice_id", "deliveries", ["notice_id"])
    equal = sa.text("state = 'planned'")
    planned: dict[str, Any] = {"sqlite_where": equal, "postgresql_where": equal}
    op.create_index("ix_deliveries_planned", "deliveries", ["due_at", "id"], **planned)
    untried = _states("'planned', 'waiting'")
    op.create_index("ix_deliveries_rides", "deliveries", ["lane", "ride_from"], **untried)
    op.drop_index("ix_deliveries_open", "deliveries")
    still_open = _states("'waiting', 'sending', 'carried'")
    op.create_index("ix_deliveries_open", "deliveries", ["lane", "id"], **still_open)


def downgrade() -> None:
    for index in ("open", "rides", "planned", "notice_id", "carrier_id"):
        op.drop_index(f"ix_deliveries_{index}", "deliveries")
    with op.batch_alter_table("deliveries") as batch:
        batch.drop_constraint(batch.f("fk_deliveries_notice_id_notices"), type_="foreignkey")
        batch.drop_constraint(batch.f("fk_deliveries_carrier_id_deliveries"), type_="foreignkey")
        for column in (
            "price",
            "held",
            "begun_at",
            "carrier_id",
            "expires_at",
            "due_at",
            "ride_from",
            "urgency",
        ):
            batch.drop_column(column)
        batch.drop_column("network_id")
        batch.drop_column("notice_id")
    op.create_index("ix_deliveries_open", "deliveries", ["lane", "id"], **_states("'waiting', 'sending'"))
    with op.batch_alter_table("networks") as batch:
        batch.drop_column("rhythm")
    with op.batch_alter_table("chats") as batch:
        batch.drop_column("heads_at")
        batch.drop_column("heads")
    for table in ("notices", "talk_tokens", "paces", "heartbeats", "budgets"):
        op.drop_table(table)
