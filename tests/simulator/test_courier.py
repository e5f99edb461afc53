"""Webhooks reach the bot signed, in order, and with the faults that are switched on."""

import base64
import hashlib
import hmac
import threading
from collections.abc import Mapping

import pytest

from bot.simulator import Simulator, sign
from bot.simulator.courier import Courier
from bot.simulator.state import Faults
from bot.simulator.webhooks import event

from .conftest import SECRET, ListeningBot, Time

VECTOR = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'


def texts(bot: ListeningBot) -> list[str]:
    return [event["message"]["text"] for event in bot.events]


def test_the_signature_is_lines() -> None:
    """The signature of LINE's published example comes out the same."""
    assert sign("8c570fa6dd201bb328f1c1eac23a96d8", VECTOR) == "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


def test_raw_bytes_are_signed(simulator: Simulator, bot: ListeningBot) -> None:
    """The header fits the very bytes that were sent."""
    simulator.line.person("M01").says("สวัสดี")
    body, headers = bot.requests[0]
    expected = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    assert headers["X-Line-Signature"] == expected


def test_a_duplicate_is_the_same_webhook_again(simulator: Simulator, bot: ListeningBot) -> None:
    """A duplicate is not marked as redelivery."""
    simulator.line.faults.duplicate = True
    simulator.line.person("M01").says("สวัสดี")
    assert bot.requests[0][0] == bot.requests[1][0]


def test_a_redelivery_is_marked(simulator: Simulator, bot: ListeningBot) -> None:
    """A redelivery has the same event id and reply token, and isRedelivery true."""
    simulator.line.faults.redeliver = True
    simulator.line.person("M01").says("สวัสดี")
    first, second = bot.events
    assert [event["deliveryContext"]["isRedelivery"] for event in bot.events] == [False, True]
    assert first["webhookEventId"] == second["webhookEventId"]
    assert first["replyToken"] == second["replyToken"]


def test_reordering_swaps_neighbours(simulator: Simulator, bot: ListeningBot) -> None:
    """Each held webhook leaves after the next; flushing lets go of the last."""
    simulator.line.faults.reorder = True
    for word in ("1", "2", "3"):
        simulator.line.person("M01").says(word)
    assert texts(bot) == ["2", "1"]
    simulator.line.courier.flush()
    assert texts(bot) == ["2", "1", "3"]


def test_one_webhook_can_hold_many_events(simulator: Simulator, bot: ListeningBot) -> None:
    """Events made together leave in one request, in their order."""
    with simulator.line.courier.one_webhook():
        simulator.line.person("M01").says("1")
        simulator.line.person("M02").says("2")
    assert len(bot.requests) == 1
    assert texts(bot) == ["1", "2"]


@pytest.mark.parametrize(("switched_on", "again"), [(True, 1), (False, 0)])
def test_failures_are_redelivered_when_the_switch_is_on(
    simulator: Simulator, bot: ListeningBot, switched_on: bool, again: int
) -> None:
    """What got no 2xx comes again, marked, only if the console's switch is on; once accepted it rests."""
    simulator.line.faults.retry = switched_on
    bot.status = 503
    simulator.line.person("M01").says("สวัสดี")
    bot.status = 200
    assert simulator.line.courier.redeliver_failed() == again
    assert simulator.line.courier.redeliver_failed() == 0
    assert [event["deliveryContext"]["isRedelivery"] for event in bot.events] == [False, True][: 1 + again]


def test_an_absent_bot_is_recorded(simulator: Simulator) -> None:
    """A refused connection is an attempt without a status, not an error of the person's."""

    def absent(_body: bytes, _headers: Mapping[str, str]) -> int:
        raise ConnectionRefusedError

    simulator.line.deliver_to(absent)
    simulator.line.person("M01").says("สวัสดี")
    assert [attempt.status for attempt in simulator.line.attempts] == [None]


def test_the_thread_keeps_the_order(time: Time) -> None:
    """Delivered from the background, webhooks still arrive one by one in their order."""
    bot, done = ListeningBot(), threading.Event()

    def deliver(body: bytes, headers: Mapping[str, str]) -> int:
        status = bot(body, headers)
        if len(bot.requests) == 20:
            done.set()
        return status

    courier = Courier(SECRET, "U0", deliver, Faults(), lambda: time.now, [].append)
    courier.start()
    sent = [event("follow", {"type": "user", "userId": "U1"}, time.now) for _ in range(20)]
    for each in sent:
        courier.send(each)
    assert done.wait(10)
    assert bot.events == sent
