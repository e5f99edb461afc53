"""From what people type to text that the readers can work on, with the way back to their own words.

Two halves, repeated until nothing changes: the characters are tidied here (order of vowels and tones, digits, stretched
letters, laughter, stickers), then the words are mended (``spelling``: keyboard layout, misspellings, dialect, spaces).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot.understanding import lexicon, spelling
from bot.understanding.draft import Draft

PASSES = 6  # one pass changes, the next finds nothing left; only made-up text needs more

MARK = "ัิ-ฺ็-๎"  # vowels and signs above and below, tone marks
TONE = "่-๋"
_FOREIGN = re.compile(r"[^\n -~\u0e00-\u0e7f]")
_THAI_DIGITS = {ord("๐") + digit: str(digit) for digit in range(10)}
_UNSEEN = re.compile(
    "[\u0300-\u036f\u20e3\u2028\u2029\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]"
)  # accents, emoji's skins
_BREAKS = dict.fromkeys("\r\x85\u2028\u2029", "\n") | dict.fromkeys("\t\v\f", " ")
_DRAWN = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "×": "x", "½": "ครึ่ง"}

_MARKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("เเ"), "แ"),
    (re.compile(f"([{TONE}์]{{1,3}})([ัิ-ฺ็]+)"), r"\2\1"),  # the vowel comes before the tone
    (re.compile(f"ํ([{TONE}]?)า"), r"\1ำ"),
    (re.compile(f"([าำะ])([{TONE}]+)"), r"\2\1"),
    (re.compile(rf"([ัิ-ฺ็][{TONE}]?)\1+"), r"\1"),
    (re.compile(r"([ะ-ฺเ-ๆ็-๎])\1+"), r"\1"),
    (re.compile(f"[{TONE}]+([{TONE}])"), r"\1"),  # of two tone marks the later is the correction
    (re.compile("(?<![ฤฦ])ๅ"), "า"),
    (re.compile(f"(?<=[ก-ฮ]) (?=[{MARK}ะาำ])"), ""),
    (re.compile(f"(?<![ก-ฮะ-ฺเ-๎])[{MARK}]+"), ""),
)
_THAI = re.compile("[ก-๎]")
_VOWELS = frozenset("ะาำัิีึืฺุู็่้๊๋์ํ๎")
_RUN = re.compile(r"([ก-ฮ])\1{2,}")
_ABBREVIATION = "สสส"
_REPEATED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"([!?~])\1+"), r"\1"),
    (re.compile(r"\.{4,}"), "..."),
)
_SPACES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r" {2,}"), " "),
    (re.compile(r" *\n[ \n]*"), "\n"),
    (re.compile(r"\A[ \n]+|[ \n]+\Z"), ""),
)
_LAUGHTER = re.compile(r"(?<![\d.,:/\-])(?:5{3,}|ถ{4,})(?![.,:/\-]?\d)\+*")
_COUNTED = re.compile(
    r"(?:(?<!ไม่)ได้|ขาย|เงิน|ยอด|รวม|ราคา|เลข|เบอร์|โทร\.?|ห้อง|จำนวน|หมด|เก็บ|จ่าย|ซื้อ|เหลือ|มี|รหัส|ละ|[=:฿#])\s?\Z"
)
_UNIT = re.compile(
    r"\s?(?:บาท|บ\.|฿|%|คน|ราย|ท่าน|ก\.?ก|กิโล|โล|กรัม|ขีด|ตัน|ลิตร|ชิ้น|อัน|ผืน|ใบ|ลูก|ก้อน|ซอง|ชุด|คู่|ถุง|ขวด|กล่อง|กระปุก|แพ็ค|โหล|ไร่|ต้น|ตัว|เมตร|หน่วย|แต้ม|กว่า)|[A-Za-z]"
)
_STICKER = re.compile(r"[(\[]([^()\[\]\n]{1,24})[)\]]")
_EMOJI = r"\u2190-\u2bff\u3000-\u303f\U0001f000-\U0001faff"
_EMOJI_EDGE = re.compile(rf"(?<=[{_EMOJI}])(?=[^\s{_EMOJI}])|(?<=[^\s{_EMOJI}])(?=[{_EMOJI}])")
_LATIN = re.compile(r"(?<![A-Za-z0-9_@./:-])[A-Za-z]{4,}(?![A-Za-z0-9_@/:-]|\.[A-Za-z])")
LAUGH = "ฮ่าๆ"


@dataclass(frozen=True, slots=True)
class Text:
    """A message as it was written, and as the readers see it."""

    original: str
    clean: str
    starts: Sequence[int] = field(repr=False, compare=False)
    ends: Sequence[int] = field(repr=False, compare=False)

    def quote(self, start: int, end: int) -> str:
        """The writer's own words behind ``clean[start:end]``."""
        if not 0 <= start < end <= len(self.clean):
            return ""
        return self.original[min(self.starts[start:end]) : max(self.ends[start:end])]


