"""A network's rhythm: when it is quiet, and when what comes by itself may come. Networks may set it otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta
from typing import Any


@dataclass(frozen=True)
class Rhythm:
    """Hours are the network's own time; weekdays count from Monday, 0."""

    quiet_from: time = time(20, 30)
    quiet_until: time = time(6, 0)
    # Reminders of meetings: which of models/meeting_rules.py, how many days before, at which hours, how long before
    # the start.
    remind: Sequence[str] = ("day_before", "morning", "hour_before")
    remind_days: int = 1
    remind_evening_at: time = time(18, 0)
    remind_morning_at: time = time(6, 30)
    remind_minutes: int = 60
    nudge_hours: int = 48  # before a meeting who has not answered is asked once more; 0: nobody is
    # Digests: the day and hour of the weekly one, and whether the network's main room gets a short one too.
    digest_weekday: int = 6
    digest_at: time = time(18, 0)
    digest_in_room: bool = False
    # Invitations to tell something: the day, how many weeks apart (0: none), between which hours, which is usual.
    share_weekday: int = 2
    share_weeks: int = 1
    share_from: time = time(7, 0)
    share_until: time = time(20, 0)
    share_at: time = time(18, 30)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Rhythm":
        """What a network keeps in its `rhythm`, on top of the usual; unknown names are passed over."""
        known = {field.name: field for field in fields(cls)}
        return cls(**{name: _read(known[name].type, value) for name, value in kept.items() if name in known})

    def __post_init__(self) -> None:
        if self.digest_weekday not in range(7):
            raise ValueError("digest_weekday counts from Monday, 0, to Sunday, 6")
        if self.share_weekday not in range(7) or self.share_weeks < 0:
            raise ValueError("share_weekday counts from Monday, 0, to Sunday, 6; share_weeks is 0 or more")

    def is_quiet(self, moment: datetime) -> bool:
        """Whether this moment, in the network's zone, lies in the quiet hours."""
        return self.is_quiet_at(moment.time())

    def is_quiet_at(self, at: time) -> bool:
        """Whether this time of day lies in the quiet hours."""
        if self.quiet_from == self.quiet_until:
            return False
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= at < self.quiet_until
        return at >= self.quiet_from or at < self.quiet_until

    def after_quiet(self, moment: datetime) -> datetime:
        """This moment, in the network's zone, or the end of the quiet hours in which it lies."""
        if not self.is_quiet(moment):
            return moment
        ends = moment.replace(
            hour=self.quiet_until.hour, minute=self.quiet_until.minute, second=0, microsecond=0
        )
        return ends if ends > moment else ends + timedelta(days=1)


def _read(kind: Any, value: Any) -> Any:
    return time.fromisoformat(value) if kind in (time, "time") else value
