"""Minutes that a meeting of the coming week is to approve: a line of the overview, for who writes that meeting's."""

from collections.abc import Sequence
from datetime import timedelta

from bot import cards
from bot.capability import Capability
from bot.cards import Message, Row
from bot.overview import Part
from bot.turn import Turn
from handlers.meeting_list import theirs
from handlers.meeting_records import may_record
from handlers.minutes import former_card, waits
from handlers.overview import in_private, nothing_left
from models.meetings import Occurrence
from models.minute_queries import former_of
from models.permissions import BELONGS

capability = Capability("minutes_waiting")

A_WEEK = timedelta(days=7)


@capability.on_overview(Part.WEEK, who=BELONGS)
def overview(turn: Turn) -> Row | None:
    """Which meetings have minutes to approve."""
    found = _to_approve(turn)
    titles = ", ".join(one.meeting.title for one in found)
    return (
        turn.open_row("minutes.to_approve", cards.cut(titles, 100), "minutes_waiting.show") if found else None
    )


@capability.on_button("show", who=BELONGS)
def show(turn: Turn) -> Sequence[Message]:
    """Those minutes, to be read beforehand."""
    if turn.in_group:
        return in_private(turn)
    found = _to_approve(turn)[: cards.MESSAGES_A_REPLY]
    return [said for one in found for said in former_card(turn, one)] or nothing_left(turn)


def _to_approve(turn: Turn) -> list[Occurrence]:
    coming = theirs(turn, everything=True, each=True)
    soon = [one for one in coming if one.starts_at <= turn.now + A_WEEK and may_record(turn, one)]
    return [one for one in soon if waits(former_of(turn.session, one))]
