"""What a network's operator takes out as tables: stable column names, the newest rows first.

No table holds a LINE id, a telephone number, or who asked a question. docs/export.md lists the columns.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session, object_session

from models.activities import Activity
from models.base import Base, Moment
from models.knowledge import KnowledgeItem, Question
from models.meeting_queries import replies
from models.meetings import Meeting, Occurrence
from models.minute_queries import minutes_of, present
from models.minutes import Resolution
from models.network import Enterprise, Link, Need, Network, Offer, Partner
from models.people import AuditEntry, Member, Membership
from models.praises import Praise

BUDDHIST_ERA = 543

Cell = str | int | float | date | None
Columns = dict[str, Callable[[Any], Cell]]  # a column's name, and what it holds of a row


class NoDate(Exception):
    """Rows of this kind have no date from which on they could be taken."""


@dataclass(frozen=True)
class Table:
    """Rows of equal columns; moments are aware and in the network's zone."""

    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


@dataclass(frozen=True)
class Kind:
    """One kind of table: which rows, whose they are, by which date they are ordered, and their columns."""

    rows: Select[Any]
    network: InstrumentedAttribute[int]
    ident: InstrumentedAttribute[int]
    columns: Columns
    dated: InstrumentedAttribute[Any] | None = None


def export(session: Session, kind: str, network: Network, since: date | None, now: datetime) -> Table:
    """The table of a kind (one of KINDS) from the local day `since` on; that it was taken out at `now` is noted.

    Raises NoDate where `since` is given for a kind without dates.
    """
    asked, zone = KINDS[kind], ZoneInfo(network.timezone)
    query = asked.rows.where(asked.network == network.id)
    if asked.dated is not None:
        query = query.order_by(asked.dated.desc().nulls_last())
        if since is not None:
            query = query.where(asked.dated >= _beginning(asked.dated, since, zone))
    elif since is not None:
        raise NoDate(kind)
    rows = session.scalars(query.order_by(asked.ident.desc())).all()
    session.add(AuditEntry(at=now, network_id=network.id, action="export", object_kind=kind))
    return Table(
        columns=tuple(asked.columns),
        rows=[tuple(_local(cell(row), zone) for cell in asked.columns.values()) for row in rows],
    )


def _beginning(of: InstrumentedAttribute[Any], day: date, zone: ZoneInfo) -> date:
    """A local day as what this column compares with."""
    return datetime.combine(day, time(), zone) if isinstance(of.type, Moment) else day


def _local(cell: Cell, zone: ZoneInfo) -> Cell:
    return cell.astimezone(zone) if isinstance(cell, datetime) else cell


def _buddhist(day: date | None) -> str:
    """A day as Thai offices write it: 19/12/2569; empty for none."""
    return f"{day:%d/%m}/{day.year + BUDDHIST_ERA}" if day else ""


def _joined(parts: Iterable[object]) -> str:
    return "; ".join(str(part) for part in parts if part)


def _code(enterprise: Enterprise | None) -> str:
    return enterprise.code if enterprise else ""


def _name(enterprise: Enterprise | None) -> str:
    return enterprise.short_name if enterprise else ""


def _called(member: Member | None) -> str:
    return member.call_as if member else ""


def _amounts(quantities: list[Any]) -> str:
    return _joined(f"{number:g} {unit}".strip() for number, unit in quantities)


def _beside(row: Base, model: type[Base], ident: int | None) -> Any:
    """The row of another model that this one names by its primary key."""
    session = object_session(row)
    return session.get(model, ident) if session is not None and ident is not None else None


def _others(activity: Activity) -> str:
    return _joined(_name(_beside(activity, Enterprise, one.enterprise_id)) for one in activity.partners_in)


def _end(link: Link, side: str) -> Any:
    enterprise = _beside(link, Enterprise, getattr(link, f"{side}_enterprise_id"))
    return enterprise or _beside(link, Partner, getattr(link, f"{side}_partner_id"))


def _end_name(link: Link, side: str) -> str:
    end = _end(link, side)
    return end.short_name if isinstance(end, Enterprise) else end.name


def _membership_partner(row: Membership) -> str:
    partner = _beside(row, Partner, row.partner_id)
    return partner.name if partner else ""


def _in(row: Base) -> Session:
    """The session of a row that was just read."""
    session = object_session(row)
    assert session is not None  # noqa: S101 - it was read in one
    return session


def _attended(occurrence: Occurrence) -> int | None:
    """As it was reported; None where nothing was."""
    found = present(_in(occurrence), occurrence.id)
    return found.heads if found.counted or found.heads else None


