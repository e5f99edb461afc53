"""What was done in a span of days, as reported and confirmed in chat: sums of a network and of each enterprise.

The same rows as `export activities`: what was undone is left out, everything else counts once. Money that several
enterprises earned together stands apart, as nobody reported how they shared it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.activities import Activity, ActivityEnterprise
from models.activity_queries import SALES
from models.network import Enterprise
from models.spans import Span, SpanKind
from models.words import ActivityKind

QUIET = timedelta(days=21)  # without a report, after which somebody should ask how they are
LEARNING = (ActivityKind.TRAINING, ActivityKind.STUDY_VISIT)
TREND = {SpanKind.WEEK: 6, SpanKind.MONTH: 6, SpanKind.QUARTER: 4}


@dataclass(frozen=True, slots=True)
class Report:
    """One activity as far as it is counted. `enterprises`: all that took part, whose it is first."""

    enterprises: tuple[int, ...]
    kind: str
    day: date
    reported_at: datetime
    product: str
    topic: str
    amount: float
    participants: int
    people_paid: int
    work_days: float


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over activities; money in baht, as reported."""

    activities: int = 0
    sold: float = 0.0  # sales and fairs of one enterprise
    sold_together: float = 0.0  # of several together
    saved: float = 0.0
    participants: int = 0
    learners: int = 0  # in trainings and on study visits
    joint: int = 0  # activities of several enterprises
    people_paid: int = 0
    work_days: float = 0.0

    @property
    def all_sold(self) -> float:
        """Sales and fairs, alone and together."""
        return self.sold + self.sold_together


@dataclass(frozen=True, slots=True)
class Part:
    """One enterprise's part in a span, and in the one it is held against."""

    enterprise: Enterprise
    now: Sums
    before: Sums
    products: tuple[str, ...]
    kinds: Counter[str]


@dataclass(frozen=True, slots=True)
class Quiet:
    """An enterprise without a report for QUIET or longer, and the day of its last one."""

    enterprise: Enterprise
    since: date | None

    def rests(self, today: date) -> bool:
        """Whether it said that nothing is going on for now."""
        return self.enterprise.resting_until is not None and today < self.enterprise.resting_until


@dataclass(frozen=True, slots=True)
class Summary:
    """A span of a network, of one enterprise or of one product."""

    span: Span
    compared: Span
    now: Sums
    before: Sums
    kinds: Counter[str]
    parts: list[Part]  # in turn, not by size: this is no ranking
    late: Sums  # what came in for the span before after that one was summed up
    trend: list[tuple[Span, Sums]]  # the spans up to this one, the oldest first

    @property
    def active(self) -> list[Part]:
        """The enterprises that took part in something."""
        return [part for part in self.parts if part.now.activities]


def summary(
    session: Session,
    network_id: int,
    span: Span,
    today: date,
    *,
    enterprise_id: int | None = None,
    product: str = "",
    against: Span | None = None,
    late_since: datetime | None = None,
) -> Summary:
    """Sum up a span as far as it has come by `today` (the network's own day).

    It is held against `against`, or the span before. `product`: only activities whose product or topic has these
    words. `late_since`: when the span before was summed up; what was reported of it afterwards is summed up as `late`.
    """
    spans = _trend_spans(span)
    compared = span.compared(today, against)
    first = min([compared.first, *(one.first for one in spans)])
    reports = _reports(session, network_id, first, span.last, enterprise_id, product)
    current, earlier = _within(reports, span), _within(reports, compared)
    late = [
        one
        for one in _within(reports, span.before())
        if late_since is not None and one.reported_at > late_since
    ]
    return Summary(
        span=span,
        compared=compared,
        now=sums(current),
        before=sums(earlier),
        kinds=Counter(one.kind for one in current),
        parts=_parts(session, network_id, span, current, earlier) if enterprise_id is None else [],
        late=sums(late),
        trend=_trend(reports, spans),
    )


def is_product(session: Session, network_id: int, words: str) -> bool:
    """Whether these words stand in the product or topic of anything that was reported."""
    query = select(Activity.id).where(
        Activity.network_id == network_id,
        Activity.undone_at.is_(None),
        or_(
            Activity.product.contains(words, autoescape=True), Activity.topic.contains(words, autoescape=True)
        ),
    )
    return session.scalar(query.limit(1)) is not None


def products(
    session: Session, network_id: int, enterprise_id: int | None, span: Span, most: int
) -> list[str]:
    """The products that were reported most often in a span, of one enterprise or of all."""
    found = Counter(
        one.product
        for one in _reports(session, network_id, span.first, span.last, enterprise_id, "")
        if one.product
    )
    return [name for name, _ in found.most_common(most)]


