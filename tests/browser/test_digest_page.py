"""The page of a digest in a real Chromium: read on a phone, printed on one sheet, open to everybody."""

import os
import threading
import warnings
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import func, select
from werkzeug.serving import make_server

from models.activities import Activity
from models.network import Enterprise
from tests.conversations.talk import Talk
from tests.world import PUBLIC_URL, World, world

pytestmark = pytest.mark.browser
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PHONE = {"width": 390, "height": 844}
LINE = "น้องแพร: {words}\n  สาน: เครือข่ายฮักแพง"

SMALL = """() => [...document.querySelectorAll('main *')].filter(e =>
    [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && e.tagName !== 'title').map(e => {
        const scale = e.ownerSVGElement ? e.getScreenCTM().a : 1;
        return [e.textContent.trim(), parseFloat(getComputedStyle(e).fontSize) * scale];
    }).filter(([_, size]) => size < 16)"""
CUT_OFF = """() => [...document.querySelectorAll('svg text')].filter(e => {
    const box = e.getBoundingClientRect(), all = e.ownerSVGElement.getBoundingClientRect();
    return box.left < all.left - 1 || box.right > all.right + 1 || box.bottom > all.bottom + 1;
}).map(e => e.textContent)"""
PALE = """() => {
    const light = color => {
        const parts = color.match(/[\\d.]+/g).map(Number).slice(0, 3).map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    };
    const ground = e => {
        for (; e; e = e.parentElement) {
            const color = getComputedStyle(e).backgroundColor;
            if (!color.startsWith('rgba(0, 0, 0, 0')) return color;
        }
        return 'rgb(255, 255, 255)';
    };
    return [...document.querySelectorAll('main *')].filter(e =>
        [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())).map(e => {
            const style = getComputedStyle(e);
            const [one, other] = [light(e.ownerSVGElement ? style.fill : style.color), light(ground(e))];
            return [e.textContent.trim(), (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)];
        }).filter(([_, contrast]) => contrast < 4.5)}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    if not os.path.exists(CHROMIUM):
        reason = f"NO CHROMIUM at {CHROMIUM}: the page was not tried in a browser (set CHROMIUM to its path)"
        warnings.warn(reason, stacklevel=1)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def bot(demo_url, tmp_path) -> Iterator[World]:
    """The bot with the demo network."""
    with world(demo_url, tmp_path) as made:
        yield made


@pytest.fixture
def page(bot, browser) -> Iterator[Page]:
    """A phone, and the bot's pages behind it under their public address."""
    server = make_server("127.0.0.1", 0, bot.house.web(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    page = browser.new_page(viewport=PHONE)
    page.route(
        f"{PUBLIC_URL}/**",
        lambda route: route.fulfill(
            response=route.fetch(url=route.request.url.replace(PUBLIC_URL, f"http://127.0.0.1:{server.port}"))
        ),
    )
    yield page
    page.close()
    server.shutdown()
    thread.join()


def opened(bot: World, page: Page, words: str) -> None:
    """Asks for a digest as the coordinator, and opens its page."""
    Talk(bot).play(LINE.format(words=words))
    page.goto(bot.person("M03").taps("ดูทั้งหมด")["uri"])


def sheets(page: Page) -> int:
    """Pages of paper."""
    return page.pdf(prefer_css_page_size=True, print_background=True).count(b"/Type /Page\n")


def a_full_network(bot: World) -> None:
    """Sixteen enterprises that all reported a sale this week, some with long names."""
    with bot.house.store.session() as session:
        network = session.scalar(select(func.min(Enterprise.network_id)))
        for number in range(4):
            name = f"วิสาหกิจชุมชนแปรรูปสมุนไพรตัวอย่างที่ {number}"
            session.add(Enterprise(network_id=network, code=f"X{number}", name=name, short_name=name))
        session.flush()
        for enterprise in session.scalars(select(Enterprise.id)):
            session.add(
                Activity(
                    network_id=network,
                    enterprise_id=enterprise,
                    kind="sale",
                    product="สินค้าตัวอย่างที่มีชื่อค่อนข้างยาว",
                    happened_on=bot.clock.now.date(),
                    amount=1_234_567.5,
                    participants=12,
                    people_paid=3,
                    work_days=6,
                    reported_at=bot.clock.now,
                )
            )


def test_it_is_read_on_a_phone_and_printed_on_one_sheet(bot, page):
    """Nothing to push sideways, nothing small, pale or cut off; headings in order; charts that can be read out.

    Who is quiet stays off the paper.
    """
    opened(bot, page, "สรุปสัปดาห์ที่แล้ว")
    assert page.locator("html").get_attribute("lang") == "th"
    assert page.locator("h1").count() == 1
    assert page.locator("h2").all_inner_texts()[:2] == ["คน", "เงิน"]
    assert "ตามที่รายงานในแชท" in page.locator("header").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate(SMALL) == []
    assert page.evaluate(PALE) == []
    assert page.evaluate(CUT_OFF) == []
    drawing = page.get_by_role("img")
    assert "เส้น" in str(drawing.get_attribute("aria-label"))
    assert drawing.locator("circle").count() == 14
    assert page.locator(".bars li").last.inner_text().split() == ["16–22", "พ.ย.", "69,300"]
    assert page.locator("tfoot").inner_text().split() == ["รวม", "5", "69,300"]
    assert page.locator("script, link, iframe").count() == 0
    assert sheets(page) == 1
    assert "จักสานไผ่นิทาน · รายงานล่าสุด" in page.locator("main").inner_text()
    page.emulate_media(media="print")
    assert "รายงานล่าสุด" not in page.locator("main").inner_text()
    assert "โทรหา" not in page.locator("main").inner_text()


def test_a_full_week_of_a_large_network_fits_too(bot, page):
    """Millions, long names, twice the lines: still one sheet and one phone's width."""
    a_full_network(bot)
    opened(bot, page, "สรุปสัปดาห์นี้")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate(CUT_OFF) == []
    assert page.locator("tbody tr").count() == 16
    assert "48" in page.locator(".tiles").inner_text()
    assert sheets(page) == 1
