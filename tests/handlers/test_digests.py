"""The weekly digest: who gets whose, when it leaves, what is too late; and who may open its page."""

import re
from datetime import datetime

import orjson
import pytest
from sqlalchemy import delete, func, select, update

from models.activities import Activity
from models.network import Enterprise, Network
from models.people import Membership, RoleGrant
from models.post import Delivery, Notice
from models.recognitions import Recognition
from tests.conversations.talk import shown
from tests.world import BANGKOK, PUBLIC_URL, world

SATURDAY = datetime(2026, 11, 21, 18, 0, tzinfo=BANGKOK)
COORDINATORS, LEADERS = ("M01", "M03"), ("M04", "M06", "M23")


@pytest.fixture
def bot(demo_url, tmp_path):
    """The bot with the demo network, on the eve of a digest's day."""
    with world(demo_url, tmp_path, now=SATURDAY) as made:
        yield made


def digests(bot, key):
    """What somebody was sent of digests: words."""
    found = [shown(message.content) for message in bot.person(key).received]
    return [words for words in found if words.startswith("สรุปสัปดาห์")]


def link(bot, key):
    """The path of the newest page somebody was sent a link to."""
    for message in reversed(bot.person(key).received):
        if found := re.search(f'{PUBLIC_URL}(/pages/[^"]+)', orjson.dumps(message.content).decode()):
            return found[1]
    raise LookupError(f"{key} was sent no link")


def test_each_coordinator_gets_the_network_and_each_leader_their_own(bot):
    """On Sunday at six it is written, on Monday at noon it is pushed, once; others get none."""
    bot.tick(days=1)
    assert digests(bot, "M03") == []
    bot.tick(hours=18)
    bot.tick(hours=1)
    for key in COORDINATORS:
        assert len(digests(bot, key)) == 1
        assert "เครือข่ายฮักแพง" in digests(bot, key)[0]
    assert "ผ้าครามตัวอย่าง" in digests(bot, "M04")[0]
    assert "ขายได้ 11,400 บาท" in digests(bot, "M04")[0]
    assert "39,900" not in digests(bot, "M04")[0]
    assert "ยังไม่มีรายงานในแชท" in digests(bot, "M06")[0]
    assert "เงียบ" not in digests(bot, "M06")[0]
    for key in ("M05", "M07", "M24", "M25"):
        assert digests(bot, key) == []


def test_a_digest_rides_with_its_readers_own_talk(bot):
    """From Sunday at six: who talks to the bot gets it for free, and no push on Monday."""
    bot.tick(days=1, minutes=5)
    bot.person("M04").says("เดือนตุลาคมขายได้เท่าไร")
    assert len(digests(bot, "M04")) == 1
    bot.tick(hours=18)
    assert len(digests(bot, "M04")) == 1
    with bot.house.store.session() as session:
        ways = session.scalars(
            select(Delivery.way)
            .join(Notice)
            .where(Notice.kind == "digest", Delivery.lane == bot.person("M04").chat_id)
        ).all()
    assert ways == ["ride"]


def test_after_an_outage_it_still_goes_until_the_evening_and_then_no_more(bot):
    """Missed until Monday afternoon: it goes at once; missed until Monday night: the next one comes."""
    bot.tick(days=1, hours=21)
    assert len(digests(bot, "M03")) == 1
    bot.tick(days=7, hours=6)
    assert len(digests(bot, "M03")) == 1
    with bot.house.store.session() as session:
        assert session.scalar(select(func.count()).where(Notice.kind == "digest")) == 13


def test_what_comes_in_late_is_told_with_the_next(bot):
    """A report of Sunday night belongs to the week that was summed up before it."""
    bot.tick(days=1)
    bot.tick(hours=2)
    with bot.house.store.session() as session:
        kept = session.scalars(select(Activity).where(Activity.code == "A36")).one()
        session.add(
            Activity(
                network_id=kept.network_id,
                enterprise_id=kept.enterprise_id,
                kind="sale",
                happened_on=bot.clock.now.date(),
                amount=1200,
                reported_at=bot.clock.now,
            )
        )
    bot.tick(days=7, hours=16)
    assert "แจ้งตามมา · 1 เรื่อง · 1,200 บาท" in digests(bot, "M03")[-1]


