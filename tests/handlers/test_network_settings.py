"""What a network sets changes what its clock does, also for what is planned already; nobody is left without a say."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.notices import Letter, Urgency, Window, write_notice
from bot.overview import OverviewLine, Part
from bot.watch import Watch
from handlers import meeting_reminders, weekly_digests
from models.approvals import CHAIR, approvers, leaders_confirm
from models.chats import Chat
from models.network import Network
from models.people import AuditEntry, Member, Membership
from models.people_queries import holders
from models.permissions import Role
from models.post import Delivery, Notice
from tests.world import BANGKOK, NOW

CALLED = """
น้องแพร (ห้องกรรมการ): น้องสาน นัดประชุมวันศุกร์บ่ายโมง ที่ศาลากลางบ้าน เรื่องเงินกองกลาง
  สาน: ถูกต้องไหม
น้องแพร (ห้องกรรมการ) กด ถูกต้อง
  สาน: เชิญประชุม
"""
THURSDAY = datetime(2026, 11, 26, 6, 0, tzinfo=BANGKOK)


@pytest.fixture
def says(play):
    """A coordinator says something and taps ถูกต้อง."""

    def say(words: str) -> None:
        play(f"แม่คำแพง: {words}\n  สาน: เปลี่ยนแบบนี้ใช่ไหม\nแม่คำแพง กด ถูกต้อง\n  สาน: เปลี่ยน\n")

    return say


@pytest.fixture
def look(bot):
    """Does a capability's timed work at a moment."""

    def at(now: datetime, capability) -> None:
        bot.clock.now = now
        with bot.house.store.session() as session:
            for network in session.scalars(select(Network)):
                for work in capability.timed:
                    work.run(Watch(session, bot.house.tools, network, now))

    return at


def planned(bot, kind: str) -> list[tuple[str, datetime, str]]:
    """(rule, due, state) of a kind's deliveries about the newest object."""
    with bot.house.store.session() as session:
        newest = session.scalar(
            select(Notice.object_id).where(Notice.kind == kind).order_by(Notice.object_id.desc()).limit(1)
        )
        query = select(Delivery).join(Notice).where(Notice.kind == kind, Notice.object_id == newest)
        return [
            (one.key.split(":")[3], one.due_at.astimezone(BANGKOK), one.state)
            for one in session.scalars(query.order_by(Delivery.id))
        ]


def test_reminders_that_are_written_follow_changed_rules(bot, play, says, look):
    """Moved, kept back, and let go again; the day before may be two days before."""
    play(CALLED)
    look(THURSDAY, meeting_reminders.capability)
    assert planned(bot, "meeting.reminder") == [
        ("day_before", THURSDAY.replace(hour=18), "planned"),
    ]
    bot.clock.now = THURSDAY + timedelta(hours=3)
    says("เตือนประชุมวันก่อนตอนหนึ่งทุ่ม")
    assert planned(bot, "meeting.reminder") == [("day_before", THURSDAY.replace(hour=19), "planned")]
    says("เตือนประชุมเฉพาะเช้าวันประชุม")
    assert [state for _, _, state in planned(bot, "meeting.reminder")] == ["dropped"]
    says("เตือนประชุมล่วงหน้า 1 วัน")
    assert planned(bot, "meeting.reminder") == [("day_before", THURSDAY.replace(hour=19), "planned")]
    look(THURSDAY.replace(hour=12), meeting_reminders.capability)
    assert len(planned(bot, "meeting.reminder")) == 1


def test_a_reminder_two_days_before_is_written_two_days_before(bot, play, says, look):
    """And not again the day before."""
    says("เตือนประชุมล่วงหน้า 2 วัน")
    bot.clock.forward(minutes=1)
    play(CALLED.replace("วันศุกร์", "วันศุกร์หน้า"))
    look(datetime(2026, 12, 2, 9, 0, tzinfo=BANGKOK), meeting_reminders.capability)
    look(datetime(2026, 12, 3, 9, 0, tzinfo=BANGKOK), meeting_reminders.capability)
    assert [(rule, due) for rule, due, _ in planned(bot, "meeting.reminder")] == [
        ("day_before", datetime(2026, 12, 2, 18, 0, tzinfo=BANGKOK)),
    ]


