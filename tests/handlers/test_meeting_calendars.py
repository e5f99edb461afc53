"""Calendars as a phone reads them: what they hold, that changes arrive, and who may read them how long."""

import logging
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from dateutil import parser
from icalendar import Calendar
from sqlalchemy import event, select

from models.feeds import Feed
from models.identity import become
from models.meetings import Meeting, Occurrence
from models.membership import end
from models.people import Member, Membership
from tests.conversations.talk import shown
from tests.world import BANGKOK, PUBLIC_URL

WEEKLY = """
แม่บัวเขียว: นัดประชุมกลุ่มทุกวันพุธ 9 โมงเช้า ที่ศาลาวัด เรื่องงานทอผ้าครามลายใหม่
  สาน: ทุกสัปดาห์ วันพุธ
แม่บัวเขียว กด ถูกต้อง
  สาน: นัดประชุมแล้ว
"""
CHANGED = """
แม่บัวเขียว: เลื่อนประชุมกลุ่มเป็น 26 พฤศจิกา
  สาน: ใหม่ · พฤหัสบดี 26 พ.ย. 2569, 09:00 น.
แม่บัวเขียว กด ถูกต้อง
  สาน: เลื่อนประชุมแล้ว
แม่บัวเขียว: ยกเลิกประชุมวันที่ 2 ธันวา
  สาน: นัดนี้มีประจำ
แม่บัวเขียว กด เฉพาะครั้งนี้
  สาน: ถูกต้องไหม
แม่บัวเขียว กด ถูกต้อง
  สาน: ยกเลิกประชุมแล้ว
"""
ADDED = """
แม่บัวเขียว: ขอเพิ่มวาระเรื่องค่าน้ำโรงย้อม
  สาน: ประชุมไหน
แม่บัวเขียว กด 25 พ.ย. ประชุม
  สาน: ค่าน้ำโรงย้อม
"""
ASKED = "{who}: ปฏิทินของฉัน\n  สาน: ปฏิทินนัดของคุณ"
OF_ROOM = "น้องแพร: ปฏิทินห้องสมุนไพร\n  สาน: ปฏิทินนัดของห้องสมุนไพร"
OF_NETWORK = "น้องแพร: ปฏิทินเครือข่าย\n  สาน: ปฏิทินนัดของเครือข่ายฮักแพง"


@pytest.fixture
def address(bot, play):
    """The path of somebody's calendar, who asks for it."""

    def of(key: str, asking: str = "") -> str:
        play(asking or ASKED.format(who=bot.person(key).account.name))
        return path_of(bot.person(key).taps("ใส่ปฏิทินมือถือ")["uri"]) + ".ics"

    return of


def path_of(uri: str) -> str:
    assert uri.startswith(PUBLIC_URL)
    return urlsplit(uri).path


def read(bot, path: str) -> dict[str, list]:
    """The entries by title."""
    answer = bot.client.get(path)
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    found: dict[str, list] = {}
    for one in Calendar.from_ical(answer.data).events:
        found.setdefault(str(one["SUMMARY"]), []).append(one)
    return found


def test_a_moved_and_a_cancelled_time_of_a_rule_are_right_and_keep_their_names(bot, play, address):
    """Each time is an entry of its own: its UID stays, its SEQUENCE grows, what is cancelled says so."""
    play(WEEKLY)
    path = address("M04")
    before = {str(one["UID"]): one for one in read(bot, path)["ประชุม"]}
    bot.clock.forward(hours=1)
    play(CHANGED)
    after = read(bot, path)
    moved, *later = after["ประชุม"]
    (cancelled,) = after["ยกเลิก: ประชุม"]
    assert moved["DTSTART"].dt == datetime(2026, 11, 26, 9, 0, tzinfo=BANGKOK)
    assert str(moved["DTSTART"].params["TZID"]) == "Asia/Bangkok"
    assert before[moved["UID"]]["DTSTART"].dt == datetime(2026, 11, 25, 9, 0, tzinfo=BANGKOK)
    assert str(moved["UID"]).endswith("-20261125T020000Z@bot.example")
    assert [int(one["SEQUENCE"]) for one in (before[moved["UID"]], moved, cancelled)] == [0, 1, 1]
    assert (str(cancelled["STATUS"]), cancelled["DTSTART"].dt.day) == ("CANCELLED", 2)
    assert {str(one["STATUS"]) for one in later} == {"CONFIRMED"}
    assert [one["DTSTART"].dt.isoformat()[:10] for one in later[:2]] == ["2026-12-09", "2026-12-16"]
    assert moved["DTSTAMP"].dt == bot.clock.now
    assert later[0]["DTSTAMP"].dt == bot.clock.now - timedelta(hours=1)
    assert {str(one["UID"]) for one in after["ประชุม"]} | {str(cancelled["UID"])} == set(before)


