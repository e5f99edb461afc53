"""What was said unasked is forgotten like all else, and not before everybody has it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot import housekeeping
from bot.housekeeping import Kept, housekeep
from models.post import Delivery, Notice
from tests.letters import HOUR, ends, write

KEPT = Kept(handled=timedelta(days=7), sent=timedelta(days=7), dead=timedelta(days=30))


@pytest.fixture
def tidy(bot):
    """Forget what is due so many days after now."""

    def after(days: float) -> dict[str, int]:
        now = bot.clock.now + timedelta(days=days)
        return housekeep(bot.house.store, bot.house.tools.attachments, KEPT, now)

    return after


def bodies(bot) -> list[bool]:
    with bot.house.store.session() as session:
        return [body is not None for body in session.scalars(select(Notice.body).order_by(Notice.id))]


def count(bot, model) -> int:
    with bot.house.store.session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_notice_keeps_its_words_until_each_of_its_deliveries_is_long_over(bot, tidy):
    """A copy that still waits may leave; one that LINE refused may be tried again for a month."""
    write(bot, members=["M04", "M05"], about="test:1", due=0)
    write(bot, members=["M04"], about="test:2", due=24 * 20, until=24 * 60)
    assert set(ends(bot, "test:1").values()) == {("sent", "push")}
    assert bodies(bot) == [True, True]
    tidy(6)
    assert bodies(bot) == [True, True]
    assert tidy(8)["notices blanked"] == 1
    assert bodies(bot) == [False, True]
    with bot.house.store.session() as session:
        last = session.scalars(select(Delivery).where(Delivery.key.startswith("test:2"))).one()
        last.state, last.finished_at = "dead", bot.clock.now
    assert tidy(29)["notices blanked"] == 0
    assert tidy(31)["notices blanked"] == 1


def test_rows_of_answers_go_after_a_season_and_those_of_notices_after_a_year(bot, tidy):
    """A notice's own key stays: it is not said again. What carried others goes after them."""
    bot.person("M04").says("เมนู")
    write(bot, members=["M04"], due=0)
    assert count(bot, Delivery) == 2
    assert tidy(89)["answers"] == 0
    assert tidy(91)["answers"] == 1
    assert tidy(399)["deliveries"] == 0
    assert tidy(401)["deliveries"] == 1
    assert (count(bot, Delivery), count(bot, Notice)) == (0, 1)


def test_much_is_forgotten_in_small_transactions_and_may_be_interrupted(bot, tidy, monkeypatch):
    """Others write in between; who has to end leaves the rest for the next time."""
    monkeypatch.setattr(housekeeping, "BATCH", 2)
    for number in range(5):
        write(bot, members=["M04"], about=f"test:{number}", due=0)
    asked = iter([True] * 3 + [False] * 50)
    now = bot.clock.now + timedelta(days=8) + HOUR
    arguments = (bot.house.store, bot.house.tools.attachments, KEPT, now)
    stopped = housekeep(*arguments, go_on=lambda: next(asked))
    assert stopped["notices blanked"] < 5
    assert stopped["notices blanked"] + tidy(9)["notices blanked"] == 5
