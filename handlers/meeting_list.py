"""Which meetings are coming: ประชุมวันไหนนะ, in a group or one-to-one."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot import cards
from bot.buttons import number, pack
from bot.capability import Capability
from bot.cards import Message, Row, card
from bot.overview import Part
from bot.turn import Turn
from handlers.meeting_audiences import speaks_of
from handlers.meeting_cards import hours, local, occurrence_card, place_line
from handlers.meeting_times import weekday_and_day
from models.meeting_queries import coming, invited_rooms, is_invited, is_open, nearest_of_each, replies
from models.meetings import Occurrence
from models.permissions import ANYONE, BELONGS, Role, Standing
from models.words import Audience, MeetingKind, RoomKind

capability = Capability("meeting_list")

LOOKS_AHEAD = timedelta(days=62)
SHOWN = 5
OPENED = 3
NAMED = 3
A_WEEK = timedelta(days=7)


@capability.on("show_meetings", who=ANYONE)
def show(turn: Turn) -> Sequence[Message]:
    """ประชุมวันไหนนะ: the next one, or a short list; in a group only what that room is invited to."""
    if turn.standing is Standing.STRANGER and turn.room is None:
        return []
    period = turn.reading.slots.get("period") if turn.reading else None
    found = theirs(turn, everything=True, period=period)
    kind = kind_named(turn)
    found = [one for one in found if one.meeting.kind == kind] or found
    if not found:
        return [turn.text_message("meeting_list.none")]
    if len(found) == 1:
        return [_one(turn, found[0])]
    return [_several(turn, found)]


@capability.on_button("mine", who=BELONGS, menu=11)
def mine(turn: Turn) -> Sequence[Message]:
    """ดูนัดหมาย in the menu."""
    return show(turn)


@capability.on_overview(Part.WEEK, who=BELONGS)
def overview(turn: Turn) -> Row | None:
    """The meetings of the coming seven days, the next ones with how many come."""
    found = _this_week(turn)
    said = [_with_people(turn, one) for one in found[:NAMED]]
    if len(found) > NAMED:
        said.append(turn.say("meeting_list.others", count=len(found) - NAMED))
    return turn.open_row("meeting_list.week", "\n".join(said), "meeting_list.week") if found else None


@capability.on_button("week", who=BELONGS)
def week(turn: Turn) -> Sequence[Message]:
    """Those meetings, each with its button."""
    found = _this_week(turn)
    if not found:
        return [turn.text_message("meeting_list.none")]
    return [_one(turn, found[0]) if len(found) == 1 else _several(turn, found)]


@capability.on_button("open", who=ANYONE)
def open_one(turn: Turn, *arguments: str) -> Sequence[Message]:
    """One meeting of the list."""
    ident = number(arguments[0]) if arguments else None
    found = next((one for one in theirs(turn, everything=True, each=True) if one.id == ident), None)
    if found is None or not is_open(found, turn.now):
        return [turn.text_message("meeting_answers.gone")]
    return [_one(turn, found)]


def theirs(
    turn: Turn, *, everything: bool, period: Sequence[str] | None = None, each: bool = False
) -> list[Occurrence]:
    """The coming meetings that may be spoken of here, the next one first; of a rule only the next, unless a period is
    asked for or `each` is.

    In a group those that its room is invited to (with `everything` in the big room also what is for everybody);
    one-to-one those that the speaker is invited to, and with `everything` for a coordinator all of the network.
    """
    if turn.network is None:
        return []
    until = turn.now + LOOKS_AHEAD
    found = coming(turn.session, turn.network.id, turn.now, None if period else until)
    if period:
        first, last = _days(turn, period)
        found = [one for one in found if first <= one.starts_at < last]
    elif not each:
        found = nearest_of_each(found)
    return [one for one in found if concerns(turn, one, everything=everything)]


def runs(turn: Turn, occurrence: Occurrence) -> bool:
    """Whether the speaker called this meeting, leads the enterprise whose it is, or coordinates its network."""
    meeting, own = occurrence.meeting, turn.membership
    if turn.member is not None and meeting.host_id == turn.member.id:
        return True
    if own is None or own.network_id != meeting.network_id:
        return False
    leads = Role.LEADER in turn.roles and meeting.enterprise_id is not None
    return Role.COORDINATOR in turn.roles or (leads and meeting.enterprise_id == own.enterprise_id)


def concerns(turn: Turn, occurrence: Occurrence, *, everything: bool) -> bool:
    """Whether this meeting may be spoken of here, as `theirs` says."""
    meeting = occurrence.meeting
    if turn.in_group:
        if turn.room is None:
            return False
        if everything and meeting.audience == Audience.EVERYONE and turn.room.kind == RoomKind.NETWORK:
            return True
        return turn.room.id in {room.id for room in invited_rooms(turn.session, meeting.id)}
    if everything and Role.COORDINATOR in turn.roles:
        return True
    return turn.member is not None and is_invited(turn.session, meeting, turn.member.id)


def kind_named(turn: Turn) -> str:
    """The kind of meeting that the words name; empty where they name none."""
    named = (kind for kind in MeetingKind if kind is not MeetingKind.OTHER)
    return next((kind.value for kind in named if speaks_of(turn, f"meetings.words.{kind}", turn.plain)), "")


def short_day(turn: Turn, occurrence: Occurrence) -> str:
    """25 พ.ย., for a button."""
    return " ".join(turn.language.day(local(occurrence, occurrence.starts_at)).split()[1:3])


def _this_week(turn: Turn) -> list[Occurrence]:
    found = theirs(turn, everything=True, each=True)
    return [one for one in found if one.starts_at <= turn.now + A_WEEK]


def _with_people(turn: Turn, occurrence: Occurrence) -> str:
    start = local(occurrence, occurrence.starts_at)
    when = f"{weekday_and_day(turn, start)} {start:%H:%M}"
    people = replies(turn.session, occurrence).coming
    return turn.say("meeting_list.with_people", when=when, title=occurrence.meeting.title, people=people)


def _days(turn: Turn, period: Sequence[str]) -> tuple[datetime, datetime]:
    first, last = (
        datetime.combine(datetime.fromisoformat(day).date(), time(), turn.now.tzinfo) for day in period
    )
    return first, last + timedelta(days=1)


def _one(turn: Turn, occurrence: Occurrence) -> Message:
    who_comes = turn.button("meeting_answers.who_comes", "meeting_answers.who", occurrence.id)
    return occurrence_card(turn, occurrence, "meeting_list.next", more=[who_comes])


def _several(turn: Turn, found: Sequence[Occurrence]) -> Message:
    rows = [Row(turn.language.day(local(one, one.starts_at)), _line(turn, one)) for one in found[:SHOWN]]
    left = len(found) - SHOWN
    buttons = [
        cards.button(
            cards.cut(f"{short_day(turn, one)} {one.meeting.title}", cards.LABEL_LIMIT),
            pack("meeting_list.open", one.id),
        )
        for one in found[:OPENED]
    ]
    return card(
        turn.say("meeting_list.title"),
        rows=rows,
        note=turn.say("meeting_list.more", count=left) if left > 0 else "",
        buttons=buttons,
    )


def _line(turn: Turn, occurrence: Occurrence) -> str:
    parts = [
        hours(turn, local(occurrence, occurrence.starts_at), None),
        occurrence.meeting.title,
        place_line(turn, occurrence.place, occurrence.online),
    ]
    return " · ".join(part for part in parts if part)
