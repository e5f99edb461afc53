"""Money, quantities and head counts are told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.amounts import normal_unit, read_amounts
from bot.understanding.normalise import normalise

LOG, FUND, OFFER, FIND = "log_activity", "record_fund", "post_offer", "find_partner"

AMOUNTS = [
    # text, intent, money, quantities, participants
    ("วันนี้ขายผ้าได้ 8 ผืน 5200", LOG, 5200, [(8, "ผืน")], None),
    ("ขายได้ ๕,๒๐๐ บาทถ้วน", LOG, 5200, [], None),
    ("ได้เงินหมื่นห้า", LOG, 15_000, [], None),
    ("ขายสบู่ 2 โหล ได้ 480", LOG, 480, [(2, "โหล")], None),
    ("ซื้อฝ้ายสามกิโลครึ่ง 1,250 บ.", LOG, 1250, [(3.5, "กิโล")], None),
    ("ฝากเข้ากองทุน ฿500", FUND, 500, [], None),
    ("ราคา 250.-", OFFER, 250, [], None),
    ("ออกร้าน 2 วัน รวม 31,400", LOG, 31_400, [], None),
    ("ขายผ้า 3 ผืน 3000 บาท ตะกร้า 2 ใบ 500 บาท รวม 3500", LOG, 3500, [(3, "ผืน"), (2, "ใบ")], None),
    ("ขายผ้า 3 ผืนได้ 3000 บาท ขายตะกร้า 2 ใบได้ 500 บาท", LOG, 3500, [(3, "ผืน"), (2, "ใบ")], None),
    ("ขายผ้า 8 ผืน ผืนละ 650", LOG, 5200, [(8, "ผืน")], None),
    ("ขายข้าว 5 ขีด กิโลละ 40", LOG, 20, [(5, "ขีด")], None),
    ("ขายผ้าผืนละ 650", LOG, None, [], None),
    ("เก็บค่าหุ้น 27 คน คนละ 100 บาท", FUND, 2700, [], 27),
    ("ส่งหุ้น 27 คน 2700", FUND, 2700, [], 27),
    ("มีข้าว 100 กก. กก.ละ 40 บาท", OFFER, 40, [(100, "กก.")], None),
    ("ขายกระเป๋า ใบละ 250 บาท", OFFER, 250, [], None),
    ("40 บาทต่อกิโล", OFFER, 40, [], None),
    ("ต้องการกล้วยเดือนละ 500 กก.", FIND, None, [(500, "กก.")], None),
    ("กล้วยห้าร้อยหวี", OFFER, None, [(500, "หวี")], None),
    ("ข้าวหอม 2 ตันครึ่ง", OFFER, None, [(2.5, "ตัน")], None),
    ("เหลือครึ่งกิโล", OFFER, None, [(0.5, "กิโล")], None),
    ("เผาได้ 240 แตก 22", LOG, None, [], None),
    ("9 แปลง ผ่าน 8", LOG, None, [(9, "แปลง")], None),
    ("อาจารย์มาสอนทำสบู่ 17 คน", LOG, None, [], 17),
    ("สมาชิก 30 คน มา 22 คน", LOG, None, [], 22),
    ("มา 22 คน ขาด 3 คน", LOG, None, [], 22),
    ("ผู้หญิง 10 คน ผู้ชาย 12 คน", LOG, None, [], 22),
    ("ผู้หญิง 10 คน ผู้ชาย 12 คน รวม 22 คน", LOG, None, [], 22),
    ("ไปสองคนค่ะ", "rsvp", None, [], 2),
    ("ไป 3 จ้า", "rsvp", None, [], 3),
    ("ไปคนเดียว", "rsvp", None, [], 1),
    ("กลุ่มละ 5 คน", "announce", None, [], None),
    ("คนที่ 2", LOG, None, [], None),
    ("โทร 081-234-5678 บ้านเลขที่ 12/3 หมู่ 5", LOG, None, [], None),
    ("ปี 2569 ขายดีมาก", LOG, None, [], None),
    ("ลด 20% อากาศ 35 องศา", LOG, None, [], None),
    ("เอา 3 ตัวอย่างไปโชว์", LOG, None, [], None),
    ("เบอร์ 42 ขนาดพอดี", LOG, None, [], None),
    ("วัวออกไป 4 ตัว แสนหก", LOG, 160_000, [(4, "ตัว")], None),
    ("ขายถั่วทอด 50 ถุง พันนึง", LOG, 1000, [(50, "ถุง")], None),
    ("แขก 26 คนนะ ไม่ใช่ 36 คน", "correct_record", None, [], 26),
    ("ค่าสมาชิก 2,700 ไม่ใช่ 7,200 บาท", FUND, 2700, [], None),
    ("ที่จดไว้ 1,530 ที่ถูกคือ 1,350 บาท", "correct_record", 1350, [], None),
    ("dried longan 50 kg, 240 baht/kg", OFFER, 240, [(50, "kg")], None),
    ("เตือนก่อนวันนึงด้วยนะ จะมาคุยกัน", "create_meeting", None, [], None),
]


@pytest.mark.parametrize(("text", "intent", "money", "quantities", "participants"), AMOUNTS)
def test_amounts_are_read(
    text: str,
    intent: str,
    money: float | None,
    quantities: list[tuple[float, str]],
    participants: int | None,
) -> None:
    """The total in baht, what was counted in the writer's own units, and how many people."""
    amounts = read_amounts(normalise(text), (), intent)
    assert (amounts.money, amounts.quantities, amounts.participants) == (money, quantities, participants)


def test_what_was_read_as_time_is_no_amount() -> None:
    """A number inside a taken span counts nothing."""
    text = normalise("ขายวันที่ 20 ได้ 500")
    start = text.clean.index("วันที่ 20")
    assert read_amounts(text, [(start, start + len("วันที่ 20"))], LOG).money == 500


def test_a_unit_is_quoted_as_it_is_written() -> None:
    """The slot has the writer's spelling of the unit, the number its value."""
    assert read_amounts(normalise("เห็ด ๓ กิโร"), (), OFFER).quantities == [(3, "กิโร")]


@pytest.mark.parametrize(
    ("unit", "normal"),
    [
        ("กิโล", ("กก.", 1)),
        ("KG", ("กก.", 1)),
        ("ขีด", ("กก.", 0.1)),
        ("ตัน", ("กก.", 1000)),
        ("เกวียน", ("กก.", 1000)),
        ("โหล", ("ชิ้น", 12)),
        ("กุรุส", ("ชิ้น", 144)),
        ("งาน", ("ไร่", 0.25)),
        ("ผืน", ("ผืน", 1)),
        ("บั้ง", ("บั้ง", 1)),
    ],
)
def test_units_have_a_common_measure(unit: str, normal: tuple[str, float]) -> None:
    """Units of one kind can be added up; an unknown one stands for itself."""
    assert normal_unit(unit) == normal


@given(
    st.lists(
        st.sampled_from(["ขาย", "8", " ", "ผืน", "ละ", "บาท", "รวม", "คน", "สองพัน", "ได้", "%", "ครึ่ง", "/"])
    ).map("".join)
)
def test_spans_lie_in_the_text(text: str) -> None:
    """Whatever is strung together is read, and what was read is in the text."""
    message = normalise(text)
    amounts = read_amounts(message, (), LOG)
    assert all(0 <= start < end <= len(message.clean) for start, end in amounts.spans)
    assert amounts.money is None or amounts.money >= 0
