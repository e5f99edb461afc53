"""The unseen messages keep the contract of readings: known intents, slot formats, one message once."""

import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import geothai
import pytest
from dateutil.rrule import rrulestr


def words(text: str) -> set[str]:
    return set(text.split())


FILES = ("clean", "noisy", "times", "group")
INTENTS = words(
    """log_activity show_activities correct_record ask_advice share_knowledge find_partner post_offer
    create_meeting show_meetings change_meeting rsvp announce show_digest record_fund show_fund request_mentor
    raise_concern praise register update_profile privacy change_language help small_talk other"""
)
ASKED_MOST = {"log_activity", "ask_advice", "find_partner"}
SHOWING = {intent for intent in INTENTS if intent.startswith("show_")}
TIMES = {"datetime", "end_datetime", "period", "recurrence"}
AS_WRITTEN = ("place", "product", "topic", "person")
CHOICES: dict[str, set[str]] = {
    "activity_kind": words(
        """meeting training study_visit production sale fair purchase delivery savings inspection
        community_work other"""
    ),
    "link": words(
        """raw_material production packaging product market reciprocal_market transport learning information
        finance government tourism labour"""
    ),
    "attending": {"yes", "no", "maybe"},
    "fund_direction": {"in", "out"},
    "language": {"th", "en", "lo", "km", "my"},
    "province": {province.name_th for province in geothai.provinces()},
    "district": {
        district.name_th for province in geothai.provinces() for district in geothai.districts(province.code)
    },
}
SLOTS = {*TIMES, *AS_WRITTEN, *CHOICES, "money", "quantities", "participants"}
RULE_KEYS = ["FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY"]
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

Row = dict[str, Any]


def rows_of(name: str) -> list[Row]:
    path = Path(__file__).parent / "unseen" / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


ROWS = {name: rows_of(name) for name in FILES}
ALL = [row for rows in ROWS.values() for row in rows]


def moment(text: str) -> datetime:
    """A datetime slot's value as a moment; ValueError unless it is ISO 8601 to the day or to the minute."""
    form = "%Y-%m-%dT%H:%M" if "T" in text else "%Y-%m-%d"
    value = datetime.strptime(text, form)  # noqa: DTZ007 - the contract's times are local, without offset
    if value.strftime(form) != text:
        raise ValueError(text)
    return value


def having(slot: str) -> list[Row]:
    found = [row for row in ALL if slot in row["slots"]]
    assert found, f"no row has {slot}"
    return found


@pytest.mark.parametrize("name", FILES)
def test_rows_have_the_contracts_keys(name: str) -> None:
    """Every row says what was written, when, where, and what is to be understood."""
    always = {"text", "now", "chat", "intent", "addressed", "slots"}
    for row in ROWS[name]:
        assert always <= set(row) <= always | {"mention_self", "quotes_bot", "open"}, row
        assert row["text"].strip() == row["text"] != "", row
        assert len(row["now"]) == len("2026-11-24T10:00"), row
        assert moment(row["now"]), row
        assert row["intent"] in INTENTS, row
        assert set(row["slots"]) <= SLOTS, row


def test_no_message_stands_twice() -> None:
    """One message counts once in all four files, though a group may say what one says to the bot alone."""
    counts = Counter((row["chat"], row["text"]) for row in ALL)
    assert [key for key, count in counts.items() if count > 1] == []


def test_every_intent_is_asked_often_enough() -> None:
    """Plain messages hold each intent ten times, the most wanted ones twenty; noisy ones hold all."""
    clean = Counter(row["intent"] for row in ROWS["clean"])
    noisy = Counter(row["intent"] for row in ROWS["noisy"])
    assert set(clean) == set(noisy) == INTENTS
    assert min(clean.values()) >= 10
    assert min(clean[intent] for intent in ASKED_MOST) >= 20


@pytest.mark.parametrize("slot", CHOICES)
def test_values_come_from_the_contracts_lists(slot: str) -> None:
    """A slot with a closed list holds a word of that list; provinces and districts are official names."""
    assert [row for row in having(slot) if row["slots"][slot] not in CHOICES[slot]] == []


@pytest.mark.parametrize("slot", AS_WRITTEN)
def test_words_are_as_the_message_writes_them(slot: str) -> None:
    """Places, products, topics and persons are quoted from the message."""
    assert [row for row in having(slot) if row["slots"][slot] not in row["text"]] == []


def test_amounts_are_numbers() -> None:
    """Money and quantities are positive numbers with the unit as written; participants are whole."""
    for row in having("money"):
        assert row["slots"]["money"] > 0, row
    for row in having("participants"):
        assert type(row["slots"]["participants"]) is int, row
        assert row["slots"]["participants"] > 0, row
    for row in having("quantities"):
        for number, unit in row["slots"]["quantities"]:
            assert number > 0, row
            assert unit in row["text"], row


def test_only_questions_have_a_period() -> None:
    """What is shown has a period and no other time; all else has no period; it runs forward."""
    for row in ALL:
        times = TIMES & set(row["slots"])
        assert times <= ({"period"} if row["intent"] in SHOWING else TIMES - {"period"}), row
    for row in having("period"):
        first, last = map(date.fromisoformat, row["slots"]["period"])
        assert first <= last, row


def test_datetimes_are_iso_and_ends_follow_starts() -> None:
    """A start is a day or a minute; an end stands beside a start, is as exact, and comes later."""
    for row in having("datetime"):
        assert moment(row["slots"]["datetime"]), row
    for row in having("end_datetime"):
        start, end = row["slots"]["datetime"], row["slots"]["end_datetime"]
        assert len(start) == len(end), row
        assert moment(start) < moment(end), row


def test_recurrences_are_rules_in_the_contracts_form() -> None:
    """Rules parse (RFC 5545), keep the order of keys and days, and begin with the datetime beside them."""
    for row in having("recurrence"):
        rule = row["slots"]["recurrence"]
        parts = dict(part.split("=") for part in rule.split(";"))
        assert list(parts) == [key for key in RULE_KEYS if key in parts], row
        assert parts.get("INTERVAL") != "1", row
        days = [WEEKDAYS.index(day[-2:]) for day in parts.get("BYDAY", "MO").split(",")]
        assert days == sorted(days), row
        start = moment(row["slots"].get("datetime", row["now"]))
        first = rrulestr(rule, dtstart=start)[0]
        assert first == start or "datetime" not in row["slots"], row


def test_time_rows_hold_times_only() -> None:
    """The file of times measures times; a case that is left open claims nothing."""
    for row in ROWS["times"]:
        assert set(row["slots"]) <= TIMES, row
        assert not (row.get("open") and row["slots"]), row
    assert [row for row in ALL if "open" in row and row not in ROWS["times"]] == []


def test_one_to_one_is_always_addressed() -> None:
    """A message to the bot alone is for the bot."""
    for name in ("clean", "noisy", "times"):
        assert {(row["chat"], row["addressed"]) for row in ROWS[name]} == {("user", True)}


def test_group_rows_follow_the_rule_of_address() -> None:
    """A mention or a quote addresses the bot, its name does only in front; other talk claims nothing."""
    names = ("สาน", "น้องสาน", "@สาน", "saan")
    for row in ROWS["group"]:
        assert row["chat"] == "group", row
        pointed = row.get("mention_self", False) or row.get("quotes_bot", False)
        if row["addressed"]:
            assert pointed or row["text"].lower().startswith(names), row
        else:
            assert (pointed, row["intent"], row["slots"]) == (False, "other", {}), row
    assert Counter(row["addressed"] for row in ROWS["group"]) == {False: 220, True: 80}
