"""Pages behind signed links: rendered here from the plain data that handlers give."""

import hmac
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, make_response, render_template, send_file
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.buttons import number
from bot.language import DEFAULT, language
from bot.router import Router
from bot.tools import Tools
from bot.turn import find_member, roles_of
from bot.visit import Download, PageRoute, Visit
from models.network import Network
from models.people import Member, Membership
from models.permissions import Standing
from models.store import Store

HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


def pages(store: Store, tools: Tools, router: Router) -> Blueprint:
    """The blueprint of /pages."""
    blueprint = Blueprint("pages", __name__, template_folder="templates")

    @blueprint.get("/pages/<mark>/<path:path>")
    def page(mark: str, path: str) -> Response:
        if not hmac.compare_digest(mark.encode(), tools.page_mark(path).encode()):
            abort(404)
        name, ticket, *arguments = path.split("/")
        route = router.pages.get(name)
        who, where, until = (number(part) or 0 for part in ticket.split("-"))
        if route is None or datetime.fromtimestamp(until, UTC) < tools.wall():
            return told("pages.over", 410)
        with store.session() as session:
            visit = _visit(session, tools, who, where)
            found = _rendered(route, visit, arguments) if visit else None
            return found or told("pages.not_yours", 403)

    return blueprint


def _visit(session: Session, tools: Tools, member_id: int, network_id: int) -> Visit | None:
    """The visit, if the link's member still consents and still belongs to its network."""
    entry, network = session.get(Member, member_id), session.get(Network, network_id)
    member = find_member(session, entry.line_user_id) if entry else None
    membership = session.scalar(
        select(Membership).where(
            Membership.member_id == member_id,
            Membership.network_id == network_id,
            Membership.state == "active",
        )
    )
    if member is None or network is None or membership is None:
        return None
    return Visit(
        session=session,
        tools=tools,
        network=network,
        member=member,
        membership=membership,
        roles=roles_of(membership),
        now=tools.wall().astimezone(ZoneInfo(network.timezone)),
        language=language(member.language),
    )


def _rendered(route: PageRoute, visit: Visit, arguments: list[str]) -> Response | None:
    if route.who is None or not route.who.allows(Standing.BELONGS, visit.roles):
        return None
    page = route.handler(visit, *arguments)
    if page is None:
        return None
    if isinstance(page, Download):
        return _sent(page)
    shown = render_template(page.template, title=page.title, lang=visit.language.code, **page.content)
    return make_response(shown, 200, HEADERS)


def _sent(file: Download) -> Response:
    answer = send_file(
        io.BytesIO(file.content), file.media_type, as_attachment=True, download_name=file.name, max_age=0
    )
    answer.headers.update(HEADERS)
    return answer


def told(msgid: str, status: int) -> Response:
    """A page of one sentence, and that a new link is to be had."""
    spoken = language(DEFAULT)
    words = {"title": spoken.say(msgid), "words": spoken.say("pages.ask_again"), "lang": spoken.code}
    return make_response(render_template("told.html", **words), status, HEADERS)
