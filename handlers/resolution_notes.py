"""Noting what a meeting decides, with who does it and until when; and changing that."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from bot.capability import Capability
from bot.cards import Action, Message, card
from bot.dialogue import Choice, Data, FormKind, Question
from bot.notices import Urgency, withdraw_notices
from bot.turn import Turn
from bot.understanding.answers import read_answer
from bot.understanding.reader import read_as
from handlers.meeting_records import about, fit, may_record, meeting_of, said_in, which, written_now
from handlers.meeting_times import day_of, not_past
from handlers.resolutions import drop, named, owner_buttons, resolution_card, resolution_rows
from models.chats import Form
from models.matching import enterprises_named
from models.membership import members_like
from models.minute_queries import doers, minutes_for, minutes_of
from models.minutes import Resolution
from models.network import Enterprise
from models.people import Member, Membership
from models.permissions import BELONGS
from models.store import take

capability = Capability("resolution_notes")

SHORTEST = 3  # letters; a shorter name is not looked for in a sentence


@capability.on_words("resolution_notes.words.decided", who=BELONGS)
def decided(turn: Turn, *_groups: str) -> Sequence[Message]:
    """มติ ให้ลุงโขงซื้อปุ๋ยภายในวันศุกร์: of the meeting that is going on, or was of late."""
    found = written_now(turn)
    if not found:
        is_other = (
            turn.sure and turn.reading is not None and turn.reading.intent not in ("other", "small_talk")
        )
        return turn.router.as_read(turn) if is_other else [turn.text_message("minutes.none_now")]
    words = said_in(turn, "resolution_notes.words.decided")
    data = about(found)
    if words:
        data |= {"words": _typed(turn, words), **_named_in(turn, words)}
    return turn.forms.start(turn, "resolution_notes.note", data)


@capability.on_button("note", who=BELONGS)
def note(turn: Turn, *arguments: str) -> Sequence[Message]:
    """จดมติ under a meeting's minutes."""
    occurrence = meeting_of(turn, arguments)
    if occurrence is None or not may_record(turn, occurrence):
        return [turn.text_message("minutes.not_yours")]
    return turn.forms.start(turn, "resolution_notes.note", about([occurrence]))


@capability.on_button("change", who=BELONGS)
def change(turn: Turn, *arguments: str) -> Sequence[Message]:
    """เปลี่ยนคน/วัน: by who writes the meeting's minutes."""
    one = named(turn, arguments)
    if one is None or not may_record(turn, one.occurrence):
        return [turn.text_message("resolutions.not_yours")]
    return turn.forms.start(turn, "resolution_notes.change", {"resolution": one.id})


def _named_in(turn: Turn, words: str) -> Data:
    """Whom and which day a sentence names: ให้ลุงโขงซื้อปุ๋ยภายในวันศุกร์."""
    data: Data = {}
    day = str(read_as("create_meeting", words, turn.now).slots.get("datetime", ""))[:10]
    if day >= turn.now.date().isoformat():
        data["due"] = day
    if (owner := _owner_in(turn, words)) is not None:
        data["owner"] = owner
    return data


def _owner_in(turn: Turn, words: str) -> str | None:
    """The only member, else the only enterprise, whose name stands in a sentence; the longest of names in names."""
    if turn.network is None:
        return None
    query = select(Member).join(Membership, Membership.member_id == Member.id)
    query = query.where(Membership.network_id == turn.network.id, Membership.state == "active")
    people = [
        one for one in turn.session.scalars(query) if len(one.call_as) > SHORTEST and one.call_as in words
    ]
    found = [
        one for one in people if not any(one.call_as in other.call_as for other in people if other != one)
    ]
    if found:
        return f"m{found[0].id}" if len(found) == 1 else None
    named = enterprises_named(turn.session, turn.network.id, words, 2)
    exact = [one for one in named if one.short_name in words]
    return f"e{exact[0].id}" if len(exact) == 1 else None


def _owner(turn: Turn, words: str) -> str | None:
    """The member or enterprise that was typed."""
    if turn.network is None:
        return None
    if (found := _owner_in(turn, words)) is not None:
        return found
    like = members_like(turn.session, turn.network.id, words.strip(), limit=2)
    if len(like) == 1 and like[0].state == "active":
        return f"m{like[0].member_id}"
    named = enterprises_named(turn.session, turn.network.id, words, 2)
    return f"e{named[0].id}" if len(named) == 1 else None


def _known(turn: Turn, value: str) -> str | None:
    """Why these words name no owner."""
    return None if value[:1] in ("m", "e") and value[1:].isdigit() else "resolution_notes.who_is_that"


def _give(turn: Turn, one: Resolution, data: Data) -> None:
    """Owner and day of a form, where it has them."""
    if owner := data.get("owner"):
        ident = int(owner[1:])
        one.owner = turn.session.get(Member, ident) if owner[0] == "m" else None
        one.owner_enterprise = turn.session.get(Enterprise, ident) if owner[0] == "e" else None
    if data.get("due"):
        one.due_on = date.fromisoformat(str(data["due"])[:10])


