"""What the API's paths share: reading a checked body, answering JSON."""

from __future__ import annotations

import orjson
from flask import Response, request

from bot.simulator.checks import check, parse
from bot.simulator.state import Json


def answer(body: Json, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(orjson.dumps(body), status, mimetype="application/json")


def checked_body(kind: str) -> Json:
    """The request's body as one of this kind. Raises RefusedError (400) when LINE would."""
    return check(kind, parse(request.get_data()))
