"""What is said of an offer, a need or an enterprise: price, quantity, season, distance, and why it fits."""

from collections.abc import Sequence

from babel.dates import get_month_names

from bot.turn import Turn
from handlers.fitting import WELL
from models.matching import Match, Thing
from models.network import Enterprise, Need, Offer

FAR_KM = 150  # from here on carriage may cost more than the goods
ALL_YEAR = 12


def why(turn: Turn, match: Match) -> str:
    """Why a match was chosen, in one plain line: what fits, whether it is enough, when, how far."""
    said = [_fits(turn, match)]
    if isinstance(match.thing, Offer):
        said += [_enough(turn, match), season(turn, match.thing.months)]
        said += [] if match.in_season else [turn.say("partners.why.not_now")]
    said.append(distance(turn, match.km))
    return " · ".join(part for part in said if part)


def terms(turn: Turn, thing: Thing) -> str:
    """An offer's price and quantity, or how much is needed and by when; an enterprise's capacity."""
    if isinstance(thing, Enterprise):
        return thing.capacity
    if isinstance(thing, Need):
        return " · ".join(part for part in (_amount(turn, thing), _until(turn, thing)) if part)
    return " · ".join(part for part in (price(turn, thing), _amount(turn, thing)) if part)


def price(turn: Turn, offer: Offer) -> str:
    """A price with its unit; without one, that it is to be agreed."""
    if offer.price is None:
        return turn.say("partners.price_asked")
    each = turn.language.number(offer.price)
    if not offer.unit:
        return turn.language.baht(offer.price)
    return turn.say("partners.price", unit=offer.unit, amount=each)


def season(turn: Turn, months: Sequence[int]) -> str:
    """The months in which something is to be had: มีช่วง ก.พ.–เม.ย."""
    runs = month_runs(months)
    if not runs:
        return turn.say("partners.all_year")
    names = get_month_names("abbreviated", locale=turn.language.code)
    spans = [names[first] if first == last else f"{names[first]}–{names[last]}" for first, last in runs]
    return turn.say("partners.months", months=", ".join(spans))


def month_runs(months: Sequence[int]) -> list[tuple[int, int]]:
    """Months as runs of first and last, across the turn of the year too; none where it is the whole year."""
    held = set(months)
    if not held or len(held) == ALL_YEAR:
        return []
    firsts = [month for month in sorted(held) if (month - 2) % 12 + 1 not in held]
    return [(first, _last(first, held)) for first in firsts]


def distance(turn: Turn, km: float | None) -> str:
    """About how far away, as the crow flies; of a far one that carriage is to be talked about."""
    if km is None:
        return ""
    if km < 1:
        return turn.say("partners.same_district")
    about = round(km / 5) * 5 if km >= 10 else round(km)
    return turn.say("partners.far" if km >= FAR_KM else "partners.near", km=turn.language.number(about))


def place_of(turn: Turn, enterprise: Enterprise) -> str:
    """The district and province of an enterprise."""
    return turn.say("partners.place", district=enterprise.district, province=enterprise.province)


def _fits(turn: Turn, match: Match) -> str:
    thing = match.thing
    if isinstance(thing, Need):
        return turn.say("partners.why.needs")
    if isinstance(thing, Enterprise):
        return turn.say("partners.why.does")
    kind = thing.links[0] if thing.links else "product"
    return turn.say("partners.why.well" if match.fit >= WELL else "partners.why.near", kind=link(turn, kind))


def link(turn: Turn, kind: str) -> str:
    """What a kind of link is called."""
    return turn.say(f"partners.link.{kind}")


def _enough(turn: Turn, match: Match) -> str:
    if match.enough is None:
        return ""
    return turn.say("partners.why.enough" if match.enough else "partners.why.part")


def _amount(turn: Turn, thing: Offer | Need) -> str:
    if thing.quantity is None:
        return ""
    values = {"number": turn.language.number(thing.quantity), "unit": thing.unit}
    if isinstance(thing, Need):
        return turn.say("partners.needed", **values)
    if thing.per:
        return turn.say("partners.quantity_per", per=thing.per, **values)
    return turn.say("partners.quantity", **values)


def _until(turn: Turn, need: Need) -> str:
    return turn.say("partners.needed_by", day=turn.language.day(need.needed_by)) if need.needed_by else ""


def _last(first: int, held: set[int]) -> int:
    month = first
    while month % 12 + 1 in held:
        month = month % 12 + 1
    return month
