"""What somebody tells others, as it is kept: whether it tells anything yet, its steps, and what to call it."""

import re
from functools import cache

from handlers.fit import pieces, shortened
from handlers.word_lists import rows

TELLS_FROM = 4  # meaningful words beside those around a tip
MOST_STEPS = 5
LONGEST_TITLE = 70
NUMBERED = re.compile(r"(?:^|\s)(?:ขั้นที่|ขั้นตอนที่|ข้อ)? ?(?:[1-9๑-๙])\s?[.)]\s*")
BULLET = re.compile(r"^\s*(?:[-•*]|(?:ขั้นที่|ขั้นตอนที่|ข้อ)? ?[0-9๐-๙]{1,2}\s?[.):]?)\s+")


def tells(text: str) -> bool:
    """Whether a message tells something by itself: มีเคล็ดลับมาฝาก only says that it will."""
    return (
        "\n" in text.strip() or len([one for one in pieces(text) if one not in _part("around")]) >= TELLS_FROM
    )


def steps(text: str) -> list[str]:
    """A text as its steps, at most five: its lines, else its numbers, else what stands between จากนั้น and the like.

    A text that has none of these is one step.
    """
    parts = [BULLET.sub("", line).strip() for line in text.splitlines()]
    if len([part for part in parts if part]) < 2:
        parts = NUMBERED.split(text) if len(NUMBERED.findall(text)) > 1 else _next().split(text)
    found = [part.strip() for part in parts if part.strip()]
    if len(found) <= MOST_STEPS:
        return found
    return [*found[: MOST_STEPS - 1], " ".join(found[MOST_STEPS - 1 :])]


def as_steps(text: str) -> str:
    """A text as it is kept and shown: its steps numbered, or itself where it is one."""
    found = steps(text)
    if len(found) < 2:
        return text.strip()
    return "\n".join(f"{number}. {step}" for number, step in enumerate(found, 1))


def title_of(text: str, topic: str = "") -> str:
    """What to call it: what it is about, where that is known, else how it begins."""
    return topic.strip() or shortened(text.strip(), LONGEST_TITLE)


@cache
def _next() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, _part("next")), key=len, reverse=True))
    return re.compile(rf"\s+(?=(?:{words}))")


@cache
def _part(name: str) -> frozenset[str]:
    return frozenset(word for part, said in rows("telling.tsv") if part == name for word in said.split())
