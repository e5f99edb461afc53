"""Handing a question to a person: its asker sees what is sent and to whom, then hears by when an answer comes."""

from collections.abc import Sequence

from bot import cards
from bot.buttons import number
from bot.capability import Capability
from bot.cards import Action, Message, card
from bot.dialogue import Choice, Data, FormKind, Question
from bot.turn import Turn
from bot.understanding.reader import read_as
from handlers.answers import promised_day, question_card, reading_as
from handlers.fit import versed_in
from models import knowledge
from models.advice import PROMISE, advisors, asked_already, belongs
from models.chats import Form
from models.people import Member

capability = Capability("hand_over")

MOST_ADVISORS = 9


def hand_over(
    turn: Turn,
    network_id: int,
    question: str,
    known_for: Sequence[int] = (),
    title: str = "advice.in_private",
) -> Sequence[Message]:
    """Show what would be sent and to whom; from a group that goes on one-to-one."""
    if turn.member is None or not belongs(turn.session, turn.member.id, network_id):
        return to_private(turn, title)
    people = advisors(
        turn.session, network_id, versed_in(question), known_for=known_for, besides=[turn.member.id]
    )
    if not people:
        return [turn.text_message("hand_over.nobody")]
    data: Data = {"network": network_id, "words": question, "advisor": str(people[0].id)}
    data["message_id"] = turn.incoming.message_id
    form = turn.forms.open(turn, "hand_over.send", data)
    if turn.in_group:
        return turn.forms.go_private(turn, form, title)
    said = [turn.text_message(title)] if title != "advice.in_private" else []
    return [*said, *turn.forms.go_on(turn, form)]


def to_private(turn: Turn, title: str) -> Sequence[Message]:
    """Say something in a group, with a button that opens the bot's own chat, ready to ask."""
    return [card(turn.say(title), buttons=[turn.private_button("advice.go_private", "advice.begin_words")])]


def _sending_card(turn: Turn, data: Data, buttons: Sequence[Action]) -> Message:
    """Exactly what will be sent, and to whom."""
    name = turn.session.get_one(Member, int(data["advisor"])).call_as
    return card(
        turn.say("hand_over.send?", name=name),
        words=data["words"],
        note=turn.say("hand_over.send.note", name=name),
        buttons=buttons,
    )


def _send(turn: Turn, form: Form) -> Sequence[Message]:
    """ถูกต้อง: the question goes to its advisor."""
    assert turn.member is not None  # noqa: S101 - a form belongs to a member
    data, network_id = dict(form.data), form.data["network"]
    if not belongs(turn.session, turn.member.id, network_id):
        return [turn.text_message("hand_over.not_yours_any_more")]
    if same := asked_already(turn.session, turn.member.id, network_id, data["words"]):
        return [_sent_card(turn, same, "hand_over.sent_already")]
    chosen = int(data["advisor"])
    people = advisors(
        turn.session, network_id, versed_in(data["words"]), known_for=[chosen], besides=[turn.member.id]
    )
    if not people:
        return [turn.text_message("hand_over.nobody")]
    if people[0].id != chosen:
        away = turn.say("hand_over.away", name=turn.session.get_one(Member, chosen).call_as)
        return [
            cards.text(away),
            *turn.forms.start(turn, "hand_over.send", {**data, "advisor": str(people[0].id)}),
        ]
    return [_sent_card(turn, _keep(turn, data, people[0]), "hand_over.sent")]


def _keep(turn: Turn, data: Data, advisor: Member) -> knowledge.Question:
    topic = read_as("ask_advice", data["words"], turn.now).slots.get("topic", "")
    question = knowledge.Question(
        network_id=data["network"],
        asker=turn.member,
        advisor=advisor,
        words=data["words"],
        topic=topic,
        message_id=data.get("message_id"),
        follows_id=data.get("follows"),
        asked_at=turn.now,
        answer_by=turn.now + PROMISE,
    )
    turn.session.add(question)
    turn.session.flush()
    turn.note("question.asked", "question", question.id)
    theirs = reading_as(turn, advisor)
    turn.tell(advisor, [question_card(theirs, question)], about=f"question:{question.id}:asked")
    return question


def _sent_card(turn: Turn, question: knowledge.Question, title: str) -> Message:
    name = question.advisor.call_as if question.advisor else ""
    return card(
        turn.say(title, name=name),
        words=turn.say("hand_over.answer_by", day=promised_day(turn, question)),
        buttons=[
            turn.button("questions.withdraw", "questions.withdraw", question.id),
            turn.button("questions.mine", "questions.mine"),
        ],
    )


def follow_up(turn: Turn, question: knowledge.Question, advisor: Member | None) -> Sequence[Message]:
    """Ask on where an answer left off, the same person where they can still be reached."""
    data: Data = {"network": question.network_id, "follows": question.id}
    return turn.forms.start(turn, "hand_over.send", {**data, "advisor": str(advisor.id)} if advisor else data)


def _known_member(turn: Turn, value: str) -> str | None:
    return None if turn.session.get(Member, number(value) or 0) else "hand_over.choose_again"


def _advisor_choices(turn: Turn, data: Data) -> Sequence[Choice]:
    people = advisors(
        turn.session,
        data["network"],
        versed_in(data.get("words", "")),
        besides=[turn.member.id] if turn.member else [],
    )
    return [Choice(person.call_as, str(person.id)) for person in people[:MOST_ADVISORS]]


capability.add_form(
    FormKind(
        name="hand_over.send",
        questions=(
            Question("words", "text", any_words=True, may_skip=False),
            Question("advisor", "choice", choices=_advisor_choices, check=_known_member, may_skip=False),
        ),
        card=_sending_card,
        done=_send,
        own=frozenset({"ask_advice"}),
    )
)
