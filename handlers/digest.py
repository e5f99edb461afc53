"""A digest as plain data: whose it is, what it sums up, and one thing to try next."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.budget import BudgetState, look
from models.activity_queries import may_be_told
from models.network import Enterprise, Network
from models.recognitions import MAY_DECLINE_FOR, Deeds, deeds_of, recognition_of
from models.spans import Span, SpanKind
from models.summary import Quiet, Summary, quiet, summary
from models.summary_around import Around, around
from models.words import ActivityKind

OF_PRODUCT = "~"  # parts whose a scope is from the product, in its mark
LONGEST_PRODUCT = 40  # characters of a product that a button carries


class View(StrEnum):
    """How much a digest shows."""

    NETWORK = "n"  # every enterprise by name: for coordinators, one-to-one
    ENTERPRISE = "e"  # one enterprise: for its own people, and for coordinators
    TOTALS = "t"  # sums of the network, nobody by name: for everybody, and for rooms


@dataclass(frozen=True, slots=True)
class Scope:
    """What is summed up, and how much of it is shown."""

    view: View
    enterprise: Enterprise | None = None
    product: str = ""

    @property
    def mark(self) -> str:
        """The scope as a part of a button or link."""
        whose = f"{self.view}{self.enterprise.id}" if self.enterprise else self.view.value
        return f"{whose}{OF_PRODUCT}{_packed(self.product)}" if self.product else whose


def read_mark(mark: str) -> tuple[str, str]:
    """Whose a scope's mark says it is, and its product; the product is empty where it cannot be read."""
    whose, _, packed = mark.partition(OF_PRODUCT)
    try:
        return whose, urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except ValueError:
        return whose, ""


def _packed(product: str) -> str:
    """A product as letters that fit into a button and an address."""
    return urlsafe_b64encode(product[:LONGEST_PRODUCT].encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to try: the msgid's last part, and what stands in its words."""

    name: str
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything that a card, a room's short form or a page shows of a span."""

    network: Network
    scope: Scope
    summary: Summary
    around: Around
    quiet: list[Quiet]  # only in the view of the network
    recognised: Deeds | None  # whose turn a month was, and what they did
    budget: BudgetState | None
    now: datetime

    @property
    def span(self) -> Span:
        """The days that are summed up, all of them."""
        return self.summary.span

    @property
    def name(self) -> str:
        """Whose digest it is."""
        enterprise = self.scope.enterprise
        return enterprise.short_name if enterprise else self.network.short_name

    @property
    def shows_money(self) -> bool:
        """Whether sums of money may be shown: not where they tell what a single enterprise earned."""
        if self.scope.view is not View.TOTALS:
            return True
        return may_be_told(sum(1 for part in self.summary.parts if part.now.all_sold))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was reported."""
        return self.summary.now.activities == 0


def gather(
    session: Session,
    network: Network,
    scope: Scope,
    span: Span,
    now: datetime,
    *,
    against: Span | None = None,
    late_since: datetime | None = None,
) -> Digest:
    """Sum up a span for a scope; `now` is in the network's zone. `late_since` as in models.summary."""
    own = scope.enterprise.id if scope.enterprise else None
    whole = scope.view is View.NETWORK and not scope.product
    return Digest(
        network=network,
        scope=scope,
        summary=summary(
            session,
            network.id,
            span,
            now.date(),
            enterprise_id=own,
            product=scope.product,
            against=against,
            late_since=late_since,
        ),
        around=around(session, network, span, now, own),
        quiet=quiet(session, network.id, min(now.date(), span.last)) if whole else [],
        recognised=_recognised(session, network, scope, span, now),
        budget=look(session, now) if whole else None,
        now=now,
    )


def _recognised(session: Session, network: Network, scope: Scope, span: Span, now: datetime) -> Deeds | None:
    """Of a whole month, unless one enterprise or product is asked about; told only after its own people heard of it."""
    if span.kind is not SpanKind.MONTH or scope.enterprise is not None or scope.product:
        return None
    chosen = recognition_of(session, network.id, span.first)
    if chosen is None or chosen.chosen_at > now - MAY_DECLINE_FOR:
        return None
    return deeds_of(session, network, chosen.enterprise, span, now.date())


def suggestion(digest: Digest) -> Suggestion:
    """The first rule that fits: who waits for somebody comes before what could be tried."""
    if digest.scope.product:
        return _ask_help(digest) or Suggestion("thank")
    rules = _ENTERPRISE_RULES if digest.scope.enterprise else _NETWORK_RULES
    found = next((made for rule in rules if (made := rule(digest)) is not None), None)
    return found or Suggestion("thank")


def closing_before(now: datetime, weekday: int, at: time) -> datetime:
    """The newest closing of a week that is not after `now` (in the network's zone): its weekday (Monday is 0), its
    hour."""
    day = now.date() - timedelta(days=(now.weekday() - weekday) % 7)
    closing = datetime.combine(day, at, now.tzinfo)
    return closing if closing <= now else closing - timedelta(days=7)


Rule = Callable[[Digest], Suggestion | None]


def _answer_overdue(digest: Digest) -> Suggestion | None:
    count = digest.around.overdue_questions
    return Suggestion("overdue", {"count": count}) if count else None


def _call_quiet(digest: Digest) -> Suggestion | None:
    """Whoever has been silent longest; each week another one, where several are."""
    silent = [one for one in digest.quiet if not one.rests(digest.now.date())]
    if not silent:
        return None
    one = silent[digest.span.last.toordinal() // 7 % len(silent)]
    return Suggestion("call_quiet", {"name": one.enterprise.short_name})


def _introductions_wait(digest: Digest) -> Suggestion | None:
    count = digest.around.long_waiting_introductions
    return Suggestion("introductions_wait", {"count": count}) if count else None


def _links_wait(digest: Digest) -> Suggestion | None:
    count = sum(1 for link in digest.around.links if link.status == "proposed")
    return Suggestion("links_wait", {"count": count}) if count else None


def _praise(digest: Digest) -> Suggestion | None:
    """Who did something for or with others, where nobody said a good word yet; in turn, as the parts are."""
    if digest.around.praises:
        return None
    helped = (
        part for part in digest.summary.active if part.kinds[ActivityKind.COMMUNITY_WORK] or part.now.joint
    )
    one = next(helped, None)
    return Suggestion("praise", {"name": one.enterprise.short_name}) if one else None


def _share(digest: Digest) -> Suggestion | None:
    return Suggestion("share") if not digest.around.knowledge and not digest.is_empty else None


def _report(digest: Digest) -> Suggestion | None:
    return Suggestion("report") if digest.is_empty else None


def _ask_help(digest: Digest) -> Suggestion | None:
    now, before = digest.summary.now, digest.summary.before
    return Suggestion("find_buyer") if before.all_sold > now.all_sold else None


_NETWORK_RULES: tuple[Rule, ...] = (
    _answer_overdue,
    _introductions_wait,
    _call_quiet,
    _links_wait,
    _praise,
    _share,
)
_ENTERPRISE_RULES: tuple[Rule, ...] = (_report, _introductions_wait, _links_wait, _ask_help, _share)
