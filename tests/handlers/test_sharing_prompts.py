"""Invitations to tell something: over months each once, in turn, at a decent hour; what is told comes to its room."""

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from models.chats import Room
from models.holidays import is_holiday
from models.knowledge import KnowledgeItem
from models.mutes import MuteGroup, mute
from models.network import Network
from models.people import Member, Membership
from models.post import Delivery, Notice
from models.sharing import SharingPrompt, SharingWish
from tests.world import BANGKOK

WEDNESDAY = datetime(2026, 12, 2, 6, 0, tzinfo=BANGKOK)
WEEKS = 7


@pytest.fixture
def live(bot):
    """Lives through weeks: Wednesdays through all their hours, and the evening of each Saturday."""
    bot.simulator.outgoing.limit = None

    def days(first: datetime, count: int) -> None:
        for day in range(count):
            start = first + timedelta(days=day)
            for hour in {2: (6, 7, 12, 19), 5: (19,)}.get(start.weekday(), ()):
                bot.clock.now = start.replace(hour=hour, minute=40)
                bot.tick()

    return days


@pytest.fixture
def prompts(bot):
    """All invitations so far with when and in which state their delivery ended, oldest first."""

    def rows() -> list[tuple]:
        with bot.house.store.session() as session:
            query = (
                select(SharingPrompt, Delivery)
                .join(Notice, Notice.object_id == SharingPrompt.id)
                .join(Delivery, Delivery.notice_id == Notice.id)
                .where(Notice.kind == "sharing")
                .order_by(SharingPrompt.id)
            )
            found = session.execute(query).tuples().all()
            session.expunge_all()
            return list(found)

    return rows


def gaps(days: list[date]) -> list[int]:
    return [(later - earlier).days for earlier, later in zip(sorted(days), sorted(days)[1:], strict=False)]


def test_months_of_invitations(bot, live, prompts, play):
    """None late, lost or doubled; never on a holiday or in quiet hours; nobody twice a week; the hosts take turns.

    Afterwards the coordinator sees what came of them, as counts.
    """
    live(WEDNESDAY, WEEKS * 7)
    found = prompts()
    assert len(found) > WEEKS * 3
    for prompt, delivery in found:
        left = delivery.finished_at.astimezone(BANGKOK)
        assert delivery.state == "sent"
        assert left.date() == prompt.asked_on
        assert time(7, 0) <= left.time() <= time(20, 0)
        assert not is_holiday(prompt.asked_on)
        assert prompt.asked_on.weekday() == 2
    assert len({prompt.id for prompt, _ in found}) == len(found)
    by_person: dict[int, list[date]] = {}
    by_place: dict[str, list[date]] = {}
    for prompt, _ in found:
        by_person.setdefault(prompt.member_id, []).append(prompt.asked_on)
        by_place.setdefault(prompt.place, []).append(prompt.asked_on)
    assert min(gap for days in by_person.values() for gap in gaps(days)) >= 7
    assert min(gap for days in by_place.values() for gap in gaps(days)) >= 7
    in_main_room = [one for one, _ in found if one.place == found[0][0].place]
    hosts = Counter(one.enterprise_id for one in in_main_room)
    assert max(hosts.values()) - min(hosts.values()) <= 1
    assert len({one.topic for one, _ in found}) > 10
    assert {"12:00", "18:30"} <= {one.hour for one, _ in found}
    play("น้องแพร: ชวนคุยเรื่องไหนได้ผลบ้างคะ\n  สาน: ชวนตอน 18:30 น. · มีคนเล่า 0 จาก · [หัวข้อชวนคุย]\n")


def test_who_wants_none_gets_none(bot, live, prompts):
    """Turned off, never, resting, monthly: each as they wish."""
    with bot.house.store.session() as session:
        ids = dict(session.execute(select(Membership.code, Membership.member_id)).tuples().all())
        network = session.scalars(select(Network.id)).one()
        mute(session, ids["M16"], [MuteGroup.SHARING], bot.clock.now)
        for code, how in (("M17", "never"), ("M18", "monthly"), ("M19", "weekly")):
            session.add(SharingWish(member_id=ids[code], network_id=network, how_often=how, interests=[]))
        session.get(SharingWish, (ids["M19"], network)).paused_until = date(2027, 1, 1)
    live(WEDNESDAY, 15)
    asked = Counter(prompt.member_id for prompt, _ in prompts())
    assert not {ids["M16"], ids["M17"], ids["M19"]} & asked.keys()
    assert asked[ids["M18"]] <= 1


