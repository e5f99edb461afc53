"""What is said of offers, and how words fit words: the small rules behind finding a partner."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.fitting import ENOUGH, Field, fit, phrases, respelt
from handlers.goods_words import month_runs
from handlers.matches import is_alcohol
from handlers.quantities import covers
from handlers.wanted import seeks_buyer
from models.network import Offer

MONTHS = st.sets(st.integers(1, 12))


def fits(sought: str, *texts: str) -> bool:
    """Whether what is sought would be shown."""
    return fit(phrases(sought), [Field(text) for text in texts]) >= ENOUGH


@pytest.mark.parametrize(
    ("sought", "offered"),
    [
        ("ขมิ้น", "ขมิ้นชันอบแห้ง"),  # a kind of it
        ("กล่องใส่ผ้าคลุมไหล่", "กล่องกระดาษ"),  # what for does not matter
        ("กล่องกันกระแทก", "กล่องกระดาษสั่งทำ"),  # made as it is wished
        ("ถุงหรือกล่องใส่ข้าว", "ถุงกระดาษมีช่องใส"),  # either will do
        ("ช่างทอผ้า", "รับทอผ้าตามแบบ"),  # the work of whoever does it
        ("บรรจุภัณฑ์", "กระปุกดินเผา"),  # of the class
        ("ฉลากข้าว", "ฉลากสติกเกอร์"),  # a label for rice is a label
    ],
)
def test_what_fits(sought, offered):
    """The same thing, a kind of it, one of its class, or one that can be made so."""
    assert fits(sought, offered)


@pytest.mark.parametrize(
    ("sought", "offered"),
    [
        ("ผ้าคลุมไหล่", "กล่องใส่ผ้าคลุมไหล่"),  # a box for it is not it
        ("ข้าวเปลือก", "ข้าวหอมมะลิบรรจุถุง"),  # another kind
        ("ถุงฟอยล์", "ถุงกระดาษ"),
        ("ปลา", "ปลายข้าว"),  # the same letters
        ("งา", "งานสอนย้อมคราม"),
        ("สอนบัญชี", "สอนย้อมคราม"),  # only the teaching is the same
    ],
)
def test_what_does_not_fit(sought, offered):
    """What only names, resembles or holds what is sought."""
    assert not fits(sought, offered)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_fit_is_a_share(sought, offered):
    """Whatever is typed, a fit lies between nothing and all."""
    assert 0.0 <= fit(phrases(sought), [Field(offered)]) <= 1.0


@pytest.mark.parametrize(("typed", "meant"), [("แกรบ", "แกลบ"), ("ปุ๋ยหมัค", "ปุ๋ยหมัก"), ("ตะไค้", "ตะไคร้")])
def test_a_slip_is_forgiven(typed, meant):
    """One wrong or missing letter still finds the thing."""
    assert respelt(typed, ["แกลบ", "ปุ๋ยหมักอินทรีย์", "ตะไคร้อบแห้ง", "กล่องกระดาษ"]) == meant


def test_a_word_that_exists_is_no_slip():
    """กลอง is a drum, whatever stands beside it in the network."""
    assert respelt("กลอง", ["กล่อง"]) is None


@given(MONTHS)
def test_runs_hold_exactly_their_months(months):
    """Months said as runs are the same months, across the turn of the year too."""
    held = {
        (first - 1 + step) % 12 + 1
        for first, last in month_runs(sorted(months))
        for step in range((last - first) % 12 + 1)
    }
    assert held == (set() if len(months) == 12 else months)


@pytest.mark.parametrize(
    ("months", "runs"),
    [([2, 3, 4], [(2, 4)]), ([11, 12, 1, 2], [(11, 2)]), ([1, 6], [(1, 1), (6, 6)]), ([], [])],
)
def test_month_runs(months, runs):
    """ก.พ.–เม.ย.; พ.ย.–ก.พ.; two months apart; the whole year is none."""
    assert month_runs(months) == runs


@pytest.mark.parametrize(
    ("item", "quantity", "unit", "wanted", "enough"),
    [
        ("แกลบ", 5000, "กก.", (500, "กิโล"), True),
        ("แกลบ", 5000, "กก.", (6, "ตัน"), False),
        ("ปุ๋ยหมักกระสอบ 25 กก.", 120, "กระสอบ", (3000, "กก."), True),
        ("ปุ๋ยหมักกระสอบ 25 กก.", 120, "กระสอบ", (3.1, "ตัน"), False),
        ("กล่อง", 100, "ใบ", (5, "กก."), None),
        ("กล่อง", None, "", (5, "ใบ"), None),
    ],
)
def test_whether_it_is_enough(item, quantity, unit, wanted, enough):
    """Weights are compared in kilograms, sacks by what they hold; boxes and kilograms cannot be compared."""
    assert covers(Offer(item=item, quantity=quantity, unit=unit), wanted) is enough


@pytest.mark.parametrize(
    ("text", "buyers"),
    [
        ("ใครรับซื้อเศษผ้า", True),
        ("หาคนมารับไข่ไปขายต่อ", True),
        ("อยากหาตลาดขายผ้า", True),
        ("ผักล้น ขายไม่ออก", True),
        ("กลุ่มเรารับซื้อใบบัวบก", False),
        ("ต้องการซื้อเมล็ดกาแฟ", False),
        ("หาคนขายแกลบ", False),
        ("หาของฝากไปวางขาย", False),
    ],
)
def test_who_looks_for_a_buyer(text, buyers):
    """Who wants to sell is shown who needs it; who wants to buy, who has it."""
    assert seeks_buyer(text) is buyers


@pytest.mark.parametrize(
    ("text", "alcohol"), [("หาคนขายสาโท", True), ("อยากได้เหล้าขาว", True), ("หาข้าวหมาก", False)]
)
def test_alcohol_is_not_sought(text, alcohol):
    """Drinks with alcohol are neither looked for nor shown."""
    assert is_alcohol(text) is alcohol
