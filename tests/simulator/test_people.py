"""What people do becomes the webhook LINE would send."""

from typing import Any

import pytest
from linebot.v3 import WebhookParser

from bot.simulator import Mention, Simulator

from .conftest import SECRET, ListeningBot, Time

G1 = f"C{1:032x}"


def show(simulator: Simulator, chat: str, message: dict[str, Any]) -> None:
    """Puts a message of the bot into a chat."""
    simulator.line.post(simulator.line.chat(chat).id, "bot", message, via="reply")


def card(*actions: dict[str, Any], **more: Any) -> dict[str, Any]:
    buttons = [{"type": "button", "action": action} for action in actions]
    body = {
        "type": "box",
        "layout": "vertical",
        "contents": [{"type": "text", "text": "ขายได้ 8 ผืน"}, *buttons],
    }
    return {"type": "flex", "altText": "การ์ด", "contents": {"type": "bubble", "body": body}, **more}


def postback(label: str, data: str = "ok=1", **more: Any) -> dict[str, Any]:
    return {"type": "postback", "label": label, "data": data, **more}


def quick(*actions: dict[str, Any]) -> dict[str, Any]:
    return {"items": [{"type": "action", "action": action} for action in actions]}


def test_every_act_is_a_webhook_the_sdk_reads(simulator: Simulator, bot: ListeningBot) -> None:
    """LINE's own parser accepts the signature and shape of all that a person can cause."""
    bua, new = simulator.line.person("M01"), simulator.line.person("N1")
    room = bua.in_group("G1")
    text = room.says("สวัสดี")
    room.edits(text, "สวัสดีค่ะ")
    room.says("ตอบ", quotes=text)
    room.says_to_bot("ช่วยหน่อย")
    room.says("@All มาเร็ว", mentions=[Mention("All", "all")])
    room.unsends(text)
    bua.sends_photo(b"1")
    bua.sends_album([b"1", b"2"])
    bua.sends_video(b"1")
    bua.sends_audio(b"1")
    bua.sends_file("บัญชี.xlsx", b"1")
    bua.sends_sticker()
    bua.sends_location(15.1, 104.3, "ตลาด", "หน้าอำเภอ")
    show(simulator, "M01", card(postback("ถูกต้อง")))
    bua.taps("ถูกต้อง")
    new.follows()
    new.joins("G1")
    new.leaves("G1")
    new.blocks()
    bua.removes_bot("G1")
    bua.invites_bot("G1")
    parser = WebhookParser(SECRET)
    kinds = [
        event.type
        for body, headers in bot.requests
        for event in parser.parse(body.decode(), headers["X-Line-Signature"])
    ]
    assert kinds == [
        *("message", "messageEdited", "message", "message", "message", "unsend"),
        *["message"] * 8,
        *("postback", "follow", "memberJoined", "memberLeft", "unfollow", "leave", "join"),
    ]


def test_every_event_has_its_own_id_and_order(simulator: Simulator, bot: ListeningBot, time: Time) -> None:
    """Event ids are unique ULIDs; message ids and timestamps rise."""
    for word in ("หนึ่ง", "สอง", "สาม"):
        simulator.line.person("M01").says(word)
    ids = [event["webhookEventId"] for event in bot.events]
    assert len(set(ids)) == 3
    assert {len(event_id) for event_id in ids} == {26}
    messages = [int(event["message"]["id"]) for event in bot.events]
    assert messages == sorted(set(messages))
    assert bot.event["timestamp"] == time.now.timestamp() * 1000


@pytest.mark.parametrize(
    ("act", "has_token"),
    [("says", True), ("edits", True), ("unsends", False), ("follows", True), ("blocks", False)],
)
def test_reply_tokens_come_where_line_gives_them(
    simulator: Simulator, bot: ListeningBot, act: str, has_token: bool
) -> None:
    """Unsend, unfollow, leave and memberLeft have no reply token."""
    bua = simulator.line.person("M01").in_group("G1")
    said = bua.says("สวัสดี")
    arguments = {"says": ["อีกที"], "edits": [said, "แก้"], "unsends": [said]}.get(act, [])
    getattr(bua, act)(*arguments)
    assert ("replyToken" in bot.event) is has_token


