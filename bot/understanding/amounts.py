"""Money, quantities and head counts in a message.

Money is the total where one is said (รวม, ทั้งหมด). A price per unit (ผืนละ 650) is not the total: where something is told
that was done, it is multiplied by the one quantity or head count in that unit, and left out if there is none; elsewhere
(an offer, a fee) the price itself is the money. A sum without บาท counts where the message speaks of money.
Data: ``data/lexicon/units.tsv``, ``sums.tsv``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from bot.understanding import lexicon, words
from bot.understanding.normalise import Text
from bot.understanding.numbers import Number, find_numbers

Span = tuple[int, int]

TOLD = {"log_activity", "record_fund", "correct_record", None}  # what was done: here a total is asked for
COMING = {"rsvp", "create_meeting"}  # here a number behind ไป or มา counts people
MOST_PEOPLE = 1000
SMALLEST_BARE_SUM = 20  # baht; what has neither unit nor บาท and is less is not taken for money
SMALLEST_BARE_TOTAL = 100  # the same after รวม in a message that does not speak of money

_BAHT = re.compile(r"\s?(?:บาท(?:ถ้วน)?|บ\.|บ(?![ก-๎])|baht|thb|฿|\.-|,-)|\s?(?:กว่า|เศษ)ๆ?\s?บาท")
_HEADS = re.compile(r"\s?(?:กว่า\s?)?(?:คน|ราย|ท่าน|ชีวิต)(?!ละ|ที่|แรก|เดิม)")
_OTHER = re.compile(
    r"\s?(?:%|เปอร์เซ็นต์|องศา|นาที|ชั่วโมง|ชม\.|วัน|คืน|เดือน|ปี|สัปดาห์|อาทิตย์|ครั้ง|รอบ|โมง|ทุ่ม|น\.|นาฬิกา|ขวบ|เท่า|ดาว"
    r"|โวลต์|แรงม้า|วัตต์)"
)
_HALF = re.compile("ครึ่ง(?![ก-๎])|ครึ่ง(?=รวม|ได้|เป็น|ขาย)")
_RATE = re.compile(r"(?:ต่อ|/|ต่อหนึ่ง|ต่อ 1 )\s?([ก-๎.]+)")
_PER = re.compile(r"([ก-๎A-Za-z.]*?)ละ\s?(?:ประมาณ|ราคา|แค่|ตั้ง|ได้)?\s?$")
_PER_TIME = ("วัน", "อาทิตย์", "สัปดาห์", "เดือน", "ปี", "ครั้ง", "รอบ", "งวด", "รุ่น")
_NTH = re.compile(
    r"(?:ที่|ลำดับ|อันดับ|รุ่น|เบอร์|หมู่|วาระ|ชั้น|ห้อง|รหัส|โทร\.?|ปี|พ\.?ศ\.?|ค\.ศ\.|ข้อ|ซอย|สาย|ไซส์|เกรด|สูตร|อายุ|ไม่ถึง|#)\s?$"
)

_DENIED = re.compile(r"ไม่ใช่(?:นะ|ค่ะ|แค่)?\s?$")
_CAME = re.compile(r"(?:ไป|มา|เข้าร่วม|ร่วม|กัน|ด้วย)\s?$")


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a message counts: baht, pairs of number and unit as written, people; and the spans that say so."""

    money: float | None
    quantities: list[tuple[float, str]]
    participants: int | None
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Mention:
    """One number and what it counts: baht, heads, goods, or nothing said (bare). ``per`` is the unit of a rate."""

    start: int
    end: int
    value: float
    kind: str
    unit: str = ""
    per: str = ""
    before: str = ""


