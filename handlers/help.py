"""What the bot can do, greetings, and what it says when it did not understand."""

from collections.abc import Sequence

from bot.buttons import pack
from bot.capability import Capability, MenuEntry
from bot.cards import Action, Message, Row, bubble, button, card, carousel, text
from bot.dialogue import Choice, Data, FormKind, Question, open_form
from bot.turn import Turn
from models.chats import Form
from models.people_queries import holders
from models.permissions import ANYONE, BELONGS, Role

capability = Capability("help")

BIG_BUTTONS = 4
MISSES = 3  # in a row; then a person is offered
FAINT = 0.15  # a meaning less likely than this is not worth asking about
OFFERED = 2  # meanings, where a message was not clear
PARTS = {  # of what is behind อื่น ๆ, by the places in the menu
    "help.part.see": range(10),
    "help.part.meet": range(10, 20),
    "help.part.tell": range(20, 60),
    "help.part.set": range(60, 100),
}
NONE_OF_THESE = "none"


@capability.on("help", who=ANYONE)
def show_menu(turn: Turn) -> Sequence[Message]:
    """เมนู: four big buttons, and the others behind one more."""
    entries = turn.router.menu(turn)
    buttons = _buttons(turn, entries[:BIG_BUTTONS])
    if len(entries) > BIG_BUTTONS:
        buttons.append(turn.button("help.others", "help.others"))
    if not buttons:
        return [turn.text_message("help.who_i_am")]
    return [card(turn.say("help.title"), note=turn.say("help.how"), buttons=buttons)]


@capability.on_button("others", who=ANYONE)
def show_others(turn: Turn) -> Sequence[Message]:
    """อื่น ๆ: what else the menu has, by what it is for, each with what it does."""
    others = turn.router.menu(turn)[BIG_BUTTONS:]
    parts = [(words, [one for one in others if one.place in places]) for words, places in PARTS.items()]
    shown = [(words, found) for words, found in parts if found]
    if not shown:
        return show_menu(turn)
    more = turn.say("help.more")
    bubbles = [
        bubble(
            turn.say(words),
            rows=[_row(turn, one) for one in found],
            note="" if words == shown[-1][0] else more,
        )
        for words, found in shown
    ]
    return [carousel(turn.say("help.others"), bubbles)]


@capability.on("small_talk", who=ANYONE)
def small_talk(turn: Turn) -> Sequence[Message]:
    """สวัสดี, ขอบคุณ: a short kind word and the way to the menu."""
    name = turn.member.call_as if turn.member else ""
    words = turn.say("help.hello_name", name=name) if name else turn.say("help.hello")
    return [text(words, [turn.button("help.menu", "help.menu")])]


@capability.on_button("menu", who=ANYONE)
def menu_button(turn: Turn) -> Sequence[Message]:
    """เมนู as a button."""
    return show_menu(turn)


@capability.on_event("not_understood")
def not_understood(turn: Turn) -> Sequence[Message]:
    """What the bot has no business in, or cannot do yet; after three in a row a person is offered."""
    turn.chat.misses += 1
    if turn.chat.misses >= MISSES:
        turn.chat.misses = 0
        return lost(turn)
    return [turn.text_message("help.not_for_me", quick=[turn.button("help.menu", "help.menu")])]


@capability.on_event("unsure")
def unsure(turn: Turn) -> Sequence[Message]:
    """Two meanings are likely: offer both, and neither."""
    meanings = _meanings(turn)
    if turn.member is None or not meanings:
        return not_understood(turn)
    if open_form(turn.session, turn.chat.id, turn.member.id) is not None:
        return not_understood(turn)
    return turn.forms.start(turn, "help.unsure", {"words": turn.words, "meanings": meanings})


@capability.on_event("lost")
def lost(turn: Turn) -> Sequence[Message]:
    """Three misunderstandings in a row: a person, by name."""
    coordinators = holders(turn.session, turn.network.id, Role.COORDINATOR) if turn.network else []
    person = next(
        (one.member for one in coordinators if one.member_id != (turn.member and turn.member.id)), None
    )
    menu = turn.button("help.menu", "help.menu")
    if person is None:
        return [turn.text_message("help.lost", quick=[menu])]
    quick = [turn.button("help.call_person", "help.call", person.id), menu]
    return [turn.text_message("help.lost_person", name=person.call_as, quick=quick)]


