"""Which days are public holidays in Thailand, and what they are called."""

from datetime import date, datetime

import pytest

from bot.language import msgids
from models.holidays import IN_LIEU, KEYS, OTHER, _year, holiday, is_holiday
from tests.world import BANGKOK


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (date(2026, 4, 13), "songkran"),
        (date(2026, 12, 5), "fathers_day"),
        (date(2026, 12, 7), IN_LIEU),  # the 5th is a Saturday
        (date(2026, 3, 3), "makha_bucha"),  # by the moon
        (date(2026, 1, 2), "bridge"),  # by the cabinet
        (date(2026, 11, 24), None),
    ],
)
def test_a_day_is_known_as_the_holiday_that_it_is(day, key):
    """Fixed days, days by the moon, days in lieu, extra days and common days."""
    assert holiday(day) == key
    assert is_holiday(day) is (key is not None)


def test_a_moment_is_looked_up_by_its_own_day():
    """A datetime is a date to Python; its hour must not matter."""
    assert is_holiday(datetime(2026, 4, 13, 18, 0, tzinfo=BANGKOK))


def test_every_holiday_has_a_name_of_its_own():
    """A release of the library that renames a day is found here, not by a member."""
    known = {key for year in range(2024, 2036) for key in _year(year).values()}
    assert OTHER not in known
    assert {f"holidays.{key}" for key in {*KEYS.values(), IN_LIEU, OTHER}} <= msgids("th")
