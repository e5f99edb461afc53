"""Reminders of meetings over weeks of simulated time: each once, seldom, to those who have not declined."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.watch import Watch
from handlers import meeting_reminders
from models.meeting_queries import ends_at
from models.meetings import Meeting, Occurrence
from models.network import Network
from models.post import Delivery, Notice
from tests.world import BANGKOK, NOW

CALLED = """
น้องแพร (ห้องกรรมการ): น้องสาน นัดประชุมทุกวันพุธ 1 ทุ่ม ที่ศาลากลางบ้าน เรื่องเงินกองกลาง
  สาน: ทุกสัปดาห์ วันพุธ
น้องแพร (ห้องกรรมการ) กด ถูกต้อง
  สาน: เชิญประชุม
"""
ALONE = """
แม่บัวเขียว: นัดประชุมวันเสาร์ 9 โมงเช้าที่ศาลาวัด เรื่องงานทอ
  สาน: เชิญใคร
แม่บัวเขียว: ยายจันที กับ ลุงสมาน
  สาน: ถูกต้องไหม
แม่บัวเขียว กด ถูกต้อง
  สาน: นัดประชุมแล้ว
"""


@pytest.fixture
def look(bot):
    """Does a network's timed work about meetings at a moment."""

    def at(now: datetime) -> None:
        with bot.house.store.session() as session:
            for network in session.scalars(select(Network)):
                watch = Watch(session, bot.house.tools, network, now)
                for work in meeting_reminders.capability.timed:
                    work.run(watch)

    return at


@pytest.fixture
def written(bot):
    """The reminders of the newest meeting: (rule, local day of the meeting, recipient, due, state)."""

    def rows() -> list[tuple]:
        with bot.house.store.session() as session:
            meeting = session.scalars(select(Meeting.id).order_by(Meeting.id.desc())).first()
            query = (
                select(Delivery, Occurrence)
                .join(Notice, Delivery.notice_id == Notice.id)
                .join(Occurrence, Notice.object_id == Occurrence.id)
                .where(Notice.kind == "meeting.reminder", Occurrence.meeting_id == meeting)
                .order_by(Delivery.due_at)
            )
            return [
                (
                    delivery.key.split(":")[3],
                    occurrence.starts_at.astimezone(BANGKOK).date(),
                    delivery.key.split(":")[4],
                    delivery.due_at.astimezone(BANGKOK),
                    delivery.state,
                )
                for delivery, occurrence in session.execute(query)
            ]

    return rows


def test_each_reminder_of_a_month_is_written_once(play, look, written):
    """To the room that was invited; the evening before, in the morning, an hour before; never in quiet hours."""
    play(CALLED)
    for minutes in range(0, 30 * 24 * 60, 20):
        look(NOW + timedelta(minutes=minutes))
    look(NOW + timedelta(days=30))
    rows = written()
    assert {recipient for _, _, recipient, _, _ in rows} == {rows[0][2]}
    assert rows[0][2].startswith("c")
    days = sorted({day for _, day, _, _, _ in rows})
    assert [day.isoformat() for day in days] == [
        "2026-11-25",
        "2026-12-02",
        "2026-12-09",
        "2026-12-16",
        "2026-12-23",
    ]
    for day in days[1:]:
        assert [(rule, f"{due:%d %H:%M}") for rule, of, _, due, _ in rows if of == day] == [
            ("day_before", f"{day - timedelta(days=1):%d} 18:00"),
            ("morning", f"{day:%d} 06:30"),
            ("hour_before", f"{day:%d} 18:00"),
        ]
    # Called at ten the day before, with eight hours of rest before the evening's.
    assert [rule for rule, of, _, _, _ in rows if of == days[0]] == ["day_before", "morning", "hour_before"]


def test_who_declines_is_spared(bot, play, look, written):
    """What has not left yet stays; who said no before is not written to; an hour before a morning's is left out."""
    play(ALONE)
    friday = datetime(2026, 11, 27, 7, 0, tzinfo=BANGKOK)
    bot.clock.now = friday
    bot.sweep()
    play("ลุงสมาน: วันเสาร์ไปประชุมไม่ได้ค่ะ\n  สาน: ไม่มา")
    look(friday)
    assert {recipient for _, _, recipient, _, _ in written()} == {"4", "5"}
    play("ยายจันที: วันเสาร์ไปประชุมไม่ได้ค่ะ\n  สาน: ไม่มา")
    assert [state for _, _, recipient, _, state in written() if recipient == "5"] == ["dropped"]
    for minutes in range(0, 30 * 60, 20):
        look(friday + timedelta(minutes=minutes))
    assert [rule for rule, _, recipient, _, _ in written() if recipient == "4"] == ["day_before", "morning"]


def test_after_an_outage_one_late_reminder_goes_until_the_start(play, look, written):
    """What is too late is not said: neither two at once nor anything after the start."""
    play(ALONE)
    look(datetime(2026, 11, 28, 8, 10, tzinfo=BANGKOK))
    assert {rule for rule, *_ in written()} == {"day_before"}
    look(datetime(2026, 11, 28, 9, 5, tzinfo=BANGKOK))
    assert {rule for rule, *_ in written()} == {"day_before"}


def test_a_network_sets_its_own_rules(bot, play, look, written):
    """Which reminders, and at which hours."""
    with bot.house.store.session() as session:
        for network in session.scalars(select(Network)):
            network.rhythm = {"remind": ["day_before"], "remind_evening_at": "17:00"}
    play(ALONE)
    for hours in range(5 * 24):
        look(NOW + timedelta(hours=hours))
    assert {(rule, f"{due:%H:%M}") for rule, _, _, due, _ in written()} == {("day_before", "17:00")}


def test_occurrences_are_written_ahead_and_a_cancelled_one_is_not_reminded_of(bot, play, look, written):
    """Two months ahead, no day twice, however often it is looked."""
    play(CALLED)
    play(
        "น้องแพร: ยกเลิกประชุมวันที่ 9 ธันวา\n  สาน: นัดนี้มีประจำ\nน้องแพร กด เฉพาะครั้งนี้\n  สาน: ถูกต้องไหม\n"
        "น้องแพร กด ถูกต้อง\n  สาน: ยกเลิกประชุมแล้ว"
    )
    for day in range(20):
        look(NOW + timedelta(days=day))
    assert not [day for _, day, *_ in written() if day.isoformat() == "2026-12-09"]
    with bot.house.store.session() as session:
        newest = session.scalars(select(Meeting).order_by(Meeting.id.desc())).first()
        starts = [one.starts_at for one in newest.occurrences]
        assert len(starts) == len(set(starts))
        assert max(starts) > NOW + timedelta(days=70)
        assert all(ends_at(one) == one.starts_at + timedelta(hours=2) for one in newest.occurrences)
