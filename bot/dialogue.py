"""Open forms: a dialogue that asks one question at a time, shows a card, and acts after ถูกต้อง.

A form belongs to one (chat, member). It sleeps after half an hour (its words are then no longer taken as answers),
and ends after a day. In a group it takes a tap, a photo, or text that fits what was just asked, for ten minutes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.buttons import number
from bot.cards import Action, Message
from bot.turn import Turn
from bot.understanding.reading import Reading
from models.chats import Form

SLEEPS_AFTER = timedelta(minutes=30)
ENDS_AFTER = timedelta(hours=24)
MISSES = 3  # then a person is offered

CONFIRM = "confirm"
BUTTON = "form"  # the name of all form buttons: form/<id>/<version>/<what>[/<value>]
SKIPPED = "_skipped"
# in a group no text can be told apart as the answer to these
FREE_TEXT = frozenset({"text", "name", "place"})

OPEN_FORM = select(Form.id).where(
    Form.chat_id == bindparam("chat"), Form.member_id == bindparam("member"), Form.state == "open"
)

Data = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """One of the answers offered as a button."""

    label: str  # words, not a msgid
    value: str


@dataclass(frozen=True)
class Question:
    """One thing a form asks. Its words are the msgid `<form>.<name>`, its name in lists `<form>.<name>.label`."""

    name: str
    expects: str  # a kind of bot.understanding.answers, or choice
    when: Callable[[Data], bool] = lambda data: True
    choices: Callable[[Turn, Data], Sequence[Choice]] | None = None
    # a typed answer where there are choices; None: no such one
    resolve: Callable[[Turn, str], Any] | None = None
    may_skip: bool = True
    check: Callable[[Turn, Any], str | None] | None = None  # gives the msgid of why a value cannot be
    any_words: bool = False  # whatever is typed is the answer, even what reads as a command
    open_ended: bool = False  # may be answered in free words, which the form's `merge` reads
    listed: bool = True  # offered where it is asked what to change

    @property
    def takes_any_words(self) -> bool:
        """Whether nearly every text would pass as its answer."""
        return self.open_ended or self.expects in FREE_TEXT


@dataclass(frozen=True)
class FormKind:
    """A kind of form: what it asks, the card it shows, and what it does when the card is right."""

    name: str
    questions: tuple[Question, ...]
    # with these buttons; None: acts without asking
    card: Callable[[Turn, Data, Sequence[Action]], Message] | None
    done: Callable[[Turn, Form], Sequence[Message]]
    own: frozenset[str] = frozenset()  # intents that are a continuation of this form, not a new command
    takes_pictures: bool = False
    # takes a correction said in free words into the data
    merge: Callable[[Turn, Data, Reading], bool] | None = None
    # the form ended without ถูกต้อง
    dropped: Callable[[Turn, Form], None] = field(default=lambda turn, form: None)

    @property
    def only_asks_which(self) -> bool:
        """Whether nothing is lost when its member says something else: it only asks which of some was meant."""
        return self.card is None and all(one.expects == "choice" for one in self.questions)

    def question(self, name: str) -> Question | None:
        """The question of this name."""
        return next((one for one in self.questions if one.name == name), None)


def open_form(session: Session, chat_id: int, member_id: int) -> Form | None:
    """The form that is open between a chat and a member."""
    ident = session.connection().scalar(OPEN_FORM, {"chat": chat_id, "member": member_id})
    return session.get(Form, ident) if ident is not None else None


def tapped_form(session: Session, arguments: Sequence[str]) -> Form | None:
    """The form that a form button names."""
    ident = number(arguments[0]) if len(arguments) >= 3 else None
    return session.get(Form, ident) if ident is not None else None


def forms_from(session: Session, message_id: str) -> Sequence[Form]:
    """The open forms that a message started."""
    return session.scalars(
        select(Form).where(Form.source_message_id == message_id, Form.state == "open")
    ).all()


def asleep(form: Form, now: datetime) -> bool:
    """Whether so much time went by that words are no longer answers to it."""
    return now - form.touched_at > SLEEPS_AFTER


def over(form: Form, now: datetime) -> bool:
    """Whether so much time went by that the form ends."""
    return now - form.touched_at > ENDS_AFTER
