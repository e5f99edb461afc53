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
from typing import Any

import orjson
from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError

from bot.incoming import ACTED_ON, Incoming, parse_event
from bot.measures import OTHER, Measures
from bot.web.committer import CommitLate, Committer
from models.store import Store

MOST_BYTES = 1024 * 1024

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Webhook:
    """Receives LINE's webhooks. `secrets` are the channel's, two while they are rotated."""

    store: Store
    passes_over: Callable[[Incoming], bool]
    committer: Committer[Sequence[Incoming], list[str]]
    secrets: Sequence[bytes]
    wake: Callable[[Iterable[str]], None]
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
        length = request.content_length
        if (length or 0) > MOST_BYTES:
            return _refuse(413, "body over 1 MB")
        body = request.stream.read(MOST_BYTES + 1 if length is None else length)
        if len(body) > MOST_BYTES:
            return _refuse(413, "body over 1 MB")
        if not self._signed(body, request.headers.get("X-Line-Signature", "")):
            return _refuse(400, "wrong or missing X-Line-Signature")
        try:
            events = self._parse(orjson.loads(body))
        except (orjson.JSONDecodeError, ValueError):
            return _refuse(400, "the body is no webhook")
        try:
            # What is ours is kept in a commit that requests share.
            lanes = self.committer.commit(events) if events else []
        except (SQLAlchemyError, CommitLate) as error:
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
        """The events to look at, in LINE's order of time. Raises ValueError where the body is no webhook."""
        raw_events = body.get("events") if isinstance(body, dict) else None
        if not isinstance(raw_events, list):
            raise ValueError("no events")
        parsed = [parse_event(raw) if isinstance(raw, dict) else None for raw in raw_events]
        for event in parsed:
            self.measures.event(event.kind if event else OTHER)
        known = [event for event in parsed if event and event.kind in ACTED_ON and event.mode != "standby"]
        return sorted((event for event in known if not self.passes_over(event)), key=lambda event: event.at)


def _refuse(status: int, why: str) -> Response:
    return Response(why, status=status, mimetype="text/plain")
