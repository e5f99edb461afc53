"""Joining where the demo network has no example: entries that nobody claimed, several networks, guardians, groups."""

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import delete, select

from bot import buttons
from bot.housekeeping import Kept, housekeep
from models.base import Base
from models.membership import grant_role
from models.network import Enterprise, Network
from models.people import Consent, Invite, Member, Membership, Refusal
from models.permissions import Role


def unclaimed(bot, code, under_age=False):
    """Makes a member of the demo an entry of the file that nobody is behind."""
    with bot.house.store.session() as session:
        member = session.scalars(select(Membership).where(Membership.code == code)).one().member
        member.line_user_id, member.under_age = None, under_age
        session.execute(delete(Consent).where(Consent.member_id == member.id))
        return member.id


def cells(bot) -> str:
    """All cells of all tables as one text."""
    with bot.house.store.session() as session:
        rows = [session.execute(select(table)).all() for table in Base.metadata.sorted_tables]
        return "\n".join(repr(row) for table in rows for row in table)


def test_nothing_is_kept_of_a_stranger(bot, play):
    """Of all that she said and tapped before consent only her chat's id is there; of her no, a keyed hash."""
    play(
        """
ป้าสมใจ: วันนี้คำลับขายผ้าได้ 8 ผืน
  สาน: สานเป็นผู้ช่วย
  สาน: ขออนุญาตก่อน
ป้าสมใจ ส่ง รูป
  สาน: ขอรู้จักกันก่อน
ยายจันที (ห้องใหญ่?): น้องสาน คำลับของป้า ขายได้เท่าไร
  สาน: ยังไม่รู้จักกัน
"""
    )
    line = bot.person("N1").account.user_id
    with bot.house.store.session() as session:
        assert session.scalar(select(Member).where(Member.line_user_id == line)) is None
    assert "คำลับ" not in cells(bot)
    play("ป้าสมใจ กด ไม่ยินยอม\n  สาน: ไม่เก็บอะไร")
    with bot.house.store.session() as session:
        refusal = session.scalars(select(Refusal)).one()
        assert line not in refusal.subject


def test_an_entry_is_claimed_with_its_code(bot, play):
    """The leader gets a code for the entry; whoever types it becomes the entry, once."""
    entry = unclaimed(bot, "M05")
    play(
        """
แม่บัวเขียว: ขอรหัสให้ยายจันที
  สาน: รหัสของ ยายจันที · เจ้าตัวคนเดียว
  สาน: พิมพ์รหัส {a} {b}
  สาน: (รูป)
ป้าสมใจ: {a} {b}
  สาน: สานเป็นผู้ช่วย
  สาน: ขออนุญาตก่อน
ป้าสมใจ กด ยินยอม
  สาน: ขอบคุณ
  สาน: ยินดีต้อนรับ ยายจันที · ผ้าครามตัวอย่าง
ตาบุญหลาย: {a} {b}
  สาน: รหัสนี้ใช้ไปแล้ว
แม่บัวเขียว: ขอรหัสให้ยายจันที
  สาน: รหัสให้ใครคะ · [ยกเลิก]
"""
    )
    with bot.house.store.session() as session:
        member = session.get_one(Member, entry)
        assert member.line_user_id == bot.person("N1").account.user_id
        assert [one.purpose for one in member.consents] == ["basic"]
        assert len(session.scalars(select(Member)).all()) == 25


def test_a_leader_gets_codes_for_her_own_group_only(bot, play):
    """Entries of other groups are not even offered."""
    unclaimed(bot, "M02")
    play(
        "แม่บัวเขียว: ขอรหัสให้พ่อทองใบ\n  สาน: รหัสให้ใครคะ · [ยกเลิก]\nแม่บัวเขียว: พ่อทองใบ\n  สาน: ขอถามอีกครั้ง\n  สาน: รหัสให้ใคร"
    )
    play("น้องแพร: ขอรหัสให้พ่อทองใบ\n  สาน: รหัสของ พ่อทองใบ\n  สาน: พิมพ์รหัส\n  สาน: (รูป)")


