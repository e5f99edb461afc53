"""What meetings decided and is still to be done: listed on request, ticked off by a tap or in words."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from bot import cards
from bot.buttons import number
from bot.capability import Capability
from bot.cards import Action, Message, Row, card
from bot.notices import withdraw_notices
from bot.overview import Part
from bot.turn import Turn
from bot.voice import Speaks
from handlers.meeting_records import in_its_room, may_read, may_record
from models.minute_queries import open_resolutions
from models.minutes import Resolution
from models.permissions import BELONGS, Role
from models.store import take

capability = Capability("resolutions")

SHOWN = 8
A_WEEK = timedelta(days=7)


@capability.on_words("resolutions.words.mine", who=BELONGS)
def mine(turn: Turn, *_groups: str) -> Sequence[Message]:
    """งานของฉัน: what the speaker, or the enterprise they lead, took on."""
    return _listed(turn, _own(turn), "resolutions.none_mine")


@capability.on_overview(Part.OVERDUE, who=BELONGS)
def overview_late(turn: Turn) -> Row | None:
    """What was to be done by now: coordinators see the network's, others what they took on."""
    return _line(turn, "resolutions.past_due", _late(turn), "resolutions.past_due")


@capability.on_button("past_due", who=BELONGS)
def show_late(turn: Turn) -> Sequence[Message]:
    """Those, each to be ticked off."""
    return _listed(turn, _late(turn), "overview.nothing_left")


@capability.on_overview(Part.WEEK, who=BELONGS)
def overview_soon(turn: Turn) -> Row | None:
    """What the speaker took on and has to do within the week."""
    return _line(turn, "resolutions.soon", _soon(turn), "resolutions.soon")


@capability.on_button("soon", who=BELONGS)
def show_soon(turn: Turn) -> Sequence[Message]:
    """Those, each to be ticked off."""
    return _listed(turn, _soon(turn), "overview.nothing_left")


@capability.on_words("resolutions.words.open", who=BELONGS)
def still_open(turn: Turn, *_groups: str) -> Sequence[Message]:
    """มติค้าง, มติที่ประชุมครั้งก่อน: of the meetings that the speaker is invited to; in a group of its own."""
    network_id = turn.network.id if turn.network else 0
    found = [one for one in open_resolutions(turn.session, network_id) if may_read(turn, one.occurrence)]
    return _listed(turn, found, "resolutions.none_open")


@capability.on_words("resolutions.words.done", who=BELONGS)
def done_said(turn: Turn, *groups: str) -> Sequence[Message]:
    """ทำเสร็จแล้ว, เรื่องรำข้าวเสร็จแล้ว: what one took on; asked which, where it is several. Of what nobody took on it is
    other talk."""
    about = next((group for group in groups if group), "")
    found = [one for one in _own(turn) if about in one.words]
    if not found:
        return turn.router.as_read(turn)
    if len(found) == 1:
        return _ticked(turn, found[0])
    return _listed(turn, found, "resolutions.none_mine", title="resolutions.which_done")