def _approved_at(occurrence: Occurrence) -> datetime | None:
    minutes = minutes_of(_in(occurrence), occurrence.id)
    return minutes.approved_at if minutes else None


def _held_on(occurrence: Occurrence) -> date:
    """The local day on which it began."""
    return occurrence.starts_at.astimezone(ZoneInfo(occurrence.meeting.network.timezone)).date()


ACTIVITIES: Columns = {
    "code": lambda row: row.code,
    "date": lambda row: row.happened_on,
    "date_be": lambda row: _buddhist(row.happened_on),
    "end_date": lambda row: row.ended_on,
    "kind": lambda row: row.kind,
    "enterprise_code": lambda row: _code(row.enterprise),
    "enterprise": lambda row: _name(row.enterprise),
    "other_enterprises": _others,
    "product": lambda row: row.product,
    "quantities": lambda row: _amounts(row.quantities),
    "amount_thb": lambda row: row.amount,
    "participants": lambda row: row.participants,
    "place": lambda row: row.place,
    "topic": lambda row: row.topic,
    "words": lambda row: row.words,
    "reporter": lambda row: _called(row.reporter),
    "photos": lambda row: len(row.photos),
    "reported_at": lambda row: row.reported_at,
    "people_paid": lambda row: row.people_paid,
    "work_days": lambda row: row.work_days,
}

ENTERPRISES: Columns = {
    "code": lambda row: row.code,
    "name": lambda row: row.name,
    "short_name": lambda row: row.short_name,
    "province": lambda row: row.province,
    "district": lambda row: row.district,
    "village": lambda row: row.village,
    "product_group": lambda row: row.product_group,
    "products": lambda row: _joined(row.products),
    "value_chain": lambda row: _joined(row.stages),
    "capitals": lambda row: _joined(row.capitals),
    "capacity": lambda row: row.capacity,
    "standards": lambda row: _joined(row.standards),
    "member_count": lambda row: row.member_count,
    "founded": lambda row: row.founded,
    "registration_code": lambda row: row.registration.get("code", ""),
    "last_renewed_be": lambda row: row.registration.get("last_renewed_be"),
    "proud_of": lambda row: row.proud_of,
    "resources": lambda row: row.resources,
    "skills": lambda row: row.skills,
    "hands": lambda row: row.hands,
    "shares": lambda row: row.shares,
}

GOODS: Columns = {
    "code": lambda row: row.code,
    "enterprise_code": lambda row: row.enterprise.code,
    "enterprise": lambda row: row.enterprise.short_name,
    "item": lambda row: row.item,
    "quantity": lambda row: row.quantity,
    "unit": lambda row: row.unit,
}
POSTED: Columns = {
    "link_types": lambda row: _joined(row.links),
    "note": lambda row: row.note,
    "posted_at": lambda row: row.posted_at,
    "closed_at": lambda row: row.closed_at,
}
OFFERS: Columns = {
    **GOODS,
    "per": lambda row: row.per,
    "price_thb": lambda row: row.price,
    "months": lambda row: _joined(row.months),
    **POSTED,
}
NEEDS: Columns = {
    **GOODS,
    "needed_by": lambda row: row.needed_by,
    "needed_by_be": lambda row: _buddhist(row.needed_by),
    **POSTED,
}

MEMBERS: Columns = {
    "code": lambda row: row.code,
    "full_name": lambda row: row.member.full_name,
    "call_as": lambda row: row.member.call_as,
    "enterprise_code": lambda row: _code(row.enterprise),
    "enterprise": lambda row: _name(row.enterprise),
    "partner": _membership_partner,
    "roles": lambda row: _joined(sorted(grant.role for grant in row.roles)),
    "positions": lambda row: _joined(row.positions),
    "topics": lambda row: _joined(row.topics),
    "state": lambda row: row.state,
    "on_line": lambda row: "yes" if row.member.line_user_id else "no",
    "joined_at": lambda row: row.joined_at,
}

QUESTIONS: Columns = {
    "id": lambda row: row.id,
    "asked_at": lambda row: row.asked_at,
    "topic": lambda row: row.topic,
    "question": lambda row: row.words,
    "state": lambda row: row.state,
    "handed_to": lambda row: _called(row.advisor),
    "answers": lambda row: "\n".join(answer.words for answer in row.answers),
    "answered_at": lambda row: row.answered_at,
}

KNOWLEDGE: Columns = {
    "code": lambda row: row.code,
    "title": lambda row: row.title,
    "words": lambda row: row.words,
    "topic": lambda row: row.topic,
    "tags": lambda row: _joined(row.tags),
    "source": lambda row: row.source,
    "source_date": lambda row: row.source_on,
    "source_date_be": lambda row: _buddhist(row.source_on),
    "verify_with": lambda row: _joined(row.verify_with),
    "enterprise": lambda row: _name(row.enterprise),
    "advisor": lambda row: _called(row.advisor),
}

