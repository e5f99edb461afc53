"""What arrives at LINE is exactly what was stored, and nothing that LINE would refuse leaves a card."""

import json

import pytest
from sqlalchemy import select

from bot import cards
from models.post import Delivery
from tests.world import world


@pytest.fixture
def bot(demo_url, tmp_path):
    with world(demo_url, tmp_path) as made:
        yield made


def test_the_sdk_neither_drops_nor_adds_anything(bot):
    """The SDK's models silently drop misspelt keys: what was stored must arrive whole."""
    person = bot.person("M04")
    for words in ("เมนู", "วันนี้ขายผ้าคลุมไหล่ได้ 8 ผืน 5,200 บาท", "ยกเลิก", "ขอดูผลงานเดือนนี้", "หาแกลบ 500 กก."):
        person.says(words)
    with bot.house.store.session() as session:
        stored = [json.loads(body) for body in session.scalars(select(Delivery.body).order_by(Delivery.id))]
    arrived = [call.body["messages"] for call in bot.line.calls if call.path.endswith("/reply")]
    assert arrived == stored
    assert all(call.status == 200 for call in bot.line.calls)


@pytest.mark.parametrize(
    "make",
    [
        lambda: cards.text("ก" * 5001),
        lambda: cards.text(""),
        lambda: cards.button("ก" * 41, "x"),
        lambda: cards.button("ก", "x" * 301),
        lambda: cards.opens("ก", "https://" + "x" * 1000),
        lambda: cards.text("ก", [cards.button("ก", "x")] * 14),
        lambda: cards.text("ก", [cards.button("ก" * 21, "x")]),
        lambda: cards.card("ก", note="ก" * 30_000),
        lambda: cards.carousel("ก", [cards.bubble("ก")] * 13),
        lambda: cards.carousel("ก", []),
    ],
)
def test_a_message_over_lines_limits_is_refused_where_it_is_made(make):
    """The limits of LINE's documentation, at their edges."""
    with pytest.raises(cards.TooLong):
        make()


def test_messages_at_the_edge_of_the_limits_are_made():
    """One unit less is taken."""
    assert cards.text("ก" * 5000)
    assert cards.text("ก", [cards.button("ก" * 20, "x" * 300)] * 13)


@pytest.mark.parametrize("words", ["น้ำใจดีค่ะ", "ขอบคุณ🙏🏽มากค่ะ", "กำลังทำ", "เก้าอี้ตัวนี้"])
def test_thai_is_cut_only_between_grapheme_clusters(words):
    """No vowel or tone mark loses its letter."""
    for limit in range(1, cards.utf16(words)):
        short = cards.cut(words, limit)
        assert cards.utf16(short) <= limit
        rest = words[len(short) - 1 :]
        assert not rest or rest[0] not in "ะัาำิีึืฺุู็่้๊๋์ํ"
