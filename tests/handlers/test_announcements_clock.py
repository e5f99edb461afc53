"""What becomes of announcements as time goes by: planned ones leave, who is silent is reminded once, floods silence."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models.announcements import Announcement
from models.post import Addressee, Delivery, Notice
from tests.letters import write

PLANNED = """
น้องแพร: ประกาศพรุ่งนี้ 8 โมง ถึงผู้ประสานงาน: เตรียมเอกสารด้วย
  สาน: เตรียมเอกสารด้วย · [ตั้งเวลาส่ง]
น้องแพร กด ตั้งเวลาส่ง
  สาน: จะส่ง พุธ 25 พ.ย. 2569, 08:00
"""
ASKED = """
น้องแพร: ประกาศถึงเหรัญญิก: ส่งยอดเงินกองกลาง
  สาน: เหรัญญิก · ส่วนตัว 3 คน
น้องแพร กด แก้ไข
  สาน: แก้ตรงไหน
น้องแพร กด ให้กดรับทราบ
  สาน: ภายในวันไหน
น้องแพร กด ภายใน 3 วัน
  สาน: ศุกร์ 27 พ.ย. 2569
น้องแพร กด ส่งเลย
  สาน: ปล่อยประกาศแล้วค่ะ ส่วนตัว 3 คน
"""
FLOOD = """
น้องแพร: ประกาศฉุกเฉิน: น้ำท่วมนครพนม ขึ้นที่สูง
  สาน: กลุ่มในนครพนม
น้องแพร กด ส่งเลย
  สาน: ปล่อยประกาศแล้วค่ะ