def test_an_entry_under_age_waits_for_a_guardian(bot, play):
    """Claiming it is not enough."""
    unclaimed(bot, "M09", under_age=True)
    with bot.house.store.session() as session:
        session.scalars(select(Membership).where(Membership.code == "M09")).one().state = "waiting"
    play(
        """
น้องแพร: ขอรหัสให้น้องก้านตอง
  สาน: รหัสของ น้องก้านตอง
  สาน: พิมพ์รหัส {a} {b}
  สาน: (รูป)
น้องฟ้าใส: {a} {b}
  สาน: สานเป็นผู้ช่วย
  สาน: ขออนุญาตก่อน
น้องฟ้าใส กด ยินยอม
  สาน: ขอบคุณ
  สาน: ต้องให้ผู้ปกครองยินยอมก่อน
น้องแพร กด ผู้ปกครองยินยอมแล้ว
  สาน: จดไว้แล้ว
  สาน → น้องฟ้าใส: ยินดีต้อนรับ น้องก้านตอง
"""
    )


def test_two_networks_on_one_bot(bot, play):
    """A province decides; without a group the network is asked for; nobody of the other network is told."""
    with bot.house.store.session() as session:
        other = Network(code="N2", name="เครือข่ายอื่น", short_name="เครือข่ายอื่น")
        session.add(other)
        session.flush()
        session.add(
            Enterprise(
                network_id=other.id,
                code="X",
                name="ผ้าครามตัวอย่าง",
                short_name="ผ้าครามตัวอย่าง",
                province="สกลนคร",
            )
        )
    play(
        """
ป้าสมใจ เพิ่มเพื่อน
  สาน: สานเป็นผู้ช่วย
  สาน: ขออนุญาตก่อน
ป้าสมใจ กด ยินยอม
  สาน: ขอบคุณ
  สาน: อยู่กลุ่มไหน
ป้าสมใจ: ผ้าครามตัวอย่าง
  สาน: ขอถามอีกครั้ง
  สาน: อยู่กลุ่มไหน · [นครพนม ผ้าครามตัวอ…] · [สกลนคร ผ้าครามตัวอ…]
ป้าสมใจ: ผ้าครามตัวอย่าง สกลนคร
  สาน: ให้เรียกว่าอะไร
ป้าสมใจ: ป้าสมใจ
  สาน: อายุ
ป้าสมใจ กด 20 ปีขึ้นไป
  สาน: ถูกต้องไหม · สกลนคร
ป้าสมใจ กด ถูกต้อง
  สาน: ยังติดต่อผู้ประสานงานไม่ได้
ตาบุญหลาย เพิ่มเพื่อน
  สาน: สานเป็นผู้ช่วย
  สาน: ขออนุญาตก่อน
ตาบุญหลาย กด ยินยอม
  สาน: ขอบคุณ
  สาน: อยู่กลุ่มไหน
ตาบุญหลาย กด ยังไม่มีกลุ่ม
  สาน: เครือข่ายไหนคะ · [เครือข่ายฮักแพง] · [เครือข่ายอื่น]
"""
    )


def test_an_older_card_is_answered_kindly(bot, play):
    """Its button leads to the newest wording; nothing is kept."""
    play("ป้าสมใจ เพิ่มเพื่อน\n  สาน: สานเป็นผู้ช่วย\n  สาน: ขออนุญาตก่อน")
    person = bot.person("N1")
    person.acts(
        {"type": "postback", "data": buttons.pack("membership.agree", "0.9", 0, "th"), "displayText": "ยินยอม"}
    )
    assert "ฉบับใหม่" in person.received[-2].text
    assert "ฉบับที่ 1.1" in person.received[-1].text
    with bot.house.store.session() as session:
        assert session.scalar(select(Member).where(Member.line_user_id == person.account.user_id)) is None


