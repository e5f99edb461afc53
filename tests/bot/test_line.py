"""LINE's answers, read: what was taken for certain, and what is tried again with the same key."""

import uuid

import pytest
from flask import Flask

from bot import cards
from bot.line import Line, Outcome
from bot.simulator import serving


@pytest.mark.parametrize(
    ("body", "outcome", "message_ids"),
    [
        (
            '{"sentMessages": [{"id": "461230966842064897", "quoteToken": "q"}]}',
            Outcome.SENT,
            ("461230966842064897",),
        ),
        ("{}", Outcome.SENT, ()),  # a multicast's
        ('{"sentMessages": null}', Outcome.SENT, ()),
        ("", Outcome.UNSURE, ()),
        ("[]", Outcome.UNSURE, ()),
        ("<html>Bad gateway</html>", Outcome.UNSURE, ()),
    ],
)
def test_only_an_answer_of_lines_own_shape_says_that_it_took_a_message(body, outcome, message_ids):
    line = Flask("line")
    line.add_url_rule("/v2/bot/message/push", view_func=lambda: body, methods=["POST"])
    with serving(line) as url:
        answer = Line("token", url).push("U1", [cards.text("สวัสดี")], str(uuid.uuid4()))
    assert (answer.outcome, answer.message_ids) == (outcome, message_ids)
