"""The inbox: events are stored once, and handed out chat by chat, oldest first, by a lease a lane.

An event may be tried three times; each try is counted and committed before the handler runs, so that an event
that brings the process down cannot do so for ever.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, bindparam, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.incoming import Incoming
from models.base import Base
from models.post import Event, Lane
from models.store import Store, begin_writing

# Longer than a turn may take, and short enough for a killed worker's chats to go on elsewhere within 15 s.
LEASE = timedelta(seconds=12)
TRY_AGAIN_AFTER = (timedelta(seconds=1), timedelta(seconds=4))  # then it is a dead letter
TRIES = len(TRY_AGAIN_AFTER) + 1
SWEEP_LIMIT = 200
# Clocks of hosts differ by less. What lies further ahead than it was put off was put off by a clock that has been set
# back since: it would wait for days.
AHEAD = timedelta(minutes=1)


class LeaseLost(Exception):
    """Somebody else works on this chat now: this turn must not be committed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """An event handed out to one holder of its lane."""

    event_id: int
    lane: str
    holder: str
    tries: int
    payload: bytes
    received_at: datetime


class Inbox:
    """Stored events. `wall` gives the time of the wall, aware."""

    def __init__(self, store: Store, wall: Callable[[], datetime]) -> None:
        self._store = store
        self._wall = wall
        self._uncounted: set[int] = set()  # events whose last try a database fault ended: no try
        self._held: dict[str, str] = {}  # this process's lanes, and their holders
        self.stopping = False

    def hold(self, session: Session, lane: str, holder: str) -> bool:
        """Take the lane with this session's commit; False where it is somebody else's, or this process is to end."""
        if self.stopping or not _hold(session, lane, holder, self._wall()):
            return False
        self._held[lane] = holder
        return True

    def claim(self, session: Session, lane: str, holder: str) -> Claim | None:
        """Hand out the oldest event of a lane that is held, with one more try counted in this session's commit.

        None where that event waits for its next try, or none is left, or this process is to end. Raises LeaseLost.
        """
        if self.stopping or (event := self._due(session, lane)) is None:
            return None
        keep_lease(session, lane, holder, self._wall())
        return self._hand_out(session, event, lane, holder)

    def claim_first(self, session: Session, lane: str, holder: str) -> Claim | None:
        """The same in the session that takes the lane."""
        event = self._due(session, lane)
        return self._hand_out(session, event, lane, holder) if event is not None else None

    def _hand_out(self, session: Session, event: Any, lane: str, holder: str) -> Claim:
        counted = event.id not in self._uncounted
        self._uncounted.discard(event.id)
        tries = event.tries + counted
        session.connection().execute(COUNT_TRY, {"event": event.id, "counted": tries})
        return Claim(event.id, lane, holder, tries, event.payload, event.received_at)

    def is_due(self, session: Session, lane: str) -> bool:
        """Whether the lane's oldest event may be tried now."""
        return self._due(session, lane) is not None

    def _due(self, session: Session, lane: str) -> Any:
        """The lane's oldest event, unless it waits for its next try; None where none is left."""
        event = session.connection().execute(OLDEST, {"lane": lane}).first()
        return None if event is None or waits(event.retry_at, self._wall(), TRY_AGAIN_AFTER[-1]) else event

    def release(self, lane: str, holder: str) -> None:
        """Let the lane go, unless that was done."""
        if self._held.get(lane) == holder:
            with self._store.session() as session:
                self.let_go(session, lane, holder)

    def let_go(self, session: Session, lane: str, holder: str) -> None:
        """The same with this session's commit."""
        session.connection().execute(LET_GO, {"lane": lane, "mine": holder})
        if self._held.get(lane) == holder:
            del self._held[lane]

    def stop(self) -> None:
        """From now on nothing more is handed out."""
        self.stopping = True

    def hand_back(self) -> None:
        """Let go what this process still holds: others go on with it, and a turn still in hand is not committed."""
        for lane, holder in list(self._held.items()):
            self.release(lane, holder)

    def forgive(self, claim: Claim) -> None:
        """The database failed, not the event: its next try is not counted."""
        self._uncounted.add(claim.event_id)

    def failed(self, claim: Claim, problem: str) -> bool:
        """Note a failed try. True where it was the last one and the event is now a dead letter."""
        with self._store.session() as session:
            begin_writing(session)
            event = session.get_one(Event, claim.event_id)
            if event.state != "waiting" or event.tries != claim.tries:
                raise LeaseLost(claim.lane)
            event.problem = problem
            if claim.tries < TRIES:
                event.retry_at = self._wall() + TRY_AGAIN_AFTER[claim.tries - 1]
                return False
            event.state, event.finished_at = "dead", self._wall()
            return True

    def asleep(self) -> list[str]:
        """Lanes in which an event is due and nobody works."""
        now = self._wall()
        with self._store.session() as session:
            due = is_over(Event.retry_at, now, TRY_AGAIN_AFTER[-1])
            waiting = select(Event.lane).where(Event.state == "waiting", Event.payload.is_not(None), due)
            query = waiting.distinct().limit(SWEEP_LIMIT)
            return unheld(session, session.scalars(query).all(), now)

    def forget_leases(self) -> None:
        """Free all lanes: for the start of the only process that works."""
        with self._store.session() as session:
            session.execute(update(Lane).values(holder=None, held_until=None))


