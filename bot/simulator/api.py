"""LINE's HTTP API as the bot calls it: paths, statuses and bodies of developers.line.biz/en/reference/messaging-api.

One host serves what LINE splits between api.line.me and api-data.line.me.
"""

from __future__ import annotations

import socket
import time
import uuid
from collections.abc import Callable

from flask import Blueprint, Response, g, request

from bot.simulator.checks import parse
from bot.simulator.http import answer, checked_body
from bot.simulator.outgoing import Outgoing, Sent
from bot.simulator.people import GONE
from bot.simulator.platform import Line
from bot.simulator.richmenu_api import add_rich_menus
from bot.simulator.state import Call, Json, RefusedError

ANY_METHOD = ["GET", "POST", "PUT", "DELETE"]
NO_ACCESS = "Access to this API is not available for your account"
NO_AUTH = "Authentication failed. Confirm that the access token in the authorization header is valid."
RATE = "The API rate limit has been exceeded. Try again later."


def api(line: Line, outgoing: Outgoing, access_token: str, webhook_url: str) -> Blueprint:
    """The blueprint of the whole API, to be mounted at the root."""
    pages = Blueprint("line_api", __name__, url_prefix="/v2")
    _guard(pages, line, access_token)
    _messages(pages, outgoing)
    _people(pages, line)
    _groups(pages, line)
    _account(pages, line, outgoing, webhook_url)
    _content(pages, line)
    add_rich_menus(pages, line.menus)

    @pages.route("/<path:_path>", methods=ANY_METHOD)
    def unknown(_path: str) -> Response:
        raise RefusedError(404, "Not found")

    return pages


# Before and after every call: the token, the faults, the record


def _guard(pages: Blueprint, line: Line, access_token: str) -> None:
    @pages.before_request
    def admit() -> None:
        g.started, g.request_id, g.cost, g.sent = time.perf_counter(), str(uuid.uuid4()), 0, False
        g.body = request.get_data()
        if line.faults.slow and line.faults.path in request.path:
            time.sleep(line.faults.slow)
        g.fault = line.faults.strike(request.path)
        refusals = {
            "down": (500, "The server encountered an internal error."),
            "timeout_before": (504, "Time-out"),
            "bad_request": (400, "The request body has 1 error(s)"),
            "rate": (429, RATE),
            "unauthorized": (401, NO_AUTH),
        }
        if g.fault in refusals:
            raise RefusedError(*refusals[g.fault])
        if request.headers.get("Authorization") != f"Bearer {access_token}":
            raise RefusedError(401, NO_AUTH)

    @pages.errorhandler(RefusedError)
    def refuse(error: RefusedError) -> Response:
        response = answer(error.body, error.status)
        response.headers.update(error.headers)
        return response

    @pages.after_request
    def record(response: Response) -> Response:
        if "body" not in g:  # who called hung up before all was said
            return response
        response.headers["X-Line-Request-Id"] = g.request_id
        dropped = g.fault in ("timeout_before", "timeout_after")
        line.record(
            Call(
                request.method,
                request.path,
                None if dropped else response.status_code,
                g.request_id,
                line.clock(),
                time.perf_counter() - g.started,
                request.headers.get("X-Line-Retry-Key"),
                g.cost,
                g.sent,
                parse(g.body) if request.is_json else None,
            )
        )
        if dropped:
            _hang_up(line.faults.hang)
        return response


def _hang_up(after: float) -> None:
    """Drops the connection without an answer. An in-process test client has none: it sees a 504."""
    time.sleep(after)
    connection = request.environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)


# Sending


def _messages(pages: Blueprint, outgoing: Outgoing) -> None:
    def send(how: Callable[[Json], Sent], key: str | None) -> Response:
        body = parse(g.body)
        sent = outgoing.once(key, g.request_id, lambda: how(body))
        g.cost, g.sent = sent.cost, True
        return answer(sent.answer)

    @pages.post("/bot/message/reply")
    def reply() -> Response:
        if "X-Line-Retry-Key" in request.headers:
            raise RefusedError(400, "The retry key is not supported by this API")
        return send(outgoing.reply, None)

    for name, how in (
        ("push", outgoing.push),
        ("multicast", outgoing.multicast),
        ("broadcast", outgoing.broadcast),
    ):
        pages.add_url_rule(
            f"/bot/message/{name}",
            name,
            lambda how=how: send(how, request.headers.get("X-Line-Retry-Key")),
            methods=["POST"],
        )

    @pages.post("/bot/message/validate/<_how>")
    def validate(_how: str) -> Response:
        checked_body("BroadcastRequest")
        return answer({})

    @pages.get("/bot/message/quota")
    def quota() -> Response:
        if outgoing.limit is None:
            return answer({"type": "none"})
        return answer({"type": "limited", "value": outgoing.limit})

    @pages.get("/bot/message/quota/consumption")
    def consumption() -> Response:
        return answer({"totalUsage": outgoing.spent})


