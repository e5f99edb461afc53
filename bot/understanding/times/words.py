"""The small words that time expressions share: numbers, units, connectors, parts of the day."""

import re

_ONES = {
    "หนึ่ง": 1, "นึง": 1, "เอ็ด": 1, "เอด": 1, "สอง": 2, "สาม": 3, "สี่": 4,
    "ห้า": 5, "หก": 6, "เจ็ด": 7, "เจด": 7, "แปด": 8, "เก้า": 9,
}  # fmt: skip
_TENS = {
    "สิบ": 10, "ยี่สิบ": 20, "ยีสิบ": 20, "ซาว": 20, "สามสิบ": 30, "สี่สิบ": 40,
    "ห้าสิบ": 50, "หกสิบ": 60, "เจ็ดสิบ": 70, "แปดสิบ": 80, "เก้าสิบ": 90,
}  # fmt: skip

_ONE = "หนึ่ง|นึง|สอง|สาม|สี่|ห้า(?!ง(?!าน))|หก(?!ล้ม)|เจ็ด|เจด|แปด|เก้า(?!อี้)"
# A vowel or tone mark after a number word makes it another word (สามี, สามารถ).
GOES_ON = r"[ะ-ฺ็-๎]"
# A look at the first letter spares most places of a text the long list behind it.
NUMBER_WORD = (
    rf"(?=[สยหนเจปซแ])(?:(?:(?:ยี่|ยี|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า)?สิบ|ซาว)(?:เอ็ด|เอด|{_ONE})?|{_ONE})(?!{GOES_ON})"
)
NUMBER = rf"(?=[\dสยหนเจปซแ])(?:(?<![\d/:])(?<!\d\.)\d{{1,2}}(?!\d)|{NUMBER_WORD})"
COUNT = rf"(?=[\dสยหนเจปซแ])(?:(?<![\d.,/:])\d{{1,3}}(?!\d)|{NUMBER_WORD})"

RANGE = r"(?:-+|(?:ไป)?(?:จน)?(?:ถึง|ยัน))"
LIST = r"(?:และ|กับ|,|&)"

# What stands after a number that counts things, so that it is no minute, no year and no day.
UNIT = (
    r"(?:คน(?!เยอะ|แน่น|ล้น|(?:มา|เข้า|ร่วม|ไป)[ก-๛]{0,8}\s?(?:\d|หลาย|เยอะ|ครบ))|ท่าน|ราย(?!งาน|ชื่อ|ได้|การ|ละเอียด)|กิโล|กก|กรัม|ขีด|ตัน|ลิตร|เมตร|เซน|นิ้ว|ฟุต|ไร่|องศา|%|เปอร์เซ็น"
    r"|บาท|฿|บ\.|สตางค์|ร้อย|พัน|หมื่น|แสน|ล้าน|ผืน|ชิ้น|อัน(?!ดับ)|ลูก(?!ค้า|บ้าน|เสือ)|ใบ(?!สมัคร|เสร็จ)|ถุง|กล่อง|ขวด|แพ็|โหล"
    r"|ตัว(?!แทน|อย่าง|จริง)|ฟอง|ต้น(?!เดือน|ปี)|แผ่น|มัด|หวี|พวง|เส้น|คู่|ชุด|เล่ม|ห่อ|ซอง|กระปุก|กระสอบ|ถัง|ปี๊บ|ลัง"
    r"|ครัวเรือน|ครอบครัว|หลังคา|บูธ|โต๊ะ|แก้ว|จาน|ถ้วย|ช้อน|ก้อน|แท่ง|ม้วน|ตะกร้า|เข่ง|ส่วน|เท่า|ครั้ง|แห่ง|จังหวัด|ตำบล|หมู่บ้าน"
    r"|กลุ่ม(?=\s|$)|ชั่วโมง|ชม|เดือน(?!หน้า|นี้|ที่แล้ว|ก่อน)|สัปดาห์|อาทิตย์(?=\s|$|ละ)|ปี(?!หน้า|นี้|ที่แล้ว|ใหม่)"
    r"|วัน(?=\s|$|ละ|แรก|ครึ่ง)|คืน(?=\s|$))"
)
# A figure that stands alone is not cut from a longer one, nor does it count something.
ALONE = rf"(?![\d/]|[.:]\d|,\d{{3}}|\s*{UNIT})"

# Private-use characters: what was read is replaced by them, so that it is not read again.
CLOCK, DAY, EVERY = "\ue001", "\ue002", "\ue003"

HALF = r"(?:ครึ่ง|ครึง|คึ่ง|ครี่ง)"
YONDER = r"(?:โน้น|นู้น|โน่น|นู่น|นู้|โน้)"  # one further: the week after next, the month before last
MORNING, AFTERNOON, EVENING = "เช้า", "บ่าย", "เย็น"
DAYPART = r"(?:เช้า|สาย|เที่ยง|บ่าย|เย็น|แลง|ค่ำ|คืน|ดึก)"


def number(words: str) -> int:
    """The value of digits or of a Thai number word between 0 and 99 that one of the patterns here matched."""
    words = words.strip()
    if words.isdecimal():
        return int(words)
    for tens, value in _TENS.items():
        if words.startswith(tens):
            return value + _ONES.get(words[len(tens) :], 0)
    return _ONES[words]


def pattern(source: str) -> re.Pattern[str]:
    """A compiled pattern whose ``{NUMBER}``-like names stand for the patterns of this module."""
    for name in (
        "NUMBER_WORD",
        "NUMBER",
        "COUNT",
        "RANGE",
        "LIST",
        "EVERY",
        "UNIT",
        "ALONE",
        "HALF",
        "DAYPART",
        "GOES_ON",
    ):
        source = source.replace("{" + name + "}", globals()[name])
    return re.compile(source)


def before(text: str, end: int, characters: int = 20) -> str:
    """The last characters of the text before that place: as far back as a word still belongs to what follows."""
    return text[max(0, end - characters) : end]


def said(match: re.Match[str], name: str) -> str | None:
    """What a named group of the match holds; None too where its pattern has no such group."""
    return match.groupdict().get(name)
