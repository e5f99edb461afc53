"""The bot is heard when its name is used as a name, and stays silent in all other talk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.address import called, without_name

NAMES = ("สาน", "น้องสาน", "@สาน", "Saan")

CALLS = [
    # message, what is left of it
    ("สาน", ""),
    ("น้องสาน", ""),
    ("@สาน", ""),
    ("สานจ๋า", ""),
    ("สานนนน", ""),
    ("น้องสานคะ", ""),
    ("สาน!", ""),
    ("สานๆ ช่วยด้วย", "ช่วยด้วย"),
    ("สานช่วยดูหน่อย", "ช่วยดูหน่อย"),
    ("สาน ประชุมวันไหน", "ประชุมวันไหน"),
    ("สานประชุมวันไหน", "ประชุมวันไหน"),
    ("สาน, ขอถามหน่อย", "ขอถามหน่อย"),
    ("สาน: นัดประชุม", "นัดประชุม"),
    ("สาน\nนัดประชุม", "นัดประชุม"),
    ("สานครับ ขอสรุป", "ขอสรุป"),
    ("สาน🙏 ช่วยหน่อย", "ช่วยหน่อย"),
    ("  สาน ช่วยหน่อย", "ช่วยหน่อย"),
    ("คุณสานช่วยบอกที", "ช่วยบอกที"),
    ("น้องสานจ๋าวันนี้ประชุมกี่โมง", "วันนี้ประชุมกี่โมง"),
    ("น้องสานขายผ้าได้ 3 ผืน", "ขายผ้าได้ 3 ผืน"),
    ("น้องสาน ตะกร้าขายไป 3 ใบ", "ตะกร้าขายไป 3 ใบ"),
    ("@สาน ช่วยจดหน่อย", "ช่วยจดหน่อย"),
    ("@สานช่วยจดหน่อย", "ช่วยจดหน่อย"),
    ("สานวันนี้ขายผ้าได้ 8 ผืน ๕๒๐๐", "วันนี้ขายผ้าได้ 8 ผืน ๕๒๐๐"),
    ("สาน ขายผ้าได้ 8 ผืน", "ขายผ้าได้ 8 ผืน"),
    ("สานพรุ่งนี้มีประชุมไหม", "พรุ่งนี้มีประชุมไหม"),
    ("สานเดือนนี้ขายได้เท่าไหร่", "เดือนนี้ขายได้เท่าไหร่"),
    ("สานบันทึกว่าเมื่อวานขายตะกร้าได้ 3 ใบ", "บันทึกว่าเมื่อวานขายตะกร้าได้ 3 ใบ"),
    ("สานหาคนรับซื้อตะกร้าหน่อย", "หาคนรับซื้อตะกร้าหน่อย"),
    ("สานมีใครขายไม้ไผ่บ้าง", "มีใครขายไม้ไผ่บ้าง"),
    ("สานอยากรู้วิธีย้อมคราม", "อยากรู้วิธีย้อมคราม"),
    ("สานไปประชุมนะ", "ไปประชุมนะ"),
    ("สานป้าขอถามหน่อย", "ป้าขอถามหน่อย"),
    ("สานสวัสดีจ้า", "สวัสดีจ้า"),
    ("สาน ไม้ไผ่โดนมอดกินทำยังไง", "ไม้ไผ่โดนมอดกินทำยังไง"),
    ("สานเว้าจั๋งใด๋", "เว้าจั๋งใด๋"),
    ("สานซ่อยเบิ่งแหน่", "ซ่อยเบิ่งแหน่"),
    ("น้องสาน มื้ออื่นประชุมบ่", "มื้ออื่นประชุมบ่"),
    ("saan ช่วยด้วย", "ช่วยด้วย"),
    ("SAAN, menu", "menu"),
    ("Saanช่วยหน่อย", "ช่วยหน่อย"),
]

TALK = [
    # weaving
    "สานตะกร้าเสร็จแล้ว", "สานกระบุง", "สานเสร็จยัง", "สานเสร็จแล้วค่ะ", "สานได้ 3 ใบ", "สานวันนี้ได้ 3 ใบ",
    "สาน 5 ใบ", "สาน ตะกร้า 5 ใบ", "สานแล้วค่ะ",
    "สานไม่เป็น", "สานเสื่อขาย", "สานช่วยกันหลายคน", "สานขอบตะกร้า", "สานมาตั้งแต่เช้า", "สานไปขาย",
    "สานลายดอกพิกุล", "สาน ทอ ปั้น", "สานและทอ",
    "สานใบเล็กก่อน", "สานให้แม่ใบนึง", "สานยากไหม", "สานอยู่ที่บ้าน", "สานดูแล้วไม่ยาก", "สานเป็นอาชีพ",
    "สานเมื่อวานได้ 2 ใบ", "สานทุกวัน", "สานหมวกใบตาล",
    "สานวันละใบ", "สานไม้ไผ่", "สานสวยมาก", "สานขายใบละ 50", "สานขายได้ 5 ใบ", "สานได้กี่ใบแล้ว",
    "สานกันหลายคน", "สานไปคุยไป", "สานหารายได้",
    "สานเก็บไว้ก่อน", "สานต่อพรุ่งนี้", "น้องสานตะกร้าเก่งมาก", "พี่สานเสร็จยัง", "พี่สานตะกร้ากี่ใบ",
    "จักสาน", "งานสาน", "หัดสานตะกร้า",
    # the verb in other senses
    "สานต่อ", "สานสัมพันธ์", "สานฝัน", "สานสายใย", "สานพลังชุมชน", "สานเสวนา", "พี่สานคะ พรุ่งนี้ขายของไหม",
    "สานต่อ", "สานสัมพันธ์", "สานฝัน", "สานสายใย", "สานพลังชุมชน", "สานเสวนา", "สานไม่แน่นเลยใบนี้",
    "สานต่อ", "สานสัมพันธ์", "สานฝัน", "สานสายใย", "สานพลังชุมชน", "สานเสวนา", "ประสานงาน",
    "ประสานกับเกษตรแล้ว",
    # other names
    "สานุ", "@สานิต", "น้องสานิตา", "สานนท์มาไหม", "น้องสานนท์มาไหม", "@สานฝัน", "@สานต่อศิลป์",
    "สารช่วยหน่อย", "saanvi มาแล้ว", "saan.com", "Saan2 มา",
    # said about the bot, not to it
    "ฝากบอกสานด้วย", "ถามสานสิ", "เมื่อกี้สานบอกแล้ว", "#สาน", "“สาน” แปลว่าอะไร",
    "", " ", "😀", "สวัสดีตอนเช้าค่ะ", "ประชุมวันไหนนะ", "รับทราบค่ะ",
]  # fmt: skip


@pytest.mark.parametrize(("message", "rest"), CALLS)
def test_a_call_is_heard_and_taken_off(message: str, rest: str) -> None:
    """With or without a space, in dialect, stretched or shouted; what is left is in the writer's own letters."""
    assert called(message, NAMES)
    assert without_name(message, NAMES) == rest


