"""Whether what is offered is as much as what is sought, though they may be counted differently."""

from bot.understanding.amounts import normal_unit, read_amounts
from bot.understanding.normalise import normalise
from models.network import Offer

Quantity = tuple[float, str]


def covers(offer: Offer, quantity: Quantity) -> bool | None:
    """Whether an offer is as much as that; None where the two are not counted in the same."""
    wanted, unit = _in_base(*quantity)
    for amount in _amounts_of(offer):
        have, counted_in = _in_base(*amount)
        if counted_in == unit:
            return have >= wanted
    return None


def _amounts_of(offer: Offer) -> list[Quantity]:
    """What is offered, also as its contents: 120 sacks of 25 kg are 3,000 kg."""
    if offer.quantity is None:
        return []
    inside = read_amounts(normalise(offer.item)).quantities
    return [(offer.quantity, offer.unit), *((offer.quantity * number, unit) for number, unit in inside)]


def _in_base(number: float, unit: str) -> Quantity:
    base, factor = normal_unit(unit)
    return number * factor, base
