"""One message in, one reading out."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message was understood to want.

    Times in ``slots`` are local to the network's time zone, Gregorian, ISO 8601 to the minute without offset.
    ``alternatives`` are the next likely intents with their confidences, best first, without the chosen one.
    ``unclear`` names what about a time had to be left open and should be asked back, or is None.
    ``provinces`` are those that a district may be in whose name several share and whose province is not said.
    """

    intent: str
    confidence: float
    addressed: bool = True
    slots: dict[str, Any] = field(default_factory=dict)
    alternatives: tuple[tuple[str, float], ...] = ()
    unclear: str | None = None
    provinces: tuple[str, ...] = ()
