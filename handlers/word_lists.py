"""The word lists beside the handlers: rows of data/*.tsv."""

from collections.abc import Iterator
from importlib.resources import files

_DATA = files("handlers") / "data"


def rows(name: str) -> Iterator[tuple[str, ...]]:
    """The rows of data/<name>; # begins a remark."""
    for line in (_DATA / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield tuple(line.split("\t"))
