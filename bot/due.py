"""What is due: planned deliveries whose time has come are made ready to leave, those too late are marked so.

Many people's copies of one notice leave together as multicasts; few are pushed one by one, as LINE then says who
cannot be reached.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from bot.first_try import TOO_LATE
from bot.notices import MANY
from bot.zones import zone_of
from models.audiences import silenced
from models.network import Network
from models.post import IS_OPEN, IS_PLANNED, IS_UNTRIED, Delivery
from models.rhythm import Rhythm
from models.store import Store, begin_writing

A_MULTICAST = 500  # https://developers.line.biz/en/reference/messaging-api/#send-multicast-message
CHUNK = 2000
LANES_A_NETWORK = 16  # multicasts of one network that may be on their way at the same time

_Due = Any  # a row of the columns in _due


def release_due(store: Store, now: datetime) -> list[str]:
    """Make ready what is due at `now` (aware). Gives the lanes to wake; may be repeated."""
    with store.session() as session:
        late = update(Delivery).where(IS_UNTRIED, Delivery.attempts == 0, Delivery.expires_at <= now)
        late = late.where(Delivery.way == "push", Delivery.held.is_(False))
        session.connection().execute(late.values(state="expired", finished_at=now, problem=TOO_LATE))
        quiet, hushed = _quiet_networks(session, now), silenced(session, now)
    woken: list[str] = []
    after: tuple[datetime, int] | None = None
    while True:
        with store.session() as session:
            rows = _due(session, now, after)
            if not rows:
                return woken
            after = (rows[-1].due_at, rows[-1].id)
            may = [row for row in rows if _may_leave(row, quiet, hushed)]
            woken += _make_ready(session, may, now)


def _due(session: Session, now: datetime, after: tuple[datetime, int] | None) -> Sequence[_Due]:
    query = select(
        Delivery.id,
        Delivery.lane,
        Delivery.notice_id,
        Delivery.network_id,
        Delivery.urgency,
        Delivery.due_at,
        Delivery.expires_at,
    )
    query = query.where(IS_PLANNED, Delivery.due_at <= now, Delivery.held.is_(False))
    if after is not None:
        query = query.where(tuple_(Delivery.due_at, Delivery.id) > after)
    return session.execute(query.order_by(Delivery.due_at, Delivery.id).limit(CHUNK)).all()


def _may_leave(row: _Due, quiet: frozenset[int | None], hushed: frozenset[str]) -> bool:
    if row.urgency == "urgent":
        return True
    return row.network_id not in quiet and not (row.urgency == "ordinary" and row.lane in hushed)


def _quiet_networks(session: Session, now: datetime) -> frozenset[int | None]:
    """Networks (None: of no network) in whose quiet hours this moment lies."""
    quiet: set[int | None] = {
        network.id
        for network in session.scalars(select(Network))
        if Rhythm.of(network.rhythm).is_quiet(now.astimezone(zone_of(network)))
    }
    if Rhythm().is_quiet(now.astimezone(zone_of(None))):
        quiet.add(None)
    return frozenset(quiet)


def _make_ready(session: Session, rows: Sequence[_Due], now: datetime) -> list[str]:
    begin_writing(session)
    busy = _busy(session, [row.lane for row in rows])
    woken: list[str] = []
    for _, group in groupby(rows, key=lambda row: row.notice_id):
        copies = [row for row in group if busy.get(row.lane) != "carried"]
        alone = [row for row in copies if not row.lane.startswith("U") or row.lane in busy]
        together = [row for row in copies if row.lane.startswith("U") and row.lane not in busy]
        if len(together) <= MANY:
            alone, together = copies, []
        woken += _push(session, alone)
        woken += _multicast(session, together, now)
    return woken


def _busy(session: Session, lanes: Sequence[str]) -> dict[str, str]:
    """Lanes in which something else has to leave first, and its state; `carried` where that is in a multicast."""
    query = select(Delivery.lane, Delivery.state).where(
        IS_OPEN, Delivery.way != "reply", Delivery.lane.in_(lanes)
    )
    states = session.execute(query.where(Delivery.way != "ride")).all()
    return {row.lane: row.state for row in sorted(states, key=lambda row: row.state == "carried")}


def _push(session: Session, rows: Iterable[_Due]) -> list[str]:
    rows = list(rows)
    if rows:
        these = update(Delivery).where(Delivery.id.in_([row.id for row in rows]), IS_PLANNED)
        session.connection().execute(these.values(state="waiting"))
    return [row.lane for row in rows]


def _multicast(session: Session, rows: Sequence[_Due], now: datetime) -> list[str]:
    """Carriers of at most 500 copies each, in lanes of their own."""
    lanes = []
    for start in range(0, len(rows), A_MULTICAST):
        batch = rows[start : start + A_MULTICAST]
        first = batch[0]
        carrier = Delivery(
            key=f"multicast:{first.id}:{now.timestamp():.0f}",
            lane=f"multicast:{first.network_id}:{first.id // A_MULTICAST % LANES_A_NETWORK}",
            notice_id=first.notice_id,
            network_id=first.network_id,
            urgency=first.urgency,
            expires_at=first.expires_at,
            way="multicast",
            retry_key=str(uuid.uuid4()),
            written_at=now,
        )
        session.add(carrier)
        session.flush()
        these = update(Delivery).where(Delivery.id.in_([row.id for row in batch]), IS_PLANNED)
        session.connection().execute(these.values(state="carried", way="batch", carrier_id=carrier.id))
        lanes.append(carrier.lane)
    return lanes
