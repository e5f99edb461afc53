"""A digest as one card of a phone's screen: people, then money, a small chart, what waits, one thing to try."""

from collections.abc import Sequence
from typing import Any

from bot.cards import ALT_TEXT_LIMIT, GREEN, GREY, PALE, Action, Message, Row, card, cut
from bot.voice import Speaks
from handlers.digest import Digest, View, suggestion
from handlers.digest_words import (
    around_rows,
    change,
    people_counts,
    praise_words,
    short_days,
    span_words,
    title,
)

INK = "#1B1F23"
BARS = 4
MOST_ROWS = 7

Part = dict[str, Any]


def digest_card(speaks: Speaks, digest: Digest, buttons: Sequence[Action]) -> Message:
    """The card of a digest."""
    if digest.is_empty:
        return _empty_card(speaks, digest, buttons)
    heading = title(speaks, digest)
    days = span_words(speaks.language, digest.span)
    contents = [
        _words(heading, size="lg", weight="bold", color=GREEN),
        _words(speaks.say("digests.as_reported", days=days), size="sm", color=GREY),
        *_people(speaks, digest),
        *_money(speaks, digest),
        *_chart(speaks, digest),
        {"type": "separator", "margin": "md"},
        *(_line(label, value) for label, value in around_rows(speaks, digest)[:MOST_ROWS]),
        _try(speaks, digest),
    ]
    bubble = {"type": "bubble", "size": "giga", "body": _box(contents, spacing="sm")}
    if buttons:
        bubble["footer"] = _box(
            [_button(action, index) for index, action in enumerate(buttons)], spacing="sm"
        )
    said = " · ".join([heading, days, *_big_words(speaks, digest)])
    return {"type": "flex", "altText": cut(said, ALT_TEXT_LIMIT), "contents": bubble}


def short_card(speaks: Speaks, digest: Digest, buttons: Sequence[Action]) -> Message:
    """What a room may read: sums of all, nobody and no group by name."""
    now = digest.summary.now
    days = speaks.say("digests.as_reported", days=span_words(speaks.language, digest.span))
    if digest.is_empty:
        praised = praise_words(speaks, digest)
        rows = [Row(speaks.say("digests.row.praise"), praised)] if praised else []
        empty = speaks.say("digests.empty")
        return card(title(speaks, digest), words=empty, rows=rows, note=days, buttons=buttons)
    rows = [
        Row(speaks.say(f"digests.people.{name}"), speaks.say("activities.people", count=count))
        for name, count in people_counts(digest.summary.now)
        if count
    ]
    if praised := praise_words(speaks, digest):
        rows.append(Row(speaks.say("digests.row.praise"), praised))
    if digest.recognised is not None:
        rows.append(Row(speaks.say("digests.row.recognised"), digest.recognised.enterprise.short_name))
    big = [speaks.say("digests.done", count=now.activities)]
    if now.all_sold and digest.shows_money:
        big.append(speaks.say("digests.sold", amount=speaks.language.baht(now.all_sold)))
    return card(title(speaks, digest), big=big, rows=rows, note=days, buttons=buttons)


def _empty_card(speaks: Speaks, digest: Digest, buttons: Sequence[Action]) -> Message:
    """Nothing was reported: kind words, what is known all the same, and one thing to try."""
    step = suggestion(digest)
    rows = [Row(label, value) for label, value in around_rows(speaks, digest)]
    return card(
        title(speaks, digest),
        words=f"{speaks.say('digests.empty')}\n{speaks.say(f'digests.try.{step.name}', **step.values)}",
        rows=rows,
        note=speaks.say("digests.as_reported", days=span_words(speaks.language, digest.span)),
        buttons=buttons,
    )


def _people(speaks: Speaks, digest: Digest) -> list[Part]:
    """Up to three big counts side by side."""
    tiles = [
        _box(
            [
                _words(speaks.language.number(count), size="xxl", weight="bold", align="center"),
                _words(speaks.say(f"digests.people.{name}"), size="sm", color=GREY, align="center"),
            ],
            flex=1,
        )
        for name, count in people_counts(digest.summary.now)
        if count
    ]
    return [_box(tiles, layout="horizontal", spacing="sm", margin="md")] if tiles else []


