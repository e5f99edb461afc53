"""LINE's HTTP API, called by LINE's own SDK."""

import io
import json
import socket
import uuid
from typing import Any

import pytest
import urllib3
from linebot.v3.messaging import (
    ApiException,
    BroadcastRequest,
    MessagingApi,
    MessagingApiBlob,
    MulticastRequest,
    PushMessageRequest,
    ReplyMessageRequest,
    RichMenuRequest,
    ShowLoadingAnimationRequest,
)
from PIL import Image

from bot.simulator import Simulator

from .conftest import TOKEN, ListeningBot, Time

M01, M02, G1 = f"U{1:032x}", f"U{2:032x}", f"C{1:032x}"
TEXT = {"type": "text", "text": "สวัสดีค่ะ"}


def reply(token: str, *messages: dict[str, Any]) -> ReplyMessageRequest:
    return ReplyMessageRequest.from_dict({"replyToken": token, "messages": list(messages) or [TEXT]})


def push(to: str, *messages: dict[str, Any]) -> PushMessageRequest:
    return PushMessageRequest.from_dict({"to": to, "messages": list(messages) or [TEXT]})


def refused(call: Any, *arguments: Any, **named: Any) -> tuple[int, dict[str, Any]]:
    with pytest.raises(ApiException) as caught:
        call(*arguments, **named)
    return caught.value.status, json.loads(caught.value.body)


def test_a_reply_is_seen_free_and_once(simulator: Simulator, api: MessagingApi, bot: ListeningBot) -> None:
    """A reply token answers once, at no cost; the second use is refused."""
    simulator.line.person("M01").says("สวัสดี")
    token = bot.event["replyToken"]
    answer = api.reply_message(reply(token))
    assert simulator.line.chat("M01").last.text == "สวัสดีค่ะ"
    assert answer.sent_messages[0].id == simulator.line.chat("M01").last.id
    assert refused(api.reply_message, reply(token)) == (400, {"message": "Invalid reply token"})
    assert simulator.outgoing.spent == 0


def test_a_reply_token_lives_a_minute(
    simulator: Simulator, api: MessagingApi, bot: ListeningBot, time: Time
) -> None:
    """A token older than 60 s of wall time is refused; moving the clock alone does not age it."""
    simulator.line.person("M01").says("หนึ่ง")
    simulator.line.person("M01").says("สอง")
    first, second = (event["replyToken"] for event in bot.events)
    time.now = time.now.replace(year=2027)
    time.wall += 60
    api.reply_message(reply(first))
    time.wall += 1
    assert refused(api.reply_message, reply(second))[0] == 400


def test_late_tokens_fault_expires_every_token(
    simulator: Simulator, api: MessagingApi, bot: ListeningBot
) -> None:
    """With late tokens switched on even a fresh token is refused."""
    simulator.line.faults.late_tokens = True
    simulator.line.person("M01").says("สวัสดี")
    assert refused(api.reply_message, reply(bot.event["replyToken"]))[0] == 400


def test_a_push_counts_recipients(simulator: Simulator, api: MessagingApi) -> None:
    """One person costs one, a group its members, however many messages the call holds."""
    api.push_message(push(M01, TEXT, TEXT))
    assert simulator.outgoing.spent == 1
    api.push_message(push(G1))
    assert simulator.outgoing.spent == 3
    assert [call.cost for call in simulator.line.calls] == [1, 2]
    assert simulator.line.chat("G1").last.via == "push"


def test_a_retry_key_is_accepted_once(simulator: Simulator, api: MessagingApi) -> None:
    """The second push under a key answers 409 with the first answer's sentMessages, and shows nothing."""
    key = str(uuid.uuid4())
    first = api.push_message(push(M01), x_line_retry_key=key)
    with pytest.raises(ApiException) as caught:
        api.push_message(push(M01), x_line_retry_key=key)
    assert caught.value.status == 409
    assert first.sent_messages[0].id in caught.value.body
    assert caught.value.headers["X-Line-Accepted-Request-Id"] == simulator.line.calls[0].request_id
    assert len(simulator.line.chat("M01").received) == 1
    assert simulator.outgoing.spent == 1