@pytest.mark.parametrize("message", TALK)
def test_other_talk_is_not_a_call(message: str) -> None:
    """Weaving, other people and other words are nobody's call, and stay whole."""
    assert not called(message, NAMES)
    assert without_name(message, NAMES) == message


@pytest.mark.parametrize(
    "message",
    [
        "ใบเตยจ๋า",
        "ใบเตยช่วยดูหน่อย",
        "ใบเตย ประชุมวันไหน",
        "น้องใบเตยคะ",
        "น้องใบเตยขายผ้าได้ 3 ผืน",
        "@ใบเตย มีประชุมไหม",
    ],
)
def test_any_name_can_be_the_bots(message: str) -> None:
    """The deployment names the bot; a plant's name is handled with the same care."""
    assert called(message, ["ใบเตย"])


@pytest.mark.parametrize(
    "message",
    ["ใบเตย 5 กำ", "ใบเตยหอมมาก", "ใบเตยหมดแล้ว", "ใบเตยกำละ 10", "ใบเตยและอัญชัน", "ใบเตยแห้ง", "สานช่วยหน่อย"],
)
def test_a_word_that_is_a_name_is_still_a_word(message: str) -> None:
    """Pandan for sale is not the bot called ใบเตย."""
    assert not called(message, ["ใบเตย", "น้องใบเตย"])


def test_a_name_with_its_honorific_is_only_that() -> None:
    """A bot named น้องใบเตย is not called by ใบเตย alone."""
    assert called("น้องใบเตย ประชุมวันไหน", ["น้องใบเตย"])
    assert not called("ใบเตย ประชุมวันไหน", ["น้องใบเตย"])


def test_without_names_nobody_is_called() -> None:
    """A bot that was given no name hears none."""
    assert not called("สานช่วยหน่อย", [])
    assert without_name("สานช่วยหน่อย", []) == "สานช่วยหน่อย"


REQUESTS = st.sampled_from(
    [
        "ช่วยหน่อย",
        "ขอเมนู",
        "ประชุมวันไหน",
        "บันทึกให้หน่อย",
        "ใครขายไม้ไผ่บ้าง",
        "ยกเลิกประชุม",
        "มีใครทอผ้าไหม",
        "สวัสดีค่ะ",
        "อยากหาตลาด",
    ]
)


@given(
    st.sampled_from(["สาน", "น้องสาน", "@สาน", "สานจ๋า", "Saan"]),
    st.sampled_from(["", " ", ", ", "\n"]),
    REQUESTS,
)
def test_a_request_behind_the_name_is_heard(name: str, between: str, request: str) -> None:
    """Whatever stands between the name and the request."""
    assert called(name + between + request, NAMES)
    assert without_name(name + between + request, NAMES) == request


@given(st.text(max_size=80).filter(lambda text: "สาน" not in text and "saan" not in text.lower()))
def test_talk_without_the_name_is_never_a_call(text: str) -> None:
    """No Unicode makes the bot hear a name that is not there."""
    assert not called(text, ["สาน"])


@given(st.text(max_size=60))
def test_nothing_behind_the_name_breaks_it(text: str) -> None:
    """Whatever follows, the rest of the message is a part of it."""
    assert without_name(f"สาน{text}", NAMES) in f"สาน{text}"