def _money(speaks: Speaks, digest: Digest) -> list[Part]:
    now, before = digest.summary.now, digest.summary.before
    if not digest.shows_money or not (now.all_sold or before.all_sold):
        return []
    sold = speaks.say("digests.sold", amount=speaks.language.baht(now.all_sold))
    parts = [_words(sold, size="xl", weight="bold", margin="md")]
    if spoken := speaks.language.spoken(now.all_sold):
        parts.append(_words(speaks.say("digests.spoken", words=spoken), size="sm", color=GREY))
    if digest.scope.view is View.ENTERPRISE and now.sold_together:
        together = speaks.language.baht(now.sold_together)
        parts.append(_words(speaks.say("digests.together", amount=together), size="sm", color=GREY))
    compared = change(speaks, now.all_sold, before.all_sold, digest.summary.compared)
    return [*parts, _words(compared, size="sm", color=GREY)]


def _chart(speaks: Speaks, digest: Digest) -> list[Part]:
    """Lying bars of the last spans, each with its days and its figure; of sales, or of how much was done."""
    trend = digest.summary.trend[-BARS:]
    money = digest.shows_money and any(one.all_sold for _, one in trend)
    values = [one.all_sold if money else float(one.activities) for _, one in trend]
    most = max(values, default=0.0)
    if len(trend) < 2 or not most:
        return []
    name = "digests.chart.sold" if money else "digests.chart.done"
    bars = [
        _bar(
            short_days(speaks.language, span),
            speaks.language.number(value),
            value / most,
            span == digest.span,
        )
        for (span, _), value in zip(trend, values, strict=True)
    ]
    return [_words(speaks.say(name), size="sm", weight="bold", margin="md"), *bars]


def _bar(label: str, figure: str, share: float, current: bool) -> Part:
    """One bar: its days to the left, its figure to the right, its length in hundredths."""
    full = _box([], width=f"{max(2, round(share * 100))}%", height="14px", cornerRadius="4px")
    full["backgroundColor"] = GREEN if current else "#8DB8A0"
    weight = "bold" if current else "regular"
    track = _box([full], flex=5, backgroundColor=PALE, cornerRadius="4px", height="14px")
    return _box(
        [
            _words(label, size="sm", color=INK, flex=5, weight=weight),
            track,
            _words(figure, size="sm", color=INK, flex=3, align="end", weight=weight),
        ],
        layout="horizontal",
        spacing="sm",
        alignItems="center",
    )


def _try(speaks: Speaks, digest: Digest) -> Part:
    step = suggestion(digest)
    return _box(
        [
            _words(speaks.say("digests.try"), size="sm", weight="bold", color=GREEN),
            _words(speaks.say(f"digests.try.{step.name}", **step.values), size="md"),
        ],
        backgroundColor=PALE,
        cornerRadius="8px",
        paddingAll="10px",
        margin="md",
    )


def _big_words(speaks: Speaks, digest: Digest) -> list[str]:
    now = digest.summary.now
    said = [speaks.say("digests.done", count=now.activities)]
    if now.all_sold and digest.shows_money:
        said.append(speaks.say("digests.sold", amount=speaks.language.baht(now.all_sold)))
    return said


def _line(label: str, value: str) -> Part:
    parts = [_words(label, size="sm", color=GREY, flex=3), _words(value, size="sm", color=INK, flex=7)]
    return _box(parts, layout="horizontal", spacing="sm")


def _button(action: Action, index: int) -> Part:
    style = {"style": "primary", "color": GREEN} if index == 0 else {"style": "secondary"}
    return {"type": "button", "height": "sm", "action": action, **style}


def _box(contents: Sequence[Part], layout: str = "vertical", **style: Any) -> Part:
    return {"type": "box", "layout": layout, "contents": list(contents), **style}


def _words(words: str, **style: Any) -> Part:
    return {"type": "text", "text": words, "wrap": True, **style}
