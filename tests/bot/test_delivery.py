"""Answers and pushes leave once, in order, or it is said what became of them."""

import pytest
from sqlalchemy import select

from bot.inbox import insert_once
from models.chats import Form
from models.post import Budget, Delivery, Event
from tests.conversations.talk import a_picture
from tests.post import write_push

REPORT = "วันนี้ขายผ้าคลุมไหล่ได้ 8 ผืน 5,200 บาท"


def deliveries(bot) -> list[Delivery]:
    with bot.house.store.session() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def events(bot) -> list[Event]:
    with bot.house.store.session() as session:
        return list(session.scalars(select(Event).order_by(Event.id)))


def push(bot, person, words: str, key: str = "test:1") -> None:
    told = {"quota": bot.simulator.outgoing.limit, "used": bot.simulator.outgoing.spent}
    with bot.house.store.session() as session:  # as LINE told some minutes ago
        session.execute(
            insert_once(session, Budget).values(
                id=1, month="2026-11", line_used=0, asked_at=bot.clock.now, **told
            )
        )
    with bot.house.store.session() as session:
        message = {"type": "text", "text": words}
        write_push(session, key=key, lane=person.chat_id, messages=[message], now=bot.clock.now)


def later(bot, **by) -> None:
    bot.clock.forward(**by)
    bot.sweep()


def test_a_redelivered_and_a_doubled_event_is_answered_once(bot):
    """LINE may send an event again, answered or not."""
    bot.line.faults.duplicate = True
    person = bot.person("M04")
    person.says(REPORT)
    assert len(person.received) == 1
    assert [event.state for event in events(bot)] == ["done"]


def test_an_answer_that_line_could_not_take_is_sent_again_with_the_same_token(bot):
    """500: the same body and token a second later."""
    person = bot.person("M04")
    bot.line.faults.api, bot.line.faults.times = "down", 1
    person.says(REPORT)
    assert person.received == []
    later(bot, seconds=2)
    assert len(person.received) == 1
    assert [(one.state, one.attempts) for one in deliveries(bot)] == [("sent", 2)]


def test_an_answer_that_arrived_though_the_connection_broke_is_not_given_twice(bot):
    """The second try is told "Invalid reply token": the first one arrived."""
    person = bot.person("M04")
    bot.line.faults.api, bot.line.faults.times = "timeout_after", 1
    person.says(REPORT)
    later(bot, seconds=2)
    assert len(person.received) == 1
    assert [one.state for one in deliveries(bot)] == ["sent"]


def test_an_answer_of_unknown_fate_is_never_pushed_and_repeated_by_the_next(bot):
    """LINE stays away for longer than the token lives: unknown; the chat's next answer leads with it."""
    person = bot.person("M04")
    bot.line.faults.api = "timeout_before"
    person.says(REPORT)
    for _ in range(8):
        later(bot, seconds=15)
    bot.line.faults.api = None
    assert [one.state for one in deliveries(bot)] == ["unknown"]
    later(bot, minutes=1)
    assert person.received == []
    person.says("เมนู")
    assert "5,200" in person.received[0].text
    assert len(person.received) > 1
    person.says("เมนู")
    assert sum("5,200" in message.text for message in person.received) == 1


def test_a_refused_token_that_may_be_too_old_does_not_prove_that_the_answer_arrived(bot):
    """The webhook came again when its token was nearly a minute old: the first try broke, the second came too late."""
    person = bot.person("M04")
    bot.line.faults.retry = True
    bot.line.deliver_to(lambda body, headers: 503)
    person.says(REPORT)
    bot.line.deliver_to(bot.deliver)
    bot.clock.forward(seconds=58)
    bot.line.faults.api, bot.line.faults.times = "timeout_before", 1
    bot.line.courier.redeliver_failed()
    later(bot, seconds=4)
    assert [(one.state, one.attempts) for one in deliveries(bot)] == [("unknown", 2)]
    person.says("เมนู")
    assert "5,200" in person.received[0].text


def test_a_late_token_becomes_a_push_one_to_one(bot):
    """A refused token that no earlier try used: one counted message."""
    person = bot.person("M04")
    bot.line.faults.late_tokens = True
    person.says(REPORT)
    assert len(person.received) == 1
    assert bot.simulator.outgoing.spent == 1


def test_a_late_token_in_a_group_costs_nothing_and_the_next_answer_repeats_it(bot):
    """A push there would cost one a head."""
    room = bot.person("M04").in_group("G3")
    bot.line.faults.late_tokens = True
    room.says("สาน เมนู")
    assert (room.received, bot.simulator.outgoing.spent) == ([], 0)
    bot.line.faults.late_tokens = False
    room.says("สาน สวัสดี")
    assert len(room.received) == 2


