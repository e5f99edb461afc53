"""What people type is put right, and their own words can still be quoted."""

import os
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding import lexicon
from bot.understanding.normalise import normalise, tidy

CHARACTERS = [
    ("เเม่ค้า", "แม่ค้า"),
    ("นํ้าพริก", "น้ำพริก"),
    ("น้ํา", "น้ำ"),
    ("จําได้", "จำได้"),
    ("แม่่ค้้า", "แม่ค้า"),
    ("ที่ี่บ้าน", "ที่บ้าน"),
    ("เมื่ือวาน", "เมื่อวาน"),
    ("ก่้อน", "ก้อน"),
    ("มา่ก", "ม่าก"),
    ("ท ำขนม", "ทำขนม"),
    ("๑๒ ธ.ค. ๒๕๖๙", "12 ธ.ค. 2569"),
    ("Ｑ１２３", "Q123"),
    ("8\u00a0ผืน", "8 ผืน"),
    ("ผ้า\u200bไหม", "ผ้าไหม"),
    ("ผ้า\u0007ไหม", "ผ้าไหม"),
    ("ประชุม\r\nพรุ่งนี้", "ประชุม\nพรุ่งนี้"),
    ("9–12 น.", "9-12 น."),
    ("  ผ้า   ไหม  ", "ผ้า ไหม"),
]

STRETCHED = [
    ("มากกกกก", "มาก"),
    ("ค่ะะะะ", "ค่ะ"),
    ("จ้าาาา", "จ้า"),
    ("ขอบคุณณณณ", "ขอบคุณ"),
    ("กันนนนะคะ", "กันนะคะ"),
    ("มากๆๆๆๆ", "มากๆ"),
    ("จริงหรอ????", "จริงหรอ?"),
    ("okkkkk", "ok"),
    ("ทุน สสส. อนุมัติ", "ทุน สสส. อนุมัติ"),
    ("โครงการสสส ปีนี้", "โครงการสสส ปีนี้"),
    ("เสื่อกก", "เสื่อกก"),
    ("อ.โนนนารายณ์", "อ.โนนนารายณ์"),
    ("www.otop.com", "www.otop.com"),
]

LAUGHTER = [
    ("555+", "ฮ่าๆ"),
    ("5555", "ฮ่าๆ"),
    ("ขำ 5555", "ขำ ฮ่าๆ"),
    ("ขายหมดเลย555", "ขายหมดเลย ฮ่าๆ"),
    ("ตลกมากถถถถ", "ตลกมาก ฮ่าๆ"),
    ("ขายได้ 555 บาท", "ขายได้ 555 บาท"),
    ("ขายได้ 5555", "ขายได้ 5555"),
    ("555 ใบ", "555 ใบ"),
    ("โทร 081-555-5555", "โทร 081-555-5555"),
    ("1,555", "1,555"),
    ("ปี 2555", "ปี 2555"),
]

STICKERS = [
    ("ขอบคุณค่ะ(ยิ้ม)", "ขอบคุณค่ะ"),
    ("[สติกเกอร์]", ""),
    ("[Photo] ประชุมแล้วค่ะ", "ประชุมแล้วค่ะ"),
    ("มา(วันพุธ)", "มา(วันพุธ)"),
    ("ดีใจ🙏🏽🙏🏿จ้า", "ดีใจ 🙏🙏 จ้า"),
    ("❤️รัก", "❤ รัก"),
    ("1️⃣ประชุม", "1ประชุม"),
]

LAYOUT = [
    ("l;ylfu8iy[", "สวัสดีครับ"),
    ("l;ylfu 8jt", "สวัสดี 8jt"),
    ("-kpwfh 8 znow", "ขายได้ 8 znow"),
    ("xit=6,;yowso", "ประชุมวันไหน"),
    ("้ำสสน", "hello"),
    ("ทำืี", "menu"),
    ("http://www.facebook.com/otop", "http://www.facebook.com/otop"),
    ("somsri.w@gmail.com", "somsri.w@gmail.com"),
    ("Facebook Live Shopee", "Facebook Live Shopee"),
    ("drive serum can't lo-fi s'more CR-V", "drive serum can't lo-fi s'more CR-V"),
    ("A4 GAP-2569 SKU.12-34", "A4 GAP-2569 SKU.12-34"),
    ("081-234-5678", "081-234-5678"),
    ("นา", "นา"),
]

MISSPELT = [
    ("ขอบคุนนะค่ะ", "ขอบคุณนะคะ"),
    ("ประชุุมพรุ้งนี้กี่โมงคับ", "ประชุมพรุ่งนี้กี่โมงครับ"),
    ("ขายดั้ยเท่าไหร", "ขายได้เท่าไหร่"),
    ("อาทิดหน้า", "อาทิตย์หน้า"),
    ("บันทืกให้หน่อย", "บันทึกให้หน่อย"),
    ("ได้มั้ยค้ะ", "ได้ไหมค่ะ"),
    ("ประ ชุม บ่าย 2", "ประชุม บ่าย 2"),
    ("สมาชิ ก 12 คน", "สมาชิก 12 คน"),
    ("อบ รม ทำสบู่", "อบรม ทำสบู่"),
    ("ขาย ผ้า ตลาด นัด", "ขาย ผ้า ตลาด นัด"),
    ("โอเคค่ะ", "โอเคค่ะ"),
    ("อร่อย บ่าย บ่อย ปาร์ตี้ รุ่งเรือง อินทรีย์", "อร่อย บ่าย บ่อย ปาร์ตี้ รุ่งเรือง อินทรีย์"),
]

