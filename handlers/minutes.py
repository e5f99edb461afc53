"""Writing minutes: จดว่า …, pictures, the six parts; reading them; approving them at the next meeting."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select

from bot import cards
from bot.buttons import number
from bot.capability import Capability
from bot.cards import Action, Message, Row, card
from bot.dialogue import Choice, Data, FormKind, Question, open_form
from bot.turn import Turn
from bot.understanding.answers import read_answer
from handlers.activities import drop_photo
from handlers.meeting_cards import moment_line
from handlers.meeting_list import short_day
from handlers.meeting_records import (
    about,
    held_since,
    may_read,
    may_record,
    meeting_of,
    of_days,
    of_kind,
    said_in,
    which,
    written_now,
)
from handlers.minutes_page import document_link, page_link
from models.activities import Photo
from models.chats import Form
from models.meetings import Occurrence
from models.minute_queries import (
    former_of,
    minutes_for,
    minutes_of,
    notes_of,
    photos_of,
    present,
    recorded,
    resolutions_of,
)
from models.minutes import MinuteNote, Minutes
from models.permissions import BELONGS
from models.store import take
from models.words import AgendaPart

capability = Capability("minutes")

SHOWN = 3
REPORTS = frozenset({"log_activity", "record_fund"})  # จดว่าขายผ้าได้ 5 ผืน
LOOKS_BACK = timedelta(days=60)  # of a meeting this long ago something may still be noted
MAY_UNDO_FOR = timedelta(hours=24)


@capability.on_words("minutes.words.note", who=BELONGS)
def note_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """จดว่า …: of the meeting that is going on, or was of late."""
    found = written_now(turn)
    if not found:
        return _none_now(turn)
    if len(found) > 1:
        return turn.forms.start(turn, "minutes.note", {**about(found), "words": _typed(turn, turn.text)})
    return _kept(turn, found[0], said_in(turn, "minutes.words.note"), turn.incoming.message_id)


def _none_now(turn: Turn) -> Sequence[Message]:
    """No meeting is near: what was done is a report, all else may be of one that is longer ago."""
    if turn.sure and turn.reading is not None and turn.reading.intent in REPORTS:
        return turn.router.as_read(turn)
    earlier = [one for one in held_since(turn, turn.now - LOOKS_BACK) if may_record(turn, one)]
    if not earlier or turn.in_group:
        return [turn.text_message("minutes.none_now")]
    data = {"among": about(earlier)["among"], "words": _typed(turn, turn.text)}
    return [turn.text_message("minutes.none_near"), *turn.forms.start(turn, "minutes.note", data)]


@capability.on_words("minutes.words.write", who=BELONGS)
def write_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """จดรายงานประชุม: the book is opened, for words and pictures."""
    found = written_now(turn)
    if not found:
        return [turn.text_message("minutes.none_now")]
    return turn.forms.start(turn, "minutes.note", about(found))


@capability.on_button("write", who=BELONGS)
def write_tapped(turn: Turn, *arguments: str) -> Sequence[Message]:
    """จดบันทึก under a meeting's card; below approved minutes it is an addendum."""
    occurrence = _writable(turn, arguments)
    if occurrence is None:
        return [turn.text_message("minutes.not_yours")]
    return turn.forms.start(turn, "minutes.note", about([occurrence]))


@capability.on_button("part", who=BELONGS)
def put_in_part(turn: Turn, *arguments: str) -> Sequence[Message]:
    """One of the six parts, for what was just noted."""
    note, part = _note(turn, arguments), number(arguments[1]) if len(arguments) > 1 else None
    if note is None or part not in set(AgendaPart):
        return [turn.text_message("minutes.gone")]
    if _is_fixed(turn, note.occurrence_id) and not note.addendum:
        return [turn.text_message("minutes.fixed")]
    note.part = part
    turn.session.flush()
    return [turn.text_message("minutes.put", part=turn.say(f"minutes.part.{part}"))]


@capability.on_button("undo", who=BELONGS)
def undo(turn: Turn, *arguments: str) -> Sequence[Message]:
    """เอาออก: what was just noted."""
    note = _note(turn, arguments)
    if note is None:
        return [turn.text_message("minutes.gone")]
    if _is_fixed(turn, note.occurrence_id) and not note.addendum:
        return [turn.text_message("minutes.fixed")]
    turn.session.delete(note)
    turn.session.flush()
    return [turn.text_message("minutes.undone")]