@capability.on_button("done", who=BELONGS)
def done_tapped(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ทำเสร็จแล้ว."""
    one = named(turn, arguments)
    if one is None or not (_owns(turn, one) or may_record(turn, one.occurrence)):
        return [turn.text_message("resolutions.not_yours")]
    return _ticked(turn, one)


@capability.on_button("reopen", who=BELONGS)
def reopen(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ยังไม่เสร็จ: it is still to be done."""
    one = named(turn, arguments)
    if one is None or not (_owns(turn, one) or may_record(turn, one.occurrence)):
        return [turn.text_message("resolutions.not_yours")]
    one.done_at = one.done_by_id = None
    turn.note("resolution.reopened", "resolution", one.id)
    return [resolution_card(turn, one, "resolutions.reopened")]


@capability.forgets
def forget(turn: Turn, message_id: str) -> None:
    """An unsent message: the resolution that it put down goes, with what would remind of it."""
    for one in turn.session.scalars(select(Resolution).where(Resolution.message_id == message_id)):
        drop(turn, one)


def resolution_rows(speaks: Speaks, one: Resolution, *, named: bool) -> list[Row]:
    """Who does it, and until when."""
    shown = [
        ("owner", _owner_name(one) if named else ""),
        ("due", speaks.language.day(one.due_on) if one.due_on else ""),
    ]
    return [Row(speaks.say(f"resolution_notes.note.{name}.label"), value) for name, value in shown if value]


def owner_buttons(speaks: Speaks, one: Resolution) -> list[Action]:
    """For whoever does it."""
    return [speaks.button("resolutions.done", "resolutions.done", one.id)]


def _owner_name(one: Resolution) -> str:
    if one.owner is not None:
        return one.owner.call_as
    return one.owner_enterprise.short_name if one.owner_enterprise is not None else ""


def _own(turn: Turn) -> Sequence[Resolution]:
    """What is still to be done by the speaker, or by the enterprise that they lead."""
    if turn.network is None or turn.member is None or turn.membership is None:
        return []
    led = turn.membership.enterprise_id if Role.LEADER in turn.roles else None
    return open_resolutions(turn.session, turn.network.id, owner_id=turn.member.id, enterprise_id=led)


def _late(turn: Turn) -> Sequence[Resolution]:
    today = turn.now.date()
    if Role.COORDINATOR in turn.roles and turn.network is not None:
        return open_resolutions(turn.session, turn.network.id, due_before=today)
    return [one for one in _own(turn) if one.due_on is not None and one.due_on < today]


def _soon(turn: Turn) -> Sequence[Resolution]:
    today = turn.now.date()
    return [one for one in _own(turn) if one.due_on is not None and today <= one.due_on <= today + A_WEEK]


def _line(turn: Turn, label: str, found: Sequence[Resolution], opens: str) -> Row | None:
    """How many, and the most urgent by its words."""
    if not found:
        return None
    count = turn.say("overview.matters", count=len(found))
    return turn.open_row(label, f"{count}\n{cards.cut(found[0].words, 60)}", opens)


def _owns(turn: Turn, one: Resolution) -> bool:
    if turn.member is None or turn.membership is None:
        return False
    leads = Role.LEADER in turn.roles and one.owner_enterprise_id is not None
    return one.owner_id == turn.member.id or (
        leads and one.owner_enterprise_id == turn.membership.enterprise_id
    )


def named(turn: Turn, arguments: Sequence[str]) -> Resolution | None:
    """The resolution that a button names, of the speaker's network and, in a group, of its own meetings."""
    ident = number(arguments[0]) if arguments else None
    one = turn.session.get(Resolution, ident) if ident is not None else None
    if one is None or turn.network is None or one.network_id != turn.network.id:
        return None
    return one if not turn.in_group or in_its_room(turn, one.occurrence) else None


def _listed(
    turn: Turn, found: Sequence[Resolution], none: str, title: str = "resolutions.title"
) -> list[Message]:
    """A card each, side by side; what is private is not told in a group."""
    if turn.in_group:
        found = [one for one in found if in_its_room(turn, one.occurrence)]
    if not found:
        return [turn.text_message(none)]
    shown = [_bubble(turn, one) for one in found[:SHOWN]]
    said = [cards.carousel(turn.say(title, count=len(found)), shown)]
    if len(found) > SHOWN:
        said.insert(0, turn.text_message("resolutions.first_few", count=len(found), shown=SHOWN))
    return said


def _bubble(turn: Turn, one: Resolution) -> dict[str, Any]:
    late = one.due_on is not None and one.due_on < turn.now.date()
    return cards.bubble(
        cards.cut(one.words, 120),
        rows=[
            *resolution_rows(turn, one, named=not turn.in_group),
            Row(turn.say("resolutions.from"), one.occurrence.meeting.title),
        ],
        note=turn.say("resolutions.late") if late else "",
        buttons=_buttons(turn, one),
    )


def _buttons(turn: Turn, one: Resolution) -> list[Action]:
    buttons = owner_buttons(turn, one)
    if may_record(turn, one.occurrence):
        buttons.append(turn.button("resolution_notes.change", "resolution_notes.change", one.id))
    return buttons


def resolution_card(turn: Turn, one: Resolution, title: str) -> Message:
    """One of them; `title` is a msgid."""
    return card(
        turn.say(title),
        words=one.words,
        rows=resolution_rows(turn, one, named=not turn.in_group),
        buttons=_buttons(turn, one),
    )


def _ticked(turn: Turn, one: Resolution) -> list[Message]:
    """Done, once; it may be taken back."""
    kept = take(turn.session, Resolution, one.id)
    if kept is None:
        return [turn.text_message("meeting_answers.gone")]
    if kept.done_at is None:
        kept.done_at, kept.done_by_id = turn.now, turn.member.id if turn.member else None
        withdraw_notices(turn.session, "resolution", kept.id, turn.now)
        turn.note("resolution.done", "resolution", kept.id)
    quick = [turn.button("resolutions.reopen", "resolutions.reopen", kept.id)]
    return [turn.text_message("resolutions.ticked", words=cards.cut(kept.words, 100), quick=quick)]


def drop(turn: Turn, one: Resolution) -> None:
    """It is gone, with what would remind of it."""
    withdraw_notices(turn.session, "resolution", one.id, turn.now)
    turn.session.execute(delete(Resolution).where(Resolution.id == one.id))
