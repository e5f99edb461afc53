"""Who comes: answers by a tap or in words, changed until the meeting ends; and who has answered so far."""

import re
from collections.abc import Sequence

from sqlalchemy import delete, func, select, update

from bot.buttons import number
from bot.capability import Capability
from bot.cards import Action, Message, Row, card, with_quick
from bot.dialogue import Choice, Data, FormKind, Question
from bot.language import DEFAULT, language
from bot.turn import Turn
from handlers.meeting_asking import leave_alone
from handlers.meeting_cards import local, moment_line
from handlers.meeting_list import concerns, kind_named, runs, short_day, theirs
from handlers.meeting_reminders import spare
from models.chats import Chat, Form, RoomMember
from models.meeting_queries import Replies, is_invited, is_open, replies, rsvp_of
from models.meetings import Invitation, Occurrence, Rsvp
from models.people import Member
from models.permissions import ANYONE, BELONGS, Role
from models.words import Attending

capability = Capability("meeting_answers")

MOST_PEOPLE = 500
LONGEST_NOTE = 120
NAMED_AT_MOST = 12
OFFERED = 6


@capability.on("rsvp", who=BELONGS)
def said(turn: Turn) -> Sequence[Message]:
    """ไป 3 คน, ไม่ว่างค่ะ ติดงานบุญ: for the meeting meant, or asked which."""
    slots = turn.reading.slots if turn.reading else {}
    people = slots.get("participants")
    data: Data = {
        "answer": slots.get("attending", Attending.YES.value),
        "people": people if isinstance(people, int) and 0 < people <= MOST_PEOPLE else 1,
        "note": _reason(turn),
        "message_id": turn.incoming.message_id,
    }
    found = _meant(turn, str(slots.get("datetime", ""))[:10])
    if not found:
        return _none_open(turn)
    if len(found) == 1 and not is_invited(
        turn.session, found[0].meeting, turn.member.id if turn.member else 0
    ):
        return [turn.text_message("meeting_answers.not_invited")]
    if len(found) == 1:
        return [_answer(turn, found[0], data)]
    data["among"] = [one.id for one in found[:OFFERED]]
    return turn.forms.start(turn, "meeting_answers.which", data)


@capability.on_button("rsvp", who=ANYONE)
def tapped(turn: Turn, *arguments: str) -> Sequence[Message]:
    """มา, ไม่มา, ยังไม่แน่ under a meeting's card."""
    occurrence = _occurrence(turn, arguments)
    answer = arguments[1] if len(arguments) > 1 else ""
    if occurrence is None or answer not in set(Attending):
        return [turn.text_message("meeting_answers.gone")]
    if problem := _closed(turn, occurrence):
        return [turn.text_message(problem)]
    people = number(arguments[2]) if len(arguments) > 2 else None
    data: Data = {"answer": answer, "people": min(max(people or 1, 1), MOST_PEOPLE), "note": ""}
    if turn.member is None:
        return _without_name(turn, occurrence, data)
    if not is_invited(turn.session, occurrence.meeting, turn.member.id):
        return [turn.text_message("meeting_answers.not_invited")]
    return [_answer(turn, occurrence, data)]


