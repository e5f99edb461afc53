"""What somebody wants to hear of by itself, and what not: kinds of messages are turned off and on again."""

from collections.abc import Sequence
from functools import partial

from bot.capability import Capability
from bot.cards import Action, Message, Row, card
from bot.turn import Turn
from models.mutes import MuteGroup, mute, muted_groups, unmute
from models.permissions import CONSENTED

capability = Capability("mutes")

EVERYTHING = "all"


@capability.on_words("mutes.show_words", who=CONSENTED)
@capability.on_words("mutes.never_words", who=CONSENTED)
@capability.on_button("show", who=CONSENTED, menu=75)
def show(turn: Turn) -> Sequence[Message]:
    """ตั้งค่าการแจ้งเตือนของฉัน: what comes by itself and what does not; a tap changes it."""
    if turn.in_group or turn.member is None:
        return _to_private(turn)
    return [_settings_card(turn)]


@capability.on_button("off", who=CONSENTED)
def turn_off(turn: Turn, what: str = "") -> Sequence[Message]:
    """ปิด: no more of these."""
    return _change(turn, what, off=True)


@capability.on_button("on", who=CONSENTED)
def turn_on(turn: Turn, what: str = "") -> Sequence[Message]:
    """เปิด: these come again."""
    return _change(turn, what, off=False)


for _what in (*MuteGroup, EVERYTHING):
    capability.on_words(f"mutes.off_words.{_what}", who=CONSENTED)(partial(turn_off, what=_what))
    capability.on_words(f"mutes.on_words.{_what}", who=CONSENTED)(partial(turn_on, what=_what))


def off_button(turn: Turn, what: MuteGroup) -> Action:
    """The button that turns a group of notices off, for those who get one."""
    return turn.button(f"mutes.off.{what}", "mutes.off", what)


def muted_line(turn: Turn, member_id: int) -> str:
    """The names of what a member has turned off."""
    return ", ".join(turn.say(f"mutes.name.{what}") for what in muted_groups(turn.session, member_id))


def _change(turn: Turn, what: str, *, off: bool) -> Sequence[Message]:
    if turn.in_group or turn.member is None:
        return _to_private(turn)
    if what not in (*MuteGroup, EVERYTHING):
        return show(turn)
    groups = list(MuteGroup) if what == EVERYTHING else [MuteGroup(what)]
    if off:
        mute(turn.session, turn.member.id, groups, turn.now)
    else:
        unmute(turn.session, turn.member.id, groups)
    back = f"mutes.{'on' if off else 'off'}"
    said = turn.say("mutes.is_off" if off else "mutes.is_on", what=turn.say(f"mutes.name.{what}"))
    note = turn.say("mutes.always" if off else "mutes.can_change")
    buttons = [
        turn.button(f"{back}.again", back, what),
        turn.button("mutes.show", "mutes.show"),
    ]
    return [card(said, note=note, buttons=buttons)]


def _settings_card(turn: Turn) -> Message:
    assert turn.member is not None  # noqa: S101 - who consented is a member
    off = muted_groups(turn.session, turn.member.id)
    rows = [_row(turn, one, off=one in off) for one in MuteGroup]
    back = turn.button("mutes.on.all", "mutes.on", EVERYTHING)
    everything = back if len(off) == len(MuteGroup) else turn.button("mutes.off.all", "mutes.off", EVERYTHING)
    return card(turn.say("mutes.title"), rows=rows, note=turn.say("mutes.always"), buttons=[everything])


def _row(turn: Turn, what: MuteGroup, *, off: bool) -> Row:
    """One of them, how it is, and what a tap on it does."""
    action = turn.button(f"mutes.on.{what}", "mutes.on", what) if off else off_button(turn, what)
    return Row(
        turn.say(f"mutes.name.{what}"), turn.say("mutes.state.off" if off else "mutes.state.on"), action
    )


def _to_private(turn: Turn) -> Sequence[Message]:
    """Others need not see it."""
    return [
        card(turn.say("mutes.in_private"), buttons=[turn.private_button("mutes.go_private", "mutes.word")])
    ]