def test_what_never_left_was_never_asked(bot, live, prompts):
    """No quota: what cannot be pushed and finds no talk to ride on ends that day, and the same host is asked next."""
    bot.simulator.outgoing.limit = 0
    with bot.house.store.session() as session:
        rooms = len(session.scalars(select(Room).where(Room.chat_id.is_not(None))).all())
    for hour in (8, 19, 21):
        bot.clock.now = WEDNESDAY.replace(hour=hour)
        bot.tick()
    first = prompts()
    assert 0 < len(first) <= rooms + 1
    assert {delivery.state for _, delivery in first} == {"expired"}
    bot.clock.now = WEDNESDAY + timedelta(days=1, hours=3)
    bot.tick()
    with bot.house.store.session() as session:
        assert set(session.scalars(select(SharingPrompt.state))) == {"unsent"}
    bot.clock.now = WEDNESDAY + timedelta(days=7, hours=3)
    bot.tick()
    again = [one.enterprise_id for one, _ in prompts()][len(first) :]
    assert again[: len(first)] == [one.enterprise_id for one, _ in first]


def test_an_invitation_is_told_skipped_and_stopped_in_its_room(bot, play):
    """It rides with the room's talk; quoting it tells, a skip is silent, others may tell, a coordinator stops it."""
    bot.clock.now = WEDNESDAY.replace(hour=18, minute=31)
    bot.tick()
    with bot.house.store.session() as session:
        prompt = session.scalars(
            select(SharingPrompt).join(Room).where(Room.code == "G3").order_by(SharingPrompt.id)
        ).one()
        name, topic = prompt.member.call_as, prompt.topic
        others = [
            one.call_as
            for one in session.scalars(select(Member).where(Member.line_user_id.is_not(None)))
            if one.call_as in ("แม่บัวเขียว", "ลุงสมาน", "พี่ดินแดง") and one.call_as != name
        ]
    group = bot.line.person("M04").in_group("G3")
    asked = group.received[-1]
    assert topic in str(asked.content)
    assert name in str(asked.content)
    play(f"{others[0]} (งานมือ) กด ข้าม\n  สาน: (เงียบ)\n")
    assert state(bot, prompt.id) == "asked"
    play(f"{name} (งานมือ) กด ข้าม\n  สาน: (เงียบ)\n")
    assert state(bot, prompt.id) == "skipped"
    play(
        f"{others[0]} (งานมือ) กด เล่าเลย\n  สาน: คุยกันสองคน\n"
        f"{others[0]} (งานมือ) กด ตอบในแชทส่วนตัว\n  สาน: เล่าได้เลย\n"
        f"{others[0]}: ผ่าไผ่แล้วแช่น้ำปูนสองคืน จากนั้นผึ่งลมให้แห้งสนิท มอดไม่กินเลยค่ะ\n  สาน: แบ่งให้ใคร\n"
        f"{others[0]} กด แบ่งให้ทั้งเครือข่าย\n  สาน: {topic} · [ถูกต้อง]\n"
        f"{others[0]} กด ถูกต้อง\n  สาน: เก็บแล้ว\n"
    )
    assert state(bot, prompt.id) == "answered"
    bot.clock.now = WEDNESDAY + timedelta(days=1, hours=6)
    bot.tick()
    assert "แช่น้ำปูนสองคืน" in str(group.received[-1].content)
    assert others[0] in str(group.received[-1].content)
    with bot.house.store.session() as session:
        assert session.scalars(select(KnowledgeItem).where(KnowledgeItem.prompt_id == prompt.id)).one()
    play("ลุงสมาน (งานมือ): สาน หยุดชวนในห้องนี้\n  สาน: ผู้ประสานงาน\n")
    play("น้องแพร (งานมือ): สาน หยุดชวนในห้องนี้นะ\n  สาน: หยุดชวนใน ห้องงานมือ\n")
    bot.clock.now = WEDNESDAY + timedelta(days=7, hours=3)
    bot.tick()
    with bot.house.store.session() as session:
        rooms = session.scalars(
            select(Room.code).join(SharingPrompt).where(SharingPrompt.asked_on > prompt.asked_on)
        )
        assert "G3" not in set(rooms)


