"""How well something written answers a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.corpus import Corpus, corpus
from handlers.fit import ENOUGH, asks_for_person, fit, pieces, shortened, versed_in, written

DRYING = written(
    "ตากข้าวก่อนเก็บยุ้ง", "วัดความชื้นก่อน\nตากให้เหลือราว 14%\nเกลี่ยหนา 5 ซม.\nกลางคืนคลุมกันน้ำค้าง\nวัดซ้ำก่อนเข้ายุ้ง"
)
INDIGO = written("ดูแลผ้าคราม", "ซักน้ำเปล่าจนสีใส\nแยกซักครั้งแรก ๆ\nไม่แช่ ไม่ขยี้\nตากในร่ม")
COSTS = written("คิดต้นทุนต่อชิ้นแบบง่าย", "ค่าวัตถุดิบ\nค่าแรง\nค่าฟืน\nของเสียเฉลี่ย\nหารจำนวนที่ใช้ได้จริง")


def answers(question, thing):
    return fit(pieces(question), thing) >= ENOUGH


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("ข้าวเปลือกชื้น 16 เก็บยุ้งเลยได้ไหม", DRYING),
        ("ข้าวชื้นเอาเข้ายุ้งได้บ่", DRYING),
        ("ความชื้นข้าวเท่าไรถึงเก็บได้", DRYING),
        ("ผ้าครามซักเครื่องได้ไหมคะ", INDIGO),
        ("ดูแลผ้าย้อมครามยังไง", INDIGO),
        ("คิดต้นทุนต่อชิ้นยังไงดี", COSTS),
    ],
)
def test_a_question_in_other_words_is_answered(question, thing):
    """Compounds, particles, numbers and dialect do not stand in the way."""
    assert answers(question, thing)


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("ข้าวเป็นโรคไหม้คอรวง ทำจั่งใด๋ดี", DRYING),
        ("กล้วยตากขึ้นรา ทำไงดี", DRYING),
        ("ขายข้าวที่ไหนได้ราคา", DRYING),
        ("ถ่ายรูปผ้ายังไงให้สีไม่เพี้ยน", INDIGO),
        ("ทอผ้าแล้วริมไม่เรียบ ควรปรับตรงไหน", INDIGO),
        ("ทำบัญชีกลุ่มเริ่มยังไง", COSTS),
        ("อยากถามหน่อยค่ะ ทำยังไงดี", COSTS),
    ],
)
def test_a_shared_word_is_no_answer(question, thing):
    """One word in common, or only the words around a question, is not enough."""
    assert not answers(question, thing)


def test_a_word_of_the_title_counts_for_more_than_one_below_it():
    """The same words fit better as a title."""
    asked = pieces("ซักผ้าคราม")
    assert fit(asked, written("ซักผ้าคราม", "-")) > fit(asked, written("-", "ซักผ้าคราม"))


def test_words_of_the_whole_field_count_for_little():
    """วิสาหกิจชุมชน stands in every other question; the rest decides."""
    registering = written("ต่อทะเบียนวิสาหกิจชุมชน", "ที่สำนักงานเกษตรอำเภอ")
    assert not answers("วิสาหกิจชุมชนส่งออกกาแฟยังไง", registering)


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_fit_is_a_share(question, said):
    """Whatever is typed, a fit lies between nothing and all."""
    asked = pieces(question)
    assert 0.0 <= fit(asked, written(said, question)) <= 1.0 + 1e-9


@pytest.mark.parametrize(
    "said", ["ขอถามหน่อย", "มีเรื่องอยากปรึกษา", "ปรึกษาหน่อยจ้า", "ขอคำแนะนำหน่อย", "ขอคุยกับผู้เชี่ยวชาญ", "555", "?", ""]
)
def test_an_empty_question_has_no_pieces(said):
    """What people say around a question is not what it is about."""
    assert pieces(said) == []


@pytest.mark.parametrize(
    ("said", "person"),
    [
        ("อยากคุยกับผู้เชี่ยวชาญเรื่องบัญชี", True),
        ("ขอปรึกษาอาจารย์เรื่องสูตรสบู่หน่อยค่ะ", True),
        ("ถามคนจริงเรื่องปุ๋ย", True),
        ("ปุ๋ยหมักใช้เวลากี่วัน", False),
    ],
)
def test_who_asks_for_a_person_is_heard(said, person):
    """A person is asked for by what they are."""
    assert asks_for_person(said) is person


def test_topics_are_near_by_whole_words():
    """ลูกประคบ is not ปลูกสมุนไพร, though one holds letters of the other."""
    near = versed_in("ลูกประคบเก็บได้นานไหม")
    assert near(["ปลูกสมุนไพร"]) == 0
    assert versed_in("ทำบัญชีกลุ่มยังไง")(["บัญชีและภาษี"]) > 0


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("สั้น", "สั้น"),
        ("หนึ่ง\nสอง\nสาม\nสี่", "หนึ่ง\nสอง\nสาม…"),
        ("ตากแดดให้แห้งดีก่อน แล้วค่อยเก็บเข้ายุ้ง", "ตากแดดให้แห้งดีก่อน…"),
        ("ก" * 40, "ก" * 29 + "…"),
    ],
)
def test_long_texts_end_at_a_line_or_a_phrase(text, short):
    """Nothing is cut within a phrase where there is an end before it."""
    assert shortened(text, 30, 3) == short


def test_a_corpus_tells_how_often_each_word_stands_in_it():
    """Words that begin alike are told apart, the first and the last are found, and what is not there counts 0."""
    lines = {"ข้าว": 20, "ข้าวเปลือก": 3, "ก": 7, "ๆ": 11}
    small = Corpus([f"{word}\t{count}".encode() for word, count in lines.items()])
    assert {word: small.count(word) for word in lines} == lines
    assert [small.count(word) for word in ("", "ข้", "ข้าวเ", "ฮ", "๛")] == [0] * 5
    assert small.total == 41


def test_common_words_stand_in_the_national_corpus_more_often():
    """It is the corpus that the words come from, whole."""
    assert corpus().count("ที่") > corpus().count("ข้าว") > corpus().count("ข้าวเปลือก") > 0
