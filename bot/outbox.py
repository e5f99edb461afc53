"""The outbox: what is to be sent is written with the turn that says it, and sent afterwards, once.

A reply token can be used once, within a minute, and has no retry key; a push has one, which LINE honours for 24 h.
https://developers.line.biz/en/docs/messaging-api/retrying-api-request/
"""

import logging
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Select, bindparam, func, insert, or_, select, text, union_all, update
from sqlalchemy.orm import Session, aliased, joinedload

from bot import rides
from bot.budget import reserve
from bot.cards import Message
from bot.first_try import OVER_BUDGET, Unpriced, begin, carried, price_of, put_off
from bot.inbox import AHEAD, SWEEP_LIMIT, insert_once, is_over, keep_lease, unheld, waits
from bot.line import Answer, Outcome
from bot.pace import book
from bot.settling import LATE, LONGEST_PAUSE, finish, is_fresh, push_instead, settle
from models.post import IS_CARRIED, IS_LEAVING, Delivery, SentMessage, TalkToken
from models.store import Store
from models.trace import current_trace

RETRY_KEY_LIFE = timedelta(hours=23)  # LINE says 24 h; after that the same key would send again
STOPPED_PAUSE = timedelta(seconds=30)  # between looks at whether the access token is right again
GIVEN_UP = "given up after 23 hours of tries"

CARRIER = aliased(Delivery, name="carrier")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One delivery whose next try has been committed; `to` is who gets a multicast."""

    delivery_id: int
    lane: str
    way: str
    reply_token: str | None
    retry_key: str
    messages: list[Message]
    to: tuple[str, ...] = ()
    token_at: datetime | None = None
    trace: str | None = None
    riders: int = 0
    notice_id: int | None = None
    place: float | None = None  # when LINE's rate limit allows it, in seconds since 1970


class Outbox:
    """Stored deliveries. `wall` gives the time of the wall, aware; `seconds` the same since 1970 for LINE's rate
    limits, which hold in real time whatever the wall is told to say."""

    def __init__(
        self, store: Store, wall: Callable[[], datetime], seconds: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._wall = wall
        self._seconds = seconds
        self._stopped_until: datetime | None = None

    def next(self, session: Session, lane: str, holder: str, *, priced: bool = False) -> Attempt | None:
        """The lane's next delivery, its try counted in this session's commit; None where nothing may leave now.

        Raises LeaseLost where the lane has passed to somebody else, Paced where LINE's rate is used up for as long as a
        call may be booked ahead, and, unless its price and the budget have just been looked up (`priced`), Unpriced
        where LINE counts it: nothing of this session may be committed then.
        """
        now = self._wall()
        if self._is_stopped(now):
            return None
        foremost = _foremost(session, lane, now)
        if foremost is None or not _is_due(foremost, now):
            return None
        counted = foremost.way != "reply" and foremost.attempts == 0
        if counted and not priced:
            raise Unpriced
        keep_lease(session, lane, holder, now)
        delivery = session.get_one(Delivery, foremost.id, options=WITH_NOTICE, with_for_update=LOCKED)
        if counted and not _is_untried(delivery):
            return None
        if not _may_still_leave(session, delivery, now):
            return None
        to: tuple[str, ...] = ()
        if counted:
            to = begin(session, delivery, now)
            if not to:
                return None
        elif delivery.way == "multicast":
            to = carried(session, delivery.id)
        riders = rides.riders_of(session, delivery.id) if delivery.way == "reply" else []
        attempt = _attempt(delivery, to, len(riders))
        price = price_of(session, delivery, len(to)) if counted else delivery.price
        session.connection().execute(TRIED, {"delivery": delivery.id, "now": now, "cost": price})
        # All who send queue at these two rows, so they come last of all.
        place = book(session, delivery.way, self._seconds()) if delivery.way != "reply" else None
        if counted and not reserve(session, price, delivery.urgency):
            session.refresh(delivery)
            put_off(delivery, now, OVER_BUDGET)
            return None
        return replace(attempt, place=place)

    def early(self, attempt: Attempt) -> float:
        """In how many seconds LINE's rate limit allows this try."""
        return 0.0 if attempt.place is None else max(0.0, attempt.place - self._seconds())

    def settle(self, session: Session, attempt: Attempt, answer: Answer) -> str:
        """Write down what became of a try, and what follows from it. Gives the delivery's state."""
        now = self._wall()
        if answer.outcome is Outcome.SENT:
            _sent(session, attempt, answer, now)
            return "sent"
        delivery = session.get_one(Delivery, attempt.delivery_id)
        settle(session, delivery, answer, now)
        if answer.outcome is Outcome.UNAUTHORISED:
            self.stop()
        return delivery.state

    def stop(self) -> None:
        """LINE refuses the access token: nothing is sent for a while."""
        self._stopped_until = self._wall() + STOPPED_PAUSE
        log.error("LINE refuses the access token: all sending waits; set LINE_CHANNEL_ACCESS_TOKEN anew")

    def wait(self, lane: str, pause: timedelta) -> None:
        """What would leave this lane next is not tried before this pause is over."""
        now = self._wall()
        with self._store.session() as session:
            foremost = _foremost(session, lane, now)
            if foremost is not None:
                session.get_one(Delivery, foremost.id).retry_at = now + pause

    def ride_on_talk(self, lane: str, holder: str) -> Attempt | None:
        """Use the token of talk that was not ours for what may ride, if one is kept: the try is committed.

        Raises LeaseLost.
        """
        now = self._wall()
        with self._store.session() as session:
            if session.get(TalkToken, lane) is None:
                return None
            keep_lease(session, lane, holder, now)
            token = rides.take_token(session, lane, now)
            riders, messages = rides.claim_rides(session, lane, [], token.said_at, now) if token else ([], [])
            if token is None or not riders:
                return None
            return write_reply(
                session,
                riders=riders,
                key=f"ride:{riders[0].id}:0:{token.received_at.timestamp()}:talk:{lane}",
                lane=lane,
                messages=messages,
                token=token.token,
                token_at=token.received_at,
                said_at=token.said_at,
                now=now,
            )

    def due(self, lane: str) -> bool:
        """Whether something may leave this lane now."""
        with self._store.session() as session:
            return self.is_due(session, lane)

    def is_due(self, session: Session, lane: str) -> bool:
        """The same, in a session that is open."""
        now = self._wall()
        if self._is_stopped(now):
            return False
        foremost = _foremost(session, lane, now)
        return foremost is not None and _is_due(foremost, now)

    def asleep(self) -> list[str]:
        """Lanes in which a delivery is due and nobody works."""
        now = self._wall()
        if self._is_stopped(now):
            return []
        with self._store.session() as session:
            due = is_over(Delivery.retry_at, now, LONGEST_PAUSE)
            query = select(Delivery.lane).where(IS_LEAVING, due, Delivery.held.is_(False))
            lanes = [
                *session.scalars(query.distinct().limit(SWEEP_LIMIT)),
                *session.scalars(select(TalkToken.lane)),
            ]
            return unheld(session, list(dict.fromkeys(lanes)), now)

    def _is_stopped(self, now: datetime) -> bool:
        return waits(self._stopped_until, now, STOPPED_PAUSE)


