"""The way through open forms: what is asked next, what was typed or tapped as its answer, the card, the deed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bot import cards
from bot.buttons import pack
from bot.cards import Action, Message
from bot.dialogue import BUTTON, CONFIRM, FREE_TEXT, SKIPPED, Choice, Data, FormKind, Question, open_form
from bot.turn import Turn, chat_of
from bot.understanding.answers import Answer, bare, read_answer, read_correction
from models.chats import Form

GROUP_LISTENS = timedelta(minutes=10)
ENOUGH = 3  # characters of a choice that may stand for it
# no two read the same words alike
EXACT = frozenset({"money", "people", "quantity", "date", "datetime", "phone"})


class Forms:
    """All kinds of forms by name, and the way through them."""

    def __init__(self, kinds: Mapping[str, FormKind]) -> None:
        self._kinds = kinds

    def kind(self, form: Form) -> FormKind:
        """The kind of a form."""
        return self._kinds[form.kind]

    def start(self, turn: Turn, name: str, data: Data) -> list[Message]:
        """Open a form with what is known already, and say its first words."""
        return self.go_on(turn, self.open(turn, name, data))

    def open(self, turn: Turn, name: str, data: Data) -> Form:
        """Open a form with what is known already, closing the one that was open here."""
        assert turn.member is not None  # noqa: S101 - forms belong to members: handlers that open one say CONSENTED
        former = open_form(turn.session, turn.chat.id, turn.member.id)
        if former is not None:
            self.end(turn, former, "cancelled")
        form = Form(
            chat_id=turn.chat.id,
            member_id=turn.member.id,
            kind=name,
            step=CONFIRM,
            data=dict(data),
            source_message_id=turn.incoming.message_id,
            opened_at=turn.now,
            touched_at=turn.now,
        )
        turn.session.add(form)
        turn.session.flush()
        return form

    def go_on(self, turn: Turn, form: Form) -> list[Message]:
        """Ask what is still missing, else show the card, else act."""
        kind = self.kind(form)
        form.touched_at, form.told_asleep = turn.now, False
        form.version += 1
        missing = next((one for one in kind.questions if _missing(one, form.data)), None)
        if missing is not None:
            return self._ask(turn, form, missing)
        form.step = CONFIRM
        if kind.card is None:
            return self._act(turn, form)
        turn.session.flush()
        return [kind.card(turn, form.data, self._confirm_buttons(turn, form))]

    def answer(self, turn: Turn, form: Form) -> list[Message] | None:
        """Take what was typed as the answer to what the form asks; None where it does not fit."""
        question = self.kind(form).question(form.step)
        if question is None:
            return self._answer_card(turn, form)
        answer = _read(turn, form, question)
        if answer is None:
            return self._merge(turn, form) if question.open_ended else None
        if answer.kind == "cancel":
            return self.cancel(turn, form)
        if answer.kind in ("skip", "unknown"):
            return self._skip(turn, form, question)
        return self._take(turn, form, question, answer.value)

    def tapped(
        self, turn: Turn, form: Form, version: int | None, what: str, value: str = ""
    ) -> list[Message]:
        """A button of this form was tapped."""
        if form.state != "open":
            return [turn.text_message(f"form.closed.{form.state}")]
        if version != form.version and what not in ("cancel", "resume"):
            return [turn.text_message("form.old_button"), *self.go_on(turn, form)]
        question = self.kind(form).question(form.step)
        match what, question:
            case "yes", None:
                return self._act(turn, form)
            case "edit", None:
                return self._edit(turn, form, value)
            case "pick", Question():
                return self._take(turn, form, question, turn.incoming.picked or value)
            case "skip", Question(may_skip=True):
                return self._skip(turn, form, question)
            case "cancel", _:
                return self.cancel(turn, form)
            case _:
                return self.go_on(turn, form)

    def take_place(
        self, turn: Turn, form: Form, words: str, point: tuple[float, float] | None
    ) -> list[Message] | None:
        """Take a place that was sent from the map: its words, and its point as `<question>_point`; None where no place
        is asked."""
        question = self.kind(form).question(form.step)
        if question is None or question.expects != "place":
            return None
        return self._take(turn, form, question, words, {_point_of(question): list(point)} if point else {})

    def missed(self, turn: Turn, form: Form) -> list[Message]:
        """What was said fits nothing: say kindly what is asked, with an example."""
        form.misses += 1
        turn.session.flush()
        return [turn.text_message("form.not_taken"), *self.go_on(turn, form)]

    def cancel(self, turn: Turn, form: Form) -> list[Message]:
        """End the form on its owner's word."""
        self.end(turn, form, "cancelled")
        return [turn.text_message("form.cancelled")]

    def end(self, turn: Turn, form: Form, state: str) -> None:
        """End a form without acting; nothing of what it held is kept."""
        self.kind(form).dropped(turn, form)
        form.state, form.data, form.waiting_text, form.touched_at = state, {}, None, turn.now
        turn.session.flush()

    def offer_to_leave(self, turn: Turn, form: Form) -> list[Message]:
        """A clear new command came in the middle of a form: ask which of the two goes on."""
        form.waiting_text = turn.text
        turn.session.flush()
        quick = [
            cards.button(turn.say("form.leave"), pack(BUTTON, form.id, form.version, "leave")),
            cards.button(turn.say("form.stay"), pack(BUTTON, form.id, form.version, "stay")),
        ]
        return [cards.text(turn.say("form.leave?", what=turn.say(f"{form.kind}.label")), quick)]

    def takes_pictures(self, form: Form, now: datetime) -> bool:
        """Whether a picture sent now belongs to this form."""
        return (
            self.kind(form).takes_pictures and form.state == "open" and now - form.touched_at <= GROUP_LISTENS
        )

    def fits(self, form: Form, text: str, now: datetime) -> bool:
        """Whether a text in a group can only be the answer to what the form has just asked there."""
        if now - form.touched_at > GROUP_LISTENS:
            return False
        question = self.kind(form).question(form.step)
        expects = "yes_no" if question is None else question.expects
        if expects in FREE_TEXT:
            return False
        answer = _read_control(text, now) if expects == "choice" else read_answer(text, expects, now)
        return answer is not None

    def _answer_card(self, turn: Turn, form: Form) -> list[Message] | None:
        answer = read_answer(turn.text, "yes_no", turn.now)
        if answer is not None and answer.kind == "cancel":
            return self.cancel(turn, form)
        decided = answer is not None and answer.kind == "value" and not answer.says_more
        if not decided and (changed := self._merge(turn, form) or self._correct(turn, form)) is not None:
            return changed
        if answer is None or (answer.says_more and answer.value):
            return None  # ใช่ แต่ …: what was said after the word may take it back
        return self._act(turn, form) if answer.value else self._edit(turn, form, "")

    def _merge(self, turn: Turn, form: Form) -> list[Message] | None:
        merge, data = self.kind(form).merge, dict(form.data)
        if merge is None or turn.reading is None or not merge(turn, data, turn.reading):
            return None
        form.data = data
        return self.go_on(turn, form)

    def _correct(self, turn: Turn, form: Form) -> list[Message] | None:
        """Take a value said while the card stands where it can only be the answer to one of the questions."""
        fitting = [
            (question, value)
            for question in self.kind(form).questions
            if question.expects in EXACT and (question.name in form.data or question.when(form.data))
            if (value := _correction(turn, question.expects)) is not None
        ]
        return self._take(turn, form, *fitting[0]) if len(fitting) == 1 else None

    def _take(
        self, turn: Turn, form: Form, question: Question, value: Any, more: Data | None = None
    ) -> list[Message]:
        problem = question.check(turn, value) if question.check else None
        if problem is not None:
            return [turn.text_message(problem), *self._ask(turn, form, question)]
        skipped = [name for name in form.data.get(SKIPPED, []) if name != question.name]
        others = {name: kept for name, kept in form.data.items() if name != _point_of(question)}
        form.data = {**others, question.name: _plain(value), SKIPPED: skipped, **(more or {})}
        form.misses = 0
        return self.go_on(turn, form)

    def _skip(self, turn: Turn, form: Form, question: Question) -> list[Message]:
        if not question.may_skip:
            return [turn.text_message("form.needed"), *self._ask(turn, form, question)]
        data = {name: value for name, value in form.data.items() if name != question.name}
        form.data = {**data, SKIPPED: [*form.data.get(SKIPPED, []), question.name]}
        return self.go_on(turn, form)

    def _edit(self, turn: Turn, form: Form, name: str) -> list[Message]:
        """Ask which thing to change, or ask that thing again."""
        questions = self.kind(form).questions
        if (question := self.kind(form).question(name)) is not None:
            return self._ask(turn, form, question)
        choices = [
            cards.button(
                turn.say(f"{form.kind}.{one.name}.label"),
                pack(BUTTON, form.id, form.version, "edit", one.name),
            )
            for one in questions
            if one.listed
        ]
        return [cards.text(turn.say("form.edit_what"), [*choices, self._cancel_button(turn, form)])]

    def _ask(self, turn: Turn, form: Form, question: Question) -> list[Message]:
        form.step, form.touched_at = question.name, turn.now
        if turn.in_group and question.expects in FREE_TEXT and question.choices is None:
            return self.go_private(turn, form)  # what is typed freely in a group is not ours to read
        turn.session.flush()
        choices = question.choices(turn, form.data) if question.choices else ()
        quick = [self._choice_button(form, choice) for choice in choices]
        if question.expects == "date":
            quick.append(_date_button(turn, form))
        if question.expects == "place":
            quick.append(cards.place_button(turn.say("form.pick_place")))
        if question.may_skip:
            quick.append(self._button(turn, form, "form.skip", "skip"))
            quick.append(self._button(turn, form, "form.unknown", "skip", "unknown"))
        return [
            cards.text(turn.say(f"{form.kind}.{question.name}"), [*quick, self._cancel_button(turn, form)])
        ]

    def go_private(self, turn: Turn, form: Form, title: str = "form.private") -> list[Message]:
        """Move the form to its member's one-to-one chat, where it goes on; `title` is the msgid said in the group."""
        assert turn.incoming.user_id is not None  # noqa: S101 - the turn has a member, so it has a user
        private = chat_of(turn.session, "user", turn.incoming.user_id)
        former = open_form(turn.session, private.id, form.member_id)
        if former is not None:
            self.end(turn, former, "cancelled")
        form.chat_id = private.id
        turn.session.flush()
        button = turn.private_button("form.go_private", "form.resume_word")
        return [cards.card(turn.say(title), buttons=[button])]

    def _act(self, turn: Turn, form: Form) -> list[Message]:
        messages = list(self.kind(form).done(turn, form))
        form.state, form.data, form.waiting_text, form.touched_at = "done", {}, None, turn.now
        turn.session.flush()
        return messages

    def _confirm_buttons(self, turn: Turn, form: Form) -> list[Action]:
        return [
            self._button(turn, form, "form.yes", "yes"),
            self._button(turn, form, "form.edit", "edit"),
            self._cancel_button(turn, form),
        ]

    def _cancel_button(self, turn: Turn, form: Form) -> Action:
        return self._button(turn, form, "form.cancel", "cancel")

    def _choice_button(self, form: Form, choice: Choice) -> Action:
        label = cards.cut(choice.label, cards.LABEL_LIMIT)
        return cards.button(label, pack(BUTTON, form.id, form.version, "pick", choice.value), choice.label)

    def _button(self, turn: Turn, form: Form, label: str, what: str, *value: str) -> Action:
        return cards.button(turn.say(label), pack(BUTTON, form.id, form.version, what, *value))