def test_group_events_may_hide_who_it_was(simulator: Simulator, bot: ListeningBot) -> None:
    """LINE may leave out the userId in a group."""
    simulator.line.person("M01").in_group("G1", known=False).says("สวัสดี")
    assert bot.event["source"] == {"type": "group", "groupId": G1}


def test_a_mention_of_the_bot_is_marked(simulator: Simulator, bot: ListeningBot) -> None:
    """The bot's own mention has isSelf, and its place counts UTF-16 units."""
    simulator.line.person("M01").in_group("G1").says("😀 @สาน ช่วยที", mentions=[Mention("สาน", "bot")])
    assert bot.event["message"]["mention"]["mentionees"] == [
        {
            "index": 3,
            "length": 4,
            "type": "user",
            "userId": simulator.line.bot["userId"],
            "isSelf": True,
        }
    ]


def test_an_album_is_tied_by_its_image_set(simulator: Simulator, bot: ListeningBot) -> None:
    """Each photo of an album is an event of its own, numbered within the set."""
    simulator.line.person("M01").sends_album([b"1", b"2", b"3"])
    sets = [event["message"]["imageSet"] for event in bot.events]
    assert len({each["id"] for each in sets}) == 1
    assert [(each["index"], each["total"]) for each in sets] == [(1, 3), (2, 3), (3, 3)]


def test_a_postback_shows_its_display_text(simulator: Simulator, bot: ListeningBot) -> None:
    """A tap sends the data, and its displayText stands in the chat as the person's words, without an event."""
    show(simulator, "M01", card(postback("✅ ถูกต้อง", displayText="ถูกต้องค่ะ")))
    bua = simulator.line.person("M01")
    action = bua.taps("ถูกต้อง")
    assert action["data"] == "ok=1"
    assert [event["type"] for event in bot.events] == ["postback"]
    assert bua.chat.messages[-1].text == "ถูกต้องค่ะ"


def test_a_message_action_speaks(simulator: Simulator, bot: ListeningBot) -> None:
    """A message action arrives as the person's own text."""
    show(simulator, "M01", card({"type": "message", "label": "ข้าม", "text": "ข้าม"}))
    simulator.line.person("M01").taps("ข้าม")
    assert bot.event["message"]["text"] == "ข้าม"


def test_a_label_is_matched_whole(simulator: Simulator) -> None:
    """ "ใช่" does not tap "ไม่ใช่", and the error names what could be tapped."""
    show(simulator, "M01", card(postback("ไม่ใช่")))
    with pytest.raises(LookupError, match="ไม่ใช่"):
        simulator.line.person("M01").taps("ใช่")


def test_the_latest_button_is_tapped_and_old_ones_on_request(simulator: Simulator, bot: ListeningBot) -> None:
    """The same label is looked for from the latest message back; `on` names an older one."""
    show(simulator, "M01", card(postback("ยกเลิก", "old")))
    show(simulator, "M01", card(postback("ยกเลิก", "new")))
    bua = simulator.line.person("M01")
    assert bua.taps("ยกเลิก")["data"] == "new"
    assert bua.taps("ยกเลิก", on=bua.received[0])["data"] == "old"


def test_quick_replies_stand_under_the_last_message_only(simulator: Simulator) -> None:
    """A quick reply is gone once anything follows its message, or after its tap."""
    bua = simulator.line.person("M01")
    show(simulator, "M01", {"type": "text", "text": "?", "quickReply": quick(postback("ใช่"))})
    bua.taps("ใช่")
    with pytest.raises(LookupError):
        bua.taps("ใช่")
    show(simulator, "M01", {"type": "text", "text": "?", "quickReply": quick(postback("ใช่"))})
    bua.says("เดี๋ยวก่อน")
    with pytest.raises(LookupError):
        bua.taps("ใช่")


