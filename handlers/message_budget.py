"""งบข้อความ: what LINE lets the bot send this month, for coordinators."""

from collections.abc import Sequence

from bot.budget import BudgetState, look
from bot.capability import Capability
from bot.cards import Message, Row, card
from bot.notices import Urgency
from bot.overview import Part
from bot.turn import Turn
from models.permissions import Role, only

capability = Capability("message_budget")


@capability.on_words("message_budget.words", who=only(Role.COORDINATOR))
@capability.on_button("show", who=only(Role.COORDINATOR))
def show(turn: Turn, *_groups: str) -> Sequence[Message]:
    """Used, planned, saved by riding, and what will not fit."""
    assert turn.network is not None  # noqa: S101 - who holds a role has a network
    shared = look(turn.session, turn.tools.wall())
    ours = look(turn.session, turn.tools.wall(), turn.network.id)
    return [
        card(
            turn.say("message_budget.title"),
            big=[_left(turn, shared)],
            rows=_rows(turn, shared, ours),
            note=_note(turn, shared),
        )
    ]


@capability.on_overview(Part.MONTH, who=only(Role.COORDINATOR))
def overview(turn: Turn) -> Row | None:
    """What can still be sent this month; nothing where there is no limit."""
    state = look(turn.session, turn.tools.wall())
    if state.left is None:
        return None
    left = turn.say("message_budget.left_of", left=f"{state.left:,}", quota=f"{state.quota:,}")
    return turn.open_row("message_budget.title", left, "message_budget.show")


def _left(turn: Turn, state: BudgetState) -> str:
    if state.left is None:
        return turn.say("message_budget.unlimited")
    return turn.say("message_budget.left", left=f"{state.left:,}")


def _rows(turn: Turn, shared: BudgetState, ours: BudgetState) -> list[Row]:
    used = f"{shared.used:,}" if shared.quota is None else f"{shared.used:,} / {shared.quota:,}"
    shown = [("used", used), ("planned", f"{ours.planned:,}"), ("saved", f"{ours.saved:,}")]
    return [
        Row(turn.say(f"message_budget.{name}"), turn.say("message_budget.messages", count=count))
        for name, count in shown
    ]


def _note(turn: Turn, state: BudgetState) -> str:
    if state.unfit:
        return turn.say("message_budget.unfit", count=f"{state.unfit:,}")
    ordinary = state.may_spend(Urgency.ORDINARY)
    if ordinary is not None and ordinary == 0:
        return turn.say("message_budget.only_urgent")
    return turn.say("message_budget.how_saved")
