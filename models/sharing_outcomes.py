"""What came of invitations to tell: plain counts, by hour, topic or source, so that anybody can follow a choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.sharing import SharingPrompt

COUNTED = ("asked", "answered", "skipped")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often people were invited, and how often somebody told something."""

    asked: int = 0
    answered: int = 0

    @property
    def promise(self) -> float:
        """The share that was answered, taking one answer and one silence for granted: two of two are not yet all."""
        return (self.answered + 1) / (self.asked + 2)


def outcomes(
    session: Session,
    network_id: int,
    by: InstrumentedAttribute[Any],
    now: datetime,
    *,
    place: str | None = None,
) -> Mapping[str, Outcome]:
    """Counts by a column of the invitations that are over or answered; of one place, or of the whole network."""
    over = (SharingPrompt.state != "asked") | (SharingPrompt.open_until <= now)
    answered = func.sum(case((SharingPrompt.state == "answered", 1), else_=0))
    query = select(by, func.count(), answered).where(
        SharingPrompt.network_id == network_id, SharingPrompt.state.in_(COUNTED), over
    )
    if place is not None:
        query = query.where(SharingPrompt.place == place)
    return {value: Outcome(asked, int(told)) for value, asked, told in session.execute(query.group_by(by))}
