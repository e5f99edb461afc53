"""Asking for advice: first from what the network knows, else from a person, after the asker has seen what is sent."""

from collections.abc import Sequence
from typing import Any

from bot import cards
from bot.buttons import number
from bot.capability import Capability, Route
from bot.cards import Action, Message, card, carousel
from bot.dialogue import FormKind, Question
from bot.turn import Turn
from handlers.corpus import corpus
from handlers.fit import ENOUGH, asks_for_person, fit, pieces, shortened, words, written
from handlers.guarded import Guarded, guarded
from handlers.hand_over import hand_over, to_private
from handlers.sounds import listen, sound_rows
from models.advice import knowledge_with
from models.chats import Form
from models.knowledge import KnowledgeItem
from models.network import Network
from models.permissions import ANYONE, BELONGS

capability = Capability("advice")
capability.load_early(corpus)

MOST_ITEMS = 3
NEARLY_AS_GOOD = 0.8  # of the best one's fit: these are shown beside it
SHORT, LINES = 180, 3  # characters and lines of an answer on a card; what is longer can be read on
WORDS_IN_BUTTON = 230  # UTF-16 units of a question that its button carries
SLASH = "∕"  # stands for / in a button, where / parts the arguments


@capability.on("ask_advice", who=ANYONE)
def ask(turn: Turn) -> Sequence[Message]:
    """ข้าวเปลือกชื้น 16 เก็บยุ้งเลยได้ไหม."""
    if not turn.in_group:
        return ask_alone(turn) if turn.member else []  # to a stranger only the consent door speaks
    if turn.room is None:
        return to_private(turn, "advice.in_private")
    return _look_up(turn, turn.room.network_id, turn.words)


@capability.on_button("ask", who=BELONGS, menu=3)
def begin(turn: Turn) -> Sequence[Message]:
    """ถามความรู้, from the menu."""
    return _ask_what(turn, _network(turn).id)


@capability.on_button("solved", who=ANYONE)
def solved(turn: Turn, *_arguments: str) -> Sequence[Message]:
    """ได้คำตอบแล้ว."""
    return [turn.text_message("advice.glad")]


@capability.on_button("read", who=ANYONE)
def read_on(turn: Turn, *arguments: str) -> Sequence[Message]:
    """อ่านต่อ: the whole of an answer that a card shows in short."""
    item = _item(turn, *arguments[:1])
    if item is None:
        return [turn.text_message("advice.item_gone")]
    return [
        card(
            item.title,
            words=item.words,
            rows=sound_rows(turn, item.sound),
            note=_source(turn, item),
            buttons=listen(turn, item),
        )
    ]


