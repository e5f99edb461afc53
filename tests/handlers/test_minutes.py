"""Minutes behind links: who may read them, what the document holds; the roll call and reminders by the clock."""

import io
import re
import zipfile
from datetime import datetime, timedelta

import orjson
import pytest
from docx import Document
from sqlalchemy import select, update

from models.meetings import Occurrence
from models.minutes import Minutes, Resolution
from models.people import Membership
from models.post import Delivery, Notice
from tests.conversations.talk import Talk, shown
from tests.world import BANGKOK, PUBLIC_URL, world

MET = """
น้องแพร (ห้องกรรมการ): สาน นัดประชุมกรรมการวันนี้บ่ายโมงที่ศาลากลางบ้าน เรื่องค่าน้ำโรงย้อม
  สาน: ห้องกรรมการ
น้องแพร (ห้องกรรมการ) กด ถูกต้อง
  สาน: เชิญประชุม
"""
WRITTEN = """
แม่บัวเขียว (ห้องกรรมการ): สาน มาแล้ว
  สาน: ตอนนี้มา 1 คน
น้องน้ำผึ้ง: มา 9 คน
  สาน: มา 9 คน
น้องน้ำผึ้ง: จดว่าเงินกองกลางเหลือ 48,250 บาท เลขบัตร 1 2345 67890 12 3
  สาน: จดแล้วค่ะ
น้องน้ำผึ้ง กด 4 เพื่อทราบ
  สาน: เรื่องเพื่อทราบ
น้องน้ำผึ้ง: มติ ให้แม่บัวเขียวเก็บค่าน้ำภายในวันที่ 5 ธันวา
  สาน: จดมติแบบนี้
น้องน้ำผึ้ง กด ถูกต้อง
  สาน: จดมติแล้ว
"""
READ = "{who}: รายงานการประชุม\n  สาน: รายงานประชุมกรรมการ\n"


@pytest.fixture
def bot(demo_url, tmp_path):
    """The bot with the demo network, and a committee meeting called for one o'clock."""
    with world(demo_url, tmp_path) as made:
        Talk(made).play(MET)
        yield made


def write(bot) -> None:
    """The meeting takes place and is written down."""
    bot.clock.now = datetime(2026, 11, 24, 13, 10, tzinfo=BANGKOK)
    Talk(bot).play(WRITTEN)


def links(bot, key) -> tuple[str, str]:
    """The paths of the page and the document that somebody was given last."""
    found = re.findall(
        f'{PUBLIC_URL}(/pages/[^"?]+)', orjson.dumps(bot.person(key).received[-1].content).decode()
    )
    return found[0], found[1]


def opened(bot, who, key):
    """Asks for the newest minutes and opens the page."""
    Talk(bot).play(READ.format(who=who))
    return bot.client.get(links(bot, key)[0])


def said(bot, key, since=0) -> list[str]:
    """What somebody has received."""
    return [shown(message.content) for message in bot.person(key).received][since:]


def test_the_page_holds_the_six_parts_what_is_left_over_and_no_id_number(bot):
    """Agenda, notes and resolutions each in their part; what the last meeting decided comes up again."""
    write(bot)
    page = opened(bot, "แม่บัวเขียว", "M04").text
    titles = re.findall(r'<h2 id="part\d">วาระที่ (\d [^<]+)</h2>', page)
    assert [title[0] for title in titles] == ["1", "2", "3", "4", "5", "6"]
    parts = re.split(r'<h2 id="part\d">', page)[1:]
    assert "17 ตุลาคม 2569 รับรองแล้ว" in parts[1]
    assert "หารำข้าวให้กลุ่มปุ๋ย" in parts[2]
    assert "ผู้รับผิดชอบ พ่อทองใบ · ภายใน พฤหัสบดี 5 พ.ย. 2569" in parts[2]
    assert "48,250" in parts[3]
    assert "ค่าน้ำโรงย้อม" in parts[4]
    assert "มติ: ให้แม่บัวเขียวเก็บค่าน้ำ" in parts[4]
    assert "67890" not in page
    assert "9 คน" in page


def test_names_are_for_those_who_were_invited_and_no_officer(bot):
    """Who is not invited gets no link at all; an officer who is reads how many came."""
    write(bot)
    assert "แม่บัวเขียว</li>" in opened(bot, "แม่ไพลิน", "M18").text
    path = links(bot, "M18")[0]
    with bot.house.store.session() as session:
        session.execute(update(Membership).where(Membership.code == "M18").values(state="left"))
    assert bot.client.get(path).status_code == 403
    Talk(bot).play("ลุงโขง: รายงานการประชุม\n  สาน: ยังไม่มีรายงาน\n")
    with bot.house.store.session() as session:
        officer = session.scalars(select(Membership).where(Membership.code == "M24")).one()
        meeting = session.scalars(select(Occurrence).order_by(Occurrence.id.desc())).first().meeting
        meeting.invitations[-1].room_id, meeting.invitations[-1].member_id = None, officer.member_id
    page = opened(bot, "คุณใบเตย", "M24").text
    assert "แม่บัวเขียว</li>" not in page
    assert "9 คน" in page


def test_a_link_is_its_readers_own_and_runs_out(bot):
    """Another meeting's number in it opens nothing; after two weeks it is over."""
    write(bot)
    assert opened(bot, "แม่บัวเขียว", "M04").status_code == 200
    page, document = links(bot, "M04")
    assert bot.client.get(page[:-1] + "1").status_code == 404
    bot.clock.forward(days=15)
    assert bot.client.get(page).status_code == 410
    assert bot.client.get(document).status_code == 410


