"""A notice leaves for free with a chat's own talk, behind what was asked, once; what cannot ride is pushed in time."""

from sqlalchemy import select

from bot import cards
from bot.notices import Urgency
from models.announcements import Emergency
from models.chats import Room
from models.network import Network
from models.post import Delivery, TalkToken
from tests.letters import end, ends, write

NEWS = "ข่าวจากเครือข่าย"


def group(bot, who="M04", room="G1"):
    return bot.person(who).in_group(room)


def texts(chat) -> list[str]:
    return [message.text for message in chat.received]


def calls(bot, path: str) -> int:
    return sum(call.path.endswith(path) for call in bot.line.calls)


def talks(bot, chat) -> None:
    """Talk that is not ours comes in, whose token may be used."""
    chat.says("แม่คำแพงทำกับข้าวอะไรจ๊ะ")


def test_a_notice_leaves_behind_the_answer_to_what_was_asked(bot):
    """One call, free, the answer first."""
    write(bot, rooms=["G1"])
    chat = group(bot)
    chat.says("สาน ห้องนี้คือห้องอะไร")
    assert len(texts(chat)) == 2
    assert texts(chat)[-1] == NEWS
    assert (end(bot), calls(bot, "/reply"), bot.simulator.outgoing.spent) == (("sent", "ride"), 1, 0)


def test_a_notice_leaves_with_the_next_talk_of_the_room(bot):
    """Talk that is not for the bot is answered by what waits, and its token is forgotten."""
    write(bot, rooms=["G1"])
    chat = group(bot)
    talks(bot, chat)
    assert (texts(chat), end(bot)) == ([NEWS], ("sent", "ride"))
    with bot.house.store.session() as session:
        assert session.scalars(select(TalkToken)).all() == []


def test_no_token_of_talk_is_kept_where_nothing_may_ride(bot):
    """Before the window opens, in quiet hours, in another room."""
    write(bot, rooms=["G1"], ride=2, due=6)
    talks(bot, group(bot))
    talks(bot, group(bot, "M04", "G3"))
    with bot.house.store.session() as session:
        assert session.scalars(select(TalkToken)).all() == []
    assert (calls(bot, "/reply"), end(bot)) == (0, ("planned", "push"))


def test_nothing_rides_in_quiet_hours_but_what_is_urgent(bot):
    bot.clock.forward(hours=11)  # 21:00
    write(bot, rooms=["G1"], about="test:1")
    chat = group(bot)
    talks(bot, chat)
    assert texts(chat) == []
    write(bot, "น้ำมา", rooms=["G1"], about="test:2", urgency=Urgency.URGENT)
    talks(bot, chat)
    assert texts(chat) == ["น้ำมา"]


def test_nothing_ordinary_rides_into_the_area_of_an_emergency(bot):
    """What matters still does; once it is over what waited does too, and elsewhere nothing changes."""
    write(bot, members=["M08", "M06"], about="test:1")
    with bot.house.store.session() as session:
        flood = Emergency(
            network_id=session.scalars(select(Network.id)).one(),
            audience_kind="province",
            audience_values=["นครพนม"],
            started_at=bot.clock.now,
            ends_at=bot.clock.now.replace(hour=23),
        )
        session.add(flood)
        session.flush()
        ident = flood.id
    inside, outside = bot.person("M08"), bot.person("M06")
    for chat in (inside, outside):
        chat.says("ห้องนี้คือห้องอะไร")
    assert (NEWS in texts(inside), NEWS in texts(outside)) == (False, True)
    write(bot, "น้ำลดแล้ว", members=["M08"], about="test:2", urgency=Urgency.IMPORTANT)
    inside.says("ห้องนี้คือห้องอะไร")
    assert ("น้ำลดแล้ว" in texts(inside), NEWS in texts(inside)) == (True, False)
    with bot.house.store.session() as session:
        session.get_one(Emergency, ident).ended_at = bot.clock.now
    inside.says("ห้องนี้คือห้องอะไร")
    assert NEWS in texts(inside)


def test_nothing_joins_an_answer_that_asks_something(bot):
    """LINE shows quick replies only under the last message; a form is not talked into."""
    write(bot, members=["M04"])
    person = bot.person("M04")
    person.says("วันนี้ขายผ้าคลุมไหล่ได้ 8 ผืน 5,200 บาท")
    assert end(bot) == ("planned", "push")
    person.taps("ยกเลิก")
    assert NEWS not in [message.text for message in person.received[:1]]


def test_at_most_five_messages_leave_together(bot):
    """The rest waits for the next talk; a ride takes all of a notice or none."""
    for number in range(3):
        pair = [cards.text(f"{number}a"), cards.text(f"{number}b")]
        write(bot, rooms=["G1"], about=f"test:{number}", messages=pair)
    chat = group(bot)
    talks(bot, chat)
    assert texts(chat) == ["0a", "0b", "1a", "1b"]
    talks(bot, chat)
    assert texts(chat)[4:] == ["2a", "2b"]