def store_events(connection: Connection, incoming: Iterable[Incoming], received_at: datetime) -> None:
    """Insert events; those that were stored before (redelivered or doubled) are passed over."""
    rows = [
        {
            "webhook_event_id": event.event_id,
            "lane": event.chat_id,
            "kind": event.kind,
            "sent_at": int(event.at.timestamp() * 1000),
            "received_at": received_at,
            "message_id": event.message_id,
            "payload": event.stored(),
        }
        for event in incoming
    ]
    connection.execute(insert_once(connection, Event), rows)


def finish(session: Session, claim: Claim, now: datetime, *, keep: bool, problem: str | None = None) -> None:
    """Mark the claimed event done in the turn's own transaction; its content stays only where `keep`.

    `problem`: why nothing became of it. Raises LeaseLost if the lane has passed to somebody else.
    """
    done = {"event": claim.event_id, "counted": claim.tries, "now": now, "why": problem}
    if session.connection().execute(FINISH if keep else FINISH_BLANK, done).rowcount != 1:
        raise LeaseLost(claim.lane)


def forget_message(session: Session, message_id: str) -> None:
    """Blank the copies of an unsent message; what still waits is blanked when its turn finds the unsend."""
    copies = update(Event).where(Event.message_id == message_id, Event.state != "waiting")
    session.execute(copies.values(payload=None))


def new_holder() -> str:
    """A name for one drain's lease."""
    return uuid.uuid4().hex


def unheld(session: Session, lanes: Sequence[str], now: datetime) -> list[str]:
    """Those of the lanes that nobody holds now."""
    held = select(Lane.name).where(Lane.name.in_(lanes), ~is_over(Lane.held_until, now, LEASE))
    taken = set(session.scalars(held))
    return [lane for lane in lanes if lane not in taken]


def keep_lease(session: Session, lane: str, holder: str, now: datetime) -> None:
    """Check in this transaction that the lane is still ours, and lengthen the lease. Raises LeaseLost."""
    lengthened = {"lane": lane, "mine": holder, "until": now + LEASE}
    if session.connection().execute(KEEP, lengthened).rowcount != 1:
        raise LeaseLost(lane)


def waits(until: datetime | None, now: datetime, longest: timedelta) -> bool:
    """Whether something that was put off, by `longest` at most, still waits."""
    return until is not None and now < until <= now + longest + AHEAD


def is_over(
    until: InstrumentedAttribute[datetime | None], now: datetime, longest: timedelta
) -> ColumnElement[bool]:
    """The opposite of `waits`, in a query."""
    return or_(until.is_(None), until <= now, until > now + longest + AHEAD)


def insert_once(database: Session | Connection, model: type[Base]) -> Insert:
    """An INSERT that passes over a row that is there already; its values are to be given."""
    connection = database.connection() if isinstance(database, Session) else database
    return _insert_once(connection.dialect.name, model)


@cache
def _insert_once(dialect: str, model: type[Base]) -> Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(model).on_conflict_do_nothing()


def _hold(session: Session, lane: str, holder: str, now: datetime) -> bool:
    begin_writing(session)
    connection = session.connection()
    wanted = {"lane": lane, "mine": holder, "until": now + LEASE, "now": now, "beyond": now + LEASE + AHEAD}
    if connection.execute(HOLD, wanted).rowcount == 1:
        return True
    connection.execute(insert_once(connection, Lane), {"name": lane})  # perhaps met for the first time
    return connection.execute(HOLD, wanted).rowcount == 1


# Put together once: each turn asks for them.
_MINE = (Lane.name == bindparam("lane"), Lane.holder == bindparam("mine"))
_FREE = or_(
    Lane.holder.is_(None),
    Lane.holder == bindparam("mine"),
    Lane.held_until.is_(None),
    Lane.held_until <= bindparam("now"),
    Lane.held_until > bindparam("beyond"),
)
_HELD: dict[str, Any] = {"holder": bindparam("mine"), "held_until": bindparam("until")}
HOLD = update(Lane).where(Lane.name == bindparam("lane"), _FREE).values(**_HELD)
KEEP = update(Lane).where(*_MINE).values(held_until=bindparam("until"))
LET_GO = update(Lane).where(*_MINE).values(holder=None, held_until=None)
OLDEST = (
    select(Event.id, Event.tries, Event.payload, Event.received_at, Event.retry_at)
    .where(Event.lane == bindparam("lane"), text("events.state = 'waiting'"), Event.payload.is_not(None))
    .order_by(Event.sent_at, Event.id)
    .limit(1)
)
COUNT_TRY = update(Event).where(Event.id == bindparam("event")).values(tries=bindparam("counted"))
_CLAIMED = (Event.id == bindparam("event"), Event.state == "waiting", Event.tries == bindparam("counted"))
_DONE = {"state": "done", "finished_at": bindparam("now"), "problem": bindparam("why")}
FINISH = update(Event).where(*_CLAIMED).values(**_DONE)
FINISH_BLANK = FINISH.values(payload=None)
