"""One message in, one reading out: who is spoken to, what is left unread, and that nothing makes it fall."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding import SURE, Reading, load, read, read_as
from bot.understanding.slots import SLOTS

NOW = datetime(2026, 11, 24, 10, tzinfo=timezone(timedelta(hours=7)))
TALK = "ประชุมกลุ่มพรุ่งนี้บ่ายสองที่ศาลาวัด"


def test_a_message_becomes_a_reading() -> None:
    """Intent, slots and the next likely intents come together."""
    reading = read("นัดประชุมกรรมการพรุ่งนี้บ่ายสองที่ศาลาวัด เรื่องราคาผ้า", NOW)
    assert reading.intent == "create_meeting"
    assert reading.confidence >= SURE
    assert reading.addressed
    assert reading.slots["datetime"] == "2026-11-25T14:00"
    assert reading.slots["topic"] == "ราคาผ้า"
    assert "create_meeting" not in dict(reading.alternatives)
    assert len(reading.alternatives) >= 2


def test_group_talk_is_not_read() -> None:
    """What a group says among itself is nobody's intent and leaves no slots."""
    assert read(TALK, NOW, group=True) == Reading("other", 1.0, addressed=False)


@pytest.mark.parametrize("how", ["mention_self", "quotes_bot"])
def test_who_mentions_or_quotes_the_bot_speaks_to_it(how: str) -> None:
    """A mention or a quote makes a group message one for the bot."""
    reading = read(f"นัด{TALK}", NOW, group=True, **{how: True})
    assert reading.addressed
    assert reading.intent == "create_meeting"


@pytest.mark.parametrize("name", ["สาน", "น้องสาน", "@สาน"])
def test_the_name_in_front_calls_the_bot_and_is_not_read(name: str) -> None:
    """The bot's name addresses it, and the rest is read as if said alone."""
    called = read(f"{name} ขอดูยอดขายเดือนนี้", NOW, group=True)
    alone = read("ขอดูยอดขายเดือนนี้", NOW)
    assert called.addressed
    assert (called.intent, called.slots) == (alone.intent, alone.slots)


def test_another_bots_name_can_be_given() -> None:
    """A deployment chooses the name its bot hears."""
    assert read("ใบเตย เมนู", NOW, group=True, names=["ใบเตย"]).addressed
    assert not read("สาน เมนู", NOW, group=True, names=["ใบเตย"]).addressed


def test_in_a_private_chat_every_message_is_for_the_bot() -> None:
    """One-to-one nobody needs to call the bot."""
    assert read("กินข้าวหรือยัง", NOW).addressed


def test_now_is_local_time_with_or_without_its_zone() -> None:
    """The zone of now is dropped, not converted: it is local to the network already."""
    assert read(TALK, NOW).slots == read(TALK, NOW.replace(tzinfo=None)).slots


def test_an_open_time_is_asked_back() -> None:
    """An hour that may be morning or afternoon is named as unclear and not guessed."""
    reading = read("นัดประชุมพรุ่งนี้สามโมง", NOW)
    assert reading.unclear
    assert "T" not in reading.slots.get("datetime", "")


def test_a_chosen_intent_is_read_for_its_slots() -> None:
    """When its sender has said which intent is meant, the message is read for that intent's slots."""
    reading = read_as("announce", TALK, NOW)
    assert (reading.intent, reading.confidence) == ("announce", 1.0)
    assert reading.slots["datetime"] == "2026-11-25T14:00"


def test_loading_twice_is_harmless() -> None:
    """Start-up may load everything more than once."""
    load()
    before = read("นัดประชุมพรุ่งนี้", NOW)
    load()
    assert read("นัดประชุมพรุ่งนี้", NOW) == before


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.booleans())
def test_no_text_makes_it_fall(text: str, group: bool) -> None:
    """Whatever is sent, a reading comes back whose slots belong to its intent."""
    reading = read(text, NOW, group=group)
    assert set(reading.slots) <= set(SLOTS[reading.intent].split())


THAI = st.text(st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B), max_size=40)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(THAI, st.sampled_from(["ขาย", "เรื่อง", "กลุ่ม", "12", "บาท", " ", "\n", "ป้า", "ที่"])),
        max_size=12,
    )
)
def test_no_heap_of_thai_makes_it_fall(parts: list[str]) -> None:
    """Words in any order give a reading; what is quoted stands in the message."""
    text = "".join(parts)
    slots = read(text, NOW).slots
    assert all(slots[slot] in text for slot in ("product", "topic", "person") if slot in slots)


@pytest.mark.parametrize(
    "text", ["\ud800ขายผ้า", "\x00", "\u200b\u200b", "🙏" * 2000, "ก" * 20000, "1" * 5000, "(" * 3000]
)
def test_broken_and_endless_text_is_read(text: str) -> None:
    """Half characters, invisible ones, and texts beyond LINE's limit are read like others, and can be written out."""
    reading = read(text, datetime(2026, 11, 24, tzinfo=UTC))
    str(reading).encode()
