"""Answers that are waited for: whoever was asked is reminded once, then whoever asked hears that there is none yet and
what else can be done."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.capability import Capability
from bot.cards import Message, card, cut
from bot.notices import Letter, Urgency, Window, Words, withdraw_notices
from bot.voice import Speaks
from bot.watch import Watch
from models.advice import promised_between
from models.introductions import asked_between, contacts
from models.knowledge import Question
from models.network import Enterprise, Introduction
from models.noticed import noticed_at
from models.people import Member
from models.people_queries import holders
from models.permissions import Role

capability = Capability("waiting_answers")

RIDES = timedelta(hours=12)  # a reminder may leave so long before it is pushed
REMINDED_FOR, TOLD_FOR = timedelta(days=3), timedelta(days=7)  # later than that nothing is said any more
TOLD_AFTER = timedelta(days=1)  # the promised day
ASKED_AGAIN, GIVEN_UP = timedelta(days=3), timedelta(days=6)  # after somebody asked to talk
# the kinds of what is said here about one and the other
QUESTION = ("question.reminder", "question.unanswered")
INTRODUCTION = ("introduction.reminder", "introduction.unanswered")


@capability.on_clock
def remind_advisors(watch: Watch) -> None:
    """At the end of the promised days, whoever was asked; a late one still goes for three days."""
    network = watch.network.id
    for one in promised_between(watch.session, network, watch.now - REMINDED_FOR, watch.now + RIDES):
        if one.advisor is not None:
            due = max(one.answer_by, watch.now)
            about = f"question.reminder:{one.id}:{len(one.passed_ids)}"
            _tell(watch, about, _reminder(one), [one.advisor], due, one.answer_by + REMINDED_FOR)


@capability.on_clock
def tell_askers(watch: Watch) -> None:
    """A day after the promise, whoever asked: nobody is blamed, and it can be asked elsewhere."""
    network, now = watch.network.id, watch.now
    for one in promised_between(watch.session, network, now - TOLD_FOR, now - TOLD_AFTER):
        if one.asker is not None:
            about = f"question.unanswered:{one.id}:{len(one.passed_ids)}"
            _tell(watch, about, _no_answer(one), [one.asker], now, one.answer_by + TOLD_FOR)


@capability.on_clock
def remind_contacts(watch: Watch) -> None:
    """Three days after somebody asked to talk, those who may say yes or no."""
    now = watch.now
    for one in asked_between(watch.session, watch.network.id, now - GIVEN_UP, now - ASKED_AGAIN):
        enterprise = watch.session.get_one(Enterprise, one.to_enterprise_id)
        asker = watch.session.get_one(Member, one.asker_id)
        people = contacts(watch.session, enterprise, one.asker_id)
        words = _still_asked(one, asker)
        _tell(watch, f"introduction.reminder:{one.id}", words, people, now, one.asked_at + GIVEN_UP)


@capability.on_clock
def tell_who_asked_to_talk(watch: Watch) -> None:
    """Six days after, whoever asked."""
    now = watch.now
    for one in asked_between(watch.session, watch.network.id, now - GIVEN_UP - TOLD_FOR, now - GIVEN_UP):
        group = watch.session.get_one(Enterprise, one.to_enterprise_id).short_name
        coordinators = holders(watch.session, watch.network.id, Role.COORDINATOR)
        name = next((who.member.call_as for who in coordinators if who.member_id != one.asker_id), "")
        asker = watch.session.get_one(Member, one.asker_id)
        expires = one.asked_at + GIVEN_UP + TOLD_FOR
        _tell(watch, f"introduction.unanswered:{one.id}", _no_talk(one, group, name), [asker], now, expires)


def question_settled(session: Session, question: Question, now: datetime) -> None:
    """It was answered, passed on or taken back: what is still on its way about it stays here."""
    for kind in QUESTION:
        withdraw_notices(session, kind, question.id, now)


def introduction_settled(session: Session, introduction: Introduction, now: datetime) -> None:
    """Somebody said yes or no."""
    for kind in INTRODUCTION:
        withdraw_notices(session, kind, introduction.id, now)


def _tell(
    watch: Watch, about: str, words: Words, to: Sequence[Member], due: datetime, expires: datetime
) -> None:
    if noticed_at(watch.session, about) is None:
        window = Window(watch.now, due.astimezone(watch.now.tzinfo), expires)
        watch.notify(Letter(about, words, window, Urgency.IMPORTANT, watch.network), members=to)


def _reminder(question: Question) -> Words:
    def words(speaks: Speaks) -> list[Message]:
        buttons = [
            speaks.button("answers.write", "answers.write", question.id),
            speaks.button("answers.pass", "answers.pass", question.id),
            speaks.button("answers.unknown", "answers.unknown", question.id),
        ]
        note = speaks.say("waiting_answers.reminder.note")
        return [
            card(speaks.say("waiting_answers.reminder"), words=question.words, note=note, buttons=buttons)
        ]

    return words


def _no_answer(question: Question) -> Words:
    def words(speaks: Speaks) -> list[Message]:
        buttons = [
            speaks.button("questions.again", "questions.again", question.id),
            speaks.button("questions.withdraw", "questions.withdraw", question.id),
        ]
        title = speaks.say("waiting_answers.none")
        note = speaks.say("waiting_answers.none.note")
        return [card(title, words=cut(question.words, 200), note=note, buttons=buttons)]

    return words


def _still_asked(introduction: Introduction, asker: Member) -> Words:
    def words(speaks: Speaks) -> list[Message]:
        buttons = [
            speaks.button("introductions.yes", "introductions.yes", introduction.id),
            speaks.button("introductions.no", "introductions.no", introduction.id),
        ]
        about = speaks.say("introductions.about", about=introduction.about)
        title = speaks.say("waiting_answers.talk", name=asker.call_as)
        return [card(title, words=about, note=speaks.say("introductions.asked.note"), buttons=buttons)]

    return words


def _no_talk(introduction: Introduction, group: str, name: str) -> Words:
    def words(speaks: Speaks) -> list[Message]:
        title = speaks.say("waiting_answers.no_talk", group=group, about=introduction.about)
        note = speaks.say("waiting_answers.no_talk.note", name=name) if name else ""
        buttons = [speaks.button("waiting_answers.others", "partners.begin")]
        return [card(title, note=note, buttons=buttons)]

    return words
