"""What the drills count: each fault, planted by hand, is found."""

import pytest
from sqlalchemy import update

from models.post import Delivery, Event
from tests.bot.test_delivery import push
from tests.soak.counts import Counts, Wanted, tally

TOTALS = (10_001, 10_002)


@pytest.fixture
def drilled(bot):
    """A small drill that went well: somebody reported twice and was sent two pushes."""
    person = bot.person("M04")
    for total in TOTALS:
        person.says(f"วันนี้ขายผ้าได้ 2 ผืน {total} บาท")
        person.says("ยกเลิก")
    for number in (1, 2):
        push(bot, person, f"push {number}.", f"test:{number}")
    bot.sweep()
    return bot


def counted(bot) -> Counts:
    """What the drill's count says of it."""
    lane, wanted = bot.person("M04").chat_id, Wanted(reports=len(TOTALS))
    for mark in (*(f"{total:,} บาท" for total in TOTALS), "push 1.", "push 2."):
        wanted.add(lane, mark)
    return tally(bot.line, bot.house.store, wanted, Counts(events=2 * len(TOTALS)))


def said(bot) -> list:
    """All that was said in the chat: what is put in, taken out or moved here was seen so."""
    return bot.person("M04").chat.messages


def change(bot, statement) -> None:
    with bot.house.store.session() as session:
        session.execute(statement)


def test_what_went_well_counts_nothing(drilled):
    assert (counted(drilled).said, counted(drilled).faults) == (4, 0), counted(drilled).details


@pytest.mark.parametrize("mark", ["push 1.", "10,001 บาท"])
def test_what_nobody_saw_is_lost(drilled, mark):
    gone = next(message for message in drilled.person("M04").received if mark in message.text)
    said(drilled).remove(gone)
    assert (counted(drilled).lost, counted(drilled).faults) == (1, 1)


@pytest.mark.parametrize("mark", ["push 2.", "10,002 บาท"])
def test_what_was_sent_once_more_is_doubled(drilled, mark):
    said(drilled).append(next(message for message in drilled.person("M04").received if mark in message.text))
    assert (counted(drilled).doubled, counted(drilled).faults) == (1, 1)


def test_what_was_seen_before_an_earlier_one_is_out_of_order(drilled):
    first, second = (one for one in drilled.person("M04").received if "push" in one.text)
    said(drilled).remove(first)
    said(drilled).insert(said(drilled).index(second) + 1, first)
    assert (counted(drilled).out_of_order, counted(drilled).faults) == (1, 1)


def test_a_delivery_that_stands_otherwise_than_it_went_is_wrong(drilled):
    change(drilled, update(Delivery).where(Delivery.key == "test:1").values(state="dead"))
    assert (counted(drilled).wrong, counted(drilled).faults) == (1, 1)


def test_an_event_that_was_done_twice_or_never_is_found(drilled):
    with drilled.house.store.session() as session:
        event = session.get_one(Event, 1)
        session.delete(event)
    assert (counted(drilled).lost, counted(drilled).faults) == (1, 1)
    with drilled.house.store.session() as session:
        for number in (1, 2):
            again = {
                "lane": event.lane,
                "kind": event.kind,
                "sent_at": event.sent_at,
                "received_at": event.received_at,
            }
            session.add(
                Event(
                    webhook_event_id=f"again {number}", state="done", finished_at=event.finished_at, **again
                )
            )
    assert counted(drilled).doubled == 1


def test_an_event_that_no_turn_ended_is_wrong(drilled):
    change(drilled, update(Event).where(Event.id == 1).values(state="dead"))
    assert (counted(drilled).wrong, counted(drilled).faults) == (1, 1)
