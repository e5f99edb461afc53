"""Answering a question that was handed to one: the answer goes back to its asker; not knowing passes it on."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.buttons import number
from bot.capability import Capability
from bot.cards import LABEL_LIMIT, MESSAGES_A_REPLY, Action, Message, Row, card, cut, with_quick
from bot.dialogue import Data, FormKind, Question
from bot.language import language
from bot.overview import Part
from bot.turn import Turn
from handlers.fit import versed_in
from handlers.kept_answers import keep_card
from handlers.overview import in_private, nothing_left
from handlers.waiting_answers import question_settled
from models import knowledge
from models.advice import PROMISE, advisors, belongs, may_answer, waiting_for
from models.chats import Form
from models.knowledge import Answer
from models.people import Member
from models.permissions import BELONGS
from models.store import take

capability = Capability("answers")

MOST_ADVISORS = 8
ANYBODY = "any"
MORE = "more"


@capability.on_button("write", who=BELONGS)
def write(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ตอบ: the next words are the answer."""
    question = _taken(turn, arguments, _not_to_answer)
    if not isinstance(question, knowledge.Question):
        return question
    if question.state == "answered" and arguments[1:] != (MORE,):
        more = turn.button("answers.more", "answers.write", question.id, MORE)
        return [turn.text_message("answers.answered_by", name=_answered_by(turn, question), quick=[more])]
    return turn.forms.start(turn, "answers.write", {"question": question.id})


@capability.on_overview(Part.DECIDE, who=BELONGS)
def overview(turn: Turn) -> Row | None:
    """Questions that wait for the speaker's answer."""
    count = len(_waiting_here(turn))
    matters = turn.say("overview.matters", count=count)
    return turn.open_row("answers.wait", matters, "answers.waiting") if count else None


@capability.on_button("waiting", who=BELONGS)
def show_waiting(turn: Turn) -> Sequence[Message]:
    """The oldest of them, each to be answered or passed on."""
    if turn.in_group:
        return in_private(turn)
    found = _waiting_here(turn)[:MESSAGES_A_REPLY]
    return [question_card(turn, one) for one in found] or nothing_left(turn)