def test_a_push_is_sent_once_though_its_answer_was_lost(bot):
    """The retry key: 409 the second time, which is success."""
    person = bot.person("M04")
    bot.line.faults.api, bot.line.faults.times = "timeout_after", 1
    push(bot, person, "ข่าว")
    bot.sweep()
    later(bot, seconds=2)
    assert [message.text for message in person.received] == ["ข่าว"]
    assert [(one.state, one.attempts) for one in deliveries(bot)] == [("sent", 2)]


def test_a_push_that_was_written_twice_is_sent_once(bot):
    """The delivery key is unique."""
    person = bot.person("M04")
    push(bot, person, "ข่าว")
    push(bot, person, "ข่าว")
    bot.sweep()
    assert len(person.received) == 1


def test_a_push_is_never_tried_past_23_hours(bot):
    """After 24 h the retry key would send again."""
    person = bot.person("M04")
    bot.line.faults.api = "down"
    push(bot, person, "ข่าว")
    bot.sweep()
    for _ in range(150):
        later(bot, minutes=10)
    assert [one.state for one in deliveries(bot)] == ["dead"]
    keys = {call.retry_key for call in bot.line.calls if call.path.endswith("/push")}
    assert len(keys) == 1


def test_a_wrong_access_token_stops_all_sending_and_loses_nothing(bot):
    """401: rows wait; once the token is right they leave, in order."""
    person, other = bot.person("M04"), bot.person("M01")
    bot.line.faults.api = "unauthorized"
    push(bot, person, "หนึ่ง", "test:1")
    push(bot, person, "สอง", "test:2")
    push(bot, other, "สาม", "test:3")
    bot.sweep()
    tried = len(bot.line.calls)
    bot.sweep()
    assert len(bot.line.calls) == tried
    bot.line.faults.api = None
    later(bot, minutes=2)
    later(bot, minutes=2)
    assert [message.text for message in person.received] == ["หนึ่ง", "สอง"]
    assert [message.text for message in other.received] == ["สาม"]


@pytest.mark.parametrize("fault", ["rate", "down"])
def test_a_chats_messages_leave_in_the_order_they_were_written(bot, fault):
    """The first one fails once: the second waits behind it."""
    person = bot.person("M04")
    bot.line.faults.api, bot.line.faults.times = fault, 1
    push(bot, person, "หนึ่ง", "test:1")
    push(bot, person, "สอง", "test:2")
    bot.sweep()
    assert person.received == []
    later(bot, seconds=3)
    assert [message.text for message in person.received] == ["หนึ่ง", "สอง"]


def test_a_message_that_line_refuses_is_a_dead_letter_with_lines_words(bot):
    """400 with details: kept for the operator, nothing after it is held up."""
    person = bot.person("M04")
    with bot.house.store.session() as session:
        bad = {"type": "text", "text": ""}
        write_push(session, key="test:1", lane=person.chat_id, messages=[bad], now=bot.clock.now)
    push(bot, person, "สอง", "test:2")
    bot.sweep()
    first, second = deliveries(bot)
    assert (first.state, first.status, second.state) == ("dead", 400, "sent")
    assert "text" in (first.problem or "")


def test_the_request_id_of_line_is_kept(bot):
    """It is the only trace of a call."""
    bot.person("M04").says(REPORT)
    assert deliveries(bot)[0].request_id == bot.line.calls[-1].request_id


def test_a_picture_that_line_cannot_give_yet_is_fetched_at_the_next_try(bot):
    """LINE is away when the picture comes: the turn is tried again, nothing is lost."""
    person = bot.person("M04")
    person.says(REPORT)
    bot.line.faults.api, bot.line.faults.path, bot.line.faults.times = "down", "/content", 1
    person.sends_photo(a_picture())
    assert len(person.received) == 1
    later(bot, seconds=2)
    assert "1 รูป" in person.received[-1].text


def test_a_picture_of_20_megabytes_gets_a_kind_word(bot):
    """Too large to be kept."""
    person = bot.person("M04")
    person.says(REPORT)
    person.sends_photo(b"\xff\xd8" + b"\x00" * 20_000_000)
    assert "ใหญ่เกินไป" in person.received[-1].text


def test_a_word_said_to_a_card_that_came_late_is_not_taken_for_a_button_of_an_earlier_one(bot):
    """What came since was pushed: ยกเลิก means the second card, not the first one, which is cancelled."""
    person = bot.person("M04")
    person.says(REPORT)
    bot.line.faults.late_tokens = True
    person.says("ยกเลิก")
    person.says("วันนี้ขายผ้าคลุมไหล่ได้ 3 ผืน 900 บาท")
    person.says("ยกเลิก")
    assert "ไม่ได้บันทึกอะไร" in person.received[-1].text
    with bot.house.store.session() as session:
        assert set(session.scalars(select(Form.state))) == {"cancelled"}