"""


def words(chat, part: str) -> int:
    """How many messages to this chat hold these words."""
    return sum(part in str(message.content) for message in chat.received)


def goes_on(play, transcript: str) -> None:
    """Play further, whatever came by itself meanwhile."""
    play.__self__._mark_all()
    play(transcript)


def state(bot) -> str:
    with bot.house.store.session() as session:
        return session.scalars(select(Announcement.state).order_by(Announcement.id.desc())).first()


def test_a_planned_announcement_leaves_at_its_time_once(bot, play):
    """Not before; and then pushed in the end, as nobody talked."""
    play(PLANNED)
    bot.tick(hours=21)  # 07:00
    assert (state(bot), words(bot.person("M01"), "เตรียมเอกสาร")) == ("planned", 0)
    bot.tick(hours=1.1)
    bot.tick(minutes=1)
    assert (state(bot), words(bot.person("M01"), "เตรียมเอกสาร")) == ("sent", 0)
    bot.tick(hours=4.5)
    bot.tick(minutes=1)
    assert words(bot.person("M01"), "เตรียมเอกสาร") == 1


def test_a_planned_announcement_that_is_too_late_is_asked_about(bot, play):
    """After a day without the bot nobody gets old news unasked."""
    play(PLANNED)
    bot.tick(days=2)
    assert (state(bot), words(bot.person("M03"), "ไม่ทันเวลา")) == ("late", 1)
    goes_on(play, "น้องแพร กด ส่งเลย\n  สาน: ปล่อยประกาศแล้ว")
    assert state(bot) == "sent"


def test_who_is_silent_is_reminded_once_on_the_eve(bot, play):
    """Only who has not answered; who answers after the reminder was written does not get it."""
    play(ASKED)
    bot.tick(hours=4.5)
    people = {key: bot.person(key) for key in ("M07", "M11", "M19")}
    assert {key: words(chat, "ส่งยอดเงิน") for key, chat in people.items()} == dict.fromkeys(people, 1)
    goes_on(play, "ป้าไพรวัลย์ กด รับทราบ\n  สาน: รับทราบแล้วค่ะ")
    bot.clock.now = bot.clock.now.replace(day=26, hour=15, minute=59)
    bot.tick()
    assert all(words(chat, "ยังไม่ได้กดรับทราบ") == 0 for chat in people.values())
    bot.tick(minutes=2)
    goes_on(play, "ป้าแสงหล้า: รับทราบค่ะ\n  สาน: รับทราบแล้วค่ะ")
    bot.tick(hours=3.1)
    bot.tick(hours=15)
    got = {key: words(chat, "ยังไม่ได้กดรับทราบ") for key, chat in people.items()}
    assert got == {"M07": 0, "M11": 0, "M19": 1}


def test_an_emergency_leaves_at_night_and_silences_what_can_wait(bot, play):
    """In its area, until it is over; elsewhere ordinary news goes on."""
    bot.clock.now = bot.clock.now.replace(hour=23)
    play(FLOOD)
    assert words(bot.person("M08"), "น้ำท่วมนครพนม") == 1
    assert words(bot.person("M01"), "น้ำท่วมนครพนม") == 0
    bot.clock.now = bot.clock.now.replace(day=25, hour=9)
    write(bot, "ข่าวงานบุญ", members=["M08", "M06"], due=1)
    bot.tick(hours=2)
    assert (words(bot.person("M08"), "ข่าวงานบุญ"), words(bot.person("M06"), "ข่าวงานบุญ")) == (0, 1)
    bot.person("M01").says("จบเหตุฉุกเฉิน")
    bot.tick(hours=1)
    assert words(bot.person("M08"), "ข่าวงานบุญ") == 1


def test_an_emergency_that_nobody_ends_is_over_after_two_days(bot, play):
    """So that a forgotten word does not silence a village."""
    play(FLOOD)
    write(bot, "ข่าวงานบุญ", members=["M08"], due=1, until=120)
    bot.tick(hours=47)
    assert words(bot.person("M08"), "ข่าวงานบุญ") == 0
    bot.tick(hours=2)
    assert words(bot.person("M08"), "ข่าวงานบุญ") == 1


@pytest.mark.parametrize(("who", "copies"), [("M04", 0), ("M09", 1), ("M17", 1), ("M03", 0)])
def test_one_person_gets_one_copy(bot, play, who, copies):
    """Who sits in the large room has it there; who does not gets it one-to-one; its author needs none."""
    play("""
    น้องแพร: ประกาศถึงทุกกลุ่ม: พรุ่งนี้รถมารับของ
      สาน: 1 ห้อง · ส่วนตัว
    น้องแพร กด ส่งเลย
      สาน: ปล่อยประกาศแล้วค่ะ
    """)
    with bot.house.store.session() as session:
        lanes = session.scalars(
            select(Delivery.lane)
            .join(Notice, Notice.id == Delivery.notice_id)
            .where(Notice.kind == "announcement")
        ).all()
    assert lanes.count(bot.person(who).chat_id) == copies
    assert len([lane for lane in lanes if lane.startswith("C")]) == 1


def test_what_was_unsent_before_it_left_does_not_leave(bot, play):
    """An unsend wins over a plan; what others have got stays theirs."""
    play(PLANNED + "น้องแพร: ขอบคุณ\n  สาน: น้องแพร")
    said = next(one for one in bot.person("M03").chat.messages if "ประกาศพรุ่งนี้" in str(one.text))
    bot.person("M03").unsends(said)
    assert state(bot) == "cancelled"
    bot.tick(days=1)
    assert words(bot.person("M01"), "เตรียมเอกสาร") == 0


def test_the_budget_is_seen_before_and_named_after(bot, play):
    """Too little is left for all: it is said beforehand, what could not leave waits, and the report says why."""
    bot.simulator.outgoing.spent = 298
    play("""
    น้องแพร: ประกาศถึงห้องงานมือ: พรุ่งนี้มีอบรม
      สาน: 1 ห้อง
    น้องแพร กด ส่งเลย
      สาน: ปล่อยประกาศแล้วค่ะ
    """)
    bot.tick(hours=5)
    bot.clock.now += timedelta(minutes=1)
    goes_on(play, "น้องแพร: ดูประกาศ\n  สาน: พรุ่งนี้มีอบรม\nน้องแพร กด ดูผล\n  สาน: โควตาเดือนนี้ไม่พอ")


def test_a_large_audience_is_told_of_at_once_and_written_to_by_the_clock(bot, play, monkeypatch):
    """The confirmation has the count, the report what waits; all get it once."""
    monkeypatch.setattr("bot.notices.AT_ONCE", 2)
    play(ASKED)
    with bot.house.store.session() as session:
        assert session.scalar(select(func.count()).select_from(Addressee)) == 3
    goes_on(play, "น้องแพร: ดูประกาศ\n  สาน: ส่งยอดเงินกองกลาง\nน้องแพร กด ดูผล\n  สาน: รอส่ง · 3")
    bot.tick(hours=12)
    bot.tick(hours=12)
    with bot.house.store.session() as session:
        assert session.scalar(select(func.count()).select_from(Addressee)) == 0
        keys = Delivery.key.startswith("announcement:") & (Delivery.state == "sent")
        assert session.scalar(select(func.count()).where(keys)) == 3
