"""Calendars by their address: the text/calendar that phones read, and a page that tells how a phone takes it."""

import hashlib
import hmac
from datetime import datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, make_response, render_template, request
from sqlalchemy.orm import Session

from bot.buttons import number
from bot.calendars import Calendar, Glance, google_link, google_subscription, written
from bot.router import Router
from bot.tools import Tools
from bot.turn import find_member
from bot.web.pages import HEADERS, told
from models.feeds import Feed, FeedKind, member_feed
from models.store import Store

SUFFIX = ".ics"
TYPE = "text/calendar; charset=utf-8"


def calendars(store: Store, tools: Tools, router: Router) -> Blueprint:
    """The blueprint of /calendars and /entries."""
    blueprint = Blueprint("calendars", __name__, template_folder="templates")
    host = urlsplit(tools.public_url).hostname or "saan"

    @blueprint.get("/calendars/<address>")
    def feed(address: str) -> Response:
        with store.session() as session:
            found = _feed(session, tools, address.removesuffix(SUFFIX))
            handler = router.feeds.get(found.kind) if found else None
            if found is None or handler is None:
                return _nothing(address)
            calendar = handler(Glance(session, tools, tools.wall()), found)
            if not address.endswith(SUFFIX):
                return _feed_page(calendar, tools.feed_url(found) + SUFFIX)
            body = written(calendar, host)
            return _file(body, "saan.ics", _changed(found, body, tools.wall()))

    @blueprint.get("/entries/<mark>/<path:path>")
    def entry(mark: str, path: str) -> Response:
        bare = path.removesuffix(SUFFIX)
        if not hmac.compare_digest(mark.encode(), tools.entry_mark(bare).encode()):
            abort(404)
        name, *arguments = bare.split("/")
        handler = router.entries.get(name)
        with store.session() as session:
            calendar = handler(Glance(session, tools, tools.wall()), *arguments) if handler else None
            if calendar is None:
                return told("calendars.entry_over", 410)
            if path != bare:
                return _file(written(calendar, host), "nat.ics")
            return _entry_page(calendar, f"{tools.entry_url(name, *arguments)}{SUFFIX}")

    return blueprint


def _feed(session: Session, tools: Tools, address: str) -> Feed | None:
    """The calendar with this address, if it still holds. A wrong token takes as long as an unknown calendar."""
    ident, _, mark = address.partition("-")
    feed = session.get(Feed, number(ident) or 0)
    expected = tools.feed_mark(feed.id if feed else 0, feed.salt if feed else "")
    if not hmac.compare_digest(mark.encode(), expected.encode()) or feed is None:
        return None
    if feed.kind == FeedKind.MEMBER and not _is_read_by_its_member(session, feed):
        return None
    return feed


def _is_read_by_its_member(session: Session, feed: Feed) -> bool:
    """Whether a member's calendar is still theirs: they consent, and have belonged ever since it was made."""
    member = find_member(session, feed.member.line_user_id) if feed.member else None
    return member is not None and member_feed(session, feed.network_id, member.id) is not None


def _changed(feed: Feed, body: bytes, now: datetime) -> datetime:
    """Since when the calendar has been as it is; kept only where something has changed."""
    digest = _digest(body)
    if feed.digest != digest:
        feed.digest, feed.changed_at = digest, now
    return feed.changed_at


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:32]


def _file(body: bytes, name: str, changed_at: datetime | None = None) -> Response:
    """A calendar; nothing where the phone has it already (ETag, Last-Modified)."""
    response = make_response(body)
    response.headers["Content-Type"] = TYPE
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-cache"
    for header in ("Referrer-Policy", "X-Content-Type-Options", "X-Robots-Tag"):
        response.headers[header] = HEADERS[header]
    response.set_etag(_digest(body))
    response.last_modified = changed_at
    response.make_conditional(request)
    return response


def _nothing(address: str) -> Response:
    """A calendar that is not there: phones need no words for it."""
    return make_response("", 404, HEADERS) if address.endswith(SUFFIX) else told("calendars.over", 404)


def _feed_page(calendar: Calendar, address: str) -> Response:
    """How a phone takes a calendar: by one tap on an iPhone, through Google, or by its address."""
    say, followed = calendar.language.say, address.replace("https://", "webcal://", 1)
    buttons = [
        (say("calendars.page.phone"), followed),
        (say("calendars.page.google"), google_subscription(followed)),
    ]
    notes = [say("calendars.page.how"), say("calendars.page.secret")]
    return _page(calendar, calendar.title, [say("calendars.page.what")], buttons, notes, address)


def _entry_page(calendar: Calendar, address: str) -> Response:
    say, entry = calendar.language.say, calendar.entries[0]
    lines = [*calendar.when, entry.place] if entry.place else [*calendar.when]
    if entry.cancelled:
        return _page(calendar, entry.title, lines, [], [], "")
    buttons = [(say("calendars.page.keep"), address), (say("calendars.page.keep_google"), google_link(entry))]
    return _page(calendar, entry.title, lines, buttons, [], "")


def _page(
    calendar: Calendar,
    title: str,
    lines: list[str],
    buttons: list[tuple[str, str]],
    notes: list[str],
    address: str,
) -> Response:
    shown = render_template(
        "calendar.html",
        title=title,
        lang=calendar.language.code,
        lines=lines,
        buttons=buttons,
        notes=notes,
        address=address,
        address_label=calendar.language.say("calendars.page.address") if address else "",
    )
    return make_response(shown, 200, HEADERS)
