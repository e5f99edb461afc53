"""What a question, tip, meeting, announcement or worry is about, and whom a message names."""

from collections.abc import Callable, Iterator, Sequence

from bot.understanding.phrases import Span, Word, part, run, span, stripped

NAME_WORDS = 2  # of a person, behind the title
COST = "ค่า"  # ends a sentence politely, or opens what is paid for: ค่าไฟ, ค่ารถ

Find = Callable[[Sequence[Word]], Span | None]


def topic(words: Sequence[Word], intent: str) -> Span | None:
    """Give the span of what the message is about: what is named as such, else what the intent's wording shows."""
    words = _with_costs(words)
    return announced(words) or (_BY_INTENT[intent](words) if intent in _BY_INTENT else None)


def announced(words: Sequence[Word]) -> Span | None:
    """Give what follows เรื่อง, หัวข้อ, วาระ, เกี่ยวกับ."""
    for place, word in enumerate(words):
        if word.text in part("topic") and (found := _said(words, place + 1)):
            return span(found)
    return None


def _with_costs(words: Sequence[Word]) -> list[Word]:
    """Give the words with ค่า and what it is paid for as one: before another word it is no politeness."""
    told: list[Word] = []
    for word in words:
        if told and told[-1].text == COST and not word.wall and word.text not in part("stop_topic"):
            told[-1] = Word(COST + word.text, told[-1].start, word.end)
        else:
            told.append(word)
    return told


def _said(words: Sequence[Word], first: int) -> list[Word]:
    """Give the phrase from ``first`` on, behind spaces, colons, a date or joining words."""
    while first < len(words) and (words[first].wall or words[first].text in part("joined")):
        first += 1
    found = stripped(run(words, first, part("stop_topic")), part("topic_edge"))
    if (
        not found
        or found[0].text in part("no_topic")
        or all(word.text in part("empty_topic") for word in found)
    ):
        return []
    return found


def _asked(words: Sequence[Word]) -> Span | None:
    """Give what a question is about: the longest clause, without what people say around a question."""
    return _gist(words, part("asking") | part("topic_edge"))


def _worried(words: Sequence[Word]) -> Span | None:
    """Give what a worry is about: the longest clause, without the words for the worry itself."""
    return _gist(words, part("worry") | part("topic_edge"))


def _gist(words: Sequence[Word], around: frozenset[str]) -> Span | None:
    clauses = [stripped(clause, around | {" "}) for clause in _clauses(words)]
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
    """Give what follows สูตร, วิธี, เคล็ดลับ, else the opening up to what is advised (ตากผ้าคราม | ต้องตากในร่ม)."""
    edges = part("asking") | part("tip") | part("sharing")
    openings = (run(stripped(clause, edges), 0, part("advising")) for clause in _clauses(words))
    return _after(words, part("tip")) or span(next((opening for opening in openings if opening), []))


def _gathered(words: Sequence[Word]) -> Span | None:
    """Give what a meeting is for, unless who meets is said there (ประชุมกรรมการ)."""
    return _after(words, part("gathering"), unless=part("body") | part("title"))


def _learnt(words: Sequence[Word]) -> Span | None:
    return _after(words, part("learning"), unless=part("title"))


def _told(words: Sequence[Word]) -> Span | None:
    """Give what follows ว่า, else the longest clause without the words that ask for it to be spread."""
    return _after(words, part("saying")) or _gist(words, part("spreading") | part("topic_edge"))


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
    "log_activity": _gathered,
    "announce": _told,
    "request_mentor": _learnt,
    "raise_concern": _worried,
}


def person(words: Sequence[Word]) -> Span | None:
    """Give the span of the person or group who is named: behind a word of praise or thanks, else behind a title."""
    for place, word in enumerate(words[:-1]):
        if word.text in part("commend") and (name := _name(words, place + 1)):
            return span(name)
    names = (_name(words, place) for place, word in enumerate(words) if word.text in part("title"))
    return span(next((name for name in names if name), []))


def _name(words: Sequence[Word], first: int) -> list[Word]:
    """Give a title and the name behind it: of a group all words up to a stop (กลุ่มทอผ้าบ้านโนน), of a person two at
    most and no verb; or one word that holds both (แม่คำแพง).
    """
    title = words[first].text
    ends = part("stop") | part("stop_person")
    if title in part("group"):
        name = run(words, first + 1, ends)
    elif title in part("title"):
        name = run(words, first + 1, (ends | part("verb") | part("craft")) - part("nickname"))[:NAME_WORDS]
    else:
        return [words[first]] if title.startswith(tuple(part("honorific"))) else []
    return [words[first], *name] if name else []
