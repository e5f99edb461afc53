"""Who types a button's words means the button: some cannot find it, some write on a computer, which shows fewer."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.understanding.answers import bare
from models.post import Delivery

LOOKS_BACK = timedelta(minutes=30)  # as long as an open form listens
LONGEST_LABEL = 60


def meant_button(session: Session, lane: str, words: str, now: datetime) -> str | None:
    """The postback data of the one button with these words in the chat's last answer; None where none or several have
    them. `now` (aware) is the wall's."""
    if len(words) > LONGEST_LABEL or not (said := bare(words)):
        return None
    last = (
        select(Delivery.body)
        .where(Delivery.lane == lane, Delivery.way == "reply", Delivery.written_at >= now - LOOKS_BACK)
        .order_by(Delivery.id.desc())
        .limit(1)
    )
    answer = orjson.loads(session.scalar(last) or b"[]")
    meant = {data for label, data in _buttons(answer) if bare(label) == said}
    return meant.pop() if len(meant) == 1 else None


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
