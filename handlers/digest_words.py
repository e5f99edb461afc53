"""How a digest says days, changes and counts in one person's language."""

from datetime import date

from babel.dates import format_date

from bot.language import BUDDHIST_ERA, Language
from bot.voice import Speaks
from handlers.digest import Digest
from models.spans import Span, SpanKind
from models.summary import Sums

NAMES = 3  # in a row of a card


def span_words(language: Language, span: Span) -> str:
    """16–22 พ.ย. 2569; a whole month by its name."""
    year = span.last.year + (BUDDHIST_ERA if language.code == "th" else 0)
    if span.kind is SpanKind.MONTH:
        return f"{_formatted(language, span.first, 'LLLL')} {year}"
    return f"{short_days(language, span)} {year}"


def short_days(language: Language, span: Span) -> str:
    """16–22 พ.ย., without the year; a whole month by its short name."""
    if span.kind is SpanKind.MONTH:
        return _formatted(language, span.first, "LLL")
    if span.kind is SpanKind.QUARTER:
        return f"{_formatted(language, span.first, 'LLL')}–{_formatted(language, span.last, 'LLL')}"
    last = _formatted(language, span.last, "d MMM")
    if span.first == span.last:
        return last
    same = (span.first.year, span.first.month) == (span.last.year, span.last.month)
    return f"{_formatted(language, span.first, 'd' if same else 'd MMM')}–{last}"


def title(speaks: Speaks, digest: Digest) -> str:
    """Whose digest, of what kind of span."""
    subject = digest.name
    if digest.scope.product:
        subject = speaks.say("digests.of_product", product=digest.scope.product, name=digest.name)
    return speaks.say(f"digests.title.{digest.span.kind}", name=subject)


def change(speaks: Speaks, now: float, before: float, compared: Span) -> str:
    """How a figure stands against the span before, without praise or blame."""
    days = short_days(speaks.language, compared)
    if now == before:
        return speaks.say("digests.change.same", days=days)
    name = "more" if now > before else "less"
    return speaks.say(f"digests.change.{name}", amount=speaks.language.number(abs(now - before)), days=days)


def people_counts(sums: Sums) -> list[tuple[str, int]]:
    """People first: how many took part, learned something, found work. Msgids' last parts, and counts."""
    return [("took_part", sums.participants), ("learned", sums.learners), ("paid", sums.people_paid)]


def joined(*counts: tuple[str, int], speaks: Speaks) -> str:
    """ถาม 2 · ตอบแล้ว 1: the counts that are not zero."""
    return " · ".join(speaks.say(msgid, count=count) for msgid, count in counts if count)


def around_rows(speaks: Speaks, digest: Digest) -> list[tuple[str, str]]:
    """Labels and values of what went on around the work; what did not happen is left out."""
    around = digest.around
    if digest.scope.product:  # the rest is not about one product
        own = [("digests.row.done", _done(speaks, digest)), ("digests.row.late", _late(speaks, digest))]
        return [(speaks.say(label), value) for label, value in own if value]
    found = [
        ("digests.row.done", _done(speaks, digest)),
        ("digests.row.praise", praise_words(speaks, digest)),
        ("digests.row.recognised", digest.recognised.enterprise.short_name if digest.recognised else ""),
        ("digests.row.coming", _coming(speaks, digest)),
        (
            "digests.row.questions",
            joined(
                ("digests.asked", around.asked),
                ("digests.answered", around.answered),
                ("digests.still_open", around.open_questions),
                speaks=speaks,
            ),
        ),
        (
            "digests.row.matches",
            joined(
                ("digests.introduced", around.introductions),
                ("digests.still_waiting", around.waiting_introductions),
                ("digests.new_links", len(around.links)),
                ("digests.new_offers", around.offers),
                ("digests.new_needs", around.needs),
                speaks=speaks,
            ),
        ),
        ("digests.row.knowledge", joined(("digests.items", len(around.knowledge)), speaks=speaks)),
        (
            "digests.row.announcements",
            joined(
                ("digests.announced", around.announced),
                ("digests.acknowledged", around.acknowledged),
                speaks=speaks,
            ),
        ),
        ("digests.row.late", _late(speaks, digest)),
        ("digests.row.quota", _quota(speaks, digest)),
    ]
    return [(speaks.say(label), value) for label, value in found if value]


def praise_words(speaks: Speaks, digest: Digest) -> str:
    """How much praise, and whom it is for: only what its praised allowed to be shown."""
    praises = [] if digest.scope.product else digest.around.praises
    if not praises:
        return ""
    names = list(dict.fromkeys(one.praised for one in praises))
    more = speaks.say("digests.and_others") if len(names) > NAMES else ""
    return speaks.say("digests.praises", count=len(praises), names=", ".join(names[:NAMES]) + more)


def _done(speaks: Speaks, digest: Digest) -> str:
    count = digest.summary.now.activities
    if not count:
        return ""
    if digest.scope.enterprise is not None:
        return speaks.say("digests.done", count=count)
    return speaks.say("digests.done_by", count=count, enterprises=len(digest.summary.active))


def _coming(speaks: Speaks, digest: Digest) -> str:
    """The next meeting, how many come to it, and how many follow; before it, what took place."""
    around = digest.around
    said = [speaks.say("digests.met", count=around.met)] if around.met else []
    if around.coming:
        first = around.coming[0]
        moment = speaks.language.moment(first.starts_at.astimezone(digest.now.tzinfo))
        said.append(f"{first.title} {moment}")
        said += [speaks.say("digests.people_come", count=first.people)] if first.people else []
        said += (
            [speaks.say("digests.more_meetings", count=len(around.coming) - 1)] if around.coming[1:] else []
        )
    return " · ".join(said)


def _late(speaks: Speaks, digest: Digest) -> str:
    late = digest.summary.late
    if not late.activities:
        return ""
    words = speaks.say("digests.done", count=late.activities)
    if late.all_sold and digest.shows_money:
        return f"{words} · {speaks.language.baht(late.all_sold)}"
    return words


def _quota(speaks: Speaks, digest: Digest) -> str:
    budget = digest.budget
    if budget is None or budget.quota is None:
        return ""
    return speaks.say("digests.quota", left=budget.left, quota=budget.quota)


def _formatted(language: Language, day: date, pattern: str) -> str:
    return format_date(day, pattern, locale=language.code)
