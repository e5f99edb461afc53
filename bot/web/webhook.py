"""POST /callback: check the signature, keep what is ours, commit, answer 200.

https://developers.line.biz/en/docs/messaging-api/receiving-messages/
"""

import base64
import hashlib
import hmac
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from flask import Blueprint, Response, request
from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.dialogue import Forms, form_in
from bot.inbox import insert_once, store_events
from bot.incoming import ACTED_ON, Incoming, parse_event
from bot.logs import trace_of
from bot.measures import OTHER, Measures
from bot.understanding.address import called
from models.post import Event, SentMessage, Tombstone
from models.store import Store

MOST_BYTES = 1024 * 1024

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Webhook:
    """Receives LINE's webhooks. `secrets` are the channel's, two while they are rotated."""

    store: Store
    secrets: Sequence[bytes]
    names: Sequence[str]
    forms: Forms
    wake: Callable[[Iterable[str]], None]
    hashed: Callable[[str, str], str]
    wall: Callable[[], datetime]
    measures: Measures

    def blueprint(self) -> Blueprint:
        """The Flask blueprint that answers /callback."""
        blueprint = Blueprint("webhook", __name__)
        blueprint.add_url_rule("/callback", view_func=self.timed, methods=["POST"])
        return blueprint

    def timed(self) -> Response:
        """One webhook, and how long it took."""
        began = time.perf_counter()
        answer = self.receive()
        self.measures.webhook(answer.status_code, time.perf_counter() - began)
        return answer

    def receive(self) -> Response:
        """One webhook: 200 only after what it brought is committed."""
        if (request.content_length or 0) > MOST_BYTES:
            return _refuse(413, "body over 1 MB")
        body = request.stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            return _refuse(413, "body over 1 MB")
        if not self._signed(body, request.headers.get("X-Line-Signature", "")):
            return _refuse(400, "wrong or missing X-Line-Signature")
        try:
            events = self._parse(orjson.loads(body))
        except (orjson.JSONDecodeError, ValueError):
            return _refuse(400, "the body is no webhook")
        try:
            lanes = self._keep(events)
        except SQLAlchemyError as error:
            # LINE redelivers what was not answered with 200.
            log.warning("A webhook could not be stored, LINE will send it again: %s", type(error).__name__)
            return _refuse(503, "the database does not answer")
        self.wake(lanes)
        return Response("OK")

    def _signed(self, body: bytes, signature: str) -> bool:
        given = signature.encode("utf-8", "replace")
        matches = [
            hmac.compare_digest(base64.b64encode(hmac.digest(secret, body, hashlib.sha256)), given)
            for secret in self.secrets
        ]
        return any(matches)

    def _parse(self, body: Any) -> list[Incoming]:
        """The events to look at. Raises ValueError where the body is no webhook."""
        raw_events = body.get("events") if isinstance(body, dict) else None
        if not isinstance(raw_events, list):
            raise ValueError("no events")
        parsed = [parse_event(raw) if isinstance(raw, dict) else None for raw in raw_events]
        for event in parsed:
            self.measures.event(event.kind if event else OTHER)
        return [event for event in parsed if event and event.kind in ACTED_ON and event.mode != "standby"]

    def _keep(self, events: Sequence[Incoming]) -> list[str]:
        """Store, in one short transaction, the events that are ours. Gives their lanes, in LINE's order of time."""
        if not events:
            return []
        with self.store.session() as session:
            ours = [
                event for event in sorted(events, key=lambda one: one.at) if self._is_ours(session, event)
            ]
            store_events(session, ours, self.wall())
        for event in ours:
            log.debug("Event stored: %s", event.kind, extra={"trace": trace_of(event.event_id)})
        return list(dict.fromkeys(event.chat_id for event in ours))

    def _is_ours(self, session: Session, event: Incoming) -> bool:
        """Whether an event may be written down: one-to-one always, group talk only if it is meant for the bot."""
        if not event.in_group:
            return True
        if event.kind == "unsend":
            return self._unsent_in_group(session, event)
        if not event.says:
            return True
        return self._addressed(session, event) and not self._was_unsent(session, event)

    def _addressed(self, session: Session, event: Incoming) -> bool:
        if event.message_kind == "text":
            if event.mention_self or called(event.text, self.names):
                return True
            if event.quoted_id and session.get(SentMessage, event.quoted_id) is not None:
                return True
        elif event.message_kind != "image":
            return False
        if event.kind == "messageEdited" and _known(session, event):
            return True
        form = form_in(session, event.chat_id, event.user_id)
        if form is None:
            return False
        if event.message_kind == "image":
            return self.forms.takes_pictures(form, event.at)
        return self.forms.fits(form, event.text, event.at)

    def _unsent_in_group(self, session: Session, event: Incoming) -> bool:
        """An unsend of a message that was kept is ours; of one that never came, only its keyed hash stays a while."""
        if _known(session, event):
            return True
        values = {"message": self._tombstone(event), "at": self.wall()}
        session.execute(insert_once(session, Tombstone).values(**values))
        return False

    def _was_unsent(self, session: Session, event: Incoming) -> bool:
        gone = delete(Tombstone).where(Tombstone.message == self._tombstone(event))
        return bool(session.connection().execute(gone).rowcount)

    def _tombstone(self, event: Incoming) -> str:
        return self.hashed("unsent", event.message_id or "")


def _known(session: Session, event: Incoming) -> bool:
    query = select(Event.id).where(Event.message_id == event.message_id).limit(1)
    return session.scalar(query) is not None


def _refuse(status: int, why: str) -> Response:
    return Response(why, status=status, mimetype="text/plain")
