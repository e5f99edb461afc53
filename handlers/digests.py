"""Digests: a week, a month or a quarter summed up, when it is asked for and every week by itself."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot import cards
from bot.buttons import number, pack
from bot.capability import Capability
from bot.cards import Action, Message, Row, card
from bot.overview import Part
from bot.tools import Tools
from bot.turn import Turn
from bot.visit import Page, Visit
from handlers.digest import Digest, Scope, View, gather, read_mark
from handlers.digest_card import digest_card, short_card
from handlers.digest_page import digest_page
from handlers.digest_words import change, people_counts, span_words, title
from models.matching import enterprises_named
from models.network import Enterprise, Network
from models.people import Member
from models.permissions import BELONGS, Role, only
from models.spans import Span, month_of, same_kind, week_ending
from models.summary import is_product, products, quiet

capability = Capability("digests")

LINK_LASTS = timedelta(days=14)
MOST_QUIET = 10
MOST_PRODUCTS = 8
NAMED = 3
LONGEST = timedelta(days=400)  # a span that is asked for


@capability.on("show_digest", who=BELONGS)
def show_digest(turn: Turn) -> Sequence[Message]:
    """สรุปเดือนนี้: the network for coordinators, one's own enterprise, or the sums of all; also what is asked on."""
    if turn.heard("digests.words.quiet") is not None:
        return show_quiet(turn)
    if turn.heard("digests.words.compare") is not None:
        return compare_typed(turn)
    scope = _scope(turn)
    if isinstance(scope, str):
        return [turn.text_message(scope, quick=[turn.button("digests.ours", "digests.show", "", "", "")])]
    return _shown(turn, scope, _span(turn))


@capability.on_words("digests.words.span", who=BELONGS)
def show_typed(turn: Turn, *_groups: str) -> Sequence[Message]:
    """สรุปไตรมาสที่แล้ว, however sure the reading is."""
    return show_digest(turn)


def _after_digest(turn: Turn) -> bool:
    return turn.offered("digests.compare", "digests.back") is not None


@capability.on_words("digests.words.follow", who=BELONGS, when=_after_digest)
def ask_on(turn: Turn, name: str, *_groups: str) -> Sequence[Message]:
    """เฉพาะผ้า, แล้วของเดือนที่แล้วล่ะ: what was not said anew stays as in the digest just shown."""
    turn.read(turn.words, "show_digest")
    asked, spoken_of = _asked(turn), _spoken_of(turn)
    names_one = turn.heard("digests.words.only") is not None
    if spoken_of is None or not (names_one or asked or _is_known(turn, name.strip())):
        turn.read(turn.words)
        return turn.router.as_read(turn)
    scope: Scope | str = spoken_of[0]
    if names_one or asked is None:
        scope = _scope(turn) if names_one else _scope_of(turn, name.strip())
    if isinstance(scope, str):
        return [turn.text_message(scope, quick=[_back(turn, *spoken_of)])]
    return _shown(turn, scope, asked or spoken_of[1])


@capability.on_words("digests.words.compare_this", who=BELONGS, when=_after_digest)
def compare_this(turn: Turn, *_groups: str) -> Sequence[Message]:
    """เทียบกับเดือนก่อน after a digest: of what it was about; the month before the one that was shown."""
    turn.read(turn.words, "show_digest")
    asked, spoken_of = _asked(turn), _spoken_of(turn)
    if spoken_of is None or (asked is not None and asked.kind is not spoken_of[1].kind):
        return compare_typed(turn)
    scope, span = spoken_of
    return [_comparison(turn, scope, span, asked if asked and asked.last < span.first else None)]


@capability.on_words("digests.words.compare_only", who=BELONGS)
def compare_typed(turn: Turn, *_groups: str) -> Sequence[Message]:
    """เทียบกับเดือนที่แล้ว: what runs now beside what was named."""
    asked = _asked(turn) or month_of(turn.now.date()).before()
    span = same_kind(asked.kind, turn.now.date())
    scope = _scope(turn)
    if isinstance(scope, str):
        return [turn.text_message(scope)]
    return [_comparison(turn, scope, span, asked if asked.last < span.first else None)]


