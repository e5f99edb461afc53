"""Invitations to tell what one knows, their topics, people's wishes, and what becomes of their answers."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = models.base.Moment(timezone=True)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    op.create_table(
        "sharing_topics",
        sa.Column("id", KEY, nullable=False),
        sa.Column("network_id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("months", sa.JSON(), nullable=False),
        sa.Column("product_group", sa.String(), nullable=False),
        sa.Column("added_by_id", KEY, nullable=True),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        _refers("sharing_topics", "network_id", "networks"),
        _refers("sharing_topics", "added_by_id", "members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_topics")),
        sa.UniqueConstraint("network_id", "code", name=op.f("uq_sharing_topics_network_id_code")),
    )
    op.create_table(
        "sharing_prompts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("network_id", KEY, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("room_id", KEY, nullable=True),
        sa.Column("enterprise_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=True),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("hour", sa.String(), nullable=False),
        sa.Column("open_until", MOMENT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        _refers("sharing_prompts", "network_id", "networks"),
        _refers("sharing_prompts", "room_id", "rooms"),
        _refers("sharing_prompts", "enterprise_id", "enterprises"),
        _refers("sharing_prompts", "member_id", "members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_prompts")),
        sa.UniqueConstraint("place", "asked_on", name=op.f("uq_sharing_prompts_place_asked_on")),
    )
    op.create_index(op.f("ix_sharing_prompts_member_id"), "sharing_prompts", ["member_id"])
    op.create_index("ix_sharing_prompts_network_id_asked_on", "sharing_prompts", ["network_id", "asked_on"])
    op.create_table(
        "room_sharing",
        sa.Column("room_id", KEY, nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        _refers("room_sharing", "room_id", "rooms"),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_room_sharing")),
    )
    op.create_table(
        "sharing_wishes",
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("network_id", KEY, nullable=False),
        sa.Column("how_often", sa.String(), nullable=False),
        sa.Column("hour", sa.String(), nullable=True),
        sa.Column("interests", sa.JSON(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("read_until", MOMENT, nullable=True),
        _refers("sharing_wishes", "member_id", "members"),
        _refers("sharing_wishes", "network_id", "networks"),
        sa.PrimaryKeyConstraint("member_id", "network_id", name=op.f("pk_sharing_wishes")),
    )
    op.add_column("sent_messages", sa.Column("notice_id", sa.Integer(), nullable=True))
    with op.batch_alter_table("knowledge_items") as items:
        items.add_column(sa.Column("prompt_id", KEY, nullable=True))
        items.add_column(sa.Column("own_group", sa.Boolean(), nullable=False, server_default=sa.false()))
        items.add_column(sa.Column("message_id", sa.String(), nullable=True))
        items.add_column(sa.Column("told_at", MOMENT, nullable=True))
        items.create_foreign_key(
            op.f("fk_knowledge_items_prompt_id_sharing_prompts"), "sharing_prompts", ["prompt_id"], ["id"]
        )
        items.create_index(op.f("ix_knowledge_items_message_id"), ["message_id"])
    with op.batch_alter_table("photos") as photos:
        photos.add_column(sa.Column("item_id", KEY, nullable=True))
        photos.create_foreign_key(
            op.f("fk_photos_item_id_knowledge_items"), "knowledge_items", ["item_id"], ["id"]
        )
        photos.create_index(op.f("ix_photos_item_id"), ["item_id"])


def downgrade() -> None:
    with op.batch_alter_table("photos") as photos:
        photos.drop_index(op.f("ix_photos_item_id"))
        photos.drop_constraint(op.f("fk_photos_item_id_knowledge_items"), type_="foreignkey")
        photos.drop_column("item_id")
    with op.batch_alter_table("knowledge_items") as items:
        items.drop_index(op.f("ix_knowledge_items_message_id"))
        items.drop_constraint(op.f("fk_knowledge_items_prompt_id_sharing_prompts"), type_="foreignkey")
        for column in ("told_at", "message_id", "own_group", "prompt_id"):
            items.drop_column(column)
    op.drop_column("sent_messages", "notice_id")
    for table in ("sharing_wishes", "room_sharing", "sharing_prompts", "sharing_topics"):
        op.drop_table(table)
