"""The answers of a chat, the newest first."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    only = sa.text("way = 'reply'")
    op.create_index(
        "ix_deliveries_replies", "deliveries", ["lane", "id"], sqlite_where=only, postgresql_where=only
    )


def downgrade() -> None:
    op.drop_index("ix_deliveries_replies", "deliveries")
