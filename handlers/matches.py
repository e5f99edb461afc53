"""Which enterprises fit what is sought: their offers, what they do, and what they need of somebody who sells."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy.orm import Session

from bot.understanding.normalise import normalise
from bot.understanding.words import known
from handlers.fitting import ENOUGH, Field, Phrase, fit, phrases, related, respelt
from handlers.guarded import guarded
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
NO_OFFER = 0.9  # what an enterprise's entry counts beside an offer
SHORTEST = 3  # characters: a beginning to search by


def matches(
    session: Session, network_id: int, wanted: Wanted, own: Enterprise | None, today: date
) -> list[Match]:
    """What fits, the best of each enterprise, best first; never the asker's `own`, never alcohol."""
    found = _fitting(session, network_id, wanted, wanted.phrases, own, today)
    if not found and wanted.whole != wanted.phrases:
        found = _fitting(session, network_id, wanted, wanted.whole, own, today)
    if not found and (meant := respelt(wanted.words, open_items(session, network_id))):
        found = _fitting(session, network_id, wanted, phrases(meant), own, today)
    return ranked(found, today)


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
    things = _buying if wanted.buyers else _selling
    found = []
    for thing in things(session, network_id, sought, today):
        enterprise = owner_of(thing)
        if (own is not None and enterprise.id == own.id) or not is_open(thing, today):
            continue
        share = _fit(thing, sought)
        if share >= ENOUGH and not is_alcohol(name_of(thing)):
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
    )


def _selling(session: Session, network_id: int, sought: Sequence[Phrase], today: date) -> Iterator[Thing]:
    """Who has it: offers, what enterprises do, and who looks for a buyer of it."""
    words = _search_words(sought)
    links = [kind for phrase in sought for kind in related(phrase)[1]]
    yield from offers_with(session, network_id, words, links)
    yield from (need for need in needs_with(session, network_id, words, today) if _sells(need))
    yield from enterprises_with(session, network_id, words)


def _buying(session: Session, network_id: int, sought: Sequence[Phrase], today: date) -> Iterator[Thing]:
    """Who takes it: needs, and who has a place to sell."""
    words = _search_words(sought)
    yield from (need for need in needs_with(session, network_id, words, today) if not _sells(need))
    outlets = offers_with(session, network_id, words, [LinkKind.MARKET])
    yield from (offer for offer in outlets if LinkKind.MARKET in offer.links)


def _sells(need: Need) -> bool:
    """Whether what an enterprise lacks is a buyer: then it has the thing."""
    return seeks_buyer(normalise(need.item).clean)


def _fit(thing: Thing, sought: Sequence[Phrase]) -> float:
    if isinstance(thing, Enterprise):
        names = [Field(name) for name in (*thing.products, thing.short_name)]
        said = [Field(thing.skills, BESIDE), Field(thing.resources, BESIDE), Field(thing.capacity, BESIDE)]
        return NO_OFFER * fit(sought, [*names, *said])
    owner = [Field(name, SAID_OF) for name in (thing.enterprise.short_name, *thing.enterprise.products)]
    links = thing.links if isinstance(thing, Offer) else []
    return fit(sought, [Field(thing.item), Field(thing.note, BESIDE), *owner], links)


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
