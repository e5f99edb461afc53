"""Networks, their enterprises and partners, what these offer and need, and the links between them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, key


class Network(Base):
    """A network of community enterprises; networks on one bot never see each other."""

    __tablename__ = "networks"

    id: Mapped[int] = key()
    code: Mapped[str] = mapped_column(unique=True)  # the id in the network's own file
    name: Mapped[str]
    short_name: Mapped[str]
    timezone: Mapped[str] = mapped_column(default="Asia/Bangkok")
    vision: Mapped[str] = mapped_column(default="")
    objectives: Mapped[list[str]] = mapped_column(default=list)
    rules: Mapped[list[str]] = mapped_column(default=list)
    origin: Mapped[str] = mapped_column(default="")
    started: Mapped[date | None]
    registration: Mapped[dict[str, Any]] = mapped_column(default=dict)
    rhythm: Mapped[dict[str, Any]] = mapped_column(
        default=dict
    )  # what it set otherwise than models/rhythm.py


class Enterprise(Base):
    """A community enterprise and what it says of itself; product names stay as its people write them."""

    __tablename__ = "enterprises"
    __table_args__ = (UniqueConstraint("network_id", "code"),)

    id: Mapped[int] = key()
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    code: Mapped[str]
    name: Mapped[str]
    short_name: Mapped[str]
    province: Mapped[str] = mapped_column(default="")
    district: Mapped[str] = mapped_column(default="")
    village: Mapped[str] = mapped_column(default="")
    latitude: Mapped[float | None]  # of the district: nobody's house is located
    longitude: Mapped[float | None]
    product_group: Mapped[str] = mapped_column(default="")
    products: Mapped[list[str]] = mapped_column(default=list)
    stages: Mapped[list[str]] = mapped_column(default=list)  # upstream, midstream, downstream
    capitals: Mapped[list[str]] = mapped_column(default=list)
    capacity: Mapped[str] = mapped_column(default="")
    standards: Mapped[list[str]] = mapped_column(default=list)
    registration: Mapped[dict[str, Any]] = mapped_column(default=dict)
    member_count: Mapped[int | None]
    founded: Mapped[str] = mapped_column(default="")
    proud_of: Mapped[str] = mapped_column(default="")
    resources: Mapped[str] = mapped_column(default="")
    skills: Mapped[str] = mapped_column(default="")
    hands: Mapped[str] = mapped_column(default="")  # people who can lend a hand, and when
    shares: Mapped[str] = mapped_column(default="")
    resting_until: Mapped[date | None]  # said that nothing is going on: it is not asked before that day

    network: Mapped[Network] = relationship()
    offers: Mapped[list["Offer"]] = relationship(back_populates="enterprise", order_by="Offer.id")
    needs: Mapped[list["Need"]] = relationship(back_populates="enterprise", order_by="Need.id")


class Partner(Base):
    """Who stands beside the enterprises: an agency, university, school, buyer or another network."""

    __tablename__ = "partners"
    __table_args__ = (UniqueConstraint("network_id", "code"),)

    id: Mapped[int] = key()
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]


class Offer(Base):
    """What an enterprise has to sell, share, lend or give."""

    __tablename__ = "offers"

    id: Mapped[int] = key()
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"), index=True)
    code: Mapped[str | None]
    item: Mapped[str]
    quantity: Mapped[float | None]
    unit: Mapped[str] = mapped_column(default="")
    per: Mapped[str] = mapped_column(default="")
    price: Mapped[float | None]  # baht a unit
    months: Mapped[list[int]] = mapped_column(default=list)  # 1-12; empty: all year
    links: Mapped[list[str]] = mapped_column(default=list)  # LinkKind values
    note: Mapped[str] = mapped_column(default="")
    posted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    enterprise: Mapped[Enterprise] = relationship(back_populates="offers")


class Need(Base):
    """What an enterprise lacks and looks for."""

    __tablename__ = "needs"

    id: Mapped[int] = key()
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"), index=True)
    code: Mapped[str | None]
    item: Mapped[str]
    quantity: Mapped[float | None]
    unit: Mapped[str] = mapped_column(default="")
    needed_by: Mapped[date | None]
    links: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(default="")
    posted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    enterprise: Mapped[Enterprise] = relationship(back_populates="needs")


class Link(Base):
    """A confirmed tie; each end is an enterprise or a partner."""

    __tablename__ = "links"
    __table_args__ = (
        UniqueConstraint("network_id", "code"),
        CheckConstraint("(from_enterprise_id IS NULL) <> (from_partner_id IS NULL)", name="one_from"),
        CheckConstraint("(to_enterprise_id IS NULL) <> (to_partner_id IS NULL)", name="one_to"),
    )

    id: Mapped[int] = key()
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    code: Mapped[str]
    from_enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"))
    from_partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"))
    to_enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"))
    to_partner_id: Mapped[int | None] = mapped_column(ForeignKey("partners.id"))
    kind: Mapped[str]
    what: Mapped[str] = mapped_column(default="")
    status: Mapped[str]  # proposed, active, dormant
    since: Mapped[date | None]
    mutual: Mapped[bool] = mapped_column(default=False)


class Introduction(Base):
    """ขอคุย: one side asked to talk; no contact is shown before the other side agrees."""

    __tablename__ = "introductions"

    id: Mapped[int] = key()
    network_id: Mapped[int] = mapped_column(ForeignKey("networks.id"))
    asker_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    from_enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprises.id"))
    to_enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprises.id"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"))
    about: Mapped[str]
    state: Mapped[str] = mapped_column(default="asked")  # asked, agreed, declined
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
