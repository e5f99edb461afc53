"""In which groups something listens to talk that does not call the bot: an open form, or a delivery that may ride.

There are few of them, so that most talk is passed over at a glance. What this process changes is seen at once, what
another one does a quarter of a second later: nobody answers a question faster than that.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, text, union

from models.chats import Chat, Form
from models.post import IS_UNTRIED, Delivery
from models.store import Store

HOLDS_SECONDS = 0.25
AHEAD = timedelta(minutes=1)  # as much as LINE's clock may go before ours
MOST = 1000  # groups; while more of them listen, each message is looked up
PEOPLE = "U"  # what people's ids begin with, after all groups' (bot/budget.py)

FORMS = (
    select(Chat.line_id)
    .join(Form, Form.chat_id == Chat.id)
    .where(text("forms.state = 'open'"), Chat.kind != "user")
    .distinct()
    .limit(MOST + 1)
)
RIDES = (
    select(Delivery.lane)
    .where(IS_UNTRIED, Delivery.lane < PEOPLE, Delivery.ride_from <= bindparam("soon"))
    .distinct()
    .limit(MOST + 1)
)
LISTENING = union(*(select(*found.subquery().c) for found in (FORMS, RIDES)))


@dataclass(frozen=True, slots=True)
class _Seen:
    """The groups that were found, None if they are too many; how many commits of this process came before."""

    groups: frozenset[str] | None
    at: float
    commits: int


class Listeners:
    """Remembers for a moment where somebody listens. `wall` gives the time of the wall, aware."""

    def __init__(self, wall: Callable[[], datetime]) -> None:
        self._wall = wall
        self._seen = _Seen(None, 0.0, -1)

    def nobody_in(self, group: str) -> bool:
        """Whether it is known that nothing in this group listens to talk."""
        seen = self._seen
        return seen.groups is not None and group not in seen.groups and _holds(seen)

    def look(self, connection: Connection) -> None:
        """Find out anew, unless what is known still holds."""
        if _holds(self._seen):
            return
        commits, at = Store.commits, time.monotonic()
        groups = frozenset(connection.scalars(LISTENING, {"soon": self._wall() + AHEAD}))
        self._seen = _Seen(groups if len(groups) <= MOST else None, at, commits)


def _holds(seen: _Seen) -> bool:
    return seen.commits == Store.commits and time.monotonic() - seen.at < HOLDS_SECONDS
