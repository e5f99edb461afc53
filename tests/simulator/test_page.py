"""The paths behind the web chat."""

import base64
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from bot.simulator import Simulator, create_simulator
from bot.simulator.pictures import SAMPLES, sample

from .conftest import NETWORK, ListeningBot, Time

M01, G1 = f"U{1:032x}", f"C{1:032x}"
PIXEL = base64.b64decode(b"/9j/4AAQ")


@pytest.fixture
def page(simulator: Simulator) -> FlaskClient:
    return simulator.app.test_client()


def act(page: FlaskClient, kind: str, **more: Any) -> dict[str, Any]:
    answer = page.post("/simulator/act", json={"person": "M01", "act": kind, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def test_the_page_runs_only_its_own_scripts(page: FlaskClient) -> None:
    """The policy allows nothing inline and nothing from elsewhere, and the page asks for neither."""
    answer = page.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in answer.text
    assert "style=" not in answer.text


def test_the_world_holds_no_secret(page: FlaskClient) -> None:
    """What the page is told names people, groups, quota and faults, and no token or secret."""
    world = page.get("/simulator/world").json
    assert [person["key"] for person in world["people"]] == ["M01", "M02", "M03", "N1", "N2", "N3"]
    assert world["quota"] == {"limit": 300, "spent": 0}
    assert not {"secret", "token"} & {key.lower() for key in world}


@pytest.mark.parametrize(
    ("kind", "more", "event"),
    [
        ("says", {"text": "สวัสดี"}, "message"),
        ("sticker", {"package": "1", "sticker": "2"}, "message"),
        ("photos", {"samples": ["cloth"]}, "message"),
        ("location", {"latitude": 15, "longitude": 104, "title": "ตลาด"}, "message"),
        ("taps", {"action": {"type": "postback", "label": "ก", "data": "x"}}, "postback"),
        ("blocks", {}, "unfollow"),
        ("follows", {}, "follow"),
        ("leaves", {"group": "G1"}, "memberLeft"),
        ("removes_bot", {"group": "G1"}, "leave"),
        ("makes_group", {"name": "กลุ่มใหม่"}, "join"),
    ],
)
def test_what_is_done_on_the_page_reaches_the_bot(
    page: FlaskClient, bot: ListeningBot, kind: str, more: dict[str, Any], event: str
) -> None:
    """Each act of the page becomes its webhook."""
    act(page, kind, **more)
    assert bot.event["type"] == event


def test_edits_and_unsends(page: FlaskClient, bot: ListeningBot) -> None:
    """The page edits and unsends by message id; the chat shows both."""
    act(page, "says", chat=G1, text="แปด")
    message_id = bot.event["message"]["id"]
    act(page, "edits", chat=G1, message=message_id, text="เก้า")
    shown = page.get("/simulator/chat", query_string={"person": "M02", "chat": G1}).json["messages"][0]
    assert (shown["content"]["text"], shown["edited"], shown["mine"]) == ("เก้า", True, False)
    act(page, "unsends", chat=G1, message=message_id)
    assert bot.event["unsend"] == {"messageId": message_id}
    shown = page.get("/simulator/chat", query_string={"person": "M02", "chat": G1}).json["messages"][0]
    assert (shown["unsent"], "text" in shown["content"]) == (True, False)


def test_an_upload_is_sent_by_its_type(page: FlaskClient, bot: ListeningBot) -> None:
    """An uploaded file becomes a photo, sound, video or file, and can be fetched again."""
    for mime, kind in (("image/jpeg", "image"), ("audio/mpeg", "audio"), ("text/csv", "file")):
        name = page.post("/simulator/upload", data=PIXEL, content_type=mime).json["upload"]
        act(page, "file", upload=name, name="ไฟล์")
        assert bot.event["message"]["type"] == kind
        message_id = bot.event["message"]["id"]
        assert page.get(f"/simulator/content/{message_id}").data == PIXEL


def test_several_photos_are_an_album(page: FlaskClient, bot: ListeningBot) -> None:
    """Photos sent together share an imageSet."""
    act(page, "photos", samples=["cloth", "rice"])
    assert [event["message"]["imageSet"]["index"] for event in bot.events] == [1, 2]


def test_other_sites_cannot_act(page: FlaskClient, bot: ListeningBot) -> None:
    """A plain form, which any site could post here, is refused."""
    form = {"person": "M01", "act": "says", "text": "x"}
    assert page.post("/simulator/act", data=form).status_code == 400
    assert page.post("/simulator/act", data="{}", content_type="text/plain").status_code == 400
    assert bot.events == []


@pytest.mark.parametrize(
    "wanted",
    [
        {"person": "nobody", "act": "says", "text": "x"},
        {"person": "M03", "chat": G1, "act": "says", "text": "x"},
        {"person": "M01", "act": "flies"},
    ],
)
def test_what_cannot_be_done_is_said(page: FlaskClient, wanted: dict[str, str]) -> None:
    """Unknown people, acts, and chats one is not in are answered 400 with a reason."""
    answer = page.post("/simulator/act", json=wanted)
    assert answer.status_code == 400
    assert answer.json["error"]


def test_faults_are_switched(page: FlaskClient, simulator: Simulator) -> None:
    """The page switches faults by name; no other name is taken."""
    page.post("/simulator/faults", json={"late_tokens": True, "api": "down"})
    assert (simulator.line.faults.late_tokens, simulator.line.faults.api) == (True, "down")
    assert page.post("/simulator/faults", json={"strike": 1}).status_code == 400


def test_the_clock_moves_forward_only(time: Time, bot: ListeningBot) -> None:
    """Moving the clock calls back with the new time, by hours or to a date, never back."""
    moved = []
    simulator = create_simulator(
        channel_secret="s",
        access_token="t",
        bot_url="http://bot.invalid",
        network=NETWORK,
        public_url="https://demo.saan.example",
        clock=lambda: time.now,
        on_clock=moved.append,
        deliver=bot,
    )
    page = simulator.app.test_client()
    page.post("/simulator/clock", json={"hours": 24})
    page.post("/simulator/clock", json={"to": "2026-12-19T14:00"})
    assert page.post("/simulator/clock", json={"to": "2026-01-01T00:00"}).status_code == 400
    assert [f"{new:%d %H:%M}" for new in moved] == ["23 09:00", "19 14:00"]


def test_a_clock_without_hands_stays(page: FlaskClient) -> None:
    """Where the time cannot be moved the page is told so, and a try is refused."""
    assert page.get("/simulator/world").json["clockMoves"] is False
    assert page.post("/simulator/clock", json={"hours": 1}).status_code == 400


def test_traffic_tells_no_contents(page: FlaskClient) -> None:
    """The panel's list shows kinds, statuses and times, no words and no long ids."""
    act(page, "says", text="ความลับ")
    answer = page.get("/simulator/traffic")
    assert answer.json["traffic"][0]["events"] == ["message"]
    assert answer.json["traffic"][0]["chats"] == ["M01"]
    assert "ความลับ" not in answer.text
    assert M01 not in answer.text


def test_a_bot_that_is_down_is_said(page: FlaskClient) -> None:
    """A path of the bot's own, while it does not answer, is a 502."""
    assert page.get("/media/photo.jpg").status_code == 502


@pytest.mark.parametrize("name", SAMPLES)
def test_sample_photos_are_photos(page: FlaskClient, name: str) -> None:
    """Each sample is a JPEG that LINE would take."""
    import io

    assert page.get(f"/simulator/samples/{name}.jpg").data == sample(name)
    with Image.open(io.BytesIO(sample(name))) as image:
        assert (image.format, len(sample(name)) < 10_000_000) == ("JPEG", True)
