"""Whether a message in a group speaks to the bot: does it begin with the bot's name, used as a name?

Names are the deployment's choice. One that no dictionary has (Saan) is a name wherever it stands alone. One that is
also a word (สาน is "to weave") is a name where something marks it as one (@, น้อง, จ๋า, a comma), where a request follows
right behind it, or a space and something that does not carry on the word. Data: ``data/lexicon/calling.tsv``.
"""

import re
from collections.abc import Sequence
from itertools import accumulate

from bot.understanding import lexicon, words
from bot.understanding.normalise import Text, normalise, tidy
from bot.understanding.numbers import find_numbers

_FACE = r"[\u2190-\u2bff\U0001f000-\U0001faff\s]*"
_PAUSE = re.compile(r"\s*(?:[,:;!?~\n\u2026\u2190-\u2bff\U0001f000-\U0001faff]|\.\.)|\s*$")
_LATIN_GOES_ON = re.compile(r"[A-Za-z0-9_'’-]|\.[A-Za-z]")
_THAI_GOES_ON = re.compile("[ะ-ฺๅ็-๎]")
_LETTER = re.compile(r"[^\W\d]")
_THAI = re.compile("[ก-๛]")
_BEFORE_COUNT = ("", "ได้", "ขาย", "ขายได้", "ไป", "ไปแล้ว", "มา")
_COMING = re.compile(r"(?:ไป|มา)\s*[^\s\d]{0,8}\s*\d*\s*(?:คน|ท่าน|ราย)")
_COUNTED = 16  # characters behind the name in which a count begins
_DISTINCT = 4  # letters from which on a phrase is told from the beginning of another word
_JUDGED = 80  # characters behind the name that decide


def called(text: str, names: Sequence[str]) -> bool:
    """Whether ``text`` begins with one of the bot's ``names`` and means the bot by it."""
    return _end_of_call(tidy(text[: 2 * _JUDGED]), names) is not None


def without_name(text: str, names: Sequence[str]) -> str:
    """The message without the leading call (name, particles, comma); unchanged where the bot is not called."""
    message = tidy(text)
    end = _end_of_call(message, names)
    if end is None:
        return text
    return message.quote(end, len(message.clean))


def _end_of_call(message: Text, names: Sequence[str]) -> int | None:
    for name in sorted({name.lstrip("@") for name in names}, key=len, reverse=True):
        match = _beginning(name).match(message.clean)
        if match and _means_bot(
            name, message.clean[match.end() :], at=bool(match["at"]), honoured=bool(match["honour"])
        ):
            return match.end() + _courtesies(message.clean[match.end() :])
    return None


def _beginning(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?i){_FACE}(?P<at>@ ?)?(?P<honour>(?:{_honours()}) ?)?{re.escape(name)}")


def _honours() -> str:
    return "|".join(lexicon.group("calling", "honorific"))


def _means_bot(name: str, rest: str, *, at: bool, honoured: bool) -> bool:
    if _LATIN_GOES_ON.match(rest) if name[-1].isascii() else _THAI_GOES_ON.match(rest):
        return False
    if _PAUSE.match(rest):
        return True
    apart = rest[0] == " "
    judged = normalise(rest[:_JUDGED]).clean
    if _longest(judged, lexicon.group("calling", "vocative")):
        return True
    if not apart and (not _begins_word(judged) or _longer_word(name, judged)):
        return False
    bare = re.sub(f"^(?:{_honours()})(?=.)", "", name)
    if not _is_word(bare):
        return True
    if at:
        return apart or _asks(bare, judged)
    if honoured or bare != name:
        return apart or not _carrying(judged, "goes_on", bare)
    return _speaks_on(bare, judged) if apart else _asks(bare, judged)


def _is_word(name: str) -> bool:
    return all(words.known(word) for word in words.cut(name))


def _begins_word(rest: str) -> bool:
    """Whether the letters right behind a name are a word, and not the end of a longer name (สานนท์)."""
    return not _THAI.match(rest) or words.known(words.cut(rest)[0])


def _longer_word(name: str, rest: str) -> bool:
    return any(len(word) > len(name) for word in words.dictionary().prefixes(name + rest))


def _asks(name: str, rest: str) -> bool:
    """Right behind a word: only what people begin a request, a question or a report with makes it a name."""
    later = _after_time(rest)
    if later != rest:
        return _speaks_on(name, later)
    carrying = _carrying(rest, "goes_on", "clings", name)
    return _opening(rest) > carrying or (not carrying and _requests(rest))


def _speaks_on(name: str, rest: str) -> bool:
    """Behind a pause: anything makes it a name but what is said of the word itself."""
    later = _after_time(rest)
    carrying = _carrying(later, "goes_on", name)
    return bool(_LETTER.search(later)) and (not carrying or _opening(later) > carrying or _requests(later))


def _opening(rest: str) -> int:
    return _longest(rest, lexicon.group("calling", "opener"))


def _carrying(rest: str, *sections: str) -> int:
    """How much of what follows carries on the word: สานตะกร้า, สานเสร็จ, สานได้ 3 ใบ."""
    numbers = find_numbers(rest[:_COUNTED])
    if numbers and rest[: numbers[0].start].strip() in _BEFORE_COUNT:
        # Baskets are counted, not people: สาน ไป 2 คน is an answer to an invitation.
        return 0 if _COMING.match(rest) else numbers[0].end
    return max(_longest(rest, lexicon.group("calling", section)) for section in sections)


def _requests(rest: str) -> bool:
    return any(word in lexicon.group("calling", "request") for word in words.cut(rest))


def _longest(text: str, phrases: frozenset[str]) -> int:
    """The length of the longest phrase that ``text`` begins with; a short one must end where a word ends."""
    ends = set(accumulate(len(word) for word in words.pieces(text)))
    fitting = (len(p) for p in phrases if text.startswith(p) and (len(p) in ends or len(p) >= _DISTINCT))
    return max(fitting, default=0)


def _after_time(rest: str) -> str:
    for word in words.pieces(rest):
        if not (word.isspace() or word in lexicon.group("calling", "time")):
            break
        rest = rest.removeprefix(word)
    return rest


def _courtesies(rest: str) -> int:
    """How many characters of particles, commas and spaces stand behind the name."""
    length = 0
    for word in words.pieces(rest):
        if word not in lexicon.group("calling", "vocative") and re.search("[0-9A-Za-zก-๛]", word):
            break
        length += len(word)
    return length
