"""Kinds of notices that people have turned off."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = models.base.Moment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "mutes",
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("muted_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_mutes_member_id_members")),
        sa.PrimaryKeyConstraint("member_id", "what", name=op.f("pk_mutes")),
    )


def downgrade() -> None:
    op.drop_table("mutes")