@pytest.mark.parametrize(
    "data",
    [
        "membership.agree",
        "membership.agree/1.1/99999999999999999999/xx",
        "membership.agree/1.1/-1/th/more",
        "confirming.ours",
        "confirming.ours/x",
        "confirming.ours/999",
        "confirming.guardian_agrees/0",
        "new_phone.same/1",
        "new_phone.same/1/1",
        "new_phone.nobody",
        "binding.unbind_yes/7",
        "privacy.leave_yes/999",
        "privacy.leave_yes",
        "privacy.records/x",
        "privacy.photos_yes/0.1",
        "profile.change",
        "profile.change/nothing",
        "languages.choose/../th",
        "languages.choose",
        "roles.begin/x/y",
    ],
)
def test_garbage_behind_a_button_is_answered_kindly(bot, data):
    """Whoever taps it: a stranger, a member, a leader; nothing fails and nothing changes hands."""
    for key in ("N1", "M05", "M04"):
        person = bot.person(key)
        before = len(person.received)
        person.acts({"type": "postback", "data": data, "displayText": "x"})
        assert len(person.received) > before, key
        assert "ขอโทษ" not in person.received[-1].text
    with bot.house.store.session() as session:
        assert len(session.scalars(select(Membership).where(Membership.state == "active")).all()) == 25


def test_two_leaders_are_asked_and_the_first_counts(bot, play):
    """The second is told who answered."""
    with bot.house.store.session() as session:
        place = session.scalars(select(Membership).where(Membership.code == "M05")).one()
        grant_role(place, Role.LEADER, None, bot.clock.now)
    play(
        """
ป้าสมใจ: สมัครสมาชิก
  สาน: สานเป็นผู้ช่วย
  สาน: ขออนุญาตก่อน
ป้าสมใจ กด ยินยอม
  สาน: ขอบคุณ
  สาน: อยู่กลุ่มไหน
ป้าสมใจ: ผ้าครามตัวอย่าง
  สาน: ให้เรียกว่าอะไร
ป้าสมใจ: ป้าสมใจ
  สาน: อายุ
ป้าสมใจ: ยังไม่ถึงค่ะ
  สาน: ยังไม่ถึง 20 · ถูกต้องไหม
ป้าสมใจ: แก้ค่ะ
  สาน: แก้ตรงไหน
ป้าสมใจ: อายุ
  สาน: อายุ
ป้าสมใจ: 61 ปี
  สาน: ถูกต้องไหม
ป้าสมใจ กด ถูกต้อง
  สาน: ส่งให้
  สาน → แม่บัวเขียว: ใช่คนของเราไหม
  สาน → ยายจันที: ใช่คนของเราไหม
ยายจันที กด ไม่ใช่
  สาน: ไม่รับ ป้าสมใจ
แม่บัวเขียว กด ใช่คนของเรา
  สาน: ยายจันที ตอบเรื่องนี้ไปแล้วค่ะว่า “ไม่ใช่”
"""
    )


def test_the_qr_code_is_a_picture_and_goes_with_its_code(bot, play):
    """It is served as PNG under its signed address, and removed when the code is over."""
    play("แม่บัวเขียว: ขอรหัสเชิญ\n  สาน: รหัสเชิญเข้า\n  สาน: พิมพ์รหัส\n  สาน: (รูป)")
    url = bot.person("M04").received[-1].content["originalContentUrl"]
    answer = bot.client.get(url.removeprefix("https://bot.example"))
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.data.startswith(b"\x89PNG")
    kept = Kept(*[timedelta(days=7)] * 3)
    housekeep(bot.house.store, bot.house.tools.attachments, kept, bot.clock.now + timedelta(days=13))
    assert bot.client.get(url.removeprefix("https://bot.example")).status_code == 200
    housekeep(bot.house.store, bot.house.tools.attachments, kept, bot.clock.now + timedelta(days=15))
    assert bot.client.get(url.removeprefix("https://bot.example")).status_code == 404
    with bot.house.store.session() as session:
        assert session.scalars(select(Invite)).one().picture is None
    housekeep(bot.house.store, bot.house.tools.attachments, kept, bot.clock.now + timedelta(days=60))
    with bot.house.store.session() as session:
        assert session.scalars(select(Invite)).all() == []


def test_a_typed_code_is_not_kept(bot, play):
    """Neither a member's nor a stranger's, good or wrong."""
    play("ยายจันที: 4321 8765\n  สาน: รหัสนี้ไม่ตรง\nป้าสมใจ: 4321 8765\n  สาน: รหัสนี้ไม่ตรง")
    stored = cells(bot)
    assert "8765" not in stored
    assert orjson.dumps("4321 8765").decode() not in stored