def test_a_retry_key_is_forgotten_after_a_day(simulator: Simulator, api: MessagingApi, time: Time) -> None:
    """After 24 h the same key sends again, as it does on LINE."""
    key = str(uuid.uuid4())
    api.push_message(push(M01), x_line_retry_key=key)
    time.wall += 24 * 3600
    api.push_message(push(M01), x_line_retry_key=key)
    assert len(simulator.line.chat("M01").received) == 2


def test_a_refused_push_leaves_its_key_unused(simulator: Simulator, api: MessagingApi) -> None:
    """A key of a push that was refused may be tried again."""
    key = str(uuid.uuid4())
    simulator.line.faults.quota_empty = True
    assert refused(api.push_message, push(M01), x_line_retry_key=key)[0] == 429
    simulator.line.faults.quota_empty = False
    api.push_message(push(M01), x_line_retry_key=key)
    assert len(simulator.line.chat("M01").received) == 1


def test_the_month_has_a_quota(simulator: Simulator, api: MessagingApi, time: Time) -> None:
    """What would pass the quota is refused with LINE's words; the next month starts anew."""
    simulator.outgoing.spent = 299
    assert refused(api.push_message, push(G1)) == (429, {"message": "You have reached your monthly limit."})
    assert api.get_message_quota().value == 300
    assert api.get_message_quota_consumption().total_usage == 299
    time.now = time.now.replace(month=12, day=1)
    api.push_message(push(G1))
    assert api.get_message_quota_consumption().total_usage == 2


def test_who_blocked_the_bot_gets_nothing(simulator: Simulator, api: MessagingApi) -> None:
    """A push to a person who blocked the bot is answered 200, shown nowhere and not counted."""
    simulator.line.person("M01").blocks()
    answer = api.push_message(push(M01))
    assert answer.sent_messages
    assert simulator.line.chat("M01").received == []
    assert simulator.outgoing.spent == 0
    assert refused(api.get_profile, M01)[0] == 404


@pytest.mark.parametrize("to", ["U" + "9" * 32, "C" + "9" * 32, "U000000000000000000000000000000f1"])
def test_strangers_cannot_be_pushed(api: MessagingApi, to: str) -> None:
    """An unknown id, and a person who neither added the bot nor wrote to it, are refused."""
    assert refused(api.push_message, push(to)) == (400, {"message": "Failed to send messages"})


def test_a_stranger_who_wrote_can_be_pushed_for_a_week(
    simulator: Simulator, api: MessagingApi, time: Time
) -> None:
    """Someone who is no friend can be pushed for seven days after she wrote one-to-one."""
    newcomer = simulator.line.person("N1")
    newcomer.says("ลองคุยดู")
    api.push_message(push(newcomer.account.user_id))
    time.wall += 7 * 86_400
    assert refused(api.push_message, push(newcomer.account.user_id))[0] == 400


def test_multicast_reaches_people_only(simulator: Simulator, api: MessagingApi) -> None:
    """A multicast goes to each person once; a group in it refuses all of it."""
    to_people = {"to": [M01, M02, M01], "messages": [TEXT]}
    api.multicast(MulticastRequest.from_dict(to_people))
    assert simulator.outgoing.spent == 2
    assert len(simulator.line.chat("M01").received) == 1
    status, body = refused(api.multicast, MulticastRequest.from_dict({"to": [M01, G1], "messages": [TEXT]}))
    assert (status, body["details"][0]["property"]) == (400, "to[1]")


def test_broadcast_reaches_friends(simulator: Simulator, api: MessagingApi) -> None:
    """A broadcast is counted once a friend and does not reach newcomers."""
    api.broadcast(BroadcastRequest.from_dict({"messages": [TEXT]}))
    assert simulator.outgoing.spent == 3
    assert simulator.line.chat("N1").received == []