@capability.on_words("minutes.words.show", who=BELONGS)
@capability.on_button("newest", who=BELONGS, menu=12)
def show_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """รายงานการประชุม: the newest that the reader may see; of a month or a kind, where one is named."""
    if turn.network is None:
        return [turn.text_message("minutes.none")]
    newest = recorded(turn.session, turn.network.id, turn.now, limit=30)
    readable = [one.occurrence for one in newest if may_read(turn, one.occurrence)]
    if not readable:
        return [turn.text_message("minutes.none")]
    found = of_days(turn, of_kind(turn, readable))
    if not found:
        return [turn.text_message("minutes.none_then", quick=_to_read(turn, readable))]
    return [cards.with_quick(minutes_card(turn, found[0]), _to_read(turn, found[1:]))]


def _to_read(turn: Turn, found: Sequence[Occurrence]) -> list[Action]:
    return [
        cards.button(
            cards.cut(f"{short_day(turn, one)} {one.meeting.title}", cards.LABEL_LIMIT),
            f"minutes.show/{one.id}",
        )
        for one in found[:SHOWN]
    ]


@capability.on_button("show", who=BELONGS)
def show_tapped(turn: Turn, *arguments: str) -> Sequence[Message]:
    """One meeting's minutes."""
    occurrence = meeting_of(turn, arguments)
    if occurrence is None or not may_read(turn, occurrence):
        return [turn.text_message("meeting_answers.gone")]
    return [minutes_card(turn, occurrence)]


@capability.on_words("minutes.words.approve", who=BELONGS)
def approve_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """รับรองรายงานครั้งก่อน, in the meeting that comes after it."""
    waiting = [one for one in written_now(turn) if waits(former_of(turn.session, one))]
    return former_card(turn, waiting[0]) if waiting else [turn.text_message("minutes.nothing_to_approve")]


@capability.on_button("former", who=BELONGS)
def former(turn: Turn, *arguments: str) -> Sequence[Message]:
    """วาระ 2 of a meeting: the former minutes, to read and to approve."""
    occurrence = _writable(turn, arguments)
    if occurrence is None:
        return [turn.text_message("minutes.not_yours")]
    return former_card(turn, occurrence)


@capability.on_button("approve", who=BELONGS)
def approve(turn: Turn, *arguments: str) -> Sequence[Message]:
    """รับรอง: from now on they stay as they are, with the day and the meeting that approved them."""
    occurrence = _writable(turn, arguments)
    found = former_of(turn.session, occurrence) if occurrence is not None else None
    if occurrence is None or found is None:
        return [turn.text_message("minutes.not_yours")]
    if turn.now < occurrence.starts_at:
        return [turn.text_message("minutes.not_begun")]
    kept = take(turn.session, Minutes, found.id)
    if kept is None or kept.approved_at is not None:
        return [turn.text_message("minutes.approved_already")]
    kept.approved_at, kept.approved_in_id = turn.now, occurrence.id
    kept.approver_id = turn.member.id if turn.member else None
    turn.session.flush()
    turn.note("minutes.approved", "minutes", kept.id)
    quick = [turn.button("minutes.unapprove", "minutes.unapprove", kept.id)]
    day = turn.language.day(turn.now)
    return [turn.text_message("minutes.approved", title=kept.occurrence.meeting.title, day=day, quick=quick)]


@capability.on_button("unapprove", who=BELONGS)
def unapprove(turn: Turn, *arguments: str) -> Sequence[Message]:
    """กดผิด: within a day, by who may write of the meeting that approved them."""
    ident = number(arguments[0]) if arguments else None
    found = take(turn.session, Minutes, ident) if ident is not None else None
    where = found.approved_in if found is not None else None
    if found is None or where is None or _writable(turn, [str(where.id)]) is None:
        return [turn.text_message("minutes.not_yours")]
    if found.approved_at is None or turn.now - found.approved_at > MAY_UNDO_FOR:
        return [turn.text_message("minutes.fixed")]
    found.approved_at = found.approver_id = found.approved_in_id = None
    turn.session.flush()
    turn.note("minutes.unapproved", "minutes", found.id)
    return [turn.text_message("minutes.unapproved")]


