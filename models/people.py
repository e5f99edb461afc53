"""Members, what they consented to, where they belong and what they may do."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, key
from models.network import Enterprise, Network


class Member(Base):
    """A person who consented, or an unclaimed entry of a network's file (no LINE id, no rights)."""

    __tablename__ = "members"

    id: Mapped[int] = key()
    line_user_id: Mapped[str | None] = mapped_column(unique=True)
    full_name: Mapped[str] = mapped_column(default="")
    call_as: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="th")
    under_age: Mapped[bool] = mapped_column(default=False)  # under 20: a guardian consents (PDPA s.20)
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="member", foreign_keys="Membership.member_id", order_by="Membership.id"
    )
    consents: Mapped[list["Consent"]] = relationship(
        back_populates="member", foreign_keys="Consent.member_id", order_by="Consent.id"
    )


class Consent(Base):
    """What a member agreed to, in which wording, and when; kept after withdrawal as proof (PDPA s.19)."""

    __tablename__ = "consents"

    id: Mapped[int] = key()
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    purpose: Mapped[str]  # basic, photos, guardian
    version: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    given_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("members.id")
    )  # the coordinator, for a guardian

    member: Mapped[Member] = relationship(back_populates="consents", foreign_keys=[member_id])


class Refusal(Base):
    """Somebody said no: a keyed hash of the LINE id, so as not to ask again for a while."""

    __tablename__ = "refusals"

    subject: Mapped[str] = mapped_column(primary_key=True)
    refused_at: Mapped[datetime]


class Membership(Base):
    """A member's place in a network: in which enterprise or beside which partner."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("member_id", "network_id"),)

    id: Mapped[int] = key()
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"), index=True)
    code: Mapped[str | None]  # the id in the network's file
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"))
    state: Mapped[str] = mapped_column(default="waiting")  # waiting, active, left
    positions: Mapped[list[str]] = mapped_column(default=list)
    topics: Mapped[list[str]] = mapped_column(default=list)  # what an advisor is asked about
    joined_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]  # somebody of the group, or a code, vouched for them
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))  # also who said no

    member: Mapped[Member] = relationship(back_populates="memberships", foreign_keys=[member_id])
    network: Mapped[Network] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
    roles: Mapped[list["RoleGrant"]] = relationship(
        back_populates="membership", cascade="all, delete-orphan", order_by="RoleGrant.id"
    )


class RoleGrant(Base):
    """A role somebody holds, who gave it and when."""

    __tablename__ = "role_grants"
    __table_args__ = (UniqueConstraint("membership_id", "role"),)

    id: Mapped[int] = key()
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"))
    role: Mapped[str]
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))

    membership: Mapped[Membership] = relationship(back_populates="roles")


class Invite(Base):
    """A code to type to the bot one-to-one; only its keyed hash is kept.

    kind: enterprise (join it), claim (an entry of the file is me), role (the operator's grant),
    phone (an old member on a new phone).
    """

    __tablename__ = "invites"

    id: Mapped[int] = key()
    code_hash: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"))
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("memberships.id"))
    role: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    expires_at: Mapped[datetime]
    uses_left: Mapped[int]
    picture: Mapped[str | None]  # the attachment with its QR code, as long as the code is good


class AuditEntry(Base):
    """Who did what to what, without contents."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = key()
    at: Mapped[datetime]
    network_id: Mapped[int | None] = mapped_column(ForeignKey("networks.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    action: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[int | None]
