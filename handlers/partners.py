"""Finding a partner: who in the network has it, does it or buys it, why it fits, and the way to talk to them."""

from collections.abc import Sequence
from typing import Any

from bot import cards
from bot.buttons import number
from bot.capability import Capability, Route
from bot.cards import Action, Message, Row, card, carousel
from bot.dialogue import FormKind, Question
from bot.turn import Turn
from handlers.goods_words import place_of, terms, why
from handlers.matches import Found, is_alcohol, matches, name_of, owner_of
from handlers.wanted import Wanted, wanted_in
from models.chats import Form
from models.matching import Match, Thing, is_open
from models.network import Enterprise, Need, Network, Offer
from models.permissions import ANYONE, BELONGS

capability = Capability("partners")

MOST, MOST_IN_GROUP = 5, 3
LONGEST_NAME = 40  # characters of a name in the address of a button: LINE takes 1000 bytes of it
KINDS: dict[str, type[Offer] | type[Need] | type[Enterprise]] = {
    "offer": Offer,
    "need": Need,
    "enterprise": Enterprise,
}


@capability.on("find_partner", who=ANYONE)
def find(turn: Turn) -> Sequence[Message]:
    """หาคนขายแกลบ 500 กก."""
    if not turn.in_group:
        return turn.router.call(turn, Route(_find_own, BELONGS)) if turn.member else []
    if turn.room is None:
        return [card(turn.say("partners.in_private"), buttons=[_alone(turn)])]
    return _answer(turn, turn.room.network, wanted_in(turn))


@capability.on_button("begin", who=BELONGS, menu=2)
def begin(turn: Turn, *_arguments: str) -> Sequence[Message]:
    """หาของ หาคู่ค้า, from the menu."""
    return turn.forms.start(turn, "partners.find", {})


