"""Out of what was said: whom a praise is for, and what for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from bot.buttons import number
from bot.cards import cut
from bot.dialogue import Choice
from bot.turn import Turn
from bot.understanding.words import pieces
from handlers.fit import words as words_of
from handlers.word_lists import rows
from models.matching import enterprises_named, enterprises_with
from models.membership import members_like
from models.network import Enterprise
from models.people import Member, Membership

MOST = 4  # offered where several may be meant
LONGEST = 200  # characters of what somebody is praised for
SHORTEST_NAME = 3

Praised = Member | Enterprise


@dataclass(frozen=True, slots=True)
class Found:
    """Whom words may mean, and the part of the words that names them."""

    praised: list[Praised]
    name: str = ""


def found(turn: Turn, words: str, named: str = "") -> Found:
    """Whom these words may mean; `named`: the part of them that is understood to be a name."""
    if turn.network is None:
        return Found([])
    if re.search(turn.say("praise.words.ours"), words):
        own = turn.membership.enterprise if turn.membership else None
        return Found([own] if own else [], "")
    people = _people_in(turn, words)
    if people:
        theirs = _of_named_groups(turn, people, words)
        return Found(list(theirs[:MOST]), people[0].call_as)
    if re.match(turn.say("praise.words.group"), named):
        return _groups(turn, named, words)
    like = (
        [one.member for one in members_like(turn.session, turn.network.id, named, limit=MOST)]
        if named
        else []
    )
    if like:
        return Found(list(like), named)
    groups = enterprises_named(turn.session, turn.network.id, words, MOST)
    inside = next((one.short_name for one in groups if one.short_name in words), named)
    return Found(list(groups), inside)


def mark(praised: Praised) -> str:
    """Somebody as the value of a choice."""
    return f"{'e' if isinstance(praised, Enterprise) else 'm'}{praised.id}"


def behind(turn: Turn, value: str) -> Praised | None:
    """Whom a choice's value means; None where they are not (any more) of this network."""
    ident = number(value[1:])
    if ident is None or turn.network is None:
        return None
    if value[0] == "e":
        enterprise = turn.session.get(Enterprise, ident)
        return enterprise if enterprise and enterprise.network_id == turn.network.id else None
    membership = turn.session.scalar(
        select(Membership).where(Membership.member_id == ident, Membership.network_id == turn.network.id)
    )
    return membership.member if membership and membership.state != "left" else None


def called(praised: Praised) -> str:
    """What somebody is called."""
    return praised.short_name if isinstance(praised, Enterprise) else praised.call_as


def choice(turn: Turn, praised: Praised) -> Choice:
    """A button with a name; a person's with their group, as several may bear one name."""
    if isinstance(praised, Enterprise):
        return Choice(praised.short_name, mark(praised))
    group = next(
        (one.enterprise for one in praised.memberships if one.enterprise and one.state != "left"), None
    )
    label = (
        turn.say("praise.person", name=praised.call_as, group=group.short_name) if group else praised.call_as
    )
    return Choice(label, mark(praised))


def what_for(turn: Turn, words: str, name: str) -> str:
    """What of these words says why, without whom they praise, the words around it, and the wish to stay unnamed."""
    calls, joins, polite = (
        set(turn.say(f"praise.words.{which}").split()) for which in ("calls", "joins", "polite")
    )
    said = re.sub(turn.say("praise.words.unnamed"), " ", words)
    before, there, after = said.partition(name) if name else (said, "", "")
    why = _bare(after, joins | polite, polite)
    if not why:
        why = _bare(before, calls | joins | polite, calls | joins | polite if there else polite)
    return cut(why, LONGEST)


def is_sensitive(words: str) -> bool:
    """Whether words tell of somebody's health, belief or the like (PDPA s.26)."""
    return any(word in words for (word,) in rows("sensitive.tsv"))


def _people_in(turn: Turn, words: str) -> list[Member]:
    """The people of the network whose name stands in these words, the longest name first."""
    assert turn.network is not None  # noqa: S101 - looked at before
    query = select(Member).join(Membership, Membership.member_id == Member.id)
    here = (Membership.network_id == turn.network.id, Membership.state == "active", Member.call_as != "")
    said = words.replace(" ", "")
    people = [
        one
        for one in turn.session.scalars(query.where(*here).order_by(Member.id))
        if len(one.call_as) >= SHORTEST_NAME and one.call_as.replace(" ", "") in said
    ]
    others = [
        one
        for one in people
        if not any(one.call_as != two.call_as and one.call_as in two.call_as for two in people)
    ]
    return sorted(others, key=lambda one: -len(one.call_as))


def _of_named_groups(turn: Turn, people: Sequence[Member], words: str) -> Sequence[Member]:
    """Of several people of one name those whose group is named too."""
    assert turn.network is not None  # noqa: S101 - looked at before
    if len(people) < 2:
        return people
    groups = {one.id for one in enterprises_named(turn.session, turn.network.id, words)}
    theirs = [one for one in people if any(place.enterprise_id in groups for place in one.memberships)]
    return theirs or people


def _groups(turn: Turn, named: str, words: str) -> Found:
    """The enterprises that a name means, which may be followed by words that are no part of it; else those whose
    entries hold its words."""
    assert turn.network is not None  # noqa: S101 - looked at before
    parts = pieces(named)
    for length in range(len(parts), 0, -1):
        name = "".join(parts[:length]).strip()
        if groups := enterprises_named(turn.session, turn.network.id, name, MOST):
            return Found(list(groups), name + _where(groups, words.partition(name)[2]))
    entries = enterprises_with(turn.session, turn.network.id, words_of(named))
    return Found(list(entries[:MOST]), named)


def _where(groups: Sequence[Enterprise], after: str) -> str:
    """The place that tells a group from others, where it stands behind its name: กลุ่มข้าว and สุรินทร์."""
    places = [place for one in groups for place in (one.province, one.district) if place]
    return next((place for place in places if after.startswith(place)), "")


def _bare(words: str, first: set[str], last: set[str]) -> str:
    """Words without those of `first` that they begin with, and those of `last` that they end with."""
    parts = pieces(words)
    while parts and _is_edge(parts[0], first):
        parts.pop(0)
    while parts and _is_edge(parts[-1], last):
        parts.pop()
    return "".join(parts)


def _is_edge(part: str, edges: set[str]) -> bool:
    return part in edges or not any(character.isalnum() for character in part)
