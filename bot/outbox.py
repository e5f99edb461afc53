"""The outbox: what is to be sent is written with the turn that says it, and sent afterwards, once.

A reply token can be used once, within a minute, and has no retry key; a push has one, which LINE honours for 24 h.
https://developers.line.biz/en/docs/messaging-api/retrying-api-request/
"""

import logging
import random
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.cards import Message
from bot.inbox import SWEEP_LIMIT, insert_once, keep_lease, unheld
from bot.line import Answer, Outcome
from models.post import Delivery, SentMessage
from models.store import Store

TOKEN_LIFE = timedelta(seconds=50)  # LINE says a minute, "not to the second"
RETRY_KEY_LIFE = timedelta(hours=23)  # LINE says 24 h; after that the same key would send again
LONGEST_PAUSE = timedelta(minutes=10)
STOPPED_PAUSE = timedelta(seconds=30)  # between looks at whether the access token is right again
OPEN = ("waiting", "sending")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One delivery whose next try has been committed."""

    delivery_id: int
    lane: str
    way: str
    reply_token: str | None
    retry_key: str
    messages: list[Message]


class Outbox:
    """Stored deliveries. `wall` gives the time of the wall, aware."""

    def __init__(self, store: Store, wall: Callable[[], datetime]) -> None:
        self._store = store
        self._wall = wall
        self._stopped_until: datetime | None = None

    def next(self, lane: str, holder: str) -> Attempt | None:
        """The lane's oldest open delivery, its try committed; None where nothing may leave now.

        Raises LeaseLost where the lane has passed to somebody else.
        """
        now = self._wall()
        if self._stopped_until and now < self._stopped_until:
            return None
        with self._store.session() as session:
            delivery = _oldest_open(session, lane)
            if delivery is None or (delivery.retry_at and delivery.retry_at > now):
                return None
            keep_lease(session, lane, holder, now)
            if not _may_still_leave(delivery, now):
                return None
            delivery.state, delivery.attempt_at = "sending", now
            delivery.attempts += 1
            return as_attempt(delivery)

    def settle(self, attempt: Attempt, answer: Answer) -> None:
        """Write down what became of a try, and what follows from it."""
        now = self._wall()
        with self._store.session() as session:
            delivery = session.get_one(Delivery, attempt.delivery_id)
            delivery.status, delivery.request_id = answer.status, answer.request_id or delivery.request_id
            delivery.problem = answer.problem
            _SETTLE[answer.outcome](delivery, now)
            for message_id in answer.message_ids:
                values = {"message_id": message_id, "lane": attempt.lane, "sent_at": now}
                session.execute(insert_once(session, SentMessage).values(**values))
        if answer.outcome is Outcome.UNAUTHORISED:
            self._stopped_until = now + STOPPED_PAUSE
            log.error("LINE refuses the access token: all sending waits; set LINE_CHANNEL_ACCESS_TOKEN anew")

    def due(self, lane: str) -> bool:
        """Whether something may leave this lane now."""
        now = self._wall()
        if self._stopped_until and now < self._stopped_until:
            return False
        with self._store.session() as session:
            delivery = _oldest_open(session, lane)
            return delivery is not None and (delivery.retry_at is None or delivery.retry_at <= now)

    def asleep(self) -> list[str]:
        """Lanes in which a delivery is due and nobody works."""
        now = self._wall()
        if self._stopped_until and now < self._stopped_until:
            return []
        with self._store.session() as session:
            due = or_(Delivery.retry_at.is_(None), Delivery.retry_at <= now)
            query = select(Delivery.lane).where(Delivery.state.in_(OPEN), due).distinct().limit(SWEEP_LIMIT)
            return unheld(session, session.scalars(query).all(), now)


def write_reply(
    session: Session,
    *,
    key: str,
    lane: str,
    messages: Sequence[Message],
    token: str,
    token_at: datetime,
    now: datetime,
) -> Delivery:
    """Add an answer to the turn's transaction. Where nothing waits before it, its first try is committed with it."""
    first = _oldest_open(session, lane) is None
    delivery = Delivery(
        key=key,
        lane=lane,
        way="reply",
        reply_token=token,
        token_at=token_at,
        retry_key=str(uuid.uuid4()),
        body=orjson.dumps(list(messages)),
        state="sending" if first else "waiting",
        attempts=1 if first else 0,
        attempt_at=now if first else None,
        written_at=now,
    )
    session.add(delivery)
    session.flush()
    return delivery