# People and groups


def _people(pages: Blueprint, line: Line) -> None:
    @pages.get("/bot/profile/<user_id>")
    def profile(user_id: str) -> Response:
        if line.standing(user_id) != "reachable":
            raise RefusedError(404, "Not found")
        return answer({**line.profile(line.accounts[user_id]), "language": "th"})

    @pages.post("/bot/chat/loading/start")
    def loading() -> Response:
        body = checked_body("ShowLoadingAnimationRequest")
        if body["chatId"] not in line.accounts:
            raise RefusedError(400, "The property, 'chatId', in the request body is invalid")
        line.loading[body["chatId"]] = line.wall() + body.get("loadingSeconds", 20)
        line.touch()
        return answer({}, 202)

    @pages.post("/bot/chat/markAsRead")
    def mark_as_read() -> Response:
        checked_body("MarkMessagesAsReadByTokenRequest")
        return answer({})

    @pages.get("/bot/followers/ids")
    def followers() -> Response:
        raise RefusedError(403, NO_ACCESS)


def _groups(pages: Blueprint, line: Line) -> None:
    @pages.get("/bot/group/<group_id>/summary")
    def summary(group_id: str) -> Response:
        return answer({"groupId": group_id, "groupName": line.joined(group_id).name})

    @pages.get("/bot/group/<group_id>/members/count")
    def count(group_id: str) -> Response:
        return answer({"count": len(line.joined(group_id).members)})

    @pages.get("/bot/group/<group_id>/members/ids")
    def member_ids(group_id: str) -> Response:
        raise RefusedError(403, NO_ACCESS)

    @pages.get("/bot/group/<group_id>/member/<user_id>")
    def member(group_id: str, user_id: str) -> Response:
        if user_id not in line.joined(group_id).members:
            raise RefusedError(404, "Not found")
        return answer(dict(line.profile(line.accounts[user_id])))

    @pages.post("/bot/group/<group_id>/leave")
    def leave(group_id: str) -> Response:
        line.leave(group_id)
        return answer({})


# The account itself


def _account(pages: Blueprint, line: Line, outgoing: Outgoing, webhook_url: str) -> None:
    @pages.get("/bot/info")
    def info() -> Response:
        return answer(line.bot)

    @pages.get("/bot/channel/webhook/endpoint")
    def endpoint() -> Response:
        return answer({"endpoint": webhook_url, "active": True})

    @pages.post("/bot/channel/webhook/test")
    def test_endpoint() -> Response:
        status = line.courier.verify()
        return answer(
            {
                "success": status == 200,
                "timestamp": line.clock().isoformat(),
                "statusCode": status or 0,
                "reason": "OK"
                if status == 200
                else "COULD_NOT_CONNECT"
                if status is None
                else "ERROR_STATUS_CODE",
                "detail": str(status or "no answer"),
            }
        )


def _content(pages: Blueprint, line: Line) -> None:
    def stored(message_id: str) -> tuple[bytes, str]:
        found = line.content.get(message_id)
        if found is None:
            raise RefusedError(404, "Not found")
        if found == GONE:
            raise RefusedError(410, "Gone")
        return found

    @pages.get("/bot/message/<message_id>/content")
    @pages.get("/bot/message/<message_id>/content/preview")
    def content(message_id: str) -> Response:
        data, mime = stored(message_id)
        if line.faults.preparing > 0:
            line.faults.preparing -= 1
            return Response(status=202)
        return Response(data, mimetype=mime)

    @pages.get("/bot/message/<message_id>/content/transcoding")
    def transcoding(message_id: str) -> Response:
        stored(message_id)
        return answer({"status": "processing" if line.faults.preparing > 0 else "succeeded"})