def sums(reports: Iterable[Report]) -> Sums:
    """Add activities up, each once."""
    reports = list(reports)
    sales = [one for one in reports if one.kind in SALES]
    return Sums(
        activities=len(reports),
        sold=sum(one.amount for one in sales if len(one.enterprises) < 2),
        sold_together=sum(one.amount for one in sales if len(one.enterprises) > 1),
        saved=sum(one.amount for one in reports if one.kind == ActivityKind.SAVINGS),
        participants=sum(one.participants for one in reports),
        learners=sum(one.participants for one in reports if one.kind in LEARNING),
        joint=sum(1 for one in reports if len(one.enterprises) > 1),
        people_paid=sum(one.people_paid for one in reports),
        work_days=sum(one.work_days for one in reports),
    )


def quiet(session: Session, network_id: int, today: date) -> list[Quiet]:
    """Enterprises of which nothing was reported for QUIET, the longest silence first; for coordinators only."""
    last: dict[int, date] = {}
    alone = select(Activity.enterprise_id, func.max(Activity.happened_on)).group_by(Activity.enterprise_id)
    joint = (
        select(ActivityEnterprise.enterprise_id, func.max(Activity.happened_on))
        .join(Activity, Activity.id == ActivityEnterprise.activity_id)
        .group_by(ActivityEnterprise.enterprise_id)
    )
    for query in (alone, joint):
        counted = query.where(Activity.network_id == network_id, Activity.undone_at.is_(None))
        for enterprise_id, day in session.execute(counted):
            if enterprise_id is not None:
                last[enterprise_id] = max(day, last.get(enterprise_id, day))
    found = [
        Quiet(one, last.get(one.id))
        for one in _enterprises(session, network_id)
        if one.id not in last or today - last[one.id] >= QUIET
    ]
    return sorted(found, key=lambda one: (one.since or date.min, one.enterprise.id))


def _trend(reports: Sequence[Report], spans: Iterable[Span]) -> list[tuple[Span, Sums]]:
    """The sums of spans, beginning with the first in which something was reported."""
    begun = min((one.day for one in reports), default=date.max)
    return [(one, sums(_within(reports, one))) for one in spans if one.last >= begun]


def _trend_spans(span: Span) -> list[Span]:
    spans = [span]
    while len(spans) < TREND.get(span.kind, 1):
        spans.append(spans[-1].before())
    return spans[::-1]


def _within(reports: Iterable[Report], span: Span) -> list[Report]:
    return [one for one in reports if span.first <= one.day <= span.last]


def _reports(
    session: Session, network_id: int, first: date, last: date, enterprise_id: int | None, product: str
) -> list[Report]:
    counted = (
        Activity.network_id == network_id,
        Activity.undone_at.is_(None),
        Activity.happened_on.between(first, last),
    )
    joint = select(ActivityEnterprise.activity_id, ActivityEnterprise.enterprise_id).join(
        Activity, Activity.id == ActivityEnterprise.activity_id
    )
    others: dict[int, list[int]] = defaultdict(list)
    for activity_id, other_id in session.execute(joint.where(*counted)):
        others[activity_id].append(other_id)
    found = []
    for one in session.scalars(select(Activity).where(*counted).order_by(Activity.happened_on, Activity.id)):
        own = [one.enterprise_id] if one.enterprise_id is not None else []
        report = _report(one, tuple(dict.fromkeys([*own, *sorted(others[one.id])])))
        if _concerns(report, enterprise_id, product):
            found.append(report)
    return found


def _report(one: Activity, enterprises: tuple[int, ...]) -> Report:
    return Report(
        enterprises=enterprises,
        kind=one.kind,
        day=one.happened_on,
        reported_at=one.reported_at,
        product=one.product,
        topic=one.topic,
        amount=one.amount or 0.0,
        participants=one.participants or 0,
        people_paid=one.people_paid or 0,
        work_days=one.work_days or 0.0,
    )


def _concerns(report: Report, enterprise_id: int | None, product: str) -> bool:
    if enterprise_id is not None and enterprise_id not in report.enterprises:
        return False
    return not product or product in f"{report.product} {report.topic}"


def _parts(
    session: Session, network_id: int, span: Span, current: Sequence[Report], earlier: Sequence[Report]
) -> list[Part]:
    """Each enterprise's part. Who stands first changes from week to week."""
    everyone = _enterprises(session, network_id)
    start = span.first.toordinal() // 7 % len(everyone) if everyone else 0
    parts = []
    for one in [*everyone[start:], *everyone[:start]]:
        own = [report for report in current if one.id in report.enterprises]
        products = tuple(dict.fromkeys(report.product or report.topic for report in own))
        before = sums(report for report in earlier if one.id in report.enterprises)
        kinds = Counter(report.kind for report in own)
        parts.append(Part(one, sums(own), before, tuple(name for name in products if name), kinds))
    return parts


def _enterprises(session: Session, network_id: int) -> Sequence[Enterprise]:
    return session.scalars(
        select(Enterprise).where(Enterprise.network_id == network_id).order_by(Enterprise.id)
    ).all()