def normalise(text: str) -> Text:
    """Put right what can be put right without knowing what the message is about. Never raises."""
    return _settle(text, words=True)


def tidy(text: str) -> Text:
    """Put only the characters right and leave the words as they were written."""
    return _settle(text, words=False)


@lru_cache(maxsize=64)  # a turn comes back to the same words: as a command, an answer, a button's name
def _settle(text: str, *, words: bool) -> Text:
    draft = Draft(text)
    sound: set[str] = set()
    for _ in range(PASSES):
        before = draft.text
        draft.sub(_FOREIGN, lambda match: _fold(match.group()))
        if words:
            spelling.mend_layout(draft)
        _tidy(draft)
        if words:
            spelling.mend_words(draft, sound)
        if draft.text == before:
            break
    return Text(text, draft.text, tuple(draft.starts), tuple(draft.ends))


def _tidy(draft: Draft) -> None:
    draft.translate(_THAI_DIGITS)
    for pattern, new in _MARKS:
        draft.sub(pattern, new)
    draft.sub(_LAUGHTER, _laughter)
    draft.sub(_RUN, _shortened)
    for pattern, new in _REPEATED:
        draft.sub(pattern, new)
    draft.sub(_LATIN, _unstretched)
    draft.sub(_STICKER, _without_sticker)
    draft.sub(_EMOJI_EDGE, " ")
    for pattern, new in _SPACES:
        draft.sub(pattern, new)


def _shortened(match: re.Match[str]) -> str:
    """มากกก is มาก; in กันนนะ one letter begins the next syllable, in โนนนารายณ์ all three stand rightly."""
    run, letter = match.group(), match[1]
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    if not _THAI.match(before) or after == "." or run == _ABBREVIATION:
        return run
    begins_syllable = bool(after) and after in _VOWELS
    return letter * (1 + begins_syllable + (begins_syllable and "เ" <= before <= "ไ"))


def _unstretched(match: re.Match[str]) -> str:
    return re.sub(r"(?!ww|ii|xx)([a-z])\1{2,}", r"\1", match.group())


def _without_sticker(match: re.Match[str]) -> str:
    name = match[1].strip().lower()
    return " " if (name,) in lexicon.rows("stickers") else match.group()


def _laughter(match: re.Match[str]) -> str:
    """555 is laughter unless something is counted: ขายได้ 555, 555 บาท. ถถถ is it with the keyboard in Thai."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    counted = _COUNTED.search(before[-12:]) or _UNIT.match(after)
    sure = match.group()[0] == "ถ" or match.group()[-1] == "+"
    return match.group() if counted and not sure else f" {LAUGH} "


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    """What a character outside Thai and ASCII is read as: itself, its plain form, a space or nothing."""
    if char in _DRAWN:
        return _DRAWN[char]
    if _UNSEEN.match(char) or unicodedata.category(char) in {"Cc", "Cf", "Cs"}:
        return _BREAKS.get(char, "")
    if unicodedata.category(char) == "Zs":
        return " "
    plain = unicodedata.normalize("NFKC", char)
    return plain if plain.isascii() else char
