"""How the bot speaks: words of the catalogues in one person's language, and the buttons under them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot import cards
from bot.buttons import pack
from bot.cards import Message
from bot.language import Language
from bot.tools import Tools


class Speaks:
    """What a turn and a voice have in common: a language, and the tools behind links and buttons."""

    language: Language
    tools: Tools

    def say(self, msgid: str, **values: object) -> str:
        """The words for a msgid in this person's language."""
        return self.language.say(msgid, **values)

    def text_message(self, msgid: str, *, quick: Sequence[cards.Action] = (), **values: object) -> Message:
        """A text message with these words."""
        return cards.text(self.say(msgid, **values), quick)

    def button(self, label: str, name: str, *arguments: object) -> cards.Action:
        """A button with the words of `label` that calls the handler `name`."""
        return cards.button(self.say(label), pack(name, *arguments))

    def open_row(self, label: str, value: str, name: str, *arguments: object) -> cards.Row:
        """A line of a card that calls the handler `name`: the words of the msgid `label`, and a value's own words."""
        said = self.say(label)
        action = cards.button(cards.cut(said, cards.LABEL_LIMIT), pack(name, *arguments), said)
        return cards.Row(said, value, action)

    def private_button(self, label: str, words: str, **values: object) -> cards.Action:
        """A button that moves on to one-to-one: it opens the bot's chat with the words of this msgid typed in."""
        basic_id = self.tools.basic_id()
        if not basic_id:
            return cards.opens(self.say(label), "https://line.me/R/nv/chat")
        return cards.opens_chat(self.say(label), basic_id, self.say(words, **values))


@dataclass(frozen=True)
class Voice(Speaks):
    """Speaks to people who have not just said anything."""

    language: Language
    tools: Tools
