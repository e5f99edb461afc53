"""A quiet group is asked once, privately; a week later its coordinator hears of it; never anybody else."""

from datetime import datetime

import pytest
from sqlalchemy import select, update

from models.network import Enterprise
from models.people import Member, Membership
from models.post import Notice
from tests.conversations.talk import shown
from tests.letters import write
from tests.world import BANGKOK, world

MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=BANGKOK)  # จักสานไผ่นิทาน reported last on 22 October


@pytest.fixture
def bot(demo_url, tmp_path):
    """The bot with the demo network, one of whose groups has been quiet for 25 days."""
    with world(demo_url, tmp_path, now=MONDAY) as made:
        yield made


def heard(bot, key, words):
    """How many messages with these words somebody got, one-to-one."""
    return sum(words in shown(message.content) for message in bot.person(key).received)


def kinds(bot):
    """What was written of the two kinds about this group."""
    with bot.house.store.session() as session:
        group = select(Enterprise.id).where(Enterprise.code == "E03").scalar_subquery()
        query = select(Notice.kind).where(
            Notice.kind.in_(("activity", "quiet_told")), Notice.object_id == group
        )
        return sorted(session.scalars(query))


def a_day(bot, days=1):
    """Days pass; each is looked at in the morning and in the afternoon."""
    for _ in range(days):
        bot.tick(hours=6)
        bot.tick(hours=18)


def test_a_silence_is_asked_about_once_and_told_a_week_later(bot):
    """The leader is asked in the early afternoon; after seven days the coordinators are told, once; nobody else."""
    bot.tick(hours=1)
    assert heard(bot, "M06", "สบายดีกันไหมคะ") == 0
    bot.tick(hours=5)
    assert heard(bot, "M06", "ไม่ได้ข่าวกลุ่ม จักสานไผ่นิทาน") == 1
    bot.tick(hours=19)
    a_day(bot, 5)
    assert kinds(bot) == ["activity"]
    for _ in range(14):
        a_day(bot)
        bot.tick(minutes=1)
    assert kinds(bot) == ["activity", "quiet_told"]
    assert heard(bot, "M03", "กลุ่ม จักสานไผ่นิทาน ยังเงียบอยู่") == 1
    assert heard(bot, "M06", "สบายดีกันไหมคะ") == 1
    assert heard(bot, "M07", "สบายดีกันไหมคะ") == 0
    assert heard(bot, "M06", "ยังเงียบอยู่") == 0


def test_nobody_is_asked_before_nine_on_a_holiday_or_twice_in_a_week(bot):
    """10 December is a holiday; who was prompted three days ago is asked when the week is over."""
    write(bot, members=["M06"], about="sharing:1:x", due=0)
    for _ in range(6):
        bot.tick(hours=1)
    assert kinds(bot) == []
    bot.clock.now = datetime(2026, 12, 10, 9, 30, tzinfo=BANGKOK)
    bot.tick(minutes=1)
    assert kinds(bot) == []
    bot.tick(days=1)
    assert kinds(bot)[0] == "activity"


def test_who_has_nothing_to_tell_is_left_in_peace(bot, play):
    """ช่วงนี้ยังไม่มี: no coordinator is told, and after a month it is asked once more."""
    bot.tick(hours=1)
    bot.tick(hours=5)
    play(
        """
ป้าไพรวัลย์: สวัสดีค่ะ
  สาน: ค่ะ
ลุงสมาน กด ช่วงนี้ยังไม่มี
  สาน: ไม่ถามอีกจนถึง พุธ 16 ธ.ค. 2569
"""
    )
    bot.clock.now = datetime(2026, 12, 15, 9, 30, tzinfo=BANGKOK)
    bot.tick(minutes=1)
    assert kinds(bot).count("quiet_told") == 0
    with bot.house.store.session() as session:
        resting = session.scalars(select(Enterprise).where(Enterprise.code == "E03")).one()
        assert str(resting.resting_until) == "2026-12-16"
    bot.tick(days=1)
    with bot.house.store.session() as session:
        asked = select(Notice).where(Notice.kind == "activity", Notice.object_id == resting.id)
        assert len(session.scalars(asked).all()) == 2


def test_who_is_stuck_gets_a_hand(bot, play):
    """มีเรื่องติดขัด: a question, or a call, once a day."""
    bot.tick(hours=1)
    bot.tick(hours=5)
    play(
        """
ลุงสมาน กด มีเรื่องติดขัด
  สาน: ให้ช่วยแบบไหนดี · [ถามเรื่องงาน] · [ให้คนติดต่อกลับ]
ลุงสมาน กด ให้คนติดต่อกลับ
  สาน: บอก แม่คำแพง ให้แล้วค่ะ
  สาน → น้องแพร: กลุ่ม จักสานไผ่นิทาน มีเรื่องติดขัด · ลุงสมาน
ลุงสมาน กด ให้คนติดต่อกลับ
  สาน: บอก แม่คำแพง ให้แล้วค่ะ
ลุงสมาน กด ถามเรื่องงาน
  สาน: ถามเรื่องอะไร
"""
    )
    assert heard(bot, "M03", "มีเรื่องติดขัด") == 1


def test_a_group_that_cannot_be_asked_is_told_to_its_coordinator(bot):
    """Nobody of theirs is on LINE: a week after three weeks of silence the coordinators hear of it."""
    with bot.house.store.session() as session:
        theirs = select(Membership.member_id).join(Enterprise).where(Enterprise.code == "E03")
        session.execute(update(Member).where(Member.id.in_(theirs)).values(left_at=MONDAY))
    a_day(bot, 2)
    assert kinds(bot) == []
    bot.tick(hours=1)
    bot.tick(hours=23)
    for _ in range(4):
        bot.tick(hours=1, minutes=1)
        bot.tick(hours=22, minutes=59)
    assert kinds(bot) == ["quiet_told"]
