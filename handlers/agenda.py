"""The agenda, collected before a meeting: ขอเพิ่มวาระเรื่องค่าน้ำ, by whoever is invited."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.buttons import number, pack
from bot.capability import Capability
from bot.cards import LABEL_LIMIT, Message, Row, button, card, cut, with_quick
from bot.dialogue import Choice, Data, FormKind, Question
from bot.turn import Turn
from handlers.meeting_cards import local, moment_line
from handlers.meeting_list import kind_named, runs, theirs
from handlers.meeting_records import about, fit, may_read, meeting_of, said_in, which
from models.chats import Form
from models.meeting_queries import is_invited, is_open
from models.meetings import AgendaItem, Occurrence
from models.permissions import BELONGS
from models.store import take

capability = Capability("agenda")

MOST = 20  # matters of one meeting
LONGEST = 200


@capability.on_words("agenda.words.add", who=BELONGS)
def add_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ขอเพิ่มวาระเรื่องค่าน้ำ: to the meeting that is coming, or asked to which; without the words they are asked."""
    return _begin(turn, _meant(turn, _open_ones(turn)), said_in(turn, "agenda.words.add"))


@capability.on_button("add", who=BELONGS)
def add_tapped(turn: Turn, *arguments: str) -> Sequence[Message]:
    """เพิ่มวาระ under a meeting's card."""
    occurrence = meeting_of(turn, arguments)
    return _begin(turn, [occurrence] if occurrence and _may_add(turn, occurrence) else [], "")


@capability.on_words("agenda.words.show", who=BELONGS)
def show_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """วาระมีอะไรบ้าง: of the next meeting, and those after it to tap on."""
    found = _open_ones(turn)
    if not found:
        return [turn.text_message("agenda.none_open")]
    others = [
        button(cut(choice.label, LABEL_LIMIT), pack("agenda.show", choice.value))
        for choice in which(turn, about(found[1:4]))
    ]
    return [with_quick(_card(turn, found[0]), others)]


