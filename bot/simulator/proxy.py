"""Shows what the bot publishes. LINE wants https addresses, so the bot names its public one; here it has none.

The page opens {public_url}/some/path as /some/path of its own host, and this fetches it from the bot.
"""

from __future__ import annotations

import urllib3
from flask import Blueprint, Response, request

PASSED_ON = ("Content-Type", "Range")  # with Range phones and browsers fetch a sound in parts
KEPT_HEADERS = (
    "Content-Type",
    "Content-Disposition",
    "Content-Security-Policy",
    "Cache-Control",
    "Accept-Ranges",
    "Content-Range",
    "Location",
)
TIMEOUT = 15.0


def proxy(bot_url: str, public_url: str) -> Blueprint:
    """The blueprint that answers every path no other has."""
    pages = Blueprint("proxy", __name__)
    pool = urllib3.PoolManager(retries=False, timeout=TIMEOUT)

    @pages.route("/<path:_path>", methods=["GET", "POST"])
    def fetch(_path: str) -> Response:
        try:
            found = pool.request(
                request.method,
                bot_url + request.full_path.removesuffix("?"),
                body=request.get_data(),
                headers={name: request.headers[name] for name in PASSED_ON if name in request.headers},
                redirect=False,
            )
        except urllib3.exceptions.HTTPError:
            return Response("The bot does not answer", 502, mimetype="text/plain")
        response = Response(found.data, found.status)
        for name in KEPT_HEADERS:
            if value := found.headers.get(name):
                response.headers[name] = value.removeprefix(public_url).removeprefix(bot_url)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return pages
