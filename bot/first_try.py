"""What is settled in the commit that starts a counted delivery's first try: window, rights, its price.

Later tries are the same send: nothing is asked again.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, exists, func, or_, select, text, update
from sqlalchemy.orm import Session, aliased

from bot.reach import refusal, why_not
from models.audiences import silenced
from models.chats import Chat
from models.post import IS_CARRIED, IS_MULTICAST_LEAVING, Delivery, Notice

TOO_LATE = "its time was over before it could leave"
OVER_BUDGET = "the month's budget did not allow it"
NOBODY = "nobody of its recipients may have it any more"
ASK_BUDGET_AGAIN = timedelta(hours=1)
KEPT_FOR = timedelta(days=7)  # an answer that became a push has no window of its own
ALONE = {"way": "push", "carrier_id": None}
BEHIND_ANOTHER = timedelta(seconds=1)  # between looks at whether an earlier multicast has left

EARLIER, OTHER = aliased(Delivery, name="earlier"), aliased(Delivery, name="other")
MINE: BindParameter[int] = bindparam("carrier")

# Put together once: each multicast asks for them. What is carried is not picked out by the index of all that is
# carried: PostgreSQL may read the whole of it.
LANES = select(func.aggregate_strings(Delivery.lane, ",").filter(Delivery.state == "carried")).where(
    Delivery.carrier_id == MINE
)
BEHIND_A_PUSH = exists().where(
    EARLIER.lane == Delivery.lane,
    EARLIER.id < Delivery.id,
    EARLIER.way == "push",
    text("earlier.state IN ('waiting', 'sending')"),
)
# By the multicasts' order, not their copies': two that were written at the same time never wait for each other.
OTHERS = (
    select(Delivery.id)
    .where(IS_MULTICAST_LEAVING, Delivery.id < MINE, Delivery.notice_id != bindparam("notice"))
    .limit(1)
)
BEHIND_A_COPY = (
    select(Delivery.id)
    .join(EARLIER, (EARLIER.lane == Delivery.lane) & text("earlier.state = 'carried'"))
    .join(OTHER, (OTHER.id == EARLIER.carrier_id) & text("other.state IN ('waiting', 'sending')"))
    .where(
        Delivery.carrier_id == MINE,
        OTHER.id < MINE,
        OTHER.way == "multicast",
        OTHER.notice_id != bindparam("notice"),
    )
)


class Unpriced(Exception):
    """The price of what would leave next is to be looked up first, outside the transaction."""


def begin(session: Session, delivery: Delivery, now: datetime) -> tuple[str, ...]:
    """For whom (lanes) the first try of this push or multicast, which is locked, may start at `now`; empty where it may
    not: the delivery has its new state."""
    if delivery.expires_at is not None and delivery.expires_at <= now:
        end(delivery, "expired", now, TOO_LATE)
        return ()
    if delivery.way == "multicast":
        return _begin_multicast(session, delivery, now)
    if (why := refusal(session, delivery)) is not None:
        end(delivery, "dropped", now, why)
        return ()
    return (delivery.lane,)


def price_of(session: Session, delivery: Delivery, copies: int) -> int:
    """What LINE counts for this push, or this multicast with so many copies."""
    if delivery.way == "multicast":
        return copies
    if delivery.lane.startswith("U"):
        return 1
    return session.scalar(select(Chat.heads).where(Chat.line_id == delivery.lane)) or 1


def put_off(delivery: Delivery, now: datetime, why: str) -> None:
    """The month's messages do not allow the try that was begun: until they do it may only ride."""
    again = now + ASK_BUDGET_AGAIN
    delivery.attempts, delivery.begun_at = delivery.attempts - 1, None
    delivery.state, delivery.retry_at = "planned", None
    delivery.due_at, delivery.problem = again, why
    delivery.ride_from = delivery.ride_from or now
    delivery.expires_at = delivery.expires_at or now + KEPT_FOR


def end(delivery: Delivery, state: str, now: datetime, problem: str | None = None) -> None:
    """The delivery's last state, and why."""
    delivery.state, delivery.finished_at, delivery.retry_at, delivery.problem = state, now, None, problem


def carried(session: Session, carrier_id: int) -> tuple[str, ...]:
    """The lanes of a multicast's recipients, always in the same order."""
    lanes = session.connection().scalar(LANES, {"carrier": carrier_id})
    return tuple(sorted(lanes.split(","))) if lanes else ()


def _begin_multicast(session: Session, carrier: Delivery, now: datetime) -> tuple[str, ...]:
    """Settle who gets it: nobody takes a copy out or along while the carrier is locked."""
    assert carrier.notice is not None  # noqa: S101 - only notices are multicast
    odd = _odd_copies(session, carrier, carrier.notice)
    refused = {ident: why for ident, why in odd if why}
    if _is_behind_another(session, carrier, refused):
        carrier.retry_at = now + BEHIND_ANOTHER
        return ()
    for why, ids in _by_value(refused).items():
        _take(session, ids, {"state": "dropped", "finished_at": now, "problem": why})
    _take(session, [ident for ident, why in odd if not why], {"state": "waiting", **ALONE})
    lanes = carried(session, carrier.id)
    if carrier.urgency == "ordinary" and (hushed := silenced(session, now, lanes)):
        _take(session, _copies_to(session, carrier, hushed), {"state": "planned", **ALONE})
        lanes = tuple(lane for lane in lanes if lane not in hushed)
    if not lanes:
        end(carrier, "dropped", now, NOBODY)
        carrier.price = 0
    return lanes


def _odd_copies(session: Session, carrier: Delivery, notice: Notice) -> list[tuple[int, str]]:
    """The copies (ids) that do not leave with their multicast, and why the person may not have it; empty where
    something else has to be pushed to them first."""
    query = _odd(notice.kind, notice.network_id, notice.personal, notice.role, carrier.urgency)
    rows = session.connection().execute(query, {"carrier": carrier.id})
    return [(ident, why) for ident, state, why in rows if state == "carried"]


@lru_cache(maxsize=128)  # the same for all multicasts of a notice, and slow to put together
def _odd(
    kind: str, network_id: int | None, personal: bool, role: str | None, urgency: str
) -> Select[int, str, str]:
    notice = Notice(kind=kind, network_id=network_id, personal=personal, role=role)
    why = why_not(notice, urgency)
    query = select(Delivery.id, Delivery.state, why).where(Delivery.carrier_id == MINE)
    return query.where(or_(why != "", BEHIND_A_PUSH))


def _is_behind_another(session: Session, carrier: Delivery, without: Collection[int]) -> bool:
    """Whether an older multicast, which is on its way, has to reach one of the same chats first. Those of one notice
    share no chat."""
    others = {"carrier": carrier.id, "notice": carrier.notice_id}
    if session.connection().scalar(OTHERS, others) is None:
        return False
    return any(copy not in without for copy in session.connection().scalars(BEHIND_A_COPY, others))


def _copies_to(session: Session, carrier: Delivery, lanes: Collection[str]) -> Sequence[int]:
    theirs = select(Delivery.id).where(Delivery.carrier_id == carrier.id, Delivery.lane.in_(lanes))
    return session.scalars(theirs).all()


def _by_value(found: Mapping[int, str]) -> dict[str, list[int]]:
    turned: dict[str, list[int]] = {}
    for ident, value in found.items():
        turned.setdefault(value, []).append(ident)
    return turned


def _take(session: Session, ids: Collection[int], values: dict[str, Any]) -> None:
    if ids:
        theirs = update(Delivery).where(Delivery.id.in_(ids), IS_CARRIED)
        session.connection().execute(theirs.values(**values))
