"""The network's map: enterprises and partners around a ring, their links across it, and what shape that makes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from unicodedata import category

from sqlalchemy.orm import Session

from models.summary_around import Tie, names_on_map, ties

if TYPE_CHECKING:
    import networkx as nx  # otherwise where a map is drawn: it would cost every process 15 MB

WIDTH, STEP, TOP = 520, 42, 26  # of the drawing, in its own units; letters are 24 high
LEFT, RIGHT = 205.0, 315.0
NAME = 13  # letters of a name that have room
MOST = 40  # names on one map
HUB = 0.6  # of all links at one end: a star

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Dot:
    """One name on the map."""

    name: str
    short: str
    x: float
    y: float
    on_left: bool
    size: float


@dataclass(frozen=True, slots=True)
class Line:
    """One link; `waits`: not confirmed yet."""

    path: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Map:
    """What is drawn, and its shape in a word (the last part of a msgid)."""

    width: int
    height: int
    dots: list[Dot]
    lines: list[Line]
    shape: str
    hub: str
    links: int
    alone: list[str]  # names without any link


def network_map(session: Session, network_id: int) -> Map:
    """Draw a network from its confirmed and proposed links."""
    import networkx as nx

    ends, found = ties(session, network_id)
    names = names_on_map(session, network_id)
    graph = nx.Graph()
    graph.add_nodes_from(ends)
    graph.add_edges_from((tie.one, tie.other) for tie in found if tie.one != tie.other)
    shown = sorted(graph, key=lambda end: -graph.degree(end))[:MOST]
    order = [end for end in _order(graph) if end in set(shown)]
    places = _places(order)
    confirmed = nx.Graph((tie.one, tie.other) for tie in found if not tie.waits and tie.one != tie.other)
    shape, hub = shape_of(confirmed)
    return Map(
        width=WIDTH,
        height=TOP * 2 + STEP * max(0, (len(order) + 1) // 2 - 1),
        dots=[_dot(names[end], places[end], graph.degree(end)) for end in order],
        lines=[_line(tie, places) for tie in found if tie.one in places and tie.other in places],
        shape=shape,
        hub=names.get(hub, ""),
        links=confirmed.number_of_edges(),
        alone=[names[end] for end in order if graph.degree(end) == 0],
    )


def shape_of(graph: "nx.Graph") -> tuple[str, str]:
    """What shape confirmed links make, and the hub of a star.

    A network begins with three ends and two links; a star has six tenths of its links at one end.
    """
    import networkx as nx

    if graph.number_of_nodes() < 3 or graph.number_of_edges() < 2:
        return "not_yet", ""
    hub, most = max(graph.degree, key=lambda pair: pair[1])
    if graph.number_of_edges() > 2 and most >= HUB * graph.number_of_edges():
        return "star", hub
    if not nx.is_connected(graph):
        return "parts", ""
    degrees = {degree for _, degree in graph.degree}
    if nx.is_tree(graph):
        return ("line" if max(degrees) <= 2 else "tree"), ""
    return ("ring" if degrees == {2} else "net"), ""


def _order(graph: "nx.Graph") -> list[str]:
    """Neighbours beside each other, from the best linked outwards: fewer lines cross."""
    import networkx as nx

    order: list[str] = []
    for start in sorted(graph, key=lambda end: -graph.degree(end)):
        if start not in order:
            order += [end for end in nx.dfs_preorder_nodes(graph, start) if end not in order]
    return order


def _places(order: list[str]) -> dict[str, Place]:
    """Down the right side and up the left: names stand outside, lines run between."""
    half = (len(order) + 1) // 2
    places: dict[str, Place] = {}
    for index, end in enumerate(order):
        right = index < half
        row = index if right else len(order) - 1 - index
        places[end] = (RIGHT if right else LEFT, TOP + STEP * row)
    return places


def _dot(name: str, place: Place, degree: int) -> Dot:
    return Dot(name, _short(name), *place, on_left=place[0] == LEFT, size=5 + min(degree, 7))


def _short(name: str) -> str:
    """The beginning of a name, cut between letters: Thai vowels and tones above and below take no room."""
    letters = [place for place, one in enumerate(name) if category(one) != "Mn"]
    return name if len(letters) <= NAME else name[: letters[NAME - 1]].rstrip() + "…"


def _line(tie: Tie, places: dict[str, Place]) -> Line:
    """A straight line across, a bow along one side."""
    (x1, y1), (x2, y2) = places[tie.one], places[tie.other]
    if x1 != x2:
        return Line(f"M{x1} {y1}L{x2} {y2}", tie.waits)
    inward = 1 if x1 == LEFT else -1
    bend = x1 + inward * min(50, 12 + abs(y2 - y1) / 3)
    return Line(f"M{x1} {y1}Q{bend:g} {(y1 + y2) / 2:g} {x2} {y2}", tie.waits)
