"""Fixed words and what stands in them: names that end like particles, ages, roles, codes, groups."""

import re

import pytest

from bot.language import language
from bot.understanding.normalise import tidy


def groups(msgid, said, code="th"):
    match = re.fullmatch(language(code).say(msgid), tidy(said).clean, re.IGNORECASE)
    return match and match.groups(default="")


@pytest.mark.parametrize(
    "name", ["ป้าสมใจ", "แม่มานะ", "น้องหน่อย", "น้องจ้า", "ลุงที", "พี่ด้วง", "Somjai", "แม่บัว เขียว"]
)
@pytest.mark.parametrize(
    "said", ["{}", "{}ค่ะ", "{} ครับ", "ชื่อ{}", "เรียก{}ก็ได้ค่ะ", "เรียกว่า{}นะคะ", "ฉันชื่อ {} จ้า"]
)
def test_a_name_is_taken_out_of_its_sentence_whole(name, said):
    """Courtesies go, a name's own last syllable stays."""
    assert groups("joining.words.name", said.format(name)) == (name,)


def test_a_story_is_no_name():
    """Nobody is called by more than forty characters."""
    assert groups("joining.words.name", "ป้า" * 20) is None


@pytest.mark.parametrize(
    ("said", "years"), [("58", "58"), ("อายุ 58 ปีค่ะ", "58"), ("๑๖", "16"), ("16 ขวบ", "16"), ("58 กิโล", None)]
)
def test_an_age_is_read(said, years):
    """In figures of either script; other amounts are no ages."""
    assert groups("joining.words.age", said) == (years and (years,))


@pytest.mark.parametrize(
    ("msgid", "said", "parts"),
    [
        ("roles.words.grant", "ตั้งแม่บัวเขียวเป็นเหรัญญิก", ("แม่บัวเขียว", "เหรัญญิก")),
        ("roles.words.grant", "ช่วยแต่งตั้งน้องแพรให้เป็นผู้ประสานงานด้วยค่ะ", ("น้องแพร", "ผู้ประสานงาน")),
        ("roles.words.grant", "ให้ ป้าขิง ทำหน้าที่ที่ปรึกษา", ("ป้าขิง", "ที่ปรึกษา")),
        ("roles.words.grant", "ตั้งห้องนี้เป็นห้องกรรมการ", None),
        ("roles.words.grant", "ประธานตั้งใจทำงานมาก", None),
        ("roles.words.withdraw", "ปลดลุงสมานจากหัวหน้ากลุ่ม", ("ลุงสมาน", "หัวหน้ากลุ่ม")),
        ("roles.words.withdraw", "ถอดแม่บัวออกจากการเป็นเหรัญญิกค่ะ", ("แม่บัว", "เหรัญญิก")),
        ("roles.words.give_up", "ป้าขอลาออกจากการเป็นเหรัญญิกนะคะ", ("เหรัญญิก",)),
        ("roles.words.give_up", "ขอลาออกจากกลุ่ม", None),
        ("codes.words.claim", "ขอรหัสให้แม่มานะหน่อย", ("แม่มานะหน่อย",)),
        ("codes.words.claim", "รหัสให้ยายจันทีค่ะ", ("ยายจันที",)),
        ("codes.words.code", "มีรหัส 1234 5678 ค่ะ", ()),
        ("codes.words.code", "081 234 5678", None),
        ("codes.words.code", "ขายได้ 1234 5678", None),
        ("codes.words.invite", "ขอลิงก์เชิญสมาชิกหน่อยค่ะ", ()),
        ("codes.words.invite", "เชิญประชุม", None),
        ("binding.words.bind", "ผูกห้องนี้กับกลุ่มผ้าคราม", ("กลุ่มผ้าคราม",)),
        ("binding.words.bind", "เชื่อมกลุ่มไลน์นี้เป็นห้องของโรงสีโคกสมมุติค่ะ", ("โรงสีโคกสมมุติ",)),
        ("binding.words.bind", "นัดประชุมเพิ่มเติมที่ห้องประชุม อบต.", None),
        ("binding.words.unbind", "เลิกผูกห้องนี้", ()),
        ("privacy.words.exact", "ลบข้อมูลของฉัน", ()),
        ("privacy.words.exact", "ลบข้อมูลยอดขายเมื่อกี้", None),
        ("profile.words.phone", "เปลี่ยนเบอร์เป็น 081-234-5678 ค่ะ", ("081-234-5678",)),
        ("profile.words.name", "ต่อไปเรียกฉันว่าแม่มานะค่ะ", ("แม่มานะ",)),
    ],
)
def test_words_are_heard_with_what_they_name(msgid, said, parts):
    """And other sentences that hold some of them are left to understanding."""
    assert groups(msgid, said) == parts


@pytest.mark.parametrize("code", ["th", "en"])
def test_the_words_that_buttons_type_in_are_heard(code):
    """What opens the bot's chat with words typed in must lead on."""
    pairs = [
        ("codes.invite_word", "codes.words.invite"),
        ("codes.claim_word", "codes.words.claim"),
        ("privacy.word", "privacy.words.exact"),
        ("profile.word", "profile.words.exact"),
        ("roles.word", "roles.words.begin"),
        ("roles.who_word", "roles.words.who"),
    ]
    for typed, heard in pairs:
        assert groups(heard, language(code).say(typed), code) is not None, typed