@capability.forgets
def forget(turn: Turn, message_id: str) -> None:
    """An unsent message: what it had noted goes, also from the open book. Its picture goes with the others
    (handlers/activities.py)."""
    form = open_form(turn.session, turn.chat.id, turn.member.id) if turn.member is not None else None
    held = form.data.get("words") if form is not None and form.kind == "minutes.note" else None
    if form is not None and held and held["message_id"] == message_id:
        turn.forms.end(turn, form, "cancelled")
    turn.session.execute(delete(MinuteNote).where(MinuteNote.message_id == message_id))


def minutes_card(turn: Turn, occurrence: Occurrence, title: str = "minutes.card") -> Message:
    """How much there is of them; the whole is behind the reader's own link, which is not for groups."""
    found, session = minutes_of(turn.session, occurrence.id), turn.session
    counted = [
        ("present", present(session, occurrence.id).heads, "meetings.count"),
        ("resolutions", len(resolutions_of(session, occurrence.id)), "minutes.things"),
        ("notes", len(notes_of(session, occurrence.id)), "minutes.things"),
        ("photos", len(photos_of(session, occurrence.id)), "activities.pictures"),
    ]
    rows = [Row(turn.say(f"minutes.has.{name}"), turn.say(unit, count=n)) for name, n, unit in counted if n]
    state = "minutes.draft" if found is None or found.approved_at is None else "minutes.is_approved"
    return card(
        turn.say(title, title=occurrence.meeting.title),
        words=moment_line(turn, occurrence),
        rows=rows,
        note=turn.say(state),
        buttons=_reading(turn, occurrence),
    )


def _reading(turn: Turn, occurrence: Occurrence) -> list[Action]:
    """To read, to take away, to write on."""
    if turn.in_group or turn.member is None:
        return [turn.private_button("minutes.read_private", "minutes.private_word")]
    buttons = [
        cards.opens(turn.say("minutes.read"), page_link(turn.tools, turn.member, occurrence)),
        cards.opens(turn.say("minutes.take"), document_link(turn.tools, turn.member, occurrence)),
    ]
    if may_record(turn, occurrence):
        buttons.append(turn.button("minutes.write", "minutes.write", occurrence.id))
        if not _is_fixed(turn, occurrence.id):
            buttons.append(turn.button("resolution_notes.note", "resolution_notes.note", occurrence.id))
    return buttons


def former_card(turn: Turn, occurrence: Occurrence) -> list[Message]:
    """The former minutes as this meeting sees them: to be read, mended and approved."""
    found = former_of(turn.session, occurrence)
    if found is None:
        return [turn.text_message("minutes.nothing_to_approve")]
    if not waits(found):
        return [minutes_card(turn, found.occurrence)]
    buttons = [turn.button("minutes.approve", "minutes.approve", occurrence.id)]
    if may_record(turn, found.occurrence):
        buttons.append(turn.button("minutes.amend", "minutes.write", found.occurrence_id))
    if not turn.in_group and turn.member is not None and may_read(turn, found.occurrence):
        buttons.insert(
            0, cards.opens(turn.say("minutes.read"), page_link(turn.tools, turn.member, found.occurrence))
        )
    words = moment_line(turn, found.occurrence)
    return [
        card(turn.say("minutes.approve?", title=found.occurrence.meeting.title), words=words, buttons=buttons)
    ]


def waits(found: Minutes | None) -> bool:
    """Whether these minutes have still to be approved."""
    return found is not None and found.approved_at is None


def _is_fixed(turn: Turn, occurrence_id: int) -> bool:
    found = minutes_of(turn.session, occurrence_id)
    return found is not None and found.approved_at is not None


def _writable(turn: Turn, arguments: Sequence[str]) -> Occurrence | None:
    occurrence = meeting_of(turn, arguments)
    return occurrence if occurrence is not None and may_record(turn, occurrence) else None


def _note(turn: Turn, arguments: Sequence[str]) -> MinuteNote | None:
    """The note that a button names, if the speaker may write in its minutes."""
    ident = number(arguments[0]) if arguments else None
    note = turn.session.get(MinuteNote, ident) if ident is not None else None
    if note is None or _writable(turn, [str(note.occurrence_id)]) is None:
        return None
    return note


