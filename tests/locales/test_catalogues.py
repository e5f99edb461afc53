"""What people read: complete, filled in, and short enough for LINE."""

import ast
import re
import string
from pathlib import Path

import pytest

from bot.cards import LABEL_LIMIT, TEXT_LIMIT, utf16
from bot.language import language, languages, msgids

ROOT = Path(__file__).parents[2]
MSGID = re.compile(r"^[a-z_]+(\.[a-z_?]+)+$")
PATTERN = re.compile(r"\{\d")
LABELLED = {"button": 0, "private_button": 0}  # methods whose first argument is the msgid of a button's words


def calls():
    for folder in ("bot", "handlers"):
        for path in (ROOT / folder).rglob("*.py"):
            if "simulator" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    yield path, node


def literal(node: ast.Call, position: int) -> str | None:
    given = node.args[position] if len(node.args) > position else None
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None


def said() -> set[str]:
    names = ("say", "text_message", "button", "private_button")
    return {
        words
        for _, node in calls()
        if node.func.attr in names and (words := literal(node, 0)) and MSGID.match(words)
    }


def labels() -> set[str]:
    return {words for _, node in calls() if node.func.attr in LABELLED and (words := literal(node, 0))}


def test_every_language_says_everything_that_thai_says():
    """th is the complete catalogue; a language that is offered lacks nothing and adds nothing."""
    for code in languages():
        assert msgids(code) == msgids("th"), code


def test_everything_that_the_code_says_has_words():
    """A msgid that no catalogue has would be an error in front of people."""
    assert said() - msgids("th") == set()
    assert len(said()) > 100


@pytest.mark.parametrize("code", languages())
def test_placeholders_are_the_same_in_all_languages(code):
    """What is filled in stands in each translation."""

    def holes(words: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(words) if name}

    for msgid in msgids("th"):
        thai, other = language("th")._catalogue.gettext(msgid), language(code)._catalogue.gettext(msgid)
        if re.search(r"\(\?|\\\\|\|", thai + other) or PATTERN.search(other):
            continue  # a pattern for reading, not a sentence to be said
        assert holes(thai) == holes(other), msgid


@pytest.mark.parametrize("code", languages())
def test_words_fit_lines_limits(code):
    """Button labels in 20 units, texts far below 5,000."""
    catalogue = language(code)._catalogue
    long = {
        msgid: catalogue.gettext(msgid) for msgid in labels() if utf16(catalogue.gettext(msgid)) > LABEL_LIMIT
    }
    assert long == {}
    assert all(utf16(catalogue.gettext(msgid)) < TEXT_LIMIT / 5 for msgid in msgids(code))
    assert len(labels()) > 20


def test_the_bot_never_scolds():
    """ไม่เข้าใจคำสั่ง and its kin are forbidden."""
    catalogue = language("th")._catalogue
    for msgid in msgids("th"):
        words = catalogue.gettext(msgid)
        assert not re.search("คำสั่ง|ไม่ถูกต้อง|ผิดพลาด|ดำเนินการเรียบร้อย", words) or "words" in msgid, (msgid, words)
