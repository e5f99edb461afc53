"""Copies of a notice that stand as their multicast does; notices to more people than one transaction takes."""

from typing import Any

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = models.base.Moment(timezone=True)


def _index(name: str, *columns: str, where: str | None = None) -> None:
    some: dict[str, Any] = {}
    if where is not None:
        some = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
    op.create_index(f"ix_deliveries_{name}", "deliveries", list(columns), **some)


def upgrade() -> None:
    for name in ("open", "carrier_id", "notice_id", "finished_at"):
        op.drop_index(f"ix_deliveries_{name}", "deliveries")
    _index("leaving", "lane", "id", where="state IN ('waiting', 'sending')")
    _index("carried", "lane", "id", where="state = 'carried'")
    _index("failed", "notice_id", where="state IN ('dead', 'expired')")
    _index("carrier_id", "carrier_id", "id", where="carrier_id IS NOT NULL")
    _index("notice_id", "notice_id", where="notice_id IS NOT NULL")
    _index("finished_at", "finished_at", where="finished_at IS NOT NULL")
    op.create_table(
        "mailings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=True),
        sa.Column("network_id", sa.Integer(), nullable=True),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("ride_from", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailings")),
        sa.UniqueConstraint("about", name=op.f("uq_mailings_about")),
    )
    op.create_table(
        "addressees",
        sa.Column("mailing_id", KEY, nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailing_id"], ["mailings.id"], name=op.f("fk_addressees_mailing_id_mailings")
        ),
        sa.PrimaryKeyConstraint("mailing_id", "member_id", name=op.f("pk_addressees")),
    )


def downgrade() -> None:
    op.drop_table("addressees")
    op.drop_table("mailings")
    for name in ("leaving", "carried", "failed", "carrier_id", "notice_id", "finished_at"):
        op.drop_index(f"ix_deliveries_{name}", "deliveries")
    _index("open", "lane", "id", where="state IN ('waiting', 'sending', 'carried')")
    _index("carrier_id", "carrier_id")
    _index("notice_id", "notice_id")
    _index("finished_at", "finished_at")
