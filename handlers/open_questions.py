"""คำถามค้าง: a coordinator sees which questions wait, and hands one to somebody else."""

from collections.abc import Sequence
from typing import Any

from bot import cards
from bot.buttons import number
from bot.capability import Capability
from bot.cards import Message, Row, card, carousel
from bot.dialogue import Choice, Data, FormKind
from bot.dialogue import Question as Asked
from bot.overview import Part
from bot.turn import Turn
from handlers.answers import pass_on, promised_day
from handlers.fit import versed_in
from models.advice import advisors, overdue, waiting_in
from models.chats import Form
from models.knowledge import Question
from models.permissions import Role, only
from models.store import take

capability = Capability("open_questions")

SHOWN = 8
OFFERED = 9
COORDINATES = only(Role.COORDINATOR)


@capability.on_words("open_questions.words.list", who=COORDINATES)
def said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """คำถามค้างมีอะไรบ้าง."""
    return show(turn)


@capability.on_button("list", who=COORDINATES)
def show(turn: Turn, *_arguments: str) -> Sequence[Message]:
    """The questions that wait, the oldest first; not who asked them."""
    if turn.in_group:
        private = turn.private_button("advice.go_private", "open_questions.said")
        return [card(turn.say("open_questions.private"), buttons=[private])]
    found = waiting_in(turn.session, turn.network.id, SHOWN) if turn.network else []
    if not found:
        return [turn.text_message("open_questions.none")]
    return [carousel(turn.say("open_questions.title"), [_bubble(turn, one) for one in found])]


@capability.on_overview(Part.OVERDUE, who=COORDINATES)
def overview_late(turn: Turn) -> Row | None:
    """Questions whose askers were promised an answer by now; they stand first among those that wait."""
    count = len(overdue(turn.session, turn.network.id, turn.now)) if turn.network else 0
    matters = turn.say("overview.matters", count=count)
    return turn.open_row("open_questions.late", matters, "open_questions.list") if count else None


@capability.on_button("hand", who=COORDINATES)
def hand(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ให้คนอื่นตอบ: to whom."""
    question = _waiting(turn, arguments[0] if arguments else "")
    if question is None:
        return [turn.text_message("open_questions.settled")]
    if not _choices(turn, {"question": question.id}):
        return [turn.text_message("open_questions.nobody")]
    return turn.forms.start(turn, "open_questions.hand", {"question": question.id})


def _bubble(turn: Turn, question: Question) -> dict[str, Any]:
    name, day = question.advisor.call_as if question.advisor else "", promised_day(turn, question)
    standing = "unanswered" if question.state == "unanswered" or not name else "open"
    late = standing == "open" and question.answer_by <= turn.now
    return cards.bubble(
        cards.cut(question.words, 120),
        words=turn.say(f"open_questions.is_{'late' if late else standing}", name=name, day=day),
        buttons=[
            turn.button("open_questions.hand", "open_questions.hand", question.id),
            turn.button("open_questions.answer", "answers.write", question.id),
        ],
    )


def _waiting(turn: Turn, ident: str) -> Question | None:
    """A question of this network that nobody has answered, kept from others until the turn ends."""
    question = take(turn.session, Question, number(ident) or 0)
    if question is None or turn.network is None or question.network_id != turn.network.id:
        return None
    return question if question.state in ("open", "unanswered") else None


def _choices(turn: Turn, data: Data) -> list[Choice]:
    question = turn.session.get_one(Question, data["question"])
    besides = {*question.passed_ids, question.advisor_id, question.asker_id} - {None}
    people = advisors(
        turn.session,
        question.network_id,
        versed_in(question.words),
        besides=[ident for ident in besides if ident],
    )
    return [Choice(one.call_as, str(one.id)) for one in people[:OFFERED]]


def _handed(turn: Turn, form: Form) -> Sequence[Message]:
    """Whoever was chosen gets the question, and its asker hears of it."""
    question = _waiting(turn, str(form.data["question"]))
    if question is None:
        return [turn.text_message("open_questions.settled")]
    chosen = pass_on(turn, question, number(str(form.data["to"])))
    return [turn.text_message("open_questions.handed", name=chosen.call_as if chosen else "")]


capability.add_form(
    FormKind(
        name="open_questions.hand",
        questions=(Asked("to", "choice", choices=_choices, may_skip=False),),
        card=None,
        done=_handed,
    )
)
