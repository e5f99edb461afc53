"""GET /healthz: 200 when ready to receive; its body also tells whether the clock lives."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint
from sqlalchemy.exc import SQLAlchemyError

from bot.heartbeat import CLOCK, STALE_AFTER, last_beat
from models.store import Store


def health(store: Store, wall: Callable[[], datetime]) -> Blueprint:
    """The blueprint of /healthz. A clock that stands still does not make it unready: webhooks are still taken."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def ready() -> tuple[dict[str, Any], int]:
        try:
            with store.session() as session:
                beat = last_beat(session, CLOCK)
        except SQLAlchemyError as error:
            return {"ready": False, "problem": f"database: {type(error).__name__}"}, 503
        stale = beat is None or wall() - beat > STALE_AFTER
        return {"ready": True, "clock": {"beat": beat and beat.isoformat(), "stale": stale}}, 200

    return blueprint
