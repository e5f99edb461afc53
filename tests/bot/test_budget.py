"""The month's messages: never overspent, the last ones kept for what is urgent, and people told what did not fit."""

from datetime import timedelta

from bot.budget import BudgetState, look, price_of, reserve
from bot.notices import Urgency
from models.post import Budget
from tests.letters import end, ends, write


def state(bot) -> BudgetState:
    with bot.house.store.session() as session:
        return look(session, bot.clock.now)


def spent(bot, messages: int) -> None:
    """So many were used this month already, as LINE says."""
    bot.simulator.outgoing.spent = messages
    bot.house.drain.purse.refresh()


def test_the_last_messages_are_kept_for_what_is_urgent(bot):
    """Ordinary may use three quarters, important nine tenths, urgent all of it."""
    spent(bot, 224)
    write(bot, members=["M04", "M05"], about="test:1", due=0)
    assert (bot.simulator.outgoing.spent, state(bot).used) == (225, 225)
    spent_now = bot.simulator.outgoing.spent
    write(bot, members=["M06"], about="test:2", due=0, urgency=Urgency.IMPORTANT)
    write(bot, members=["M06"], about="test:3", due=0, urgency=Urgency.URGENT)
    assert bot.simulator.outgoing.spent == spent_now + 2


def test_what_the_budget_refuses_rides_or_waits_and_its_coordinators_are_told(bot):
    spent(bot, 290)
    write(bot, rooms=["G1"], due=1, urgency=Urgency.IMPORTANT)
    bot.tick(hours=1)
    assert end(bot) == ("planned", "push")
    bot.tick(minutes=1)
    coordinator = bot.person("M03")
    coordinator.says("งบข้อความ")
    said = [str(message.content) for message in coordinator.received]
    assert "เหลือ 10 ข้อความ" in said[0]
    assert any("งบข้อความเดือนนี้ไม่พอ ต้องใช้อีก 22 ข้อความ" in words for words in said)
    bot.person("M04").in_group("G1").says("วันนี้กินข้าวกับอะไร")
    assert end(bot) == ("sent", "ride")
    assert state(bot).saved > 0


def test_what_the_budget_refused_leaves_in_the_new_month(bot):
    spent(bot, 300)
    write(bot, members=["M04"], due=0, until=24 * 14)
    assert end(bot) == ("planned", "push")
    bot.clock.now = bot.clock.now.replace(month=12, day=1, hour=9)
    bot.tick()
    assert end(bot) == ("sent", "push")
    assert (state(bot).month, state(bot).used) == ("2026-12", bot.simulator.outgoing.spent)


def test_line_says_that_the_month_is_spent_though_we_did_not_know(bot):
    """429 of the monthly kind: it waits for the budget, not for a retry."""
    bot.house.drain.purse.refresh()
    bot.line.faults.quota_empty = True
    write(bot, members=["M04"], due=0)
    assert (end(bot), state(bot).left) == (("planned", "push"), 0)


def test_a_rate_limit_is_waited_for_and_costs_nothing_twice(bot):
    bot.house.drain.purse.refresh()
    bot.line.faults.api, bot.line.faults.times, bot.line.faults.path = "rate", 1, "/push"
    write(bot, members=["M04"], due=0)
    bot.clock.forward(seconds=5)
    bot.sweep()
    assert (end(bot), state(bot).used, bot.simulator.outgoing.spent) == (("sent", "push"), 1, 1)


def test_within_a_month_the_use_only_grows(bot):
    """LINE's figure lags behind: it corrects ours upward only."""
    bot.house.drain.purse.refresh()
    write(bot, members=["M04", "M05"], due=0)
    bot.simulator.outgoing.spent = 1
    bot.clock.forward(minutes=11)
    bot.house.drain.purse.refresh()
    assert state(bot).used == 2
    spent(bot, 40)
    bot.clock.forward(minutes=11)
    bot.house.drain.purse.refresh()
    assert state(bot).used == 40


