"""Asking which enterprise is meant: by a tap on a name, or by typing it."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.dialogue import Choice, Data
from bot.turn import Turn
from models.matching import enterprises_named
from models.network import Enterprise

MOST = 9


def enterprise_choices(turn: Turn, data: Data) -> Sequence[Choice]:
    """The enterprises that the message names, else the first of the network."""
    if turn.network is None:
        return []
    found = enterprises_named(turn.session, turn.network.id, data.get("words", ""), MOST)
    if not found:
        query = select(Enterprise).where(Enterprise.network_id == turn.network.id).order_by(Enterprise.id)
        found = list(turn.session.scalars(query.limit(MOST)))
    return [Choice(enterprise.short_name, str(enterprise.id)) for enterprise in found]


def find_enterprise(turn: Turn, words: str) -> str | None:
    """The enterprise whose name was typed, as a choice's value; None where none, or more than one, is meant."""
    if turn.network is None:
        return None
    found = enterprises_named(turn.session, turn.network.id, words, 2)
    return str(found[0].id) if len(found) == 1 else None
