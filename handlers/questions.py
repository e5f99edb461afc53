"""The asker's own questions: how they stand, withdrawing one, asking on, saying thanks."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from bot import cards
from bot.buttons import number
from bot.capability import Capability
from bot.cards import Action, Message, card, carousel
from bot.turn import Turn
from handlers.answers import name_in, pass_on, promised_day, reading_as
from handlers.hand_over import follow_up
from handlers.waiting_answers import question_settled
from models.advice import answers_of, belongs, questions_of, waiting_for
from models.knowledge import Answer, Question
from models.people import Member
from models.permissions import BELONGS, CONSENTED
from models.store import take

capability = Capability("questions")

MOST = 5


@capability.on_words("questions.mine_words", who=CONSENTED)
def mine_said(turn: Turn) -> Sequence[Message]:
    """คำถามของฉัน."""
    return mine(turn)


@capability.on_button("mine", who=CONSENTED)
def mine(turn: Turn, *_arguments: str) -> Sequence[Message]:
    """The newest questions of the speaker and how they stand."""
    if turn.in_group:
        button = turn.private_button("advice.go_private", "questions.mine_said")
        return [card(turn.say("questions.in_private"), buttons=[button])]
    asked = questions_of(turn.session, turn.member.id, MOST) if turn.member else []
    if not asked:
        return [turn.text_message("questions.none")]
    return [carousel(turn.say("questions.yours"), [_bubble(turn, question) for question in asked])]


@capability.on_words("questions.withdraw_words", who=CONSENTED)
def withdraw_said(turn: Turn) -> Sequence[Message]:
    """ไม่ถามแล้ว: the one that is open; of several they choose."""
    asked = questions_of(turn.session, turn.member.id, MOST) if turn.member else []
    waiting = [question for question in asked if question.state == "open"]
    if len(waiting) == 1:
        return withdraw(turn, str(waiting[0].id))
    return mine(turn)


@capability.on_button("withdraw", who=CONSENTED)
def withdraw(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ไม่ถามแล้ว: whoever was asked need not answer any more."""
    question = _own(turn, arguments)
    if question is None:
        return [turn.text_message("questions.not_yours")]
    if question.state == "answered":
        return [turn.text_message("questions.answered_already")]
    if question.state != "withdrawn":
        question.state = "withdrawn"
        question_settled(turn.session, question, turn.now)
        turn.note("question.withdrawn", "question", question.id)
    return [turn.text_message("questions.withdrawn")]


@capability.on_button("again", who=BELONGS)
def again(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ถามคนอื่น, once the promised days have gone by."""
    question = _own(turn, arguments)
    if question is None:
        return [turn.text_message("questions.not_yours")]
    if question.state != "open" or question.answer_by > turn.now:
        return [turn.text_message(f"questions.is_{question.state}")]
    chosen = pass_on(turn, question)
    if chosen is None:
        return [turn.text_message("questions.nobody_left")]
    return [turn.text_message("questions.asked_another", name=chosen.call_as)]


@capability.on_button("follow", who=BELONGS)
def follow(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ถามต่อ: the same person is asked on."""
    question = _own(turn, arguments)
    if (
        question is None
        or turn.member is None
        or not belongs(turn.session, turn.member.id, question.network_id)
    ):
        return [turn.text_message("questions.not_yours")]
    return follow_up(turn, question, question.answers[-1].author if question.answers else question.advisor)


@capability.on_button("thank", who=CONSENTED)
def thank(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ขอบคุณ: passed on, once."""
    answer = turn.session.get(Answer, number(arguments[0]) or 0) if arguments else None
    if answer is None or turn.member is None or answer.question.asker_id != turn.member.id:
        return [turn.text_message("questions.not_yours")]
    author = answer.author
    if author is None:
        return [turn.text_message("questions.glad")]
    theirs = reading_as(turn, author)
    words = theirs.text_message(
        "questions.thanks_from", name=turn.member.call_as, words=cards.cut(answer.question.words, 80)
    )
    told = turn.tell(author, [words], about=f"answer:{answer.id}:thanked")
    return [turn.text_message("questions.thanked" if told else "questions.glad", name=author.call_as)]


@capability.forgets
def forget(turn: Turn, message_id: str) -> None:
    """An unsent question: its words go, and nobody need answer it."""
    for question in turn.session.scalars(select(Question).where(Question.message_id == message_id)):
        question_settled(turn.session, question, turn.now)
        _empty(question)


@capability.erases
def erase(turn: Turn, member: Member) -> None:
    """Whoever wants to be forgotten: their questions and answers are emptied; what they were asked goes to the next."""
    for question in turn.session.scalars(select(Question).where(Question.asker_id == member.id)):
        question_settled(turn.session, question, turn.now)
        _empty(question)
        question.asker_id = None
    for question in waiting_for(turn.session, member.id):
        pass_on(turn, question)
    for question in turn.session.scalars(select(Question).where(Question.advisor_id == member.id)):
        question.advisor_id = None
    for answer in answers_of(turn.session, member.id):
        answer.words, answer.author_id = "", None


def _own(turn: Turn, arguments: Sequence[str]) -> Question | None:
    """The speaker's own question that a button names, kept from others until the turn ends."""
    ident = number(arguments[0]) if arguments else None
    question = take(turn.session, Question, ident) if ident is not None else None
    return question if question and turn.member and question.asker_id == turn.member.id else None


def _empty(question: Question) -> None:
    question.words, question.topic, question.message_id = "", "", None
    if question.state != "answered":
        question.state = "withdrawn"


def _bubble(turn: Turn, question: Question) -> dict[str, Any]:
    return cards.bubble(
        cards.cut(question.words, 100) or turn.say("questions.emptied"),
        words=_standing(turn, question),
        buttons=_buttons(turn, question),
    )


def _standing(turn: Turn, question: Question) -> str:
    """How a question stands; an answer with its author's name."""
    if question.state == "answered" and question.answers:
        answer = question.answers[-1]
        who = (
            name_in(turn, answer.author, question.network_id)
            if answer.author
            else turn.say("advice.a_member")
        )
        return turn.say("questions.is_answer", who=who, words=cards.cut(answer.words, 600))
    name = question.advisor.call_as if question.advisor else ""
    return turn.say(f"questions.stands_{question.state}", name=name, day=promised_day(turn, question))


def _buttons(turn: Turn, question: Question) -> list[Action]:
    if question.state == "answered":
        return [turn.button("questions.follow", "questions.follow", question.id)]
    buttons = [turn.button("questions.withdraw", "questions.withdraw", question.id)]
    if question.state == "open" and question.answer_by <= turn.now:
        buttons.insert(0, turn.button("questions.again", "questions.again", question.id))
    return buttons
