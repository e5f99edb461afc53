"""In which language somebody is answered."""

from collections.abc import Sequence

from bot.buttons import pack
from bot.capability import Capability
from bot.cards import Action, Message, button
from bot.language import language, languages
from bot.turn import Turn
from models.permissions import ANYONE

capability = Capability("languages")


@capability.on("change_language", who=ANYONE)
def change_language(turn: Turn) -> Sequence[Message]:
    """ขอเป็นภาษาอังกฤษ: kept for who consented, else for this answer; only what was asked for, never guessed."""
    wanted = turn.reading.slots.get("language") if turn.reading else None
    if wanted is None:
        return [turn.text_message("languages.which", quick=_choices())]
    if wanted not in languages():
        return [turn.text_message("languages.not_yet", names=_names(), quick=_choices())]
    return _changed(turn, wanted)


@capability.on_button("choose", who=ANYONE)
def choose(turn: Turn, *arguments: str) -> Sequence[Message]:
    """A language's button."""
    wanted = arguments[0] if arguments else ""
    if wanted not in languages():
        return [turn.text_message("languages.which", quick=_choices())]
    return _changed(turn, wanted)


def _changed(turn: Turn, code: str) -> list[Message]:
    turn.language = language(code)
    if turn.member is not None:
        turn.member.language = code
    return [turn.text_message("languages.changed")]


def _choices() -> list[Action]:
    """Each language under its own name for itself."""
    return [
        button(language(code).say("languages.name"), pack("languages.choose", code)) for code in languages()
    ]


def _names() -> str:
    return ", ".join(language(code).say("languages.name") for code in languages())