def write_reply(
    session: Session,
    *,
    key: str,
    lane: str,
    messages: Sequence[Message],
    riders: Sequence[Delivery],
    token: str,
    token_at: datetime,
    said_at: datetime,
    now: datetime,
) -> Attempt | None:
    """Add an answer, with what rides on it, to the turn's transaction. Where nothing waits before it, its first try is
    committed with it, and given."""
    first = _foremost(session, lane, now) is None
    reply: dict[str, Any] = {
        "key": key,
        "lane": lane,
        "way": "reply",
        "reply_token": token,
        "token_at": token_at,
        "said_at": said_at,
        "retry_key": str(uuid.uuid4()),
        "body": orjson.dumps(list(messages)),
        "state": "sending" if first else "waiting",
        "attempts": 1 if first else 0,
        "attempt_at": now if first else None,
        "begun_at": now if first else None,
        "written_at": now,
    }
    # One statement, without the unit of work: each answer is written so.
    written = session.connection().execute(insert(Delivery), reply)
    (ident,) = written.inserted_primary_key or (0,)
    rides.board(riders, ident)
    if not first:
        return None
    said, trace = list(messages), current_trace()
    return Attempt(ident, lane, "reply", token, reply["retry_key"], said, (), token_at, trace, len(riders))


def _sent(session: Session, attempt: Attempt, answer: Answer, now: datetime) -> None:
    """LINE has it: what most tries come to, so nothing is read for it; a multicast's copies stand as it does."""
    connection = session.connection()
    ended = {"delivery": attempt.delivery_id, "now": now, "line_status": answer.status}
    connection.execute(SENT, {**ended, "line_request": answer.request_id, "why": answer.problem})
    if attempt.riders:
        rides.settle_riders(session, attempt.delivery_id, "sent", now)
    notices = _notices(session, attempt, len(answer.message_ids))
    sent = [
        {"message_id": message_id, "lane": attempt.lane, "sent_at": now, "notice_id": notice_id}
        for message_id, notice_id in zip(answer.message_ids, notices, strict=False)
    ]
    if sent:
        connection.execute(insert_once(session, SentMessage), sent)


def _notices(session: Session, attempt: Attempt, messages: int) -> list[int | None]:
    """The notice whose words each of these messages holds; None for an answer's own."""
    if attempt.riders:
        return rides.notices_in(session, attempt.delivery_id, messages)
    return [attempt.notice_id] * messages


def missed(session: Session, lane: str, since: datetime) -> list[Delivery]:
    """Answers of which it is not known, or known to be untrue, that they arrived, and that nothing repeated yet."""
    lost = session.connection().scalars(MISSED, {"lane": lane, "since": since}).all()
    return [session.get_one(Delivery, ident) for ident in lost]


