"""Calling a meeting: from one message, or question by question, to invitations that its caller has seen before."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from bot.capability import Capability
from bot.cards import Action, Message, Row, card
from bot.dialogue import Choice, Data, FormKind, Question
from bot.notices import Letter, Urgency, Window
from bot.turn import Turn
from bot.understanding.reader import read_as
from bot.understanding.reading import Reading
from handlers import meeting_audiences as audiences
from handlers.meeting_cards import occurrence_card, rule_words, when_lines
from handlers.meeting_places import LINK, read_place, spot_line, spot_of, take_spot
from handlers.meeting_times import (
    clock_choices,
    clock_of,
    day_choices,
    day_of,
    either_week,
    is_past,
    not_past,
    not_past_at,
    open_hours,
    span_of,
    take_times,
)
from models.chats import Form
from models.meeting_queries import clash, host_comes, invite, overlapping, recipients, write_ahead
from models.meeting_rules import CALLERS, may_call, waits
from models.meetings import Meeting, Occurrence
from models.people import Member
from models.people_queries import holders
from models.permissions import BELONGS, Role, only
from models.rhythm import Rhythm
from models.words import Audience, MeetingKind

capability = Capability("meetings")

CORRECTIONS = frozenset({"create_meeting", "change_meeting", "correct_record", "other"})
FAR = timedelta(days=240)  # a day that has just gone by is taken for next year's
# The first whose words are found is the kind; a meeting without any of them is just one.
KINDS = (
    MeetingKind.GENERAL_ASSEMBLY,
    MeetingKind.INSPECTION,
    MeetingKind.COMMITTEE,
    MeetingKind.TRAINING,
    MeetingKind.WORKING_GROUP,
)


@capability.on("create_meeting", who=BELONGS)
def call(turn: Turn) -> Sequence[Message]:
    """นัดประชุมกรรมการพุธหน้าบ่ายโมงที่ศาลากลางบ้าน เรื่องเงินกองกลาง."""
    kind = _kind_in(turn, turn.plain)
    if refused := _refused(turn, kind):
        return refused
    data: Data = {"kind": kind}
    _take_message(turn, data)
    if is_past(turn, data.get("day") or "9"):
        del data["day"]
        return [turn.text_message("meetings.past"), *turn.forms.start(turn, "meetings.call", data)]
    return turn.forms.start(turn, "meetings.call", data)


@capability.on_button("begin", who=only(*CALLERS), menu=3)
def begin(turn: Turn) -> Sequence[Message]:
    """นัดประชุม in the menu."""
    return turn.forms.start(turn, "meetings.call", {"kind": MeetingKind.OTHER.value})


def _refused(turn: Turn, kind: str) -> list[Message]:
    """Why the speaker may not call this, and who can; empty where they may, for whatever audience."""
    held = turn.roles & CALLERS
    if Role.LEADER in held or may_call(held, kind, Audience.PEOPLE):
        return []
    coordinators = holders(turn.session, turn.network.id, Role.COORDINATOR) if turn.network else []
    own = turn.membership.enterprise_id if turn.membership else None
    leaders = (
        holders(turn.session, turn.network.id, Role.LEADER, own) if turn.network and own and not held else []
    )
    names = ", ".join(dict.fromkeys(one.member.call_as for one in [*leaders, *coordinators]))
    if turn.in_group or not names:
        return [turn.text_message("meetings.not_for_you")]
    return [turn.text_message("meetings.not_for_you_named", names=names)]


def _take_message(turn: Turn, data: Data) -> None:
    """What the first message says: when, where, whom, what about."""
    words = turn.plain
    slots = read_as("create_meeting", LINK.sub(" ", turn.words), turn.now).slots
    topic = slots.get("topic", "")
    if take_times(turn, data, words, "create_meeting", slots) is False or "T" not in data.get("day", ""):
        data["hours"] = open_hours(turn)
    if days := either_week(turn, words, "create_meeting"):
        data["days"], data["hours"] = days, [day[11:] for day in days[:1] if "T" in day]
    take_spot(turn, data, words, slots.get("place", ""))
    # A topic names no audience, unless it is nothing else (ประชุมหัวหน้ากลุ่ม).
    in_topic = audiences.for_all_in(turn, topic)
    about_whom = audiences.said_in(turn, words.replace(topic, " ") if topic else words) or in_topic
    if about_whom is None and turn.room is not None:
        about_whom = f"room-{turn.room.id}"
    if about_whom is None and data["kind"] == MeetingKind.GENERAL_ASSEMBLY:
        about_whom = Audience.EVERYONE.value
    if about_whom is not None and audiences.allowed(turn, data, about_whom):
        data["audience"] = about_whom
    if topic and not in_topic:
        data["topic"] = topic


def _kind_in(turn: Turn, words: str) -> str:
    for kind in KINDS:
        if audiences.speaks_of(turn, f"meetings.words.{kind}", words):
            return kind.value
    return MeetingKind.OTHER.value


def _kinds(turn: Turn, data: Data) -> list[Choice]:
    return [Choice(turn.say(f"meetings.kind.{kind}"), kind.value) for kind in (*KINDS, MeetingKind.OTHER)]


def _card(turn: Turn, data: Data, buttons: Sequence[Action]) -> Message:
    """Everything that will be said, to whom, and what it collides with."""
    span = span_of(turn, data)
    meant = audiences.whom(turn, data["audience"])
    shown = [
        ("rule", rule_words(turn, data["rule"]) if data.get("rule") else ""),
        ("place", spot_line(turn, spot_of(turn, data))),
        ("audience", audiences.label(turn, data["audience"])),
        ("topic", data.get("topic", "")),
        ("quorum", turn.say("meetings.count", count=data["quorum"]) if data.get("quorum") else ""),
    ]
    notes = [turn.say("meetings.reaches", count=audiences.reached(turn, meant))]
    if warning := _clash(turn, data):
        notes.insert(0, warning)
    if span.start - turn.now > FAR and "rule" not in data:
        notes.insert(0, turn.say("meetings.far", year=turn.language.day(span.start).split()[-1]))
    return card(
        turn.say("meetings.right?", title=turn.say(f"meetings.kind.{data['kind']}")),
        big=when_lines(turn, span.start, span.end),
        rows=[Row(turn.say(f"meetings.call.{name}.label"), value) for name, value in shown if value],
        note="\n".join(notes),
        buttons=buttons,
    )


def _clash(turn: Turn, data: Data) -> str:
    """What takes place at the same time with the same people or in the same place; its name is not for groups."""
    assert turn.network is not None  # noqa: S101 - who calls a meeting belongs to a network
    span, meant = span_of(turn, data), audiences.whom(turn, data["audience"])
    others = overlapping(turn.session, turn.network.id, span.start, span.over)
    if not others:
        return ""
    people = {one.id for one in meant.members} | audiences.seated(turn, meant.rooms)
    spot = spot_of(turn, data)
    found = clash(turn.session, others, people, "" if spot.online else spot.place)
    if found is None:
        return ""
    other, shared = found
    if not shared:
        return turn.say("meetings.clash.place")
    if turn.in_group:
        return turn.say("meetings.clash.people", count=shared)
    return turn.say("meetings.clash.named", title=other.meeting.title, count=shared)


def _called(turn: Turn, form: Form) -> Sequence[Message]:
    """ถูกต้อง: the meeting stands, and its invitations are written."""
    data = form.data
    if not audiences.allowed(turn, data, data["audience"]):
        return [turn.text_message("meetings.not_this_audience")]
    if span_of(turn, data).start <= turn.now:
        return [turn.text_message("meetings.past"), turn.text_message("meetings.again")]
    meeting = _keep(turn, data)
    occurrence = write_ahead(turn.session, meeting, turn.now)[0]
    host_comes(turn.session, occurrence, turn.now)
    turn.note("meeting.called", "meeting", meeting.id)
    written = send_invitations(turn, occurrence)
    here = turn.room is not None and turn.room.id in {one.room_id for one in meeting.invitations}
    if here:
        return [occurrence_card(turn, occurrence, "meetings.invited")]
    who_comes = turn.button("meeting_answers.who_comes", "meeting_answers.who", occurrence.id)
    note = turn.say("meetings.called.note", when=turn.say(_soon(turn, occurrence)))
    if written:
        note = "\n".join([note, turn.say("meetings.unreachable", names=audiences.people_line(turn, written))])
    return [occurrence_card(turn, occurrence, "meetings.called", note=note, answers=False, more=[who_comes])]


def _keep(turn: Turn, data: Data) -> Meeting:
    assert turn.network is not None and turn.member is not None  # noqa: PT018, S101 - who calls a meeting belongs
    span, meant, spot = span_of(turn, data), audiences.whom(turn, data["audience"]), spot_of(turn, data)
    meeting = Meeting(
        network_id=turn.network.id,
        enterprise_id=meant.enterprise.id if meant.enterprise else None,
        host_id=turn.member.id,
        kind=data["kind"],
        title=turn.say(f"meetings.kind.{data['kind']}"),
        agenda=[data["topic"]] if data.get("topic") else [],
        audience=meant.audience,
        rule=data.get("rule"),
        starts_at=span.start,
        lasts=int((span.end - span.start).total_seconds() // 60) if span.end else None,
        place=spot.place,
        latitude=spot.point[0],
        longitude=spot.point[1],
        online=spot.online,
        link=spot.link,
        quorum=data.get("quorum"),
        called_at=turn.now,
    )
    turn.session.add(meeting)
    turn.session.flush()
    invite(
        turn.session,
        meeting,
        [room.id for room in meant.rooms],
        {turn.member.id, *(one.id for one in meant.members)},
    )
    return meeting


def send_invitations(turn: Turn, occurrence: Occurrence, only: Collection[str] | None = None) -> list[Member]:
    """Write the invitations; the room in which the turn is gets its own as the answer. Gives who has no chat yet.

    `only`: to these recipients, by the names of models.meeting_queries.untold.
    """
    meeting = occurrence.meeting
    to = recipients(turn.session, meeting)
    window = window_of(turn, occurrence)
    letter = Letter(
        about=f"meeting.invitation:{occurrence.id}:{occurrence.revision}",
        words=lambda voice: [occurrence_card(voice, occurrence, "meetings.invited")],
        window=window,
        urgency=urgency_of(turn, window),
        network=turn.network,
        author=turn.member,
    )
    occurrence.told_at = window.due_at
    own, here = turn.member.id if turn.member else None, turn.room.id if turn.room else None
    written = turn.notify(
        letter,
        members=[one for one in to.members if one.id != own and (only is None or f"{one.id}" in only)],
        rooms=[room for room in to.rooms if room.id != here and (only is None or f"c{room.chat_id}" in only)],
    )
    return written.unreachable


def window_of(turn: Turn, occurrence: Occurrence) -> Window:
    """News of a meeting may ride at once, wait the longer the further away it is, and are told until it starts."""
    starts_at = occurrence.starts_at.astimezone(turn.now.tzinfo)
    return Window(turn.now, turn.now + waits(turn.now, starts_at), starts_at)


def urgency_of(turn: Turn, window: Window) -> Urgency:
    """Quiet hours count less only where the meeting would be over when they end."""
    rhythm = Rhythm.of(turn.network.rhythm if turn.network else {})
    late = rhythm.after_quiet(window.due_at) >= window.expires_at
    return Urgency.URGENT if late else Urgency.IMPORTANT


def _soon(turn: Turn, occurrence: Occurrence) -> str:
    at_once = window_of(turn, occurrence).due_at <= turn.now
    return "meetings.sent.now" if at_once else "meetings.sent.soon"


def _merge(turn: Turn, data: Data, reading: Reading) -> bool:
    """A correction in free words while the card stands: ไม่ใช่ บ่ายสอง."""
    if reading.intent not in CORRECTIONS:
        return False
    slots = read_as("create_meeting", turn.plain, turn.now).slots
    took = take_times(turn, data, turn.plain, "create_meeting", slots)
    place = reading.slots.get("place", "")
    if place or audiences.speaks_of(turn, "meetings.words.online", turn.plain):
        take_spot(turn, data, turn.plain, place)
        took = True
    if "topic" in reading.slots and reading.intent == "create_meeting":
        data["topic"], took = reading.slots["topic"], True
    return took and not (data.get("day") and is_past(turn, data["day"]))


def _never(data: Data) -> bool:
    return False


capability.add_form(
    FormKind(
        name="meetings.call",
        questions=(
            Question("kind", "choice", choices=_kinds, may_skip=False),
            Question(
                "day",
                "date",
                when=lambda data: "rule" not in data,
                choices=day_choices,
                resolve=day_of,
                check=not_past,
                may_skip=False,
            ),
            Question(
                "at",
                "datetime",
                when=lambda data: "T" not in data.get("day", ""),
                choices=clock_choices,
                resolve=clock_of,
                check=not_past_at,
                may_skip=False,
            ),
            Question("until", "datetime", when=_never, resolve=clock_of),
            Question("place", "place", resolve=read_place),
            Question(
                "audience",
                "choice",
                choices=audiences.choices,
                resolve=audiences.resolve,
                check=audiences.check,
                may_skip=False,
            ),
            Question("topic", "text", any_words=True),
            Question("quorum", "people", when=_never),
        ),
        card=_card,
        done=_called,
        own=frozenset({"create_meeting", "change_meeting"}),
        merge=_merge,
    )
)
