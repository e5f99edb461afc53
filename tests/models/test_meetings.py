"""The rules of meetings: who may call which, when a rule's times are, how long news wait, when people are reminded."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.meeting_rules import dates, may_call, next_date, reminders, waits
from models.permissions import Role
from models.rhythm import Rhythm

BANGKOK = ZoneInfo("Asia/Bangkok")


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=BANGKOK)


@pytest.mark.parametrize(
    ("role", "kind", "audience", "may"),
    [
        ("coordinator", "general_assembly", "everyone", True),
        ("coordinator", "committee", "room", True),
        ("leader", "committee", "room", False),
        ("leader", "committee", "enterprise", True),
        ("leader", "general_assembly", "everyone", False),
        ("leader", "working_group", "people", True),
        ("leader", "other", "leaders", False),
        ("officer", "training", "people", True),
        ("officer", "committee", "people", False),
        ("advisor", "inspection", "room", True),
        ("member", "other", "people", False),
        ("treasurer", "working_group", "people", False),
        ("coordinator", "a kind nobody knows", "room", True),
        ("leader", "a kind nobody knows", "room", False),
    ],
)
def test_who_may_call_which_kind_for_whom(role, kind, audience, may):
    """Closed to all who are not named."""
    assert may_call([Role.MEMBER, Role(role)], kind, audience) is may


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=5", ["2026-12-05", "2027-01-05"]),
        ("FREQ=MONTHLY;BYDAY=1SA", ["2026-12-05", "2027-01-02"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["2026-12-05", "2026-12-31"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", ["2026-12-05", "2026-12-19"]),
        (None, ["2026-12-05"]),
    ],
)
def test_a_rule_gives_its_days_at_the_same_hour(rule, expected):
    """The first is the day it was called for."""
    found = list(dates(rule, at("2026-12-05T13:00"), at("2027-02-01T00:00")))
    assert [f"{one:%Y-%m-%d}" for one in found][: len(expected)] == expected
    assert {f"{one:%H:%M}" for one in found} == {"13:00"}


def test_the_next_time_of_a_rule_is_after_now():
    """Also on its own day, when the hour is over."""
    first = at("2026-11-25T09:00")
    assert next_date("FREQ=WEEKLY;BYDAY=WE", first, at("2026-11-25T09:01")) == at("2026-12-02T09:00")


def test_news_of_what_is_far_away_wait_for_a_ride():
    """Never of today's or tomorrow's, half a day at most."""
    now = at("2026-11-24T10:00")
    assert waits(now, at("2026-11-25T16:00")) == timedelta()
    assert waits(now, at("2026-11-27T10:00")) == timedelta(hours=7, minutes=12)
    assert waits(now, at("2027-01-24T10:00")) == timedelta(hours=12)


@pytest.mark.parametrize(
    ("start", "rules"),
    [
        ("2026-12-02T13:00", ["day_before", "morning", "hour_before"]),
        ("2026-12-02T07:00", ["day_before", "hour_before"]),
        ("2026-12-02T21:45", ["day_before", "morning"]),
        ("2026-12-02T05:00", ["day_before"]),
    ],
)
def test_nobody_is_reminded_in_quiet_hours_or_just_before_the_start_in_the_morning(start, rules):
    """Whatever the usual rules are."""
    assert [one.rule for one in reminders(Rhythm(), at(start))] == rules


def test_unknown_rules_of_a_network_remind_of_nothing():
    """Only the known ones do."""
    rhythm = Rhythm.of({"remind": ["never", "morning"], "remind_morning_at": "08:00"})
    assert [f"{one.due_at:%H:%M}" for one in reminders(rhythm, at("2026-12-02T13:00"))] == ["08:00"]
