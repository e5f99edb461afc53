"""What the intent model makes of messages that nobody could mistake, and how its file is kept."""

import pytest

from bot.understanding import intents
from bot.understanding.features import Features, features, outline
from bot.understanding.normalise import normalise
from bot.understanding.slots import SLOTS

PLAIN = [
    ("log_activity", "เมื่อวานขายตะกร้าหวายได้ 4 ใบ ได้เงิน 1,600 บาท บันทึกให้ด้วยค่ะ"),
    ("log_activity", "วันนี้กลุ่มเราอบรมทำยาหม่องเสร็จแล้ว มีคนมา 23 คน"),
    ("show_activities", "เดือนที่แล้วกลุ่มเราขายได้เท่าไหร่คะ ขอดูยอดขายหน่อย"),
    ("correct_record", "เมื่อกี้บันทึกยอดขายผิด ช่วยลบรายการนั้นให้หน่อย"),
    ("ask_advice", "ปลูกมะเขือแล้วใบเหลือง ต้องแก้ยังไงดีคะ"),
    ("share_knowledge", "ขอแชร์เคล็ดลับ ตากพริกให้แห้งไวต้องผ่าครึ่งก่อน"),
    ("find_partner", "หาคนรับซื้อฟักทองหน่อยค่ะ"),
    ("post_offer", "มีมะพร้าวเหลือ 200 ลูก ขายลูกละ 12 บาท สนใจติดต่อได้ค่ะ"),
    ("create_meeting", "นัดประชุมกรรมการวันศุกร์หน้าบ่ายสองที่ศาลาวัด"),
    ("show_meetings", "อาทิตย์หน้ามีประชุมอะไรบ้างคะ"),
    ("change_meeting", "ขอเลื่อนประชุมวันเสาร์ไปเป็นวันอาทิตย์"),
    ("rsvp", "วันประชุมไปไม่ได้นะคะ ติดธุระ"),
    ("announce", "ช่วยประกาศให้ทุกกลุ่มทราบว่าพรุ่งนี้สำนักงานปิด"),
    ("show_digest", "ขอสรุปภาพรวมของเครือข่ายเดือนนี้"),
    ("record_fund", "เก็บเงินหุ้นเข้ากองกลางได้ 3,400 บาท"),
    ("show_fund", "เงินกองกลางเหลือเท่าไหร่"),
    ("request_mentor", "อยากได้พี่เลี้ยงมาสอนทอเสื่อให้หลาน"),
    ("raise_concern", "ไม่สบายใจเรื่องประธานเอาเปรียบ อยากคุยเป็นการส่วนตัว"),
    ("praise", "ขอชื่นชมป้าละมัย ช่วยงานทุกครั้งไม่เคยบ่น"),
    ("register", "อยากสมัครเข้าร่วมเครือข่าย ต้องลงทะเบียนยังไง"),
    ("update_profile", "ขอเปลี่ยนเบอร์โทรของกลุ่มเป็นเบอร์ใหม่"),
    ("privacy", "ช่วยลบข้อมูลส่วนตัวของฉันทั้งหมด"),
    ("change_language", "ขอให้ตอบเป็นภาษาอังกฤษ"),
    ("help", "บอททำอะไรได้บ้าง มีเมนูไหม"),
    ("small_talk", "สวัสดีค่ะน้องสาน"),
    ("small_talk", "ขอบคุณมากค่ะ"),
    ("other", "งวดนี้เลขเด็ดออกอะไร"),
    ("other", "แม่ซื้อกับข้าวมาแล้วนะลูก"),
]


def best(text: str) -> tuple[str, float]:
    return intents.model().confidences(features(normalise(text).clean))[0]


@pytest.mark.parametrize(("intent", "text"), PLAIN)
def test_plain_messages_are_not_mistaken(intent: str, text: str) -> None:
    """A message that says what it wants in the usual words is read so, and with confidence."""
    found, confidence = best(text)
    assert found == intent
    assert confidence > 0.5


def test_every_intent_is_known() -> None:
    """The model tells apart exactly the intents that have slots defined."""
    assert set(intents.model().intents) == set(SLOTS)


@pytest.mark.parametrize("text", ["", "ๆ", "?", "ขายผ้าได้ 8 ผืน", "x" * 5000])
def test_confidences_are_shares_of_one(text: str) -> None:
    """The confidences of all intents add up to one, the best first."""
    shares = [share for _, share in intents.model().confidences(features(text))]
    assert sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)


def test_nonsense_leaves_the_model_unsure() -> None:
    """What holds no known feature is nobody's certain intent."""
    empty: frozenset[str] = frozenset()
    assert intents.model().confidences(Features(empty, empty, empty, empty))[0][1] < 0.5


def test_a_model_survives_its_file() -> None:
    """What is written is read back the same."""
    model = intents.model()
    assert intents.loads(intents.dumps(model)) == model


def test_a_model_of_another_version_is_refused() -> None:
    """A file from another version says what to do about it."""
    data = intents.dumps(intents.model()).replace(b'"version": 1', b'"version": 0')
    with pytest.raises(ValueError, match="saan train"):
        intents.loads(data)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("ขาย 12 ผืน 5,200 บาท", "ขาย 0 ผืน 0 บาท"),
        ("โทร 081-234-5678", "โทร ☎"),
        ("ดู https://example.org/a?b=1 นะ", "ดู @ นะ"),
        ("cancel meeting", "ยกเลิก ประชุม"),
        ("ພາສາລາວ", "¤"),
    ],
)
def test_the_outline_keeps_what_matters(text: str, seen: str) -> None:
    """Figures, addresses, telephone numbers and other scripts are each alike to the model; English is read as Thai."""
    assert outline(text) == seen


def test_a_long_message_is_judged_by_its_ends() -> None:
    """The outline of a long message is its opening and its end."""
    text = outline("ก" * 4000 + "ข")
    assert len(text) < 500
    assert text.endswith("ข")
