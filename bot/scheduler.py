"""APScheduler as the clock uses it: a few jobs defined in code and kept in memory.

Its job stores are not used: a renamed job would be lost and a late one dropped. It waits by the wall clock, so a host
whose time is set back an hour would sleep for that hour; `set_right` prevents it.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)


class Every(BaseTrigger):  # type: ignore[misc]  # APScheduler is untyped
    """So long after the last time; what a sleeping or wrongly set host left out is not made up for."""

    def __init__(self, interval: timedelta) -> None:
        self.interval = interval

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """The next time; a jump forward of years is one step."""
        return now if previous is None else now + self.interval


class Scheduler:
    """Calls functions again and again, each in a thread of its own and never twice at once; begins paused.

    `wall` must be the clock by which APScheduler waits: the machine's.
    """

    def __init__(self, wall: Callable[[], datetime]) -> None:
        self._wall = wall
        defaults: dict[str, Any] = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = BackgroundScheduler(timezone="UTC", job_defaults=defaults)

    def add(self, name: str, interval: timedelta, work: Callable[[], None]) -> None:
        """Call `work` at once and then every so often."""
        self._scheduler.add_job(work, Every(interval), id=name, name=name, next_run_time=AT_ONCE)

    def start(self) -> None:
        """Start its thread, paused."""
        self._scheduler.start(paused=True)

    def resume(self) -> None:
        """Call what is due, and go on."""
        self._scheduler.resume()

    def pause(self) -> None:
        """Call nothing until resumed; what runs is not interrupted."""
        self._scheduler.pause()

    def set_right(self) -> None:
        """Call at once what lies further ahead than its interval: the wall clock was set back."""
        now = self._wall()
        for job in self._scheduler.get_jobs():
            if job.next_run_time - now > job.trigger.interval:
                job.modify(next_run_time=AT_ONCE)

    def shutdown(self) -> None:
        """Call nothing more; what runs is not waited for. May be repeated."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
