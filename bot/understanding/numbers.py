"""Numbers in figures, in words and in both: 5,200, ห้าพันสอง, 1.2 แสน, 3 หมื่น 5 พัน, 30k.

A digit that follows พัน or more counts in tenths of it, as people speak: สามพันห้า is 3,500 (a bookkeeper would write
3,005 so too, nobody says it). After ร้อย it is itself: ร้อยห้า is 105. A word that merely begins like a number (ห้าง,
พันธุ์, สองแคว) is none: a number ends where a word ends.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from math import inf

from bot.understanding import lexicon, words

DIGITS = {
    "ศูนย์": 0, "หนึ่ง": 1, "นึง": 1, "เอ็ด": 1, "ยี่": 2, "สอง": 2, "สาม": 3, "สี่": 4, "ห้า": 5,
    "หก": 6, "เจ็ด": 7, "แปด": 8, "เก้า": 9,
}  # fmt: skip
TIMES = {
    "สิบ": 10,
    "ร้อย": 100,
    "พัน": 1_000,
    "หมื่น": 10_000,
    "แสน": 100_000,
    "ล้าน": 1_000_000,
    "k": 1_000,
    "K": 1_000,
}
DOZENS = {"โหล": 12, "กุรุส": 144}

_FIGURES = r"(?<![\d,.])(?:\d{1,3}(?:,\d{3})+|\d{1,8})(?:\.\d+)?(?!\d|[.,]\d)"
_UNCOUNTED = re.compile(  # telephone numbers, long codes, house numbers and dates, clock times, A4, ป.6, หมู่ 5
    r"(?<!\d)(?:\+66|0)[ -]?\d(?:[ -]?\d){7,8}(?!\d)|\d{9,}|(?<![\d/])(?![13]/[248](?![\d/]))\d+(?:/\d+)+"
    r"|\d{1,2}:\d{2}|[A-Za-z]-?\d+|(?<![ก-๎])[ก-ฮ]{1,2}\.\s?\d+|(?<![\d,.])0\d+(?![.\d])|(?:หมู่ที่|หมู่|ม\.|เลขที่)\s?\d+(?:/\d+)*(?!\s?คน)"
)
_FRACTION = r"(?<![\d/])[13]/[248](?![\d/])"
_K = r"(?<=\d)[kK](?![A-Za-z])"
_WORDS = "|".join(
    sorted([*DIGITS, *(word for word in TIMES if len(word) > 1), "ซาว", "ครึ่ง"], key=len, reverse=True)
)
_LEXEME = re.compile(rf"{_FRACTION}|{_FIGURES}|{_K}|{_WORDS}")
_MANY = re.compile("(?:หลาย|กี่|นับ|เรือน)$")
_SUM = re.compile("(?:ละ|ได้|เงิน|รวม|ราคา|เหลือ|ยอด|จ่าย)\\s?$")
_APPROXIMATELY = re.compile(
    r"^(?:ประมาณ|ราวๆ|ราว|น่าจะ|เกือบๆ|เกือบ|สัก|ซัก|แค่|ทั้งหมด|รวม|~)+|(?:กว่าๆ|กว่า|ถ้วน|เศษๆ|เศษ|นิดๆ)+$"
)

LONGEST = 24  # words and figures in one number; the longest below ten million has 13


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a clean text: where it stands and what it is worth."""

    start: int
    end: int
    value: float


@dataclass(frozen=True, slots=True)
class _Lexeme:
    start: int
    end: int
    word: str
    parted: bool  # a space stands before it


def find_numbers(clean: str) -> list[Number]:
    """All numbers in a clean text, in order. Dozens are a unit, not a number; "several hundred" is no number."""
    found: list[Number] = []
    lexemes = list(_lexemes(clean))
    ends = _word_ends(clean) if any(not lexeme.word[0].isdigit() for lexeme in lexemes) else set()
    at = 0
    while at < len(lexemes):
        number, used = _longest(clean, lexemes[at : at + LONGEST + 1], ends)
        if number:
            found.append(number)
        at += used
    return found


def read_number(words: str) -> float | None:
    """The value of a text that is one number and nothing else (ประมาณ, กว่า and ถ้วน aside), or None."""
    text = _APPROXIMATELY.sub("", words.strip()).strip()
    dozen = next((word for word in DOZENS if text.endswith(word)), None)
    if dozen:
        count = read_number(text.removesuffix(dozen)) if text != dozen else 1
        return None if count is None else count * DOZENS[dozen]
    numbers = find_numbers(text)
    whole = len(numbers) == 1 and numbers[0].start == 0 and numbers[0].end == len(text)
    return numbers[0].value if whole else None


def _lexemes(clean: str) -> Iterator[_Lexeme]:
    uncounted = [match.span() for match in _UNCOUNTED.finditer(clean)]
    for match in _LEXEME.finditer(clean):
        if any(start < match.end() and match.start() < end for start, end in uncounted):
            continue
        yield _Lexeme(*match.span(), match.group(), parted=clean[match.start() - 1 : match.start()] == " ")