@capability.on_button("call", who=BELONGS)
def call_person(turn: Turn, *_arguments: str) -> Sequence[Message]:
    """ให้ช่วยติดต่อ: the coordinator is told that somebody would like a hand."""
    assert turn.network is not None and turn.member is not None  # noqa: PT018, S101 - who belongs
    for membership in holders(turn.session, turn.network.id, Role.COORDINATOR):
        enterprise = (
            turn.membership.enterprise.short_name if turn.membership and turn.membership.enterprise else "-"
        )
        words = turn.say("help.somebody_calls", name=turn.member.call_as, enterprise=enterprise)
        about = f"help:{turn.member.id}:{turn.now:%Y-%m-%d}"
        if membership.member_id != turn.member.id and turn.tell(
            membership.member, [text(words)], about=about
        ):
            return [turn.text_message("help.called", name=membership.member.call_as)]
    return [turn.text_message("help.lost")]


@capability.on_event("not_allowed")
def not_allowed(turn: Turn) -> Sequence[Message]:
    """Somebody asks for what another role does."""
    return [turn.text_message("help.not_allowed", quick=[turn.button("help.menu", "help.menu")])]


@capability.on_event("sticker")
def sticker(turn: Turn) -> Sequence[Message]:
    """A sticker is a greeting or thanks; it never answers a question."""
    form = open_form(turn.session, turn.chat.id, turn.member.id) if turn.member else None
    if form is not None:
        return turn.forms.go_on(turn, form)
    return [turn.text_message("help.sticker", quick=[turn.button("help.menu", "help.menu")])]


@capability.on_event("video")
def video(turn: Turn) -> Sequence[Message]:
    """A video: pictures can be kept, videos cannot."""
    return [turn.text_message("help.video")]


@capability.on_event("file")
def file(turn: Turn) -> Sequence[Message]:
    """A file (a spreadsheet, a PDF): told what to do instead."""
    return [turn.text_message("help.file")]


@capability.on_event("location")
def location(turn: Turn) -> Sequence[Message]:
    """A place on the map: an answer where a place is asked, else not needed."""
    form = open_form(turn.session, turn.chat.id, turn.member.id) if turn.member else None
    point, words = turn.incoming.point, turn.incoming.place
    if form is not None and (point or words):
        taken = turn.forms.take_place(turn, form, words or turn.say("form.on_map"), point)
        if taken is not None:
            return taken
    return [turn.text_message("help.location")]


def _row(turn: Turn, entry: MenuEntry) -> Row:
    """A line to tap: what it is called, and in plain words what it is good for."""
    return Row(turn.say(entry.label), turn.say(f"help.about.{entry.button}"), _button(turn, entry))


def _buttons(turn: Turn, entries: Sequence[MenuEntry]) -> list[Action]:
    return [_button(turn, entry) for entry in entries]


def _button(turn: Turn, entry: MenuEntry) -> Action:
    return button(turn.say(entry.label), pack(entry.button))


def _meanings(turn: Turn) -> list[str]:
    """The likeliest meanings that have a handler and words."""
    reading = turn.reading
    if reading is None:
        return []
    likely = [(reading.intent, reading.confidence), *reading.alternatives]
    known = [intent for intent, confidence in likely if confidence >= FAINT and intent in turn.router.intents]
    return [intent for intent in known if turn.language.has(f"help.means.{intent}")][:OFFERED]


def _choices(turn: Turn, data: Data) -> list[Choice]:
    offered = [Choice(turn.say(f"help.means.{intent}"), intent) for intent in data["meanings"]]
    return [*offered, Choice(turn.say("help.means.none"), NONE_OF_THESE)]


def _chosen(turn: Turn, form: Form) -> Sequence[Message]:
    intent = form.data["which"]
    if intent == NONE_OF_THESE or intent not in form.data["meanings"]:
        return not_understood(turn)
    return turn.router.read_as(turn, intent, form.data["words"])


capability.add_form(
    FormKind(
        name="help.unsure",
        questions=(Question("which", "choice", choices=_choices, may_skip=False),),
        card=None,
        done=_chosen,
    )
)
