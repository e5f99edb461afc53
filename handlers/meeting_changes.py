"""Moving, relocating and cancelling meetings: everybody who was told hears of it, what has not left is taken back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from bot.buttons import number
from bot.capability import Capability
from bot.cards import Action, Message, Row, card
from bot.dialogue import Choice, Data, FormKind, Question
from bot.notices import Letter, withdraw_notices
from bot.turn import Turn
from handlers.meeting_audiences import speaks_of
from handlers.meeting_cards import local, moment_line, occurrence_card
from handlers.meeting_list import kind_named, runs, short_day, theirs
from handlers.meeting_places import read_place, spot_line, spot_of, take_spot
from handlers.meeting_times import day_choices, day_of, either_week, moved_to, said_time, which_week
from handlers.meetings import send_invitations, urgency_of, window_of
from models.chats import Form
from models.meeting_queries import (
    clash,
    coming,
    ends_at,
    invited,
    is_open,
    nearest_of_each,
    overlapping,
    recipients,
    untold,
)
from models.meetings import Meeting, Occurrence, Rsvp
from models.permissions import BELONGS
from models.store import take

capability = Capability("meeting_changes")

MOVE, PLACE, CANCEL = "move", "place", "cancel"
ONE, ALL = "one", "all"
OFFERED = 6
KEPT = ("what", "day", "days", "place", "online", "link")  # of what was said
NOTICES = ("meeting.invitation", "meeting.change", "meeting.reminder", "meeting.nudge")


@capability.on("change_meeting", who=BELONGS)
def said(turn: Turn) -> Sequence[Message]:
    """เลื่อนประชุมเป็นพฤหัส, ย้ายที่ประชุมไปวัด, ยกเลิกประชุมพรุ่งนี้."""
    slots = turn.reading.slots if turn.reading else {}
    days = either_week(turn, turn.words, "change_meeting")
    data: Data = {"what": _what(turn, {"datetime": days[0], **slots} if days else slots), "days": days}
    if data["what"] == MOVE and "datetime" in slots:
        data["day"] = said_time(turn, turn.words, slots["datetime"])
    if data["what"] == PLACE or (data["what"] == MOVE and "place" in slots):
        take_spot(turn, data, turn.plain, slots.get("place", ""))
    day = str(slots.get("datetime", ""))[:10] if data["what"] != MOVE else ""
    found = _changeable(turn, day)
    if not found:
        return _not_theirs(turn, day)
    if len(found) == 1:
        return _begin(turn, found[0], data)
    return turn.forms.start(
        turn, "meeting_changes.which", {**data, "among": [one.id for one in found[:OFFERED]]}
    )


@capability.on_button("change", who=BELONGS)
def tapped(turn: Turn, *arguments: str) -> Sequence[Message]:
    """เลื่อน or ยกเลิกนัด under a list of who comes."""
    ident = number(arguments[0]) if arguments else None
    occurrence = turn.session.get(Occurrence, ident) if ident is not None else None
    if occurrence is None or not runs(turn, occurrence) or not is_open(occurrence, turn.now):
        return [turn.text_message("meeting_answers.gone")]
    what = arguments[1] if len(arguments) > 1 and arguments[1] in (MOVE, PLACE, CANCEL) else MOVE
    return _begin(turn, occurrence, {"what": what})


def _what(turn: Turn, slots: dict[str, object]) -> str:
    if speaks_of(turn, "meeting_changes.words.cancel", turn.plain):
        return CANCEL
    online = speaks_of(turn, "meetings.words.online", turn.plain)
    only_place = online or speaks_of(turn, "meeting_changes.words.place", turn.plain)
    if only_place and "T" not in str(slots.get("datetime", "")):  # a day is the meeting's own
        return PLACE
    return PLACE if "place" in slots and "datetime" not in slots else MOVE


def _changeable(turn: Turn, day: str) -> list[Occurrence]:
    """The coming meetings that the speaker may change: in a group only its own."""
    if turn.network is None:
        return []
    if turn.in_group:
        near = theirs(turn, everything=False, each=bool(day))
    else:
        near = coming(turn.session, turn.network.id, turn.now)
    return nearest_of_each(_meant(turn, [one for one in near if runs(turn, one)], day))


def _meant(turn: Turn, found: list[Occurrence], day: str) -> list[Occurrence]:
    """Of these, those of the day or the kind that was named; all, where none was or none fits."""
    if day:
        found = [one for one in found if local(one, one.starts_at).date().isoformat() == day] or found
    kind = kind_named(turn)
    return [one for one in found if one.meeting.kind == kind] or found


def _not_theirs(turn: Turn, day: str) -> list[Message]:
    """Who may change the meeting that is meant; nobody's name is said in a group."""
    near = _meant(turn, theirs(turn, everything=True, each=bool(day)), day)
    kind = kind_named(turn)
    near = [one for one in near if not kind or one.meeting.kind == kind]
    host = near[0].meeting.host if near else None
    if host is None or turn.in_group:
        return [turn.text_message("meeting_changes.not_yours" if near else "meeting_list.none")]
    return [turn.text_message("meeting_changes.ask_host", name=host.call_as, title=near[0].meeting.title)]