def test_what_is_added_to_the_agenda_later_arrives(bot, play, address):
    """It stands in the description, newly stamped; unsent it goes the same way."""
    play(WEEKLY)
    path = address("M04")
    bot.clock.forward(hours=1)
    play(ADDED)
    (one,) = [one for one in read(bot, path)["ประชุม"] if "ค่าน้ำโรงย้อม" in one["DESCRIPTION"]]
    assert one["LAST-MODIFIED"].dt == one["DTSTAMP"].dt == bot.clock.now
    bot.clock.forward(hours=1)
    play("แม่บัวเขียว ยกเลิกข้อความ\n  สาน: (เงียบ)")
    (same,) = [found for found in read(bot, path)["ประชุม"] if found["UID"] == one["UID"]]
    assert "ค่าน้ำโรงย้อม" not in same["DESCRIPTION"]
    assert same["LAST-MODIFIED"].dt == bot.clock.now


def test_the_text_is_what_the_standard_asks_for(bot, play, address):
    """CRLF, lines of 75 octets at most cut between characters, a time zone, and how often to look again."""
    play(WEEKLY)
    answer = bot.client.get(address("M04"))
    lines = answer.data.split(b"\r\n")
    assert b"\n" not in answer.data.replace(b"\r\n", b"")
    assert max(len(line) for line in lines) <= 75
    assert all(line.decode("utf-8") is not None for line in lines)
    for expected in (
        b"BEGIN:VTIMEZONE",
        b"TZOFFSETTO:+0700",
        b"REFRESH-INTERVAL;VALUE=DURATION:PT4H",
        b"X-PUBLISHED-TTL:PT4H",
    ):
        assert expected in lines
    # Read by a parser that knows nothing of the library that wrote it.
    whole = answer.data.replace(b"\r\n ", b"").decode()
    starts = [line.partition(":")[2] for line in whole.splitlines() if line.startswith("DTSTART;")]
    assert datetime(2026, 11, 25, 9, 0) in [parser.parse(one) for one in starts]  # noqa: DTZ001 - local
    assert "DESCRIPTION:งานทอผ้าครามลายใหม่" in whole


def test_what_has_not_changed_is_not_sent_again(bot, play, address):
    """The same bytes at any hour; by ETag, by date, and for who only asks for the head."""
    play(WEEKLY)
    path = address("M04")
    first = bot.client.get(path)
    bot.clock.forward(hours=5)
    etag, changed = first.headers["ETag"], first.headers["Last-Modified"]
    assert bot.client.get(path).data == first.data
    assert bot.client.get(path, headers={"If-None-Match": etag}).status_code == 304
    assert bot.client.get(path, headers={"If-Modified-Since": changed}).status_code == 304
    head = bot.client.head(path)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", etag)
    play("ยายจันที กด มา\n  สาน: มา 1 คน\nยายจันที กด ไปเพิ่มอีก 1 คน\n  สาน: มา 2 คน")
    again = bot.client.get(path, headers={"If-None-Match": etag, "If-Modified-Since": changed})
    assert (again.status_code, again.headers["Last-Modified"] > changed) == (200, True)
    assert bot.client.get(path, headers={"If-Modified-Since": changed}).status_code == 200
    assert "มา 3 คน\nคุณตอบว่า มา" in str(read(bot, path)["ประชุม"][0]["DESCRIPTION"])


