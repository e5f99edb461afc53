"""An unsend wins over its message in a group, in whatever order they come.

The unsend of a message that was kept is the bot's to act on; of one that never came, only a keyed hash stays a while.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from bot.inbox import insert_once
from bot.incoming import Incoming
from models.post import Event, Tombstone


def still_wanted(
    connection: Connection, events: Sequence[Incoming], now: datetime, hashed: Callable[[str], str]
) -> list[Incoming]:
    """These events, in the order they came, without what was unsent before it came, and what has nothing to unsend."""
    marks = {
        event.message_id: hashed(event.message_id) for event in events if event.in_group and event.message_id
    }
    if not marks:
        return list(events)
    unsent = _unsent(connection, marks.values())
    kept = kept_of(connection, {event.message_id for event in events if event.kind == "unsend"})
    wanted, early = [], dict[str, None]()
    for event in events:
        mark = marks.get(event.message_id or "") if event.in_group else None
        if mark is not None and event.says and mark in unsent:
            continue
        if mark is not None and event.kind == "unsend" and event.message_id not in kept:
            unsent.add(mark)
            early[mark] = None
            continue
        kept.add(event.message_id)
        wanted.append(event)
    if early:
        connection.execute(
            insert_once(connection, Tombstone), [{"message": mark, "at": now} for mark in early]
        )
    return wanted


def kept_of(connection: Connection, messages: Collection[str | None]) -> set[str | None]:
    """Which of these messages, by LINE's ids, were kept."""
    if not messages:
        return set()
    return set(connection.scalars(select(Event.message_id).where(Event.message_id.in_(messages))))


def _unsent(connection: Connection, marks: Collection[str]) -> set[str]:
    return set(connection.scalars(select(Tombstone.message).where(Tombstone.message.in_(marks))))
