"""Events are worked on in order, each whole or not at all."""

import threading
from datetime import UTC, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from bot.housekeeping import Kept, housekeep
from models.chats import Form
from models.people import Member
from models.post import Delivery, Event
from tests.post import held

REPORT = "วันนี้ขายผ้าคลุมไหล่ได้ 8 ผืน 5,200 บาท"


def events(bot) -> list[Event]:
    with bot.house.store.session() as session:
        return list(session.scalars(select(Event).order_by(Event.id)))


def count(bot, model) -> int:
    with bot.house.store.session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def broken(bot, monkeypatch):
    """A handler that fails whenever `broken.on` is set."""

    class Switch:
        on = True

    answer = type(bot.house.router).answer

    def sometimes(router, turn):
        messages = answer(router, turn)
        if Switch.on:
            raise RuntimeError("a defect")
        return messages

    monkeypatch.setattr(type(bot.house.router), "answer", sometimes)
    return Switch


def test_a_turn_that_fails_changes_nothing_and_is_tried_again(bot, broken):
    """The first try leaves no form; the second, a second later, answers."""
    person = bot.person("M04")
    person.says(REPORT)
    assert (count(bot, Form), count(bot, Delivery), person.received) == (0, 0, [])
    broken.on = False
    bot.clock.forward(seconds=1.1)
    bot.sweep()
    assert count(bot, Form) == 1
    assert len(person.received) == 1


def test_three_failures_are_a_dead_letter_and_one_short_apology(bot, broken):
    """Tries at 0, 1 and 4 seconds, while the reply token lives; the next message is worked on as ever."""
    person = bot.person("M04")
    person.says(REPORT)
    for seconds in (1.1, 4.1, 10):
        bot.clock.forward(seconds=seconds)
        bot.sweep()
    assert [(event.state, event.tries, event.problem) for event in events(bot)] == [
        ("dead", 3, "RuntimeError")
    ]
    assert [message.text for message in person.received] == ["ขอโทษค่ะ เมื่อกี้สานทำไม่สำเร็จ ลองส่งใหม่อีกครั้งนะคะ"]
    broken.on = False
    person.says("เมนู")
    assert len(person.received) == 2


def test_what_was_said_is_in_no_log(bot, broken, caplog):
    """Neither in a failure's line nor anywhere else; nor tokens, nor whole LINE ids."""
    person = bot.person("M04")
    caplog.set_level("DEBUG")
    person.says(REPORT)
    ours = " ".join(
        record.getMessage()
        for record in caplog.records
        if record.name.startswith(("bot", "models", "handlers"))
    )
    assert "RuntimeError at" in ours
    assert not any(secret in ours for secret in ("5,200", "ผ้าคลุมไหล่", person.chat_id, "access-token"))


def test_a_chat_waits_for_the_next_try_of_its_oldest_event_and_others_do_not(bot, broken):
    """Order in a chat; one bad event harms no other chat."""
    person, other = bot.person("M04"), bot.person("M01")
    person.says(REPORT)
    broken.on = False
    person.says("ยกเลิก")
    other.says("เมนู")
    assert person.received == []
    assert len(other.received) == 1
    bot.clock.forward(seconds=2)
    bot.sweep()
    assert "5,200" in person.received[0].text
    assert "ยกเลิกแล้ว" in person.received[1].text


def test_a_fault_of_the_database_is_no_try(bot, monkeypatch):
    """However often the database fails, the event is not given up."""
    person = bot.person("M04")

    def away(*_arguments):
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr("bot.drain.open_turn", away)
    with pytest.raises(OperationalError):
        person.says(REPORT)
    for _ in range(5):
        bot.clock.forward(seconds=20)
        with pytest.raises(OperationalError):
            bot.sweep()
    monkeypatch.undo()
    bot.clock.forward(seconds=20)
    bot.sweep()
    assert [(event.state, event.tries) for event in events(bot)] == [("done", 1)]
    assert len(person.received) == 1


def test_only_one_works_on_a_chat_at_a_time(bot):
    """Who finds a chat taken leaves."""
    lane = bot.person("M04").chat_id
    assert held(bot.house, lane, "one")
    assert not held(bot.house, lane, "two")
    bot.house.inbox.release(lane, "one")
    assert held(bot.house, lane, "two")


def test_a_lane_whose_holder_died_goes_on_after_its_lease(bot):
    """Fifteen seconds later somebody else may take it."""
    lane = bot.person("M04").chat_id
    assert held(bot.house, lane, "dead")
    bot.clock.forward(seconds=16)
    assert held(bot.house, lane, "alive")


