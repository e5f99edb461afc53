"""What the clock does: when it sweeps, when it stands by, and what a jump of the wall clock does to it (nothing)."""

import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import Clock, Intervals
from bot.heartbeat import CLOCK, last_beat
from models.post import TalkToken
from tests.town import until

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HOURLY = timedelta(hours=1)


class Place:
    """The one clock's place, as the test gives it."""

    def __init__(self) -> None:
        self.free, self.asked = True, 0

    def hold(self) -> bool:
        self.asked += 1
        return self.free

    def let_go(self) -> None:
        self.free = False


class Looks:
    """Notes what the clock does, in order."""

    def __init__(self, store) -> None:
        self.store, self.done = store, []

    def look(self, now, go_on) -> list[str]:
        with self.store.session() as session:
            self.done.append(("look", now, last_beat(session, CLOCK)))
        return []

    def write_on(self, now, go_on) -> bool:
        self.done.append(("write", now))
        return False

    def release_due(self, now) -> None:
        self.done.append(("release", now))

    def released(self) -> int:
        return sum(what[0] == "release" for what in self.done)


@pytest.fixture
def place():
    return Place()


@pytest.fixture
def looks(store):
    return Looks(store)


@pytest.fixture
def start(store, place, looks):
    """Make a clock and start it; it is stopped when the test is over."""
    running: list[Clock] = []

    def make(*, sweep=HOURLY, check_seconds=3600.0, due=looks) -> Clock:
        clock = Clock(
            store, place, due, lambda go_on: None, lambda: NOW, Intervals(sweep, HOURLY, check_seconds)
        )
        clock.start()
        running.append(clock)
        return clock

    yield make
    for clock in running:
        clock.stop(10.0)


def test_it_beats_then_looks_for_timed_work_then_lets_leave_what_is_due(start, looks):
    """Timed work is looked for at every third sweep, about once a minute."""
    clock = start()
    until(lambda: looks.released() == 1, "no first sweep", 10.0)
    assert looks.done == [("look", NOW, NOW), ("write", NOW), ("release", NOW)]
    for _ in range(3):
        clock.sweep()
    named = [what[0] for what in looks.done]
    assert named == ["look", *["write", "release"] * 3, "look", "write", "release"]


def test_tokens_of_others_talk_are_gone_after_a_minute(store, start, looks):
    """Also those that seem to come from the future, because the wall clock was set back."""
    ages = {"fresh": -10, "old": -61, "ahead": 3600}
    with store.session() as session:
        for lane, seconds in ages.items():
            at = NOW + timedelta(seconds=seconds)
            session.add(TalkToken(lane=lane, token="t", said_at=at, received_at=at))
    start()
    until(lambda: looks.released() == 1, "no first sweep", 10.0)
    with store.session() as session:
        assert [session.get(TalkToken, lane) is not None for lane in ages] == [True, False, False]


def test_a_second_clock_stands_by_says_so_once_and_takes_over(start, place, looks, caplog):
    """While the place is somebody else's nothing is looked for."""
    caplog.set_level(logging.INFO, "bot.clock")
    place.free = False
    clock = start(check_seconds=0.02)
    clock.sweep()
    until(lambda: place.asked >= 5, "the place is not asked for again", 10.0)
    assert looks.done == []
    assert [record.message for record in caplog.records] == [
        "Another process keeps the time on this database; this one stands by"
    ]
    place.free = True
    until(lambda: looks.released() == 1, "no sweep after it took over", 10.0)


def test_who_lost_the_place_looks_for_nothing_more(start, place, looks, caplog):
    """It asks before each sweep, and stands by."""
    clock = start()
    until(lambda: looks.released() == 1, "no first sweep", 10.0)
    place.free = False
    clock.sweep()
    clock.check()
    clock.sweep()
    assert looks.released() == 1
    assert "stands by" in caplog.text


@pytest.mark.parametrize("hours", [-1, 26 * 365 * 24], ids=["an hour back", "26 years ahead"])
def test_a_jump_of_the_wall_clock_stops_no_sweep(start, looks, monkeypatch, hours):
    """APScheduler alone would sleep for the hour, or count every sweep of the 26 years."""
    jump = timedelta(0)

    class Wall(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + jump

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Wall)
    monkeypatch.setattr("bot.clock.datetime", Wall)
    start(sweep=timedelta(milliseconds=50), check_seconds=0.05)
    until(lambda: looks.released() >= 2, "no sweeps before the jump", 10.0)
    jump = timedelta(hours=hours)
    before = looks.released()
    until(lambda: looks.released() >= before + 3, "no sweeps after the jump", 10.0)


def test_a_sweep_that_fails_is_tried_again_and_says_where_without_what_was_written(start, looks, caplog):
    """An error's own words may hold what somebody wrote."""

    def broken(now):
        looks.done.append(("release", now))
        raise RuntimeError("ป้าสมใจบอกว่า")

    looks.release_due = broken
    clock = start()
    until(lambda: looks.released() == 1, "no first sweep", 10.0)
    clock.sweep()
    assert looks.released() == 2
    assert "RuntimeError at test_clock.py:" in caplog.text
    assert "ป้าสมใจ" not in caplog.text


def test_who_starts_waits_for_the_first_sweep_and_housekeeping(start, looks):
    """What they need for the first time is made before anybody's answer would wait for it."""
    clock = start()
    clock.settle_in(10.0)
    assert looks.released() == 1


def test_who_starts_waits_for_no_long_sweep(start, looks):
    """Thousands of letters may have to be written, or LINE may be slow: the bot receives all the same."""
    began, may_end = threading.Event(), threading.Event()

    def slow(now, go_on):
        began.set()
        may_end.wait(10.0)
        return []

    looks.look = slow
    clock = start()
    assert began.wait(10.0)
    clock.settle_in(0.05)
    assert looks.released() == 0
    may_end.set()


def test_who_starts_beside_the_one_clock_waits_for_nothing(start, place, looks):
    """Nothing is looked for until it takes over."""
    place.free = False
    clock = start()
    waiting = threading.Thread(target=clock.settle_in, args=(60.0,), daemon=True)
    waiting.start()
    waiting.join(10.0)
    assert not waiting.is_alive()
    assert looks.done == []


def test_stopping_waits_for_what_is_in_hand_and_then_lets_the_place_go(start, place, looks):
    """What takes too long keeps the place: the process's end gives it back."""
    began, may_end = threading.Event(), threading.Event()
    told: list[bool] = []

    def slow(now, go_on):
        began.set()
        may_end.wait(10.0)
        told.append(go_on())
        return []

    looks.look = slow
    clock = start()
    assert began.wait(10.0)
    assert not clock.stop(0.05)
    assert place.free
    may_end.set()
    until(lambda: told == [False], "the look was not asked to end", 10.0)


def test_stopping_an_idle_clock_lets_the_place_go_at_once(start, place, looks):
    """Nothing is swept afterwards."""
    clock = start()
    until(lambda: looks.released() == 1, "no first sweep", 10.0)
    assert clock.stop(10.0)
    assert not place.free
