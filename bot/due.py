"""What is due: planned deliveries whose time has come are made ready to leave, those too late are marked so."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from bot.first_try import OVER_BUDGET, TOO_LATE
from bot.zones import zone_of
from models.audiences import silenced
from models.network import Network
from models.post import IS_PLANNED, IS_UNBEGUN, Delivery
from models.rhythm import Rhythm
from models.store import Store, begin_writing

CHUNK = 2000
OF_THEIR_OWN = ("push", "multicast")  # all else leaves with these, or with an answer

log = logging.getLogger(__name__)

_Due = Any  # a row of the columns in _due


def release_due(store: Store, now: datetime) -> list[str]:
    """Make ready what is due at `now` (aware). Gives the lanes to wake; may be repeated."""
    with store.session() as session:
        _end_late(session, now)
        quiet = _quiet_networks(session, now)
    woken: list[str] = []
    after: tuple[datetime, int] | None = None
    while True:
        with store.session() as session:
            rows = _due(session, now, after)
            if not rows:
                return woken
            after = (rows[-1].due_at, rows[-1].id)
            hushed = silenced(session, now, [row.lane for row in rows if row.urgency == "ordinary"])
            woken += _make_ready(session, [row for row in rows if _may_leave(row, quiet, hushed)])


def _end_late(session: Session, now: datetime) -> None:
    """What is too late ends. An answer waits for nothing but the month's budget: the operator is told of it."""
    late = update(Delivery).where(IS_UNBEGUN, Delivery.expires_at <= now)
    late = late.where(Delivery.way.in_(OF_THEIR_OWN), Delivery.held.is_(False))
    ended = {"state": "expired", "finished_at": now}
    answers = late.where(Delivery.notice_id.is_(None)).values(**ended, problem=OVER_BUDGET)
    if count := session.connection().execute(answers).rowcount:
        log.warning("Answers never given, as %s: %s; see `saan budget` and `saan outbox`", OVER_BUDGET, count)
    session.connection().execute(late.values(**ended, problem=TOO_LATE))


def _due(session: Session, now: datetime, after: tuple[datetime, int] | None) -> Sequence[_Due]:
    query = select(Delivery.id, Delivery.lane, Delivery.network_id, Delivery.urgency, Delivery.due_at)
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


def _make_ready(session: Session, rows: Sequence[_Due]) -> list[str]:
    if rows:
        begin_writing(session)
        these = update(Delivery).where(Delivery.id.in_([row.id for row in rows]), IS_PLANNED)
        session.connection().execute(these.values(state="waiting"))
    return [row.lane for row in rows]