def test_a_turn_whose_lane_has_passed_on_is_not_committed(bot, monkeypatch):
    """The lease is checked again in the turn's own commit."""
    person = bot.person("M04")
    person.says("สวัสดีค่ะ")  # her chat is known: nothing is written before the answer is made
    said = len(person.received)
    answer = type(bot.house.router).answer

    def slow(router, turn):
        bot.clock.forward(seconds=20)
        assert held(bot.house, person.chat_id, "another")
        return answer(router, turn)

    monkeypatch.setattr(type(bot.house.router), "answer", slow)
    monkeypatch.setattr("bot.drain.TURN_SECONDS", 100.0)
    person.says(REPORT)
    assert (count(bot, Form), count(bot, Delivery), len(person.received)) == (0, 1, said)
    monkeypatch.undo()
    bot.clock.forward(seconds=20)
    bot.sweep()
    assert count(bot, Form) == 1


def test_a_turn_that_takes_too_long_is_not_committed(bot, monkeypatch):
    """A turn has a time limit below its lease."""
    person = bot.person("M04")
    answer = type(bot.house.router).answer

    def slow(router, turn):
        bot.clock.forward(seconds=11)
        return answer(router, turn)

    monkeypatch.setattr(type(bot.house.router), "answer", slow)
    person.says(REPORT)
    assert count(bot, Form) == 0
    assert events(bot)[0].problem == "TookTooLong"


def test_many_threads_at_once_answer_each_message_once_and_in_order(bot):
    """Eight drains of the same lanes, all at once."""
    people = [bot.person(key) for key in ("M01", "M04", "M06", "M08")]
    bot.deliver = lambda body, headers: (
        bot.client.post("/callback", data=body, headers=dict(headers)).status_code
    )
    for number in range(5):
        for person in people:
            person.says("เมนู" if number % 2 else f"วันนี้ขายผ้าได้ 3 ผืน {number + 1}00 บาท")
            person.says("ยกเลิก")
    lanes = [person.chat_id for person in people] * 2
    threads = [threading.Thread(target=bot.house.drain, args=(lane,)) for lane in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bot.sweep()
    assert {event.state for event in events(bot)} == {"done"}
    assert count(bot, Form) == 3 * len(people)


def test_an_unsend_that_waits_behind_its_message_wins(bot):
    """Both were stored before either was worked on: the message is not read."""
    person = bot.person("M04")
    bot.deliver = lambda body, headers: (
        bot.client.post("/callback", data=body, headers=dict(headers)).status_code
    )
    said = person.says(REPORT)
    bot.clock.forward(seconds=1)
    person.unsends(said)
    bot.work()
    assert (count(bot, Form), person.received) == (0, [])
    assert not any(REPORT.encode() in (event.payload or b"") for event in events(bot))


def test_an_edit_that_waits_behind_its_message_is_read_instead_of_it(bot):
    """Both were stored before either was worked on: only the edited words are answered."""
    person = bot.person("M04").in_group("G3")
    bot.deliver = lambda body, headers: (
        bot.client.post("/callback", data=body, headers=dict(headers)).status_code
    )
    said = person.says("สาน วันนี้ขายผ้าคลุมไหล่ได้ 8 ผืน 5,200 บาท")
    bot.clock.forward(seconds=1)
    person.edits(said, "สาน วันนี้ขายผ้าคลุมไหล่ได้ 9 ผืน 5,900 บาท")
    bot.work()
    (answer,) = person.received
    assert "5,900 บาท" in answer.text


def test_an_unsend_takes_back_what_was_read_and_the_copy_of_it(bot):
    """No words of the message stay behind."""
    person = bot.person("M04")
    said = person.says(REPORT)
    assert any(REPORT.encode() in (event.payload or b"") for event in events(bot))
    person.unsends(said)
    assert not any(REPORT.encode() in (event.payload or b"") for event in events(bot))


def test_what_a_stranger_says_is_not_kept(bot):
    """Before consent the payload is blanked when its turn ends, and nobody is made a member."""
    before = count(bot, Member)
    stranger = bot.line.new_person("X1", "คนแปลกหน้า")
    stranger.says("วันนี้ขายผ้าได้ 8 ผืน")
    assert count(bot, Member) == before
    assert [event.payload for event in events(bot)] == [None]


def test_what_is_over_is_blanked_after_its_time(bot):
    """Handled payloads and sent bodies after 7 days, dead ones after 30."""
    bot.person("M04").says(REPORT)
    kept = Kept(timedelta(days=7), timedelta(days=7), timedelta(days=30))
    now = bot.clock.now.astimezone(UTC)
    housekeep(bot.house.store, bot.house.tools.attachments, kept, now + timedelta(days=6))
    assert events(bot)[0].payload is not None
    housekeep(bot.house.store, bot.house.tools.attachments, kept, now + timedelta(days=8))
    assert events(bot)[0].payload is None
    with bot.house.store.session() as session:
        assert session.scalars(select(Delivery.body)).all() == [None]


def test_a_process_that_only_receives_leaves_the_work_to_the_workers(bot):
    """What `web` stored is found by a worker's sweep."""
    from bot.app import create_app

    person = bot.person("M04")
    client = create_app(bot.house.settings).test_client()
    bot.deliver = lambda body, headers: client.post("/callback", data=body, headers=dict(headers)).status_code
    person.says(REPORT)
    assert person.received == []
    bot.sweep()
    assert len(person.received) == 1
