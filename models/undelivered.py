"""What was to be said and did not arrive, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, SQLColumnExpression, func, or_, select
from sqlalchemy.orm import Session

from models.chats import Chat, Room
from models.people import Member
from models.post import IS_FAILED, IS_PLANNED, Delivery, Notice, stands, stands_why

# What only ever rides (it is due when it is too late) fails nobody where no talk came to carry it.
IN_TIME = Delivery.due_at < Delivery.expires_at
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

    def and_also(self, other: "Undelivered") -> "Undelivered":
        """Both as one, under this one's notice: such a notice to each of many is told of once."""
        return replace(
            self,
            missed=self.missed + other.missed,
            over_budget=self.over_budget + other.over_budget,
            price=self.price + other.price,
            names=tuple(dict.fromkeys((*self.names, *other.names)))[:NAMED_AT_MOST],
        )


def undelivered(session: Session, network_id: int, since: datetime, over_budget: str) -> list[Undelivered]:
    """Notices of a network written since then whose failure nobody was told of yet.

    `over_budget` is the problem of a delivery that the month's budget put off.
    """
    failed = select(Delivery.notice_id).where(
        IS_FAILED, Delivery.notice_id.is_not(None), _failed(Delivery.state)
    )
    waits = select(Delivery.notice_id).where(IS_PLANNED, Delivery.problem == over_budget)
    query = select(Notice).where(
        Notice.network_id == network_id, Notice.reported_at.is_(None), Notice.written_at >= since
    )
    notices = session.scalars(
        query.where(or_(Notice.id.in_(failed), Notice.id.in_(waits))).order_by(Notice.id)
    ).all()
    return [_count(session, notice, over_budget) for notice in notices]


def _count(session: Session, notice: Notice, over_budget: str) -> Undelivered:
    mine = (Delivery.notice_id == notice.id) & (Delivery.way != "multicast")
    failed = mine & _failed(stands())
    some = select(Delivery.lane, stands()).where(failed).order_by(Delivery.id).limit(NAMED_AT_MOST)
    ends = session.execute(some).all()
    waits = (stands() == "planned") & (stands_why() == over_budget)
    waiting, price = session.execute(
        select(func.count(), func.coalesce(func.sum(Delivery.price), 0)).where(mine, waits)
    ).one()
    return Undelivered(
        notice,
        missed=session.scalar(select(func.count()).where(failed)) or 0,
        over_budget=waiting,
        price=int(price),
        names=_names(session, [lane for lane, _ in ends]),
        refused=any(state == "dead" for _, state in ends),
    )


def _failed(state: SQLColumnExpression[str]) -> ColumnElement[bool]:
    return (state == "dead") | ((state == "expired") & IN_TIME)


def _names(session: Session, lanes: Sequence[str]) -> tuple[str, ...]:
    people = session.scalars(select(Member.call_as).where(Member.line_user_id.in_(lanes)))
    rooms = session.scalars(select(Room.name).join(Chat).where(Chat.line_id.in_(lanes)))
    return tuple(name for name in (*people, *rooms) if name)
