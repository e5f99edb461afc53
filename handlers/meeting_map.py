"""แผนที่: the place of a meeting as LINE shows places, for all who may see its card."""

from collections.abc import Sequence

from bot.buttons import number
from bot.capability import Capability
from bot.cards import Message, location
from bot.turn import Turn
from handlers.meeting_list import concerns
from models.meetings import Occurrence
from models.permissions import ANYONE

capability = Capability("meeting_map")


@capability.on_button("show", who=ANYONE)
def show(turn: Turn, *arguments: str) -> Sequence[Message]:
    """The place on the map."""
    ident = number(arguments[0]) if arguments else None
    found = turn.session.get(Occurrence, ident) if ident is not None else None
    if found is None or turn.network is None or found.meeting.network_id != turn.network.id:
        return [turn.text_message("meeting_answers.gone")]
    if not concerns(turn, found, everything=True):
        return [turn.text_message("meeting_answers.not_invited")]
    if found.latitude is None or found.longitude is None:
        return [turn.text_message("meetings.no_map", place=found.place)]
    return [location(found.meeting.title, found.place, found.latitude, found.longitude)]