def test_who_lost_the_role_gets_no_digest_and_no_page(bot):
    """Rights are looked at when it leaves, and again at each visit; links run out."""
    bot.tick(days=1, hours=18)
    path = link(bot, "M04")
    assert bot.client.get(path).status_code == 200
    page = bot.client.get(link(bot, "M03"))
    assert "จักสานไผ่นิทาน" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    with bot.house.store.session() as session:
        coordinator = session.scalars(select(Membership).where(Membership.code == "M03")).one()
        session.execute(
            delete(RoleGrant).where(
                RoleGrant.membership_id == coordinator.id, RoleGrant.role == "coordinator"
            )
        )
        session.execute(update(Membership).where(Membership.code == "M04").values(state="left"))
    for key in ("M03", "M04"):
        answer = bot.client.get(link(bot, key))
        assert answer.status_code == 403
        assert "เฉพาะเจ้าของลิงก์" in answer.text
    assert bot.client.get(path.replace("/e2/", "/e1/")).status_code == 404
    bot.clock.forward(days=15)
    assert bot.client.get(link(bot, "M06")).status_code == 410
    bot.tick(days=5)
    assert len(digests(bot, "M03")) == 1


def test_the_main_room_gets_sums_where_the_network_wishes(bot):
    """By default it gets none; a short form names nobody and no group."""
    with bot.house.store.session() as session:
        session.execute(update(Network).values(rhythm={"digest_in_room": True, "digest_weekday": 0}))
    bot.tick(days=1, hours=18)
    assert digests(bot, "M03") == []
    bot.tick(hours=7)
    bot.person("M02").in_group("G1").says("สาน ห้องนี้คือห้องอะไร")
    said = [shown(message.content) for message in bot.person("M02").in_group("G1").received]
    assert "ขายได้" in said[-1]
    assert not re.search("โรงสี|ผ้าคราม|แม่|พี่", said[-1])


def test_money_is_told_before_others_only_of_three_or_more(bot, play):
    """In a room of all, in its digest and its list of records: with fewer sellers nobody reads what one earned."""
    with bot.house.store.session() as session:
        few = select(Activity.id).where(Activity.happened_on >= datetime(2026, 11, 16, tzinfo=BANGKOK).date())
        sellers = select(Enterprise.id).where(Enterprise.code.in_(("E01", "E02")))
        session.execute(
            update(Activity)
            .where(Activity.id.in_(few), Activity.enterprise_id.not_in(sellers))
            .values(amount=None)
        )
    play(
        """
เวลา 2026-11-24 10:00
น้องแพร (ห้องใหญ่): สาน สรุปสัปดาห์ที่แล้ว
  สาน: สรุปสัปดาห์ เครือข่ายฮักแพง
น้องแพร (ห้องใหญ่): สาน ผลงานสัปดาห์ที่แล้ว
  สาน: ผลงานของ เครือข่ายฮักแพง
คุณใบเตย: ผลงานสัปดาห์ที่แล้ว
  สาน: ผลงานของ เครือข่ายฮักแพง
"""
    )
    room = [shown(message.content) for message in bot.person("M03").in_group("G1").received]
    officer = [shown(message.content) for message in bot.person("M24").received]
    assert not any("บาท" in words for words in [*room[-2:], officer[-1]])


def test_one_product_has_a_page_and_the_month_shows_whose_turn_it_was(bot, play):
    """The product stays with the link; a leader's link opens no other group's."""
    with bot.house.store.session() as session:
        turn = session.scalars(select(Enterprise).where(Enterprise.code == "E06")).one()
        month = datetime(2026, 10, 1, tzinfo=BANGKOK).date()
        session.add(Recognition(network_id=turn.network_id, enterprise=turn, month=month, chosen_at=SATURDAY))
    play(
        """
เวลา 2026-11-24 10:00
น้องแพร: สรุปเดือนนี้เฉพาะปุ๋ยหมัก
  สาน: สรุปเดือน ปุ๋ยหมัก · [ดูทั้งหมด]
"""
    )
    page = bot.client.get(link(bot, "M03"))
    assert page.status_code == 200
    assert "ปุ๋ยหมัก" in page.text
    assert "กลุ่มที่เงียบไปนาน" not in page.text
    play("น้องแพร: สรุปเดือนที่แล้ว\n  สาน: สรุปเดือน เครือข่ายฮักแพง · กลุ่มน่าชื่นชม · ปุ๋ยม่อนทดลอง")
    assert "ผลงานประจำเดือน กลุ่ม ปุ๋ยม่อนทดลอง" in bot.client.get(link(bot, "M03")).text
