"""LINE's rate limits hold over all processes: calls get places evenly apart, none too many in any second."""

import pytest
from sqlalchemy import update

from bot.pace import AHEAD, MAY_USE, Paced, book
from models.post import Pace

START = 1_790_000_000.0  # seconds since 1970 UTC


def booked(store, at: float, endpoint: str = "multicast") -> float:
    """One process books one call, in a commit of its own."""
    with store.session() as session:
        return book(session, endpoint, at)


def busiest(places: list[float]) -> int:
    return max(sum(at <= other < at + 1 for other in places) for at in places)


def test_no_second_holds_more_calls_than_line_allows_and_hardly_fewer(store):
    """Two processes that book as fast as they can, three seconds long."""
    places, now = [], START
    while now < START + 3:
        for _ in range(2):
            try:
                places.append(booked(store, now))
            except Paced as paced:
                now += paced.seconds
        now += 0.002
    assert len(set(places)) == len(places)
    assert 0.9 * 200 <= busiest(places) <= 200


def test_who_comes_when_nothing_is_booked_goes_at_once(store):
    """And what was not used is not saved up for a burst."""
    assert booked(store, START) == START
    assert booked(store, START + 60) == START + 60
    assert booked(store, START + 60) == pytest.approx(START + 60 + 1 / (200 * MAY_USE), abs=1e-5)


def test_a_call_is_booked_a_second_ahead_at_most(store):
    """Nothing is written then."""
    booked(store, START)
    with store.session() as session:
        session.execute(update(Pace).values(next_at=START + AHEAD + 0.1))
    with pytest.raises(Paced):
        booked(store, START)
    assert booked(store, START + 0.2) == START + AHEAD + 0.1


def test_a_clock_that_was_set_back_does_not_stop_all_sending(store):
    booked(store, START)
    assert booked(store, START - 3600) == START - 3600


def test_each_endpoint_has_a_limit_of_its_own(store):
    booked(store, START)
    assert booked(store, START, "push") == START