def test_the_month_turns_when_lines_figure_falls(bot):
    spent(bot, 200)
    bot.clock.forward(days=6, hours=15)  # 1 December, 01:00
    bot.house.drain.purse.refresh()
    assert (state(bot).month, state(bot).used) == ("2026-12", 0)


def test_a_changed_limit_warns_the_operator(bot, caplog):
    bot.house.drain.purse.refresh()
    bot.simulator.outgoing.limit = 15_000
    bot.clock.forward(minutes=11)
    bot.house.drain.purse.refresh()
    assert "monthly limit is now 15000 messages, it was 300" in caplog.text
    assert state(bot).left == 15_000


def test_two_processes_cannot_both_spend_the_last_messages(bot):
    """The row is taken in one statement."""
    spent(bot, 297)
    store = bot.house.store
    won = []
    for _ in range(3):
        with store.session() as session:
            won.append(reserve(session, 2, Urgency.URGENT))
    assert won == [True, False, False]


def test_the_price_is_known_beforehand(bot):
    """As LINE counts the group, whoever of it is known to us; people once."""
    bot.tick()
    with bot.house.store.session() as session:
        from sqlalchemy import select

        from models.chats import Room
        from models.people import Member

        room = session.scalars(select(Room).where(Room.code == "G1")).one()
        some = session.scalars(select(Member).where(Member.line_user_id.is_not(None)).limit(3)).all()
        assert price_of(session, [*some, *some], [room]) == 3 + len(bot.line.group("G1").members)


def test_the_forecast_says_what_will_not_fit(bot):
    spent(bot, 260)
    bot.tick()
    before = state(bot)
    write(bot, rooms=["G1"], due=20)
    heads = len(bot.line.group("G1").members)
    after = state(bot)  # ordinary: over three quarters already
    assert (after.planned - before.planned, after.unfit - before.unfit) == (heads, heads)


def test_a_figure_older_than_ten_minutes_is_asked_again_before_a_push(bot):
    write(bot, members=["M04"], due=0, about="test:1")
    asked = sum(call.path.endswith("/quota") for call in bot.line.calls)
    write(bot, members=["M05"], due=0, about="test:2")
    assert sum(call.path.endswith("/quota") for call in bot.line.calls) == asked == 1
    bot.clock.forward(minutes=11)
    write(bot, members=["M06"], due=0, about="test:3")
    assert sum(call.path.endswith("/quota") for call in bot.line.calls) == 2


def test_where_line_never_told_its_quota_pushes_wait(bot):
    bot.line.faults.api, bot.line.faults.path = "down", "/quota"
    write(bot, members=["M04"], due=0)
    assert end(bot) == ("waiting", "push")
    bot.line.faults.api = None
    bot.tick(seconds=20)
    assert end(bot) == ("sent", "push")


def test_the_last_known_budget_stands_while_line_is_silent(bot):
    with bot.house.store.session() as session:
        long_ago = bot.clock.now - timedelta(hours=2)
        session.add(Budget(id=1, month="2026-11", quota=300, used=10, line_used=10, asked_at=long_ago))
    bot.line.faults.api, bot.line.faults.path = "down", "/quota"
    write(bot, members=["M04"], due=0)
    assert (end(bot), state(bot).used) == (("sent", "push"), 11)


def test_an_answer_that_the_month_did_not_allow_in_a_week_ends_and_the_operator_is_told(bot, caplog):
    """Its token was refused and the month is spent: it rides on the person's next talk, or is stale after a week."""
    bot.clock.now = bot.clock.now.replace(day=10)
    spent(bot, 300)
    bot.line.faults.late_tokens = True
    for key in ("M04", "M05"):
        bot.person(key).says("วันนี้ขายผ้าคลุมไหล่ได้ 8 ผืน 5,200 บาท")
    bot.line.faults.late_tokens = False
    bot.person("M05").says("ยกเลิก")
    bot.tick(days=5)
    assert "never given" not in caplog.text
    bot.tick(days=2, minutes=1)
    assert ends(bot, "reply:")[bot.person("M04").chat_id] == ("expired", "push")
    assert "never given, as the month's budget did not allow it: 1;" in caplog.text