def _begin(turn: Turn, occurrence: Occurrence, data: Data) -> list[Message]:
    repeats = occurrence.meeting.rule is not None
    kept = {name: value for name, value in data.items() if name in KEPT}
    return turn.forms.start(
        turn, "meeting_changes.change", {**kept, "occurrence": occurrence.id, "repeats": repeats}
    )


def _new_start(turn: Turn, occurrence: Occurrence, data: Data) -> datetime:
    return moved_to(local(occurrence, occurrence.starts_at), data["day"])


def _card(turn: Turn, data: Data, buttons: Sequence[Action]) -> Message:
    """What it was, what it becomes, and how many hear of it."""
    occurrence = turn.session.get_one(Occurrence, data["occurrence"])
    rows = [("was", f"{moment_line(turn, occurrence)} {occurrence.place}".strip())]
    spot = spot_line(turn, spot_of(turn, data))
    if data["what"] == MOVE:
        start = turn.language.moment(_new_start(turn, occurrence, data))
        rows.append(("becomes", f"{start} {spot}".strip()))
    if data["what"] == PLACE:
        rows.append(("becomes", spot))
    if data.get("scope"):
        rows.append(("scope", turn.say(f"meeting_changes.scope.{data['scope']}")))
    notes = [_clash(turn, occurrence, data), turn.say("meetings.reaches", count=_reached(turn, occurrence))]
    return card(
        turn.say(f"meeting_changes.right.{data['what']}", title=occurrence.meeting.title),
        rows=[Row(turn.say(f"meeting_changes.{name}"), value) for name, value in rows if value],
        note="\n".join(note for note in notes if note),
        buttons=buttons,
    )


def _reached(turn: Turn, occurrence: Occurrence) -> int:
    own = turn.member.id if turn.member else None
    return sum(1 for one in invited(turn.session, occurrence.meeting) if one.id != own and one.line_user_id)


def _clash(turn: Turn, occurrence: Occurrence, data: Data) -> str:
    if data["what"] != MOVE:
        return ""
    meeting, start = occurrence.meeting, _new_start(turn, occurrence, data)
    end = start + (ends_at(occurrence) - occurrence.starts_at)
    others = overlapping(turn.session, meeting.network_id, start, end, besides=meeting.id)
    people = [one.id for one in invited(turn.session, meeting)]
    found = clash(turn.session, others, people, "" if occurrence.online else occurrence.place)
    if found is None:
        return ""
    return turn.say("meetings.clash.people", count=found[1]) if found[1] else turn.say("meetings.clash.place")


def _changed(turn: Turn, form: Form) -> Sequence[Message]:
    """ถูกต้อง: the change holds, if the speaker may still make it."""
    data = form.data
    occurrence = take(turn.session, Occurrence, data["occurrence"])
    if occurrence is None or not runs(turn, occurrence) or not is_open(occurrence, turn.now):
        return [turn.text_message("meeting_answers.gone")]
    if data["what"] == MOVE and _new_start(turn, occurrence, data) <= turn.now:
        return [turn.text_message("meetings.past"), turn.text_message("meetings.again")]
    meeting = occurrence.meeting
    match data["what"]:
        case "move":
            _move(turn, occurrence, _new_start(turn, occurrence, data))
            if (
                data.get("place", occurrence.place) != occurrence.place
            ):  # the same one keeps its point on the map
                _relocate(turn, occurrence, data)
        case "place":
            _relocate(turn, occurrence, data)
        case _:
            _cancel(turn, occurrence, everything=meeting.rule is None or data.get("scope") == ALL)
    occurrence.revision += 1
    occurrence.changed_at = turn.now
    turn.session.flush()
    turn.note(f"meeting.{data['what']}", "meeting", meeting.id)
    return _tell(turn, occurrence, data["what"])


def _move(turn: Turn, occurrence: Occurrence, start: datetime) -> None:
    """The same hours on, on another day or at another time. Another day is answered anew; its host comes."""
    before = local(occurrence, occurrence.starts_at)
    if occurrence.ends_at is not None:
        occurrence.ends_at = start + (occurrence.ends_at - occurrence.starts_at)
    occurrence.starts_at, occurrence.reminded = start, []
    if start.date() != before.date():
        others = Rsvp.member_id.is_distinct_from(occurrence.meeting.host_id)
        turn.session.execute(delete(Rsvp).where(Rsvp.occurrence_id == occurrence.id, others))


