"""Multicasts that are on their way are found by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NAME = "ix_deliveries_multicasts"
LEAVING = "way = 'multicast' AND state IN ('waiting', 'sending')"


def upgrade() -> None:
    op.create_index(
        NAME, "deliveries", ["id"], sqlite_where=sa.text(LEAVING), postgresql_where=sa.text(LEAVING)
    )


def downgrade() -> None:
    op.drop_index(NAME, "deliveries")