@capability.on_button("who", who=BELONGS)
def who(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ใครมาบ้าง under a card."""
    occurrence = _occurrence(turn, arguments)
    if occurrence is None or not _may_see(turn, occurrence):
        return [turn.text_message("meeting_answers.gone")]
    return [_who_card(turn, occurrence)]


@capability.on_words("meeting_answers.words.who", who=BELONGS)
def who_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ใครมาบ้าง, ใครยังไม่ตอบ, ครบองค์ไหม: of the next meeting that is meant."""
    day = (turn.reading.slots.get("period") or [""])[0] if turn.reading else ""
    found = _meant(turn, day)
    if not found:
        return _none_open(turn)
    return [_who_card(turn, found[0])]


@capability.forgets
def forget_note(turn: Turn, message_id: str) -> None:
    """An unsent message: the answer stays, its words go."""
    noted = update(Rsvp).where(Rsvp.message_id == message_id).values(note="", message_id=None)
    turn.session.execute(noted)


@capability.erases
def erase(turn: Turn, member: Member) -> None:
    """Whoever wants to be forgotten: who answered is counted on without name and words, invitations go."""
    blank = {"member_id": None, "note": "", "message_id": None}
    turn.session.execute(update(Rsvp).where(Rsvp.member_id == member.id).values(**blank))
    turn.session.execute(delete(Invitation).where(Invitation.member_id == member.id))


def _meant(turn: Turn, day: str) -> list[Occurrence]:
    """The open meetings that words may be about: in a group those that may be spoken of there; by the day or the kind
    that was said."""
    found = theirs(turn, everything=turn.in_group)
    if day:
        found = [one for one in found if local(one, one.starts_at).date().isoformat() == day] or found
    kind = kind_named(turn)
    return [one for one in found if one.meeting.kind == kind] or found


def _none_open(turn: Turn) -> list[Message]:
    if turn.in_group:
        return [card(turn.say("meeting_answers.private"), buttons=[_go_private(turn)])]
    return [turn.text_message("meeting_answers.none_open")]


def _go_private(turn: Turn) -> Action:
    return turn.private_button("meeting_answers.go_private", "meeting_answers.private_word")


def _occurrence(turn: Turn, arguments: Sequence[str]) -> Occurrence | None:
    """The occurrence that a button names, if it is one of the room's network."""
    ident = number(arguments[0]) if arguments else None
    found = turn.session.get(Occurrence, ident) if ident is not None else None
    if found is None or (turn.room is not None and turn.room.network_id != found.meeting.network_id):
        return None
    return found


def _closed(turn: Turn, occurrence: Occurrence) -> str:
    """Why it can no longer be answered; empty while it can."""
    if occurrence.cancelled_at is not None:
        return "meeting_answers.cancelled"
    return "" if is_open(occurrence, turn.now) else "meeting_answers.over"


def _answer(turn: Turn, occurrence: Occurrence, data: Data) -> Message:
    """Keep a member's answer, the newest one counts."""
    assert turn.member is not None  # noqa: S101 - who has not consented is counted without a name
    rsvp = _kept(turn, occurrence, data)
    rsvp.member_id, rsvp.subject = turn.member.id, None
    turn.session.flush()
    leave_alone(turn.session, occurrence, turn.member.id, turn.now)
    if rsvp.answer == Attending.NO:
        spare(turn.session, occurrence, turn.member.id, turn.now)
    if turn.in_group:
        count = replies(turn.session, occurrence).coming
        return turn.text_message(f"meeting_answers.noted.{rsvp.answer}", count=count)
    words = turn.say(f"meeting_answers.yours.{rsvp.answer}", count=rsvp.people)
    about = turn.say(
        "meeting_answers.about", title=occurrence.meeting.title, when=moment_line(turn, occurrence)
    )
    answered = card(f"{words}\n{about}", note=rsvp.note, buttons=_other_answers(turn, rsvp))
    if rsvp.answer == Attending.NO:
        return answered
    return with_quick(answered, [turn.button("agenda.add", "agenda.add", occurrence.id)])


def _other_answers(turn: Turn, rsvp: Rsvp) -> list[Action]:
    """To change it: more people, or the other answers; and who comes."""
    buttons = []
    if rsvp.answer == Attending.YES:
        more = rsvp.people + 1
        buttons.append(
            turn.button("meeting_answers.one_more", "meeting_answers.rsvp", rsvp.occurrence_id, "yes", more)
        )
    for answer in Attending:
        if answer != rsvp.answer:
            buttons.append(
                turn.button(
                    f"meeting_answers.{answer}", "meeting_answers.rsvp", rsvp.occurrence_id, answer.value
                )
            )
    return [
        *buttons[:3],
        turn.button("meeting_answers.who_comes", "meeting_answers.who", rsvp.occurrence_id),
    ]


def _kept(turn: Turn, occurrence: Occurrence, data: Data) -> Rsvp:
    subject = _subject(turn, occurrence)
    member_id = turn.member.id if turn.member else None
    rsvp = rsvp_of(turn.session, occurrence.id, member_id=member_id, subject=subject)
    if rsvp is None:
        rsvp = Rsvp(occurrence_id=occurrence.id)
        turn.session.add(rsvp)
    rsvp.answer, rsvp.people, rsvp.answered_at = data["answer"], data["people"], turn.now
    rsvp.note = data["note"]
    rsvp.message_id = data.get("message_id") if data["note"] else None
    return rsvp


def _without_name(turn: Turn, occurrence: Occurrence, data: Data) -> list[Message]:
    """Before consent an answer is counted without a name; where LINE does not tell who taps, not even that."""
    here = turn.in_group and concerns(turn, occurrence, everything=True)
    counted = turn.incoming.user_id is not None and here
    if counted:
        rsvp = _kept(turn, occurrence, data)
        rsvp.subject = _subject(turn, occurrence)
        turn.session.flush()
    words = "meeting_answers.counted" if counted else "meeting_answers.who_are_you"
    return [
        card(turn.say(words), buttons=[turn.private_button("consent.go_private", "consent.private_word")])
    ]


def _subject(turn: Turn, occurrence: Occurrence) -> str:
    """Whose second tap it is, without keeping who."""
    return turn.tools.hashed("rsvp", f"{occurrence.id}:{turn.incoming.user_id or ''}")


def _reason(turn: Turn) -> str:
    """Why, as it was said: ติดงานบุญ."""
    for spoken in (turn.language, language(DEFAULT)):
        if match := re.search(spoken.say("meeting_answers.words.reason"), turn.plain, re.IGNORECASE):
            return match.group().strip()[:LONGEST_NOTE]
    return ""


def _may_see(turn: Turn, occurrence: Occurrence) -> bool:
    """Who is invited, and coordinators, see who comes; a room sees that of its own meetings."""
    if turn.member is None or turn.network is None:
        return False
    if turn.in_group:
        return concerns(turn, occurrence, everything=True)
    if is_invited(turn.session, occurrence.meeting, turn.member.id):
        return True
    return turn.network.id == occurrence.meeting.network_id and Role.COORDINATOR in turn.roles


def _who_card(turn: Turn, occurrence: Occurrence) -> Message:
    """How many come; the names one-to-one, or in the meeting's own room if all in it have consented."""
    found = replies(turn.session, occurrence)
    named = not turn.in_group or _all_known(turn)
    reasons = not turn.in_group and runs(turn, occurrence)
    rows = [
        ("yes", _line(turn, found.yes, named, reasons), found.yes),
        ("no", _line(turn, found.no, named, reasons), found.no),
        ("maybe", _line(turn, found.maybe, named, reasons), found.maybe),
        ("silent", _names(turn, [one.call_as for one in found.silent], named), found.silent),
    ]
    return card(
        turn.say("meeting_answers.about", title=occurrence.meeting.title, when=moment_line(turn, occurrence)),
        big=[turn.say("meeting_answers.coming", count=found.coming)],
        rows=[Row(turn.say(f"meeting_answers.{name}"), value) for name, value, any_ in rows if any_],
        note=_quorum(turn, occurrence, found),
        buttons=_more(turn, occurrence),
    )


def _more(turn: Turn, occurrence: Occurrence) -> list[Action]:
    """To add to the agenda, and for who runs it one-to-one to change it."""
    if not is_open(occurrence, turn.now):
        return []
    agenda = turn.button("agenda.add", "agenda.add", occurrence.id)
    if turn.in_group or not runs(turn, occurrence):
        return [agenda]
    return [
        agenda,
        turn.button("meeting_changes.move", "meeting_changes.change", occurrence.id, "move"),
        turn.button("meeting_changes.cancel", "meeting_changes.change", occurrence.id, "cancel"),
    ]


def _all_known(turn: Turn) -> bool:
    """Whether LINE counts no more people in this group than members who consented sit in it."""
    if turn.room is None:
        return False
    query = select(func.count()).select_from(RoomMember).where(RoomMember.room_id == turn.room.id)
    heads = turn.session.scalar(select(Chat.heads).where(Chat.id == turn.chat.id))
    return heads is not None and heads <= (turn.session.scalar(query) or 0)


def _line(turn: Turn, rsvps: Sequence[Rsvp], named: bool, reasons: bool) -> str:
    names = []
    for rsvp in rsvps:
        if rsvp.member is None:
            continue
        name = rsvp.member.call_as
        more = f" {rsvp.people}" if rsvp.people > 1 else ""
        why = f" ({rsvp.note})" if reasons and rsvp.note else ""
        names.append(f"{name}{more}{why}")
    nameless = sum(1 for rsvp in rsvps if rsvp.member is None)
    said = _names(turn, names, named) if names else ""
    unnamed = turn.say("meeting_answers.nameless", count=nameless) if nameless and named else ""
    if not named:
        return turn.say("meetings.count", count=len(rsvps))
    return ", ".join(part for part in (said, unnamed) if part)


def _names(turn: Turn, names: Sequence[str], named: bool) -> str:
    if not named:
        return turn.say("meetings.count", count=len(names))
    shown = ", ".join(names[:NAMED_AT_MOST])
    left = len(names) - NAMED_AT_MOST
    return shown if left <= 0 else turn.say("meetings.and_more", names=shown, count=left)


def _quorum(turn: Turn, occurrence: Occurrence, found: Replies) -> str:
    quorum = occurrence.meeting.quorum
    if not quorum:
        return ""
    lacking = quorum - found.coming
    if lacking <= 0:
        return turn.say("meeting_answers.quorum.met", quorum=quorum)
    return turn.say("meeting_answers.quorum.lacking", quorum=quorum, count=lacking)


def _choices(turn: Turn, data: Data) -> list[Choice]:
    found = [turn.session.get(Occurrence, ident) for ident in data["among"]]
    return [
        Choice(f"{short_day(turn, one)} {one.meeting.title}", str(one.id)) for one in found if one is not None
    ]


def _chosen(turn: Turn, form: Form) -> Sequence[Message]:
    """The meeting that the words were for."""
    ident = number(str(form.data["which"]))
    occurrence = turn.session.get(Occurrence, ident) if ident in form.data["among"] else None
    if occurrence is None:
        return [turn.text_message("meeting_answers.gone")]
    if problem := _closed(turn, occurrence):
        return [turn.text_message(problem)]
    return [_answer(turn, occurrence, dict(form.data))]


capability.add_form(
    FormKind(
        name="meeting_answers.which",
        questions=(Question("which", "choice", choices=_choices, may_skip=False),),
        card=None,
        done=_chosen,
    )
)
