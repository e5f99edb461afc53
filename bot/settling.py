"""What follows where LINE did not simply take a try."""

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import rides
from bot.budget import exhausted, give_back
from bot.first_try import end, put_off
from bot.line import Answer, Outcome
from models.chats import Chat
from models.post import Delivery

LONGEST_PAUSE, SPREAD = timedelta(minutes=10), 1.25
SPENT = "LINE says that the month's messages are spent"
USED = "LINE says the token was used: an earlier try arrived"
USED_OR_LATE = "LINE says the token was used or too old: an earlier try may have arrived"
TOKEN_LIFE = timedelta(seconds=50)  # LINE says a minute, "not to the second"
HOSTS_DIFFER = timedelta(seconds=5)  # a token from further ahead is of an age that nobody knows
LATE = "the reply token was too old"
UNREACHABLE = "Failed to send messages"  # LINE's words for who is no friend, and for a group without the bot

log = logging.getLogger(__name__)


def settle(session: Session, delivery: Delivery, answer: Answer, now: datetime) -> None:
    """Write down what became of a try that LINE did not take for certain; `now` is the wall's."""
    delivery.status, delivery.request_id = answer.status, answer.request_id or delivery.request_id
    delivery.problem = answer.problem
    _SETTLE[answer.outcome](session, delivery, now)


def finish(
    session: Session, delivery: Delivery, state: str, now: datetime, problem: str | None = None
) -> None:
    """End a delivery and what rides with it; a multicast's copies stand as it does."""
    end(delivery, state, now, problem)
    if delivery.way == "reply":
        rides.settle_riders(session, delivery.id, state, now)


def is_fresh(token_at: datetime | None, now: datetime) -> bool:
    """Whether a reply token of then is still good for certain, unless it was used."""
    return token_at is not None and -HOSTS_DIFFER <= now - token_at <= TOKEN_LIFE


def push_instead(session: Session, delivery: Delivery, now: datetime) -> bool:
    """A reply that never left becomes a push where that costs one message; in a group it would cost one a head."""
    rides.let_off(session, delivery)
    if delivery.body == b"[]":
        end(delivery, "dropped", now, LATE)
        return False
    if not delivery.lane.startswith("U"):
        end(delivery, "dead", now, LATE)
        return False
    delivery.way, delivery.reply_token, delivery.state = "push", None, "waiting"
    delivery.attempts, delivery.begun_at = 0, None
    return True


def _refused(session: Session, delivery: Delivery, now: datetime) -> None:
    if delivery.way == "reply" and rides.let_off(session, delivery, refused=delivery.problem):
        # LINE did not take the joint reply, so its token is still good: the answer goes alone.
        delivery.state, delivery.attempts, delivery.retry_at = "waiting", delivery.attempts - 1, None
        if delivery.body == b"[]":
            end(delivery, "dropped", now, delivery.problem)
        return
    if delivery.way != "reply":
        give_back(session, delivery.price)
    if delivery.way == "push" and UNREACHABLE in (delivery.problem or ""):
        state = "blocked" if delivery.lane.startswith("U") else "left"
        session.execute(update(Chat).where(Chat.line_id == delivery.lane).values(state=state))
    finish(session, delivery, "dead", now, delivery.problem)
    log.warning("LINE refused delivery %s (request %s): see `saan outbox`", delivery.id, delivery.request_id)


def _token_refused(session: Session, delivery: Delivery, now: datetime) -> None:
    """LINE says the same of a token that is used and of one that is too old."""
    if delivery.attempts == 1:
        push_instead(session, delivery, now)
    elif is_fresh(delivery.said_at, now):
        finish(session, delivery, "sent", now, USED)
    else:
        finish(session, delivery, "unknown", now, USED_OR_LATE)


def _again(session: Session, delivery: Delivery, now: datetime) -> None:
    pause = min(LONGEST_PAUSE / SPREAD, timedelta(seconds=2 ** min(delivery.attempts - 1, 10)))
    delivery.retry_at = now + pause * random.uniform(1 / SPREAD, SPREAD)  # noqa: S311 - spreads retries, guards nothing


def _uncounted(session: Session, delivery: Delivery, now: datetime) -> None:
    """LINE certainly did not take it: the try does not count, so that a reply may still become a push."""
    delivery.state = "waiting"
    _again(session, delivery, now)
    delivery.attempts -= 1
    if delivery.way != "reply" and delivery.attempts == 0:
        delivery.begun_at = None
        give_back(session, delivery.price)


def _spent(session: Session, delivery: Delivery, now: datetime) -> None:
    exhausted(session)
    put_off(delivery, now, SPENT)
    log.warning(
        "LINE says that the month's messages are spent: what is not urgent rides or waits; see `saan budget`"
    )


_SETTLE: dict[Outcome, Callable[[Session, Delivery, datetime], None]] = {
    Outcome.UNSURE: _again,
    Outcome.TOKEN_REFUSED: _token_refused,
    Outcome.REFUSED: _refused,
    Outcome.UNAUTHORISED: _uncounted,
    Outcome.RATE: _uncounted,
    Outcome.QUOTA: _spent,
}
