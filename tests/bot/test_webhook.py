"""What POST /callback takes, keeps and refuses."""

import base64
import hashlib
import hmac
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.incoming import ACTED_ON, KNOWN
from models.post import Event, Tombstone
from tests.world import SECRET

USER = "U00000000000000000000000000000004"
GROUP = "C00000000000000000000000000000003"


def sign(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def post(bot, body: bytes, signature: str | None = None):
    headers = {"X-Line-Signature": sign(body) if signature is None else signature}
    return bot.client.post("/callback", data=body, headers=headers)


def event(number: int = 1, kind: str = "message", *, group: bool = False, **more) -> dict:
    source = (
        {"type": "group", "groupId": GROUP, "userId": USER} if group else {"type": "user", "userId": USER}
    )
    made = {
        "type": kind,
        "mode": "active",
        "timestamp": 1795489200000 + number,
        "source": source,
        "webhookEventId": f"01HEVENT{number:018d}",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": f"token{number}",
    }
    if kind == "message":
        made["message"] = {"id": f"m{number}", "type": "text", "text": "สวัสดีค่ะ"}
    return {**made, **more}


def webhook(*events: dict) -> bytes:
    return json.dumps({"destination": "U1", "events": list(events)}, ensure_ascii=False).encode()


def text(words: str, number: int = 1, **more) -> dict:
    return event(
        number, message={"id": f"m{number}", "type": "text", "text": words, **more.pop("said", {})}, **more
    )


def stored(bot) -> list[Event]:
    with bot.house.store.session() as session:
        return list(session.scalars(select(Event).order_by(Event.id)))


def test_lines_own_test_vector_is_accepted():
    """The signature of LINE's documentation's example holds."""
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    assert sign(body, "8c570fa6dd201bb328f1c1eac23a96d8") == "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


@pytest.mark.parametrize("signature", ["", "wrong", sign(b"other"), "ก" * 44])
def test_a_wrong_or_missing_signature_is_refused_and_nothing_is_stored(bot, signature):
    """400, and no row."""
    assert post(bot, webhook(event()), signature).status_code == 400
    assert stored(bot) == []


def test_the_signature_is_over_the_raw_bytes(bot):
    """A body that means the same but is written otherwise is refused."""
    body = webhook(event())
    assert post(bot, json.dumps(json.loads(body)).encode(), sign(body)).status_code == 400


def test_both_secrets_hold_while_they_are_rotated(bot):
    """LINE_CHANNEL_SECRET may name two."""
    object.__setattr__(bot.house.webhook, "secrets", [b"next", SECRET.encode()])
    body = webhook()
    assert post(bot, body, sign(body, "next")).status_code == 200
    assert post(bot, body, sign(body)).status_code == 200
    assert post(bot, body, sign(body, "old")).status_code == 400


def test_the_consoles_verify_button_is_answered(bot):
    """No events: 200."""
    assert post(bot, webhook()).status_code == 200


@pytest.mark.parametrize(
    "body", [b"{", b"", b"[]", b"null", b'{"events": {}}', b"\xff\xfe", b'{"destination": "U"}']
)
def test_a_body_that_is_no_webhook_is_refused(bot, body):
    """A right signature over nonsense: 400."""
    assert post(bot, body).status_code == 400


def test_a_body_over_one_megabyte_is_refused(bot):
    """413, whatever it holds."""
    assert post(bot, b" " * (1024 * 1024 + 1)).status_code == 413


def test_a_redelivered_or_doubled_event_is_stored_once(bot):
    """The same webhookEventId again, in one body and in another."""
    once = event()
    again = {**once, "deliveryContext": {"isRedelivery": True}}
    assert post(bot, webhook(once, once)).status_code == 200
    assert post(bot, webhook(again)).status_code == 200
    assert len(stored(bot)) == 1


def test_a_batch_of_many_people_is_stored_whole_in_lines_order_of_time(bot):
    """One webhook, five events of two people, out of order."""
    other = {"type": "user", "userId": "U" + "0" * 31 + "1"}
    batch = [event(5), event(3, source=other), event(1), event(4, source=other), event(2)]
    assert post(bot, webhook(*batch)).status_code == 200
    assert [row.sent_at % 1000 for row in stored(bot)] == [1, 2, 3, 4, 5]
    assert bot.jobs.lanes == [USER, other["userId"]]


def test_standby_is_kept_silent(bot):
    """Another module holds the chat: not stored, not answered."""
    assert post(bot, webhook(event(mode="standby"))).status_code == 200
    assert stored(bot) == []


def test_all_kinds_of_events_are_known_and_unknown_ones_are_counted(bot):
    """Twenty kinds; those that the bot does not act on are passed over, a new one is counted."""
    assert len(KNOWN) == 20
    batch = [event(number, kind) for number, kind in enumerate(sorted(KNOWN), 1)]
    batch.append(event(99, "invented"))
    assert post(bot, webhook(*batch)).status_code == 200
    assert {row.kind for row in stored(bot)} == ACTED_ON
    told = bot.house.measures.told().decode()
    assert all(f'saan_events_total{{kind="{kind}"}} 1.0' in told for kind in (*KNOWN, "other"))
    assert "invented" not in told


@pytest.mark.parametrize(
    "talk",
    ["พรุ่งนี้ไปตลาดกันไหม", "สานตะกร้าเสร็จแล้ว", "ประสานงานให้หน่อย", "@สานิต มาด้วยนะ", "ประชุมกี่โมง", "555"],
)
def test_group_talk_that_is_not_for_the_bot_leaves_no_trace(bot, talk):
    """Neither words nor ids are written anywhere."""
    assert post(bot, webhook(text(talk, group=True))).status_code == 200
    assert stored(bot) == []


@pytest.mark.parametrize("call", ["สาน ช่วยหน่อย", "น้องสานคะ ประชุมวันไหน", "@สาน เมนู"])
def test_a_call_of_the_bot_in_a_group_is_kept(bot, call):
    """It begins with the bot's name."""
    post(bot, webhook(text(call, group=True)))
    assert len(stored(bot)) == 1


def test_a_mention_in_a_group_is_kept(bot):
    """LINE's own mention of the bot."""
    mention = {"mention": {"mentionees": [{"index": 0, "length": 4, "type": "user", "isSelf": True}]}}
    post(bot, webhook(text("@Bot ช่วยหน่อย", group=True, said=mention)))
    assert len(stored(bot)) == 1


def test_pictures_and_stickers_of_a_group_are_not_ours(bot):
    """Nobody was asked for a picture there."""
    picture = {"id": "m1", "type": "image", "contentProvider": {"type": "line"}}
    sticker = {"id": "m2", "type": "sticker"}
    post(bot, webhook(event(1, group=True, message=picture), event(2, group=True, message=sticker)))
    assert stored(bot) == []


def test_an_unsend_in_a_group_that_comes_before_its_message_wins(bot):
    """Only a keyed hash waits for the message, which is then not stored."""
    unsend = event(2, "unsend", group=True, unsend={"messageId": "m1"})
    post(bot, webhook(unsend))
    assert stored(bot) == []
    with bot.house.store.session() as session:
        assert [row.message for row in session.scalars(select(Tombstone))] != ["m1"]
    for _ in range(2):
        post(bot, webhook(text("สาน ช่วยหน่อย", 1, group=True)))
    assert stored(bot) == []


def test_an_unsend_and_its_message_in_one_webhook(bot):
    """In LINE's order of time: what came first is kept and its unsend too; the other way round neither is."""
    post(
        bot,
        webhook(event(2, "unsend", group=True, unsend={"messageId": "m1"}), text("สาน ช่วย", 1, group=True)),
    )
    assert [row.kind for row in stored(bot)] == ["message", "unsend"]
    post(
        bot,
        webhook(event(3, "unsend", group=True, unsend={"messageId": "m4"}), text("สาน ช่วย", 4, group=True)),
    )
    post(bot, webhook(text("สาน ช่วย", 4, group=True, webhookEventId="01HAGAIN")))
    assert len(stored(bot)) == 2


def test_a_database_that_does_not_answer_is_503_so_that_line_sends_again(bot, monkeypatch):
    """Nothing is accepted that is not committed."""

    def away(*_arguments):
        raise OperationalError("INSERT", {}, Exception("away"))

    monkeypatch.setattr("bot.keeping.store_events", away)
    assert post(bot, webhook(event())).status_code == 503
    monkeypatch.undo()
    assert post(bot, webhook(event())).status_code == 200
    assert len(stored(bot)) == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
strange_events = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from([*sorted(KNOWN), "new"]) | json_values,
        "webhookEventId": st.text(max_size=26) | json_values,
        "timestamp": st.integers() | json_values,
        "mode": st.sampled_from(["active", "standby"]) | json_values,
        "source": st.fixed_dictionaries(
            {"type": st.sampled_from(["user", "group", "room"])},
            optional={"userId": st.text(max_size=33), "groupId": st.text(max_size=33), "roomId": json_values},
        )
        | json_values,
        "message": json_values,
        "postback": json_values,
        "unsend": json_values,
        "joined": json_values,
        "replyToken": json_values,
    },
)


@given(st.lists(strange_events, max_size=4))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_signed_body_is_ever_a_server_error(bot, events):
    """LINE adds fields and kinds without notice: whatever comes is stored, passed over or refused."""
    assert post(bot, json.dumps({"destination": "U", "events": events}).encode()).status_code in (200, 400)
