"""From a reading or a tap to the handler that deals with it."""

from collections.abc import Iterable, Sequence

from bot.buttons import number, unpack
from bot.capability import Capability, MenuEntry, Route
from bot.cards import Message
from bot.dialogue import (
    BUTTON,
    MISSES,
    asleep,
    forms_from,
    open_form,
    over,
    tapped_form,
)
from bot.forms import Forms
from bot.inbox import forget_message
from bot.language import DEFAULT, language
from bot.merging import merged
from bot.offered import meant_button, offered_button
from bot.turn import Turn
from bot.understanding.answers import read_answer
from models.chats import Form
from models.people import Member
from models.permissions import Standing

CHATTER = frozenset({"small_talk", "other"})  # said in the middle of a form, they do not end it
SHORT_ANSWERS = frozenset({"rsvp"})  # ไม่ไป, ยังไม่ถึง: said to a question of another form, they answer that one


class Router:
    """All capabilities together: the one way from an event to its answer."""

    def __init__(self, capabilities: Iterable[Capability]) -> None:
        self._capabilities = tuple(capabilities)
        self.intents = merged(capability.intents for capability in self._capabilities)
        self.buttons = merged(capability.buttons for capability in self._capabilities)
        self._declining = frozenset().union(*(one.declining for one in self._capabilities))
        self._events = merged(capability.events for capability in self._capabilities)
        self._doors = merged(capability.doors for capability in self._capabilities)
        self._words = merged(capability.words for capability in self._capabilities)
        self._quotes = merged(capability.quotes for capability in self._capabilities)
        self._menu = sorted(
            (entry for one in self._capabilities for entry in one.menu), key=lambda entry: entry.place
        )
        self.overview = [line for one in self._capabilities for line in one.overview]
        self.pages = merged(capability.pages for capability in self._capabilities)
        self.feeds = merged(capability.feeds for capability in self._capabilities)
        self.entries = merged(capability.entries for capability in self._capabilities)
        self.timed = [work for one in self._capabilities for work in one.timed]
        self.forms = Forms(merged(capability.forms for capability in self._capabilities))

    def answer(self, turn: Turn) -> list[Message]:
        """What the bot says to this event; nothing where it has nothing to say."""
        for capability in self._capabilities:
            for watch in capability.watchers:
                watch(turn)
        match turn.incoming.kind:
            case "postback":
                return self._tapped(turn, turn.incoming.data or "")
            case "unsend":
                return self._unsent(turn)
            case "message" | "messageEdited" if turn.incoming.message_kind == "text":
                return self._typed(turn)
            case "message":
                return self._happened(turn, f"{turn.incoming.message_kind}")
            case kind:
                return self._happened(turn, kind)

    def load(self) -> None:
        """Make ready what the first messages would wait for: the words, and what handlers look things up in."""
        for msgid in self._words:
            language(DEFAULT).pattern(msgid)
        for capability in self._capabilities:
            for load in capability.loads:
                load()

    def hears(self, turn: Turn) -> bool:
        """Whether anybody wants the voice message that has come."""
        return any(hears(turn) for capability in self._capabilities for hears in capability.hearers)

    def menu(self, turn: Turn) -> list[MenuEntry]:
        """What this speaker may begin, in the order of the menu."""
        return [entry for entry in self._menu if entry.route.open_to(turn)]

    def call(self, turn: Turn, route: Route | None, *arguments: str) -> list[Message]:
        """Call a handler, or say at the door why not."""
        if route is None:
            return self._happened(turn, "not_understood")
        if route.open_to(turn):
            return list(route.handler(turn, *arguments))
        if route.who is not None and not route.who.allows(turn.standing, route.who.roles):
            return self._door(turn, route.who.standing)
        return self._happened(turn, "not_allowed")

    def erase(self, turn: Turn, member: Member) -> None:
        """Have every capability delete what it keeps of a member, or free it of their name."""
        for capability in self._capabilities:
            for eraser in capability.erasers:
                eraser(turn, member)

    def read_as(self, turn: Turn, intent: str, words: str) -> list[Message]:
        """Deal with words whose meaning their speaker has made clear."""
        turn.read(words, intent)
        return self.call(turn, self.intents.get(intent))

    def _typed(self, turn: Turn) -> list[Message]:
        if turn.incoming.kind == "messageEdited" and not self._takes_edit(turn):
            return []
        form = self._open_form(turn)
        button = self._meant_button(turn)
        if button is not None and not _is_of_former(button, form):
            return self._tapped(turn, button)
        if form is None:
            return self._read(turn)
        if over(form, turn.now):
            self.forms.end(turn, form, "expired")
            note = turn.text_message("form.expired", what=turn.say(f"{form.kind}.label"))
            return [note, *self._read(turn)]
        if turn.text.strip() == turn.say("form.resume_word"):
            return self.forms.go_on(turn, form)
        if asleep(form, turn.now) and _says_no(turn) == "cancel":
            return self.forms.cancel(turn, form)
        if asleep(form, turn.now):
            return [*self._still_open(turn, form), *self._read(turn)]
        return self._answered(turn, form)

    def _meant_button(self, turn: Turn) -> str | None:
        """The button of the last answer that was typed: by its words, or by a no where it asked yes or no."""
        chat, wall = turn.incoming.chat_id, turn.tools.wall()
        named = meant_button(turn.session, chat, turn.text, wall)
        if named is not None or not _says_no(turn):
            return named
        return offered_button(turn.session, chat, self._declining, wall)

    def _answered(self, turn: Turn, form: Form) -> list[Message]:
        """What was typed while a form is open: its answer, or a new command, or neither."""
        question = self.forms.kind(form).question(form.step)
        command = self._is_command(turn, form)
        if command and question is not None and question.takes_any_words:
            return self.forms.offer_to_leave(turn, form)
        taken = self.forms.answer(turn, form)
        if taken is not None:
            return taken
        if command and self.forms.kind(form).only_asks_which:
            self.forms.end(turn, form, "cancelled")
            return self._read(turn)
        if command:
            return self.forms.offer_to_leave(turn, form)
        if form.misses + 1 >= MISSES:
            form.misses = 0
            return self._happened(turn, "lost")
        return self.forms.missed(turn, form)

    def _is_command(self, turn: Turn, form: Form) -> bool:
        reading, kind = turn.reading, self.forms.kind(form)
        question = kind.question(form.step)
        if reading is None or (question is not None and question.any_words):
            return False
        if self._words_heard(turn) is not None:
            return True
        # Beside a finished card everything clear is a new command; what corrects the card has been taken before.
        # Where only one of some is asked, what is none of them was said anew.
        short = frozenset() if kind.only_asks_which else SHORT_ANSWERS
        own = kind.own | short if question is not None else frozenset()
        return turn.sure and reading.intent in self.intents and reading.intent not in own | CHATTER

    def _still_open(self, turn: Turn, form: Form) -> list[Message]:
        if form.told_asleep:
            return []
        form.told_asleep = True
        return [turn.text_message("form.asleep", what=turn.say(f"{form.kind}.label"))]

    def _read(self, turn: Turn) -> list[Message]:
        if (quoting := self._quoting(turn)) is not None:
            return quoting
        if (worded := self._worded(turn)) is not None:
            return worded
        return self.as_read(turn)

    def as_read(self, turn: Turn) -> list[Message]:
        """What is said to words as they were understood; also of such as look like a handler's own and are not."""
        reading = turn.reading
        if reading is None:
            return self._happened(turn, "not_understood")
        if turn.standing is Standing.STRANGER and not turn.in_group:
            return self._to_stranger(turn)
        if not any(character.isalnum() for character in turn.words):
            return self._happened(turn, "sticker")  # only emoji
        if not turn.sure:
            return self._happened(turn, "unsure")
        turn.chat.misses = 0 if reading.intent in self.intents else turn.chat.misses
        return self.call(turn, self.intents.get(reading.intent))

    def _worded(self, turn: Turn) -> list[Message] | None:
        """What is said to words that a handler has declared as they are; None for all others."""
        heard = self._words_heard(turn)
        return self.call(turn, heard[0], *heard[1]) if heard is not None else None

    def _words_heard(self, turn: Turn) -> tuple[Route, tuple[str, ...]] | None:
        for msgid, route in self._words.items():
            if (parts := turn.heard(msgid)) is not None and route.when(turn):
                return route, parts
        return None

    def _quoting(self, turn: Turn) -> list[Message] | None:
        """What is said to words that quote a notice whose kind a handler takes answers to; None for all others."""
        quoted = turn.quoted_notice()
        route = self._quotes.get(quoted.kind) if quoted else None
        return self.call(turn, route, f"{quoted.object_id or 0}") if quoted and route else None

    def _to_stranger(self, turn: Turn) -> list[Message]:
        """One-to-one, before consent: what may be said to anyone, then who the bot is and what it asks."""
        route = self.intents.get(turn.reading.intent) if turn.reading and turn.sure else None
        said = list(route.handler(turn)) if route and route.open_to(turn) else []
        return [*said, *self._door(turn, Standing.CONSENTED)]

    def _tapped(self, turn: Turn, data: str) -> list[Message]:
        name, arguments = unpack(data)
        if name == BUTTON:
            return self._tapped_form(turn, arguments)
        route = self.buttons.get(name)
        if route is None:
            return [turn.text_message("form.closed.done")]
        return self.call(turn, route, *arguments)

    def _tapped_form(self, turn: Turn, arguments: Sequence[str]) -> list[Message]:
        form = tapped_form(turn.session, arguments)
        if form is None:
            return [turn.text_message("form.closed.expired")]
        if turn.member is None:
            return self._door(turn, Standing.CONSENTED)
        if form.member_id != turn.member.id:
            return [turn.text_message("form.not_yours")]
        if form.state == "open" and over(form, turn.now):
            self.forms.end(turn, form, "expired")
        _, version, what, *value = arguments
        if what == "leave" and form.state == "open":
            return self._leave(turn, form)
        return self.forms.tapped(turn, form, number(version), what, *value[:1])

    def _leave(self, turn: Turn, form: Form) -> list[Message]:
        """The open form is left for the command that was said in its middle."""
        words = form.waiting_text or ""
        self.forms.end(turn, form, "cancelled")
        if not words:
            return [turn.text_message("form.cancelled")]
        turn.read(words)
        return self._read(turn)

    def _takes_edit(self, turn: Turn) -> bool:
        """Whether an edit is to be read: it is the first that is seen of the message, or its form is still open."""
        message_id = turn.incoming.message_id or ""
        opened = forms_from(turn.session, message_id)
        for form in opened:
            self.forms.end(turn, form, "cancelled")
        return bool(opened) or not turn.seen_before

    def _unsent(self, turn: Turn) -> list[Message]:
        message_id = turn.incoming.message_id
        if message_id is not None:
            for capability in self._capabilities:
                for forget in capability.forgetters:
                    forget(turn, message_id)
            for form in forms_from(turn.session, message_id):
                self.forms.end(turn, form, "cancelled")
            forget_message(turn.session, message_id)
        return []

    def _open_form(self, turn: Turn) -> Form | None:
        return open_form(turn.session, turn.chat.id, turn.member.id) if turn.member else None

    def _door(self, turn: Turn, standing: Standing) -> list[Message]:
        return list(self._doors[standing](turn))

    def _happened(self, turn: Turn, kind: str) -> list[Message]:
        handler = self._events.get(kind)
        return list(handler(turn)) if handler else []


def _is_of_former(button: str, form: Form | None) -> bool:
    """Whether a button belongs to another form than the one that is open: its words are said to the open one, whose
    card may have come another way or be still to come."""
    name, arguments = unpack(button)
    return form is not None and name == BUTTON and arguments[:1] != (str(form.id),)


def _says_no(turn: Turn) -> str:
    """Whether nothing but a no was said: "cancel" or "no", else empty."""
    answer = read_answer(turn.text, "yes_no", turn.now)
    if answer is None or answer.says_more:
        return ""
    if answer.kind == "cancel":
        return "cancel"
    return "no" if answer.value is False else ""
