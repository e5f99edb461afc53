"""Timed work is looked for in every network; what was missed is taken up once, what fails harms no other."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot import cards
from bot.notices import Letter, Urgency, Window
from bot.watch import TimedWork
from models.network import Network
from models.people import Member, Membership
from tests.letters import HOUR
from tests.world import NOW

STARTS = NOW + 10 * HOUR


def leader(watch) -> Member:
    """M04, the leader of an enterprise."""
    query = select(Member).join(Membership, Membership.member_id == Member.id)
    return watch.session.scalars(query.where(Membership.code == "M04")).one()


def remind(watch) -> None:
    """A reminder two hours before something starts; it may come late, but not when that has begun."""
    if STARTS - 2 * HOUR <= watch.now < STARTS:
        window = Window(STARTS - 2 * HOUR, STARTS - 2 * HOUR, STARTS)
        words = [cards.text("อีกไม่นานจะเริ่มแล้วค่ะ")]
        letter = Letter("test.reminder:1", lambda _: words, window, Urgency.URGENT, network=watch.network)
        watch.notify(letter, members=[leader(watch)])


@pytest.fixture
def timed(bot):
    """Put timed work into the bot's sweep."""

    def put(*work) -> None:
        sweep = replace(bot.house.sweep, timed=[TimedWork(f"test.{one.__name__}", one) for one in work])
        bot.house = replace(bot.house, sweep=sweep)

    return put


def reminders(bot) -> list[str]:
    return [message.text for message in bot.person("M04").received]


def test_what_was_missed_while_the_clock_was_down_is_taken_up_once(bot, timed):
    """Nothing before its time; after an outage of an hour the reminder still comes, once however often it is due."""
    timed(remind)
    bot.tick(hours=7)
    assert reminders(bot) == []
    for _ in range(3):
        bot.tick(hours=0.6)
    assert reminders(bot) == ["อีกไม่นานจะเริ่มแล้วค่ะ"]


def test_what_has_become_too_late_is_left_out(bot, timed):
    """The clock was down from before the reminder until after the start."""
    timed(remind)
    bot.tick(hours=7)
    bot.tick(hours=4)
    assert reminders(bot) == []


def test_a_clock_set_back_says_nothing_twice(bot, timed):
    """What was said is known by its key, not by the time."""
    timed(remind)
    for hours in (9, -3, 2, 1):
        bot.tick(hours=hours)
    assert len(reminders(bot)) == 1


@pytest.mark.parametrize("error", [RuntimeError("ป้าสมใจ"), OperationalError("ป้าสมใจ", {}, Exception("busy"))])
def test_timed_work_that_fails_harms_no_other_and_tells_no_words(bot, timed, caplog, error):
    """What it had written is taken back; the rest is done; the log says what and where."""

    def broken(watch):
        watch.network.name = "ไม่ใช่ชื่อนี้"
        watch.session.flush()
        raise error

    timed(broken, remind)
    now = STARTS - HOUR
    bot.clock.now = now
    assert bot.house.sweep.look(now) == ["test.broken of network 1"]
    bot.house.sweep.release_due(now)
    bot.sweep()
    assert len(reminders(bot)) == 1
    with bot.house.store.session() as session:
        assert session.scalars(select(Network.name)).all() != ["ไม่ใช่ชื่อนี้"]
    assert f"{type(error).__name__} at test_sweep.py:" in caplog.text
    assert "ป้าสมใจ" not in caplog.text


def test_each_network_is_looked_at_in_its_own_time_zone(bot, timed):
    """In one transaction each; a network with a zone that nobody knows harms no other."""
    with bot.house.store.session() as session:
        for code, zone in (("japan", "Asia/Tokyo"), ("lost", "Asia/Nowhere")):
            session.add(Network(code=code, name=code, short_name=code, timezone=zone))
    seen = {}

    def note(watch) -> None:
        seen[watch.network.code] = watch.now

    timed(note)
    failed = bot.house.sweep.look(NOW)
    assert len(failed) == 1
    assert seen["japan"] == NOW
    assert seen["japan"].utcoffset() == timedelta(hours=9)
    assert len(seen) == 2


def test_a_look_ends_when_the_clock_has_to(bot, timed):
    """Asked before each piece of work."""
    seen = []
    timed(lambda watch: seen.append(watch.now))
    assert bot.house.sweep.look(NOW, lambda: False) == []
    assert seen == []