def test_a_rooms_calendar_holds_its_own_meetings_and_names_nobody(bot, play, address):
    """The network's holds what is for everybody; a member's what they are invited to."""
    play(WEEKLY)
    room, network = address("M03", OF_ROOM), address("M03", OF_NETWORK)
    assert list(read(bot, network)) == ["ประชุมใหญ่สิ้นปี สรุปงานและแผน 2570"]
    with bot.house.store.session() as session:
        titles = set(session.scalars(select(Meeting.title)))
        names = [member.call_as for member in session.scalars(select(Member))]
    own = read(bot, address("M04"))
    assert set(read(bot, room)) < titles
    assert "ประชุม" not in read(bot, room)
    assert "ประชุม" in own
    whole = b"".join(bot.client.get(path).data.replace(b"\r\n ", b"") for path in (room, network)).decode()
    assert [name for name in names if name and name in whole] == []
    assert "คุณตอบว่า" not in whole


def test_only_the_right_token_is_answered_and_none_is_kept_or_logged(bot, play, address, caplog):
    """Unknown, wrong and old ones give 404; the database holds nothing that is in the address."""
    caplog.set_level(logging.DEBUG)
    path = address("M04")
    ident, _, mark = path.removeprefix("/calendars/").removesuffix(".ics").partition("-")
    with bot.house.store.session() as session:
        feed = session.get_one(Feed, int(ident))
        assert mark not in {str(getattr(feed, column.name)) for column in Feed.__table__.columns}
    for wrong in (f"{ident}-{'0' * 32}", f"99-{mark}", f"{ident}-", "x", f"{ident}-ก", mark, f"-{mark}"):
        for suffix in ("", ".ics"):
            assert bot.client.get(f"/calendars/{wrong}{suffix}").status_code == 404
    assert bot.client.get(path).status_code == 200
    assert address("M04") == path
    play("แม่บัวเขียว กด เปลี่ยนลิงก์\n  สาน: ใช้ไม่ได้\nแม่บัวเขียว กด เปลี่ยนลิงก์\n  สาน: ปฏิทินนัดของคุณ")
    renewed = address("M04")
    assert [bot.client.get(one).status_code for one in (path, renewed)] == [404, 200]
    play("แม่บัวเขียว กด ปิดลิงก์\n  สาน: ปิดไหม\nแม่บัวเขียว กด ปิดลิงก์\n  สาน: ปิดลิงก์ปฏิทินแล้ว")
    assert bot.client.get(renewed).status_code == 404
    assert mark not in caplog.text


def test_a_members_calendar_ends_with_their_leaving_and_their_being_forgotten(bot, play, address):
    """Who comes back has to make a new one; nothing of it is left of who is forgotten."""
    path = address("M06")
    with bot.house.store.session() as session:
        membership = session.scalars(select(Membership).where(Membership.code == "M06")).one()
        end(membership)
    assert bot.client.get(path).status_code == 404
    bot.clock.forward(days=1)
    with bot.house.store.session() as session:
        membership = session.scalars(select(Membership).where(Membership.code == "M06")).one()
        membership.state, membership.joined_at = "active", bot.clock.now
    assert bot.client.get(path).status_code == 404
    renewed = address("M06")
    assert bot.client.get(renewed).status_code == 200
    play("ลุงสมาน: ลบข้อมูลของฉัน\n  สาน: ใช่ไหม\nลุงสมาน กด ลบทั้งหมด\n  สาน: ลบให้หมดแล้ว")
    assert bot.client.get(renewed).status_code == 404
    with bot.house.store.session() as session:
        assert session.scalars(select(Feed)).all() == []


def test_a_members_calendar_ends_with_their_old_phone(bot, address):
    """The phone may be lost: what it followed is not theirs any more."""
    path = address("M06")
    with bot.house.store.session() as session:
        former = session.scalars(
            select(Member).join(Membership, Membership.member_id == Member.id).where(Membership.code == "M06")
        ).one()
        newcomer = Member(line_user_id="U" + "9" * 32, created_at=bot.clock.now)
        session.add(newcomer)
        session.flush()
        become(session, newcomer, former, bot.clock.now)
    assert bot.client.get(path).status_code == 404


