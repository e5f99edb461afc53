"""Praise: kept within reason, taken back by whoever may, and forgotten with either side."""

from sqlalchemy import func, select

from models.holdings import holdings
from models.people import Member, Membership
from models.post import Delivery, Notice
from models.praises import Praise
from models.undelivered import undelivered
from tests.conversations.talk import shown

GIVEN = """
แม่บัวเขียว: ชมลุงสมานหน่อย สอนจักสานให้หลาน ๆ
  สาน: ส่งคำชมนี้ถึง ลุงสมาน
แม่บัวเขียว กด ถูกต้อง
  สาน: ส่งคำชมถึง ลุงสมาน แล้ว
"""
SHARED = """
ลุงสมาน กด ลงสรุปได้
  สาน: จะลงในสรุป
"""


def kept(bot):
    """The praise there is: state and words."""
    with bot.house.store.session() as session:
        return [(one.state, one.words) for one in session.scalars(select(Praise).order_by(Praise.id))]


def waiting(bot, kind="praise_aloud"):
    """Deliveries of a kind that have not left."""
    with bot.house.store.session() as session:
        query = select(func.count(Delivery.id)).join(Notice)
        return session.scalar(query.where(Notice.kind == kind, Delivery.state == "planned"))


def test_either_side_may_be_forgotten(bot, play):
    """The praised erases: nothing of it stays, and what waited for the room is not said."""
    play(GIVEN + SHARED)
    assert waiting(bot) == 1
    with bot.house.store.session() as session:
        for code in ("M04", "M06"):
            person = session.scalars(
                select(Member)
                .join(Membership, Membership.member_id == Member.id)
                .where(Membership.code == code)
            ).one()
            assert [one.words for one in holdings(session, person) if one.kind == "praises"] == [
                "สอนจักสานให้หลาน ๆ"
            ]
    play("ลุงสมาน: ลบข้อมูลของฉัน\n  สาน: ใช่ไหม\nลุงสมาน กด ลบทั้งหมด\n  สาน: ลบให้หมดแล้ว")
    assert kept(bot) == []
    assert waiting(bot) == 0


def test_the_praiser_may_be_forgotten_too(bot, play):
    """What they said of others goes with them."""
    play(GIVEN)
    play("แม่บัวเขียว: ลบข้อมูลของฉัน\n  สาน: ใช่ไหม\nแม่บัวเขียว กด ลบทั้งหมด\n  สาน: ลบให้หมดแล้ว")
    assert kept(bot) == []


def test_five_a_day_are_enough(bot, play):
    """The sixth is kindly put off; the next day there is room again."""
    for name in ("ลุงสมาน", "ป้าขิง", "พี่ไคร้", "แม่ไพลิน", "ลุงโขง"):
        play(f"ยายจันที: ขอชม{name} ช่วยงานดีมาก\n  สาน: {name}\nยายจันที กด ถูกต้อง\n  สาน: แล้วค่ะ")
    play("ยายจันที: ขอชมพี่ดินแดง ช่วยงานดีมาก\n  สาน: พี่ดินแดง\nยายจันที กด ถูกต้อง\n  สาน: พรุ่งนี้ค่อยชมต่อ")
    assert len(kept(bot)) == 5
    play("ยายจันที รอ 25 ชั่วโมง\nยายจันที: ขอชมพี่ดินแดง ช่วยงานดีมาก\n  สาน: พี่ดินแดง\nยายจันที กด ถูกต้อง\n  สาน: แล้วค่ะ")


def test_what_is_a_day_old_stays(bot, play):
    """ถอนคำชม works for 24 hours; an old button says so."""
    play(GIVEN + "แม่บัวเขียว รอ 25 ชั่วโมง\nแม่บัวเขียว กด ถอนคำชม\n  สาน: เกิน 24 ชั่วโมง")
    assert kept(bot)[0][0] == "told"


def test_who_turned_praise_off_finds_it_where_they_look(bot, play):
    """Nothing comes by itself; it is kept for them, and the praiser hears nothing of that."""
    play("ลุงสมาน: ไม่อยากรับคำชม\n  สาน: ไม่ส่งเรื่องชื่นชมแล้ว")
    before = len(bot.person("M06").received)
    play(GIVEN)
    assert len(bot.person("M06").received) == before
    play("ลุงสมาน: คำชมที่ได้รับ\n  สาน: “สอนจักสานให้หลาน ๆ” · [ลงสรุปได้]")


def test_a_room_that_stays_silent_is_no_failure(bot, play):
    """News of praise is never pushed into a room; after a week it is stale, and no coordinator is troubled."""
    play(GIVEN + SHARED)
    for _ in range(9):
        bot.tick(days=1)
    assert waiting(bot) == 0
    with bot.house.store.session() as session:
        notice = session.scalars(select(Notice).where(Notice.kind == "praise_aloud")).one()
        ways = session.scalars(select(Delivery.state).where(Delivery.notice_id == notice.id)).all()
        assert ways == ["expired"]
        failed = undelivered(session, notice.network_id, notice.written_at, "")
        assert notice.id not in [one.notice.id for one in failed]
        assert notice.reported_at is None
    said = [shown(message.content) for message in bot.person("M01").in_group("G1").received]
    assert not any("มีคำชมถึง" in one for one in said)


def test_the_last_word_of_the_praised_counts(bot, play):
    """Shared and then kept: what waits for the room stays here."""
    play(GIVEN + SHARED + "ลุงสมาน กด เก็บไว้เอง\n  สาน: ไม่มีใครเห็น")
    assert waiting(bot) == 0
    assert kept(bot)[0][0] == "kept"
