"""Meetings, when they take place, who is invited, and who said that they come."""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = models.base.Moment(timezone=True)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    op.create_table(
        "meetings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("network_id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("enterprise_id", KEY, nullable=True),
        sa.Column("host_id", KEY, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("agenda", sa.JSON(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("lasts", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=True),
        sa.Column("called_at", MOMENT, nullable=False),
        sa.Column("cancelled_at", MOMENT, nullable=True),
        _refers("meetings", "network_id", "networks"),
        _refers("meetings", "enterprise_id", "enterprises"),
        _refers("meetings", "host_id", "members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sa.UniqueConstraint("network_id", "code", name=op.f("uq_meetings_network_id_code")),
    )
    op.create_table(
        "occurrences",
        sa.Column("id", KEY, nullable=False),
        sa.Column("meeting_id", KEY, nullable=False),
        sa.Column("planned_at", MOMENT, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("reminded", sa.JSON(), nullable=False),
        sa.Column("cancelled_at", MOMENT, nullable=True),
        _refers("occurrences", "meeting_id", "meetings"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrences")),
        sa.UniqueConstraint("meeting_id", "planned_at", name=op.f("uq_occurrences_meeting_id_planned_at")),
    )
    op.create_index("ix_occurrences_starts_at", "occurrences", ["starts_at"])
    op.create_table(
        "invitations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("meeting_id", KEY, nullable=False),
        sa.Column("room_id", KEY, nullable=True),
        sa.Column("member_id", KEY, nullable=True),
        _refers("invitations", "meeting_id", "meetings"),
        _refers("invitations", "room_id", "rooms"),
        _refers("invitations", "member_id", "members"),
        sa.CheckConstraint(
            "(room_id IS NULL) <> (member_id IS NULL)", name=op.f("ck_invitations_room_or_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("meeting_id", "room_id", name=op.f("uq_invitations_meeting_id_room_id")),
        sa.UniqueConstraint("meeting_id", "member_id", name=op.f("uq_invitations_meeting_id_member_id")),
    )
    op.create_index("ix_invitations_member_id", "invitations", ["member_id"])
    op.create_table(
        "rsvps",
        sa.Column("id", KEY, nullable=False),
        sa.Column("occurrence_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("answered_at", MOMENT, nullable=False),
        _refers("rsvps", "occurrence_id", "occurrences"),
        _refers("rsvps", "member_id", "members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rsvps")),
        sa.UniqueConstraint("occurrence_id", "member_id", name=op.f("uq_rsvps_occurrence_id_member_id")),
        sa.UniqueConstraint("occurrence_id", "subject", name=op.f("uq_rsvps_occurrence_id_subject")),
    )
    op.create_index("ix_rsvps_member_id", "rsvps", ["member_id"])
    op.create_index("ix_rsvps_message_id", "rsvps", ["message_id"])


def downgrade() -> None:
    for table in ("rsvps", "invitations", "occurrences", "meetings"):
        op.drop_table(table)