def _relocate(turn: Turn, occurrence: Occurrence, data: Data) -> None:
    """Another place for one occurrence, or for all from it on."""
    spot = spot_of(turn, data)
    places: list[Occurrence | Meeting] = [occurrence]
    if data.get("scope") == ALL:
        places += [occurrence.meeting, *_later(occurrence)]
        _take_back(turn, _later(occurrence))
    for one in places:
        one.place, one.online, one.link = spot.place, spot.online, spot.link
        one.latitude, one.longitude = spot.point


def _cancel(turn: Turn, occurrence: Occurrence, *, everything: bool) -> None:
    occurrence.cancelled_at = turn.now
    if not everything:
        return
    occurrence.meeting.cancelled_at = turn.now
    for later in _later(occurrence):
        later.cancelled_at = later.cancelled_at or turn.now
    _take_back(turn, _later(occurrence))


def _take_back(turn: Turn, occurrences: Sequence[Occurrence]) -> None:
    """These change with an earlier one: what is on its way about them is taken back."""
    for one in occurrences:
        one.revision, one.changed_at = one.revision + 1, turn.now
        one.told_at, one.reminded = None, []
        for kind in NOTICES:
            withdraw_notices(turn.session, kind, one.id, turn.now)


def _later(occurrence: Occurrence) -> list[Occurrence]:
    return [one for one in occurrence.meeting.occurrences if one.starts_at > occurrence.starts_at]


def _tell(turn: Turn, occurrence: Occurrence, what: str) -> list[Message]:
    """Who was told hears of the change; who was not yet gets the invitation as it is now. Its room reads the answer."""
    for kind in NOTICES:
        withdraw_notices(turn.session, kind, occurrence.id, turn.now)
    missed = untold(turn.session, occurrence.id)
    to, window = recipients(turn.session, occurrence.meeting), window_of(turn, occurrence)
    own, here = turn.member.id if turn.member else None, turn.room.id if turn.room else None
    title, answers = f"meeting_changes.told.{what}", what != CANCEL
    letter = Letter(
        about=f"meeting.change:{occurrence.id}:{occurrence.revision}",
        words=lambda voice: [occurrence_card(voice, occurrence, title, answers=answers)],
        window=window,
        urgency=urgency_of(turn, window),
        network=turn.network,
        author=turn.member,
    )
    turn.notify(
        letter,
        members=[one for one in to.members if one.id != own and f"{one.id}" not in missed],
        rooms=[room for room in to.rooms if room.id != here and f"c{room.chat_id}" not in missed],
    )
    occurrence.told_at = window.due_at
    if answers and missed:
        send_invitations(turn, occurrence, only=missed)
    if here is not None and here in {room.id for room in to.rooms}:
        return [occurrence_card(turn, occurrence, title, answers=answers)]
    return [occurrence_card(turn, occurrence, f"meeting_changes.done.{what}", answers=False)]


def _which_choices(turn: Turn, data: Data) -> list[Choice]:
    found = [turn.session.get(Occurrence, ident) for ident in data["among"]]
    return [
        Choice(f"{short_day(turn, one)} {one.meeting.title}", str(one.id)) for one in found if one is not None
    ]


def _which(turn: Turn, form: Form) -> Sequence[Message]:
    """The meeting that is meant: on to what shall become of it."""
    ident = number(str(form.data["which"]))
    occurrence = turn.session.get(Occurrence, ident) if ident in form.data["among"] else None
    if occurrence is None or not runs(turn, occurrence) or not is_open(occurrence, turn.now):
        return [turn.text_message("meeting_answers.gone")]
    return _begin(turn, occurrence, dict(form.data))


def _new_day(turn: Turn, words: str) -> str | None:
    """A day, a time, or both, as typed."""
    value = day_of(turn, words)
    return said_time(turn, words, value) if value else None


def _scopes(turn: Turn, data: Data) -> list[Choice]:
    return [Choice(turn.say(f"meeting_changes.scope.{scope}"), scope) for scope in (ONE, ALL)]


def _whats(turn: Turn, data: Data) -> list[Choice]:
    return [Choice(turn.say(f"meeting_changes.{what}"), what) for what in (MOVE, PLACE, CANCEL)]


capability.add_form(
    FormKind(
        name="meeting_changes.which",
        questions=(Question("which", "choice", choices=_which_choices, may_skip=False),),
        card=None,
        done=_which,
    )
)

capability.add_form(
    FormKind(
        name="meeting_changes.change",
        questions=(
            Question("what", "choice", choices=_whats, may_skip=False),
            Question(
                "scope",
                "choice",
                when=lambda data: data["repeats"] and data["what"] != MOVE,
                choices=_scopes,
                may_skip=False,
            ),
            Question(
                "day",
                "date",
                when=lambda data: data["what"] == MOVE,
                choices=day_choices,
                resolve=_new_day,
                check=which_week,
                may_skip=False,
            ),
            Question(
                "place",
                "place",
                when=lambda data: data["what"] == PLACE,
                resolve=read_place,
                may_skip=False,
            ),
        ),
        card=_card,
        done=_changed,
        own=frozenset({"change_meeting"}),
    )
)
