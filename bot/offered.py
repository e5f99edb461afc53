"""Who types a button's words means the button: some cannot find it, some write on a computer, which shows fewer."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.buttons import unpack
from bot.understanding.answers import bare
from models.post import Delivery

LOOKS_BACK = timedelta(minutes=30)  # as long as an open form listens
LONGEST_LABEL = 60
LABELS = 2000  # of which the words are remembered
LAST_ANSWER = (
    select(Delivery.body)
    .where(
        Delivery.lane == bindparam("lane"),
        Delivery.way == "reply",
        Delivery.written_at >= bindparam("since"),
    )
    .order_by(Delivery.id.desc())
    .limit(1)
)


def meant_button(session: Session, lane: str, words: str, now: datetime) -> str | None:
    """The postback data of the one button with these words in the chat's last answer; None where none or several have
    them. `now` (aware) is the wall's."""
    if len(words) > LONGEST_LABEL or not (said := bare(words)):
        return None
    answer = _last_answer(session, lane, now)
    meant = {data for label, data in _buttons(answer) if _bare_label(label) == said}
    return meant.pop() if len(meant) == 1 else None


def offered_button(session: Session, lane: str, names: Collection[str], now: datetime) -> str | None:
    """The postback data of the first button in the chat's last answer that calls one of these handlers; None where it
    has none. `now` (aware) is the wall's."""
    offered = (data for _, data in _buttons(_last_answer(session, lane, now)))
    return next((data for data in offered if unpack(data)[0] in names), None)


def _last_answer(session: Session, lane: str, now: datetime) -> Any:
    body = session.connection().scalar(LAST_ANSWER, {"lane": lane, "since": now - LOOKS_BACK})
    return orjson.loads(body or b"[]")


@lru_cache(LABELS)
def _bare_label(label: str) -> str:
    """The words of a button; the same few stand under most answers."""
    return bare(label)


def _buttons(part: Any) -> Iterator[tuple[str, str]]:
    """The words and postback data of all buttons in these messages; a button's full words may be longer than its
    label."""
    if isinstance(part, list):
        for one in part:
            yield from _buttons(one)
    elif isinstance(part, dict):
        if part.get("type") == "postback":
            yield from ((part[name], part["data"]) for name in ("label", "displayText") if name in part)
        for one in part.values():
            yield from _buttons(one)