LINKS: Columns = {
    "code": lambda row: row.code,
    "from_code": lambda row: _end(row, "from").code,
    "from": lambda row: _end_name(row, "from"),
    "to_code": lambda row: _end(row, "to").code,
    "to": lambda row: _end_name(row, "to"),
    "kind": lambda row: row.kind,
    "what": lambda row: row.what,
    "status": lambda row: row.status,
    "since": lambda row: row.since,
    "since_be": lambda row: _buddhist(row.since),
    "mutual": lambda row: "yes" if row.mutual else "no",
}

MEETINGS: Columns = {
    "id": lambda row: row.id,
    "code": lambda row: row.meeting.code,
    "date": _held_on,
    "date_be": lambda row: _buddhist(_held_on(row)),
    "starts_at": lambda row: row.starts_at,
    "ends_at": lambda row: row.ends_at,
    "kind": lambda row: row.meeting.kind,
    "title": lambda row: row.meeting.title,
    "place": lambda row: row.place,
    "enterprise_code": lambda row: _code(row.meeting.enterprise),
    "enterprise": lambda row: _name(row.meeting.enterprise),
    "host": lambda row: _called(row.meeting.host),
    "agenda": lambda row: _joined(row.agenda),
    "said_they_come": lambda row: replies(_in(row), row).coming,
    "attended": _attended,
    "quorum": lambda row: row.meeting.quorum,
    "approved_at": _approved_at,
    "cancelled_at": lambda row: row.cancelled_at,
}

RESOLUTIONS: Columns = {
    "id": lambda row: row.id,
    "meeting_id": lambda row: row.occurrence_id,
    "meeting": lambda row: row.occurrence.meeting.title,
    "meeting_date": lambda row: _held_on(row.occurrence),
    "resolution": lambda row: row.words,
    "owner": lambda row: _called(row.owner),
    "owner_enterprise_code": lambda row: _code(row.owner_enterprise),
    "owner_enterprise": lambda row: _name(row.owner_enterprise),
    "due": lambda row: row.due_on,
    "due_be": lambda row: _buddhist(row.due_on),
    "noted_at": lambda row: row.noted_at,
    "done_at": lambda row: row.done_at,
}

PRAISES: Columns = {
    "said_at": lambda row: row.said_at,
    "to": lambda row: row.praised,
    "to_enterprise_code": lambda row: _code(row.enterprise),
    "from": lambda row: row.by,
    "words": lambda row: row.words,
    "shared_at": lambda row: row.answered_at,
}

KINDS: dict[str, Kind] = {
    "activities": Kind(
        select(Activity).where(Activity.undone_at.is_(None)),
        Activity.network_id,
        Activity.id,
        ACTIVITIES,
        Activity.happened_on,
    ),
    "enterprises": Kind(select(Enterprise), Enterprise.network_id, Enterprise.id, ENTERPRISES),
    "offers": Kind(select(Offer).join(Enterprise), Enterprise.network_id, Offer.id, OFFERS, Offer.posted_at),
    "needs": Kind(select(Need).join(Enterprise), Enterprise.network_id, Need.id, NEEDS, Need.posted_at),
    "members": Kind(
        select(Membership)
        .join(Member, Membership.member_id == Member.id)
        .where(Membership.state != "left", Member.left_at.is_(None)),
        Membership.network_id,
        Membership.id,
        MEMBERS,
        Membership.joined_at,
    ),
    "questions": Kind(
        select(Question).where(Question.state != "withdrawn"),
        Question.network_id,
        Question.id,
        QUESTIONS,
        Question.asked_at,
    ),
    "knowledge": Kind(
        select(KnowledgeItem).where(KnowledgeItem.withdrawn_at.is_(None)),
        KnowledgeItem.network_id,
        KnowledgeItem.id,
        KNOWLEDGE,
        KnowledgeItem.source_on,
    ),
    "praises": Kind(
        select(Praise).where(Praise.state == "shared"), Praise.network_id, Praise.id, PRAISES, Praise.said_at
    ),
    "links": Kind(select(Link), Link.network_id, Link.id, LINKS, Link.since),
    "meetings": Kind(
        select(Occurrence).join(Meeting),
        Meeting.network_id,
        Occurrence.id,
        MEETINGS,
        Occurrence.starts_at,
    ),
    "resolutions": Kind(
        select(Resolution), Resolution.network_id, Resolution.id, RESOLUTIONS, Resolution.noted_at
    ),
}
