"""Pictures by signed links: LINE and phones fetch them from here."""

import hmac

from flask import Blueprint, Response, abort

from bot.tools import Tools
from models.store import Store

WEEK_SECONDS = 7 * 24 * 3600


def media(store: Store, tools: Tools) -> Blueprint:
    """The blueprint of /media."""
    blueprint = Blueprint("media", __name__)

    @blueprint.get("/media/<mark>/<name>")
    def picture(mark: str, name: str) -> Response:
        if not hmac.compare_digest(mark.encode(), tools.picture_mark(name).encode()):
            abort(404)
        with store.session() as session:
            content = tools.attachments.get(session, name)
        if content is None:
            abort(404)
        return Response(
            content,
            mimetype="image/png" if name.endswith(".png") else "image/jpeg",
            headers={
                "Cache-Control": f"private, max-age={WEEK_SECONDS}",
                "X-Content-Type-Options": "nosniff",
            },
        )

    return blueprint
