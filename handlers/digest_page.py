"""A digest as the data of a page: to read on a phone, and to print on one sheet for the meeting."""

from collections.abc import Sequence
from typing import Any

from bot.visit import Page, Visit
from bot.voice import Speaks
from handlers.deeds import deed_lines
from handlers.digest import Digest, View, suggestion
from handlers.digest_map import network_map
from handlers.digest_words import around_rows, change, people_counts, short_days, span_words, title
from models.praises import Praise
from models.summary import Part

MOST_PARTS = 20  # enterprises in the table: a sheet holds no more
MOST_TITLES = 5
QUIET_SHOWN = 8
NAMES_COME = 8


def digest_page(visit: Visit, digest: Digest) -> Page:
    """Everything the template shows, already in words."""
    language, now = visit.language, digest.summary.now
    step = suggestion(digest)
    content: dict[str, Any] = {
        "heading": title(visit, digest),
        "as_reported": visit.say("digests.as_reported", days=span_words(language, digest.span)),
        "say": visit.say,
        "empty": visit.say("digests.empty") if digest.is_empty else "",
        "people": [
            (language.number(count), visit.say(f"digests.people.{name}"))
            for name, count in people_counts(now)
            if count
        ],
        "work_days": visit.say("digests.work_days", days=language.number(now.work_days))
        if now.work_days
        else "",
        "money": _money(visit, digest),
        "trend": _trend(visit, digest),
        "parts": _parts(visit, digest),
        "rows": around_rows(visit, digest),
        "knowledge": []
        if digest.scope.product
        else [item.title for item in digest.around.knowledge[:MOST_TITLES]],
        "praises": [_praise(visit, one) for one in _praises(digest)],
        "recognised": deed_lines(visit, digest.recognised) if digest.recognised else [],
        "recognised_name": digest.recognised.enterprise.short_name if digest.recognised else "",
        "meetings": _meetings(visit, digest),
        "quiet": _quiet(visit, digest),
        "try_words": visit.say(f"digests.try.{step.name}", **step.values),
        "try_in_private": step.name
        == "call_quiet",  # a printed sheet is passed around: who is quiet stays off it
        "map": _map(visit, digest),
        "made": visit.say("digests.made", moment=language.moment(visit.now)),
    }
    return Page("digest.html", content["heading"], content)


def _money(speaks: Speaks, digest: Digest) -> list[str]:
    """Sales in figures and words, what of them was earned together, savings, and the change."""
    now, before, language = digest.summary.now, digest.summary.before, speaks.language
    if not digest.shows_money:
        return []
    lines = []
    if now.all_sold or before.all_sold:
        lines.append(speaks.say("digests.sold", amount=language.baht(now.all_sold)))
        if spoken := language.spoken(now.all_sold):
            lines.append(speaks.say("digests.spoken", words=spoken))
        lines.append(change(speaks, now.all_sold, before.all_sold, digest.summary.compared))
    if now.sold_together:
        name = "digests.together" if digest.scope.enterprise else "digests.several_together"
        lines.append(speaks.say(name, amount=language.baht(now.sold_together)))
    if now.saved:
        lines.append(speaks.say("digests.saved", amount=language.baht(now.saved)))
    return lines


def _trend(speaks: Speaks, digest: Digest) -> list[dict[str, Any]]:
    """Bars of sales, the newest last; each with its days, its figure and its length in hundredths."""
    trend = digest.summary.trend
    most = max((one.all_sold for _, one in trend), default=0.0)
    if not digest.shows_money or not most or len(trend) < 2:
        return []
    return [
        {
            "label": short_days(speaks.language, span),
            "figure": speaks.language.number(one.all_sold),
            "share": round(one.all_sold / most * 100),
            "current": span == digest.span,
        }
        for span, one in trend
    ]


def _parts(speaks: Speaks, digest: Digest) -> dict[str, Any] | None:
    """The table of enterprises, for coordinators; what they earned together is its last line, so that it adds up."""
    active = digest.summary.active
    if digest.scope.view is not View.NETWORK or not active:
        return None
    number = speaks.language.number
    together = digest.summary.now.sold_together
    return {
        "lines": [_part(speaks, part) for part in active[:MOST_PARTS]],
        "more": max(0, len(active) - MOST_PARTS),
        "together": number(together) if together else "",
        "sum": (number(digest.summary.now.activities), number(digest.summary.now.all_sold)),
    }


def _part(speaks: Speaks, part: Part) -> dict[str, str]:
    number = speaks.language.number
    difference = part.now.sold - part.before.sold
    sign = "+" if difference > 0 else "−"
    return {
        "name": part.enterprise.short_name,
        "products": ", ".join(part.products[:2]),
        "done": number(part.now.activities),
        "sold": number(part.now.sold) if part.now.sold else "–",
        "change": f"{sign}{number(abs(difference))}" if difference else "–",
    }


def _praises(digest: Digest) -> Sequence[Praise]:
    return [] if digest.scope.product else digest.around.praises[:MOST_TITLES]


def _praise(speaks: Speaks, one: Praise) -> str:
    """ถึง ลุงสมาน “…” จาก แม่บัวเขียว."""
    words = speaks.say("praise.quoted", words=one.words) if one.words else ""
    by = speaks.say("digests.praise_by", name=one.by) if one.by else ""
    return " ".join(part for part in (speaks.say("digests.praise_to", name=one.praised), words, by) if part)


def _meetings(speaks: Speaks, digest: Digest) -> list[str]:
    """The coming meetings, each with who said that they come, for coordinators."""
    if digest.scope.view is not View.NETWORK or digest.scope.product:
        return []
    lines = []
    for one in digest.around.coming[:MOST_TITLES]:
        moment = speaks.language.moment(one.starts_at.astimezone(digest.now.tzinfo))
        line = f"{one.title} {moment}"
        if one.people:
            line += f" · {speaks.say('digests.people_come', count=one.people)}"
        if one.names:
            line += f" ({', '.join(one.names[:NAMES_COME])})"
        lines.append(line)
    return lines


def _quiet(speaks: Speaks, digest: Digest) -> list[str]:
    """Who has been silent, for coordinators, and since when."""
    never, day = speaks.say("digests.quiet.never"), speaks.language.day
    lines = []
    for one in digest.quiet[:QUIET_SHOWN]:
        parts = [one.enterprise.short_name]
        parts.append(speaks.say("digests.quiet.last", day=day(one.since)) if one.since else never)
        parts += [speaks.say("digests.quiet.rests")] if one.rests(digest.now.date()) else []
        lines.append(" · ".join(parts))
    return lines


def _map(visit: Visit, digest: Digest) -> dict[str, Any] | None:
    if digest.scope.view is not View.NETWORK or digest.scope.product:
        return None
    drawn = network_map(visit.session, visit.network.id)
    words = visit.say(f"digests.shape.{drawn.shape}", hub=drawn.hub)
    counted = visit.say("digests.map.counted", ends=len(drawn.dots), links=drawn.links)
    return {"drawing": drawn, "words": words, "counted": counted}
