"""The slots of a reading: which an intent has, and where in the message each comes from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from bot.understanding import rules
from bot.understanding.amounts import Amounts, read_amounts
from bot.understanding.goods import goods
from bot.understanding.languages import language
from bot.understanding.normalise import Text
from bot.understanding.phrases import Span, words_of
from bot.understanding.places import Places, read_places
from bot.understanding.times import Times, read_times
from bot.understanding.topics import person, topic

TIME = "datetime end_datetime recurrence"
AREA = "province district place"
AMOUNTS = "money quantities participants"

SLOTS = {
    "log_activity": f"activity_kind {TIME} {AMOUNTS} {AREA} product topic",
    "show_activities": f"activity_kind period {AREA} product",
    "correct_record": f"{TIME} {AMOUNTS} product",
    "ask_advice": f"{TIME} {AREA} product topic",
    "share_knowledge": f"{TIME} product topic",
    "find_partner": f"{TIME} {AMOUNTS} {AREA} product link",
    "post_offer": f"{TIME} {AMOUNTS} {AREA} product link",
    "create_meeting": f"{TIME} participants {AREA} topic",
    "show_meetings": f"period {AREA} topic",
    "change_meeting": f"{TIME} {AREA} topic",
    "rsvp": f"{TIME} participants attending person",
    "announce": f"{TIME} money {AREA} topic",
    "show_digest": f"period {AREA}",
    "record_fund": f"{TIME} money participants fund_direction",
    "show_fund": "period",
    "request_mentor": f"{TIME} {AREA} topic person",
    "raise_concern": f"{TIME} money topic",
    "praise": f"{TIME} person",
    "register": f"{TIME} participants {AREA}",
    "update_profile": f"{TIME} participants {AREA} product",
    "privacy": TIME,
    "change_language": "language",
    "help": "",
    "small_talk": "",
    "other": "",
}
SHOWING = {intent for intent, slots in SLOTS.items() if "period" in slots}
GOODS_IF_KNOWN = {"show_activities", "correct_record", "ask_advice", "share_knowledge", "update_profile"}
GOODS_BY_THE_WAY = {"meeting", "training", "study_visit", "fair", "inspection", "community_work", "savings"}
NO_THINGS = ("คน", "ท่าน", "ราย", "บาท", "฿", "ครัวเรือน", "กลุ่ม", "วัน", "ครั้ง")


@dataclass(frozen=True, slots=True)
class Found:
    """Slots, what was left open about their time, and the provinces that a district named alone may be in."""

    slots: dict[str, Any] = field(default_factory=dict)
    unclear: str | None = None
    provinces: tuple[str, ...] = ()


def read_slots(message: Text, intent: str, now: datetime) -> Found:
    """Find the slots that a message of this intent holds; a slot that the message does not hold is not there.

    ``now`` is local to the network, without a zone.
    """
    wanted = SLOTS[intent].split()
    if not wanted:
        return Found()
    times = read_times(message.clean, now, asking=intent in SHOWING, intent=intent)
    places = read_places(message)
    amounts = read_amounts(message, [*times.spans, *places.spans], intent)
    kinds = _kinds(message, intent)
    quoted = _quoted(message, intent, kinds.get("activity_kind"), [*times.spans, *places.spans], amounts)
    if "link" in wanted and "link" not in kinds and "product" in quoted:
        kinds["link"] = _told("goods_link", quoted["product"]) or "product"
    slots = _measured(times, places, amounts) | kinds | quoted
    kept = {slot: slots[slot] for slot in wanted if slots.get(slot) not in (None, [])}
    return Found(kept, times.unclear, places.unclear if "district" in wanted else ())


def _measured(times: Times, places: Places, amounts: Amounts) -> dict[str, Any]:
    return {
        "datetime": times.datetime,
        "end_datetime": times.end_datetime,
        "period": list(times.period) if times.period else None,
        "recurrence": times.recurrence,
        "province": places.province,
        "district": places.district,
        "place": places.place,
        "money": _plain(amounts.money),
        "quantities": [[_plain(number), unit] for number, unit in amounts.quantities],
        "participants": amounts.participants,
    }


def _plain(number: float | None) -> float | int | None:
    """Give a whole number as an int, so that 5200 baht are not written 5200.0."""
    return int(number) if number is not None and number == int(number) else number


def _kinds(message: Text, intent: str) -> dict[str, str]:
    """Give the slots whose value is one of a fixed list, told by the expressions of data/lexicon_intents/values.tsv."""
    slots = (slot for slot in SLOTS[intent].split() if slot in _values())
    told = {slot: _told(slot, message.clean) for slot in slots}
    if intent == "change_language":
        told["language"] = language(message.clean) or language(message.original)
    return {slot: value for slot, value in told.items() if value}


def _told(slot: str, text: str) -> str | None:
    return next((value for value, said in _values()[slot] if said.search(text.lower())), None)


@cache
def _values() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    table: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for slot, value, said in rules.rows("values.tsv"):
        table.setdefault(slot, []).append((value, re.compile(said)))
    return table


def _quoted(
    message: Text, intent: str, kind: str | None, taken: Sequence[Span], amounts: Amounts
) -> dict[str, str]:
    """Give the slots that quote the writer: the goods, the topic, the person."""
    words = words_of(message.clean, taken)
    uncounted = words_of(message.clean, [*taken, *amounts.spans])
    wanted = SLOTS[intent].split()
    known_only = kind in GOODS_BY_THE_WAY or intent in GOODS_IF_KNOWN
    spans = {
        "product": goods(uncounted, _counts(message, amounts), known_only=known_only)
        if "product" in wanted
        else None,
        "topic": topic(words, intent) if "topic" in wanted else None,
        "person": person(words) if "person" in wanted else None,
    }
    return {slot: message.quote(*span) for slot, span in spans.items() if span}


def _counts(message: Text, amounts: Amounts) -> list[Span]:
    """Give where things are counted, not people or money."""
    return [span for span in amounts.spans if not message.clean[slice(*span)].endswith(NO_THINGS)]
