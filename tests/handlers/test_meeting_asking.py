"""Asking who comes, over weeks of simulated time: each time of a rule once, and the silent once more."""

import pytest
from sqlalchemy import select

from models.meetings import Meeting
from models.mutes import MuteGroup, mute
from models.network import Network
from models.post import Delivery, Notice
from tests.world import BANGKOK

IN_ROOM = """
น้องแพร (ห้องกรรมการ): น้องสาน นัดประชุมทุกวันพุธ 1 ทุ่ม ที่ศาลากลางบ้าน เรื่องเงินกองกลาง
  สาน: ทุกสัปดาห์ วันพุธ
น้องแพร (ห้องกรรมการ) กด ถูกต้อง
  สาน: เชิญประชุม
"""
GROUP = "ห้องกรรมการ"
ALONE = """
แม่บัวเขียว: นัดประชุมวันอังคารหน้า 1 ทุ่ม ที่ศาลาวัด เรื่องงานทอ
  สาน: เชิญใคร
แม่บัวเขียว: ยายจันที กับ ลุงสมาน
  สาน: ถูกต้องไหม
แม่บัวเขียว กด ถูกต้อง
  สาน: นัดประชุมแล้ว
"""


@pytest.fixture
def written(bot):
    """What was written of a kind: (recipient, day and hour when it is due, state), the earliest first."""

    def rows(kind: str) -> list[tuple]:
        query = select(Delivery).join(Notice, Delivery.notice_id == Notice.id).where(Notice.kind == kind)
        with bot.house.store.session() as session:
            return [
                (one.key.rpartition(":")[2], f"{one.due_at.astimezone(BANGKOK):%m-%d %H:%M}", one.state)
                for one in session.scalars(query.order_by(Delivery.due_at, Delivery.id))
            ]

    return rows


def group_of(bot, name: str) -> str:
    return next(one.key for one in bot.line.groups.values() if name in one.name)


def live(bot, days: float, step: float = 6) -> None:
    """The bot's days go by, looked at every few hours, and once a day twice."""
    for number in range(int(days * 24 / step)):
        bot.tick(hours=step)
        if number % 4 == 0:
            assert bot.house.sweep.look(bot.clock.now) == []


def test_each_time_of_a_rule_is_asked_about_once_and_in_time(bot, play, written):
    """Its room hears it by the evening three days before; who called it comes."""
    play(IN_ROOM)
    live(bot, 15)
    asked = written("meeting.invitation")
    assert [due for _, due, _ in asked] == ["11-29 18:00", "12-06 18:00"]
    assert {recipient[0] for recipient, _, _ in asked} == {"c"}
    assert {state for _, _, state in asked} == {"sent"}
    with bot.house.store.session() as session:
        meeting = session.scalars(select(Meeting).order_by(Meeting.id.desc())).first()
        own = [one for one in meeting.occurrences if any(r.member_id == meeting.host_id for r in one.rsvps)]
    assert [f"{one.starts_at:%m-%d}" for one in own] == ["11-25", "12-02", "12-09"]


def test_a_time_that_people_were_told_of_is_not_asked_about_and_the_next_is_as_it_is_now(bot, play, written):
    """A change asks already; the new place stands in the next asking."""
    play(IN_ROOM)
    bot.tick(days=3)
    pear = bot.person("M03").in_group(group_of(bot, GROUP))
    pear.says("สาน ย้ายที่ประชุมไปวัดบ้านโคก")
    pear.taps("ทุกครั้งจากนี้ไป")
    pear.taps("ถูกต้อง")
    live(bot, 9)
    with bot.house.store.session() as session:
        notices = session.scalars(
            select(Notice).where(Notice.kind == "meeting.invitation").order_by(Notice.id)
        )
        asked = [one.body.decode() for one in notices]
    assert [("วัดบ้านโคก" in one, "ศาลากลางบ้าน" in one) for one in asked] == [(True, False)]


def test_only_who_is_silent_is_asked_once_more(bot, play, written):
    """Once, two days before, privately; not who answered before, nor who answers before it leaves."""
    play(ALONE)
    bot.tick(days=1)
    bot.person("M06").says("วันอังคารหน้าไปประชุมค่ะ")
    live(bot, 4.2, step=3)
    assert written("meeting.nudge") == [("5", "11-29 19:00", "planned")]
    bot.person("M05").taps("ยังไม่แน่")
    live(bot, 3)
    assert written("meeting.nudge") == [("5", "11-29 19:00", "dropped")]


def test_the_silent_get_a_kind_card_to_answer_with(bot, play, written):
    """What it asks can be answered at once; the day's reminders come all the same."""
    play(ALONE)
    live(bot, 7)
    assert [(who, state) for who, _, state in written("meeting.nudge")] == [("5", "sent"), ("6", "sent")]
    said = [str(message.content) for message in bot.person("M05").received]
    assert len([one for one in said if "กดบอกสักนิด" in one]) == 1
    assert written("meeting.reminder")


def test_who_muted_reminders_is_not_asked_again(bot, play, written):
    """Each person's own wish."""
    play(ALONE)
    with bot.house.store.session() as session:
        mute(session, 6, [MuteGroup.REMINDERS], bot.clock.now)
    live(bot, 5.2, step=3)
    assert [who for who, _, _ in written("meeting.nudge")] == ["5"]


def test_a_network_may_ask_nobody_again(bot, play, written):
    """nudge_hours 0."""
    play(ALONE)
    with bot.house.store.session() as session:
        for network in session.scalars(select(Network)):
            network.rhythm = {**network.rhythm, "nudge_hours": 0}
    live(bot, 7)
    assert written("meeting.nudge") == []
