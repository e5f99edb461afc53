"""The page of minutes in a real Chromium: read on a phone, printed on A4, open to everybody."""

from datetime import datetime

import pytest

from tests.browser.test_digest_page import CUT_OFF, PALE, PHONE, SMALL, bot, browser, page, sheets  # noqa: F401
from tests.conversations.talk import Talk
from tests.handlers.test_minutes import MET, WRITTEN
from tests.world import BANGKOK

pytestmark = pytest.mark.browser
SCREEN = "() => [...document.querySelectorAll('main img')].every(one => one.complete && one.naturalWidth > 0)"
PHOTOS = """
น้องน้ำผึ้ง: จดรายงานประชุม
  สาน: อยู่วาระไหน
น้องน้ำผึ้ง กด 1 ประธานแจ้ง
  สาน: จดว่าอะไร
น้องน้ำผึ้ง ส่ง อัลบั้ม 3
  สาน: จดว่าอะไร
น้องน้ำผึ้ง: ประธานขอบคุณทุกกลุ่มที่ช่วยงานออกพรรษา ขายได้รวม 31,400 บาท และชวนกลุ่มใหม่มาร่วมอีกสองกลุ่ม
  สาน: เก็บในรายงาน
น้องน้ำผึ้ง กด ถูกต้อง
  สาน: จดแล้ว
น้องน้ำผึ้ง: รายงานการประชุม
  สาน: [เปิดรายงาน] · [ไฟล์ Word]
"""


def test_it_is_read_on_a_phone_and_printed(bot, page):  # noqa: F811
    """Nothing to push sideways, nothing small or pale; headings in order, pictures that say what they are, and a line
    to sign on paper only."""
    Talk(bot).play(MET)
    bot.clock.now = datetime(2026, 11, 24, 13, 10, tzinfo=BANGKOK)
    Talk(bot).play(WRITTEN + PHOTOS)
    page.goto(bot.person("M19").taps("เปิดรายงาน")["uri"])
    assert page.locator("html").get_attribute("lang") == "th"
    assert page.locator("h1").inner_text() == "รายงานการประชุมกรรมการ"
    assert [one.split()[0] for one in page.locator("h2").all_inner_texts()[1:7]] == ["วาระที่"] * 6
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate(SMALL) == []
    assert page.evaluate(PALE) == []
    assert page.evaluate(SCREEN)
    assert [one.get_attribute("alt") for one in page.locator("img").all()] == ["ภาพที่ 1", "ภาพที่ 2", "ภาพที่ 3"]
    assert page.locator("script, link, iframe").count() == 0
    assert not page.get_by_text("ลงชื่อ").is_visible()
    assert sheets(page) <= 2
    page.emulate_media(media="print")
    assert page.get_by_text("ลงชื่อ").is_visible()
    assert not page.get_by_text("ไฟล์ Word").is_visible()