def test_what_is_planned_moves_out_of_new_quiet_hours(bot, says):
    """Ordinary and important, not urgent; what the old quiet hours put off stays."""
    with bot.house.store.session() as session:
        network = session.scalars(select(Network)).one()
        member = session.scalars(select(Member).where(Member.call_as == "ยายจันที")).one()
        for name, urgency, hour in (("a", "important", 19), ("b", "urgent", 19), ("c", "ordinary", 22)):
            due = NOW.replace(hour=hour)
            letter = Letter(
                f"test:1:0:{name}",
                lambda voice: [voice.text_message("help.hello")],
                Window(due, due, NOW + timedelta(days=3)),
                Urgency(urgency),
                network=network,
            )
            write_notice(session, bot.house.tools, letter, members=[member], now=NOW)
    says("เปลี่ยนเวลาเงียบเป็นหกโมงเย็นถึงตีห้า")
    morning = (NOW + timedelta(days=1)).replace(minute=0)
    assert {rule: due for rule, due, _ in planned(bot, "test")} == {
        "a": morning.replace(hour=5),
        "b": NOW.replace(hour=19),
        "c": morning.replace(hour=6),
    }
    received = len(bot.person("M05").received)
    bot.tick(hours=9, minutes=30)
    assert len(bot.person("M05").received) == received + 1  # the urgent one
    bot.tick(hours=9, minutes=35)
    assert len(bot.person("M05").received) == received + 2


def test_a_changed_hour_of_the_digest_holds_from_the_same_week_and_never_doubles(bot, says, look):
    """From Sunday evening to Sunday morning, then to Monday: once that week, and again the week after."""
    bot.clock.now = datetime(2026, 11, 28, 10, 0, tzinfo=BANGKOK)
    says("ตั้งเวลาสรุปเป็นวันอาทิตย์ 8 โมงเช้า")
    written = lambda: [rule for rule, _, _ in planned(bot, "digest")]  # noqa: E731 - asked four times
    look(datetime(2026, 11, 29, 7, 55, tzinfo=BANGKOK), weekly_digests.capability)
    before = len(written())
    look(datetime(2026, 11, 29, 8, 5, tzinfo=BANGKOK), weekly_digests.capability)
    assert len(written()) > before
    look(datetime(2026, 11, 29, 18, 5, tzinfo=BANGKOK), weekly_digests.capability)
    says("เปลี่ยนวันส่งสรุปเป็นวันจันทร์")
    look(datetime(2026, 11, 30, 8, 5, tzinfo=BANGKOK), weekly_digests.capability)
    assert written() == ["2026-11-29"]
    look(datetime(2026, 12, 7, 8, 5, tzinfo=BANGKOK), weekly_digests.capability)
    assert written() == ["2026-11-29", "2026-12-07"]


def test_each_change_is_on_record_without_its_contents(bot, says):
    """Who changed which setting of which network, and when."""
    says("เปลี่ยนเวลาเงียบเป็นสามทุ่มถึงหกโมงเช้า")
    with bot.house.store.session() as session:
        entries = session.execute(
            select(AuditEntry.action, Member.call_as, AuditEntry.object_kind)
            .join(Member, Member.id == AuditEntry.actor_id)
            .where(AuditEntry.action.startswith("network_setting"))
        ).all()
    assert [tuple(one) for one in entries] == [
        ("network_setting.changed.quiet_from", "แม่คำแพง", "network"),
    ]


def test_where_the_chair_cannot_be_reached_any_coordinator_decides(bot):
    """Never nobody: the chair blocked the bot; no coordinator is left but who is asked about."""
    with bot.house.store.session() as session:
        network = session.scalars(select(Network)).one()
        names = lambda: [one.member.call_as for one in approvers(session, network.id, CHAIR)]  # noqa: E731 - twice
        assert names() == ["แม่คำแพง"]
        chair = session.scalars(select(Member).where(Member.call_as == "แม่คำแพง")).one()
        session.add(Chat(kind="user", line_id=chair.line_user_id, state="blocked"))
        session.flush()
        assert set(names()) == {"แม่คำแพง", "น้องแพร"}
        network.rhythm = {"confirms_members": "coordinators", "gives_roles": "nobody at all"}
        session.flush()
        somebody = session.scalars(
            select(Membership).join(Membership.member).where(Member.call_as == "ยายจันที")
        ).one()
        assert not leaders_confirm(session, somebody)
        session.execute(update(Chat).where(Chat.kind == "user").values(state="blocked"))
        for one in holders(session, network.id, Role.COORDINATOR):
            known = select(Chat.id).where(Chat.line_id == one.member.line_user_id)
            if session.scalar(known) is None:
                session.add(Chat(kind="user", line_id=one.member.line_user_id, state="blocked"))
        session.flush()
        assert leaders_confirm(session, somebody)


def test_a_line_of_the_overview_that_names_nobody_is_nobodys():
    """Roles fail closed."""
    assert not OverviewLine(Part.WEEK, lambda turn: None, None).open_to(None)
