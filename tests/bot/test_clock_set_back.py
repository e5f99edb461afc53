"""The host's clock was days ahead and is set right: what was put off by it does not wait for days."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.inbox import new_holder
from models.post import Delivery, Event
from tests.letters import end, write
from tests.post import held

REPORT = "วันนี้ขายผ้าได้ 2 ผืน 900 บาท"


@pytest.fixture
def ahead(bot):
    """A bot whose wall clock is three days ahead."""
    bot.clock.skew = timedelta(days=3)
    return bot


def set_right(bot) -> None:
    bot.clock.skew = timedelta()
    bot.clock.forward(seconds=20)
    bot.sweep()


def test_the_chat_of_a_process_that_died_meanwhile_goes_on(ahead):
    """Its lease would hold for three days more."""
    person = ahead.person("M04")
    held(ahead.house, person.chat_id, new_holder())
    person.says(REPORT)
    assert person.received == []
    set_right(ahead)
    assert "900 บาท" in person.received[-1].text


def test_an_event_whose_try_failed_is_tried_again(ahead, monkeypatch):
    """Its next try would come in three days."""
    person = ahead.person("M04")
    with monkeypatch.context() as broken:
        broken.setattr(type(ahead.house.router), "answer", lambda *_: 1 / 0)
        person.says(REPORT)
    set_right(ahead)
    with ahead.house.store.session() as session:
        assert session.scalars(select(Event.state)).all() == ["done"]


def test_a_push_that_may_have_arrived_is_settled_while_line_knows_its_key(ahead):
    """After a day LINE would send it again."""
    ahead.line.faults.api, ahead.line.faults.times, ahead.line.faults.path = "timeout_after", 1, "/push"
    write(ahead, members=["M04"], due=0, until=240)
    assert end(ahead) == ("sending", "push")
    set_right(ahead)
    assert end(ahead) == ("sent", "push")
    assert len(ahead.person("M04").received) == 1


def test_a_token_of_an_age_that_nobody_knows_is_not_taken_for_used(ahead):
    """LINE refuses it because it is too old: the answer has not arrived, and the next one repeats it."""
    person = ahead.person("M04")
    ahead.line.faults.api, ahead.line.faults.times, ahead.line.faults.path = "down", 1, "/reply"
    person.says(REPORT)
    ahead.clock.forward(minutes=2)
    set_right(ahead)
    with ahead.house.store.session() as session:
        assert session.scalars(select(Delivery.state).where(Delivery.way == "reply")).all() == ["unknown"]
    person.says("ยกเลิก")
    assert [("900 บาท" in message.text) for message in person.received] == [True, False]
