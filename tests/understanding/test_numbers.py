"""Numbers in figures, in words and in both are read; words that only look like numbers are not."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythainlp.util import num_to_thaiword

from bot.understanding.numbers import find_numbers, read_number

NUMBERS = [
    ("5200", 5200),
    ("5,200", 5200),
    ("1,234,567", 1_234_567),
    ("3.5", 3.5),
    ("1.25 ล้าน", 1_250_000),
    ("4 พัน", 4000),
    ("4พัน", 4000),
    ("1.2 แสน", 120_000),
    ("30k", 30_000),
    ("2 หมื่น", 20_000),
    ("2 หมื่น 3 พัน", 23_000),
    ("2 หมื่น 3,500", 23_500),
    ("5 ล้าน", 5_000_000),
    ("3พันกว่า", 3000),
    ("ศูนย์", 0),
    ("สิบ", 10),
    ("สิบเอ็ด", 11),
    ("ยี่สิบเอ็ด", 21),
    ("ซาว", 20),
    ("ซาวห้า", 25),
    ("ร้อยห้าสิบ", 150),
    ("ร้อยห้า", 105),
    ("สองร้อยเอ็ด", 201),
    ("พันสอง", 1200),
    ("สามพันห้า", 3500),
    ("3 พัน 5", 3500),
    ("สามพันเอ็ด", 3100),
    ("หมื่นเอ็ด", 11_000),
    ("พันนึง", 1000),
    ("ร้อยหนึ่ง", 100),
    ("แสนหนึ่ง", 100_000),
    ("หนึ่งพันหนึ่ง", 1100),
    ("สามพันห้าร้อย", 3500),
    ("หมื่นห้า", 15_000),
    ("สองหมื่นสามพัน", 23_000),
    ("สองหมื่นสามพันห้า", 23_500),
    ("แสนสอง", 120_000),
    ("ล้านห้า", 1_500_000),
    ("สองล้านห้า", 2_500_000),
    ("ครึ่ง", 0.5),
    ("ครึ่งหมื่น", 5000),
    ("ครึ่งล้าน", 500_000),
    ("สามครึ่ง", 3.5),
    ("สองพันครึ่ง", 2500),
    ("แสนครึ่ง", 150_000),
    ("1/2", 0.5),
    ("3/4", 0.75),
    ("โหล", 12),
    ("สองโหล", 24),
    ("ครึ่งโหล", 6),
    ("กุรุส", 144),
    ("ประมาณ 300", 300),
    ("เกือบหมื่น", 10_000),
    ("ร้อยกว่า", 100),
]

NO_NUMBERS = [
    "สองแคว", "ห้างโลตัส", "สิบตำรวจเอก", "แปดริ้ว", "พันธุ์ข้าว", "สีม่วง", "หมื่นไวย", "จังหวัดร้อยเอ็ด",
    "ไปร้อยเอ็ด",
    "เก้าอี้หวาย", "ล้านนา", "แสนสุข", "หกล้ม", "สามพราน", "เจ็ดเสมียน", "สองพี่น้อง", "สามร้อยยอด",
    "เก้าเลี้ยว", "สามีภรรยา",
    "สามารถ", "สามัคคี", "ห้ามจอด", "ยี่หร่า", "ร้อยมาลัย", "พันแผล", "พันผ้า", "หลายพันบาท", "กี่ร้อยคน",
    "นับแสน", "สี่แยก", "สี่เหลี่ยม",
    "เอ็ดตะโร", "แสนดี", "สิบสองปันนา", "สามล้อ", "หมูสามชั้น", "บ้านเลขที่ 123/4", "ม.5", "หมู่ที่ 5",
    "ป.6", "A4", "โทร 0812345678",
    "081-234-5678", "02 123 4567", "14:30", "1234567890123",
]  # fmt: skip

IN_TEXT = [
    ("ขายได้แปดผืนรวมห้าพันสองบาท", [("แปด", 8), ("ห้าพันสอง", 5200)]),
    ("ได้เงินสามหมื่นเมื่อวาน", [("สามหมื่น", 30_000)]),
    ("กิโลละพัน", [("พัน", 1000)]),
    ("ค่าหุ้นพันบาท", [("พัน", 1000)]),
    ("8-10 คน", [("8", 8), ("10", 10)]),
    ("3 พัน 5 ใบ", [("3 พัน", 3000), ("5", 5)]),
    ("5,200.-", [("5,200", 5200)]),
    ("ห้าร้อยหวี", [("ห้าร้อย", 500)]),
    ("สองพันตัน", [("สองพัน", 2000)]),
    ("ร้อยเอ็ดคน", [("ร้อยเอ็ด", 101)]),
    ("หนึ่งร้อยเอ็ด", [("หนึ่งร้อยเอ็ด", 101)]),
]


@pytest.mark.parametrize(("words", "value"), NUMBERS)
def test_a_number_is_read(words: str, value: float) -> None:
    """The value is what people mean by it in a market."""
    assert read_number(words) == value


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_is_left_alone(text: str) -> None:
    """Names, words, telephone and house numbers, clock times and codes count nothing."""
    assert find_numbers(text) == []


@pytest.mark.parametrize(("text", "numbers"), IN_TEXT)
def test_numbers_are_found_where_they_stand(text: str, numbers: list[tuple[str, float]]) -> None:
    """Each number with its own letters, and no more."""
    assert [(text[n.start : n.end], n.value) for n in find_numbers(text)] == numbers


@pytest.mark.parametrize("words", ["", "ขาย", "สามสี่", "8 ผืน", "5200 บาท", "12 34"])
def test_a_text_that_is_not_one_number_has_no_value(words: str) -> None:
    """Two numbers, or a number and something else, are not one number."""
    assert read_number(words) is None


def _spoken_in_tenths(number: int) -> bool:
    """Whether the bookkeeper's word (สามพันห้า for 3,005) is what people say for another number (3,500)."""
    return number >= 1000 and 1 <= number % 1000 < 10


@given(
    st.one_of(st.integers(0, 10**7), st.integers(0, 3000)).filter(
        lambda number: not _spoken_in_tenths(number)
    )
)
def test_every_number_in_words_is_read_back(number: int) -> None:
    """Numbers up to ten million, spelled out, come back."""
    assert read_number(num_to_thaiword(number)) == number


@given(st.integers(0, 99_999_999))
def test_figures_with_commas_are_read_back(number: int) -> None:
    """With or without commas the figures are the same number."""
    assert read_number(f"{number:,}") == number


@given(
    st.lists(
        st.sampled_from(["สอง", "พัน", "ร้อย", "สิบ", "ล้าน", "5", ",", ".", " ", "ครึ่ง", "k", "/", "ก", "ซาว"])
    ).map("".join)
)
def test_numbers_do_not_overlap(text: str) -> None:
    """Whatever is strung together, the numbers found stand in order."""
    found = find_numbers(text)
    assert all(0 <= n.start < n.end <= len(text) for n in found)
    assert all(first.end <= second.start for first, second in pairwise(found))
