"""How well what somebody offers or needs fits what is sought, by their words.

A Thai name begins with the thing itself and goes on with what kind it is, so the first word weighs most: a box for
cloth is a box. A longer word that begins with the one sought is a kind of it (ขมิ้นชัน is ขมิ้น, ถุงกระดาษ is a ถุง).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import OSA

from bot.understanding.goods import names_goods
from bot.understanding.words import known
from handlers.fit import NOT_FIRST, NOT_LAST, words
from handlers.word_lists import rows

ENOUGH = 0.7  # from here on something is shown
WELL = 0.85  # from here on it is said to be what was sought; below, to come near it
HEAD, OTHER = 2.0, 1.0  # what words weigh: the thing, and of what kind it is
ASIDE = 0.05  # what a word adds that says what it is for
OF_CLASS = 0.8  # a thing of the class that was named
GENERAL = 0.4  # the word sought is a kind of the word offered: not enough to be shown
WITHIN = 0.8  # the word sought stands at the end of a longer one
MADE_SO = 0.9  # the work sought is done in making what is offered
NOT_HEAD = 0.4  # the thing sought only describes what is offered
SHORT = 2  # words this short (ชา, งา) count only as whole words
A_SLIP = 4  # characters of a word to one slip of the keyboard


@dataclass(frozen=True, slots=True)
class Phrase:
    """One thing sought: its own word (or a few that stand for it), what kind, and what for."""

    heads: tuple[str, ...]
    others: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()

    @property
    def all_words(self) -> tuple[str, ...]:
        """All its words, the telling ones first."""
        return (*self.heads, *self.others, *self.aside)


@dataclass(frozen=True, slots=True)
class Field:
    """A text of something that may fit, and what a word counts that stands in it."""

    text: str
    worth: float = 1.0


@dataclass(frozen=True, slots=True)
class _Said:
    """A text as its words joined, where they begin, and where the words begin that name things."""

    joined: str
    starts: frozenset[int]
    heads: frozenset[int]


def phrases(text: str) -> tuple[Phrase, ...]:
    """What is sought, as the things that a text names: กล่องหรือถุงใส่ข้าว is two."""
    return tuple(phrase for part in _alternatives(words(text)) if (phrase := _phrase(part)))


def related(phrase: Phrase) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What belongs to the class that is sought, and the kinds of link that stand for it."""
    members = [member for row in _classes() if _names(phrase, row[0]) for member in row[1]]
    return (
        tuple(member for member in members if not member.startswith("@")),
        tuple(member[1:] for member in members if member.startswith("@")),
    )


def fit(sought: Sequence[Phrase], fields: Sequence[Field], links: Sequence[str] = ()) -> float:
    """How well something with these texts and kinds of link fits any of the things sought: 0 to 1."""
    return max((_fit(phrase, fields, links) for phrase in sought), default=0.0)


def respelt(text: str, names: Sequence[str]) -> str | None:
    """The thing of these names that a text may have meant with a slip in it: แกรบ is แกลบ."""
    typed = "".join(words(text))
    if len(typed) < A_SLIP or known(typed):
        return None
    near = [
        (distance, start)
        for name in names
        for start in _starts_of(name)
        if 0 < (distance := OSA.distance(typed, start)) <= len(typed) // A_SLIP
    ]
    return min(near)[1] if near else None


def _fit(phrase: Phrase, fields: Sequence[Field], links: Sequence[str]) -> float:
    members, kinds = related(phrase)
    head = max(_named(word, fields) for word in phrase.heads)
    of_class = max((_named(word, fields) for word in members), default=0.0)
    head = max(head, OF_CLASS * of_class, OF_CLASS * bool(kinds and set(kinds) <= set(links)))
    if head <= GENERAL:
        return 0.0
    others = [_found(word, fields) for word in phrase.others]
    if any(_makes_to_order(word, fields) for word in phrase.heads):
        others = [1.0 for _ in others]
    aside = [_found(word, fields) for word in phrase.aside]
    share = (head * HEAD + sum(others) * OTHER) / (HEAD + len(others) * OTHER)
    return min(1.0, share + sum(aside) * ASIDE)


def _named(word: str, fields: Sequence[Field]) -> float:
    """How well a word names the thing that one of the texts is about."""
    return max(_in(word, _said(field.text), named=True) * field.worth for field in fields)


def _found(word: str, fields: Sequence[Field]) -> float:
    return max(_in(word, _said(field.text)) * field.worth for field in fields)


def _in(word: str, said: _Said, *, named: bool = False) -> float:
    """How well a word stands in a text: 1 as a word or the beginning of one; `named`: as the name of the thing."""
    best = 0.0
    for place in _places(word, said.joined):
        worth = _stands(word, place, said)
        best = max(best, worth * (_naming(word, place, said) if named else 1.0))
    return max(best, _general(word, said, named=named))


