"""Whom an announcement is for, as people say it: read from words, offered as buttons, and named on cards."""

import re
from collections.abc import Callable, Sequence

from sqlalchemy import select

from bot.dialogue import Choice, Data, Question
from bot.language import DEFAULT, language
from bot.turn import Turn
from bot.understanding.reader import read_as
from models.announcements import Announcement
from models.audiences import Audience, count_of, enterprises_of, lacking
from models.chats import Chat, Room
from models.network import Enterprise
from models.permissions import Role

KINDS = ("everyone", "rooms", "province", "product_group", "stage", "role")
NEEDS = ("rooms", "province", "product_group", "stage", "role")  # a further question: which
STAGES = ("upstream", "midstream", "downstream")
ROLES = (Role.LEADER, Role.COORDINATOR, Role.TREASURER, Role.ADVISOR, Role.OFFICER)
BETWEEN = "|"
SLASH, NO_SLASH = "/", "\u2215"  # a button's part holds no slash
NAMED_AT_MOST = 4
LAST_LOOKED_AT = 20


def audience_in(turn: Turn, words: str) -> Audience | None:
    """Whom these words name; None where they name nobody."""
    for found in (
        _unacknowledged,
        _own,
        _role,
        _room,
        _area,
        _stage,
        _product_group,
        _everyone,
        _enterprises,
    ):
        if (audience := found(turn, words)) is not None:
            return audience
    return None


def packed(audience: Audience) -> str:
    """As a form keeps it."""
    return BETWEEN.join([audience.kind, *audience.values])


def chosen(data: Data) -> Audience:
    """Whom a form's answers name."""
    kind, *values = str(data["audience"]).split(BETWEEN)
    if kind in NEEDS and not values:
        values = str(data[f"which_{kind}"]).replace(NO_SLASH, SLASH).split(BETWEEN)
        if values[0] == "district":
            kind, *values = values
    return Audience(kind, tuple(values))


def label(turn: Turn, audience: Audience) -> str:
    """Whom it is for, as it is said on a card."""
    names = [_name(turn, audience.kind, value) for value in audience.values]
    if audience.kind in ("everyone", "unacknowledged"):
        return turn.say(f"announcements.to.{audience.kind}")
    shown = ", ".join(names[:NAMED_AT_MOST])
    more = len(names) - NAMED_AT_MOST
    return turn.say(f"announcements.to.{audience.kind}", names=f"{shown} +{more}" if more > 0 else shown)


def _name(turn: Turn, kind: str, value: str) -> str:
    match kind:
        case "rooms":
            room = turn.session.get(Room, int(value))
            return room.name if room else ""
        case "enterprise":
            enterprise = turn.session.get(Enterprise, int(value))
            return enterprise.short_name if enterprise else ""
        case "role":
            return turn.say(f"roles.{value}")
        case "stage":
            return turn.say(f"announcements.stage.{value}")
        case _:
            return value


def questions() -> tuple[Question, ...]:
    """Whom it is for, and which of them."""
    return (
        Question("audience", "choice", choices=_kinds, resolve=_resolve_any, may_skip=False),
        *(_which(kind) for kind in NEEDS),
    )


def _which(kind: str) -> Question:
    return Question(
        f"which_{kind}",
        "choice",
        when=lambda data: data.get("audience") == kind,
        choices=lambda turn, data: [Choice(name, value) for name, value in CHOICES[kind](turn)],
        resolve=lambda turn, words: _resolve(turn, words, kind),
        may_skip=False,
        listed=False,
    )


def _kinds(turn: Turn, data: Data) -> list[Choice]:
    own = turn.membership.enterprise if turn.membership else None
    first = [Choice(own.short_name, packed(Audience("enterprise", (str(own.id),))))] if own else []
    return [
        *first,
        *(Choice(turn.say(f"announcements.kind.{kind}"), kind) for kind in KINDS if _has(turn, kind)),
    ]


def _has(turn: Turn, kind: str) -> bool:
    return kind not in CHOICES or bool(CHOICES[kind](turn))


def _resolve_any(turn: Turn, words: str) -> str | None:
    audience = audience_in(turn, words)
    return packed(audience) if audience else None


def _resolve(turn: Turn, words: str, kind: str) -> str | None:
    """What was typed as one of this kind: words that name it, or a choice said shortly."""
    audience = audience_in(turn, words)
    if audience is not None and audience.kind == kind:
        return BETWEEN.join(audience.values).replace(SLASH, NO_SLASH)
    if audience is not None and kind == "province" and audience.kind == "district":
        return packed(audience)
    said = words.strip()
    near = [value for name, value in CHOICES[kind](turn) if said and said in name]
    return near[0] if len(near) == 1 else None


def _room_choices(turn: Turn) -> list[tuple[str, str]]:
    return [(room.name, str(room.id)) for room in _rooms(turn)]


def _rooms(turn: Turn) -> Sequence[Room]:
    query = select(Room).join(Chat, Chat.id == Room.chat_id)
    query = query.where(Room.network_id == _network_id(turn), Chat.state == "active")
    return turn.session.scalars(query.order_by(Room.id).limit(10)).all()


