"""The web chat in a real Chromium: what people see, tap and type there."""

import io
import os
import re
import threading
import warnings
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from flask import Flask, Response, request
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from werkzeug.serving import make_server

from bot.simulator import Simulator, create_simulator, serving
from bot.simulator.pictures import sample

pytestmark = pytest.mark.browser
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
BANGKOK = timezone(timedelta(hours=7))
PUBLIC = "https://demo.saan.example"
ROOM = "ห้องใหญ่"
NAMELESS = """elements => elements.filter(e =>
    !(e.getAttribute('aria-label') || e.textContent.trim() || e.closest('label'))).map(e => e.outerHTML)"""
SMALL = """() => [...document.querySelectorAll('body *')].filter(e =>
    e.childElementCount === 0 && e.textContent.trim() && !e.closest('.flex-bubble, svg')
    && parseFloat(getComputedStyle(e).fontSize) < 16).map(e => e.outerHTML)"""
NETWORK = {
    "members": [
        {"id": "M01", "line_user_id": f"U{1:032x}", "call_as": "แม่บัว", "rooms": ["G1"]},
        {"id": "M02", "line_user_id": f"U{2:032x}", "call_as": "ลุงโขง", "rooms": ["G1"]},
    ],
    "network": {"rooms": [{"id": "G1", "line_group_id": f"C{1:032x}", "name": ROOM}]},
}