def test_what_the_contract_refuses_is_told_as_line_tells_it(simulator: Simulator, api: MessagingApi) -> None:
    """A request with errors is answered 400 with their count and places."""
    long_label = {"type": "message", "label": "ก" * 21, "text": "ก"}
    message = {**TEXT, "quickReply": {"items": [{"type": "action", "action": long_label}]}}
    status, body = refused(api.push_message, push(M01, message))
    assert status == 400
    assert body == {
        "message": "The request body has 1 error(s)",
        "details": [
            {
                "message": "Length must be between 1 and 20",
                "property": "messages[0].quickReply.items[0].action.label",
            }
        ],
    }
    assert simulator.line.chat("M01").received == []


def test_a_wrong_token_is_refused(url: str) -> None:
    """Without the channel's access token every path answers 401, with a request id."""
    answer = urllib3.request("GET", f"{url}/v2/bot/info", headers={"Authorization": "Bearer nonsense"})
    assert answer.status == 401
    assert answer.headers["X-Line-Request-Id"]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v2/bot/nothing"), ("DELETE", "/v2/bot/message/push"), ("POST", "/v2/bot")]
)
def test_an_unknown_path_is_404(url: str, method: str, path: str) -> None:
    """What LINE has not, answers 404 with LINE's JSON."""
    answer = urllib3.request(method, url + path, headers={"Authorization": "Bearer token"})
    assert (answer.status, answer.json()) == (404, {"message": "Not found"})


def test_a_retry_key_on_a_reply_is_refused(url: str, simulator: Simulator, bot: ListeningBot) -> None:
    """Only push, multicast and broadcast take a retry key."""
    simulator.line.person("M01").says("สวัสดี")
    headers = {"Authorization": "Bearer token", "X-Line-Retry-Key": str(uuid.uuid4())}
    body = {"replyToken": bot.event["replyToken"], "messages": [TEXT]}
    assert urllib3.request("POST", f"{url}/v2/bot/message/reply", headers=headers, json=body).status == 400


def test_profiles_and_groups(simulator: Simulator, api: MessagingApi) -> None:
    """Profiles, a group's name, size and members are told; lists of ids are for verified accounts."""
    assert api.get_profile(M01).display_name == "แม่บัว"
    assert api.get_group_summary(G1).group_name == "ห้องใหญ่"
    assert api.get_group_member_count(G1).count == 2
    assert api.get_group_member_profile(G1, M02).display_name == "ลุงโขง"
    assert refused(api.get_group_member_profile, G1, f"U{3:032x}")[0] == 404
    assert refused(api.get_group_members_ids, G1)[0] == 403
    assert api.get_bot_info().basic_id == "@saan-demo"


def test_the_bot_leaves_a_group(simulator: Simulator, api: MessagingApi, bot: ListeningBot) -> None:
    """After leaving, the group is unknown to the bot and its talk is not told."""
    api.leave_group(G1)
    assert bot.event["type"] == "leave"
    simulator.line.person("M01").in_group("G1").says("ยังอยู่ไหม")
    assert bot.event["type"] == "leave"
    assert refused(api.get_group_summary, G1)[0] == 404
    assert refused(api.push_message, push(G1))[0] == 400


def test_loading_is_for_one_to_one(simulator: Simulator, api: MessagingApi) -> None:
    """The loading animation shows to a person; a group, or a time not in steps of five, is refused."""
    api.show_loading_animation(ShowLoadingAnimationRequest(chatId=M01, loadingSeconds=5))
    assert M01 in simulator.line.loading
    assert refused(api.show_loading_animation, ShowLoadingAnimationRequest(chatId=G1))[0] == 400
    odd = ShowLoadingAnimationRequest(chatId=M01, loadingSeconds=7)
    assert refused(api.show_loading_animation, odd)[0] == 400


def test_content_is_served_until_unsent(
    simulator: Simulator, blob: MessagingApiBlob, bot: ListeningBot
) -> None:
    """A photo comes by its message id after a while of preparing; unknown is 404, unsent 410."""
    bua = simulator.line.person("M01")
    photo = bua.sends_photo(b"\xff\xd8photo")
    simulator.line.faults.preparing = 1
    assert blob.get_message_content_with_http_info(photo.id).status_code == 202
    assert bytes(blob.get_message_content(photo.id)) == b"\xff\xd8photo"
    assert refused(blob.get_message_content, "1")[0] == 404
    bua.unsends(photo)
    assert refused(blob.get_message_content, photo.id)[0] == 410


