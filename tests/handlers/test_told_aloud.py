"""Told by voice: how its sound is served, who is listened to, and that the sound goes with what it belongs to."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models.activities import Photo
from models.chats import Room
from models.knowledge import KnowledgeItem
from models.people import Membership
from models.sharing import SharingPrompt
from tests.conversations.talk import a_sound
from tests.world import BANGKOK, PUBLIC_URL

TOLD = """
ยายจันที: เล่าความรู้
  สาน: เล่าได้เลย
ยายจันที ส่ง เสียง 34
  สาน: เรื่องนี้ชื่อว่าอะไร
ยายจันที: ย้อมมะเกลือให้ดำสนิท
  สาน: แบ่งให้ใคร
ยายจันที กด แบ่งให้ทั้งเครือข่าย
  สาน: 0:34 · [ถูกต้อง]
"""
KEPT = TOLD + "ยายจันที กด ถูกต้อง\n  สาน: เก็บแล้ว · [ฟังเสียง]\n"
ENDINGS = {
    "erased": (KEPT, "ยายจันที: ลบข้อมูลของฉัน\n  สาน: ใช่ไหม\nยายจันที กด ลบทั้งหมด\n  สาน: ลบให้หมดแล้ว\n"),
    "taken back": (KEPT, "ยายจันที กด ถอนคืน\n  สาน: ถอนคืนแล้ว\n"),
    "unsent": (KEPT, ""),
    "given up": (TOLD, "ยายจันที กด ยกเลิก\n  สาน: ยกเลิก\n"),
    "unsent before it was kept": (TOLD, ""),
    "not shared": (
        TOLD,
        "ยายจันที กด แก้ไข\n  สาน: [ใครอ่านได้]\nยายจันที กด ใครอ่านได้\n  สาน: แบ่งให้ใคร\n"
        "ยายจันที กด ไม่แบ่ง\n  สาน: [ถูกต้อง]\nยายจันที กด ถูกต้อง\n  สาน: ไม่เก็บไว้\n",
    ),
    "expired": (TOLD, "ยายจันที รอ 2 วัน\nยายจันที: ขอบคุณค่ะ\n  สาน: เล่าความรู้\n  สาน: ค่ะ\n"),
}


def address(bot, who: str = "M05") -> str:
    """Where the newest ฟังเสียง button leads, as the bot's own path."""
    found = re.findall(rf"{PUBLIC_URL}(/media/[^'\"]+\.m4a)", str(bot.person(who).received[-1].content))
    return found[-1]


def test_a_sound_is_served_as_audio_whole_and_in_parts(bot, play):
    """As LINE gave it, with its media type; an iPhone asks for its first bytes; a false mark opens nothing."""
    play(KEPT)
    path, sound = address(bot), a_sound(34)
    whole = bot.client.get(path)
    assert (whole.status_code, whole.data, whole.mimetype) == (200, sound, "audio/mp4")
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = bot.client.get(path, headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.data) == (206, sound[:2])
    assert part.headers["Content-Range"] == f"bytes 0-1/{len(sound)}"
    mark = path.split("/")[2]
    assert bot.client.get(path.replace(mark, "0" * len(mark))).status_code == 404


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_sound_goes_with_what_it_belongs_to(bot, play, ending):
    """No row, no bytes, and its address answers no more, however it ends."""
    told, ends = ENDINGS[ending]
    play(told)
    with bot.house.store.session() as session:
        sound = session.scalars(select(Photo)).one()
        assert bot.house.tools.attachments.get(session, sound.name) == a_sound(34)
    play(ends)
    if ending.startswith("unsent"):
        bot.person("M05").unsends(sound.message_id)
    with bot.house.store.session() as session:
        assert session.scalars(select(Photo)).all() == []
        assert bot.house.tools.attachments.get(session, sound.name) is None
        items = session.scalars(select(KnowledgeItem).where(KnowledgeItem.told_at.is_not(None))).all()
        assert all(item.withdrawn_at for item in items)
    path = bot.house.tools.picture_url(sound.name).removeprefix(PUBLIC_URL)
    assert bot.client.get(path).status_code == 404


def test_a_sound_that_was_replaced_goes_when_the_new_one_is_kept(bot, play):
    """Of a story there is one sound: until ถูกต้อง the former is still what others hear."""
    play(KEPT)
    former = address(bot)
    play("ยายจันที กด แก้\n  สาน: 0:34\nยายจันที ส่ง เสียง 20\n  สาน: ใช้เสียงใหม่\n  สาน: 0:20\n")
    assert bot.client.get(former).status_code == 200
    play("ยายจันที กด ถูกต้อง\n  สาน: 0:20 · แก้ให้แล้ว\n")
    assert bot.client.get(former).status_code == 404
    assert bot.client.get(address(bot)).data == a_sound(20)


def test_nobody_listens_to_a_voice_message_that_tells_nothing(bot, play):
    """It is not even fetched: outside of a telling, longer than three minutes, of somebody without consent."""
    play("ยายจันที ส่ง เสียง\n  สาน: ฟังเสียงไม่ได้\nยายจันที: เล่าความรู้\n  สาน: เล่าได้เลย\n")
    play("ยายจันที ส่ง เสียง 181\n  สาน: เกิน 3 นาที\n  สาน: เล่าได้เลย\n")
    bot.line.new_person("X1", "คนแปลกหน้า", friend=True).sends_audio(a_sound())
    assert not [call for call in bot.line.calls if "/content" in call.path]
    with bot.house.store.session() as session:
        assert session.scalars(select(Photo)).all() == []


def test_a_sound_that_line_gives_late_or_not_at_all(bot, play):
    """LINE away: the turn is tried again; too large: a kind word, and it is asked again."""
    play("ยายจันที: เล่าความรู้\n  สาน: เล่าได้เลย\n")
    person = bot.person("M05")
    person.sends_audio(b"\x00" * 11_000_000, 30_000)
    assert "ใหญ่เกินไป" in person.received[-2].text
    bot.line.faults.api, bot.line.faults.path, bot.line.faults.times = "down", "/content", 1
    person.sends_audio(a_sound(), 30_000)
    bot.clock.forward(seconds=2)
    bot.sweep()
    assert "เรื่องนี้ชื่อว่าอะไร" in person.received[-1].text


def test_an_invitation_answered_by_voice_comes_to_its_room(bot, play):
    """Its topic is the title; the room's card says how long it is and plays it."""
    bot.clock.now = datetime(2026, 12, 2, 18, 31, tzinfo=BANGKOK)
    bot.tick()
    with bot.house.store.session() as session:
        prompt = session.scalars(select(SharingPrompt).join(Room).where(Room.code == "G3")).one()
        code = session.scalars(select(Membership.code).where(Membership.member_id == prompt.member_id)).one()
        name, topic = prompt.member.call_as, prompt.topic
    play(
        f"{name} ส่ง เสียง 48\n  สาน: แบ่งให้ใคร\n"
        f"{name} กด แบ่งให้ทั้งเครือข่าย\n  สาน: {topic} · 0:48 · [ถูกต้อง]\n"
        f"{name} กด ถูกต้อง\n  สาน: เก็บแล้ว · [ฟังเสียง]\n"
    )
    bot.clock.now += timedelta(hours=18)
    bot.tick()
    card = str(bot.person(code).in_group("G3").received[-1].content)
    assert topic in card
    assert "0:48" in card
    assert address(bot, code) in card
    play(f"{name} ส่ง เสียง 10\n  สาน: ฟังเสียงไม่ได้\n")