def _enterprise_list(turn: Turn) -> Sequence[Enterprise]:
    query = select(Enterprise).where(Enterprise.network_id == _network_id(turn))
    return turn.session.scalars(query.order_by(Enterprise.id)).all()


def _province_choices(turn: Turn) -> list[tuple[str, str]]:
    there = dict.fromkeys(one.province for one in _enterprise_list(turn) if one.province)
    return [(name, name) for name in list(there)[:10]]


def _group_choices(turn: Turn) -> list[tuple[str, str]]:
    groups = dict.fromkeys(one.product_group for one in _enterprise_list(turn) if one.product_group)
    return [(name, name.replace(SLASH, NO_SLASH)) for name in list(groups)[:10]]


def _stage_choices(turn: Turn) -> list[tuple[str, str]]:
    return [(turn.say(f"announcements.stage.{stage}"), stage) for stage in STAGES]


def _role_choices(turn: Turn) -> list[tuple[str, str]]:
    return [(turn.say(f"roles.{role}"), role.value) for role in ROLES]


CHOICES: dict[str, Callable[[Turn], list[tuple[str, str]]]] = {
    "rooms": _room_choices,
    "province": _province_choices,
    "product_group": _group_choices,
    "stage": _stage_choices,
    "role": _role_choices,
}


def matched(turn: Turn, msgid: str, words: str, *, whole: bool = False) -> re.Match[str] | None:
    """Where a msgid's regular expression, in this person's language or Thai, fits the words as they were written."""
    fit = re.fullmatch if whole else re.search
    for spoken in (turn.language, language(DEFAULT)):
        if found := fit(spoken.say(msgid), words, re.IGNORECASE | re.DOTALL):
            return found
    return None


def _everyone(turn: Turn, words: str) -> Audience | None:
    return Audience("everyone") if matched(turn, "announcements.words.in_everyone", words) else None


def _own(turn: Turn, words: str) -> Audience | None:
    own = turn.membership.enterprise_id if turn.membership else None
    if own is None or not matched(turn, "announcements.words.in_own", words):
        return None
    return Audience("enterprise", (str(own),))


def _unacknowledged(turn: Turn, words: str) -> Audience | None:
    """Who has not answered to the speaker's latest announcement that asked for it."""
    if not matched(turn, "announcements.words.in_unacknowledged", words):
        return None
    asked = select(Announcement).where(
        Announcement.network_id == _network_id(turn),
        Announcement.state == "sent",
        Announcement.acknowledge_by.is_not(None),
    )
    if Role.COORDINATOR not in turn.roles:
        asked = asked.where(Announcement.author_id == (turn.member.id if turn.member else None))
    newest = turn.session.scalars(asked.order_by(Announcement.send_at.desc()).limit(LAST_LOOKED_AT))
    last = next((one for one in newest if count_of(turn.session, lacking(turn.session, one))), None)
    return Audience("unacknowledged", (str(last.id),)) if last else None


def _role(turn: Turn, words: str) -> Audience | None:
    for role in ROLES:
        if any(name in words for name in turn.say(f"roles.names.{role}").split(BETWEEN)):
            return Audience("role", (role.value,))
    return None


def _room(turn: Turn, words: str) -> Audience | None:
    """Rooms by name: the whole of it, or its first word, such as ห้องใหญ่."""
    named = [room for room in _rooms(turn) if room.name in words or room.name.split(" ")[0] in words]
    return Audience("rooms", tuple(str(room.id) for room in named)) if named else None


def _area(turn: Turn, words: str) -> Audience | None:
    """A district or a province in which the network has somebody."""
    places = read_as("announce", words, turn.now).slots
    for kind in ("district", "province"):
        if place := places.get(kind):
            audience = Audience(kind, (place,))
            if enterprises_of(turn.session, _network_id(turn), audience):
                return audience
    there = [name for name, _ in _province_choices(turn) if name in words]
    return Audience("province", tuple(there)) if there else None


def _stage(turn: Turn, words: str) -> Audience | None:
    named = [stage for stage in STAGES if turn.say(f"announcements.stage.{stage}") in words]
    return Audience("stage", tuple(named)) if named else None


def _enterprises(turn: Turn, words: str) -> Audience | None:
    named = [str(one.id) for one in _enterprise_list(turn) if one.short_name in words]
    return Audience("enterprise", tuple(named)) if named else None


def _product_group(turn: Turn, words: str) -> Audience | None:
    """กลุ่มผ้า: the product groups with this word in their name, else the enterprises that go by it."""
    heard = matched(turn, "announcements.words.in_group", words)
    if heard is None:
        return None
    groups = dict.fromkeys(one.product_group for one in _enterprise_list(turn))
    meant = [group for group in groups if group and heard[1] in group]
    if meant:
        return Audience("product_group", tuple(meant))
    called = [str(one.id) for one in _enterprise_list(turn) if heard[1] in one.short_name]
    return Audience("enterprise", tuple(called)) if called else None


def _network_id(turn: Turn) -> int:
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    return turn.network.id
