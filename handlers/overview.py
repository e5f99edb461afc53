"""ภาพรวม: what is open, on one card, each line a button; for coordinators of the network, for others what is theirs."""

from collections.abc import Sequence

from bot.capability import Capability
from bot.cards import Action, Heading, Message, Row, card
from bot.overview import Part, gathered
from bot.turn import Turn
from models.permissions import BELONGS, Role, only

capability = Capability("overview")

WAITS = (Part.OVERDUE, Part.DECIDE, Part.QUIET)  # somebody should do something


@capability.on_words("overview.words.whole", who=BELONGS)
@capability.on_words("overview.words.what", who=BELONGS)
@capability.on_words("overview.words.open", who=BELONGS)
def show_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ขอดูภาพรวม, วันนี้มีอะไรต้องทำ, งานค้าง."""
    return _show(turn)


@capability.on_button("show", who=only(Role.COORDINATOR), menu=4)
def show(turn: Turn) -> Sequence[Message]:
    """ภาพรวม in the menu."""
    return _show(turn)


def in_private(turn: Turn) -> list[Message]:
    """What is open is not for a group's eyes: the way to one-to-one."""
    button = turn.private_button("overview.go_private", "overview.word")
    return [card(turn.say("overview.private"), buttons=[button])]


def nothing_left(turn: Turn) -> list[Message]:
    """An older overview's line was tapped, and all behind it is done."""
    return [turn.text_message("overview.nothing_left")]


def _show(turn: Turn) -> Sequence[Message]:
    if turn.in_group:
        return in_private(turn)
    parts = gathered(turn, turn.router.overview)
    rows: list[Row | Heading] = []
    for part, lines in parts.items():
        rows += [Heading(turn.say(f"overview.part.{part}")), *lines]
    words = "" if any(part in parts for part in WAITS) else turn.say("overview.nothing_waits")
    buttons = [] if rows else _instead(turn)
    return [card(_title(turn), words=words, rows=rows, note=_note(turn), buttons=buttons)]


def _title(turn: Turn) -> str:
    assert turn.network is not None  # noqa: S101 - who belongs has a network
    if Role.COORDINATOR in turn.roles:
        return turn.say("overview.title", name=turn.network.short_name)
    own = turn.membership.enterprise if turn.membership else None
    if Role.LEADER in turn.roles and own is not None:
        return turn.say("overview.title.enterprise", name=own.short_name)
    return turn.say("overview.title.mine")


def _note(turn: Turn) -> str:
    return "" if Role.COORDINATOR in turn.roles else turn.say("overview.coordinators")


def _instead(turn: Turn) -> list[Action]:
    """Where nothing is open: what one may begin."""
    coordinates = Role.COORDINATOR in turn.roles
    begin = turn.button("meetings.begin", "meetings.begin")
    look = turn.button("digests.own_words", "digests.show", "", "", "")
    return [*([begin] if coordinates else []), look, turn.button("help.menu", "help.menu")]