def _attempt(delivery: Delivery, to: tuple[str, ...], riders: int) -> Attempt:
    """The plain data of a delivery whose try is begun; so many others leave with it."""
    return Attempt(
        delivery.id,
        delivery.lane,
        delivery.way,
        delivery.reply_token,
        delivery.retry_key,
        messages_of(delivery),
        to,
        delivery.token_at,
        delivery.trace,
        riders,
        delivery.notice_id,
    )


def _is_untried(delivery: Delivery) -> bool:
    """Whether it is still to be begun: it may have been withdrawn in between."""
    return delivery.state == "waiting" and delivery.attempts == 0


def messages_of(delivery: Delivery) -> list[Message]:
    """What a delivery says; nothing where that has been blanked."""
    body = delivery.notice.body if delivery.notice else delivery.body
    said: list[Message] = orjson.loads(body) if body else []
    return said


def _foremost(session: Session, lane: str, now: datetime) -> Any:
    """The lane's oldest open delivery: its id, state and retry_at; None where none is open. Answers, whose
    tokens die, pass what has to wait before them, each in its turn."""
    connection = session.connection()
    # In a person's chat the oldest is perhaps a copy that a multicast which is on its way carries.
    first = OLDEST_OF_PERSON if lane.startswith("U") else OLDEST
    oldest = connection.execute(first, {"lane": lane}).first()
    if oldest is None or _is_due(oldest, now):
        return oldest
    times = {"now": now, "beyond": now + LONGEST_PAUSE + AHEAD}
    return connection.execute(DUE_ANSWER, {"lane": lane, **times}).first() or oldest


def _oldest_of_person() -> Select[*tuple[Any, ...]]:
    under_way = (CARRIER.id == Delivery.carrier_id) & text("carrier.state IN ('waiting', 'sending')")
    copies = (
        select(Delivery.id).join(CARRIER, under_way).where(IS_CARRIED, Delivery.lane == bindparam("lane"))
    )
    copies = copies.where(Delivery.way == "batch", Delivery.held.is_(False))
    both = union_all(_MINE.with_only_columns(Delivery.id), copies).subquery()
    first = select(func.min(both.c.id)).scalar_subquery()
    return select(*_LOOK).where(Delivery.id == first)


# Put together once: each turn asks for them.
_LOOK = (Delivery.id, Delivery.way, Delivery.state, Delivery.attempts, Delivery.retry_at)
WITH_NOTICE = [joinedload(Delivery.notice)]
LOCKED = {"of": Delivery}
_MINE = select(*_LOOK).where(IS_LEAVING, Delivery.lane == bindparam("lane"), Delivery.held.is_(False))
OLDEST = _MINE.order_by(Delivery.id).limit(1)
# An answer has a token, also where that has died and it is a push.
DUE_ANSWER = (
    _MINE.where(
        Delivery.token_at.is_not(None),
        or_(
            Delivery.retry_at.is_(None),
            Delivery.retry_at <= bindparam("now"),
            Delivery.retry_at > bindparam("beyond"),
        ),
    )
    .order_by(Delivery.id)
    .limit(1)
)
OLDEST_OF_PERSON = _oldest_of_person()
TRIED = (
    update(Delivery)
    .where(Delivery.id == bindparam("delivery"))
    .values(
        state="sending",
        attempt_at=bindparam("now"),
        begun_at=func.coalesce(Delivery.begun_at, bindparam("now", type_=Delivery.begun_at.type)),
        attempts=Delivery.attempts + 1,
        price=bindparam("cost"),
    )
)
SENT = (
    update(Delivery)
    .where(Delivery.id == bindparam("delivery"))
    .values(
        state="sent",
        finished_at=bindparam("now"),
        retry_at=None,
        status=bindparam("line_status"),
        request_id=func.coalesce(bindparam("line_request"), Delivery.request_id),
        problem=bindparam("why"),
    )
)
MISSED = (
    select(Delivery.id)
    .where(
        Delivery.lane == bindparam("lane"),
        Delivery.way == "reply",
        (Delivery.state == "unknown") | ((Delivery.state == "dead") & (Delivery.problem == LATE)),
        Delivery.repeated.is_(False),
        Delivery.written_at >= bindparam("since"),
    )
    .order_by(Delivery.id)
)


def _is_due(foremost: Any, now: datetime) -> bool:
    """Whether this may be tried now; what a multicast carries leaves with that."""
    return foremost.state != "carried" and not waits(foremost.retry_at, now, LONGEST_PAUSE)


def _may_still_leave(session: Session, delivery: Delivery, now: datetime) -> bool:
    """Decide over a delivery whose time is up; True where it may be tried (again)."""
    if delivery.way != "reply":
        if delivery.begun_at is not None and delivery.begun_at > now + AHEAD:
            delivery.begun_at = now  # the clock was set back, a pause ago at most
        if delivery.begun_at is not None and now - delivery.begun_at > RETRY_KEY_LIFE:
            finish(session, delivery, "dead", now, GIVEN_UP)
            return False
        return True
    if is_fresh(delivery.token_at, now):
        return True
    if delivery.attempts:
        finish(session, delivery, "unknown", now, delivery.problem)
        return False
    push_instead(session, delivery, now)
    return False  # as a push it has a price, which is settled first
