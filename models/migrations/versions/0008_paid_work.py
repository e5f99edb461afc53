"""Who found paid work in what was reported."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("activities", sa.Column("people_paid", sa.Integer(), nullable=True))
    op.add_column("activities", sa.Column("work_days", sa.Double(), nullable=True))


def downgrade() -> None:
    op.drop_column("activities", "work_days")
    op.drop_column("activities", "people_paid")