def _confirm(turn: Turn, data: Data, buttons: Sequence[Action]) -> Message:
    """What will be kept."""
    shown = Resolution(words=data["words"]["said"])
    _give(turn, shown, data)
    rows = resolution_rows(turn, shown, named=True)
    return card(turn.say("resolution_notes.right?"), words=shown.words, rows=rows, buttons=buttons)


def _noted(turn: Turn, form: Form) -> Sequence[Message]:
    """ถูกต้อง: it stands, and whoever does it hears of it."""
    data = form.data
    occurrence = meeting_of(turn, [str(data["which"])])
    if occurrence is None or turn.member is None or not may_record(turn, occurrence):
        return [turn.text_message("minutes.not_yours")]
    if minutes_for(turn.session, occurrence.id, turn.member.id).approved_at is not None:
        return [turn.text_message("minutes.fixed")]
    one = Resolution(
        network_id=occurrence.meeting.network_id,
        occurrence_id=occurrence.id,
        words=data["words"]["said"],
        member_id=turn.member.id,
        message_id=data["words"]["message_id"],
        noted_at=turn.now,
    )
    turn.session.add(one)
    _give(turn, one, data)
    _decide(one)
    turn.session.flush()
    turn.note("resolution.noted", "resolution", one.id)
    _tell_owner(turn, one)
    return [resolution_card(turn, one, "resolution_notes.noted")]


def _decide(one: Resolution) -> None:
    """Before the minutes are approved, what holds is what they say."""
    one.decided_owner, one.decided_enterprise = one.owner, one.owner_enterprise
    one.decided_due_on = one.due_on


def _changed(turn: Turn, form: Form) -> Sequence[Message]:
    """The change holds; approved minutes go on saying what was decided then."""
    data = form.data
    one = take(turn.session, Resolution, data["resolution"])
    if one is None or not may_record(turn, one.occurrence):
        return [turn.text_message("resolutions.not_yours")]
    minutes = minutes_of(turn.session, one.occurrence_id)
    is_fixed = minutes is not None and minutes.approved_at is not None
    if data["what"] == "drop":
        if is_fixed:
            return [turn.text_message("minutes.fixed")]
        turn.note("resolution.dropped", "resolution", one.id)
        drop(turn, one)
        return [turn.text_message("resolution_notes.dropped")]
    before = (one.owner_id, one.owner_enterprise_id)
    _give(turn, one, data)
    if not is_fixed:
        _decide(one)
    withdraw_notices(turn.session, "resolution", one.id, turn.now)
    one.revision += 1
    turn.session.flush()
    turn.note("resolution.changed", "resolution", one.id)
    if (one.owner_id, one.owner_enterprise_id) != before:
        _tell_owner(turn, one)
    return [resolution_card(turn, one, "resolution_notes.changed")]


def _tell_owner(turn: Turn, one: Resolution) -> None:
    """Whoever took it on, or was given it, hears of it one-to-one; unless they wrote it down themselves."""
    for member in doers(turn.session, one):
        if turn.member is None or member.id != turn.member.id:
            voice = turn.toward(member)
            said = card(
                voice.say("resolution_notes.yours", title=one.occurrence.meeting.title),
                words=one.words,
                rows=resolution_rows(voice, one, named=False),
                buttons=owner_buttons(voice, one),
            )
            turn.tell(
                member, [said], about=f"resolution:{one.id}:{one.revision}:given", urgency=Urgency.ORDINARY
            )


def _whats(turn: Turn, data: Data) -> list[Choice]:
    return [
        Choice(turn.say(f"resolution_notes.change.{what}"), what) for what in ("to_owner", "to_day", "drop")
    ]


def _typed(turn: Turn, words: str) -> Data | None:
    """What was decided, with the id of the message that said it."""
    answer = read_answer(words, "text", turn.now)
    if answer is None or answer.kind != "value":
        return None
    return {"said": fit(words), "message_id": turn.incoming.message_id}


def _day(turn: Turn, words: str) -> str | None:
    found = day_of(turn, words)
    return found[:10] if found else None


capability.add_form(
    FormKind(
        name="resolution_notes.note",
        questions=(
            Question("which", "choice", choices=which, may_skip=False, listed=False),
            Question("words", "text", resolve=_typed, may_skip=False, any_words=True),
            Question("owner", "name", resolve=_owner, check=_known),
            Question("due", "date", resolve=_day, check=not_past),
        ),
        card=_confirm,
        done=_noted,
    )
)

capability.add_form(
    FormKind(
        name="resolution_notes.change",
        questions=(
            Question("what", "choice", choices=_whats, may_skip=False),
            Question(
                "owner",
                "name",
                when=lambda data: data["what"] == "to_owner",
                resolve=_owner,
                check=_known,
                may_skip=False,
            ),
            Question(
                "due",
                "date",
                when=lambda data: data["what"] == "to_day",
                resolve=_day,
                check=not_past,
                may_skip=False,
            ),
        ),
        card=None,
        done=_changed,
    )
)
