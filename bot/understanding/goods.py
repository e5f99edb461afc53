"""Which goods or service a message is about: what is sold, made, sought, offered."""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from bot.understanding import rules
from bot.understanding.phrases import Span, Word, part, run, span

SHORT = 2  # names this short (ชา, งา, ยา) are goods only as whole words


def goods(words: Sequence[Word], counts: Sequence[Span] = (), *, known_only: bool = False) -> Span | None:
    """Give the span of the goods, or None.

    ``words`` have walls where dates, amounts and places stand; ``counts`` are the places of the quantities. In order of
    trust: known goods as the object of a verb, before a quantity, anywhere; then whatever is the object of a verb or
    stands before a quantity, unless ``known_only``.
    """
    objects, counted = list(_objects(words)), list(_counted(words, counts))
    known = [
        name
        for name in (*_services(words), *objects, *counted)
        if names_goods(name[-1].text) or names_goods(name[0].text)
    ]
    unknown = [] if known_only else objects
    other = [] if known_only else counted
    for name in (*known, *_known(words), *unknown, *other):
        if any(word.text not in _vague() for word in name):
            return span(name)
    return None


def _objects(words: Sequence[Word]) -> Iterator[list[Word]]:
    for place, word in enumerate(words):
        if word.text in part("verb"):
            name = _led(words, place + 1)
            if name and (_opens_clause(words, place) or names_goods(name[0].text)):
                yield name


def _services(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Give what somebody does for others: รับย้อมผ้า offers ย้อมผ้า."""
    for place, word in enumerate(words[:-1]):
        if word.text in part("service") and words[place + 1].text in part("craft"):
            yield run(words, place + 1, part("stop"))


def _opens_clause(words: Sequence[Word], place: int) -> bool:
    """Tell a verb from the second half of a name (กล้วยตาก)."""
    before = words[place - 1] if place else None
    return before is None or before.wall or before.text in part("stop") | part("lead") | part("title")


def _led(words: Sequence[Word], first: int) -> list[Word]:
    """Give the name that follows a verb, after the words that may stand between them."""
    while first < len(words) and words[first].text in part("lead"):
        first += 1
    return run(words, first, part("stop"))


def _counted(words: Sequence[Word], counts: Sequence[Span]) -> Iterator[list[Word]]:
    for start, _ in sorted(counts):
        before = [word for word in words if word.end <= start]
        while before and (before[-1].text == " " or before[-1].text in part("stop")):
            before.pop()
        name: list[Word] = []
        while before and not before[-1].wall and before[-1].text not in part("stop") | part("lead"):
            name.insert(0, before.pop())
        if name:
            yield name


def _known(words: Sequence[Word]) -> Iterator[list[Word]]:
    for place, word in enumerate(words):
        if names_goods(word.text) and word.text not in part("unit"):
            yield run(words, place, part("stop"))


@lru_cache(maxsize=1 << 14)
def names_goods(word: str) -> bool:
    """Tell whether a word begins like the name of goods (ผ้าคลุมไหล่ like ผ้า)."""
    if word in _goods():
        return True
    heads = (word[:size] for size in range(SHORT + 1, len(word)) if word[size] not in _MARKS)
    return word not in part("not_goods") and any(head in _goods() for head in heads)


_MARKS = "ะาำิีึืุู็่้๊๋์"  # a letter with one of these behind it is not the end of a word


@cache
def _goods() -> frozenset[str]:
    return frozenset(name for _, names in rules.rows("goods.tsv") for name in names.split())


@cache
def _vague() -> frozenset[str]:
    return part("empty") | part("verb") | part("lead") | part("title") | part("stop")
