"""GET /metrics: what the processes counted and what lies in the database, for Prometheus, behind a bearer token.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

import hmac
import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import case, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.budget import ONLY
from bot.heartbeat import CLOCK, last_beat
from bot.measures import Measures
from models.post import IS_LEAVING, IS_PLANNED, Budget, Delivery, Event
from models.store import Store

# Written out, not bound: only then do both databases see that a partial index answers it.
IS_WAITING = text("events.state = 'waiting'")

log = logging.getLogger(__name__)


def metrics(store: Store, measures: Measures, token: str, wall: Callable[[], datetime]) -> Blueprint:
    """The blueprint of /metrics; without a token in the settings there is no such address."""
    blueprint = Blueprint("metrics", __name__)
    if not token:
        return blueprint
    expected = f"Bearer {token}".encode()

    @blueprint.get("/metrics")
    def told() -> Response:
        given = request.headers.get("Authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, expected):
            refused = Response("give SAAN_METRICS_TOKEN as a bearer token", 401, mimetype="text/plain")
            refused.headers["WWW-Authenticate"] = "Bearer"
            return refused
        return Response(measures.told() + _told(store, wall()), content_type=CONTENT_TYPE_LATEST)

    return blueprint


def _told(store: Store, now: datetime) -> bytes:
    """What lies in the database at this moment."""
    try:
        with store.session() as session:
            gauges = list(_gauges(session, now))
    except SQLAlchemyError as error:
        log.warning("The database did not answer /metrics: %s", type(error).__name__)
        gauges = [_gauge("database_up", "Whether the database answers", 0)]
    registry = CollectorRegistry()
    registry.register(_Gauges(gauges))
    return generate_latest(registry)


class _Gauges:
    """Gauges that are known, in the form in which the library takes them."""

    def __init__(self, gauges: list[GaugeMetricFamily]) -> None:
        self._gauges = gauges

    def collect(self) -> list[GaugeMetricFamily]:
        """All of them."""
        return self._gauges


def _gauges(session: Session, now: datetime) -> Iterator[GaugeMetricFamily]:
    yield _gauge("database_up", "Whether the database answers", 1)
    inbox = select(func.count(Event.id), func.min(Event.received_at))
    waiting, oldest = session.execute(inbox.where(IS_WAITING, Event.payload.is_not(None))).one()
    yield _gauge("inbox_events", "Events that wait for their turn", waiting)
    yield _gauge("inbox_age_seconds", "Age of the oldest event that waits", _since(oldest or now, now))
    yield _outbox(session)
    budget = session.get(Budget, ONLY)
    if budget is not None:
        yield _gauge("budget_used_messages", "Counted messages of the month, spent or reserved", budget.used)
        if budget.quota is not None:
            yield _gauge("budget_quota_messages", "Counted messages that LINE allows a month", budget.quota)
    beat = last_beat(session, CLOCK)
    if beat is not None:
        yield _gauge("clock_lag_seconds", "Time since the clock last said that it lives", _since(beat, now))


def _outbox(session: Session) -> GaugeMetricFamily:
    family = GaugeMetricFamily("saan_outbox_deliveries", "Deliveries that have not left", labels=["state"])
    depths = dict.fromkeys(("planned", "waiting", "sending", "carried"), 0)
    copies = func.sum(case((Delivery.way == "multicast", Delivery.price)))
    for some in (IS_LEAVING, IS_PLANNED):
        query = select(Delivery.state, func.count(), copies).where(some).group_by(Delivery.state)
        for state, count, carried in session.execute(query):
            depths[state] = count
            depths["carried"] += carried or 0
    for state, depth in depths.items():
        family.add_metric([state], depth)
    return family


def _gauge(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"saan_{name}", told, value=value)


def _since(then: datetime, now: datetime) -> float:
    return max(0.0, (now - then).total_seconds())