def test_rich_menus(
    simulator: Simulator, api: MessagingApi, blob: MessagingApiBlob, bot: ListeningBot
) -> None:
    """A menu needs its picture before it can be shown; a tap on it acts."""
    area = {
        "bounds": {"x": 0, "y": 0, "width": 2500, "height": 843},
        "action": {"type": "message", "label": "ถาม", "text": "ถาม"},
    }
    size = {"width": 2500, "height": 843}
    menu = {"size": size, "selected": True, "name": "หลัก", "chatBarText": "เมนู", "areas": [area]}
    menu_id = api.create_rich_menu(RichMenuRequest.from_dict(menu)).rich_menu_id
    assert refused(api.set_default_rich_menu, menu_id)[0] == 400
    picture = io.BytesIO()
    Image.new("RGB", (2500, 843)).save(picture, "PNG")
    blob.set_rich_menu_image(menu_id, bytearray(picture.getvalue()), _headers={"Content-Type": "image/png"})
    api.set_default_rich_menu(menu_id)
    assert api.get_default_rich_menu_id().rich_menu_id == menu_id
    assert api.get_rich_menu_list().richmenus[0].name == "หลัก"
    simulator.line.person("M01").taps_menu("ถาม")
    assert bot.event["message"]["text"] == "ถาม"
    api.delete_rich_menu(menu_id)
    assert refused(api.get_rich_menu, menu_id)[0] == 404


@pytest.mark.parametrize(("fault", "status"), [("down", 500), ("rate", 429), ("unauthorized", 401)])
def test_faults_that_answer(simulator: Simulator, api: MessagingApi, fault: Any, status: int) -> None:
    """A fault strikes as often as asked, and nothing is sent meanwhile."""
    simulator.line.faults.api, simulator.line.faults.times = fault, 2
    assert [refused(api.push_message, push(M01))[0] for _ in range(2)] == [status, status]
    assert simulator.line.chat("M01").received == []
    api.push_message(push(M01))
    assert [call.accepted for call in simulator.line.calls] == [False, False, True]


@pytest.mark.parametrize(("fault", "shown"), [("timeout_before", 0), ("timeout_after", 1)])
def test_faults_that_drop_the_connection(
    simulator: Simulator, api: MessagingApi, fault: Any, shown: int
) -> None:
    """A time-out leaves the bot without an answer, before or after LINE accepted the message."""
    simulator.line.faults.api, simulator.line.faults.times = fault, 1
    with pytest.raises(urllib3.exceptions.HTTPError):
        api.push_message(push(M01))
    assert len(simulator.line.chat("M01").received) == shown
    assert simulator.line.calls[-1].status is None


def test_who_hangs_up_in_the_middle_of_a_call_has_said_nothing(
    simulator: Simulator, api: MessagingApi, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """As a bot does that is killed while it sends."""
    address = urllib3.util.parse_url(url)
    with socket.create_connection((address.host, address.port)) as bot:
        head = f"POST /v2/bot/message/push HTTP/1.1\r\nHost: line\r\nAuthorization: Bearer {TOKEN}\r\n"
        bot.sendall(f"{head}Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{{".encode())
        bot.shutdown(socket.SHUT_WR)
        bot.recv(1000)
    api.push_message(push(M01))
    assert [call.accepted for call in simulator.line.calls] == [True]
    assert caplog.records == []


def test_a_fault_can_strike_one_path(simulator: Simulator, api: MessagingApi) -> None:
    """A fault limited to a path leaves other calls alone."""
    simulator.line.faults.api, simulator.line.faults.path = "down", "/push"
    assert api.get_profile(M01).display_name == "แม่บัว"
    assert refused(api.push_message, push(M01))[0] == 500
