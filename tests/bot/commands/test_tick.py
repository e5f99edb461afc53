"""`saan tick --at` does what is due at a time that somebody names, and delivers it."""

from datetime import UTC, datetime

import pytest

import handlers
from bot import cards
from bot.capability import Capability
from bot.jobs.here import HereJobs
from bot.notices import Letter, Urgency, Window
from models.ledger import Erasure
from tests.bot.test_sweep import leader
from tests.letters import HOUR, write

WORDS = "ข่าวจากเครือข่าย"


@pytest.fixture
def tick(bot, run, monkeypatch):
    """Tick at so many hours from the bot's time; the command lives on the test's days."""
    monkeypatch.setenv("SAAN_CLOCK_SHIFT", str((bot.clock.now - datetime.now(UTC)).total_seconds()))

    def at(hours: float):
        moment = (bot.clock.now + hours * HOUR).replace(tzinfo=None)
        return run("tick", "--at", moment.isoformat())

    return at


def got(bot) -> list[str]:
    return [message.text for message in bot.person("M04").received]


def test_what_is_due_then_is_delivered_when_it_returns_and_only_once(bot, tick):
    """Nobody else works here: the command delivers itself. It may be repeated."""
    write(bot, WORDS, members=["M04"], due=6)
    assert tick(5).exit_code == 0
    assert got(bot) == []
    for _ in range(2):
        assert tick(6.5).exit_code == 0
    assert got(bot) == [WORDS]


def test_timed_work_plans_with_the_time_that_is_named(bot, tick, monkeypatch):
    """Also a time to come; and what fails is said, while the rest is delivered."""
    capability = Capability("test")
    seen = []

    @capability.on_clock
    def broken(watch):
        raise RuntimeError("a defect")

    @capability.on_clock
    def news(watch):
        seen.append(watch.now)
        window = Window.at_once(watch.now)
        letter = Letter(
            f"test:{watch.now:%d}",
            lambda _: [cards.text(f"{watch.now:%d.%m. %H:%M}")],
            window,
            Urgency.URGENT,
            network=watch.network,
        )
        watch.notify(letter, members=[leader(watch)])

    monkeypatch.setattr(handlers, "CAPABILITIES", (capability,))
    done = tick(26)
    assert done.exit_code == 1
    assert "test.broken of network 1 failed" in done.output
    assert got(bot) == ["25.11. 12:00"]
    assert [moment.utcoffset().total_seconds() for moment in seen] == [7 * 3600]


def test_it_asks_only_for_the_settings_that_it_uses(tick, run, monkeypatch):
    """It receives nothing, so it needs no channel secret."""
    monkeypatch.delenv("LINE_CHANNEL_SECRET")
    assert tick(1).exit_code == 0
    monkeypatch.delenv("LINE_CHANNEL_ACCESS_TOKEN")
    assert "LINE_CHANNEL_ACCESS_TOKEN is not set" in str(tick(1).exception)


def test_a_lane_that_another_process_works_on_is_waited_for():
    """A drain that finds the lane taken leaves at once; it is called again until nothing is due there."""
    jobs, drained = HereJobs(), []
    jobs.wake(["C1", "U1", "C1"])
    assert jobs.work(drained.append, lambda lane: drained.count(lane) < 3, 10.0) == []
    assert drained == ["C1", "U1"] * 3
    jobs.wake(["C1"])
    assert jobs.work(drained.append, lambda lane: True, 0.0) == ["C1"]


@pytest.mark.parametrize("command", [("tick", "--at", "2026-11-24T10:00"), ("housekeep",)])
def test_what_the_ledger_lacks_is_written_by_a_command_too(bot, run, command):
    """Not only by the clock: who was erased while the disk was full stands in the ledger afterwards."""
    with bot.house.store.session() as session:
        session.add(Erasure(id="one", erased_at=bot.clock.now, subjects=["x"]))
    assert run(*command).exit_code == 0
    assert b'"one"' in bot.house.settings.ledger.read_bytes()
    bot.house.settings.ledger.unlink()
    bot.house.settings.ledger.mkdir()
    failed = run(*command)
    assert failed.exit_code == 1
    assert "the ledger" in failed.output