def _naming(word: str, place: int, said: _Said) -> float:
    """How far a word at this place says what the thing is: its first word does, nearly so the work that makes it."""
    if place in said.heads:
        return 1.0
    return MADE_SO if any(word.startswith(work) for work in _part("making")) else NOT_HEAD


def _stands(word: str, place: int, said: _Said) -> float:
    end = place + len(word)
    start = max(one for one in said.starts if one <= place)
    after = min(one for one in {*said.starts, len(said.joined)} if one >= end)
    whole = start == place and end == after
    if whole:
        return 1.0
    if len(word) <= SHORT or not _is_word(said.joined[end:after]) or not _is_word(said.joined[start:place]):
        return 0.0
    return 1.0 if start == place else WITHIN


def _general(word: str, said: _Said, *, named: bool) -> float:
    """The text only names what the word is a kind of: ข้าว, where ข้าวเปลือก is sought."""
    for size in range(len(word) - SHORT, SHORT, -1):
        general = word[:size]
        if known(general) and _is_word(word[size:]):
            for place in _places(general, said.joined):
                if place in (said.heads if named else said.starts) and _stands(general, place, said):
                    return GENERAL
    return 0.0


def _is_word(text: str) -> bool:
    """Whether what is left of a word beside another is a word itself, or nothing."""
    return not text or (
        text[0] not in NOT_FIRST and text[-1] not in NOT_LAST and all(map(known, words(text)))
    )


def _places(word: str, text: str) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


@lru_cache(maxsize=1 << 14)
def _said(text: str) -> _Said:
    said = words(text)
    starts: list[int] = []
    heads: list[int] = []
    at, open_ = 0, True
    for word in said:
        starts.append(at)
        if open_ and word not in _part("empty") | _part("or"):
            heads.append(at)
            open_ = word in _part("light")
        open_ = open_ or word in _part("or")
        at += len(word)
    return _Said("".join(said), frozenset(starts or [0]), frozenset(heads))


@lru_cache(maxsize=1 << 12)
def _starts_of(name: str) -> tuple[str, ...]:
    """The first word of a name, the first two, the first three."""
    said = words(name)
    return tuple("".join(said[:size]) for size in range(1, min(3, len(said)) + 1))


def _alternatives(said: Sequence[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for word in said:
        if word in _part("or"):
            yield part
            part = []
        else:
            part.append(word)
    yield part


def _phrase(said: Sequence[str]) -> Phrase | None:
    telling = [_trade(word) for word in said if word not in _part("empty")]
    while telling and telling[0] in _part("purpose"):
        telling.pop(0)
    place = next((place for place, word in enumerate(telling) if word in _part("purpose")), len(telling))
    main = [word for word in telling[:place] if word not in _part("light")]
    light = [word for word in telling[:place] if word in _part("light")]
    aside = [word for word in telling[place:] if word not in _part("purpose")]
    named = main or light or aside
    if not named:
        return None
    kinds = [word for word in named[1:] if not _is_content(named[0], word)]
    rest = [word for word in (*named[1:], *light, *aside) if word not in kinds and word != named[0]]
    return Phrase((named[0],), tuple(dict.fromkeys(kinds)), tuple(dict.fromkeys(rest)))


def _is_content(head: str, word: str) -> bool:
    """Whether a word after the name of a box or bag says what goes into it: ฉลากข้าว, but not ถุงผ้า."""
    return head in _packaging() and names_goods(word) and word not in _part("material")


def _trade(word: str) -> str:
    """The work in the name of whoever does it: ช่างทอ, ผู้ตรวจ."""
    for person in _part("person"):
        rest = word.removeprefix(person)
        if rest != word and len(rest) > SHORT - 1 and known(rest) and rest[0] not in NOT_FIRST:
            return rest
    return word


def _names(phrase: Phrase, names: frozenset[str]) -> bool:
    """Whether a phrase says one of these names: as its own word, or as all that its words say together."""
    head = phrase.heads[0]
    return head in names or any("".join((head, *phrase.others[:size])) in names for size in (1, 2))


def _makes_to_order(word: str, fields: Sequence[Field]) -> bool:
    """Whether this very thing is made as it is wished."""
    texts = [field.text for field in fields if _named(word, [field]) == 1.0]
    return any(wish in _said(text).joined for text in texts for wish in _part("to_order"))


@cache
def _classes() -> tuple[tuple[frozenset[str], tuple[str, ...]], ...]:
    return tuple((frozenset(names.split()), tuple(held.split())) for names, held in rows("related_goods.tsv"))


@cache
def _packaging() -> frozenset[str]:
    return next(frozenset(held) for names, held in _classes() if "บรรจุภัณฑ์" in names)


@cache
def _part(name: str) -> frozenset[str]:
    return frozenset(word for part, said in rows("seeking.tsv") if part == name for word in said.split())