def test_a_joint_answer_that_line_refuses_goes_alone(bot):
    """And the notice rides no more: it is pushed when it is due."""
    write(bot, rooms=["G1"])
    chat = group(bot)
    bot.line.faults.api, bot.line.faults.times, bot.line.faults.path = "bad_request", 1, "/reply"
    chat.says("สาน ห้องนี้คือห้องอะไร")
    bot.sweep()
    assert len(texts(chat)) == 1
    assert NEWS not in texts(chat)
    talks(bot, chat)
    assert NEWS not in texts(chat)
    bot.tick(hours=7)
    assert texts(chat)[-1] == NEWS
    assert end(bot) == ("sent", "push")


def test_a_joint_answer_of_unknown_fate_is_repeated_with_the_next_one_not_pushed(bot):
    """It may have arrived: the same rule as for every answer."""
    write(bot, rooms=["G1"])
    chat = group(bot)
    bot.line.faults.api, bot.line.faults.path = "down", "/reply"
    chat.says("สาน ห้องนี้คือห้องอะไร")
    bot.tick(minutes=2)
    assert end(bot) == ("unknown", "ride")
    bot.line.faults.api = None
    bot.tick(hours=7)
    assert texts(chat) == []
    chat.says("สาน ห้องนี้คือห้องอะไร")
    assert texts(chat)[1] == NEWS


def test_a_refused_token_of_old_talk_does_not_prove_that_the_notice_arrived(bot):
    """The talk came again when its token was nearly a minute old: the first try broke, the second came too late."""
    write(bot, rooms=["G1"])
    chat = group(bot)
    bot.line.faults.retry = True
    bot.line.deliver_to(lambda body, headers: 503)
    talks(bot, chat)
    bot.line.deliver_to(bot.deliver)
    bot.clock.forward(seconds=58)
    bot.line.faults.api, bot.line.faults.times = "timeout_before", 1
    bot.line.courier.redeliver_failed()
    bot.clock.forward(seconds=4)
    bot.sweep()
    assert (texts(chat), end(bot)) == ([], ("unknown", "ride"))
    chat.says("สาน ห้องนี้คือห้องอะไร")
    assert texts(chat)[0] == NEWS


def test_what_found_no_talk_is_pushed_when_it_is_due_and_counted_by_heads(bot):
    write(bot, rooms=["G1"])
    bot.tick(hours=5)
    assert end(bot) == ("planned", "push")
    bot.tick(hours=2)
    assert (texts(group(bot)), end(bot)) == ([NEWS], ("sent", "push"))
    with bot.house.store.session() as session:
        pushed = dict(
            session.execute(
                select(Delivery.lane, Delivery.price).where(Delivery.way == "push", Delivery.state == "sent")
            ).all()
        )
    assert pushed[group(bot).chat_id] == len(bot.line.group("G1").members)
    assert bot.simulator.outgoing.spent == sum(pushed.values())


def test_what_is_due_in_quiet_hours_waits_for_the_morning(bot):
    """10:00 + 11 h is 21:00; the quiet hours end at 6."""
    write(bot, members=["M04"], due=11)
    bot.tick(hours=19, minutes=50)
    assert NEWS not in texts(bot.person("M04"))
    bot.tick(minutes=15)
    assert NEWS in texts(bot.person("M04"))


def test_what_is_too_late_does_not_leave(bot):
    write(bot, rooms=["G1"], due=1, until=2)
    bot.clock.forward(hours=3)
    chat = group(bot)
    talks(bot, chat)
    bot.tick()
    assert (texts(chat), end(bot)) == ([], ("expired", "push"))


def test_rights_are_settled_when_the_first_try_starts(bot):
    """Who blocked the bot meanwhile, lost the role, or left, does not get it; nor does a room that was unbound."""
    write(bot, members=["M04", "M05", "M03"], role="leader", due=1)
    write(bot, rooms=["G1"], about="test:2", due=1)
    bot.person("M04").blocks()
    with bot.house.store.session() as session:
        session.scalars(select(Room).where(Room.code == "G1")).one().chat_id = None
    bot.tick(hours=2)
    assert set(ends(bot, "test:1").values()) == {("dropped", "push")}
    assert end(bot, "test:2") == ("dropped", "push")
    with bot.house.store.session() as session:
        told = session.scalars(select(Delivery.problem).where(Delivery.state == "dropped")).all()
    assert sorted(told) == [
        "the group is no longer a room of the network",
        "the person blocked the bot",
        "the person no longer has the role it was for",
        "the person no longer has the role it was for",
    ]


def test_an_answer_does_not_wait_for_a_push_that_has_to_wait(bot):
    """The push is tried again later; a reply token would be dead by then."""
    bot.house.drain.purse.refresh()
    bot.line.faults.api, bot.line.faults.path = "down", "/push"
    write(bot, members=["M04"], due=0)
    person = bot.person("M04")
    person.says("ขอดูผลงานเดือนนี้")
    assert len(person.received) == 1
    bot.line.faults.api = None
    bot.tick(minutes=1)
    assert person.received[-1].text == NEWS