def read_amounts(text: Text, taken: Sequence[Span] = (), intent: str | None = None) -> Amounts:
    """Read the amounts of a message; ``taken`` are spans of the clean text that were read as times or places."""
    mentions = _mentions(text, taken)
    goods = [m for m in mentions if m.kind == "goods" and (not m.per or m.per in _PER_TIME)]
    people = _people(text.clean, mentions, intent)
    money = _money(text.clean, mentions, people, goods, intent)
    kept = (m for m in mentions if m.kind != "bare" or m.value in (money, people))
    return Amounts(money, [(m.value, m.unit) for m in goods], people, tuple((m.start, m.end) for m in kept))


def normal_unit(unit: str) -> tuple[str, float]:
    """A unit's common unit and how many of it one is: ขีด is 0.1 กก.; a unit that is not listed stands for itself."""
    return _units().get(unit.lower().strip(), (unit, 1.0))


@cache
def _units() -> dict[str, tuple[str, float]]:
    return {row[0]: (row[1], float(row[2])) for row in lexicon.rows("units")}


@cache
def _unit() -> re.Pattern[str]:
    names = sorted(_units(), key=len, reverse=True)
    return re.compile(rf"(?i)\s?(?:กว่า\s?)?({'|'.join(map(re.escape, names))})(?!ละ|[A-Za-z])")


def _mentions(text: Text, taken: Sequence[Span]) -> list[_Mention]:
    numbers = [
        n
        for n in find_numbers(text.clean)
        if not any(n.start < end and start < n.end for start, end in taken)
    ]
    ends = set(accumulate(len(word) for word in words.pieces(text.clean))) if numbers else set()
    found: list[_Mention] = []
    for number in numbers:
        since = max([found[-1].end if found else 0, *(end for _, end in taken if end <= number.start)])
        mention = _mention(text, number, ends, text.clean[since : number.start])
        if mention:
            found.append(mention)
    return found


def _mention(text: Text, number: Number, ends: set[int], before: str) -> _Mention | None:
    clean = text.clean
    per = _per(before)
    start = number.start - len(per[0]) if per else number.start
    kind, unit, end, more = _counted(text, number, ends)
    if kind == "other" or _DENIED.search(before) or (_NTH.search(before) and kind == "bare"):
        return None
    rate = _RATE.match(clean, end) if kind in ("baht", "bare") and not per else None
    if rate and normal_unit(rate[1])[0] != rate[1]:
        return _Mention(start, rate.end(), number.value + more, kind, unit, rate[1], before)
    return _Mention(start, end, number.value + more, kind, unit, per[1] if per else "", before)


def _per(before: str) -> tuple[str, str] | None:
    """The words of a rate that end right before its number, and its unit: (ผืนละ , ผืน)."""
    match = _PER.search(before)
    if not match:
        return None
    unit = next((u for u in _rated() if match[1].endswith(u)), "")
    return before[match.end(1) - len(unit) :], unit or "?"


@cache
def _rated() -> list[str]:
    return sorted([*_units(), "คน", "ราย", "ท่าน", "หัว", *_PER_TIME], key=len, reverse=True)


def _counted(text: Text, number: Number, ends: set[int]) -> tuple[str, str, int, float]:
    """What follows a number: the kind of thing counted, its unit as written, where that ends, and a half to add."""
    clean, at = text.clean, number.end
    if clean[number.start - 1 : number.start] == "฿":
        return "baht", "", at, 0.0
    for kind, pattern in (("baht", _BAHT), ("heads", _HEADS), ("goods", _unit()), ("other", _OTHER)):
        match = pattern.match(clean, at)
        if match and _whole(clean, match.end(), ends):
            half = _HALF.match(clean, match.end())
            unit = text.quote(*match.span(1)) if kind == "goods" else ""
            return kind, unit, (half or match).end(), 0.5 if half else 0.0
    return "bare", "", at, 0.0


def _whole(clean: str, end: int, ends: set[int]) -> bool:
    """Whether a word ends here: ตัว in 3 ตัว, not in 3 ตัวอย่าง."""
    return end in ends or not "ก" <= clean[end : end + 1] <= "๎" or clean.startswith("ครึ่ง", end)


