"""What is taken out of a message besides times, amounts and places: goods, topics, people, kinds."""

from datetime import datetime

import pytest

from bot.understanding.normalise import normalise
from bot.understanding.slots import SLOTS, read_slots

NOW = datetime(2026, 11, 24, 10)  # noqa: DTZ001 - slot times are local, without a zone


def slots(intent: str, text: str) -> dict[str, object]:
    return read_slots(normalise(text), intent, NOW).slots


GOODS = [
    ("log_activity", "ขายผ้าคลุมไหล่ได้ 8 ผืน", "ผ้าคลุมไหล่"),
    ("log_activity", "วันนี้กลุ่มเราทอผ้าไหมเสร็จ 3 ผืน", "ผ้าไหม"),
    ("log_activity", "กล้วยตาก 45 ถุง ขายได้ 1575 บาท", "กล้วยตาก"),
    ("log_activity", "ส่งน้ำพริกเผาให้ร้านในเมืองแล้ว 30 กระปุก", "น้ำพริกเผา"),
    ("log_activity", "ซื้อเส้นด้ายมา 20 กิโล", "เส้นด้าย"),
    ("log_activity", "เอาเห็ดนางฟ้าไปขายที่ตลาด", "เห็ดนางฟ้า"),
    ("find_partner", "หาคนรับซื้อฟักทองหน่อยค่ะ", "ฟักทอง"),
    ("find_partner", "ขาดแกลบอยู่ 20 กระสอบ", "แกลบ"),
    ("find_partner", "มีกลุ่มไหนทำกล่องกระดาษบ้าง", "กล่องกระดาษ"),
    ("post_offer", "มีมะพร้าวเหลือ 200 ลูก", "มะพร้าว"),
    ("post_offer", "รับย้อมผ้าให้กลุ่มอื่น", "ย้อมผ้า"),
    ("post_offer", "ให้ยืมเครื่องอบได้", "เครื่องอบ"),
]


@pytest.mark.parametrize(("intent", "text", "wanted"), GOODS)
def test_the_goods_are_quoted(intent: str, text: str, wanted: str) -> None:
    """The goods that are sold, made, sought or offered are given in the writer's words."""
    assert slots(intent, text)["product"] == wanted


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("log_activity", "วันนี้ขายของได้ 3,000 บาท"),
        ("log_activity", "ประชุมกรรมการเสร็จแล้ว 9 คน"),
        ("find_partner", "อยากหาคู่ค้าใหม่"),
        ("show_activities", "ยอดขายเดือนนี้เท่าไหร่"),
    ],
)
def test_no_goods_are_invented(intent: str, text: str) -> None:
    """Where only ของ or ยอด is said, no goods are given."""
    assert "product" not in slots(intent, text)


TOPICS = [
    ("create_meeting", "นัดประชุมกรรมการพุธหน้าบ่ายโมง เรื่องเงินกองกลาง", "เงินกองกลาง"),
    ("create_meeting", "จัดอบรมทำบัญชีวันที่ 8", "ทำบัญชี"),
    ("ask_advice", "ขอคำปรึกษาเรื่องการตั้งราคาหน่อยค่ะ", "การตั้งราคา"),
    ("ask_advice", "ผ้าย้อมครามสีตก ทำยังไงดีคะ", "ผ้าย้อมครามสีตก"),
    ("share_knowledge", "ขอแชร์วิธีเก็บพริกแห้ง", "เก็บพริกแห้ง"),
    ("share_knowledge", "ตากผ้าครามต้องตากในร่ม สีไม่ซีด", "ตากผ้าคราม"),
    ("announce", "แจ้งทุกกลุ่มว่าพรุ่งนี้น้ำไม่ไหล", "น้ำไม่ไหล"),
    ("raise_concern", "ไม่สบายใจเรื่องการแบ่งเงินค่ะ", "แบ่งเงิน"),
    ("request_mentor", "อยากได้พี่เลี้ยงสอนย้อมคราม", "ย้อมคราม"),
]


@pytest.mark.parametrize(("intent", "text", "wanted"), TOPICS)
def test_the_topic_is_quoted(intent: str, text: str, wanted: str) -> None:
    """What a meeting, question, tip, announcement or worry is about is given in the writer's words."""
    assert wanted in str(slots(intent, text)["topic"])


def test_who_meets_is_no_topic() -> None:
    """ประชุมกรรมการ says who meets, not what for."""
    assert "topic" not in slots("create_meeting", "นัดประชุมกรรมการวันศุกร์")


