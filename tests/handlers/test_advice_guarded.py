"""What is sent to an office instead of being answered."""

import pytest

from bot.language import msgids
from handlers.guarded import guarded, topics


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("ลูกประคบเขียนว่าแก้ปวดเข่าหายขาด ลงเฟซได้ไหม", "health_claim"),
        ("สบู่สมุนไพรเขียนว่ารักษาสิวบนฉลากได้ไหมคะ", "health_claim"),
        ("ยาฆ่าหญ้าผสมกี่ซีซีต่อน้ำ 20 ลิตร", "pesticide"),
        ("ไกลโฟเซตใช้อัตราเท่าไร", "pesticide"),
        ("ฉีดยาฆ่าแมลงตอนไหนดี", "pesticide"),
        ("วัวเป็นไข้ ฉีดยาอะไรดี", "animal_medicine"),
        ("เป็นเบาหวานกินสมุนไพรตัวนี้ได้ไหม", "medicine"),
        ("ปวดหัวกินยาอะไรดี", "medicine"),
        ("กู้เงินนอกระบบมาหมุนดีไหม", "loan"),
        ("แบบนี้ผิดกฎหมายไหมคะ", "law"),
        ("ทำสาโทขายได้ไหม", "alcohol"),
        ("งวดนี้หวยออกอะไร", "lottery"),
        ("พรรคการเมืองไหนดี", "politics"),
        ("ลุงหมดสติ ทำไงดี", "emergency"),
        ("เครียดมากไม่อยากมีชีวิตแล้ว", "despair"),
    ],
)
def test_what_may_harm_goes_to_an_office(question, topic):
    """Medicine, poisons, loans, law and the like are recognised in people's own words."""
    found = guarded(question)
    assert found is not None
    assert found.name == topic


@pytest.mark.parametrize(
    "question",
    [
        "เพลี้ยลงนาข้าว มีวิธีไล่แบบไม่ใช้สารเคมีไหม",
        "รักษาลูกค้าเก่าไว้ยังไงดี",
        "เลือกตั้งประธานกลุ่มต้องใช้เสียงเท่าไร",
        "ปลูกไพลหน้าแล้งได้ไหม",
        "ปลานิลในกระชังกินอาหารอะไรดี",
        "ขายลูกประคบออนไลน์ยังไงดี",
        "ข้าวเป็นโรคไหม้คอรวง ทำยังไง",
        "อุปกรณ์ทอผ้าซื้อที่ไหน",
        "ยาหม่องสมุนไพรทำยังไงไม่ให้แข็ง",
        "สลากสินค้าติดตรงไหนของถุง",
    ],
)
def test_what_only_sounds_alike_is_answered(question):
    """A word that stands by chance in another, or means something else here, keeps nobody from an answer."""
    assert guarded(question) is None


def test_every_guarded_topic_has_its_words():
    """Each topic says where to ask, and why, in Thai and English."""
    for language in ("th", "en"):
        wanted = {f"advice.{what}.{topic.name}" for topic in topics() for what in ("office", "why")}
        assert wanted <= msgids(language)
