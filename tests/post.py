"""Deliveries for tests that need one without the conversation behind it."""

import uuid

import orjson

from bot.inbox import insert_once
from models.post import Delivery


def write_push(session, *, key, lane, messages, now) -> None:
    """A push that is due now; a key that was written before is passed over."""
    body, retry_key = orjson.dumps(list(messages)), str(uuid.uuid4())
    values = {
        "key": key,
        "lane": lane,
        "way": "push",
        "retry_key": retry_key,
        "body": body,
        "written_at": now,
    }
    session.execute(insert_once(session, Delivery).values(**values))


def held(house, lane, holder) -> bool:
    """Whether this holder got the lane."""
    with house.store.session() as session:
        return house.inbox.hold(session, lane, holder)
