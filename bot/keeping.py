"""What came in is kept: the events that are ours, and the reply tokens of talk that may carry a delivery."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from bot.inbox import store_events
from bot.incoming import Incoming
from bot.logs import trace_of
from bot.ours import Sorter, Talk, keep_tokens
from bot.unsending import still_wanted

log = logging.getLogger(__name__)

Events = Sequence[Incoming]


@dataclass(frozen=True)
class Keeper:
    """Keeps what many webhooks brought, in one commit. `wall` gives the time of the wall, aware."""

    engine: Engine
    sorter: Sorter
    hashed: Callable[[str, str], str]
    wall: Callable[[], datetime]

    def keep(self, webhooks: Sequence[Events]) -> list[list[str]]:
        """Keep what is ours, all of it or nothing; for each webhook the lanes to wake, in order."""
        try:
            return self._keep(webhooks)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return self._keep(
                webhooks
            )  # the server had closed it: on a new connection, and nothing is kept twice

    def _keep(self, webhooks: Sequence[Events]) -> list[list[str]]:
        events = [event for webhook in webhooks for event in webhook]
        whose = self.sorter.sort(events)
        ours = [event for event, talk in zip(events, whose, strict=True) if talk is Talk.OURS]
        carries = [event for event, talk in zip(events, whose, strict=True) if talk is Talk.CARRIES]
        touched = {id(event) for event in (*self._write(ours, carries), *carries)}
        return [
            list(dict.fromkeys(event.chat_id for event in webhook if id(event) in touched))
            for webhook in webhooks
        ]

    def _write(self, ours: Events, carries: Events) -> Events:
        """Gives what was stored."""
        if not ours and not carries:
            return []
        now = self.wall()
        with self.engine.begin() as connection:
            wanted = still_wanted(connection, ours, now, lambda message: self.hashed("unsent", message))
            if wanted:
                store_events(connection, wanted, now)
            if carries:
                keep_tokens(connection, carries, now)
        if log.isEnabledFor(logging.DEBUG):
            for event in wanted:
                log.debug("Event stored: %s", event.kind, extra={"trace": trace_of(event.event_id)})
        return wanted
