"""The names of weekdays and months, as they are written and miswritten."""

import re

from bot.understanding.times.words import GOES_ON

# Spellings that mean the weekday wherever they stand, and shorter ones that do so only after วัน, มื้อ or ทุก.
_WEEKDAYS = (
    ("จันทร์|จันทร(?![า-ู์บ])", "จันทน์|จันท์|จันท|จั๋น|จัน"),
    ("อังคาร|อังคาน|อังคาล|อังคาณ", "อังคา"),
    ("พุธ", "พุทธ(?!ศา|มา|บู|คุ)|พุท|พุด"),
    ("พฤหัสบดี|พฤหัสบดึ|พฤหัสฯ|พฤหัส|พฤหัด|พฤหัศ", "พรึหัส|พะรึหัส|พระหัส|พะหัส|พหัส|พฤ\\.?(?![ก-๛])"),
    ("ศุกร์|ศุกร(?![า-ู์ะี])", "ศุกร์|ศุกล์|ศุก|สุกร์|สุกร|สุก(?!ใส|ดิบ|งอม)|ศุข"),
    ("เสาร์|เสาร(?![า-ูะ์])", "เสาว์|เสา(?!เข็ม|ไฟ|เอก|หลัก)"),
    ("อาทิตย์|อาทิตร์|อาทิตย(?![า-ู์])|อาทิด", "อาทิต"),
)
_TAIL = f"(?!{GOES_ON})"
_MONTHS = (
    ("มกราคม|มกรา|ม\\.\\s?ค\\.?", "มค\\.?"),
    ("กุมภาพันธ์|กุมภาพัน|กุมพาพันธ์|กุมภา|ก\\.\\s?พ\\.?", "กพ\\.?"),
    ("มีนาคม|มีนา|มี\\.\\s?ค\\.?", "มีค(?![ก-๛])\\.?"),
    ("เมษายน|เมศายน|เมษา|เม\\.\\s?ย\\.?", "เมย\\.?"),
    ("พฤษภาคม|พฤศภาคม|พฤษภา|พ\\.\\s?ค\\.?", "พค\\.?"),
    ("มิถุนายน|มิถุนา|มิ\\.\\s?ย\\.?", "มิย\\.?"),
    ("กรก[ฎฏ]าคม|กรกดาคม|กรก[ฎฏ]า|ก\\.\\s?ค\\.?", "กค\\.?"),
    ("สิงหาคม|สิงหา|ส\\.\\s?ค\\.?", "สค\\.?"),
    ("กันยายน|กันยา|ก\\.\\s?ย\\.?", "กย(?!ศ)\\.?"),
    ("ตุลาคม|ตุลา|ต\\.\\s?ค\\.?", "ตค\\.?"),
    ("พฤ[ศษ]?จิกา(?:ยน)?|พ\\.\\s?ย\\.?", "พย\\.?"),
    ("ธันวาคม|ทันวาคม|ธันวา|ทันวา|ธ\\.\\s?ค\\.?", "ธค\\.?"),
)
# ต.คลองหลวง is a place: an abbreviation without its last dot ends before a letter.
_NOT_CUT = "(?:(?<=\\.)|(?<=[ก-๛]{3})|(?![ก-๛]))"


def _either(*spellings: str) -> str:
    return "(?:" + "|".join(spellings) + ")"


ANY_WEEKDAY = _either(*(f"{exact}|{loose}" for exact, loose in _WEEKDAYS)) + _TAIL  # as it is spelt after วัน
WEEKDAY = _either(*(exact for exact, _ in _WEEKDAYS)) + _TAIL
# The first letters of the names spare most places of a text the long lists behind them.
SAID_WEEKDAY = rf"(?=[วมจอพศเ])(?:(?:วัน|มื้อ)\s?{ANY_WEEKDAY}|{WEEKDAY})"
_FIRST_LETTER = "(?=[มกเพสตธท])"
MONTH = (
    f"{_FIRST_LETTER}(?:{_either(*(exact for exact, _ in _MONTHS))}{_NOT_CUT}"
    f"|{_either(*(bare for _, bare in _MONTHS))}{_TAIL})"
)
_BARE_MONTH = _either(*(bare for _, bare in _MONTHS)) + _TAIL
# Abbreviations without dots, where เดือน, a year or another month beside them shows what they are.
LONE_MONTH = (
    rf"(?:(?<=เดือน)|(?<=เดือน\s)|(?<=-))\s?{_BARE_MONTH}"
    rf"|(?<![ก-๛]){_BARE_MONTH}(?=\s?(?:25\d\d|[5-9]\d)(?!\d)|\s?-\s?{_BARE_MONTH})"
)
LONG_MONTH = _FIRST_LETTER + _either(*(exact for exact, _ in _MONTHS)) + _NOT_CUT

_WEEKDAY_OF = [re.compile(f"{exact}|{loose}") for exact, loose in _WEEKDAYS]
_MONTH_OF = [re.compile(f"(?:{exact}|{bare})$") for exact, bare in _MONTHS]


def weekday(words: str) -> int:
    """The weekday (Monday is 0) that a text matched by one of the patterns here names."""
    name = re.sub(r"^(?:วัน|มื้อ)\s?", "", words)
    return next(day for day, spelling in enumerate(_WEEKDAY_OF) if spelling.match(name))


def month(words: str) -> int:
    """The month (January is 1) that a text matched by one of the patterns here names."""
    return next(count for count, spelling in enumerate(_MONTH_OF, 1) if spelling.match(words.strip()))
