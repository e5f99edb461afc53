"""ผลงานเดือนนี้: one group a month, in turn, told to its own people first, never by money."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from models.network import Network
from models.post import Delivery, Notice
from models.recognitions import Recognition, deeds, next_in_turn
from models.spans import month_of
from tests.conversations.talk import shown
from tests.world import BANGKOK, world

EVE = datetime(2026, 11, 1, 8, 30, tzinfo=BANGKOK)
OCTOBER = month_of(date(2026, 10, 1))


@pytest.fixture
def bot(demo_url, tmp_path):
    """The bot with the demo network, on the first morning of November."""
    with world(demo_url, tmp_path, now=EVE) as made:
        yield made


def chosen(bot):
    """Whose turns there were: codes of enterprises, and whether they declined."""
    with bot.house.store.session() as session:
        found = session.scalars(select(Recognition).order_by(Recognition.id))
        return [(one.enterprise.code, one.declined_at is not None) for one in found]


def words(bot, key):
    """All that somebody was told one-to-one, the newest last."""
    return [shown(message.content) for message in bot.person(key).received]


def test_everybody_has_a_turn_before_anybody_has_a_second(bot):
    """Month after month another one, whatever they sold; who did nothing in a month has their turn another time."""
    with bot.house.store.session() as session:
        network = session.scalars(select(Network)).one()
        shown_before = []
        for number in range(13):
            found = next_in_turn(session, network, OCTOBER, EVE.date())
            assert found is not None
            shown_before.append(found.enterprise.code)
            month = date(2025 + number // 12, 1 + number % 12, 1)
            session.add(
                Recognition(network_id=network.id, enterprise=found.enterprise, month=month, chosen_at=EVE)
            )
            session.flush()
        able = [
            one.enterprise.code for one in deeds(session, network, OCTOBER, EVE.date()) if one.is_something
        ]
        assert sorted(shown_before[: len(able)]) == sorted(able)
        assert shown_before[len(able)] == shown_before[0]
        session.rollback()


def test_its_people_hear_first_and_rooms_a_day_later(bot, play):
    """On the first from nine; nothing is pushed into a room, no money is told, and nobody else is asked."""
    bot.tick(minutes=15)
    assert chosen(bot) == []
    bot.tick(minutes=30)
    bot.tick(minutes=1)
    (turn,) = chosen(bot)
    with bot.house.store.session() as session:
        told = session.scalars(select(Delivery.lane).join(Notice).where(Notice.kind == "recognition")).all()
    (leader,) = [key for key in bot.line.accounts if bot.person(key).chat_id in told]
    assert "ถึงคิวเล่าผลงานกลุ่ม" in words(bot, leader)[-1]
    assert "บาท" not in words(bot, leader)[-1]
    bot.tick(days=1, minutes=1)
    bot.tick(days=1)
    assert chosen(bot) == [turn]
    before = len(bot.person("M02").in_group("G1").received)
    play(
        """
พ่อทองใบ (ห้องใหญ่): สาน ห้องนี้คือห้องอะไร
  สาน: ห้อง
  สาน: ผลงานประจำเดือน กลุ่ม · ตุลาคม 2569 · ตามที่รายงานในแชท
พ่อทองใบ (ห้องใหญ่): สาน ผลงานเดือนนี้
  สาน: ผลงานประจำเดือน กลุ่ม
แม่บัวเขียว: กลุ่มน่าชื่นชมเดือนนี้คือใครคะ
  สาน: ผลงานประจำเดือน กลุ่ม
"""
    )
    said = [shown(message.content) for message in bot.person("M02").in_group("G1").received[before:]]
    assert all("บาท" not in one for one in said)


def test_who_would_rather_not_is_not_shown_and_the_next_has_the_turn(bot):
    """ขอไม่ลง: another group is asked the same morning; the first one's turn is past."""
    bot.tick(minutes=45)
    (first,) = chosen(bot)
    leader = next(key for key in bot.line.accounts if any("ถึงคิวเล่า" in one for one in words(bot, key)))
    bot.person(leader).taps("ขอไม่ลง")
    assert "ไม่ลงนะคะ" in words(bot, leader)[-1]
    bot.tick(minutes=5)
    before, second = chosen(bot)
    assert (before, second[1]) == ((first[0], True), False)
    assert second[0] != first[0]


def test_nothing_is_chosen_late_and_nothing_is_shown_before(bot, play):
    """An outage until the ninth: no one this month; who asks hears when."""
    play(
        """
แม่บัวเขียว: ผลงานเดือนที่แล้ว
  สาน: ผลงานของ ผ้าครามตัวอย่าง · [กลุ่มน่าชื่นชม]
แม่บัวเขียว กด กลุ่มน่าชื่นชม
  สาน: ต้นเดือนหน้า · [สรุปเดือนนี้]
แม่บัวเขียว กด สรุปเดือนนี้
  สาน: สรุปเดือน
"""
    )
    bot.tick(days=8)
    assert chosen(bot) == []
