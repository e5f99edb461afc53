"""Multicasts that are on their way are found by themselves; of an answer it is kept when what it answers was said."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NAME = "ix_deliveries_multicasts"
LEAVING = "way = 'multicast' AND state IN ('waiting', 'sending')"


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("said_at", models.base.Moment(timezone=True), nullable=True))
    op.create_index(
        NAME, "deliveries", ["id"], sqlite_where=sa.text(LEAVING), postgresql_where=sa.text(LEAVING)
    )


def downgrade() -> None:
    op.drop_index(NAME, "deliveries")
    op.drop_column("deliveries", "said_at")
