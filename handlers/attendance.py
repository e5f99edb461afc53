"""Who is there: one tap at the meeting, or the host's count. The list signed on paper stays the official one."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.buttons import number
from bot.capability import Capability
from bot.cards import Action, Message, Row, card
from bot.notices import Letter, Urgency, Window, withdraw_notices
from bot.turn import Turn
from bot.understanding.answers import read_answer
from bot.voice import Speaks, Voice
from bot.watch import Watch
from handlers.meeting_cards import moment_line
from handlers.meeting_records import (
    attended_now,
    goes_on,
    in_its_room,
    may_read,
    may_record,
    meeting_of,
    written_now,
)
from models.meeting_queries import ends_at, recipients, replies
from models.meetings import Occurrence
from models.minute_queries import attendance_of, former_of, held, minutes_for, present
from models.minutes import Attendance
from models.permissions import ANYONE, BELONGS
from models.store import take

capability = Capability("attendance")

RIDES = timedelta(minutes=10)  # before the start the card may leave with other talk
MOST_HEADS = 5000
ROLL = "roll"  # among an occurrence's reminders: the card was given out
STAYS = timedelta(days=1)
NAMED_AT_MOST = 30


@capability.on_words("attendance.words.call", who=BELONGS)
def call(turn: Turn, *_groups: str) -> Sequence[Message]:
    """เช็คชื่อ: the card to tap on, of the meeting that is going on."""
    found = attended_now(turn)
    return [_roll(turn, found[0])] if found else [turn.text_message("attendance.none_now")]


@capability.on_words("attendance.words.here", who=BELONGS)
def here_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """มาถึงแล้วค่ะ: at a meeting that is going on; otherwise it is other talk."""
    found = attended_now(turn)
    return _noted(turn, found[0]) if found else turn.router.as_read(turn)


@capability.on_words("attendance.words.count", who=BELONGS)
def count_said(turn: Turn, *groups: str) -> Sequence[Message]:
    """มา 22 คน, from who may write of the meeting; from others, or before it, how many they come."""
    said = read_answer(f"{groups[0]} คน" if groups else "", "people", turn.now)
    people = said.value if said is not None and said.kind == "value" else 0
    found = written_now(turn)
    if not found or not 0 < people <= MOST_HEADS:
        return (
            turn.router.read_as(turn, "rsvp", turn.words) if attended_now(turn) else turn.router.as_read(turn)
        )
    occurrence = found[0]
    minutes = minutes_for(turn.session, occurrence.id, turn.member.id if turn.member else None)
    if minutes.approved_at is not None:
        return [turn.text_message("minutes.fixed")]
    minutes.heads = people
    turn.session.flush()
    return [_roll(turn, occurrence)]


@capability.on_button("here", who=ANYONE)
def here_tapped(turn: Turn, *arguments: str) -> Sequence[Message]:
    """มาแล้ว."""
    ident = number(arguments[0]) if arguments else None
    occurrence = turn.session.get(Occurrence, ident) if ident is not None else None
    if occurrence is None or not _is_theirs(turn, occurrence):
        return [turn.text_message("meeting_answers.gone")]
    if not goes_on(turn, occurrence):
        early = turn.now < occurrence.starts_at
        return [turn.text_message("attendance.too_early" if early else "attendance.too_late")]
    return _noted(turn, occurrence) if turn.member else _without_name(turn, occurrence)


@capability.on_button("undo", who=BELONGS)
def undo(turn: Turn, *arguments: str) -> Sequence[Message]:
    """กดผิด: not there after all."""
    occurrence = meeting_of(turn, arguments)
    if occurrence is None or turn.member is None:
        return [turn.text_message("meeting_answers.gone")]
    own = attendance_of(turn.session, occurrence.id, turn.member.id, _subject(turn, occurrence))
    if own is not None:
        turn.session.delete(own)
        turn.session.flush()
    return [turn.text_message("attendance.undone", count=present(turn.session, occurrence.id).heads)]


@capability.on_button("who", who=BELONGS)
def who(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ใครมาแล้วบ้าง: names one-to-one, to whoever may see them; nobody is told who is missing."""
    occurrence = meeting_of(turn, arguments)
    if occurrence is None or not may_read(turn, occurrence):
        return [turn.text_message("meeting_answers.gone")]
    found = present(turn.session, occurrence.id)
    names = [one.member.call_as for one in found.named if one.member is not None]
    rows = []
    if names and not turn.in_group:
        shown = ", ".join(names[:NAMED_AT_MOST])
        rows.append(Row(turn.say("attendance.names"), shown))
    if found.nameless:
        rows.append(Row(turn.say("attendance.nameless"), turn.say("meetings.count", count=found.nameless)))
    return [_card(turn, turn.session, occurrence, rows)]


@capability.on_clock
def give_out(watch: Watch) -> None:
    """Around the start the card is given to rooms and people, only with their own talk; whoever called the meeting gets
    it at the start. Lateness: until it is over; then what has not left is taken back, and nobody is told."""
    since = watch.now - timedelta(days=2)
    for occurrence in held(watch.session, watch.network.id, since, watch.now + RIDES):
        if ends_at(occurrence) <= watch.now:
            withdraw_notices(watch.session, f"meeting.{ROLL}", occurrence.id, watch.now)
        elif ROLL not in occurrence.reminded:
            _give_out(watch, occurrence.id)