@capability.on_button("person", who=BELONGS)
def to_person(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ถามคนจริง: under an answer that did not help, or beside the name of an office."""
    item = _item(turn, *arguments[:1])
    question = arguments[1].replace(SLASH, "/") if len(arguments) > 1 else ""
    network = _network(turn)
    if not question:
        return _ask_what(turn, network.id, person=True)
    items = [item] if item else _fitting(turn, network.id, question)
    return hand_over(turn, network.id, question, _known_for(items))


def ask_alone(turn: Turn) -> Sequence[Message]:
    """A question one-to-one, for those who belong to a network; the others hear at the door how to join one."""
    return turn.router.call(turn, Route(_look_up_own, BELONGS))


def _look_up_own(turn: Turn) -> Sequence[Message]:
    return _look_up(turn, _network(turn).id, turn.words)


def _look_up(turn: Turn, network_id: int, question: str) -> Sequence[Message]:
    """The way of a question: to an office, back to its asker, to a person, or to what the network knows."""
    if topic := guarded(question):
        return [_office_card(turn, topic, question)]
    if not pieces(question):
        return _ask_what(turn, network_id, person=asks_for_person(question))
    items = _fitting(turn, network_id, question)
    if asks_for_person(question):
        return hand_over(turn, network_id, question, _known_for(items))
    if items:
        return [_answer_card(turn, items, question)]
    return hand_over(turn, network_id, question, title="advice.nothing")


def _fitting(turn: Turn, network_id: int, question: str) -> list[KnowledgeItem]:
    """What the network knows that fits a question well enough, the fittest first."""
    asked = pieces(question)
    found = knowledge_with(turn.session, network_id, [*asked, *words(question)])
    found = [item for item in found if _may_read(turn, item)]
    scored = [(fit(asked, written(" ".join([item.title, *item.tags]), item.words)), item) for item in found]
    best = max((score for score, _ in scored), default=0.0)
    least = max(ENOUGH, best * NEARLY_AS_GOOD)
    good = sorted((one for one in scored if one[0] >= least), key=lambda one: -one[0])
    return [item for _, item in good[:MOST_ITEMS]]


def _answer_card(turn: Turn, items: Sequence[KnowledgeItem], question: str) -> Message:
    """One card, or a few side by side; in a group only the fittest."""
    shown = items[:1] if turn.in_group else items
    alt = " · ".join(filter(None, [shown[0].title, shortened(shown[0].words, SHORT, LINES)]))
    return carousel(alt, [_bubble(turn, item, question) for item in shown])


def _bubble(turn: Turn, item: KnowledgeItem, question: str) -> dict[str, Any]:
    short = shortened(item.words, SHORT, LINES)
    read_more = [turn.button("advice.read", "advice.read", item.id)] if short != item.words else []
    buttons = [turn.button("advice.solved", "advice.solved"), _person_button(turn, item.id, question)]
    return cards.bubble(
        item.title,
        words=short,
        rows=sound_rows(turn, item.sound),
        note=_source(turn, item),
        buttons=[*listen(turn, item), *read_more, *buttons],
    )


def _source(turn: Turn, item: KnowledgeItem) -> str:
    """Whose word it is, of when, and whom to ask before relying on it."""
    who = item.source or (item.enterprise.short_name if item.enterprise else turn.say("advice.a_member"))
    lines = [turn.say("advice.source", who=who, day=turn.language.day(item.source_on))]
    if item.verify_with:
        lines.append(turn.say("advice.verify", offices=", ".join(item.verify_with)))
    return "\n".join(lines)


def _office_card(turn: Turn, topic: Guarded, question: str) -> Message:
    """What is better asked at an office: where to ask, and a person of the network where that does no harm."""
    buttons = [_person_button(turn, 0, question)] if topic.may_ask_person else []
    return card(
        turn.say(f"advice.office.{topic.name}"), words=turn.say(f"advice.why.{topic.name}"), buttons=buttons
    )


def _person_button(turn: Turn, item_id: int, question: str) -> Action:
    """ถามคนจริง, with the question: of somebody who has not consented nothing is carried."""
    if turn.member is None:
        return turn.private_button("advice.person", "advice.begin_words")
    carried = cards.cut(question, WORDS_IN_BUTTON).replace("/", SLASH)
    return turn.button("advice.person", "advice.person", item_id, carried)


def _ask_what(turn: Turn, network_id: int, *, person: bool = False) -> Sequence[Message]:
    if turn.member is None:
        return to_private(turn, "advice.in_private")
    return turn.forms.start(turn, "advice.ask", {"network": network_id, "person": person})


def _said_what(turn: Turn, form: Form) -> Sequence[Message]:
    """What the question is about has been said."""
    network_id, question, person = form.data["network"], form.data["words"], form.data["person"]
    if not pieces(question):
        return [turn.text_message("advice.still_empty")]
    if person and not guarded(question):
        return hand_over(turn, network_id, question, _known_for(_fitting(turn, network_id, question)))
    return _look_up(turn, network_id, question)


def _known_for(items: Sequence[KnowledgeItem]) -> list[int]:
    """Who stands for these pieces of knowledge."""
    return [item.advisor_id for item in items if item.advisor_id is not None]


def _item(turn: Turn, argument: str = "") -> KnowledgeItem | None:
    """A piece of knowledge that may be read here."""
    item = turn.session.get(KnowledgeItem, number(argument) or 0)
    network = (turn.room.network if turn.room else None) if turn.in_group else turn.network
    if item is None or network is None or item.network_id != network.id or item.withdrawn_at:
        return None
    if not _may_read(turn, item):
        return None
    return item if turn.in_group or BELONGS.allows(turn.standing, turn.roles) else None


def _may_read(turn: Turn, item: KnowledgeItem) -> bool:
    """Whether who is here may: what somebody told only to their own group stays with that."""
    here = turn.room if turn.in_group else turn.membership
    return not item.own_group or (here is not None and here.enterprise_id == item.enterprise_id)


def _network(turn: Turn) -> Network:
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    return turn.network


capability.add_form(
    FormKind(
        name="advice.ask",
        questions=(Question("words", "text", any_words=True, may_skip=False),),
        card=None,
        done=_said_what,
    )
)
