"""Making what a network's file tells of findable by its words."""

from collections.abc import Callable
from typing import Any

from models.knowledge import KnowledgeItem
from models.network import Enterprise, Need, Offer
from models.network_file.desk import Desk
from models.search import forget, index

Cut = Callable[[str], list[str]]


def make_findable(desk: Desk, cut: Cut) -> None:
    """Index the network's enterprises, offers, needs and knowledge; what is closed or withdrawn is left out."""
    things = [(kind, row) for kind in PHRASES for row in desk.shelves[kind].rows.values()]
    for kind, row in desk.each("search", things):
        if _is_over(row):
            forget(desk.session, kind, row.id)
        else:
            words = [word for phrase in PHRASES[kind](row) for word in cut(phrase)]
            index(desk.session, kind, row.id, desk.network.id, words)


def of_enterprise(row: Enterprise) -> list[str]:
    """What an enterprise is found by: its names, goods, what it can and what it is proud of."""
    said = (row.product_group, row.capacity, row.proud_of, row.skills, row.resources)
    return [row.name, row.short_name, *row.products, *said]


def of_offer(row: Offer) -> list[str]:
    """What an offer is found by: itself, and whose it is."""
    return [row.item, row.note, row.enterprise.short_name, *row.enterprise.products]


def of_need(row: Need) -> list[str]:
    """What a need is found by."""
    return [row.item, row.note, row.enterprise.short_name]


def of_knowledge(row: KnowledgeItem) -> list[str]:
    """What a piece of knowledge is found by."""
    return [row.title, row.words, row.topic, *row.tags]


PHRASES: dict[str, Callable[[Any], list[str]]] = {
    "enterprise": of_enterprise,
    "offer": of_offer,
    "need": of_need,
    "knowledge": of_knowledge,
}


def _is_over(row: Any) -> bool:
    return any(getattr(row, name, None) is not None for name in ("closed_at", "withdrawn_at"))