def test_words_that_quote_an_invitation_are_its_answer(bot, play):
    """In the room, by who was asked; a courtesy is left alone; what is told there is seen there and not sent again."""
    bot.clock.now = WEDNESDAY.replace(hour=18, minute=31)
    bot.tick()
    with bot.house.store.session() as session:
        prompt = session.scalars(select(SharingPrompt).join(Room).where(Room.code == "G3")).one()
        code = session.scalars(select(Membership.code).where(Membership.member_id == prompt.member_id)).one()
        name = prompt.member.call_as
    person = bot.line.person(code).in_group("G3")
    asked = person.received[-1]
    person.says("รับทราบค่ะ", quotes=asked)
    assert person.received[-1] is asked
    person.says("คัดดินละเอียดก่อน แล้วตากในร่มสามวัน จากนั้นค่อยเผาไฟอ่อน ของไม่แตกเลย", quotes=asked)
    assert "แบ่งให้ใครอ่านได้บ้าง" in str(person.received[-1].content)
    play(
        f"{name} (งานมือ) กด แบ่งให้ทั้งเครือข่าย\n  สาน: {prompt.topic} · ตากในร่มสามวัน · [ถูกต้อง]\n"
        f"{name} (งานมือ) กด ถูกต้อง\n  สาน: เก็บแล้ว\n"
    )
    assert state(bot, prompt.id) == "answered"
    bot.person("M03").in_group("G3").says("หยุดชวนในห้องนี้ค่ะ", quotes=asked)
    assert "หยุดชวนใน" in str(person.received[-1].content)
    with bot.house.store.session() as session:
        assert session.scalars(select(Notice).where(Notice.kind == "sharing_item")).all() == []


def state(bot, prompt_id: int) -> str:
    with bot.house.store.session() as session:
        return session.get_one(SharingPrompt, prompt_id).state


def test_what_others_told_comes_on_saturday_at_the_picked_hour(bot, play):
    """To who named the topic, once, with a way to read on; nothing where nothing new was told."""
    play(
        "ยายจันที: เรื่องที่ฉันสนใจ\n  สาน: ยังไม่ได้เลือก\n"
        "ยายจันที กด เลือกเรื่อง\n  สาน: สนใจเรื่องไหนบ้าง\n"
        "ยายจันที กด ข้าว\n  สาน: เลือกไว้: ข้าว\n"
        "ยายจันที กด เสร็จแล้ว\n  สาน: ข้าว\n"
        "ยายจันที กด เวลาไหน\n  สาน: สะดวกเวลาไหน\n"
        "ยายจันที กด เที่ยง\n  สาน: 12:00\n"
        "แม่คำแพง: มีเคล็ดลับมาแบ่ง เก็บข้าวสารไม่ให้มอดขึ้น ใส่ใบมะกรูดสดไว้ก้นถัง จากนั้นปิดฝาให้สนิท\n  สาน: แบ่งให้ใคร\n"
        "แม่คำแพง กด แบ่งให้ทั้งเครือข่าย\n  สาน: ถูกต้อง\n"
        "แม่คำแพง กด ถูกต้อง\n  สาน: เก็บแล้ว\n"
    )
    reader = bot.person("M05")
    before = len(reader.received)
    saturday = datetime(2026, 11, 28, 11, 30, tzinfo=BANGKOK)
    for moment, letters in (
        (saturday, 0),
        (saturday + timedelta(hours=1), 1),
        (saturday + timedelta(days=7, hours=1), 1),
    ):
        bot.clock.now = moment
        bot.tick()
        came = [one for one in reader.received[before:] if "ใบมะกรูด" in str(one.content)]
        assert len(came) == letters, moment
    play("ยายจันที กด อ่านต่อ\n  สาน: ใบมะกรูดสด\n")
