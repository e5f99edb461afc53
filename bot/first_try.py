"""What is settled in the commit that starts a counted delivery's first try: window, rights, LINE's rate, its price.

Later tries are the same send: nothing is asked again.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.budget import reserve
from bot.pace import book
from bot.reach import drop_refused, refusal
from models.chats import Chat
from models.post import Delivery

TOO_LATE = "its time was over before it could leave"
OVER_BUDGET = "the month's budget did not allow it"
NOBODY = "nobody of its recipients may have it any more"
ASK_BUDGET_AGAIN = timedelta(hours=1)
KEPT_FOR = timedelta(days=7)  # an answer that became a push has no window of its own


class Paced(Exception):
    """LINE's rate limit is reached: nothing was changed, ask again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Unpriced(Exception):
    """The price of what would leave next is to be looked up first, outside the transaction."""


def begin(session: Session, delivery: Delivery, now: datetime, seconds: float) -> bool:
    """Whether the first try of this push or multicast may start; if not, the delivery has its new state.

    `seconds` is the time in seconds since 1970 UTC. Raises Paced.
    """
    if delivery.expires_at is not None and delivery.expires_at <= now:
        end(delivery, "expired", now, TOO_LATE)
        return False
    if (wait := book(session, delivery.way, seconds)) > 0:
        raise Paced(wait)
    if delivery.way == "multicast":
        assert delivery.notice is not None  # noqa: S101 - only notices are multicast
        drop_refused(session, delivery, delivery.notice, now)
    elif (why := refusal(session, delivery)) is not None:
        end(delivery, "dropped", now, why)
        return False
    delivery.price = _price(session, delivery)
    if delivery.price == 0:
        end(delivery, "dropped", now, NOBODY)
        return False
    if not reserve(session, delivery.price, delivery.urgency):
        put_off(session, delivery, now, OVER_BUDGET)
        return False
    return True


def put_off(session: Session, delivery: Delivery, now: datetime, why: str) -> None:
    """The month's messages do not allow it now: until they do it may only ride."""
    again = now + ASK_BUDGET_AGAIN
    if delivery.way == "multicast":
        waits = update(Delivery).where(Delivery.carrier_id == delivery.id, Delivery.state == "carried")
        values = {"state": "planned", "way": "push", "carrier_id": None, "due_at": again, "problem": why}
        session.execute(waits.values(**values))
        end(delivery, "dropped", now, why)
        return
    delivery.state, delivery.retry_at = "planned", None
    delivery.due_at, delivery.problem = again, why
    delivery.ride_from = delivery.ride_from or now
    delivery.expires_at = delivery.expires_at or now + KEPT_FOR


def end(delivery: Delivery, state: str, now: datetime, problem: str | None = None) -> None:
    """The delivery's last state, and why."""
    delivery.state, delivery.finished_at, delivery.retry_at, delivery.problem = state, now, None, problem


def carried(delivery: Delivery) -> tuple[str, ...]:
    """The lanes of a multicast's recipients, always in the same order."""
    session = Session.object_session(delivery)
    assert session is not None  # noqa: S101 - deliveries are looked at in the session that read them
    query = select(Delivery.lane).where(Delivery.carrier_id == delivery.id, Delivery.state == "carried")
    return tuple(session.scalars(query.order_by(Delivery.id)))


def _price(session: Session, delivery: Delivery) -> int:
    if delivery.way == "multicast":
        going = select(func.count()).where(Delivery.carrier_id == delivery.id, Delivery.state == "carried")
        return session.scalar(going) or 0
    if delivery.lane.startswith("U"):
        return 1
    return session.scalar(select(Chat.heads).where(Chat.line_id == delivery.lane)) or 1
