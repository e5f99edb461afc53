"""Who is found for what the demo network's own enterprises need, and in which order."""

from datetime import datetime

import orjson
import pytest
from sqlalchemy import select

from bot.understanding.reader import read_as
from handlers.matches import matches, name_of
from handlers.wanted import wanted
from models.network import Enterprise, Need
from models.store import Store
from tests.handlers.network_pairs import PAIRS, UNMET
from tests.world import DEMO, NOW, load_demo

AT_MOST = 3


@pytest.fixture
def demo(database_url):
    """A session on the demo network."""
    load_demo(database_url, orjson.loads(DEMO.read_bytes()))
    store = Store(database_url)
    with store.session() as session:
        yield session
    store.close()


def sought(text: str, now: datetime = NOW):
    """What a message looks for."""
    return wanted(read_as("find_partner", text, now), text, now)


def found(session, text: str, code: str, now: datetime = NOW):
    """What somebody of this enterprise is shown."""
    own = session.scalars(select(Enterprise).where(Enterprise.code == code)).one()
    return matches(session, own.network_id, sought(text, now), own, now.date()).matches


def asked_for(need: Need) -> str:
    """A need as its people would type it."""
    return f"อยากได้{need.item} {need.quantity:g} {need.unit}"


def test_nearly_all_known_pairs_are_among_the_first_three(demo):
    """Recall at three of 0.9 or more over the judged pairs, and two thirds of what is shown was judged to fit."""
    hits = shown = 0
    for need in demo.scalars(select(Need).where(Need.code.in_(PAIRS))):
        first = found(demo, asked_for(need), need.enterprise.code)[:AT_MOST]
        codes = {match.enterprise.code for match in first}
        hits, shown = hits + len(codes & PAIRS[need.code]), shown + len(codes)
    assert hits / sum(map(len, PAIRS.values())) >= 0.9
    assert hits / shown >= 0.66


def test_what_nobody_offers_is_not_made_up(demo):
    """A need that no offer meets finds no offer; at most somebody who would buy, where a buyer is sought."""
    for need in demo.scalars(select(Need).where(Need.code.in_(UNMET))):
        for match in found(demo, asked_for(need), need.enterprise.code):
            assert isinstance(match.thing, Need), f"{need.item} found {name_of(match.thing)}"


@pytest.mark.parametrize(
    ("text", "asker", "first"),
    [
        ("หาคนขายแกลบ 500 กก.", "E04", "แกลบ"),
        ("ใครมีแกรบเหลือบ้าง", "E04", "แกลบ"),
        ("มีกลุ่มไหนย้อมครามได้บ้าง", "E10", "สอนย้อมคราม 1 วัน"),
        ("ใครรับซื้อเศษผ้า", "E02", "เศษผ้าสำหรับบุตะกร้า"),
        ("ใครรับซื้อขมิ้นบ้าง", "E08", "ขมิ้นชันอบแห้ง"),
        ("อยากหาตลาดขายผ้า", "E02", "ชั้นวางของฝากเครือข่าย"),
        ("อยากได้บรรจุภัณฑ์ใส่ยาหม่อง", "E09", "กระปุกดินเผาเล็ก 30 กรัม มีฝา"),
        ("กล่องหมด หาใครส่งให้ได้บ้าง", "E02", "กล่องกระดาษสั่งทำ"),
        ("กลุ่มเราจะทำลูกประคบแต่ไม่มีไพลเลย อยากหาคนปลูก", "E09", "ไพลสด"),
        ("อยากได้ข้าวเปลือก", "E01", "ข้าวเปลือกหอมมะลิอินทรีย์"),
    ],
)
def test_the_fitting_thing_comes_first(demo, text, asker, first):
    """Goods, misspelt goods, work, buyers, outlets, whole classes, and what is said among other things."""
    assert name_of(found(demo, text, asker)[0].thing) == first


@pytest.mark.parametrize(
    ("text", "asker"),
    [
        ("หางา", "E01"),  # not ผ้าคลุมไหล่, not งาน
        ("หาไม้ไผ่", "E01"),  # a bamboo basket is no bamboo
        ("หามังคุดอินทรีย์", "E01"),
        ("หาแกลบ", "E01"),  # her own
        ("ใครรับซื้อถ่าน", "E09"),  # a shelf for souvenirs takes none
        ("หารถขนของไปขอนแก่น", "E02"),
        ("อยากได้กลอง", "E02"),  # a drum, which is no slip of กล่อง
    ],
)
def test_rather_nothing_than_nonsense(demo, text, asker):
    """What only shares letters, or a word that describes something else, is not shown; nor the asker's own."""
    named = [name_of(match.thing) for match in found(demo, text, asker)]
    assert named == []


def test_one_card_an_enterprise(demo):
    """However much of it fits, an enterprise stands in the list once."""
    codes = [match.enterprise.code for match in found(demo, "หาสมุนไพร", "E02")]
    assert len(codes) == len(set(codes)) > 1


def test_the_place_named_comes_first(demo):
    """Who asks for a province sees what is there before what fits as well elsewhere."""
    first, *rest = found(demo, "หาของฝากแถวสุรินทร์", "E10")
    assert first.enterprise.province == "สุรินทร์"
    assert first.there
    assert rest
    assert not rest[-1].there
