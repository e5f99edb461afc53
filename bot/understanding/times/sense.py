"""Whether a sentence reports what was done or speaks of what is to come."""

import re
from typing import Literal

Sense = Literal["past", "future"]

REPORTS = frozenset(
    {"log_activity", "correct_record", "record_fund", "show_activities", "show_fund", "show_digest"}
)
PLANS = frozenset({"create_meeting", "show_meetings", "change_meeting", "rsvp", "announce"})
_DONE = re.compile(
    r"ไปแล้ว|มาแล้ว|เสร็จแล้ว|เรียบร้อยแล้ว|ได้[^\s]{0,30}แล้ว|ที่ผ่านมา|(?:ขาย|ผลิต|เก็บ|ทำ|ทอ|ย้อม|สาน|แปรรูป|หมัก)[^\s]{0,20}ได้|ได้(?:เงิน|ยอด|กำไร)"
)
_TO_COME = re.compile(
    r"จะ|นัด|เชิญ|ขอ|อยาก|ต้อง|เตรียม|กำหนด|เลื่อน|ย้าย|ยกเลิก|ว่าง|ไหม|มั้ย|หรือเปล่า"
    r"|อย่าลืม|เตือน|ปิดรับ|เปิดรับ|ชวน|ไว้|ให้มา"
)
_BEEN = re.compile(
    r"มา(?=$|\s|ค่ะ|คะ|ครับ|จ้า|จ้ะ|นะ|\d)"
    r"|แล้ว(?=$|\s|ค่ะ|คะ|ครับ|จ้า|จ้ะ|นะ|เด้อ|เจ้า|\d|วัน|เมื่อ)|เมื่อ(?!ไหร่|ไร|ใด|ไหร)"
)


def is_past(text: str, intent: str | None) -> bool:
    """Decide from the intent where that settles it, else from the words; the future where nothing tells."""
    if intent in PLANS:
        return False
    if intent in REPORTS or _DONE.search(text):
        return True
    return not _TO_COME.search(text) and bool(_BEEN.search(text))