def missed(session: Session, lane: str, since: datetime) -> list[Delivery]:
    """Answers of which it is not known, or known to be untrue, that they arrived, and that nothing repeated yet."""
    lost = Delivery.state == "unknown"
    late = (Delivery.state == "dead") & (Delivery.problem == LATE)
    query = select(Delivery).where(Delivery.lane == lane, lost | late, Delivery.repeated.is_(False))
    return list(session.scalars(query.where(Delivery.written_at >= since).order_by(Delivery.id)))


def as_attempt(delivery: Delivery) -> Attempt:
    """The plain data of a delivery whose try is committed."""
    return Attempt(
        delivery.id,
        delivery.lane,
        delivery.way,
        delivery.reply_token,
        delivery.retry_key,
        messages_of(delivery),
    )


def messages_of(delivery: Delivery) -> list[Message]:
    """What a delivery says; nothing where that has been blanked."""
    body = delivery.notice.body if delivery.notice else delivery.body
    return orjson.loads(body) if body else []


LATE = "the reply token was too old"


def _oldest_open(session: Session, lane: str) -> Delivery | None:
    query = (
        select(Delivery).where(Delivery.lane == lane, Delivery.state.in_(OPEN)).order_by(Delivery.id).limit(1)
    )
    return session.scalars(query).first()


def _may_still_leave(delivery: Delivery, now: datetime) -> bool:
    """Decide over a delivery whose time is up; True where it may be tried (again)."""
    if delivery.way == "push":
        if delivery.attempt_at and now - delivery.written_at > RETRY_KEY_LIFE:
            _end(delivery, "dead", now, "given up after 23 hours of tries")
            return False
        return True
    if delivery.token_at and now - delivery.token_at <= TOKEN_LIFE:
        return True
    if delivery.attempts:
        _end(delivery, "unknown", now, delivery.problem)
        return False
    return _push_instead(delivery, now)


def _push_instead(delivery: Delivery, now: datetime) -> bool:
    """A reply that never left becomes a push where that costs one message; in a group it would cost one a head."""
    if not delivery.lane.startswith("U"):
        _end(delivery, "dead", now, LATE)
        return False
    delivery.way, delivery.reply_token, delivery.state = "push", None, "waiting"
    return True


def _end(delivery: Delivery, state: str, now: datetime, problem: str | None = None) -> None:
    delivery.state, delivery.finished_at, delivery.retry_at, delivery.problem = state, now, None, problem


def _sent(delivery: Delivery, now: datetime) -> None:
    _end(delivery, "sent", now)


def _refused(delivery: Delivery, now: datetime) -> None:
    _end(delivery, "dead", now, delivery.problem)
    log.warning("LINE refused delivery %s (request %s): see `saan outbox`", delivery.id, delivery.request_id)


def _token_refused(delivery: Delivery, now: datetime) -> None:
    if delivery.attempts > 1:
        _end(delivery, "sent", now, "LINE says the token was used: an earlier try arrived")
    else:
        _push_instead(delivery, now)


def _again(delivery: Delivery, now: datetime) -> None:
    pause = min(LONGEST_PAUSE, timedelta(seconds=2 ** min(delivery.attempts - 1, 10)))
    delivery.retry_at = now + pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads retries, guards nothing


def _uncounted(delivery: Delivery, now: datetime) -> None:
    """LINE certainly did not take it: the try does not count, so that a reply may still become a push."""
    delivery.state = "waiting"
    _again(delivery, now)
    delivery.attempts -= 1


_SETTLE: dict[Outcome, Callable[[Delivery, datetime], None]] = {
    Outcome.SENT: _sent,
    Outcome.UNSURE: _again,
    Outcome.TOKEN_REFUSED: _token_refused,
    Outcome.REFUSED: _refused,
    Outcome.UNAUTHORISED: _uncounted,
    Outcome.RATE: _uncounted,
    Outcome.QUOTA: _uncounted,
}