@capability.on_button("show", who=BELONGS)
@capability.on_button("back", who=BELONGS)
@capability.on_button("week", who=BELONGS, menu=5)
def show_button(turn: Turn, *arguments: str) -> Sequence[Message]:
    """The digest of a scope and span that a button names; of the menu, the last seven days'."""
    scope, span = _named(turn, arguments)
    return _shown(turn, scope, span)


@capability.on_words("digests.words.only_this", who=BELONGS)
def only_this(turn: Turn, *_groups: str) -> Sequence[Message]:
    """แล้วเฉพาะปุ๋ยหมักล่ะ, after a digest."""
    return show_digest(turn)


@capability.on_button("one_product", who=BELONGS)
def one_product(turn: Turn, *arguments: str) -> Sequence[Message]:
    """เฉพาะสินค้า, under a digest: which of those that were reported in its days."""
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    scope, span = _named(turn, arguments)
    own = scope.enterprise.id if scope.enterprise else None
    names = products(turn.session, turn.network.id, own, span, MOST_PRODUCTS)
    if not names:
        return [turn.text_message("digests.no_products")]
    days = (span.first.isoformat(), span.last.isoformat())
    quick = [
        cards.button(
            cards.cut(name, cards.LABEL_LIMIT),
            pack("digests.show", Scope(scope.view, scope.enterprise, name).mark, *days),
            name,
        )
        for name in names
    ]
    return [turn.text_message("digests.which_product", quick=quick)]


@capability.on_button("compare", who=BELONGS)
def compare_button(turn: Turn, *arguments: str) -> Sequence[Message]:
    """เทียบกับก่อนหน้า under a digest."""
    scope, span = _named(turn, arguments)
    return [_comparison(turn, scope, span, None)]


@capability.on_button("quiet", who=BELONGS)
def show_quiet(turn: Turn, *_arguments: str) -> Sequence[Message]:
    """กลุ่มไหนเงียบ: told to coordinators only, one-to-one."""
    if turn.in_group:
        private = turn.private_button("digests.in_private", "digests.quiet_words")
        return [card(turn.say("digests.quiet.private"), buttons=[private])]
    if Role.COORDINATOR not in turn.roles or turn.network is None:
        return [turn.text_message("digests.quiet.coordinators")]
    found = quiet(turn.session, turn.network.id, turn.now.date())
    if not found:
        return [turn.text_message("digests.quiet.none")]
    rows = [Row(one.enterprise.short_name, _silent_since(turn, one.since)) for one in found[:MOST_QUIET]]
    spoken_of = _spoken_of(turn)
    back = [_back(turn, *spoken_of)] if spoken_of else []
    note = turn.say("digests.quiet.note")
    return [card(turn.say("digests.quiet.title"), rows=rows, note=note, buttons=back)]


@capability.on_overview(Part.QUIET, who=only(Role.COORDINATOR))
def overview_quiet(turn: Turn) -> Row | None:
    """The enterprises of which nothing was heard for three weeks, the longest silence first."""
    found = quiet(turn.session, turn.network.id, turn.now.date()) if turn.network else []
    names = ", ".join(one.enterprise.short_name for one in found[:NAMED])
    if len(found) > NAMED:
        names = turn.say("overview.and_more", names=names, count=len(found) - NAMED)
    return turn.open_row("digests.quiet", names, "digests.quiet") if found else None


@capability.page("page", who=BELONGS)
def show_page(visit: Visit, *arguments: str) -> Page | None:
    """A digest as a page to read and to print; what its member may see is looked at now."""
    if len(arguments) != 3 or (span := _read_span(*arguments[1:])) is None:
        return None
    wanted = arguments[0]
    if read_mark(wanted)[0] == View.NETWORK and Role.COORDINATOR not in visit.roles:
        return None
    scope = _marked(visit, wanted, visit.roles, visit.membership.enterprise, visit.network)
    if scope.mark != wanted:
        return None
    return digest_page(visit, gather(visit.session, visit.network, scope, span, visit.now))


