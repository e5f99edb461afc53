"""Distances, what is open, and whose turn it is to come first."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.matching import Match, distance_km, is_open, ranked
from models.network import Enterprise, Need, Offer

DAY = date(2026, 11, 24)


def at(ident: int, latitude: float | None = 15.0, longitude: float | None = 103.0) -> Enterprise:
    """An enterprise somewhere."""
    return Enterprise(id=ident, latitude=latitude, longitude=longitude)


def match(ident: int, share: float = 1.0, km: float | None = 10.0, **told) -> Match:
    """An offer of an enterprise that fits."""
    enterprise = at(ident)
    return Match(Offer(id=ident, enterprise=enterprise), enterprise, share, km, **told)


def order(matches, day: date = DAY) -> list[int]:
    """Whose cards stand where."""
    return [one.enterprise.id for one in ranked(matches, day)]


def test_surin_lies_far_from_chiang_mai():
    """About 640 km as the crow flies between the two seats."""
    surin, chiang_mai = at(1, 14.882, 103.493), at(2, 18.79, 98.985)
    assert distance_km(surin, chiang_mai) == pytest.approx(648, abs=5)


def test_who_is_not_located_has_no_distance():
    """A missing place gives no number."""
    assert distance_km(at(1), at(2, None, None)) is None


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180))
def test_there_is_as_far_as_back(lat1, lon1, lat2, lon2):
    """A distance has no direction, and none is more than half way round the earth."""
    one, other = at(1, lat1, lon1), at(2, lat2, lon2)
    assert distance_km(one, other) == pytest.approx(distance_km(other, one), abs=1e-6)
    assert 0 <= distance_km(one, other) <= 20_016


def test_the_better_thing_comes_first():
    """The place named before all, then fit, season, quantity, distance."""
    elsewhere, near = match(1, there=False), match(2)
    far, half = match(3, km=300.0), match(4, enough=False)
    later, poor = match(5, in_season=False), match(6, 0.75)
    assert order([elsewhere, poor, later, half, far, near]) == [2, 3, 4, 5, 6, 1]


def test_equals_take_turns():
    """Over as many days as there are equals, each stands first once."""
    equals = [match(ident) for ident in (3, 5, 8)]
    firsts = [order(equals, DAY + timedelta(days=day))[0] for day in range(3)]
    assert sorted(firsts) == [3, 5, 8]


def test_an_enterprise_stands_once():
    """Of several things of one enterprise the best is shown."""
    enterprise = at(1)
    things = [Match(Offer(id=ident), enterprise, share, None) for ident, share in ((1, 0.8), (2, 1.0))]
    assert [one.thing.id for one in ranked(things, DAY)] == [2]


@pytest.mark.parametrize(
    ("thing", "open_"),
    [
        (Offer(), True),
        (Offer(closed_at=datetime(2026, 11, 1, tzinfo=UTC)), False),
        (Need(needed_by=DAY), True),
        (Need(needed_by=DAY - timedelta(days=1)), False),
        (Enterprise(), True),
    ],
)
def test_what_is_open(thing, open_):
    """Closed things are over, and needs whose day is past."""
    assert is_open(thing, DAY) is open_
