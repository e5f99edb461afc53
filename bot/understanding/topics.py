"""What a question, tip, meeting, announcement or worry is about, and whom a message names."""

from collections.abc import Callable, Iterator, Sequence

from bot.understanding.phrases import Span, Word, part, run, span, stripped

Find = Callable[[Sequence[Word]], Span | None]


def topic(words: Sequence[Word], intent: str) -> Span | None:
    """Give the span of what the message is about: what is named as such, else what the intent's way of talking shows."""
    return announced(words) or (_BY_INTENT[intent](words) if intent in _BY_INTENT else None)


def announced(words: Sequence[Word]) -> Span | None:
    """Give what follows เรื่อง, หัวข้อ, วาระ, เกี่ยวกับ."""
    for place, word in enumerate(words):
        if word.text in part("topic"):
            if found := _said(words, place + 1):
                return span(found)
    return None


def _said(words: Sequence[Word], first: int) -> list[Word]:
    """Give the phrase from ``first`` on, after a space, a colon or a joining word."""
    while first < len(words) and (
        words[first].text in part("joined") or words[first].text in (" ", ":", ": ")
    ):
        first += 1
    found = run(words, first, part("stop_topic"))
    return found if any(word.text not in part("empty_topic") for word in found) else []


def _asked(words: Sequence[Word]) -> Span | None:
    """Give what a question is about: the longest clause, without what people say around a question."""
    clauses = [stripped(clause, part("asking") | {" "}) for clause in _clauses(words)]
    return span(max(clauses, key=_length, default=[]))


def _clauses(words: Sequence[Word]) -> Iterator[list[Word]]:
    clause: list[Word] = []
    for word in words:
        if word.wall:
            yield clause
            clause = []
        else:
            clause.append(word)
    yield clause


def _length(phrase: Sequence[Word]) -> int:
    return phrase[-1].end - phrase[0].start if phrase else 0


def _tip(words: Sequence[Word]) -> Span | None:
    return _after(words, part("tip"))


def _gathered(words: Sequence[Word]) -> Span | None:
    """Give what a meeting is for, unless who meets is said there (ประชุมกรรมการ)."""
    return _after(words, part("gathering"), unless=part("body") | part("title"))


def _learnt(words: Sequence[Word]) -> Span | None:
    return _after(words, frozenset({"สอน", "เรียน", "ด้าน", "ฝึก", "เรียนรู้", "สอนให้"}), unless=part("title"))


def _told(words: Sequence[Word]) -> Span | None:
    return _after(words, frozenset({"ว่า"}))


def _after(words: Sequence[Word], heads: frozenset[str], unless: frozenset[str] = frozenset()) -> Span | None:
    for place, word in enumerate(words):
        if word.text in heads:
            found = _said(words, place + 1)
            if found and found[0].text not in unless:
                return span(found)
    return None


_BY_INTENT: dict[str, Find] = {
    "ask_advice": _asked,
    "share_knowledge": _tip,
    "create_meeting": _gathered,
    "announce": _told,
    "request_mentor": _learnt,
}


def person(words: Sequence[Word]) -> Span | None:
    """Give the span of the first person or group named with a title: ป้าสมศรี, กลุ่มทอผ้าบ้านโนน."""
    for place, word in enumerate(words):
        if word.text in part("title"):
            name = run(words, place + 1, part("stop") | part("stop_person"))
            if name:
                return word.start, name[-1].end
    return None