def test_the_document_is_set_in_a_thai_font_with_thai_figures(bot):
    """Its own font for complex scripts, names to fall back to, the language for breaking lines, A4."""
    write(bot)
    opened(bot, "น้องน้ำผึ้ง", "M19")
    answer = bot.client.get(links(bot, "M19")[1])
    assert answer.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as parts:
        styles = parts.read("word/styles.xml").decode()
        fonts = parts.read("word/fontTable.xml").decode()
    normal = styles.split('w:styleId="Normal"', 1)[1].split("</w:style>", 1)[0]
    assert 'w:cs="TH Sarabun New"' in normal
    assert '<w:szCs w:val="32"/>' in normal
    assert 'w:bidi="th-TH"' in normal
    assert "Theme" not in normal
    assert 'w:altName w:val="TH SarabunPSK' in fonts
    document = Document(io.BytesIO(answer.data))
    words = [paragraph.text for paragraph in document.paragraphs]
    assert "เมื่อวันอังคารที่ ๒๔ พฤศจิกายน ๒๕๖๙" in words
    assert "ผู้มาประชุม ๙ คน" in words
    assert [one for one in words if one.startswith("วาระที่ ")][4] == "วาระที่ ๕ เรื่องเพื่อพิจารณา"
    assert not re.search(r"[0-9]", "".join(words))
    assert document.sections[0].page_width.cm == pytest.approx(21, abs=0.05)


def test_approved_minutes_say_when_and_go_on_saying_what_was_decided_then(bot):
    """A later change of owner and an addendum stand beside them, not in them."""
    write(bot)
    with bot.house.store.session() as session:
        minutes = session.scalars(select(Minutes).order_by(Minutes.id.desc())).first()
        minutes.approved_at = bot.clock.now
        decided = session.scalars(select(Resolution).order_by(Resolution.id.desc())).first()
        decided.owner_id = minutes.recorder_id
    Talk(bot).play("น้องน้ำผึ้ง: มา 10 คน\n  สาน: รับรองแล้ว แก้ไม่ได้\nน้องน้ำผึ้ง: จดว่ายอดคือ 48,520\n  สาน: จดต่อท้าย\n")
    page = opened(bot, "แม่บัวเขียว", "M04").text
    assert "รับรองแล้วเมื่อวันอังคารที่ 24 พฤศจิกายน 2569" in page
    assert "ผู้รับผิดชอบ แม่บัวเขียว" in page
    assert "เพิ่มเติมเมื่อวันอังคารที่ 24 พฤศจิกายน 2569" in page
    assert page.index("48,250") < page.index("48,520")


def test_around_the_start_the_card_rides_and_only_the_host_is_pushed(bot):
    """The room gets it with its own talk; what did not leave is taken back at the end, and nobody hears of that."""
    bot.tick(hours=2, minutes=52)
    before = len(bot.person("M04").in_group("G6").received)
    bot.person("M04").in_group("G6").says("ถึงศาลาแล้ว ใครมาบ้าง")
    rode = [shown(one.content) for one in bot.person("M04").in_group("G6").received[before:]]
    assert any("เช็คชื่อ ประชุมกรรมการ" in words and "[มาแล้ว]" in words for words in rode)
    bot.tick(minutes=10)
    bot.tick(minutes=1)
    assert any("สาน เช็คชื่อ" in words for words in said(bot, "M03"))
    bot.tick(hours=4)
    bot.tick(days=2)
    with bot.house.store.session() as session:
        rolls = select(Delivery.way, Delivery.state).join(Notice).where(Notice.kind == "meeting.roll")
        states = {(way, state) for way, state in session.execute(rolls)}
        assert session.scalar(select(Notice.id).where(Notice.kind == "undelivered")) is None
    assert states <= {("ride", "sent"), ("push", "sent"), ("push", "dropped")}


def test_whoever_took_it_on_is_reminded_before_and_after_its_day_each_once(bot):
    """Three days before at nine, and the day after; not when it is done, and privately."""
    write(bot)
    start = len(said(bot, "M04"))
    bot.clock.now = datetime(2026, 12, 2, 8, 0, tzinfo=BANGKOK)
    bot.tick(minutes=1)
    assert not any("ใกล้ถึงวันแล้ว" in words for words in said(bot, "M04", start))
    bot.tick(hours=1)
    for _ in range(3):
        bot.tick(hours=8)
    assert sum("ใกล้ถึงวันแล้ว" in words for words in said(bot, "M04", start)) == 1
    bot.clock.now = datetime(2026, 12, 6, 9, 30, tzinfo=BANGKOK)
    bot.tick(minutes=1)
    bot.tick(days=2)
    late = [words for words in said(bot, "M04", start) if "เลยวันที่ตั้งไว้แล้ว" in words]
    assert len(late) == 1
    assert "เก็บค่าน้ำ" in late[0]
    assert "[ทำเสร็จแล้ว]" in late[0]


def test_what_is_done_or_long_over_is_reminded_of_no_more(bot):
    """Ticked off before its day; and after an outage of more than a week nothing comes."""
    write(bot)
    Talk(bot).play("แม่บัวเขียว: ทำเสร็จแล้วค่ะ\n  สาน: ขอบคุณค่ะ\n")
    bot.clock.now = datetime(2026, 12, 20, 9, 0, tzinfo=BANGKOK)
    bot.tick(minutes=1)
    with bot.house.store.session() as session:
        reminded = session.scalars(select(Notice.key).where(Notice.kind == "resolution")).all()
    assert [key.split(":")[3] for key in reminded] == ["given"]
    assert timedelta(days=7) < bot.clock.now - datetime(2026, 11, 25, tzinfo=BANGKOK)
