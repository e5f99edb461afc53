"""Many copies of a notice leave as multicasts, in order with all else, and each is settled."""

import uuid
from collections import Counter

import pytest
from sqlalchemy import func, select, update

from bot import cards
from bot.due import release_due
from bot.notices import Letter, Urgency, Window, write_notice
from models.chats import Chat
from models.network import Network
from models.people import Consent, Member, Membership
from models.post import Delivery, stands
from tests.letters import HOUR
from tests.post import write_push

CROWD = 120


@pytest.fixture
def crowd(bot):
    """A hundred and twenty members more, friends of the bot."""
    people = [bot.line.new_person(f"K{number}", f"คนที่ {number}", friend=True) for number in range(CROWD)]
    with bot.house.store.session() as session:
        network = session.scalars(select(Network)).one()
        for person in people:
            now = bot.clock.now
            member = Member(line_user_id=person.account.user_id, call_as=person.account.name, created_at=now)
            session.add(member)
            session.flush()
            session.add(Consent(member_id=member.id, purpose="basic", version="1", given_at=now))
            session.add(Membership(member_id=member.id, network_id=network.id, state="active", joined_at=now))
    return people


def announce(bot, words: str, *, about: str, due: float = 1, rides: bool = False) -> None:
    now = bot.clock.now
    window = Window(now if rides else now + due * HOUR, now + due * HOUR, now + 48 * HOUR)
    with bot.house.store.session() as session:
        network = session.scalars(select(Network)).one()
        letter = Letter(about, lambda _: [cards.text(words)], window, Urgency.URGENT, network=network)
        members = session.scalars(select(Member).where(Member.call_as.startswith("คนที่ "))).all()
        write_notice(session, bot.house.tools, letter, members=members, now=now)


def states(bot, about: str) -> dict[tuple[str, str], int]:
    with bot.house.store.session() as session:
        query = select(stands(), Delivery.way).where(Delivery.key.startswith(f"{about}:"))
        return dict(Counter(tuple(row) for row in session.execute(query)))


def calls(bot, path: str):
    return [call for call in bot.line.calls if call.path.endswith(path)]


def spent(bot, crowd) -> int:
    """Counted messages to the crowd, none of them a push; what else the demo network is told comes one by one."""
    people = {person.account.user_id for person in crowd}
    told = [call.body["to"] for call in calls(bot, "/push")]
    assert people.isdisjoint(told)
    return bot.simulator.outgoing.spent - len(told)


def texts(person) -> list[str]:
    return [message.text for message in person.received]


def test_a_big_send_leaves_in_few_calls_and_is_counted_once_a_head(bot, crowd):
    announce(bot, "ข่าวใหญ่", about="test:1")
    bot.tick(hours=1)
    assert states(bot, "test:1") == {("sent", "batch"): CROWD}
    assert len(calls(bot, "/multicast")) == 1
    assert spent(bot, crowd) == CROWD
    assert [texts(person) for person in crowd] == [["ข่าวใหญ่"]] * CROWD


def test_who_talked_before_it_was_due_got_it_free_and_not_again(bot, crowd):
    announce(bot, "ข่าวใหญ่", about="test:1", rides=True)
    crowd[0].says("ห้องนี้คือห้องอะไร")
    bot.tick(hours=1)
    assert texts(crowd[0]).count("ข่าวใหญ่") == 1
    assert states(bot, "test:1") == {("sent", "batch"): CROWD - 1, ("sent", "ride"): 1}
    assert spent(bot, crowd) == CROWD - 1


def test_who_may_not_have_it_any_more_is_left_out_of_the_batch(bot, crowd):
    announce(bot, "ข่าวใหญ่", about="test:1")
    crowd[3].blocks()
    with bot.house.store.session() as session:
        gone = session.scalars(select(Member).where(Member.line_user_id == crowd[4].account.user_id)).one()
        gone.left_at = bot.clock.now
    bot.tick(hours=1)
    assert states(bot, "test:1") == {("sent", "batch"): CROWD - 2, ("dropped", "batch"): 2}
    (call,) = calls(bot, "/multicast")
    assert {crowd[3].account.user_id, crowd[4].account.user_id}.isdisjoint(call.body["to"])


def test_a_batch_whose_answer_was_lost_is_the_same_send_again(bot, crowd):
    """409 the second time: the same key, the same recipients, though one left in between."""
    bot.house.drain.purse.refresh()
    announce(bot, "ข่าวใหญ่", about="test:1")
    bot.line.faults.api, bot.line.faults.times, bot.line.faults.path = "timeout_after", 1, "/multicast"
    bot.tick(hours=1)
    crowd[5].blocks()
    bot.tick(seconds=5)
    first, second = calls(bot, "/multicast")
    assert first.body == second.body
    assert states(bot, "test:1") == {("sent", "batch"): CROWD}
    assert texts(crowd[0]) == ["ข่าวใหญ่"]


def test_a_chats_deliveries_leave_in_the_order_they_were_written(bot, crowd):
    """A push waits behind the multicast that its chat is in, and a multicast leaves out who has something before it."""
    bot.house.drain.purse.refresh()
    bot.line.faults.api, bot.line.faults.path = "down", "/multicast"
    announce(bot, "หนึ่ง", about="test:1")
    bot.tick(hours=1)
    with bot.house.store.session() as session:
        message = cards.text("สอง")
        lane = crowd[0].account.user_id
        write_push(session, key="test:2", lane=lane, messages=[message], now=bot.clock.now)
    announce(bot, "สาม", about="test:3", due=0)
    bot.tick()
    assert texts(crowd[0]) == []
    bot.line.faults.api = None
    for _ in range(3):
        bot.tick(minutes=1)
    assert texts(crowd[0]) == ["หนึ่ง", "สอง", "สาม"]
    assert texts(crowd[1]) == ["หนึ่ง", "สาม"]