def _kept(
    turn: Turn, occurrence: Occurrence, words: str, message_id: str | None, part: int | None = None
) -> list[Message]:
    """Keep what was noted, and offer the parts where none was named."""
    member_id = turn.member.id if turn.member else None
    addendum = minutes_for(turn.session, occurrence.id, member_id).approved_at is not None
    note = MinuteNote(
        occurrence_id=occurrence.id,
        member_id=member_id,
        part=part,
        words=words,
        addendum=addendum,
        message_id=message_id,
        noted_at=turn.now,
    )
    turn.session.add(note)
    turn.session.flush()
    undo = turn.button("minutes.undo", "minutes.undo", note.id)
    if addendum:
        return [turn.text_message("minutes.added", quick=[undo])]
    if part is not None:
        again = turn.button("minutes.write_more", "minutes.write", occurrence.id)
        return [turn.text_message("minutes.noted", title=occurrence.meeting.title, quick=[again, undo])]
    parts = [
        turn.button(f"minutes.part.short.{one.value}", "minutes.part", note.id, one.value)
        for one in AgendaPart
    ]
    return [turn.text_message("minutes.noted_where", title=occurrence.meeting.title, quick=[*parts, undo])]


def _parts(turn: Turn, data: Data) -> list[Choice]:
    return [Choice(turn.say(f"minutes.part.short.{one.value}"), str(one.value)) for one in AgendaPart]


def _confirm(turn: Turn, data: Data, buttons: Sequence[Action]) -> Message:
    """What will stand in the minutes, with how many pictures."""
    pictures = len(data.get("photos", []))
    part = turn.say(f"minutes.part.{data['part']}") if data.get("part") else ""
    shown = [("part", part), ("photos", turn.say("activities.pictures", count=pictures) if pictures else "")]
    return card(
        turn.say("minutes.right?"),
        words=data.get("words", {}).get("said", ""),
        rows=[Row(turn.say(f"minutes.note.{name}.label"), value) for name, value in shown if value],
        buttons=buttons,
    )


def _written(turn: Turn, form: Form) -> Sequence[Message]:
    """ถูกต้อง: words and pictures stand in the minutes."""
    data = form.data
    occurrence = _writable(turn, [str(data["which"])])
    if occurrence is None:
        return [turn.text_message("minutes.not_yours")]
    member_id = turn.member.id if turn.member else None
    minutes = minutes_for(turn.session, occurrence.id, member_id)
    if data.get("photos") and minutes.approved_at is not None:
        return [turn.text_message("minutes.fixed_photos")]
    for photo in turn.session.scalars(select(Photo).where(Photo.id.in_(data.get("photos", [])))):
        photo.occurrence_id, photo.form_id = occurrence.id, None
    words = data.get("words")
    if not words:
        turn.session.flush()
        return [minutes_card(turn, occurrence, "minutes.photos_kept")]
    part = int(data["part"]) if data.get("part") else None
    return _kept(turn, occurrence, words["said"], words["message_id"], part)


def _typed(turn: Turn, words: str) -> Data | None:
    """What was typed while the book is open, with its message's id; จดว่า before it is not part of it."""
    answer = read_answer(words, "text", turn.now)
    if answer is None or answer.kind != "value":
        return None
    return {"said": said_in(turn, "minutes.words.note"), "message_id": turn.incoming.message_id}


def _dropped(turn: Turn, form: Form) -> None:
    """The book was closed: pictures that no minutes took go."""
    loose = Photo.form_id == form.id, Photo.occurrence_id.is_(None), Photo.activity_id.is_(None)
    for photo in turn.session.scalars(select(Photo).where(*loose)):
        drop_photo(turn, photo)


capability.add_form(
    FormKind(
        name="minutes.note",
        questions=(
            Question("which", "choice", choices=which, may_skip=False, listed=False),
            Question("part", "choice", choices=_parts),
            Question("words", "text", resolve=_typed, any_words=True),
        ),
        card=_confirm,
        done=_written,
        takes_pictures=True,
        dropped=_dropped,
    )
)
