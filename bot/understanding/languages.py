"""Which language somebody asks to be answered in, of those that a message names or is written in."""

import re
from functools import cache

from bot.understanding import rules

_ASKED = re.compile(
    r"(?:เป็น|ขอ|เอา|ตอบ|ใช้|พูด|คุย|ตั้ง|เว้า|อู้|แหลง|กลับ|ปรับ|\bto|\bin|\buse|\bspeak|\bwant|:)\s?(?:เป็น)?\s?(?:ภาษา|คน)?\s?$"
)
_CANNOT_BEFORE = re.compile(
    r"(?:\b(?:my|read|understand|from)\s?|จาก|แทน|ไม่ถนัด|บ่ถนัด|ไม่เอา|ไม่ใช่)\s?(?:ภาษา)?$"
)
_CANNOT_AFTER = re.compile(r"\s?(?:อ่าน)?\s?(?:ไม่|บ่|ม่าย|ยาก|ช้า|\bis\b)")
_SCRIPTS = {
    "lo": re.compile("[\u0e81-\u0edf]"),
    "my": re.compile("[\u1000-\u109f]"),
    "km": re.compile("[\u1780-\u17ff]"),
    "ja": re.compile("[\u3040-\u30ff]"),
    "ko": re.compile("[\uac00-\ud7a3]"),
    "zh": re.compile("[\u4e00-\u9fff]"),
}


def language(text: str) -> str | None:
    """Give the ISO 639-1 code of the language asked for, or None.

    The last that is asked for (ตอบเป็นลาว) counts before one that is only named; who cannot read a language does not
    ask for it (อ่านไทยไม่ออก). A message that names none, in a script of its own, asks for the language of its script.
    """
    named = [
        (m.start(), m.end(), code) for code, said in _names().items() for m in said.finditer(text.lower())
    ]
    able = [
        (start, code)
        for start, end, code in sorted(named)
        if not _CANNOT_BEFORE.search(text.lower()[:start]) and not _CANNOT_AFTER.match(text.lower(), end)
    ]
    asked = [code for start, code in able if _ASKED.search(text.lower()[:start])]
    written = [code for code, script in _SCRIPTS.items() if script.search(text)]
    return next(iter(asked[-1:] or [code for _, code in able] or written), None)


@cache
def _names() -> dict[str, re.Pattern[str]]:
    return {code: re.compile(said) for code, said in rules.rows("languages.tsv")}
