"""What a network sets for itself, kept in its `rhythm`, and taken back within a day."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Any

from models.approvals import Approvals
from models.network import Network
from models.rhythm import Rhythm

UNDO_FOR = timedelta(hours=24)
CHANGED = "changed"  # in `rhythm`: what stood there before, by what was changed
SHORTEST_QUIET, LONGEST_QUIET = timedelta(hours=6), timedelta(hours=14)
MOST_DAYS, MOST_MINUTES, FEWEST_MINUTES = 7, 24 * 60, 10
NUDGES = range(
    36, MOST_DAYS * 24 + 1
)  # hours: later than a day before the start the reminders speak for themselves

# What is set together.
TOPICS: dict[str, tuple[str, ...]] = {
    "quiet": ("quiet_from", "quiet_until"),
    "digest": ("digest_weekday", "digest_at"),
    "digest_room": ("digest_in_room",),
    "remind": ("remind", "remind_days", "remind_evening_at", "remind_morning_at", "remind_minutes"),
    "nudge": ("nudge_hours",),
    "share": ("share_weeks", "share_weekday", "share_at"),
    "announce": ("leaders_announce",),
    "approve": ("approves_announcements",),
    "members": ("confirms_members",),
    "roles": ("gives_roles",),
}


def values(network: Network, topic: str) -> dict[str, Any]:
    """How a topic is set now, as it is kept: times as HH:MM, weekdays from Monday, 0."""
    usual = asdict(Rhythm()) | asdict(Approvals())
    return {name: network.rhythm.get(name, _kept(usual[name])) for name in TOPICS[topic]}


def problem(network: Network, topic: str, wanted: Mapping[str, Any]) -> str:
    """Why a topic cannot be set so: quiet_short, quiet_long, in_quiet, days, minutes, share_hours; empty where it
    can."""
    rhythm = Rhythm.of({**network.rhythm, **values(network, topic), **wanted})
    if topic == "quiet":
        return _quiet_problem(rhythm)
    if topic == "digest":
        return "in_quiet" if rhythm.is_quiet_at(rhythm.digest_at) else ""
    if topic == "remind":
        return _remind_problem(rhythm)
    if topic == "share":
        fits = rhythm.share_from <= rhythm.share_at < rhythm.share_until and not rhythm.is_quiet_at(
            rhythm.share_at
        )
        return "" if fits else "share_hours"
    return ""


def swallowed(network: Network, wanted: Mapping[str, Any]) -> time | None:
    """The hour of the reminder on the days before a meeting, where it would lie in such quiet hours."""
    rhythm = Rhythm.of({**network.rhythm, **wanted})
    lies = "day_before" in rhythm.remind and rhythm.is_quiet_at(rhythm.remind_evening_at)
    return rhythm.remind_evening_at if lies else None


def change(network: Network, topic: str, wanted: Mapping[str, Any], now: datetime) -> int | None:
    """Set a topic. Gives the mark by which it can be taken back; None where it was set so already."""
    if values(network, topic) == {**values(network, topic), **wanted}:
        return None
    before = {name: network.rhythm.get(name) for name in TOPICS[topic]}
    _set(network, wanted)
    return remember(network, topic, before, now)


def take_back(network: Network, topic: str, mark: int, now: datetime) -> bool:
    """Set a topic as it was before that change. False where it is too late or something else came after it."""
    before = recall(network, topic, mark, now)
    if before is None:
        return False
    _set(network, before)
    return True


def remember(network: Network, what: str, before: Mapping[str, Any], now: datetime) -> int:
    """Keep what stood before a change, until the next one of the same thing. Gives the change's mark."""
    former = network.rhythm.get(CHANGED, {}).get(what, {}).get("mark", 0)
    mark: int = max(int(now.timestamp()), former + 1)
    network.rhythm = {
        **network.rhythm,
        CHANGED: {**network.rhythm.get(CHANGED, {}), what: {"mark": mark, "before": dict(before)}},
    }
    return mark


def recall(network: Network, what: str, mark: int, now: datetime) -> dict[str, Any] | None:
    """What stood before this change, once; None where it is too late, or something else came after it."""
    kept = dict(network.rhythm.get(CHANGED, {}))
    found = kept.get(what)
    if found is None or found["mark"] != mark or now.timestamp() - mark > UNDO_FOR.total_seconds():
        return None
    del kept[what]
    network.rhythm = {**network.rhythm, CHANGED: kept}
    before: dict[str, Any] = found["before"]
    return before


def _set(network: Network, wanted: Mapping[str, Any]) -> None:
    """None: as usual."""
    kept = {**network.rhythm, **wanted}
    network.rhythm = {name: value for name, value in kept.items() if value is not None}


def _quiet_problem(rhythm: Rhythm) -> str:
    begins, ends = (
        timedelta(hours=at.hour, minutes=at.minute) for at in (rhythm.quiet_from, rhythm.quiet_until)
    )
    lasts = (ends - begins) % timedelta(days=1)
    if lasts < SHORTEST_QUIET:
        return "quiet_short"
    return "quiet_long" if lasts > LONGEST_QUIET else ""


def _remind_problem(rhythm: Rhythm) -> str:
    if not 1 <= rhythm.remind_days <= MOST_DAYS:
        return "days"
    if not FEWEST_MINUTES <= rhythm.remind_minutes <= MOST_MINUTES:
        return "minutes"
    hours = {"day_before": rhythm.remind_evening_at, "morning": rhythm.remind_morning_at}
    quiet = [at for rule, at in hours.items() if rule in rhythm.remind and rhythm.is_quiet_at(at)]
    return "in_quiet" if quiet else ""


def _kept(value: Any) -> Any:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return list(value) if isinstance(value, tuple) else value
