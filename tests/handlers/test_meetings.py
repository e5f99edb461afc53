"""Meetings seen from the database: who is told of a change, answers without a name, being forgotten, two networks."""

from sqlalchemy import select

from models.meeting_queries import replies
from models.meetings import Invitation, Meeting, Occurrence, Rsvp
from models.people import Member
from models.post import Delivery, Notice

FAR = """
แม่บัวเขียว: นัดประชุม 15 ธันวา 9 โมงเช้าที่ศาลาวัด เรื่องงานทอ
  สาน: เชิญใคร
แม่บัวเขียว: ยายจันที กับ ลุงสมาน
  สาน: ถูกต้องไหม
แม่บัวเขียว กด ถูกต้อง
  สาน: นัดประชุมแล้ว · ทยอยแจ้ง
"""
MOVED = """
แม่บัวเขียว: เลื่อนประชุมเป็น 16 ธันวา
  สาน: ใหม่ · พุธ 16 ธ.ค. 2569, 09:00 น.
แม่บัวเขียว กด ถูกต้อง
  สาน: เลื่อนประชุมแล้ว
"""
IN_ROOM = """
น้องแพร (ห้องกรรมการ): น้องสาน นัดประชุมพุธหน้าบ่ายโมงที่ศาลากลางบ้าน เรื่องเงินกองกลาง
  สาน: ห้องกรรมการ
น้องแพร (ห้องกรรมการ) กด ถูกต้อง
  สาน: เชิญประชุม
"""


def newest(session) -> Occurrence:
    meeting = session.scalars(select(Meeting).order_by(Meeting.id.desc())).first()
    return meeting.occurrences[0]


def of_meetings(session, recipient: str) -> list[tuple[str, str]]:
    query = select(Notice.kind, Delivery.state).join(Delivery, Delivery.notice_id == Notice.id)
    return [
        tuple(row)
        for row in session.execute(
            query.where(Delivery.key.like(f"meeting.%:{recipient}")).order_by(Delivery.id)
        )
    ]


def test_who_was_told_hears_of_the_change_and_who_was_not_gets_the_new_invitation(bot, play):
    """An invitation that has not left is taken back; nobody gets both."""
    play(FAR)
    with bot.house.store.session() as session:
        ride = session.scalars(select(Delivery).where(Delivery.key.like("meeting.invitation:%:5"))).one()
        ride.due_at = bot.clock.now
        ride.state = "waiting"
    bot.sweep()
    play(MOVED)
    with bot.house.store.session() as session:
        assert of_meetings(session, "5") == [("meeting.invitation", "sent"), ("meeting.change", "planned")]
        assert of_meetings(session, "6") == [
            ("meeting.invitation", "dropped"),
            ("meeting.invitation", "planned"),
        ]
        assert newest(session).starts_at.day == 16
        assert [rsvp.member_id for rsvp in newest(session).rsvps] == [4]


def test_a_cancelled_invitation_that_nobody_got_is_never_spoken_of(bot, play):
    """What was not told needs no taking back."""
    play(FAR)
    play("แม่บัวเขียว: ยกเลิกประชุม 15 ธันวา\n  สาน: ถูกต้องไหม\nแม่บัวเขียว กด ถูกต้อง\n  สาน: ยกเลิกประชุมแล้ว")
    with bot.house.store.session() as session:
        assert of_meetings(session, "6") == [("meeting.invitation", "dropped")]


def test_before_consent_an_answer_is_counted_without_a_name(bot, play):
    """Once, however often it is tapped; the newest counts."""
    play(IN_ROOM)
    with bot.house.store.session() as session:
        member = session.get_one(Member, 4)
        line_id, member.line_user_id = member.line_user_id, None
    play(
        "แม่บัวเขียว (ห้องกรรมการ) กด มา\n  สาน: ยังไม่มีชื่อ · [คุยกับสาน]\n"
        "แม่บัวเขียว (ห้องกรรมการ) กด ไม่มา\n  สาน: ยังไม่มีชื่อ"
    )
    with bot.house.store.session() as session:
        nameless = [rsvp for rsvp in newest(session).rsvps if rsvp.member_id is None]
        assert [(rsvp.answer, rsvp.note) for rsvp in nameless] == [("no", "")]
        assert line_id not in nameless[0].subject
        session.get_one(Member, 4).line_user_id = line_id
    play("แม่บัวเขียว (ห้องกรรมการ) กด มา\n  สาน: ตอนนี้มา 2 คน")
    with bot.house.store.session() as session:
        found = replies(session, newest(session))
        assert (found.coming, len(found.no), [rsvp.subject for rsvp in found.yes]) == (2, 0, [None, None])


def test_being_forgotten_leaves_the_count_and_takes_name_words_and_invitations(bot, play):
    """Also a host's."""
    play(IN_ROOM)
    play(
        "อ้ายคำฝาย (ห้องกรรมการ): น้องสาน ไม่ว่างครับ ติดงานบุญ\n  สาน: ไม่เป็นไร\n"
        "อ้ายคำฝาย: ลบข้อมูลของฉัน\n  สาน: ใช่ไหม\nอ้ายคำฝาย กด ลบทั้งหมด\n  สาน: ลบให้หมดแล้ว"
    )
    with bot.house.store.session() as session:
        assert session.scalars(select(Rsvp).where(Rsvp.member_id == 10)).all() == []
        assert session.scalars(select(Invitation).where(Invitation.member_id == 10)).all() == []
        assert "ติดงานบุญ" not in {rsvp.note for rsvp in newest(session).rsvps}
        assert len(newest(session).rsvps) == 2


def test_an_unsent_reason_is_forgotten_and_the_answer_stays(bot, play):
    """As with all quoted words."""
    play(IN_ROOM)
    play(
        "อ้ายคำฝาย (ห้องกรรมการ): น้องสาน ไม่ว่างครับ ติดงานบุญ\n  สาน: ไม่เป็นไร\n"
        "อ้ายคำฝาย (ห้องกรรมการ) ยกเลิกข้อความ\n  สาน: (เงียบ)"
    )
    with bot.house.store.session() as session:
        answered = [rsvp for rsvp in newest(session).rsvps if rsvp.member_id == 10]
        assert [(rsvp.answer, rsvp.note) for rsvp in answered] == [("no", "")]