def own_scope(roles: frozenset[Role], enterprise: Enterprise | None) -> Scope:
    """What somebody gets who asks for no more: the network, their enterprise, or the sums of all."""
    if Role.COORDINATOR in roles:
        return Scope(View.NETWORK)
    return Scope(View.ENTERPRISE, enterprise) if enterprise else Scope(View.TOTALS)


def page_link(tools: Tools, digest: Digest, member: Member) -> str:
    """The link to the page of a digest for one member."""
    span = digest.span
    return tools.page_url(
        "digests.page",
        member.id,
        digest.network.id,
        digest.now + LINK_LASTS,
        digest.scope.mark,
        span.first.isoformat(),
        span.last.isoformat(),
    )


def _shown(turn: Turn, scope: Scope, span: Span) -> Sequence[Message]:
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    if span.first > turn.now.date():
        return [turn.text_message("digests.ahead")]
    digest = gather(turn.session, turn.network, scope, span, turn.now)
    if turn.in_group or scope.view is View.TOTALS:
        return [short_card(turn, digest, _group_buttons(turn))]
    return [digest_card(turn, digest, _buttons(turn, digest))]


def _group_buttons(turn: Turn) -> list[Action]:
    if not turn.in_group:
        return [turn.button("digests.ours", "digests.show", "", "", "")] if turn.membership else []
    return [turn.private_button("digests.in_private", "digests.own_words")]


def _buttons(turn: Turn, digest: Digest) -> list[Action]:
    assert turn.member is not None  # noqa: S101 - who belongs is a member
    found = [cards.opens(turn.say("digests.whole"), page_link(turn.tools, digest, turn.member))]
    days = (digest.span.first.isoformat(), digest.span.last.isoformat())
    found.append(turn.button("digests.compare", "digests.compare", digest.scope.mark, *days))
    if digest.quiet:
        found.append(turn.button("digests.quiet", "digests.quiet"))
    if not digest.is_empty and not digest.scope.product:
        found.append(turn.button("digests.one_product", "digests.one_product", digest.scope.mark, *days))
    if digest.is_empty and digest.scope.enterprise is not None:
        found.append(turn.button("activities.begin", "activities.begin"))
    return found


def _comparison(turn: Turn, scope: Scope, span: Span, against: Span | None) -> Message:
    """Two spans beside each other, line by line."""
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    digest = gather(turn.session, turn.network, scope, span, turn.now, against=against)
    now, before, compared = digest.summary.now, digest.summary.before, digest.summary.compared
    earlier = dict(people_counts(before))
    rows = [Row(turn.say("digests.row.done"), _beside(turn, now.activities, before.activities))]
    rows += [
        Row(turn.say(f"digests.people.{name}"), _beside(turn, count, earlier[name]))
        for name, count in people_counts(now)
        if count or earlier[name]
    ]
    big = []
    if digest.shows_money:
        rows.append(Row(turn.say("digests.row.sold"), _beside(turn, now.all_sold, before.all_sold)))
        big = (
            [change(turn, now.all_sold, before.all_sold, compared)] if now.all_sold or before.all_sold else []
        )
    both = turn.say(
        "digests.beside_note",
        now=span_words(turn.language, span.until(turn.now.date())),
        before=span_words(turn.language, compared),
    )
    back = _back(turn, digest.scope, span)
    return card(title(turn, digest), words="\n".join(big), rows=rows, note=both, buttons=[back])


def _back(turn: Turn, scope: Scope, span: Span) -> Action:
    return turn.button(
        "digests.back", "digests.back", scope.mark, span.first.isoformat(), span.last.isoformat()
    )


def _beside(turn: Turn, now: float, before: float) -> str:
    language = turn.language
    return turn.say("digests.beside", now=language.number(now), before=language.number(before))


def _silent_since(turn: Turn, since: date | None) -> str:
    if since is None:
        return turn.say("digests.quiet.never")
    return turn.say("digests.quiet.since", days=(turn.now.date() - since).days)