DIALECT = [
    ("บ่ฮู้เด้อ", "ไม่รู้เด้อ"),
    ("มื้ออื่นไปบ่", "พรุ่งนี้ไปไหม"),
    ("บ่ไปเด้อ", "ไม่ไปเด้อ"),
    ("เฮ็ดจั๋งใด๋ดี", "ทำอย่างไรดี"),
    ("ไผสิไปแหน่", "ใครจะไปหน่อย"),
    ("เว้าอีหยัง", "พูดอะไร"),
    ("แม่นบ่", "ใช่ไหม"),
    ("จักบาท", "กี่บาท"),
    ("อู้กำเมือง", "พูดคำเมือง"),
    ("วันพูกประชุมก่อเจ้า", "พรุ่งนี้ประชุมไหมคะ"),
    ("ขายเต้าใดเจ้า", "ขายเท่าไหร่คะ"),
    ("จ้วยผ่อหื้อกำ", "ช่วยดูให้หน่อย"),
    ("แหลงไหร", "พูดอะไร"),
    ("หรอยจังหู้", "อร่อยมาก"),
    ("ต่อเช้าไปหม้าย", "พรุ่งนี้ไปไหม"),
    ("ก่อสร้าง", "ก่อสร้าง"),
    ("ขุดบ่อเสร็จแล้ว", "ขุดบ่อเสร็จแล้ว"),
]


@pytest.mark.parametrize(("written", "clean"), CHARACTERS + STRETCHED + LAUGHTER + STICKERS)
def test_characters_are_tidied(written: str, clean: str) -> None:
    """Marks, digits, stretched letters, laughter and stickers are put in order, words are left alone."""
    assert tidy(written).clean == clean


@pytest.mark.parametrize(("written", "clean"), LAYOUT + MISSPELT + DIALECT)
def test_words_are_mended(written: str, clean: str) -> None:
    """Layout slips, misspellings and dialect become central Thai; English, codes and addresses stay."""
    assert normalise(written).clean == clean


@pytest.mark.parametrize(
    ("written", "clean", "quoted"),
    [
        ("เฮ็ดสบู่ ๑๒ ก้อน", "12 ก้อน", "๑๒ ก้อน"),
        ("เฮ็ดสบู่ ๑๒ ก้อน", "ทำ", "เฮ็ด"),
        ("ผ้าไหมมมมม ขายดั้ย", "ผ้าไหม", "ผ้าไหม"),
        ("ขาย นํ้าพริก", "น้ำพริก", "นํ้าพริก"),
        ("มาประ ชุมค่ะ", "ประชุม", "ประ ชุม"),
        ("สบู่\u200bเหลว", "สบู่เหลว", "สบู่\u200bเหลว"),
    ],
)
def test_a_quote_is_what_was_written(written: str, clean: str, quoted: str) -> None:
    """A slot quotes the writer's own letters, not the mended ones."""
    text = normalise(written)
    start = text.clean.index(clean)
    assert text.quote(start, start + len(clean)) == quoted


def test_a_quote_outside_the_text_is_empty() -> None:
    """Nothing is quoted from where nothing is."""
    text = normalise("ผ้าไหม")
    assert [text.quote(3, 3), text.quote(4, 2), text.quote(-1, 2), text.quote(0, 99)] == [""] * 4


@pytest.mark.parametrize("central", sorted({*lexicon.respellings().values(), *lexicon.closing().values()}))
def test_what_is_mended_needs_no_mending(central: str) -> None:
    """No mended word is itself in the lists of what to mend, so that mending ends."""
    assert normalise(central).clean == central


THAI = st.text(alphabet=[chr(code) for code in range(0x0E00, 0x0E80)] + list(" .5\n"), max_size=60)
MIXED = st.lists(
    st.sampled_from(
        ["บ่", "ค่ะ", "มาก", "555", "l;ylfu", "🙏", "(ยิ้ม)", "๕", "ก", " ", "เ", "้", "+", "ครับ", "q", "ๆ", "\n"]
    )
).map("".join)


@given(st.one_of(st.text(max_size=200), THAI, MIXED, st.text(alphabet=st.characters(), max_size=50)))
def test_nothing_breaks_it_and_quotes_are_the_writers(written: str) -> None:
    """Whatever Unicode comes, it is read, and every character of it stands for a part of the original."""
    text = normalise(written)
    assert text.original == written
    for index in range(len(text.clean)):
        assert text.quote(index, index + 1) in written
    assert text.quote(0, len(text.clean)) in written


@given(st.one_of(THAI, MIXED, st.text(max_size=100)))
def test_what_is_clean_stays_as_it_is(written: str) -> None:
    """Normalising twice changes nothing more."""
    clean = normalise(written).clean
    assert normalise(clean).clean == clean


@given(st.text(max_size=100))
def test_no_invisible_character_is_left(written: str) -> None:
    """No control, format or lone surrogate character reaches the readers, line breaks aside."""
    left = normalise(written).clean.replace("\n", "")
    assert not [char for char in left if unicodedata.category(char) in {"Cc", "Cf", "Cs"}]


def test_it_needs_no_network(tmp_path: os.PathLike[str]) -> None:
    """With an empty data folder and no sockets every reader still works."""
    code = (
        "import socket\n"
        "def refuse(*a, **k): raise OSError('no network here')\n"
        "socket.socket = socket.create_connection = socket.getaddrinfo = refuse\n"
        "from bot.understanding.normalise import normalise\n"
        "from bot.understanding.places import read_places\n"
        "text = normalise('l;ylfu บ่ฮู้ ประ ชุม ที่ศาลากลางบ้าน อ.นาแก')\n"
        "print(text.clean, read_places(text).district)\n"
    )
    environment = {**os.environ, "PYTHAINLP_DATA": str(tmp_path), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "สวัสดี ไม่รู้ ประชุม ที่ศาลากลางบ้าน อ.นาแก นาแก", done.stderr
