"""What a speaker takes back in mid-sentence: วันศุกร์ เอ้ย วันเสาร์."""

import re

from bot.understanding.times.values import Clock, Context, Every, Found

_SLIP = (
    r"เอ[้๊]?ย|อุ[้๊]?ย|เฮ้ย|โทษที|ขอโทษ|ขออภัย|(?:พูด|พิมพ์|จำ|เขียน|บอก|ลง)ผิด|หมายถึง|ไม่ๆ"
    r"|ไม่(?:ใช่|ช่าย|เอา)\s?(?:สิ|ซิ|ดิ|ๆ|ค่ะ|คะ|ครับ|จ้า|จ้ะ|แล้ว)"
)
_INSTEAD = r"(?:แก้|เปลี่ยน)(?:ใหม่)?(?:มา|ไป)?เป็น"
_LINK = r"(?:ค่ะ|คะ|ครับ|จ้า|จ้ะ|นะ|ๆ|ต้อง|เป็น|คือ|ที่|ตอน|เวลา|[\s,.]){0,6}$"
_SAID_WRONG = re.compile(f"(?:{_SLIP}){_LINK}")
_SAID_ANEW = re.compile(f"(?:{_SLIP}|{_INSTEAD}){_LINK}")


def meant(found: list[Found], text: str, context: Context) -> list[Found]:
    """The expressions that hold: without those that the next one of their kind takes back.

    What a meeting is moved to (เปลี่ยนเป็น) is no slip of the tongue: there the old time still says which is meant.
    """
    wrong = _SAID_WRONG if context.moving else _SAID_ANEW
    kept: list[Found] = []
    for place, item in enumerate(found):
        if kept and wrong.search(text[max(kept[-1].end, item.start - 40) : item.start]):
            kept = _without(kept, [item, *_right_behind(place, found, text)])
        kept.append(item)
    return kept


def _right_behind(place: int, found: list[Found], text: str) -> list[Found]:
    """The expression that goes on with the one at that place (มะรืน 10 โมง)."""
    return [item for item in found[place + 1 : place + 2] if not text[found[place].end : item.start].strip()]


def _without(kept: list[Found], better: list[Found]) -> list[Found]:
    """What is kept, without the last of each kind that is now said better."""
    kinds = {_kind(item) for item in better}
    return kept[:-2] + [item for item in kept[-2:] if _kind(item) not in kinds]


def _kind(item: Found) -> str:
    return "clock" if isinstance(item.value, Clock) else "every" if isinstance(item.value, Every) else "day"