@capability.on_button("more", who=ANYONE)
def more(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ดูเพิ่มเติม: the enterprise's card."""
    thing = thing_of(turn, arguments)
    if thing is None:
        return [turn.text_message("partners.gone")]
    enterprise = owner_of(thing)
    buttons = [_talk_button(turn, thing)] if _not_own(turn, enterprise) else []
    return [card(enterprise.short_name, rows=_entry(turn, enterprise), buttons=buttons)]


def thing_of(turn: Turn, arguments: Sequence[str]) -> Thing | None:
    """The open offer or need, or the enterprise, of the speaker's network that a button names."""
    model, ident = (KINDS.get(arguments[0]), number(arguments[1])) if len(arguments) > 1 else (None, None)
    thing = turn.session.get(model, ident) if model and ident is not None else None
    network = (turn.room.network if turn.room else None) if turn.in_group else turn.network
    if not isinstance(thing, Thing) or network is None or owner_of(thing).network_id != network.id:
        return None
    if not turn.in_group and not BELONGS.allows(turn.standing, turn.roles):
        return None
    return thing if is_open(thing, turn.now.date()) else None


def kind_of(thing: Thing) -> str:
    """What a button calls this kind of thing."""
    return next(kind for kind, model in KINDS.items() if isinstance(thing, model))


def own_enterprise(turn: Turn) -> Enterprise | None:
    """The enterprise that the speaker belongs to."""
    return turn.membership.enterprise if turn.membership and turn.membership.state == "active" else None


def _find_own(turn: Turn) -> Sequence[Message]:
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    return _answer(turn, turn.network, wanted_in(turn))


def _answer(turn: Turn, network: Network, sought: Wanted) -> Sequence[Message]:
    """What was found, or the way on where nothing was."""
    if is_alcohol(turn.words):
        return [turn.text_message("partners.alcohol")]
    if not sought.is_clear:
        return _ask_what(turn)
    found = matches(turn.session, network.id, sought, own_enterprise(turn), turn.now.date())
    if not found.matches:
        return [_nothing(turn, sought)]
    return _list(turn, found, sought)


def _list(turn: Turn, found: Found, sought: Wanted) -> Sequence[Message]:
    shown = found.matches[: MOST_IN_GROUP if turn.in_group else MOST]
    title = turn.say(_title(shown, sought), what=found.what, count=len(shown), province=sought.province)
    bubbles = [_bubble(turn, match, sought) for match in shown]
    return [cards.text(title), carousel(title, bubbles)]


def _title(shown: Sequence[Match], sought: Wanted) -> str:
    if not any(match.there for match in shown):
        return "partners.found_elsewhere"
    return "partners.found_buyers" if sought.buyers else "partners.found"


def _bubble(turn: Turn, match: Match, sought: Wanted) -> dict[str, Any]:
    thing = match.thing
    what = "" if isinstance(thing, Enterprise) else name_of(thing)
    words = "\n".join(part for part in (what, terms(turn, thing)) if part)
    buttons = [_talk_button(turn, thing), turn.button("partners.more", "partners.more", *_named(thing))]
    return cards.bubble(match.enterprise.short_name, words=words, note=why(turn, match), buttons=buttons)


def _talk_button(turn: Turn, thing: Thing) -> Action:
    """ขอคุย; in a group it goes on one-to-one, and who belongs nowhere yet registers first."""
    if not turn.in_group:
        return turn.button("partners.talk", "introductions.ask", *_named(thing))
    if turn.member is None or not BELONGS.allows(turn.standing, turn.roles):
        return turn.private_button("partners.register", "consent.private_word")
    names = {"name": cards.cut(owner_of(thing).short_name, LONGEST_NAME)}
    if isinstance(thing, Enterprise):
        return turn.private_button("partners.talk", "introductions.talk_said", **names)
    what = cards.cut(thing.item, LONGEST_NAME)
    return turn.private_button("partners.talk", "introductions.talk_about_said", what=what, **names)


def _named(thing: Thing) -> tuple[str, int]:
    return kind_of(thing), thing.id


def _entry(turn: Turn, enterprise: Enterprise) -> list[Row]:
    shown = {
        "products": ", ".join(enterprise.products),
        "capacity": enterprise.capacity,
        "standards": ", ".join(enterprise.standards),
        "proud_of": enterprise.proud_of,
        "where": place_of(turn, enterprise) if enterprise.province else "",
    }
    return [Row(turn.say(f"partners.entry.{name}"), value) for name, value in shown.items() if value]


def _nothing(turn: Turn, sought: Wanted) -> Message:
    """Nothing fits: it is said, and the need may be posted for others to find."""
    title = turn.say("partners.no_buyers" if sought.buyers else "partners.nothing", what=sought.words)
    if turn.in_group:
        words = {"what": cards.cut(sought.words, LONGEST_NAME)}
        button = turn.private_button("partners.post", "needs.post_said", **words)
    else:
        button = turn.button("partners.post", "needs.post", *_carried(turn, sought))
    return card(title, words=turn.say("partners.nothing.how"), buttons=[button])


def _carried(turn: Turn, sought: Wanted) -> tuple[str, ...]:
    """What the button takes along: the thing, how much, by when."""
    what = turn.say("partners.buyer_of", what=sought.words) if sought.buyers else sought.words
    amount, unit = sought.quantity or ("", "")
    day = sought.day.isoformat() if sought.day else ""
    carried = (cards.cut(what, 80), f"{amount:g}" if amount else "", cards.cut(unit, 20), day)
    return tuple(str(part).replace("/", "∕") for part in carried)


def _ask_what(turn: Turn) -> Sequence[Message]:
    if turn.in_group:
        return [card(turn.say("partners.find.words"), buttons=[_alone(turn)])]
    return begin(turn)


def _alone(turn: Turn) -> Action:
    return turn.private_button("partners.go_private", "partners.find_said")


def _not_own(turn: Turn, enterprise: Enterprise) -> bool:
    own = own_enterprise(turn)
    return own is None or own.id != enterprise.id


def _said_what(turn: Turn, form: Form) -> Sequence[Message]:
    """What is sought has been said."""
    assert turn.network is not None  # noqa: S101 - the form is only begun by who belongs
    turn.read(form.data["words"], "find_partner")
    sought = wanted_in(turn)
    if not sought.is_clear:
        return [turn.text_message("partners.still_empty")]
    return _answer(turn, turn.network, sought)


capability.add_form(
    FormKind(
        name="partners.find",
        questions=(Question("words", "text", any_words=True, may_skip=False),),
        card=None,
        done=_said_what,
    )
)
