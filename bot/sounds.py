"""Voice messages that people send: kept as LINE gives them and never read; only their length and size are looked at."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

MOST_BYTES = 10 * 1024 * 1024
LONGEST = timedelta(minutes=3)
MEDIA_TYPE = "audio/mp4"  # LINE records m4a
ENDS_IN = ".m4a"


class SoundProblem(StrEnum):
    """Why a voice message is not kept."""

    TOO_LONG = "too_long"
    TOO_LARGE = "too_large"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Sound:
    """A voice message fit to be kept."""

    content: bytes
    duration: int  # milliseconds; 0: LINE did not tell


def is_too_long(duration: int) -> bool:
    """Whether a voice message of so many milliseconds is longer than what is kept."""
    return timedelta(milliseconds=duration) > LONGEST
