"""English words of time in a Thai sentence: they are read as the Thai ones that they stand for."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

_WEEKDAYS = {
    "mon": "จันทร์", "tue": "อังคาร", "wed": "พุธ", "thu": "พฤหัสบดี", "fri": "ศุกร์", "sat": "เสาร์", "sun": "วันอาทิตย์",
}  # fmt: skip
_MONTHS = {
    "jan": "มกราคม", "feb": "กุมภาพันธ์", "mar": "มีนาคม", "apr": "เมษายน", "may": "พฤษภาคม", "jun": "มิถุนายน",
    "jul": "กรกฎาคม", "aug": "สิงหาคม", "sep": "กันยายน", "oct": "ตุลาคม", "nov": "พฤศจิกายน", "dec": "ธันวาคม",
}  # fmt: skip
_DAYS = {
    "today": "วันนี้", "tonight": "คืนนี้", "tomorrow": "พรุ่งนี้", "tmr": "พรุ่งนี้", "tmrw": "พรุ่งนี้", "yesterday": "เมื่อวาน",
}  # fmt: skip
_UNITS = {"day": "วัน", "week": "สัปดาห์", "month": "เดือน", "year": "ปี"}
_BEFORE, _BEHIND = {"every": "ทุก"}, {"this": "นี้", "next": "หน้า", "last": "ที่แล้ว"}

# Short forms that are words or names too (sat, sun, mar) need their capital; may needs a day beside it.
_WEEKDAY = (
    r"(?i:monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|mon|tues?|wed|thu(?:rs?)?|fri)|Sat|SAT|Sun|SUN"
)
_MONTH = (
    r"(?i:january|february|march|april|june|july|august|september|october|november|december"
    r"|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)|Mar|MAR"
)
_DATED = rf"(?:{_MONTH}|(?i:may|mar))\.?"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])"
_NTH = r"(?:st|nd|rd|th)?"
_WHICH = r"(?i:(?P<which>this|next|last|every)\s+)"
_WORDS = re.compile(
    r"(?<![A-Za-z0-9_./@:])(?<!คุณ )(?<!พี่ )(?<!น้อง )(?<!ร้าน )(?:"
    rf"(?P<day>{_DAY}){_NTH}\s?(?:of\s)?(?P<day_month>{_DATED})"
    rf"|(?P<month_day>{_DATED})\s?(?P<day_behind>{_DAY}){_NTH}(?![\d.:]),?"
    rf"|(?P<month>{_MONTH})\.?"
    rf"|{_WHICH}?(?P<weekday>{_WEEKDAY})\.?"
    rf"|{_WHICH.replace('which', 'which_unit')}(?P<unit>(?i:day|week|month|year))"
    rf"|(?P<relative>(?i:{'|'.join(_DAYS)}))"
    r"|(?P<hour>1[0-2]|[1-9])(?:[.:](?P<minutes>[0-5]\d))?\s?(?P<half>[AaPp])\.?[Mm]\.?"
    r")(?![A-Za-z0-9_/@])"
)
_LETTER = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a Thai word stands now, and where the English one that it stands for."""

    start: int
    end: int
    said_start: int
    said_end: int


def in_thai(text: str) -> tuple[str, list[Piece]]:
    """The text with its English words of time in Thai, and where they stood."""
    if not _LETTER.search(text):
        return text, []
    pieces: list[Piece] = []
    parts: list[str] = []
    length = end = 0
    for match in _WORDS.finditer(text):
        thai = _thai(match)
        parts += [text[end : match.start()], thai]
        start = length + match.start() - end
        length, end = start + len(thai), match.end()
        pieces.append(Piece(start, length, match.start(), end))
    return "".join([*parts, text[end:]]), pieces


def _thai(match: re.Match[str]) -> str:
    words = {name: found for name, found in match.groupdict().items() if found}
    which = (words.get("which") or words.get("which_unit") or "").lower()
    if month := words.get("day_month") or words.get("month_day") or words.get("month"):
        day = words.get("day") or words.get("day_behind")
        return (f"{day} " if day else "") + _MONTHS[month[:3].lower()]
    if relative := words.get("relative"):
        return _DAYS[relative.lower()]
    if hour := words.get("hour"):
        afternoon = words["half"] in "Pp"
        return f"{int(hour) % 12 + 12 * afternoon}.{words.get('minutes', '00')} น."
    name = _UNITS[words["unit"].lower()] if "unit" in words else _WEEKDAYS[words["weekday"][:3].lower()]
    return _BEFORE.get(which, "") + name + _BEHIND.get(which, "")


def said_at(span: tuple[int, int], pieces: list[Piece]) -> tuple[int, int]:
    """Where the words of a span in the Thai text stand in the text as it was said."""
    start, end = span
    first = bisect_right(pieces, start, key=lambda piece: piece.start) - 1
    last = bisect_left(pieces, end, key=lambda piece: piece.start) - 1
    said_start = _origin(start, pieces[first] if first >= 0 else None, closing=False)
    return said_start, _origin(end, pieces[last] if last >= 0 else None, closing=True)


def _origin(place: int, piece: Piece | None, *, closing: bool) -> int:
    """Where a place stood, ``piece`` being the last one that begins before it: inside it only its edges are known."""
    if piece is None:
        return place
    if place >= piece.end:
        return place - piece.end + piece.said_end
    return piece.said_end if closing else piece.said_start