def _people(clean: str, mentions: list[_Mention], intent: str | None) -> int | None:
    """How many there were: the total, those who came, men and women together, or the first number of people."""
    heads = [m for m in mentions if m.kind == "heads" and not m.per]
    present = [m for m in heads if not _ends_in(m.before, "absent")]
    total = [m for m in present if _ends_in(m.before, "total")]
    sexes = [m for m in present if _ends_in(m.before, "sex")]
    if len(sexes) > 1 and not total:
        return int(sum(m.value for m in sexes))
    came = [m for m in present if _ends_in(m.before, "came")]
    said = total or came or present or (_bare_heads(mentions) if intent in COMING else [])
    if said:
        return int(said[0].value)
    return 1 if re.search("(?:ไป|มา|แค่|ร่วม)คนเดียว", clean) else None


def _bare_heads(mentions: list[_Mention]) -> list[_Mention]:
    """Numbers without a unit right behind who comes: ไป 3."""
    bare = [m for m in mentions if m.kind == "bare" and not m.per]
    return [m for m in bare if m.value < MOST_PEOPLE and _CAME.search(m.before)]


def _money(
    clean: str, mentions: list[_Mention], people: int | None, goods: list[_Mention], intent: str | None
) -> float | None:
    traded = _first_trade(clean)
    sums = [
        m for m in mentions if not m.per and (m.kind == "baht" or _is_bare_sum(clean, m, mentions, traded))
    ]
    for section in ("total", "earned", ""):
        said = (
            [m for m in sums if _ends_in(m.before, section)]
            if section
            else [m for m in sums if not _ends_in(m.before, "part")]
        )
        if said:
            several = section == "earned" and intent in TOLD and all(m.kind == "baht" for m in said)
            return sum(m.value for m in said) if several else said[0].value
    rates = [m for m in mentions if m.per and m.kind in ("baht", "bare")]
    if len(rates) == 1 and not sums:
        return _from_rate(rates[0], people, goods, intent)
    return sums[0].value if sums else None


def _from_rate(rate: _Mention, people: int | None, goods: list[_Mention], intent: str | None) -> float | None:
    if intent not in TOLD or rate.per in _PER_TIME:
        return rate.value
    if rate.per in ("คน", "ราย", "ท่าน", "หัว") and people:
        return rate.value * people
    same = [m for m in goods if normal_unit(m.unit)[0] == normal_unit(rate.per)[0]]
    if len(same) != 1:
        return None
    return round(rate.value * same[0].value * normal_unit(same[0].unit)[1] / normal_unit(rate.per)[1], 2)


def _is_bare_sum(clean: str, mention: _Mention, mentions: list[_Mention], traded: int) -> bool:
    """Whether a number with neither unit nor บาท is money: trade was spoken of before, and nothing else fits."""
    if mention.kind != "bare" or mention.value < SMALLEST_BARE_SUM:
        return False
    if mention.start >= traded:
        return True
    behind_goods = any(m.kind == "goods" and not clean[m.end : mention.start].strip() for m in mentions)
    return behind_goods or (mention.value >= SMALLEST_BARE_TOTAL and _ends_in(mention.before, "total"))


def _first_trade(clean: str) -> int:
    """Where the first word of trade ends, also one inside a longer word (ได้เงิน, ยอดขาย), or else the text."""
    trade = tuple(lexicon.group("sums", "trade"))
    cut = words.pieces(clean)
    ends = accumulate(len(word) for word in cut)
    found = (
        end for word, end in zip(cut, ends, strict=True) if word.startswith(trade) or word.endswith(trade)
    )
    return next(found, len(clean))


def _ends_in(before: str, section: str) -> bool:
    """Whether the words right before a number, back to the number before it, hold one of a section's words."""
    near = before[-30:]
    ends = {0, *accumulate(len(word) for word in words.pieces(near))}
    found = (match for phrase in lexicon.group("sums", section) for match in re.finditer(phrase, near))
    return any(match.start() in ends and match.end() in ends for match in found)
