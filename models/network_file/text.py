"""From a file's bytes to its data, and back from a place in the data to a line of the file."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from models.network_file.problems import NetworkFileProblem, Path, Problem, written

HELP = "see docs/network-file.md"
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .ods are ZIP files; .xls is an OLE2 file
UTF16 = (b"\xff\xfe", b"\xfe\xff")

# The signs of a JSON text that is known to be right: a key, a string, a bracket, or another value (RFC 8259).
TOKEN = re.compile(r'("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}\[\]]|[^\s{}\[\]:,"]+')


@dataclass(frozen=True)
class Text:
    """The data of a file and the line on which each of its values stands."""

    data: Any
    lines: dict[Path, int]

    def problem(self, path: Path, what: str) -> Problem:
        """A problem with the value at this path, or with what is missing there."""
        known = path
        while known not in self.lines:
            known = known[:-1]
        return Problem(self.lines[known], f"{written(path)} {what}".strip())


def read(raw: bytes) -> Text:
    """The data of a JSON file in UTF-8. Raises NetworkFileProblem, with the remedy, for anything else."""
    words = _decoded(raw)
    data = _parsed(words)
    lines: dict[Path, int] = {(): 1}
    twice = []
    for path, line in _places(words):
        if path in lines:
            twice.append(Problem(line, f"{written(path)} is written twice; keep one of the two"))
        lines[path] = line
    if twice:
        raise NetworkFileProblem(twice)
    return Text(data, lines)


def _decoded(raw: bytes) -> str:
    if not raw.strip():
        _refuse(f"the file is empty; {HELP}")
    if raw.startswith(SPREADSHEETS):
        _refuse(f"this is a spreadsheet; a network's file is JSON text: {HELP}")
    if raw.startswith(UTF16) or b"\x00" in raw[:4]:
        _refuse('this is UTF-16 text ("Unicode" in Notepad); save it again as UTF-8')
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        if _is_thai(raw):
            _refuse("this is Thai text in TIS-620 (Windows-874, ANSI); save it again as UTF-8")
        _refuse(f"this is no text file; a network's file is JSON text: {HELP}")


def _is_thai(raw: bytes) -> bool:
    """Whether most bytes beyond ASCII are letters and signs of TIS-620, and none are control characters."""
    beyond = [byte for byte in raw if byte >= 0x80]
    thai = [byte for byte in beyond if 0xA1 <= byte <= 0xFB]
    control = re.search(rb"[\x00-\x08\x0e-\x1f]", raw)
    return control is None and len(thai) > 0.9 * len(beyond)


def _parsed(words: str) -> Any:
    try:
        return json.loads(words, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        if words.lstrip()[:1] not in ("{", "["):
            _refuse(f"this is no JSON (it does not begin with {{); {HELP}")
        what = f"column {error.colno}: here the file stops being JSON: {error.msg}"
        raise NetworkFileProblem([Problem(error.lineno, what)]) from None
    except ValueError as error:
        _refuse(f"a number cannot be read: {error}")
    except RecursionError:
        _refuse(f"the file is nested too deeply for a network's file; {HELP}")


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is none")


def _places(words: str) -> Iterator[tuple[Path, int]]:
    """The path and the line of each value, in the order of the text."""
    path: list[str | int] = []
    line, before = 1, 0
    for token in TOKEN.finditer(words):
        line += words.count("\n", before, token.start())
        before = token.start()
        sign, key = token.group(), token.group(1)
        if key is not None:
            path[-1] = json.loads(key)
            yield tuple(path), line
        elif sign in "}]":
            path.pop()
        else:
            if path and isinstance(path[-1], int):
                path[-1] += 1
                yield tuple(path), line
            if sign in "{[":
                path.append("" if sign == "{" else -1)


def _refuse(what: str) -> NoReturn:
    raise NetworkFileProblem([Problem(0, what)])
