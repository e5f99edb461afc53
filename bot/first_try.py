"""What is settled in the commit that starts a counted delivery's first try: window, rights, its price.

Later tries are the same send: nothing is asked again.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Row, bindparam, select, text, union_all, update
from sqlalchemy.orm import Session, aliased

from bot.budget import reserve
from bot.reach import refusal, refused
from models.audiences import silenced
from models.chats import Chat
from models.post import IS_CARRIED, Delivery

TOO_LATE = "its time was over before it could leave"
OVER_BUDGET = "the month's budget did not allow it"
NOBODY = "nobody of its recipients may have it any more"
ASK_BUDGET_AGAIN = timedelta(hours=1)
KEPT_FOR = timedelta(days=7)  # an answer that became a push has no window of its own
EARLIER, OTHER = aliased(Delivery, name="earlier"), aliased(Delivery, name="other")


class Unpriced(Exception):
    """The price of what would leave next is to be looked up first, outside the transaction."""


def begin(session: Session, delivery: Delivery, now: datetime, left_out: "LeftOut | None") -> bool:
    """Whether the first try of this push or multicast may start; if not, the delivery has its new state.

    `left_out` is what `look_over` found of a multicast's copies.
    """
    if delivery.expires_at is not None and delivery.expires_at <= now:
        end(delivery, "expired", now, TOO_LATE)
        return False
    if left_out is not None:
        left_out.apply(session, delivery, now)
    elif (why := refusal(session, delivery)) is not None:
        end(delivery, "dropped", now, why)
        return False
    return True


def afford(session: Session, delivery: Delivery, copies: int, now: datetime) -> int | None:
    """Reserve what the delivery costs, and give that; `copies` leave with it. None where it may not leave: it has its
    new state."""
    price = copies if delivery.way == "multicast" else _price(session, delivery)
    if price == 0:
        end(delivery, "dropped", now, NOBODY)
    elif reserve(session, price, delivery.urgency):
        return price
    else:
        put_off(delivery, now, OVER_BUDGET)
    delivery.price = price
    return None


def put_off(delivery: Delivery, now: datetime, why: str) -> None:
    """The month's messages do not allow it now: until they do it may only ride."""
    again = now + ASK_BUDGET_AGAIN
    delivery.state, delivery.retry_at = "planned", None
    delivery.due_at, delivery.problem = again, why
    delivery.ride_from = delivery.ride_from or now
    delivery.expires_at = delivery.expires_at or now + KEPT_FOR


def end(delivery: Delivery, state: str, now: datetime, problem: str | None = None) -> None:
    """The delivery's last state, and why."""
    delivery.state, delivery.finished_at, delivery.retry_at, delivery.problem = state, now, None, problem


@dataclass(frozen=True)
class LeftOut:
    """Copies (ids) that do not leave with the multicast that carries them."""

    refused: dict[int, str]  # their persons may not have it any more: why
    behind: frozenset[int]  # something else has to leave before them in their chats
    hushed: frozenset[int]  # an emergency lasts where they go
    blocked: bool  # another multicast has to leave first

    def apply(self, session: Session, carrier: Delivery, now: datetime) -> None:
        """Take them out. The carrier is locked: what has left it by another way since is not touched."""
        for why, ids in _by_reason(self.refused).items():
            ended = {"state": "dropped", "finished_at": now, "problem": why}
            _take(session, carrier, ids, ended)
        alone = {"way": "push", "carrier_id": None}
        _take(session, carrier, self.behind, {"state": "waiting", **alone})
        _take(session, carrier, self.hushed, {"state": "planned", **alone})


def look_over(session: Session, carrier: Delivery, now: datetime) -> LeftOut:
    """Settle who gets a multicast, before anything is locked for it."""
    assert carrier.notice is not None  # noqa: S101 - only notices are multicast
    gone = refused(session, carrier, carrier.notice)
    before = _before(session, carrier)
    spared: Iterable[int] = ()
    if carrier.urgency == "ordinary":
        hushed = silenced(session, now, carried(carrier))
        spared = [row.id for row in _copies(session, carrier) if row.lane in hushed] if hushed else []
    out = {*gone}
    return LeftOut(
        refused=gone,
        behind=frozenset(ident for ident, state in before if state != "carried") - out,
        hushed=frozenset(spared) - out,
        blocked=any(state == "carried" for ident, state in before if ident not in out),
    )


def carried(delivery: Delivery) -> tuple[str, ...]:
    """The lanes of a multicast's recipients, always in the same order."""
    session = Session.object_session(delivery)
    assert session is not None  # noqa: S101 - deliveries are looked at in the session that read them
    return tuple(session.connection().scalars(LANES, {"carrier": delivery.id}))


def _copies(session: Session, carrier: Delivery) -> Sequence[Row[int, str]]:
    return session.connection().execute(COPIES, {"carrier": carrier.id}).all()


def _before(session: Session, carrier: Delivery) -> Sequence[Row[int, str]]:
    """The multicast's copies that have something before them in their chats, and its state: `carried` where that is in
    another multicast which is on its way."""
    return session.connection().execute(BEFORE, {"carrier": carrier.id}).all()


def _before_query() -> CompoundSelect[int, str]:
    mine: BindParameter[int] = bindparam("carrier")
    same_chat = EARLIER.lane == Delivery.lane
    copies = select(Delivery.id, EARLIER.state).where(Delivery.carrier_id == mine, IS_CARRIED)
    before = same_chat & (EARLIER.id < Delivery.id) & text("earlier.state IN ('waiting', 'sending')")
    pushed = copies.join(EARLIER, before).where(EARLIER.way == "push")
    # By the multicasts' order, not their copies': two that were written at the same time never wait for each other.
    older = (OTHER.id == EARLIER.carrier_id) & (OTHER.id < mine) & (OTHER.way == "multicast")
    copied = copies.join(EARLIER, same_chat & text("earlier.state = 'carried'"))
    copied = copied.join(OTHER, older & text("other.state IN ('waiting', 'sending')"))
    return union_all(pushed, copied)


# Put together once: each multicast asks for them.
BEFORE = _before_query()
COPIES = (
    select(Delivery.id, Delivery.lane)
    .where(Delivery.carrier_id == bindparam("carrier"), IS_CARRIED)
    .order_by(Delivery.id)
)
LANES = COPIES.with_only_columns(Delivery.lane)


def _by_reason(refused: dict[int, str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for ident, why in refused.items():
        found.setdefault(why, []).append(ident)
    return found


def _take(session: Session, carrier: Delivery, ids: Collection[int], values: dict[str, Any]) -> None:
    if ids:
        theirs = update(Delivery).where(Delivery.id.in_(ids), Delivery.carrier_id == carrier.id, IS_CARRIED)
        session.connection().execute(theirs.values(**values))


def _price(session: Session, delivery: Delivery) -> int:
    if delivery.lane.startswith("U"):
        return 1
    return session.scalar(select(Chat.heads).where(Chat.line_id == delivery.lane)) or 1
