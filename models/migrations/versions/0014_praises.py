"""Praise, whose turn a month was, and until when a quiet enterprise is left in peace."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = models.base.Moment(timezone=True)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    _create_praises()
    op.create_table(
        "recognitions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("network_id", KEY, nullable=False),
        sa.Column("enterprise_id", KEY, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("chosen_at", MOMENT, nullable=False),
        sa.Column("declined_at", MOMENT, nullable=True),
        _refers("recognitions", "network_id", "networks"),
        _refers("recognitions", "enterprise_id", "enterprises"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognitions")),
        sa.UniqueConstraint("enterprise_id", "month", name=op.f("uq_recognitions_enterprise_id_month")),
    )
    op.create_index("ix_recognitions_network_id", "recognitions", ["network_id"])
    op.add_column("enterprises", sa.Column("resting_until", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("enterprises", "resting_until")
    op.drop_table("recognitions")
    op.drop_table("praises")


def _create_praises() -> None:
    op.create_table(
        "praises",
        sa.Column("id", KEY, nullable=False),
        sa.Column("network_id", KEY, nullable=False),
        sa.Column("praiser_id", KEY, nullable=True),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("member_id", KEY, nullable=True),
        sa.Column("enterprise_id", KEY, nullable=True),
        sa.Column("room_id", KEY, nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("said_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.CheckConstraint(
            "(member_id IS NULL) <> (enterprise_id IS NULL)", name=op.f("ck_praises_one_praised")
        ),
        _refers("praises", "network_id", "networks"),
        _refers("praises", "praiser_id", "members"),
        _refers("praises", "member_id", "members"),
        _refers("praises", "enterprise_id", "enterprises"),
        _refers("praises", "room_id", "rooms"),
        _refers("praises", "answered_by_id", "members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_praises")),
    )
    for column in ("network_id", "praiser_id", "member_id", "enterprise_id", "message_id"):
        op.create_index(f"ix_praises_{column}", "praises", [column])
