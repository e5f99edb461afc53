"""Who was erased: keyed hashes, until the ledger outside the database has them; by these a restored database finds the
people whom it must forget again.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.people import Member


class Erasure(Base):
    """One erasure, written in the transaction that erased. It outlasts being copied into the ledger for some days, so
    that a backup tells which erasures it already holds."""

    __tablename__ = "erasures"

    id: Mapped[str] = mapped_column(primary_key=True)  # the same in the ledger
    erased_at: Mapped[datetime]
    subjects: Mapped[list[str]]  # keyed hashes of the marks below


def marks(member: Member) -> Iterator[str]:
    """What identifies a member in this database and in a backup of it, even where they had no LINE id yet.

    A row's number alone may be given anew after a restore, so it goes with when the row was made.
    """
    if member.line_user_id is not None:
        yield line_mark(member.line_user_id)
    yield row_mark(member.id, member.created_at)
    for membership in member.memberships:
        if membership.code is not None:
            yield entry_mark(membership.network.code, membership.code)


def line_mark(line_user_id: str) -> str:
    """The mark of a LINE id."""
    return f"line:{line_user_id}"


def row_mark(member_id: int, created_at: datetime) -> str:
    """The mark of a member's row."""
    return f"member:{member_id}:{created_at.timestamp():.6f}"


def entry_mark(network_code: str, code: str) -> str:
    """The mark of an entry in a network's file."""
    return f"entry:{network_code}:{code}"
