"""Pictures and sounds by signed links: LINE and phones fetch them from here."""

import hmac
from pathlib import PurePath

from flask import Blueprint, Response, abort, request

from bot import sounds
from bot.tools import Tools
from models.store import Store

WEEK_SECONDS = 7 * 24 * 3600
MEDIA_TYPES = {".png": "image/png", sounds.ENDS_IN: sounds.MEDIA_TYPE}  # others are JPEG


def media(store: Store, tools: Tools) -> Blueprint:
    """The blueprint of /media."""
    blueprint = Blueprint("media", __name__)

    @blueprint.get("/media/<mark>/<name>")
    def kept(mark: str, name: str) -> Response:
        if not hmac.compare_digest(mark.encode(), tools.picture_mark(name).encode()):
            abort(404)
        with store.session() as session:
            content = tools.attachments.get(session, name)
        if content is None:
            abort(404)
        answer = Response(
            content,
            mimetype=MEDIA_TYPES.get(PurePath(name).suffix, "image/jpeg"),
            headers={
                "Cache-Control": f"private, max-age={WEEK_SECONDS}",
                "X-Content-Type-Options": "nosniff",
            },
        )
        # iPhones play only what they may fetch in parts.
        answer.make_conditional(request, accept_ranges=True, complete_length=len(content))
        return answer

    return blueprint
