"""What a restored bot holds back: every delivery that its backup had not sent, until an operator lets it go.

The bot that was backed up may have sent them since; only a person knows.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import rides
from bot.first_try import TOO_LATE, end
from bot.outbox import RETRY_KEY_LIFE
from bot.settling import finish
from models.post import Delivery

UNSENT = ("planned", "waiting", "sending", "carried")
TOKEN_GONE = "restored from a backup: its reply token is too old"  # noqa: S105 - words
KEY_GONE = "restored from a backup: it may have been sent, and its retry key is too old to ask"
BATCH = 500


def hold_all(session: Session) -> int:
    """Hold every delivery that is not sent; gives how many."""
    theirs = Delivery.state.in_(UNSENT) & (Delivery.way != "batch")  # a multicast's copies stay with it
    unsent = update(Delivery).where(theirs).values(held=True)
    return session.connection().execute(unsent).rowcount


def let_go(session: Session, now: datetime, ids: Sequence[int] = ()) -> Counter[str]:
    """Let held deliveries go, all or those of these ids, at `now` (the wall's). Gives how many there are by what
    becomes of them: released, or the state in which they end without leaving.

    An answer ends: its token is long gone. A push that was tried ends where LINE no longer knows its retry key; what
    was never tried ends where its window is over. What leaves with another goes where that goes.
    """
    became: Counter[str] = Counter()
    last = 0
    while batch := _next(session, last, ids):
        last = batch[-1].id
        for delivery in batch:
            became[_let_go(session, delivery, now)] += 1
        session.flush()
    return became


def _next(session: Session, last: int, ids: Sequence[int]) -> Sequence[Delivery]:
    query = select(Delivery).where(Delivery.held, Delivery.id > last, Delivery.state.in_(UNSENT))
    if ids:
        carriers = select(Delivery.carrier_id).where(Delivery.id.in_(ids), Delivery.carrier_id.is_not(None))
        wanted = Delivery.id.in_(ids) | Delivery.id.in_(carriers)
        query = query.where(wanted | Delivery.carrier_id.in_(ids) | Delivery.carrier_id.in_(carriers))
    return session.scalars(query.order_by(Delivery.id).limit(BATCH)).all()


def _let_go(session: Session, delivery: Delivery, now: datetime) -> str:
    delivery.held = False
    if delivery.state == "carried":
        return "released"
    if delivery.way == "reply":
        if delivery.attempts == 0:
            rides.let_off(session, delivery)
        finish(session, delivery, "dead", now, TOKEN_GONE)
    elif delivery.attempts and _key_is_gone(delivery, now):
        finish(session, delivery, "dead", now, KEY_GONE)
    elif not delivery.attempts and delivery.expires_at is not None and delivery.expires_at <= now:
        end(delivery, "expired", now, TOO_LATE)
    return "released" if delivery.state in UNSENT else delivery.state


def _key_is_gone(delivery: Delivery, now: datetime) -> bool:
    return delivery.begun_at is None or now - delivery.begun_at > RETRY_KEY_LIFE