def _roll(turn: Turn, occurrence: Occurrence) -> Message:
    """The card as it is asked for: one-to-one its writer gets their buttons too."""
    buttons = [
        turn.button("attendance.here", "attendance.here", occurrence.id),
        turn.button("attendance.who", "attendance.who", occurrence.id),
    ]
    if not turn.in_group and may_record(turn, occurrence):
        buttons += _writers_buttons(turn, turn.session, occurrence)
    return _card(turn, turn.session, occurrence, buttons=buttons)


def _writers_buttons(speaks: Speaks, session: Session, occurrence: Occurrence) -> list[Action]:
    """For who writes the minutes: to write, and to approve the former ones while they wait for it."""
    buttons = [speaks.button("minutes.write", "minutes.write", occurrence.id)]
    former = former_of(session, occurrence)
    if former is not None and former.approved_at is None:
        buttons.append(speaks.button("minutes.former", "minutes.former", occurrence.id))
    return buttons


def _card(
    speaks: Speaks,
    session: Session,
    occurrence: Occurrence,
    rows: Sequence[Row] = (),
    buttons: Sequence[Action] = (),
    note: str = "",
) -> Message:
    found = present(session, occurrence.id)
    counted = "attendance.counted" if found.counted else "attendance.tapped"
    notes = [_quorum(speaks, occurrence, found.heads), note, speaks.say("attendance.paper")]
    return card(
        speaks.say("attendance.title", title=occurrence.meeting.title),
        words=moment_line(speaks, occurrence),
        big=[speaks.say(counted, count=found.heads)],
        rows=rows,
        note="\n".join(line for line in notes if line),
        buttons=buttons,
    )


def _quorum(speaks: Speaks, occurrence: Occurrence, heads: int) -> str:
    quorum = occurrence.meeting.quorum
    if not quorum:
        return ""
    lacking = quorum - heads
    if lacking <= 0:
        return speaks.say("meeting_answers.quorum.met", quorum=quorum)
    return speaks.say("meeting_answers.quorum.lacking", quorum=quorum, count=lacking)


def _is_theirs(turn: Turn, occurrence: Occurrence) -> bool:
    """Whether a tap here may be one of this meeting: in its room by anybody, one-to-one by who is invited."""
    return in_its_room(turn, occurrence) if turn.in_group else may_read(turn, occurrence)


def _noted(turn: Turn, occurrence: Occurrence) -> list[Message]:
    """A member is there: kept once, also where they had been counted without a name."""
    member_id = turn.member.id if turn.member else None
    own = attendance_of(turn.session, occurrence.id, member_id, _subject(turn, occurrence))
    if own is None:
        own = Attendance(occurrence_id=occurrence.id, came_at=turn.now)
        turn.session.add(own)
    own.member_id, own.subject = member_id, None
    turn.session.flush()
    count = present(turn.session, occurrence.id).heads
    if turn.in_group:
        return [turn.text_message("attendance.noted", count=count)]
    quick = [turn.button("attendance.undo", "attendance.undo", occurrence.id)]
    if may_record(turn, occurrence):
        quick += _writers_buttons(turn, turn.session, occurrence)
    return [turn.text_message("attendance.noted", count=count, quick=quick)]


def _without_name(turn: Turn, occurrence: Occurrence) -> list[Message]:
    """Who has not consented is counted without a name; where LINE does not tell who taps, each tap is one."""
    known = turn.incoming.user_id is not None
    subject = _subject(turn, occurrence) if known else None
    if not known or attendance_of(turn.session, occurrence.id, None, subject or "") is None:
        turn.session.add(Attendance(occurrence_id=occurrence.id, subject=subject, came_at=turn.now))
        turn.session.flush()
    words = "attendance.noted" if known else "attendance.noted_unseen"
    return [turn.text_message(words, count=present(turn.session, occurrence.id).heads)]


def _subject(turn: Turn, occurrence: Occurrence) -> str:
    """Whose second tap it is, without keeping who."""
    return turn.tools.hashed("attendance", f"{occurrence.id}:{turn.incoming.user_id or ''}")


def _give_out(watch: Watch, occurrence_id: int) -> None:
    occurrence = take(watch.session, Occurrence, occurrence_id)
    if occurrence is None or occurrence.cancelled_at is not None or ROLL in occurrence.reminded:
        return
    occurrence.reminded = [*occurrence.reminded, ROLL]
    to, host, ends = (
        recipients(watch.session, occurrence.meeting),
        occurrence.meeting.host,
        ends_at(occurrence),
    )
    declined = {rsvp.member_id for rsvp in replies(watch.session, occurrence).no}
    others = [one for one in to.members if one.id not in declined and (host is None or one.id != host.id)]
    never = ends + STAYS
    watch.notify(
        _letter(watch, occurrence, "people", Window(watch.now, never, never), host=False),
        members=others,
        rooms=to.rooms,
    )
    if host is not None and host.id not in declined:
        at_start = Window(watch.now, max(occurrence.starts_at, watch.now), ends)
        watch.notify(_letter(watch, occurrence, "host", at_start, host=True), members=[host])


def _letter(watch: Watch, occurrence: Occurrence, whose: str, window: Window, *, host: bool) -> Letter:
    def words(voice: Voice) -> Sequence[Message]:
        buttons = [voice.button("attendance.here", "attendance.here", occurrence.id)]
        if host:
            buttons += _writers_buttons(voice, watch.session, occurrence)
        note = voice.say("attendance.for_host") if host else ""
        return [_card(voice, watch.session, occurrence, buttons=buttons, note=note)]

    return Letter(
        f"meeting.{ROLL}:{occurrence.id}:{occurrence.revision}:{whose}",
        words,
        window,
        Urgency.ORDINARY,
        network=watch.network,
        author=occurrence.meeting.host,
    )
