"""Being forgotten, seen from the chat: pictures, records, messages, rights."""

from sqlalchemy import select

from models.activities import Activity, Photo
from models.base import Base
from models.people import AuditEntry, Member
from models.post import Delivery, Event

REPORTS = """
ยายจันที ส่ง รูป
  สาน: [ขายของ]
ยายจันที กด ขายของ
  สาน: ของอะไร
ยายจันที: ผ้าขาวม้า
  สาน: [ข้าม]
ยายจันที: 900 บาท
  สาน: 900 บาท · [ถูกต้อง]
ยายจันที กด ถูกต้อง
  สาน: บันทึกแล้ว
"""

DELETES = """
ยายจันที: ลบข้อมูลของฉัน
  สาน: ใช่ไหม
ยายจันที กด ลบทั้งหมด
  สาน: ลบให้หมดแล้ว
"""


def test_records_stay_without_their_reporter(bot, play):
    """Figures remain for the group; the picture, its bytes, the words and who sent them are gone."""
    play(REPORTS)
    with bot.house.store.session() as session:
        photo = session.scalars(select(Photo)).one()
        assert bot.house.tools.attachments.get(session, photo.name)
    play(DELETES)
    with bot.house.store.session() as session:
        assert session.scalars(select(Photo)).all() == []
        assert bot.house.tools.attachments.get(session, photo.name) is None
        record = session.scalars(select(Activity).where(Activity.amount == 900)).one()
        assert (record.reporter_id, record.words, record.chat_id) == (None, "", None)
        assert record.enterprise_id is not None


def test_messages_of_the_own_chat_are_blanked_at_once(bot, play):
    """What came and what went, and the request itself; only the bot's last words are still on their way."""
    play(REPORTS + DELETES)
    line = bot.person("M05").account.user_id
    with bot.house.store.session() as session:
        assert (
            session.scalars(select(Event).where(Event.lane == line, Event.payload.is_not(None))).all() == []
        )
        bodies = session.scalars(
            select(Delivery.body).where(Delivery.lane == line, Delivery.body.is_not(None))
        ).all()
        assert len(bodies) == 1
        assert "ผ้าขาวม้า".encode() not in bodies[0]


def test_an_audit_entry_tells_that_not_who(bot, play):
    """No entry names the member any more."""
    play(REPORTS)
    with bot.house.store.session() as session:
        member = session.scalars(select(Member).where(Member.call_as == "ยายจันที")).one()
        assert session.scalars(select(AuditEntry).where(AuditEntry.actor_id == member.id)).all()
    play(DELETES)
    with bot.house.store.session() as session:
        assert session.scalars(select(AuditEntry).where(AuditEntry.actor_id == member.id)).all() == []
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert (last.action, last.actor_id, last.object_id) == ("member.erased", None, None)


def test_no_cell_holds_the_name_or_the_words(bot, play):
    """Over all tables, but for the chat's own id, which any stranger's chat leaves too."""
    play(REPORTS + DELETES)
    line = bot.person("M05").account.user_id
    with bot.house.store.session() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)):
                found = repr(row)
                assert "ยายจันที" not in found, table.name
                assert "จันที ทดลองทอ" not in found, table.name
                assert line not in found or table.name in (
                    "chats",
                    "lanes",
                    "events",
                    "deliveries",
                    "sent_messages",
                )


def test_who_changes_their_mind_begins_anew(bot, play):
    """As somebody new, without what was before."""
    play(REPORTS + DELETES)
    play(
        """
ยายจันที: สวัสดี
  สาน: สวัสดี
  สาน: เคยบอกว่าไม่ยินยอม
ยายจันที กด เปลี่ยนใจ ดูอีกครั้ง
  สาน: สานเป็นผู้ช่วย
  สาน: ขออนุญาตก่อน
ยายจันที กด ยินยอม
  สาน: ขอบคุณ
  สาน: อยู่กลุ่มไหน
ยายจันที: ข้อมูลของฉัน
  สาน: ขอถามอีกครั้ง
  สาน: อยู่กลุ่มไหน
ยายจันที กด ยกเลิก
  สาน: ยกเลิกแล้ว
ยายจันที: ข้อมูลของฉัน
  สาน: ข้อมูลของท่าน · ไม่มี
  สาน: สิ่งที่สานจดไว้
"""
    )