def test_a_date_is_picked(simulator: Simulator, bot: ListeningBot) -> None:
    """The picker's value comes in the postback's params under its mode; a bare tap only opens it."""
    picker = {"type": "datetimepicker", "label": "เลือกวัน", "data": "day", "mode": "date"}
    show(simulator, "M01", card(picker))
    bua = simulator.line.person("M01")
    with pytest.raises(LookupError):
        bua.taps("เลือกวัน")
    bua.picks("เลือกวัน", "2026-12-19")
    assert bot.event["postback"] == {"data": "day", "params": {"date": "2026-12-19"}}


def test_a_link_opens_the_chat_with_text_typed_in(simulator: Simulator, bot: ListeningBot) -> None:
    """An oaMessage link leads to one-to-one, its words typed and not sent."""
    uri = "https://line.me/R/oaMessage/%40saan-demo/?%E0%B8%96%E0%B8%B2%E0%B8%A1"
    show(simulator, "G1", card({"type": "uri", "label": "คุยส่วนตัว", "uri": uri}))
    action = simulator.line.person("M01").in_group("G1").taps("คุยส่วนตัว")
    alone, draft = simulator.line.person("M01").in_group("G1").opens(action["uri"])
    assert (alone.in_one_to_one, draft, bot.events) == (True, "ถาม", [])
    with pytest.raises(ValueError, match="example"):
        alone.opens("https://example.org/")


def test_an_edit_keeps_the_message_id(simulator: Simulator, bot: ListeningBot) -> None:
    """An edit in a group tells the new words under the same id; one-to-one it is not told."""
    room = simulator.line.person("M01").in_group("G1")
    said = room.says("ขายได้ 8 ผืน")
    room.edits(said.id, "ขายได้ 9 ผืน")
    assert (bot.event["message"]["id"], bot.event["message"]["text"]) == (said.id, "ขายได้ 9 ผืน")
    alone = simulator.line.person("M01")
    alone.edits(alone.says("ก"), "ข")
    assert bot.event["message"]["text"] == "ก"


def test_only_ones_own_messages_change(simulator: Simulator) -> None:
    """Nobody edits or unsends what another wrote."""
    said = simulator.line.person("M01").in_group("G1").says("ของฉัน")
    with pytest.raises(LookupError):
        simulator.line.person("M02").in_group("G1").unsends(said)


def test_who_is_not_in_a_group_cannot_speak_there(simulator: Simulator) -> None:
    """A person is only in the groups she belongs to."""
    with pytest.raises(LookupError):
        simulator.line.person("M03").in_group("G1")


def test_a_bot_outside_hears_nothing(simulator: Simulator, bot: ListeningBot) -> None:
    """In a new group the bot hears from its invitation on."""
    simulator.line.new_group("G9", "ห้องใหม่", ["M01", "M03"])
    simulator.line.person("M01").in_group("G9").says("มีใครอยู่ไหม")
    assert bot.events == []
    simulator.line.person("M01").invites_bot("G9")
    simulator.line.person("M03").in_group("G9").says("สวัสดี")
    assert [event["type"] for event in bot.events] == ["join", "message"]


def test_unblocking_is_told(simulator: Simulator, bot: ListeningBot) -> None:
    """A follow after a block has isUnblocked."""
    newcomer = simulator.line.person("N1")
    newcomer.follows()
    assert bot.event["follow"] == {"isUnblocked": False}
    newcomer.blocks()
    newcomer.follows()
    assert bot.event["follow"] == {"isUnblocked": True}


def test_a_message_is_read_as_a_person_reads_it(simulator: Simulator) -> None:
    """`text` holds all words of a card, `labels` what can be tapped."""
    show(simulator, "M01", card(postback("ถูกต้อง"), quickReply=quick(postback("ข้าม"))))
    seen = simulator.line.chat("M01").last
    assert seen.text == "ขายได้ 8 ผืน\nถูกต้อง"
    assert seen.labels == ["ถูกต้อง", "ข้าม"]
