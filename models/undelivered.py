"""What was to be said and did not arrive, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.chats import Chat, Room
from models.people import Member
from models.post import Delivery, Notice

# What only ever rides (it is due when it is too late) fails nobody where no talk came to carry it.
FAILED = (Delivery.state == "dead") | (
    (Delivery.state == "expired") & (Delivery.due_at < Delivery.expires_at)
)
NAMED_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A notice that did not reach all: how many chats it missed, how many still wait for the budget, some names."""

    notice: Notice
    missed: int
    over_budget: int
    price: int  # counted messages that the month did not allow
    names: tuple[str, ...]
    refused: bool  # LINE refused it, or the person blocked the bot; else its time was over


def undelivered(session: Session, network_id: int, since: datetime, over_budget: str) -> list[Undelivered]:
    """Notices of a network written since then whose failure nobody was told of yet.

    `over_budget` is the problem of a delivery that the month's budget put off.
    """
    waits = (Delivery.state == "planned") & (Delivery.problem == over_budget)
    failing = select(Delivery.notice_id).where(or_(FAILED, waits), Delivery.network_id == network_id)
    query = select(Notice).where(
        Notice.network_id == network_id, Notice.reported_at.is_(None), Notice.written_at >= since
    )
    notices = session.scalars(query.where(Notice.id.in_(failing)).order_by(Notice.id)).all()
    return [_count(session, notice, over_budget) for notice in notices]


def _count(session: Session, notice: Notice, over_budget: str) -> Undelivered:
    mine = Delivery.notice_id == notice.id
    failed = session.scalars(
        select(Delivery).where(mine, FAILED).order_by(Delivery.id).limit(NAMED_AT_MOST)
    ).all()
    waits = (Delivery.state == "planned") & (Delivery.problem == over_budget)
    waiting, price = session.execute(
        select(func.count(), func.coalesce(func.sum(Delivery.price), 0)).where(mine, waits)
    ).one()
    return Undelivered(
        notice,
        missed=session.scalar(select(func.count()).where(mine, FAILED)) or 0,
        over_budget=waiting,
        price=int(price),
        names=_names(session, [one.lane for one in failed]),
        refused=any(one.state == "dead" for one in failed),
    )


def _names(session: Session, lanes: Sequence[str]) -> tuple[str, ...]:
    people = session.scalars(select(Member.call_as).where(Member.line_user_id.in_(lanes)))
    rooms = session.scalars(select(Room.name).join(Chat).where(Chat.line_id.in_(lanes)))
    return tuple(name for name in (*people, *rooms) if name)