@capability.on_button("unknown", who=BELONGS)
def unknown(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ไม่ทราบ: the next advisor is asked."""
    question = _taken(turn, arguments, _not_to_pass)
    if not isinstance(question, knowledge.Question):
        return question
    return _passed(turn, question, None)


@capability.on_button("pass", who=BELONGS)
def pass_to(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ส่งต่อ: to whom, then on its way."""
    question = _taken(turn, arguments, _not_to_pass)
    if not isinstance(question, knowledge.Question):
        return question
    if len(arguments) < 2:
        return [_whom(turn, question)]
    return _passed(turn, question, number(arguments[1]))


def question_card(turn: Turn, question: knowledge.Question) -> Message:
    """A question as its advisor, whose turn this is, gets it."""
    asker = question.asker
    who = name_in(turn, asker, question.network_id) if asker else turn.say("advice.a_member")
    before = turn.session.get(knowledge.Question, question.follows_id or 0)
    notes = [turn.say("answers.follows", words=cut(before.words, 120))] if before else []
    return card(
        turn.say("answers.asked", who=who),
        words=question.words,
        note="\n".join([*notes, turn.say("answers.by", day=promised_day(turn, question))]),
        buttons=[
            turn.button("answers.write", "answers.write", question.id),
            turn.button("answers.pass", "answers.pass", question.id),
            turn.button("answers.unknown", "answers.unknown", question.id),
        ],
    )


def _waiting_here(turn: Turn) -> list[knowledge.Question]:
    here = turn.network.id if turn.network else None
    asked = waiting_for(turn.session, turn.member.id) if turn.member else []
    return [one for one in asked if one.network_id == here]


def pass_on(turn: Turn, question: knowledge.Question, to: int | None = None) -> Member | None:
    """Hand an open question to the next person (`to`, where they may be asked) and tell the asker.

    None where nobody is left to ask; the asker is told that too.
    """
    question_settled(turn.session, question, turn.now)
    passed = [*question.passed_ids, *([question.advisor_id] if question.advisor_id else [])]
    people = _others(turn, question, passed)
    chosen = next((one for one in people if one.id == to), people[0] if people else None)
    question.passed_ids, question.advisor, question.answer_by = passed, chosen, turn.now + PROMISE
    question.state = "open" if chosen else "unanswered"
    turn.session.flush()
    turn.note("question.passed", "question", question.id)
    if chosen is not None:
        message = question_card(reading_as(turn, chosen), question)
        turn.tell(chosen, [message], about=f"question:{question.id}:asked")
    _tell_asker(turn, question)
    return chosen


def promised_day(turn: Turn, question: knowledge.Question) -> str:
    """The day by which an answer was promised, in words."""
    return turn.language.day(question.answer_by.astimezone(turn.now.tzinfo))


def reading_as(turn: Turn, member: Member) -> Turn:
    """The same turn, with words in the language of the member who will read them."""
    return replace(turn, language=language(member.language))


def name_in(turn: Turn, member: Member, network_id: int) -> str:
    """A member's name, with their enterprise in this network."""
    memberships = [one for one in member.memberships if one.network_id == network_id]
    enterprise = next((one.enterprise for one in memberships if one.enterprise), None)
    return f"{member.call_as} ({enterprise.short_name})" if enterprise else member.call_as


def _passed(turn: Turn, question: knowledge.Question, to: int | None) -> Sequence[Message]:
    chosen = pass_on(turn, question, to)
    if chosen is None:
        return [turn.text_message("answers.thanks_nobody")]
    return [turn.text_message("answers.thanks_passed", name=chosen.call_as)]


def _others(turn: Turn, question: knowledge.Question, passed: Sequence[int]) -> list[Member]:
    besides = [*passed, *([question.asker_id] if question.asker_id else [])]
    return advisors(turn.session, question.network_id, versed_in(question.words), besides=besides)


def _whom(turn: Turn, question: knowledge.Question) -> Message:
    """Names to choose from, and whoever comes next."""
    besides = [*question.passed_ids, *([question.advisor_id] if question.advisor_id else [])]
    names = [
        {
            **turn.button("answers.anybody", "answers.pass", question.id, person.id),
            "label": cut(person.call_as, LABEL_LIMIT),
            "displayText": person.call_as,
        }
        for person in _others(turn, question, besides)[:MOST_ADVISORS]
    ]
    anybody = turn.button("answers.anybody", "answers.pass", question.id, ANYBODY)
    return with_quick(turn.text_message("answers.whom"), [*names, anybody])


def _tell_asker(turn: Turn, question: knowledge.Question) -> None:
    asker = question.asker
    if asker is None or (turn.member is not None and asker.id == turn.member.id):
        return
    theirs = reading_as(turn, asker)
    words = cut(question.words, 80)
    if question.advisor is not None:
        day = promised_day(theirs, question)
        said = theirs.text_message("answers.passed_on", name=question.advisor.call_as, words=words, day=day)
    else:
        said = theirs.text_message("answers.nobody_left", words=words)
    turn.tell(asker, [said], about=f"question:{question.id}:passed:{len(question.passed_ids)}")


def _taken(
    turn: Turn, arguments: Sequence[str], hinders: Callable[[Turn, knowledge.Question], str | None]
) -> knowledge.Question | Sequence[Message]:
    """The question that a button names, kept from others until the turn ends; or what is said instead of it."""
    ident = number(arguments[0]) if arguments else None
    question = take(turn.session, knowledge.Question, ident) if ident is not None else None
    if question is None:
        return [turn.text_message("answers.gone")]
    problem = hinders(turn, question)
    return question if problem is None else [turn.text_message(problem)]


def _not_to_answer(turn: Turn, question: knowledge.Question) -> str | None:
    """The msgid of why this speaker cannot answer; None where they may."""
    assert turn.member is not None  # noqa: S101 - who belongs is a member
    if question.state == "withdrawn":
        return "answers.withdrawn"
    if question.asker_id is None or not belongs(turn.session, question.asker_id, question.network_id):
        return "answers.asker_left"
    if may_answer(turn.session, question, turn.member.id):
        return None
    return "answers.moved" if turn.member.id in question.passed_ids else "answers.not_yours"


def _not_to_pass(turn: Turn, question: knowledge.Question) -> str | None:
    if (problem := _not_to_answer(turn, question)) is not None:
        return problem
    assert turn.member is not None  # noqa: S101 - who belongs is a member
    if question.state != "open":
        return f"answers.is_{question.state}"
    return None if question.advisor_id == turn.member.id else "answers.not_yours"


def _answered_by(turn: Turn, question: knowledge.Question) -> str:
    author = question.answers[-1].author if question.answers else None
    return author.call_as if author else turn.say("advice.a_member")


def _answer_card(turn: Turn, data: Data, buttons: Sequence[Action]) -> Message:
    """The answer as it will be sent, and to whom; without an answer, that somebody else is asked."""
    if "words" not in data:
        return card(turn.say("answers.pass?"), buttons=buttons)
    question = turn.session.get_one(knowledge.Question, data["question"])
    name = question.asker.call_as if question.asker else turn.say("advice.a_member")
    return card(
        turn.say("answers.send?", name=name),
        words=data["words"],
        note=turn.say("answers.to", words=cut(question.words, 120)),
        buttons=buttons,
    )


def _send(turn: Turn, form: Form) -> Sequence[Message]:
    """ถูกต้อง: the answer goes to the asker. Of two who answered, both are heard."""
    assert turn.member is not None  # noqa: S101 - a form belongs to a member
    if "words" not in form.data:
        return unknown(turn, str(form.data["question"]))
    question = take(turn.session, knowledge.Question, form.data["question"])
    if question is None or question.state == "withdrawn":
        return [turn.text_message("answers.withdrawn")]
    asker = question.asker
    if asker is None or not belongs(turn.session, asker.id, question.network_id):
        return [turn.text_message("answers.asker_left")]
    if not belongs(turn.session, turn.member.id, question.network_id):
        return [turn.text_message("answers.not_yours")]
    answer = Answer(author=turn.member, words=form.data["words"], answered_at=turn.now)
    question.answers.append(answer)
    question.state, question.answered_at = "answered", turn.now
    question_settled(turn.session, question, turn.now)
    turn.session.flush()
    turn.note("question.answered", "question", question.id)
    message = _given_card(reading_as(turn, asker), answer)
    reached = turn.tell(asker, [message], about=f"answer:{answer.id}:given")
    return [keep_card(turn, answer, "answers.sent" if reached else "answers.waits", asker.call_as)]


def _given_card(turn: Turn, answer: Answer) -> Message:
    """An answer as its asker, whose turn this is, gets it."""
    question, author = answer.question, answer.author
    name = name_in(turn, author, question.network_id) if author else turn.say("advice.a_member")
    return card(
        turn.say("answers.from", who=name),
        words=answer.words,
        note=turn.say(
            "answers.of",
            day=turn.language.day(answer.answered_at.astimezone(turn.now.tzinfo)),
            words=cut(question.words, 120),
        ),
        buttons=[
            turn.button("questions.thank", "questions.thank", answer.id),
            turn.button("questions.follow", "questions.follow", question.id),
        ],
    )


capability.add_form(
    FormKind(
        name="answers.write",
        questions=(Question("words", "text", any_words=True),),
        card=_answer_card,
        done=_send,
    )
)
