"""The inbox: events are stored once, and handed out chat by chat, oldest first, by a lease a lane.

An event may be tried three times; each try is counted and committed before the handler runs, so that an event
that brings the process down cannot do so for ever.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Connection, Insert, or_, select, update
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
        self._held: dict[str, str] = {}  # this process's: the holder, and its lane
        self.stopping = False

    def hold(self, lane: str, holder: str) -> bool:
        """Take the lane; False where it is somebody else's, or this process is to end."""
        if self.stopping:
            return False
        with self._store.session() as session:
            taken = _hold(session, lane, holder, self._wall())
        if taken:
            self._held[holder] = lane
        return taken

    def claim(self, lane: str, holder: str) -> Claim | None:
        """Hand out the oldest event of a lane that is held, with one more try counted.

        None where that event waits for its next try, or none is left, or this process is to end. Raises LeaseLost.
        """
        if self.stopping:
            return None
        now = self._wall()
        with self._store.session() as session:
            event = _oldest(session, lane)
            if event is None or event.payload is None or waits(event.retry_at, now, TRY_AGAIN_AFTER[-1]):
                return None
            keep_lease(session, lane, holder, now)
            if event.id in self._uncounted:
                self._uncounted.discard(event.id)
            else:
                event.tries += 1
            return Claim(event.id, lane, holder, event.tries, event.payload, event.received_at)

    def is_due(self, session: Session, lane: str) -> bool:
        """Whether the lane's oldest event may be tried now."""
        event = _oldest(session, lane)
        return event is not None and not waits(event.retry_at, self._wall(), TRY_AGAIN_AFTER[-1])

    def release(self, lane: str, holder: str) -> None:
        """Let the lane go."""
        with self._store.session() as session:
            session.execute(
                update(Lane)
                .where(Lane.name == lane, Lane.holder == holder)
                .values(holder=None, held_until=None)
            )
        self._held.pop(holder, None)

    def stop(self) -> None:
        """From now on nothing more is handed out."""
        self.stopping = True

    def hand_back(self) -> None:
        """Let go what this process still holds: others go on with it, and a turn still in hand is not committed."""
        for holder, lane in list(self._held.items()):
            self.release(lane, holder)

    def forgive(self, claim: Claim) -> None:
        """The database failed, not the event: its next try is not counted."""
        self._uncounted.add(claim.event_id)

    def failed(self, claim: Claim, problem: str) -> bool:
        """Note a failed try. True where it was the last one and the event is now a dead letter."""
        with self._store.session() as session:
            event = _waiting(session, claim)
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
    event = _waiting(session, claim)
    event.state, event.finished_at, event.problem = "done", now, problem
    if not keep:
        event.payload = None


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
    ours = update(Lane).where(Lane.name == lane, Lane.holder == holder).values(held_until=now + LEASE)
    if session.connection().execute(ours).rowcount != 1:
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
    session.execute(insert_once(session, Lane).values(name=lane))
    free = or_(Lane.holder.is_(None), Lane.holder == holder, is_over(Lane.held_until, now, LEASE))
    mine = update(Lane).where(Lane.name == lane, free).values(holder=holder, held_until=now + LEASE)
    return bool(session.connection().execute(mine).rowcount == 1)


def _oldest(session: Session, lane: str) -> Event | None:
    query = select(Event).where(Event.lane == lane, Event.state == "waiting", Event.payload.is_not(None))
    return session.scalars(query.order_by(Event.sent_at, Event.id).limit(1)).first()


def _waiting(session: Session, claim: Claim) -> Event:
    begin_writing(session)
    event = session.get_one(Event, claim.event_id, populate_existing=True)
    if event.state != "waiting" or event.tries != claim.tries:
        raise LeaseLost(claim.lane)
    return event