@capability.on_button("show", who=BELONGS)
def show_tapped(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ดูวาระ."""
    occurrence = meeting_of(turn, arguments)
    if occurrence is None or not may_read(turn, occurrence):
        return [turn.text_message("meeting_answers.gone")]
    return [_card(turn, occurrence)]


@capability.on_button("drop", who=BELONGS)
def drop(turn: Turn, *arguments: str) -> Sequence[Message]:
    """เอาวาระออก: which one is asked; who called the meeting may take out any, others their own."""
    occurrence = meeting_of(turn, arguments)
    if occurrence is None or not _droppable(turn, occurrence):
        return [turn.text_message("agenda.not_yours")]
    return turn.forms.start(turn, "agenda.drop", {"occurrence": occurrence.id})


@capability.forgets
def forget(turn: Turn, message_id: str) -> None:
    """An unsent message: what it put on an agenda goes."""
    for item in turn.session.scalars(select(AgendaItem).where(AgendaItem.message_id == message_id)):
        item.occurrence.changed_at = turn.now
        item.occurrence.added.remove(item)


def _open_ones(turn: Turn) -> list[Occurrence]:
    """The coming meetings to whose agenda the speaker may add: invited ones, and what they called themselves."""
    found = theirs(turn, everything=True)
    mine = [one for one in found if _may_add(turn, one) and _is_invited(turn, one)]
    return mine or [one for one in found if _may_add(turn, one)]


def _is_invited(turn: Turn, occurrence: Occurrence) -> bool:
    return turn.member is not None and is_invited(turn.session, occurrence.meeting, turn.member.id)


def _may_add(turn: Turn, occurrence: Occurrence) -> bool:
    return is_open(occurrence, turn.now) and (_is_invited(turn, occurrence) or runs(turn, occurrence))


def _meant(turn: Turn, found: list[Occurrence]) -> list[Occurrence]:
    """Of these, those of the day or the kind that was named; all, where none was or none fits."""
    day = str(turn.reading.slots.get("datetime", ""))[:10] if turn.reading else ""
    found = [one for one in found if local(one, one.starts_at).date().isoformat() == day] or found
    kind = kind_named(turn)
    return [one for one in found if one.meeting.kind == kind] or found


def _begin(turn: Turn, found: Sequence[Occurrence], words: str) -> list[Message]:
    if not found:
        return [turn.text_message("agenda.none_open")]
    data: Data = about(found)
    if words:
        data |= {"words": words[:LONGEST], "message_id": turn.incoming.message_id}
    return turn.forms.start(turn, "agenda.add", data)


def _added(turn: Turn, form: Form) -> Sequence[Message]:
    """Keep it, once: the same words twice are one matter."""
    occurrence = take(turn.session, Occurrence, number(str(form.data["which"])) or 0)
    if occurrence is None or not _may_add(turn, occurrence):
        return [turn.text_message("meeting_answers.gone")]
    words = fit(form.data["words"])[:LONGEST]
    if words not in occurrence.agenda:
        if len(occurrence.agenda) >= MOST:
            return [turn.text_message("agenda.full", most=MOST)]
        item = AgendaItem(
            member_id=turn.member.id if turn.member else None,
            words=words,
            message_id=form.data.get("message_id") or turn.incoming.message_id,
            added_at=turn.now,
        )
        occurrence.added.append(item)
        occurrence.changed_at = turn.now
        turn.session.flush()
    return [_card(turn, occurrence, "agenda.added")]


def _card(turn: Turn, occurrence: Occurrence, title: str = "agenda.title") -> Message:
    """The agenda in order; who runs the meeting sees one-to-one who added what."""
    named = not turn.in_group and runs(turn, occurrence)
    called_for = [(words, "") for words in occurrence.meeting.agenda]
    added = [(one.words, one.member.call_as if one.member and named else "") for one in occurrence.added]
    rows = [
        Row(f"{place}.", f"{words} ({who})" if who else words)
        for place, (words, who) in enumerate([*called_for, *added], 1)
    ]
    buttons = []
    if _may_add(turn, occurrence):
        buttons.append(turn.button("agenda.add", "agenda.add", occurrence.id))
    if _droppable(turn, occurrence):
        buttons.append(turn.button("agenda.drop", "agenda.drop", occurrence.id))
    return card(
        turn.say(title, title=occurrence.meeting.title),
        words=moment_line(turn, occurrence),
        rows=rows,
        note="" if rows else turn.say("agenda.empty"),
        buttons=buttons,
    )


def _droppable(turn: Turn, occurrence: Occurrence) -> list[Choice]:
    """What the speaker may take out, as choices: its place among what the meeting was called for, or an item's id."""
    if not is_open(occurrence, turn.now):
        return []
    own, all_of_it = turn.member.id if turn.member else None, runs(turn, occurrence)
    called_for = [(words, f"place-{place}") for place, words in enumerate(occurrence.meeting.agenda)]
    added = [(one.words, f"item-{one.id}") for one in occurrence.added if all_of_it or one.member_id == own]
    offered = [*(called_for if all_of_it else []), *added]
    return [Choice(cut(words, 20), value) for words, value in offered[:10]]


def _drop_choices(turn: Turn, data: Data) -> list[Choice]:
    return _droppable(turn, turn.session.get_one(Occurrence, data["occurrence"]))


def _dropped(turn: Turn, form: Form) -> Sequence[Message]:
    occurrence = take(turn.session, Occurrence, form.data["occurrence"])
    chosen = str(form.data["item"])
    if occurrence is None or chosen not in {one.value for one in _droppable(turn, occurrence)}:
        return [turn.text_message("meeting_answers.gone")]
    kind, _, ident = chosen.partition("-")
    if kind == "place":
        agenda = list(occurrence.meeting.agenda)
        del agenda[int(ident)]
        occurrence.meeting.agenda = agenda
    else:
        occurrence.added = [one for one in occurrence.added if one.id != int(ident)]
    occurrence.changed_at = turn.now
    turn.session.flush()
    turn.note("agenda.dropped", "occurrence", occurrence.id)
    return [_card(turn, occurrence, "agenda.dropped")]


capability.add_form(
    FormKind(
        name="agenda.add",
        questions=(
            Question("which", "choice", choices=which, may_skip=False),
            Question("words", "text", may_skip=False, any_words=True),
        ),
        card=None,
        done=_added,
    )
)

capability.add_form(
    FormKind(
        name="agenda.drop",
        questions=(Question("item", "choice", choices=_drop_choices, may_skip=False),),
        card=None,
        done=_dropped,
    )
)
