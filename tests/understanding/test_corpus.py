"""The corpus the intent classifier learns from: its form, its breadth, and that no line teaches two things."""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

CORPUS = Path(__file__).parents[2] / "bot" / "understanding" / "data" / "corpus"
INTENTS = {
    "log_activity",
    "show_activities",
    "correct_record",
    "ask_advice",
    "share_knowledge",
    "find_partner",
    "post_offer",
    "create_meeting",
    "show_meetings",
    "change_meeting",
    "rsvp",
    "announce",
    "show_digest",
    "record_fund",
    "show_fund",
    "request_mentor",
    "raise_concern",
    "praise",
    "register",
    "update_profile",
    "privacy",
    "change_language",
    "help",
    "small_talk",
    "other",
}
OF_NOBODY = "ordinary_talk"  # talk of groups; its intent is `other`
LEAST_LINES = {"log_activity": 280, "ask_advice": 280, "find_partner": 280, OF_NOBODY: 2000}
FAMILY = re.compile(r"[a-z][a-z0-9_]*")


class Utterance(NamedTuple):
    family: str
    text: str


def raw_lines(name: str) -> list[str]:
    text = (CORPUS / f"{name}.tsv").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def utterances(name: str) -> list[Utterance]:
    return [Utterance(*line.split("\t")) for line in raw_lines(name)]


def as_heard(text: str) -> str:
    """What is left of an utterance when spaces, punctuation and emoji are not heard."""
    return re.sub(r"[^\w\u0e00-\u0e7f]", "", text.casefold()) or text


NAMES = sorted(path.stem for path in CORPUS.glob("*.tsv"))


def test_every_intent_has_a_file_and_no_file_is_stray():
    """A file is named after its intent; only the talk of groups has a name of its own."""
    assert set(NAMES) == INTENTS | {OF_NOBODY}


@pytest.mark.parametrize("name", NAMES)
def test_lines_are_a_family_and_a_text(name: str):
    """Each line holds a family slug, one tab, and a text without surplus space."""
    for line in raw_lines(name):
        family, tab, text = line.partition("\t")
        assert tab, line
        assert FAMILY.fullmatch(family), line
        assert text, line
        assert text == " ".join(text.split()), line


@pytest.mark.parametrize("name", NAMES)
def test_there_are_enough_lines_and_families(name: str):
    """Breadth matters more than bulk: many families, and none that outweighs the rest."""
    lines = utterances(name)
    families = Counter(line.family for line in lines)
    assert len(lines) >= LEAST_LINES.get(name, 130)
    assert len(families) >= 30
    assert families.most_common(1)[0][1] <= max(20, len(lines) // 10)


def test_no_utterance_is_told_twice():
    """Heard without spaces and punctuation, no two lines of the corpus are alike, in one file or in two."""
    heard = Counter(as_heard(line.text) for name in NAMES for line in utterances(name))
    assert [text for text, count in heard.items() if count > 1] == []


def test_some_utterances_are_very_short_and_some_very_long():
    """People send single words and run-on stories; most intents show both."""
    long_winded = [name for name in NAMES if any(len(line.text) >= 120 for line in utterances(name))]
    curt = [name for name in NAMES if any(len(line.text) <= 12 for line in utterances(name))]
    assert len(long_winded) >= len(NAMES) * 3 // 4
    assert len(curt) >= len(NAMES) * 3 // 4