def _asked(turn: Turn) -> Span | None:
    """The days that a message names."""
    period = turn.reading.slots.get("period") if turn.reading else None
    return _read_span(*period) if period else None


def _span(turn: Turn) -> Span:
    """The days asked about, else the last seven."""
    return _asked(turn) or week_ending(turn.now.date())


def _read_span(first: str, last: str) -> Span | None:
    try:
        span = Span(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    return span if span.first <= span.last <= span.first + LONGEST else None


def _scope(turn: Turn) -> Scope | str:
    """What the message asks about and its speaker may see; else the msgid of why not."""
    only = turn.heard("digests.words.only")
    return _scope_of(turn, only[-1].strip() if only else "")


def _spoken_of(turn: Turn) -> tuple[Scope, Span] | None:
    """The scope and span of the digest that the last answer showed."""
    shown = turn.offered("digests.compare", "digests.back")
    return _named(turn, shown) if shown is not None else None


def _is_known(turn: Turn, name: str) -> bool:
    """Whether an enterprise is called so, or something of this name was reported."""
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    if not name:
        return False
    return _enterprise_named(turn, name) is not None or is_product(turn.session, turn.network.id, name)


def _scope_of(turn: Turn, name: str) -> Scope | str:
    """What an enterprise or product of this name (empty: nothing named) means to this speaker here."""
    named = _enterprise_named(turn, name) if name else None
    if named is not None and not turn.in_group:
        return _of_enterprise(turn, named)
    product = "" if named else name
    if turn.in_group:
        bound = turn.room.enterprise if turn.room else None
        return Scope(View.ENTERPRISE, bound, product) if bound else Scope(View.TOTALS, None, product)
    if turn.heard("digests.words.whole") is not None and Role.COORDINATOR not in turn.roles:
        return Scope(View.TOTALS, None, product)
    usual = own_scope(turn.roles, turn.membership.enterprise if turn.membership else None)
    return Scope(usual.view, usual.enterprise, product)


def _enterprise_named(turn: Turn, name: str) -> Enterprise | None:
    """The enterprise of this name; one whose name is merely like it only where nothing of that name is made."""
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    found = next(iter(enterprises_named(turn.session, turn.network.id, name, 1)), None)
    if found is None or name in found.short_name:
        return found
    return None if is_product(turn.session, turn.network.id, name) else found


def _of_enterprise(turn: Turn, enterprise: Enterprise) -> Scope | str:
    own = turn.membership.enterprise_id if turn.membership else None
    if Role.COORDINATOR in turn.roles or own == enterprise.id:
        return Scope(View.ENTERPRISE, enterprise)
    return "digests.not_yours"


def _named(turn: Turn, arguments: Sequence[str]) -> tuple[Scope, Span]:
    """The scope and span of a button; what its speaker may not see any more becomes what they may."""
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    mark, first, last = (*arguments, "", "", "")[:3]
    span = _read_span(first, last) or week_ending(turn.now.date())
    own = turn.membership.enterprise if turn.membership else None
    if turn.in_group:
        bound, product = turn.room.enterprise if turn.room else None, read_mark(mark)[1]
        return Scope(View.ENTERPRISE if bound else View.TOTALS, bound, product), span
    return _marked(turn, mark, turn.roles, own, turn.network), span


def _marked(
    at: Turn | Visit, mark: str, roles: frozenset[Role], own: Enterprise | None, network: Network
) -> Scope:
    """The scope behind a mark, or the usual one where that may not be seen."""
    whose, product = read_mark(mark)
    if whose == View.TOTALS:
        return Scope(View.TOTALS, None, product)
    ident = number(whose[1:]) if whose[:1] == View.ENTERPRISE else None
    enterprise = at.session.get(Enterprise, ident) if ident is not None else None
    theirs = Role.COORDINATOR in roles or (own is not None and own.id == ident)
    if theirs and enterprise is not None and enterprise.network_id == network.id:
        return Scope(View.ENTERPRISE, enterprise, product)
    usual = own_scope(roles, own)
    return Scope(usual.view, usual.enterprise, product)