def _point_of(question: Question) -> str:
    """Where a form keeps the point on the map of the place that a question asks for."""
    return f"{question.name}_point"


def _missing(question: Question, data: Data) -> bool:
    return question.name not in data and question.name not in data.get(SKIPPED, []) and question.when(data)


def _read(turn: Turn, form: Form, question: Question) -> Answer | None:
    if (
        question.choices is not None
        and (meant := _chosen(turn, question.choices(turn, form.data))) is not None
    ):
        return Answer("value", meant)
    if question.resolve is not None and (found := question.resolve(turn, turn.text)) is not None:
        return Answer("value", found)
    if question.expects == "choice":
        return _read_control(turn.text, turn.now)
    return read_answer(turn.text, question.expects, turn.now)


def _chosen(turn: Turn, choices: Sequence[Choice]) -> str | None:
    """The one choice with these words, or with enough of them: 19 ธ.ค. for "19 ธ.ค. ประชุมใหญ่สิ้นปี"."""
    said = bare(turn.text)
    for choice in choices:
        if said == bare(choice.label):
            return choice.value
    near = [choice.value for choice in choices if len(said) >= ENOUGH and said in bare(choice.label)]
    return near[0] if len(near) == 1 else None


def _correction(turn: Turn, expects: str) -> Any:
    value = read_correction(turn.text, expects, turn.now)
    if expects == "date" and "T" in (read_correction(turn.text, "datetime", turn.now) or ""):
        return None  # a time of day names no day
    return value


def _read_control(text: str, now: datetime) -> Answer | None:
    """ข้าม, ไม่รู้ or ยกเลิก; None for all else."""
    answer = read_answer(text, "number", now)
    return answer if answer is not None and answer.kind != "value" else None


def _date_button(turn: Turn, form: Form) -> Action:
    today = turn.now.date().isoformat()
    return cards.date_button(
        turn.say("form.pick_date"), pack(BUTTON, form.id, form.version, "pick"), initial=today
    )


def _plain(value: Any) -> Any:
    """A value as it can be kept as JSON."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