@pytest.mark.parametrize(
    ("intent", "text", "wanted"),
    [
        ("praise", "ขอชมป้าสมศรี สอนเด็กทอผ้าเก่งมาก", "ป้าสมศรี"),
        ("praise", "กลุ่มเห็ดขยันมาก ขอปรบมือให้", "กลุ่มเห็ด"),
        ("praise", "ขอบคุณพี่ดำที่มาช่วยขนของ", "พี่ดำ"),
    ],
)
def test_a_person_keeps_the_title(intent: str, text: str, wanted: str) -> None:
    """The title belongs to the name, and what the person did does not."""
    assert slots(intent, text)["person"] == wanted


@pytest.mark.parametrize(
    ("slot", "intent", "text", "wanted"),
    [
        ("activity_kind", "log_activity", "ขายสบู่ได้ 900", "sale"),
        ("activity_kind", "log_activity", "ออกบูธงานกาชาด ขายได้สองหมื่น", "fair"),
        ("activity_kind", "log_activity", "ประชุมกลุ่มแล้ว มา 20 คน", "meeting"),
        ("activity_kind", "log_activity", "อาจารย์มาสอนทำสบู่ 17 คน", "training"),
        ("activity_kind", "log_activity", "พาสมาชิกไปดูงาน 18 คน", "study_visit"),
        ("activity_kind", "log_activity", "สานกระติบได้ 40 ใบ", "production"),
        ("activity_kind", "log_activity", "ซื้อด้ายมา 5 กิโล", "purchase"),
        ("activity_kind", "log_activity", "ส่งผักให้โรงเรียนแล้ว", "delivery"),
        ("activity_kind", "log_activity", "เจ้าหน้าที่มาตรวจแปลง ผ่าน 8 แปลง", "inspection"),
        ("activity_kind", "log_activity", "ช่วยกันทำความสะอาดวัด 30 คน", "community_work"),
        ("attending", "rsvp", "ไปค่ะ", "yes"),
        ("attending", "rsvp", "ไปไม่ได้ค่ะ", "no"),
        ("attending", "rsvp", "ยังไม่แน่ใจว่าจะไปได้ไหม", "maybe"),
        ("attending", "rsvp", "บ่ไปเด้อ", "no"),
        ("fund_direction", "record_fund", "เก็บค่าหุ้นได้ 2,700", "in"),
        ("fund_direction", "record_fund", "เบิกกองกลางซื้อกาแฟ 300", "out"),
        ("language", "change_language", "ขอให้ตอบเป็นภาษาลาว", "lo"),
        ("language", "change_language", "English please", "en"),
        ("link", "find_partner", "หาคนรับซื้อกล้วย", "market"),
        ("link", "find_partner", "อยากได้ฝ้าย 30 กิโล", "raw_material"),
        ("link", "find_partner", "หาขวดแก้ว 200 ใบ", "packaging"),
        ("link", "find_partner", "หารถขนของเข้ากรุงเทพ", "transport"),
        ("link", "post_offer", "มีปลาแห้ง อยากแลกข้าวสาร", "reciprocal_market"),
        ("link", "post_offer", "มีผ้าพันคอขาย 40 ผืน", "product"),
    ],
)
def test_kinds_are_told_by_their_words(slot: str, intent: str, text: str, wanted: str) -> None:
    """Values out of a fixed list follow the expressions of the field."""
    assert slots(intent, text)[slot] == wanted


def test_what_is_shown_has_a_period_and_no_date() -> None:
    """Who asks to see something asks about a span of days."""
    found = slots("show_activities", "ขอดูยอดขายสัปดาห์ที่แล้ว")
    assert found["period"] == ["2026-11-16", "2026-11-22"]
    assert "datetime" not in found


def test_whole_numbers_are_whole() -> None:
    """5,200 baht are 5200, not 5200.0; half a kilo stays a fraction."""
    found = slots("log_activity", "ขายน้ำผึ้ง 2.5 ลิตร ได้ 5,200 บาท")
    assert str(found["money"]) == "5200"
    assert found["quantities"] == [[2.5, "ลิตร"]]


@pytest.mark.parametrize("intent", ["other", "small_talk", "help"])
def test_talk_has_no_slots(intent: str) -> None:
    """What the bot has no business in leaves nothing behind."""
    assert slots(intent, "พรุ่งนี้ป้าไปตลาดนัดที่นครพนม ซื้อผ้า 2 ผืน") == {}


def test_every_slot_stays_with_its_intents() -> None:
    """No intent gets a slot that is not its own."""
    text = "พรุ่งนี้บ่ายสองป้าสายขายผ้า 3 ผืน 900 บาท ที่ศาลาวัด จ.นครพนม เรื่องเงิน มา 5 คน"
    for intent, own in SLOTS.items():
        assert set(slots(intent, text)) <= set(own.split())


def test_a_district_of_several_provinces_is_asked_back() -> None:
    """A district whose name several provinces share is not guessed."""
    assert len(read_slots(normalise("หาคนซื้อข้าว อำเภอเฉลิมพระเกียรติ"), "find_partner", NOW).provinces) > 1
