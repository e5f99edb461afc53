"""The demo as a newcomer finds it: real processes, a real browser, from joining to finding a partner."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from bot.simulator.pictures import sample
from tests.town import free_port, until

pytestmark = pytest.mark.browser
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PICTURE = os.environ.get("SAAN_DEMO_PICTURE")  # where to leave a picture of the page, for the README


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Iterator[str]:
    """`saan demo`, as `make demo` starts it."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: install the package chromium, or set CHROMIUM")
    port, log = free_port(), tmp_path_factory.mktemp("demo") / "log"
    command = [
        sys.executable,
        "-c",
        "from bot.cli import main; main()",
        "demo",
        "--no-open",
        "--port",
        str(port),
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        try:
            until(lambda: b"Saan is ready" in log.read_bytes() or process.poll() is not None, "no demo", 90.0)
            assert process.poll() is None, log.read_text()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=60)


@pytest.fixture
def page(demo) -> Iterator[Page]:
    """Two phones: a newcomer, and the leader of the enterprise that she joins."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1500, "height": 950})
        page.goto(f"{demo}/?a=N1&b=M04")
        yield page
        browser.close()


class Phone:
    """One of the two phones."""

    def __init__(self, page: Page, number: int) -> None:
        self.all: Locator = page.locator(".phone").nth(number)

    def says(self, words: str) -> None:
        box = self.all.locator("textarea")
        box.fill(words)
        box.press("Enter")

    def taps(self, label: str) -> None:
        self.all.get_by_role("button", name=label, exact=True).last.click()

    def sees(self, words: str) -> None:
        expect(self.all.get_by_text(re.compile(words)).last).to_be_visible(timeout=15_000)


def test_a_newcomer_joins_reports_with_a_photo_asks_and_finds_a_partner(page):
    """Register, log an activity with a photo, see it, ask advice, find a partner: in Thai, on one phone."""
    newcomer, leader = Phone(page, 0), Phone(page, 1)
    newcomer.says("สวัสดีค่ะ")
    newcomer.sees("ขออนุญาตก่อนเริ่ม")
    newcomer.taps("ยินยอม")
    newcomer.sees("อยู่กลุ่มไหนคะ")
    newcomer.says("ผ้าครามตัวอย่าง นครพนม")
    newcomer.sees("ให้เรียกว่าอะไร")
    newcomer.says("ป้าสมใจ")
    newcomer.sees("อายุ 20 ปี")
    newcomer.taps("20 ปีขึ้นไป")
    newcomer.sees("ถูกต้องไหมคะ")
    newcomer.taps("ถูกต้อง")
    leader.sees("ใช่คนของเราไหม")
    leader.taps("ใช่คนของเรา")
    newcomer.sees("ยินดีต้อนรับ")
    newcomer.says("วันนี้ขายผ้าคลุมไหล่ได้ 8 ผืน 5,200 บาท")
    newcomer.sees("5,200 บาท")
    with page.expect_file_chooser() as chooser:
        newcomer.taps("ส่งอย่างอื่น")
        page.get_by_role("dialog").get_by_role("button", name="รูปจากเครื่อง").click()
    chooser.value.set_files([{"name": "ผ้า.jpg", "mimeType": "image/jpeg", "buffer": sample("cloth")}])
    newcomer.sees("1 รูป")
    newcomer.taps("ถูกต้อง")
    newcomer.sees("บันทึกแล้วค่ะ")
    if PICTURE:
        leader.says("เมนู")
        leader.sees("สานช่วยอะไรได้บ้าง")
        page.screenshot(path=PICTURE)
    newcomer.says("ขอดูผลงานเดือนนี้")
    newcomer.sees("ผลงานของ ผ้าครามตัวอย่าง")
    newcomer.says("ต่อทะเบียนวิสาหกิจต้องไปที่ไหน ต้องเตรียมอะไรบ้าง")
    newcomer.sees("1–30 มกราคม")
    newcomer.says("หาขมิ้นแห้ง 12 กก.")
    newcomer.sees("ขอคุย")
