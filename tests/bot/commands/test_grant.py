"""`saan grant`, as an operator calls it, and what its code does in the chat."""

import re

import orjson
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from bot.commands.grant import grant
from models.membership import holds
from models.people import Consent, Invite, Membership
from models.permissions import Role
from tests.conversations.talk import Talk
from tests.world import KEY, world


@pytest.fixture
def bot(database_url, tmp_path):
    with world(database_url, tmp_path) as made:
        yield made


@pytest.fixture
def call(database_url, monkeypatch):
    """The command with the bot's own database and key."""
    monkeypatch.setenv("DATABASE_URL", database_url.replace("+psycopg", ""))
    monkeypatch.setenv("SAAN_SECRET_KEY", KEY)
    return lambda *arguments: CliRunner().invoke(grant, arguments)


def code_of(result) -> str:
    assert result.exit_code == 0, result.output
    return re.match(r"\d{5} \d{5}", result.output)[0]


def place(bot, code) -> Membership:
    with bot.house.store.session() as session:
        found = session.scalars(select(Membership).where(Membership.code == code)).one()
        _ = found.member, found.roles
        return found


NEWCOMER = """
ป้าสมใจ: {code}
  สาน: สานเป็นผู้ช่วย
  สาน: ขออนุญาตก่อน
ป้าสมใจ กด ยินยอม
  สาน: ขอบคุณ
"""


def test_a_stranger_with_a_code_becomes_coordinator(bot, call):
    """After consent, name and age they belong and hold the role; the code works once."""
    code = code_of(call("coordinator", "--network", "NET01"))
    Talk(bot).play(
        NEWCOMER.replace("{code}", code)
        + f"""
  สาน: ให้เรียกว่าอะไร
ป้าสมใจ: ป้าสมใจ
  สาน: อายุ
ป้าสมใจ กด 20 ปีขึ้นไป
  สาน: ถูกต้องไหม
ป้าสมใจ กด ถูกต้อง
  สาน: ยินดีต้อนรับ ป้าสมใจ · เครือข่ายฮักแพง
  สาน: ท่านได้เป็นผู้ประสานงานแล้ว
ป้าสมใจ: ตั้งแม่บัวเขียวเป็นเหรัญญิก
  สาน: ถูกต้องไหม
ตาบุญหลาย: {code}
  สาน: รหัสนี้ใช้ไปแล้ว
"""
    )


def test_a_member_with_a_code_holds_the_role_at_once(bot, call):
    """Nothing is asked again."""
    code = code_of(call("treasurer", "--network", "NET01"))
    Talk(bot).play(f"ยายจันที: {code}\n  สาน: ยินดีต้อนรับ ยายจันที\n  สาน: ท่านได้เป็นเหรัญญิกแล้ว")
    assert holds(place(bot, "M05"), Role.TREASURER)


def test_a_code_of_an_entry_moves_a_lost_line(bot, call):
    """The last coordinator with a lost phone has nobody else to ask; the old LINE is a stranger's then."""
    code = code_of(call("coordinator", "--network", "NET01", "--member", "M03"))
    Talk(bot).play(
        NEWCOMER.replace("{code}", code)
        + """
  สาน: ยินดีต้อนรับ น้องแพร
  สาน: ท่านได้เป็นผู้ประสานงานแล้ว
น้องแพร: ตั้งแม่บัวเขียวเป็นเหรัญญิก
  สาน: สานเป็นผู้ช่วย
  สาน: ขออนุญาตก่อน
"""
    )
    assert place(bot, "M03").member.line_user_id == bot.person("N1").account.user_id


def test_a_code_of_an_enterprise_brings_a_leader_in(bot, call):
    """They belong to it and lead it."""
    code = code_of(call("leader", "--network", "NET01", "--enterprise", "E02"))
    Talk(bot).play(
        NEWCOMER.replace("{code}", code)
        + """
  สาน: ให้เรียกว่าอะไร
ป้าสมใจ: ป้าสมใจ
  สาน: อายุ
ป้าสมใจ กด 20 ปีขึ้นไป
  สาน: ถูกต้องไหม · ผ้าครามตัวอย่าง
ป้าสมใจ กด ถูกต้อง
  สาน: ยินดีต้อนรับ ป้าสมใจ · ผ้าครามตัวอย่าง
  สาน: ท่านได้เป็นหัวหน้ากลุ่มแล้ว
"""
    )


def test_only_a_hash_of_the_code_is_kept(bot, call):
    """And no consent comes from a command."""
    with bot.house.store.session() as session:
        consents = len(session.scalars(select(Consent)).all())
    code = code_of(call("officer", "--network", "NET01"))
    with bot.house.store.session() as session:
        invite = session.scalars(select(Invite)).one()
        cells = orjson.dumps([str(value) for value in vars(invite).values()]).decode()
        assert code not in cells
        assert code.replace(" ", "") not in cells
        assert len(session.scalars(select(Consent)).all()) == consents


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("coordinator", "--network", "NET99"), "no network NET99; there is: NET01"),
        (("coordinator", "--network", "NET01", "--member", "M99"), "NET01 has no member M99"),
        (("leader", "--network", "NET01", "--enterprise", "E99"), "NET01 has no enterprise E99"),
        (("leader", "--network", "NET01", "--enterprise", "E01", "--member", "M01"), "not both"),
        (("queen", "--network", "NET01"), "'queen' is not one of"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(bot, call, arguments, said):
    """Instead of a code."""
    result = call(*arguments)
    assert result.exit_code != 0
    assert said in result.output
