"""Bare answers to a form's question: values, ข้าม, ไม่รู้, ยกเลิก; everything else is other people's talk."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.answers import READERS, Answer, read_answer

NOW = datetime(2026, 11, 24, 10)  # noqa: DTZ001 - local time of the network; a Tuesday

VALUES: list[tuple[str, str, Any]] = [
    ("12", "number", 12),
    ("สิบสอง", "number", 12),
    ("๑๒ ค่ะ", "number", 12),
    ("ประมาณ 300 จ้า", "number", 300),
    ("30 กก.", "number", 30),
    ("555", "number", 555),
    ("12 คนค่ะ", "people", 12),
    ("มา 12", "people", 12),
    ("สิบสองคนครับ", "people", 12),
    ("คนเดียวค่ะ", "people", 1),
    ("ผู้หญิง 8 ผู้ชาย 4", "people", 12),
    ("5200", "money", 5200),
    ("5,200 บาท", "money", 5200),
    ("ห้าพันสองค่ะ", "money", 5200),
    ("ได้ประมาณ 5 พันกว่าบาท", "money", 5000),
    ("ขายได้ 5200 บาทค่ะ", "money", 5200),
    ("5555", "money", 5555),
    ("ฟรีค่ะ", "money", 0),
    ("8 ผืน", "quantity", ((8, "ผืน"),)),
    ("8 ผืนกับ 3 ใบค่ะ", "quantity", ((8, "ผืน"), (3, "ใบ"))),
    ("สามกิโลครึ่ง", "quantity", ((3.5, "กิโล"),)),
    ("8", "quantity", ((8, ""),)),
    ("วันเสาร์หน้า", "date", "2026-12-05"),
    ("มื้ออื่นเด้อ", "date", "2026-11-25"),
    ("พรุ่งนี้บ่ายสองค่ะ", "datetime", "2026-11-25T14:00"),
    ("พรุ่งนี้ค่ะ", "datetime", "2026-11-25"),
    ("ศาลากลางบ้านค่ะ", "place", "ศาลากลางบ้าน"),
    ("ที่วัดป่าเรไรจ้า", "place", "วัดป่าเรไร"),
    ("กลุ่มทอผ้าบ้านหนองบัว", "name", "กลุ่มทอผ้าบ้านหนองบัว"),
    ("ชื่อบุญมีค่ะ", "name", "บุญมี"),
    ("เรื่องปันผลกับออกบูธปีใหม่ ใครว่างบ้าง", "text", "เรื่องปันผลกับออกบูธปีใหม่ ใครว่างบ้าง"),
    ("0812345678", "phone", "0812345678"),
    ("๐๘๑-๒๓๔-๕๖๗๘ ค่ะ", "phone", "0812345678"),
    ("+66 81 234 5678", "phone", "0812345678"),
    ("เบอร์ 02-123-4567", "phone", "021234567"),
    ("ใช่ค่ะ", "yes_no", True),
    ("ค่ะ", "yes_no", True),
    ("โอเคจ้า", "yes_no", True),
    ("👍🏽", "yes_no", True),
    ("แม่นแล้วเด้อ", "yes_no", True),
    ("ไม่ใช่ค่ะ", "yes_no", False),
    ("บ่", "yes_no", False),
    ("ไม่มีค่ะ", "yes_no", False),
]

KINDS = [
    ("ข้าม", "skip"),
    ("ข้า่ม", "skip"),
    ("ข้ามไปก่อนค่ะ", "skip"),
    ("ไม่ใส่จ้า", "skip"),
    ("ไม่มีค่ะ", "skip"),
    ("บ่มีเด้อ", "skip"),
    ("ไว้ก่อน", "skip"),
    ("ไม่รู้", "unknown"),
    ("ไม่รู้สิคะ", "unknown"),
    ("บ่ฮู้เด้อ", "unknown"),
    ("บ่จำ", "unknown"),
    ("จำบ่ได้ค่ะ", "unknown"),
    ("จำไม่ได้แล้วครับ", "unknown"),
    ("ไม่แน่ใจค่ะ", "unknown"),
    ("ไม่โหร้", "unknown"),
    ("ลืมแล้วอ่ะ", "unknown"),
    ("ยกเลิก", "cancel"),
    ("ยกเลิกค่ะ", "cancel"),
    ("ไม่เอาแล้วจ้า", "cancel"),
    ("หยุด", "cancel"),
    ("พอแล้ว", "cancel"),
]

TALK = [
    ("วันนี้ฝนตกหนักมากเลย", "number"),
    ("555+", "number"),
    ("5555 ตลกมาก", "money"),
    ("5200 ค่ะ แม่ไปตลาด", "money"),
    ("มากินข้าวกัน 3 คนนะ", "people"),
    ("พรุ่งนี้ไปตลาดกัน", "date"),
    ("วันพุธฝนตก", "date"),
    ("พรุ่งนี้ไปตลาดกันไหม", "place"),
    ("ใครอยู่บ้านบ้าง", "name"),
    ("08123", "phone"),
    ("สวัสดีค่ะทุกคน", "yes_no"),
    ("ได้ยินข่าวไหม", "yes_no"),
    ("😀", "text"),
    ("", "number"),
    ("   ", "text"),
]


@pytest.mark.parametrize(("text", "expects", "value"), VALUES)
def test_a_value_is_read(text: str, expects: str, value: Any) -> None:
    """Figures, words, units, particles and dialect all answer."""
    assert read_answer(text, expects, NOW) == Answer("value", value)


@pytest.mark.parametrize(
    "expects", ["number", "people", "money", "quantity", "date", "place", "name", "text", "phone"]
)
@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_every_question_can_be_skipped_left_open_or_ended(text: str, kind: str, expects: str) -> None:
    """ข้าม, ไม่รู้ and ยกเลิก work everywhere, also misspelt and in dialect."""
    answer = read_answer(text, expects, NOW)
    assert answer is not None
    assert (answer.kind, answer.value) == (kind, None)


@pytest.mark.parametrize(("text", "kind"), [("ข้าม", "skip"), ("ไม่แน่ใจค่ะ", "unknown"), ("ยกเลิก", "cancel")])
def test_a_yes_or_no_can_be_left_open_too(text: str, kind: str) -> None:
    """Where ไม่มี means no, ข้าม still skips."""
    answer = read_answer(text, "yes_no", NOW)
    assert answer is not None
    assert answer.kind == kind


@pytest.mark.parametrize(("text", "expects"), TALK)
def test_other_talk_is_no_answer(text: str, expects: str) -> None:
    """A message that does not fit what was asked is left to the people it was meant for."""
    assert read_answer(text, expects, NOW) is None


def test_a_form_cannot_expect_what_nobody_reads() -> None:
    """A typing error in a form shows at once."""
    with pytest.raises(KeyError):
        read_answer("12", "nummer", NOW)


@given(st.text(max_size=80), st.sampled_from(sorted(READERS)))
def test_no_message_breaks_a_form(text: str, expects: str) -> None:
    """Whatever comes, it is an answer or it is not."""
    answer = read_answer(text, expects, NOW)
    assert answer is None or answer.kind in {"value", "skip", "unknown", "cancel"}