def _longest(clean: str, lexemes: list[_Lexeme], ends: set[int]) -> tuple[Number | None, int]:
    """The longest number that the lexemes begin with, and how many of them are done with."""
    run = _run(clean, lexemes)
    for used, value in reversed(list(enumerate(_values(run), 1))):
        start, end = run[0].start, run[used - 1].end
        if _whole_words(clean, start, end, ends) and _counts(clean, run[:used]):
            return Number(start, end, value), used
    return None, 1


def _run(clean: str, lexemes: list[_Lexeme]) -> list[_Lexeme]:
    """The lexemes that stand together: 2 หมื่น 3 พัน, but not the 5 of 3 พัน 5 ใบ."""
    run = lexemes[:1]
    for index, lexeme in enumerate(lexemes[1:LONGEST], 1):
        if clean[run[-1].end : lexeme.start] not in ("", " "):
            break
        if lexeme.parted and lexeme.word not in TIMES:
            following = lexemes[index + 1] if index + 1 < len(lexemes) else None
            goes_on = following is not None and following.word in TIMES
            if run[-1].word not in TIMES or not (goes_on or re.match(r"\s?(?:บาท|$)", clean[lexeme.end :])):
                break
        run.append(lexeme)
    return run


def _values(run: list[_Lexeme]) -> Iterator[float]:
    """What each beginning of the run is worth, up to where it is a number no more."""
    spoken = _Spoken()
    for lexeme in run:
        if not spoken.hear(lexeme.word):
            return
        yield spoken.value


@dataclass(slots=True)
class _Spoken:
    """A number as far as it has been heard."""

    millions: float = 0.0
    below: float = 0.0  # what is heard under a million
    digit: float | None = None  # what waits for its ร้อย, พัน …
    weight: float = 1.0  # what the digit counts in if nothing follows
    scale: float = 1.0  # the last ร้อย, พัน … heard
    smallest: float = inf  # whatever follows must be less
    lone: bool = False  # nothing but one พัน, หมื่น … so far: พันนึง is one thousand

    @property
    def value(self) -> float:
        return self.millions + self.below + (self.digit or 0.0) * self.weight

    def hear(self, word: str) -> bool:
        """Take in one more word; False if it does not belong to this number."""
        if word in TIMES:
            return self._hear_scale(TIMES[word])
        if word == "ครึ่ง" and self.value:
            return self._hear_half()
        worth = 20.0 if word == "ซาว" else 0.5 if word == "ครึ่ง" else _digit(word)
        if self.digit is not None or worth >= self.smallest:
            return False
        if self.lone and worth == 1 and word != "เอ็ด":
            self.smallest = 0
            return True
        if word == "ซาว":
            self.below, self.smallest = self.below + worth, 10
        else:
            spoken = self.scale >= TIMES["พัน"] and worth < 10
            self.digit, self.weight = worth, self.scale / 10 if spoken else 1.0
        return True

    def _hear_scale(self, scale: float) -> bool:
        self.lone = self.value == 0 and self.digit is None and self.scale == 1
        if scale == TIMES["ล้าน"]:
            count = self.millions + self.below + (self.digit or 0.0)
            self.millions, self.below, self.smallest = (count or 1.0) * scale, 0.0, inf
        elif scale >= self.smallest:
            return False
        else:
            self.below += (1.0 if self.digit is None else self.digit) * scale
            self.smallest = scale
        self.digit, self.scale = None, scale
        return True

    def _hear_half(self) -> bool:
        if self.smallest == 0:
            return False
        self.below += 0.5 * (self.scale if self.digit is None else 1.0)
        self.smallest = 0
        return True


def _digit(word: str) -> float:
    if "/" in word:
        return int(word[0]) / int(word[2])
    return float(DIGITS[word]) if word in DIGITS else float(word.replace(",", ""))


def _word_ends(clean: str) -> set[int]:
    return {0, *accumulate(len(word) for word in words.pieces(clean))}


def _whole_words(clean: str, start: int, end: int, ends: set[int]) -> bool:
    before, after = clean[start - 1 : start], clean[end : end + 1]
    starts_well = start in ends or clean[start].isdigit() or not _is_thai(before)
    return starts_well and (end in ends or clean[end - 1].isdigit() or not _is_thai(after))


def _is_thai(char: str) -> bool:
    return "ก" <= char <= "๎"


def _counts(clean: str, run: list[_Lexeme]) -> bool:
    """Whether a lone ร้อย or พัน counts something: พันบาท does, พันผ้า, หลายพัน and the province ร้อยเอ็ด do not."""
    said = [lexeme.word for lexeme in run]
    if said in (["เอ็ด"], ["ยี่"]) or _MANY.search(clean[: run[0].start]):
        return False
    if said[0] not in TIMES or (len(said) > 1 and said != ["ร้อย", "เอ็ด"]):
        return True
    before, after = clean[: run[0].start], clean[run[-1].end :]
    summed = len(said) == 1 and (clean == said[0] or (_SUM.search(before) and not _is_thai(after[:1])))
    return summed or bool(_counted().match(after))


@cache
def _counted() -> re.Pattern[str]:
    units = "|".join(re.escape(row[0]) for row in lexicon.rows("units"))
    return re.compile(rf"\s?(?:กว่า|บาท|บ\.|คน|ราย|ท่าน|{units})")
