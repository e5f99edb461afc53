"""The field's word lists, read from ``data/lexicon``: one word or one tab-separated row a line, # for remarks."""

from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data" / "lexicon"


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of ``data/lexicon/<name>.tsv``; lines that are empty or begin with # are left out."""
    lines = (_DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line.strip() and not line.startswith("#"))


@cache
def group(name: str, section: str) -> frozenset[str]:
    """The words of one section of a list whose rows are a section's name and its words, parted by spaces."""
    return frozenset(word for row in rows(name) if row[0] == section for word in row[1].split())


@cache
def table(name: str) -> dict[str, str]:
    """A list of pairs as a dictionary: first column to second."""
    return {row[0]: row[1] for row in rows(name)}


@cache
def field() -> frozenset[str]:
    """The field's own words."""
    return frozenset(word for row in rows("words") for word in row[0].split())


@cache
def respellings() -> dict[str, str]:
    """Misspelt and dialect words, and the central Thai they stand for."""
    names = ("misspelt", "isan", "northern", "southern")
    return {row[0]: row[1] for name in names for row in rows(name) if row[1] != "-"}


@cache
def closing() -> dict[str, str]:
    """What a dialect word stands for where it closes a sentence: มาบ่ is มาไหม, บ่มา is ไม่มา."""
    return {row[0]: row[2] for name in ("isan", "northern", "southern") for row in rows(name) if len(row) > 2}