def test_a_calendar_costs_the_same_few_queries_however_much_it_holds(bot, play, address):
    """Phones look again and again."""
    path = address("M04")
    few = queries(bot, path)
    play(WEEKLY)
    assert len(read(bot, path)["ประชุม"]) > 5
    assert queries(bot, path) == few
    assert few <= 9


def queries(bot, path: str) -> int:
    said: list[str] = []

    def note(connection, cursor, statement, *_rest):
        said.append(statement)

    bot.client.get(path)
    event.listen(bot.house.store.engine, "before_cursor_execute", note)
    bot.client.get(path)
    event.remove(bot.house.store.engine, "before_cursor_execute", note)
    return len([one for one in said if one.lstrip().startswith("SELECT")])


def test_a_card_gives_its_one_meeting_to_a_phone_until_it_is_over(bot, play):
    """As a file for any calendar, with a reminder, and as a link for Google's."""
    play(WEEKLY)
    link = bot.person("M05").taps("เพิ่มลงปฏิทิน")["uri"]
    assert link.endswith("?openExternalBrowser=1")
    path = path_of(link)
    page = bot.client.get(path).text
    assert "พุธ 25 พ.ย. 2569" in page
    assert f'href="{PUBLIC_URL}{path}.ics"' in page
    google = next(part for part in page.split('"') if part.startswith("https://calendar.google.com"))
    asked = parse_qs(urlsplit(google.replace("&amp;", "&")).query)
    assert asked["dates"] == ["20261125T090000/20261125T110000"]
    assert (asked["ctz"], asked["location"]) == (["Asia/Bangkok"], ["ศาลาวัด"])
    (entry,) = read(bot, f"{path}.ics")["ประชุม"]
    assert [str(alarm["ACTION"]) for alarm in entry.walk("VALARM")] == ["DISPLAY"]
    for wrong in (path.replace("one/", "one/9"), f"/entries/{'0' * 32}/meeting_calendars.one/1/th"):
        assert bot.client.get(wrong).status_code == 404
    bot.clock.forward(days=3)
    assert bot.client.get(path).status_code == 410
    assert bot.client.get(f"{path}.ics").status_code == 410


def test_a_cancelled_meeting_is_not_kept_in_a_phone(bot, play):
    """Its file cancels what was kept, its page offers nothing."""
    play(WEEKLY)
    path = path_of(bot.person("M05").taps("เพิ่มลงปฏิทิน")["uri"])
    kept = read(bot, f"{path}.ics")["ประชุม"][0]["UID"]
    with bot.house.store.session() as session:
        one = session.scalars(select(Occurrence).order_by(Occurrence.id.desc())).all()
        first = next(
            o for o in one if str(kept).startswith(f"{o.meeting_id}-20261125") and o.planned_at.day == 25
        )
        first.cancelled_at = bot.clock.now
    (entry,) = read(bot, f"{path}.ics")["ยกเลิก: ประชุม"]
    assert (entry["UID"], str(entry["STATUS"])) == (kept, "CANCELLED")
    assert "calendar.google.com" not in bot.client.get(path).text


def test_no_card_of_a_meeting_has_more_than_four_buttons(bot, play):
    """What is more than four is a line to tap: also of one that is online and asks everything."""
    play(
        "แม่บัวเขียว: นัดประชุมวันเสาร์ 9 โมงเช้า เรื่องงานทอ https://meet.google.com/abc\n  สาน: เชิญใคร\n"
        "แม่บัวเขียว: ยายจันที\n  สาน: ถูกต้องไหม\nแม่บัวเขียว กด ถูกต้อง\n  สาน: นัดประชุมแล้ว"
    )
    bot.person("M05").says("ประชุมวันเสาร์กี่โมง")
    content = bot.person("M05").received[-1].content
    footer = content["contents"]["footer"]["contents"]
    assert [one["action"]["label"] for one in footer] == ["มา", "ไม่มา", "ยังไม่แน่", "เข้าประชุม"]
    assert "[เพิ่มลงปฏิทิน] · [ใครมาบ้าง] · [มา]" in shown(content)
