"""Which enterprises fit what is sought: their offers, what they do, and what they need of somebody who sells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.understanding.normalise import normalise
from bot.understanding.words import known
from handlers.fitting import ENOUGH, Field, Phrase, fit, phrases, related, respelt
from handlers.guarded import guarded
from handlers.quantities import covers
from handlers.wanted import Wanted, seeks_buyer
from models.matching import (
    Match,
    Thing,
    distance_km,
    enterprises_with,
    is_open,
    needs_with,
    offers_with,
    open_items,
    ranked,
)
from models.network import Enterprise, Need, Offer
from models.words import LinkKind

BESIDE = 0.6  # what a word counts that stands in a note
SAID_OF = 0.5  # … that only the enterprise's own name or goods hold
NO_OFFER = 0.8  # what an enterprise's entry counts beside an offer
HAS = 0.9  # … that stands in what an enterprise has, such as its machines
OUTLET = 0.9  # what a place to sell counts beside somebody who needs the very thing
OUTLETS = phrases("ที่วางขาย")
SHORTEST = 3  # characters: a beginning to search by


@dataclass(frozen=True, slots=True)
class Found:
    """What fits, the best of each enterprise, best first; and what was taken to be sought."""

    what: str
    matches: list[Match]


def matches(session: Session, network_id: int, wanted: Wanted, own: Enterprise | None, today: date) -> Found:
    """What fits, never of the asker's `own` and never alcohol: the thing that is named; else whatever else the
    message names; else what its name may have been meant for."""
    for what, sought in _readings(session, network_id, wanted):
        if found := ranked(_fitting(session, network_id, wanted, sought, own, today), today):
            return Found(what or name_of(found[0].thing), found)
    return Found(wanted.words, [])


def _readings(session: Session, network_id: int, wanted: Wanted) -> Iterator[tuple[str, tuple[Phrase, ...]]]:
    yield wanted.words, wanted.phrases
    if wanted.whole != wanted.phrases:
        yield "", wanted.whole
    if meant := respelt(wanted.words, open_items(session, network_id)):
        yield meant, phrases(meant)


def is_alcohol(text: str) -> bool:
    """Whether a text is about alcohol, which is neither matched nor promoted (Alcoholic Beverage Control Act s.32)."""
    topic = guarded(text)
    return topic is not None and topic.name == "alcohol"


def name_of(thing: Thing) -> str:
    """What an offer, need or enterprise is called."""
    return thing.short_name if isinstance(thing, Enterprise) else thing.item


def owner_of(thing: Thing) -> Enterprise:
    """Whose an offer or need is."""
    return thing if isinstance(thing, Enterprise) else thing.enterprise


def _fitting(
    session: Session,
    network_id: int,
    wanted: Wanted,
    sought: Sequence[Phrase],
    own: Enterprise | None,
    today: date,
) -> list[Match]:
    who = _buying if wanted.buyers else _selling
    found = []
    for thing, share in who(session, network_id, wanted, sought, today):
        others = own is None or owner_of(thing).id != own.id
        if share >= ENOUGH and others and is_open(thing, today) and not is_alcohol(name_of(thing)):
            found.append(_match(thing, share, wanted, own, today))
    return found


def _match(thing: Thing, share: float, wanted: Wanted, own: Enterprise | None, today: date) -> Match:
    enterprise = owner_of(thing)
    months = thing.months if isinstance(thing, Offer) else []
    return Match(
        thing=thing,
        enterprise=enterprise,
        fit=share,
        km=distance_km(own, enterprise) if own else None,
        there=wanted.province in (None, enterprise.province),
        in_season=not months or (wanted.day or today).month in months,
        enough=covers(thing, wanted.quantity) if isinstance(thing, Offer) and wanted.quantity else None,
    )


def _selling(
    session: Session, network_id: int, wanted: Wanted, sought: Sequence[Phrase], today: date
) -> Iterator[tuple[Thing, float]]:
    """Who has it: offers, what enterprises do, and who looks for a buyer of it."""
    words = _search_words(sought)
    links = [kind for phrase in sought for kind in related(phrase)[1]]
    for offer in offers_with(session, network_id, words, links):
        yield offer, fit(sought, _fields(offer), offer.links)
    for need in needs_with(session, network_id, words, today):
        if _sells(need):
            yield need, fit(sought, _fields(need))
    for enterprise in enterprises_with(session, network_id, words):
        yield enterprise, NO_OFFER * fit(sought, _entry(enterprise))


def _buying(
    session: Session, network_id: int, wanted: Wanted, sought: Sequence[Phrase], today: date
) -> Iterator[tuple[Thing, float]]:
    """Who takes it: those who need it, and, where a place to sell is sought, who has one."""
    for need in needs_with(session, network_id, _search_words(sought), today):
        if not _sells(need):
            yield need, fit(sought, _fields(need))
    if not wanted.outlets:
        return
    for offer in offers_with(session, network_id, _search_words(OUTLETS)):
        yield offer, OUTLET * fit(OUTLETS, [Field(offer.item)]) * (LinkKind.MARKET in offer.links)


def _sells(need: Need) -> bool:
    """Whether what an enterprise lacks is a buyer: then it has the thing."""
    return seeks_buyer(normalise(need.item).clean)


def _fields(thing: Offer | Need) -> list[Field]:
    owner = (thing.enterprise.short_name, *thing.enterprise.products)
    return [Field(thing.item), Field(thing.note, BESIDE), *(Field(name, SAID_OF) for name in owner)]


def _entry(enterprise: Enterprise) -> list[Field]:
    """What an enterprise says of itself: its goods and what it can do, and with less weight what it has."""
    names = (*enterprise.products, enterprise.short_name, *enterprise.skills.split())
    has = (*enterprise.resources.split(), *enterprise.capacity.split())
    return [*(Field(name) for name in names), *(Field(name, HAS) for name in has)]


def _search_words(sought: Sequence[Phrase]) -> list[str]:
    """The words to search by: those of the things, what they are a kind of, and what belongs to their class."""
    words = [word for phrase in sought for word in (*phrase.all_words, *related(phrase)[0])]
    general = [
        word[:size]
        for word in words
        for size in range(SHORTEST, len(word) - 1)
        if known(word[:size]) and known(word[size:])
    ]
    return [*words, *general]
