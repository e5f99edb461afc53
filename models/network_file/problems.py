"""What is wrong with a network's file, said so that an operator finds the place."""

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = 20

Path = tuple[str | int, ...]  # ("enterprises", 3, "offers", 0, "item")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend; the line counts from 1, 0 where the whole file is meant."""

    line: int
    what: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}" if self.line else self.what


class NetworkFileProblem(Exception):
    """The file cannot be loaded; `problems` are all that was found, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """The first problems, one a line, and how many more there are."""
        shown = [str(problem) for problem in self.problems[:SHOWN]]
        more = len(self.problems) - len(shown)
        return [*shown, f"and {more} more"] if more else shown


def written(path: Path) -> str:
    """A path as people write it: enterprises[3].offers[0].item."""
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return steps.removeprefix(".")
