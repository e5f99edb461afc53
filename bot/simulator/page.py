"""The web chat: its page, and the JSON paths by which the page acts and looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson
from flask import Blueprint, Response, render_template, request, stream_with_context

from bot.simulator import pictures, view
from bot.simulator.acts import Uploads, act
from bot.simulator.checks import parse
from bot.simulator.http import answer
from bot.simulator.outgoing import Outgoing
from bot.simulator.people import Person
from bot.simulator.platform import Line
from bot.simulator.state import Faults, Json

HEARTBEAT = 15.0  # seconds between events on a quiet stream, so that a closed page is noticed
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page(
    line: Line, outgoing: Outgoing, public_url: str, on_clock: Callable[[datetime], None] | None
) -> Blueprint:
    """The blueprint of the page at / and of what it asks for under /simulator."""
    pages = Blueprint("page", __name__, static_folder="static", static_url_path="/simulator/static")
    uploads = Uploads()

    @pages.errorhandler(LookupError)
    @pages.errorhandler(ValueError)
    def cannot(error: Exception) -> Response:
        return answer({"error": str(error)}, 400)

    @pages.get("/")
    def chat_page() -> Response:
        response = Response(render_template("page.html"))
        response.headers["Content-Security-Policy"] = PAGE_POLICY
        return response

    @pages.get("/simulator/world")
    def world() -> Response:
        return answer(view.world(line, outgoing, public_url=public_url, clock_moves=on_clock is not None))

    @pages.get("/simulator/traffic")
    def traffic() -> Response:
        return answer({"traffic": view.traffic(line)})

    @pages.get("/simulator/chat")
    def chat() -> Response:
        return answer(view.chat(_person(line, request.args)))

    @pages.post("/simulator/act")
    def acted() -> Response:
        wanted = _json_body()
        return answer(act(_person(line, wanted), wanted, uploads))

    @pages.post("/simulator/upload")
    def upload() -> Response:
        _refuse_simple_forms()
        return answer({"upload": uploads.keep(request.get_data(), request.mimetype)})

    @pages.post("/simulator/faults")
    def faults() -> Response:
        _switch(line.faults, _json_body())
        line.courier.flush()
        line.touch()
        return answer({})

    @pages.post("/simulator/clock")
    def clock() -> Response:
        if on_clock is None:
            raise ValueError("this clock does not move")
        on_clock(_moved(line.clock(), _json_body()))
        line.touch()
        return answer({})

    @pages.get("/simulator/events")
    def events() -> Response:
        return Response(stream_with_context(_versions(line)), mimetype="text/event-stream")

    _files(pages, line)
    return pages


def _files(pages: Blueprint, line: Line) -> None:
    @pages.get("/simulator/content/<message_id>")
    def content(message_id: str) -> Response:
        data, mime = line.content.get(message_id, (b"", ""))
        return _file(data, mime) if mime else Response(status=404)

    @pages.get("/simulator/menu/<menu_id>")
    def menu(menu_id: str) -> Response:
        data, mime = line.menus.images.get(menu_id, (b"", ""))
        return _file(data, mime) if mime else Response(status=404)

    @pages.get("/simulator/samples/<name>.jpg")
    def sample(name: str) -> Response:
        return _file(pictures.sample(name), "image/jpeg")


def _file(data: bytes, mime: str) -> Response:
    """A file as a download or picture, never as a page of this origin."""
    response = Response(data, mimetype=mime)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _person(line: Line, wanted: Any) -> Person:
    person = line.person(str(wanted.get("person")))
    chat_id = wanted.get("chat") or person.chat_id
    return person if chat_id == person.chat_id else person.in_group(chat_id)


def _json_body() -> Json:
    _refuse_simple_forms()
    body = parse(request.get_data())
    if not isinstance(body, dict):
        raise ValueError("a JSON object is needed")
    return body


def _refuse_simple_forms() -> None:
    """Other sites' pages can post forms here, but no other type without this origin's leave (CORS)."""
    if request.mimetype in ("", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        raise ValueError("this content type is not taken")


def _switch(faults: Faults, wanted: Json) -> None:
    known = set(Faults.__dataclass_fields__)
    for name, value in wanted.items():
        if name not in known:
            raise ValueError(f"no fault {name!r}")
        setattr(faults, name, value)


def _moved(now: datetime, wanted: Json) -> datetime:
    """The time `hours` later, or `to` (ISO 8601; without an offset, in the clock's own zone); never back."""
    if "hours" in wanted:
        new = now + timedelta(hours=float(wanted["hours"]))
    else:
        new = datetime.fromisoformat(str(wanted["to"]))
        new = new if new.tzinfo else new.replace(tzinfo=now.tzinfo)
    if new < now:
        raise ValueError("the clock only moves forward")
    return new


def _versions(line: Line) -> Iterator[bytes]:
    """Server-sent events: the version of the world, whenever it changes."""
    version = line.version
    while True:
        yield b"data: " + orjson.dumps(version) + b"\n\n"
        version = line.wait(version, HEARTBEAT)
