"""The overview: what is open for somebody, one line each, put together from what the capabilities know."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.cards import Row
from models.permissions import Who

if TYPE_CHECKING:
    from bot.turn import Turn

Look = Callable[["Turn"], Row | None]


class Part(StrEnum):
    """The parts of the overview, in the order in which they are read."""

    OVERDUE = "overdue"  # a day has gone by
    DECIDE = "decide"  # somebody waits for a yes or no
    QUIET = "quiet"
    WEEK = "week"  # comes within seven days
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class OverviewLine:
    """A capability's line: where it stands, the look that gives it (None: there is nothing to say), and for whom."""

    part: Part
    look: Look
    who: Who | None

    def open_to(self, turn: "Turn") -> bool:
        """Whether the speaker may have it."""
        return self.who is not None and self.who.allows(turn.standing, turn.roles)


def gathered(turn: "Turn", lines: Iterable[OverviewLine]) -> dict[Part, list[Row]]:
    """What is open for this speaker, in the order of the parts; those without a line are left out."""
    found = [(one.part, one.look(turn)) for one in lines if one.open_to(turn)]
    rows = {part: [row for where, row in found if where is part and row is not None] for part in Part}
    return {part: some for part, some in rows.items() if some}