@dataclass
class Stage:
    """The stand-in, a bot that listens and publishes one picture, and the time."""

    simulator: Simulator
    url: str
    now: list[datetime]
    events: list[dict[str, Any]] = field(default_factory=list)

    def bot_sends(self, chat: str, message: dict[str, Any]) -> None:
        self.simulator.line.post(self.simulator.line.chat(chat).id, "bot", message, via="reply")

    def expect_event(self, page: Page, kind: str) -> dict[str, Any]:
        """The latest event, once it is of this kind."""
        for _ in range(100):
            if self.events and self.events[-1]["type"] == kind:
                return self.events[-1]
            page.wait_for_timeout(50)
        raise AssertionError(f"no {kind} came, only {[event['type'] for event in self.events]}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not os.path.exists(CHROMIUM):
        reason = (
            f"NO CHROMIUM at {CHROMIUM}: the web chat was not tried in a browser (set CHROMIUM to its path)"
        )
        warnings.warn(reason, stacklevel=1)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def stage() -> Iterator[Stage]:
    events: list[dict[str, Any]] = []
    bot = Flask("bot")

    @bot.post("/callback")
    def callback() -> str:
        events.extend(request.get_json()["events"])
        return ""

    @bot.get("/media/cloth.jpg")
    def cloth() -> Response:
        found = Response(sample("cloth"), mimetype="image/jpeg")
        found.make_conditional(request, accept_ranges=True, complete_length=len(sample("cloth")))
        return found

    server = make_server("127.0.0.1", 0, bot, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    now = [datetime(2026, 11, 22, 9, 0, tzinfo=BANGKOK)]
    simulator = create_simulator(
        channel_secret="s",
        access_token="t",
        bot_url=f"http://127.0.0.1:{server.server_port}",
        network=NETWORK,
        public_url=PUBLIC,
        clock=lambda: now[0],
        on_clock=lambda new: now.__setitem__(0, new),
    )
    with serving(simulator.app) as url:
        yield Stage(simulator, url, now, events)
    server.shutdown()


@pytest.fixture
def page(browser: Browser, stage: Stage) -> Iterator[Page]:
    """The page as M01 (left) and M02 (right) on a desktop. Any script error or refused load fails the test."""
    yield from _open(browser, stage, 1440, 900)


@pytest.fixture
def small(browser: Browser, stage: Stage) -> Iterator[Page]:
    """The page on a phone."""
    yield from _open(browser, stage, 390, 844)


def _open(browser: Browser, stage: Stage, width: int, height: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": height}, locale="th-TH")
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: message.type == "error" and troubles.append(message.text))
    page.goto(f"{stage.url}/?a=M01&b=M02", wait_until="domcontentloaded")
    expect(page.locator("#clock")).to_contain_text("2569")
    yield page
    context.close()
    assert troubles == []


def phone(page: Page, number: int = 1) -> Locator:
    return page.locator(f"#phone-{number}")


def enter_room(page: Page, number: int = 1) -> None:
    phone(page, number).get_by_label("ห้องแชท").select_option(label=ROOM)


def say(page: Page, text: str, number: int = 1) -> None:
    field = phone(page, number).get_by_label("พิมพ์ข้อความ")
    field.fill(text)
    field.press("Enter")


def offer(page: Page, choice: str, number: int = 1) -> None:
    phone(page, number).get_by_label("ส่งอย่างอื่น").click()
    page.get_by_role("dialog").get_by_role("button", name=choice, exact=True).click()


def postback(label: str, **more: Any) -> dict[str, Any]:
    return {"type": "postback", "label": label, "data": "ok=1", **more}


def card(*contents: dict[str, Any], **blocks: Any) -> dict[str, Any]:
    body = {"type": "box", "layout": "vertical", "spacing": "md", "contents": list(contents)}
    return {"type": "flex", "altText": "การ์ด", "contents": {"type": "bubble", "body": body, **blocks}}


def quick(*actions: dict[str, Any]) -> dict[str, Any]:
    items = [{"type": "action", "action": action} for action in actions]
    return {"type": "text", "text": "เลือกเลย", "quickReply": {"items": items}}


def test_two_people_talk_in_a_group(page: Page, stage: Stage) -> None:
    """What one phone sends, the other sees, and the bot is told."""
    enter_room(page, 1)
    enter_room(page, 2)
    say(page, "มาเด้อ")
    expect(phone(page, 2).locator(".message:not(.mine) .speech")).to_have_text("มาเด้อ")
    expect(phone(page, 1).locator(".message.mine .speech")).to_have_text("มาเด้อ")
    assert stage.expect_event(page, "message")["source"]["groupId"] == f"C{1:032x}"


def test_news_from_another_chat_is_announced(page: Page, stage: Stage) -> None:
    """A message in a chat that is not open shows as news; a tap opens it."""
    stage.bot_sends("G1", {"type": "text", "text": "ประกาศ"})
    news = phone(page).get_by_role("button", name=re.compile("ข้อความใหม่ 1"))
    news.click()
    expect(phone(page).locator(".speech")).to_have_text("ประกาศ")


def test_a_card_is_drawn_from_its_json(page: Page, stage: Stage) -> None:
    """Sizes, colours, shares and pictures of a Flex bubble are as its JSON says, and its text is only text."""
    text = {
        "type": "text",
        "text": "<img src=x onerror=alert(1)>",
        "size": "xxl",
        "weight": "bold",
        "color": "#cc0000",
    }
    pair = {"type": "box", "layout": "horizontal", "contents": [{"type": "text", "text": "ก", "flex": 1}]}
    pair["contents"].append({"type": "text", "text": "ข", "flex": 3})
    hero = {"type": "image", "url": f"{PUBLIC}/media/cloth.jpg", "size": "full", "aspectRatio": "20:10"}
    footer = {
        "type": "box",
        "layout": "vertical",
        "contents": [{"type": "button", "style": "primary", "color": "#112233", "action": postback("ถูกต้อง")}],
    }
    stage.bot_sends("M01", card(text, {"type": "separator"}, pair, hero=hero, footer=footer))
    bubble = phone(page).locator(".flex-bubble")
    title = bubble.locator(".flex-text").first
    expect(title).to_have_text("<img src=x onerror=alert(1)>")
    expect(title).to_have_css("font-size", "29px")
    expect(title).to_have_css("color", "rgb(204, 0, 0)")
    expect(title).to_have_css("font-weight", "700")
    expect(bubble).to_have_css("width", "300px")
    expect(bubble.get_by_role("button", name="ถูกต้อง")).to_have_css("background-color", "rgb(17, 34, 51)")
    widths = [element.bounding_box()["width"] for element in bubble.locator(".horizontal .flex-text").all()]
    assert widths[1] == pytest.approx(3 * widths[0], rel=0.02)
    picture = bubble.locator(".flex-hero img")
    expect(picture).to_have_js_property("naturalWidth", 960)
    assert picture.bounding_box()["height"] == pytest.approx(150, abs=1)


def test_a_tap_shows_its_words(page: Page, stage: Stage) -> None:
    """A postback reaches the bot, and its displayText stands as the person's own words."""
    stage.bot_sends("M01", card({"type": "button", "action": postback("ถูกต้อง", displayText="ถูกต้องค่ะ")}))
    phone(page).get_by_role("button", name="ถูกต้อง").click()
    expect(phone(page).locator(".mine .speech")).to_have_text("ถูกต้องค่ะ")
    assert stage.expect_event(page, "postback")["postback"] == {"data": "ok=1"}


def test_quick_replies_stand_under_the_last_message(page: Page, stage: Stage) -> None:
    """Quick replies go away when anything follows their message."""
    stage.bot_sends("M01", quick({"type": "message", "label": "ข้าม", "text": "ข้าม"}))
    skip = phone(page).get_by_role("group", name="ปุ่มตอบด่วน").get_by_role("button", name="ข้าม")
    skip.click()
    expect(phone(page).locator(".mine .speech")).to_have_text("ข้าม")
    expect(skip).to_have_count(0)


def test_a_date_is_picked(page: Page, stage: Stage) -> None:
    """A datetimepicker opens a field and sends its value in the params."""
    picker = {"type": "datetimepicker", "label": "เลือกวัน", "data": "d", "mode": "date", "min": "2026-01-01"}
    stage.bot_sends("M01", quick(picker))
    phone(page).get_by_role("button", name="เลือกวัน").click()
    page.get_by_label("เลือกวันเวลา").fill("2026-12-19")
    page.get_by_role("button", name="ตกลง").click()
    assert stage.expect_event(page, "postback")["postback"]["params"] == {"date": "2026-12-19"}


def test_a_private_matter_moves_to_one_to_one(page: Page, stage: Stage) -> None:
    """An oaMessage link opens the bot's chat with its words typed in and not sent."""
    enter_room(page)
    uri = "https://line.me/R/oaMessage/%40saan-demo/?%E0%B8%96%E0%B8%B2%E0%B8%A1"
    stage.bot_sends("G1", card({"type": "button", "action": {"type": "uri", "label": "คุยส่วนตัว", "uri": uri}}))
    phone(page).get_by_role("button", name="คุยส่วนตัว").click()
    field = phone(page).get_by_label("พิมพ์ข้อความ")
    expect(field).to_have_value("ถาม")
    expect(field).to_be_focused()
    expect(phone(page).get_by_label("ห้องแชท")).to_have_value(f"U{1:032x}")
    assert stage.events == []


def test_quote_edit_and_unsend(page: Page, stage: Stage) -> None:
    """A message can be quoted, changed and taken back from its own menu."""
    enter_room(page)
    say(page, "แปดผืน")
    menu = phone(page).get_by_label("ทำอะไรกับข้อความนี้")
    menu.click()
    page.get_by_role("button", name="แก้ข้อความ").click()
    expect(phone(page).get_by_label("พิมพ์ข้อความ")).to_have_value("แปดผืน")
    say(page, "เก้าผืน")
    expect(phone(page).locator(".speech")).to_have_text("เก้าผืน")
    edited = stage.expect_event(page, "messageEdited")["message"]
    menu.click()
    page.get_by_role("button", name="ตอบข้อความนี้").click()
    say(page, "ถูกแล้ว")
    expect(phone(page).locator("blockquote")).to_have_text("แม่บัว: เก้าผืน")
    assert stage.expect_event(page, "message")["message"]["quotedMessageId"] == edited["id"]
    menu.first.click()
    page.get_by_role("button", name="ยกเลิกข้อความ").click()
    expect(phone(page).locator(".notice").last).to_have_text("แม่บัว ยกเลิกข้อความ")
    assert stage.expect_event(page, "unsend")["unsend"]["messageId"] == edited["id"]


def test_the_bot_is_called_by_the_picker(page: Page, stage: Stage) -> None:
    """The @ picker marks the bot's mention as isSelf."""
    enter_room(page)
    offer(page, "เรียกชื่อ @")
    page.get_by_role("button", name="@สาน").click()
    phone(page).get_by_label("พิมพ์ข้อความ").press_sequentially("ช่วยที")
    phone(page).get_by_role("button", name="ส่ง", exact=True).click()
    message = stage.expect_event(page, "message")["message"]
    assert message["text"] == "@สาน ช่วยที"
    assert message["mention"]["mentionees"][0]["isSelf"] is True
    expect(phone(page).locator(".speech b")).to_have_text("@สาน")


@pytest.mark.parametrize(
    ("choice", "then", "kind", "seen"),
    [
        ("สติกเกอร์", "สติกเกอร์ ขอบคุณ", "sticker", ".sticker svg"),
        ("รูปตัวอย่าง", "ผ้าทอ", "image", ".photo img"),
        ("อัลบั้มตัวอย่าง 3 รูป", None, "image", ".photo img >> nth=2"),
        ("ตำแหน่ง", "ตลาดนัดหน้าอำเภอ", "location", ".place"),
    ],
)
def test_other_things_are_sent(
    page: Page, stage: Stage, choice: str, then: str | None, kind: str, seen: str
) -> None:
    """Stickers, photos, albums and places leave from the + button."""
    offer(page, choice)
    if then:
        page.get_by_role("dialog").get_by_role("button", name=then).click()
    expect(phone(page).locator(seen)).to_be_visible()
    assert stage.expect_event(page, "message")["message"]["type"] == kind


def test_a_photo_is_uploaded(page: Page, stage: Stage) -> None:
    """A photo from the machine reaches the chat as it is."""
    with page.expect_file_chooser() as chooser:
        offer(page, "รูปจากเครื่อง")
    chooser.value.set_files([{"name": "ผ้า.jpg", "mimeType": "image/jpeg", "buffer": sample("rice")}])
    expect(phone(page).locator(".photo img")).to_have_js_property("naturalWidth", 960)
    message = stage.expect_event(page, "message")["message"]
    assert stage.simulator.line.content[message["id"]][0] == sample("rice")


def test_a_sound_is_uploaded_with_its_length(page: Page, stage: Stage) -> None:
    """A recording from the machine is told to the bot as long as it is."""
    made = io.BytesIO()
    with wave.open(made, "wb") as recording:
        recording.setparams((1, 1, 8000, 0, "NONE", ""))
        recording.writeframes(b"\x80" * 16000)
    with page.expect_file_chooser() as chooser:
        offer(page, "ไฟล์ เสียง หรือวิดีโอ")
    chooser.value.set_files([{"name": "เล่า.wav", "mimeType": "audio/wav", "buffer": made.getvalue()}])
    expect(phone(page).locator("audio")).to_be_visible()
    assert stage.expect_event(page, "message")["message"]["duration"] == 2000


def test_what_the_bot_serves_can_be_fetched_in_parts(page: Page, stage: Stage) -> None:
    """A phone's player asks for its first bytes only; it gets these from the bot."""
    part = page.request.get(f"{stage.url}/media/cloth.jpg", headers={"Range": "bytes=0-9"})
    assert (part.status, part.body()) == (206, sample("cloth")[:10])
    assert part.headers["content-range"] == f"bytes 0-9/{len(sample('cloth'))}"


def test_the_clock_moves_in_thai(page: Page, stage: Stage) -> None:
    """The clock shows weekday, day, month and Buddhist year, and moves forward."""
    expect(page.locator("#clock")).to_have_text("อาทิตย์ 22 พ.ย. 2569 09:00 น.")
    page.get_by_role("button", name="+1 วัน").click()
    expect(page.locator("#clock")).to_have_text("จันทร์ 23 พ.ย. 2569 09:00 น.")
    page.get_by_label("ไปถึงวันเวลา").fill("2026-12-19T14:00")
    page.get_by_role("button", name="ไป", exact=True).click()
    expect(page.locator("#clock")).to_have_text("เสาร์ 19 ธ.ค. 2569 14:00 น.")


def test_faults_are_switched_and_traffic_seen(page: Page, stage: Stage) -> None:
    """A switch reaches the stand-in; each webhook has its line with its outcome."""
    page.get_by_text("ลองให้ผิดปกติ").click()
    with page.expect_response("**/simulator/faults"):
        page.get_by_label("ส่งเหตุการณ์ซ้ำ เหมือนเดิม").check()
    say(page, "สวัสดี")
    expect(page.get_by_role("row", name=re.compile("message M01.*200"))).to_have_count(2)


def test_a_newcomer_adds_the_bot(page: Page, stage: Stage) -> None:
    """Who has not added the bot is told so, and adds it with one tap."""
    phone(page).get_by_label("คุณคือ").select_option("N1")
    phone(page).get_by_role("button", name="เพิ่มเพื่อน").click()
    assert stage.expect_event(page, "follow")["follow"] == {"isUnblocked": False}
    expect(phone(page).get_by_role("button", name="เพิ่มเพื่อน")).to_have_count(0)


def test_a_new_group_invites_the_bot(page: Page, stage: Stage) -> None:
    """A group made on the page has the bot in it and opens at once."""
    phone(page).get_by_label("เพื่อนและกลุ่ม").click()
    page.get_by_role("button", name="ตั้งกลุ่มใหม่ เชิญบอตเข้า").click()
    page.get_by_label("ชื่อกลุ่มใหม่").last.fill("กลุ่มทดลอง")
    page.get_by_role("button", name="ตกลง").click()
    expect(phone(page).get_by_label("ห้องแชท").locator("option:checked")).to_have_text("กลุ่มทดลอง")
    stage.expect_event(page, "join")


def test_a_phone_shows_one_phone(small: Page, stage: Stage) -> None:
    """At phone width one part is seen at a time, nothing is wider than the screen, and tabs change it."""
    stage.bot_sends("M01", card({"type": "text", "text": "ยาว" * 60, "wrap": True}))
    expect(phone(small, 1).locator(".flex-bubble")).to_be_visible()
    expect(phone(small, 2)).to_be_hidden()
    assert small.evaluate("document.documentElement.scrollWidth") == 390
    small.get_by_role("button", name="หลังบ้าน").click()
    expect(phone(small, 1)).to_be_hidden()
    expect(small.get_by_role("region", name="หลังบ้าน")).to_be_visible()
    assert small.evaluate("document.documentElement.scrollWidth") == 390


def test_others_do_not_disturb(page: Page, stage: Stage) -> None:
    """When a message comes, what has the focus keeps it and a carousel stays where it was drawn to."""
    one = card({"type": "button", "action": postback("เอาอันนี้")})["contents"]
    carousel = {"type": "flex", "altText": "การ์ด", "contents": {"type": "carousel", "contents": [one] * 5}}
    stage.bot_sends("M01", carousel)
    last = phone(page).get_by_role("button", name="เอาอันนี้").last
    last.focus()
    row = phone(page).locator(".flex-carousel")
    before = row.evaluate("row => row.scrollLeft")
    stage.bot_sends("M01", {"type": "text", "text": "มาใหม่"})
    expect(phone(page).get_by_text("มาใหม่")).to_be_visible()
    expect(last).to_be_focused()
    assert row.evaluate("row => row.scrollLeft") == before > 0


def test_everything_can_be_done_by_keyboard(page: Page, stage: Stage) -> None:
    """Tab reaches the words, the card and its buttons; Enter acts; Escape closes; each control has a name."""
    stage.bot_sends("M01", card({"type": "button", "action": postback("ถูกต้อง")}))
    button = phone(page).get_by_role("button", name="ถูกต้อง")
    expect(button).to_be_visible()
    phone(page).get_by_role("log").focus()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    stage.expect_event(page, "postback")
    phone(page).get_by_label("ส่งอย่างอื่น").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(phone(page).get_by_label("ส่งอย่างอื่น")).to_be_focused()
    assert page.locator("button, select, textarea, input").evaluate_all(NAMELESS) == []


def test_own_words_are_large_enough(page: Page, stage: Stage) -> None:
    """No text of the page itself is smaller than 16 px (a card's own sizes are the bot's)."""
    say(page, "สวัสดี")
    expect(phone(page).locator(".mine")).to_be_visible()
    assert page.evaluate(SMALL) == []


def test_the_rich_menu_is_tapped(page: Page, stage: Stage) -> None:
    """The menu stands at the foot of one-to-one chats, closes, and its places act."""
    area = {
        "bounds": {"x": 0, "y": 0, "width": 1250, "height": 843},
        "action": {"type": "message", "label": "ถาม", "text": "ถาม"},
    }
    menus = stage.simulator.line.menus
    size = {"width": 2500, "height": 843}
    menu = {"size": size, "selected": True, "name": "หลัก", "chatBarText": "เมนูสาน", "areas": [area]}
    menu_id = menus.create(menu)
    picture = io.BytesIO()
    Image.new("RGB", (2500, 843), "#0b7a5c").save(picture, "PNG")
    menus.draw(menu_id, picture.getvalue(), "image/png")
    menus.show(menu_id)
    stage.simulator.line.touch()
    phone(page).get_by_role("button", name="ถาม").click()
    expect(phone(page).locator(".mine .speech")).to_have_text("ถาม")
    phone(page).get_by_role("button", name="เมนูสาน").click()
    expect(phone(page).get_by_role("button", name="ถาม")).to_be_hidden()
