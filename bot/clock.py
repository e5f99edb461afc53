"""The clock: decides what is due. Jobs are defined here in code and kept in memory; the database is the truth.

APScheduler's own job stores are not used: a renamed job would be lost and a late one dropped.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler

from bot.housekeeping import Kept, housekeep
from bot.settings import Settings
from models.attachments import Attachments
from models.store import Store

HOUSEKEEPING_MINUTES = 60

log = logging.getLogger(__name__)


def wall() -> datetime:
    """The time of the wall, aware: the only place where it is read."""
    return datetime.now(UTC)


def start_clock(
    store: Store, attachments: Attachments, settings: Settings, wall: Callable[[], datetime]
) -> BackgroundScheduler:
    """Start the timed work in a thread of its own; `shutdown()` what is given back to stop it."""
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )

    def tidy() -> None:
        try:
            housekeep(store, attachments, Kept.from_settings(settings), wall())
        except Exception as error:
            log.warning("Housekeeping did not finish and is tried again: %s", type(error).__name__)

    scheduler.add_job(tidy, "interval", minutes=HOUSEKEEPING_MINUTES, id="housekeeping", next_run_time=wall())
    scheduler.start()
    return scheduler
