"""How often words stand in the Thai National Corpus.

As a dict its 106,000 words take 28 MB; here they stay as they lie in the file, sorted, in 2 MB.
"""

from array import array
from bisect import bisect_left
from functools import cache
from importlib.resources import files
from itertools import accumulate

FILE = "tnc_freq.txt"  # of pythainlp, whose own reader keeps every line for good


class Corpus:
    """Words with their counts: lines of `word TAB count`."""

    def __init__(self, lines: list[bytes]) -> None:
        lines.sort()
        self._text = b"".join(lines)
        self._starts = array("I", accumulate(map(len, lines), initial=0))
        self.total = sum(int(line.partition(b"\t")[2]) for line in lines)

    def count(self, word: str) -> int:
        """How often the word stands there; 0 for a word that does not."""
        sought = word.encode() + b"\t"
        line = self._line(bisect_left(range(len(self._starts) - 1), sought, key=self._line))
        return int(line.removeprefix(sought)) if line.startswith(sought) else 0

    def _line(self, number: int) -> bytes:
        return self._text[slice(*self._starts[number : number + 2])]


@cache
def corpus() -> Corpus:
    """The Thai National Corpus."""
    text = files("pythainlp.corpus").joinpath(FILE).read_bytes()
    return Corpus([line.strip() for line in text.splitlines()])