def test_an_answer_whose_token_died_is_read_before_the_next_one_also_while_a_multicast_waits(bot, crowd):
    """Answers pass a multicast that has to wait, each in its turn."""
    bot.house.drain.purse.refresh()
    bot.line.faults.api, bot.line.faults.path = "down", "/multicast"
    announce(bot, "ข่าว", about="test:1")
    bot.tick(hours=1)
    bot.line.faults.late_tokens = True
    crowd[0].says("วันนี้ขายผ้าได้ 2 ผืน 5200 บาท")
    bot.line.faults.late_tokens = False
    crowd[0].says("ยกเลิก")
    assert texts(crowd[0])[0] == "ของกลุ่มไหนคะ"
    assert "ยกเลิกแล้ว" in texts(crowd[0])[1]
    bot.line.faults.api = None
    for _ in range(3):
        bot.tick(minutes=1)
    assert texts(crowd[0])[2:] == ["ข่าว"]


def test_a_batch_that_the_budget_refuses_waits_person_by_person(bot, crowd):
    """Not one of it leaves; each may ride."""
    bot.simulator.outgoing.limit = 100
    announce(bot, "ข่าวใหญ่", about="test:1")
    bot.tick(hours=1)
    assert states(bot, "test:1") == {("planned", "batch"): CROWD}
    crowd[0].says("ห้องนี้คือห้องอะไร")
    assert states(bot, "test:1") == {("planned", "batch"): CROWD - 1, ("sent", "ride"): 1}
    bot.simulator.outgoing.limit = 500
    bot.tick(hours=2)
    assert states(bot, "test:1") == {("sent", "batch"): CROWD - 1, ("sent", "ride"): 1}
    assert spent(bot, crowd) == CROWD - 1


def test_what_line_refuses_is_a_dead_letter_for_all_of_the_batch(bot, crowd):
    bot.house.drain.purse.refresh()
    announce(bot, "ข่าวใหญ่", about="test:1")
    bot.line.faults.api, bot.line.faults.path = "bad_request", "/multicast"
    bot.tick(hours=1)
    assert states(bot, "test:1") == {("dead", "batch"): CROWD}
    with bot.house.store.session() as session:
        assert session.scalar(select(func.count()).where(Chat.state == "blocked")) == 0


def test_held_deliveries_stay_until_they_are_let_go(bot, crowd):
    announce(bot, "ข่าวใหญ่", about="test:1")
    with bot.house.store.session() as session:
        session.execute(update(Delivery).values(held=True))
    bot.tick(hours=1)
    assert states(bot, "test:1") == {("planned", "batch"): CROWD}


def test_looking_twice_releases_once(bot, crowd):
    announce(bot, "ข่าวใหญ่", about="test:1")
    bot.clock.forward(hours=1)
    first = release_due(bot.house.store, bot.clock.now)
    assert (len(first), release_due(bot.house.store, bot.clock.now)) == (1, [])


def test_the_bodies_of_many_copies_are_kept_once(bot, crowd):
    announce(bot, "ข่าวใหญ่", about="test:1")
    with bot.house.store.session() as session:
        rows = session.scalars(select(Delivery).where(Delivery.key.startswith("test:1:"))).all()
        assert {row.body for row in rows} == {None}
        assert len({uuid.UUID(row.retry_key) for row in rows}) == CROWD


def test_what_became_of_a_multicast_shows_in_each_copy_and_it_can_be_tried_again(bot, crowd, run):
    """Also after housekeeping has marked the copies; the operator need not know of either."""
    bot.house.drain.purse.refresh()
    announce(bot, "ข่าวใหญ่", about="test:1")
    bot.line.faults.api, bot.line.faults.path = "bad_request", "/multicast"
    bot.tick(hours=1)
    with bot.house.store.session() as session:
        copy = session.scalars(select(Delivery).where(Delivery.way == "batch").limit(1)).one()
        ident, carrier = str(copy.id), str(copy.carrier_id)
    assert "state: dead (carried)" in run("outbox", "show", ident).output
    assert run("housekeep").exit_code == 0
    assert "state: dead\n" in run("outbox", "show", ident).output
    bot.line.faults.api = None
    assert "waits again" in run("outbox", "retry", carrier).output
    assert "on its way with another" not in run("outbox", "drop", ident).output
    bot.sweep()
    assert states(bot, "test:1") == {("sent", "batch"): CROWD - 1, ("dropped", "batch"): 1}
    assert "is sent: nothing to do" in run("outbox", "retry", carrier).output


def test_two_multicasts_to_the_same_people_leave_in_order(bot, crowd):
    """The later one waits as a whole while the earlier one is held up, and is not split."""
    bot.house.drain.purse.refresh()
    bot.line.faults.api, bot.line.faults.path = "down", "/multicast"
    announce(bot, "หนึ่ง", about="test:1")
    announce(bot, "สอง", about="test:2")
    bot.tick(hours=1)
    bot.line.faults.api = None
    for _ in range(4):
        bot.tick(minutes=1)
    assert [texts(person) for person in crowd] == [["หนึ่ง", "สอง"]] * CROWD
    assert states(bot, "test:2") == {("sent", "batch"): CROWD}
