"""A text that may be changed and still knows which of the writer's characters each of its own stands for."""

import re
from collections.abc import Callable, Iterable

Edit = tuple[int, int, str]
"""Put the third in place of the text from the first to the second."""


class Draft:
    """The text so far, and for each of its characters where in the original its source starts and ends."""

    __slots__ = ("ends", "starts", "text")

    def __init__(self, original: str) -> None:
        self.text = original
        self.starts = list(range(len(original)))
        self.ends = list(range(1, len(original) + 1))

    def translate(self, table: dict[int, str]) -> None:
        """Exchange single characters for single characters."""
        self.text = self.text.translate(table)

    def sub(self, pattern: re.Pattern[str], new: str | Callable[[re.Match[str]], str]) -> None:
        """Replace every match, as ``re.sub`` does: ``new`` is a template, or a function of the match."""
        if pattern.search(self.text):
            made = (lambda match: match.expand(new) if "\\" in new else new) if isinstance(new, str) else new
            self.apply([(*match.span(), made(match)) for match in pattern.finditer(self.text)])

    def apply(self, edits: Iterable[Edit]) -> None:
        """Make edits that stand in ascending order and do not overlap."""
        done = 0
        text: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for start, end, new in edits:
            head, tail = _shared(self.text[start:end], new)
            first, last = self._source(start + head, end - tail)
            made = new[head : len(new) - tail]
            text += self.text[done : start + head], made
            starts += self.starts[done : start + head] + [first] * len(made)
            ends += self.ends[done : start + head] + [last] * len(made)
            done = end - tail
        if text:
            self.text = "".join(text) + self.text[done:]
            self.starts = starts + self.starts[done:]
            self.ends = ends + self.ends[done:]

    def _source(self, start: int, end: int) -> tuple[int, int]:
        if start < end:
            return min(self.starts[start:end]), max(self.ends[start:end])
        place = self.ends[start - 1] if start else 0
        return place, place


def _shared(old: str, new: str) -> tuple[int, int]:
    """How many characters two texts share at their beginnings, and of what is left at their ends."""
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    tail = next((at for at in range(shorter - head) if old[-1 - at] != new[-1 - at]), shorter - head)
    return head, tail
