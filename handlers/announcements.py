"""ประกาศ: what is made known, to whom, when and how; shown as it will look, with its price, before it goes."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from bot.capability import Capability
from bot.cards import Action, Message, bubble
from bot.dialogue import CONFIRM, SKIPPED, Choice, Data, FormKind, Question, open_form
from bot.notices import Urgency
from bot.turn import Turn
from bot.understanding.address import without_name
from bot.understanding.answers import read_correction
from bot.understanding.reader import read_as
from bot.understanding.reading import Reading
from handlers.activities import drop_photo
from handlers.announcement_approval import ask_approval
from handlers.announcement_audience import audience_in, chosen, label, matched, packed, questions
from handlers.announcement_cards import announcement_card, by_ride, preview, rows
from handlers.announcement_draft import (
    BY_LINES,
    DAYS_END,
    LINES,
    MORNING,
    announcement_from,
    deadline_in,
    moment,
    said_by,
    time_of,
    unfit,
    urgency_of,
)
from handlers.announcement_sending import Cost, cost_of, may_send, reached, send, start_emergency
from models.activities import Photo
from models.announcements import Announcement, same_said
from models.audiences import Audience
from models.chats import Form
from models.people import Member
from models.permissions import BELONGS, Role

capability = Capability("announcements")

CORRECTIONS = frozenset({"announce", "correct_record", "small_talk", "other"})
CHANGES = ("words", "audience", "urgency", "acknowledge_by", "send_at")


@capability.on("announce", who=BELONGS)
@capability.on_words("announcements.words.begin", who=BELONGS)
def announce(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ประกาศถึงทุกกลุ่ม: พรุ่งนี้สำนักงานปิด."""
    head, words = _split(turn)
    data: Data = {"photos": [], "message_id": turn.incoming.message_id}
    _take_head(turn, data, head)
    if words:
        data["words"] = words
        if (problem := unfit(turn, words)) is not None:
            return [turn.text_message(problem)]
        if (until := deadline_in(turn, words)) is not None:
            data["acknowledge_by"] = until
    else:
        data["stepwise"] = True
    return start(turn, data)


@capability.on_button("begin", who=BELONGS, menu=10)
def begin(turn: Turn) -> Sequence[Message]:
    """ประกาศ in the menu: step by step."""
    return start(turn, {"photos": [], "stepwise": True})


@capability.on_button("change", who=BELONGS)
def change(turn: Turn, *arguments: str) -> Sequence[Message]:
    """แก้ไข under the look: what to change, then that question again."""
    form = _own_form(turn)
    if form is None:
        return [turn.text_message("form.closed.expired")]
    name = arguments[0] if arguments else ""
    if name not in CHANGES:
        offered = [
            turn.button(f"announcements.write.{one}.label", "announcements.change", one) for one in CHANGES
        ]
        return [turn.text_message("form.edit_what", quick=offered)]
    kept = {key: value for key, value in form.data.items() if not _belongs(key, name)}
    skipped = [one for one in form.data.get(SKIPPED, []) if not _belongs(one, name)]
    form.data = {**kept, "wanted": [name], SKIPPED: skipped}
    return turn.forms.go_on(turn, form)


@capability.on_button("test", who=BELONGS)
def test(turn: Turn) -> Sequence[Message]:
    """ทดลองส่งให้ตัวเอง: the card alone, exactly as others would get it."""
    form = _own_form(turn)
    if form is None or form.step != CONFIRM:
        return [turn.text_message("form.closed.expired")]
    return [announcement_card(turn, said_by(turn, form.data), None), *turn.forms.go_on(turn, form)]


@capability.forgets
def forget(turn: Turn, message_id: str) -> None:
    """The message it was written in was unsent: what has not left does not leave. What others have got stays theirs."""
    written = select(Announcement).where(Announcement.message_id == message_id)
    for one in turn.session.scalars(written.where(Announcement.state.in_(("asked", "planned")))):
        one.state, one.words, one.message_id = "cancelled", "", None


@capability.erases
def erase(turn: Turn, member: Member) -> None:
    """Whoever wants to be forgotten: what they wrote and nobody has got goes; the rest loses their name."""
    theirs = select(Announcement).where(Announcement.author_id == member.id)
    for one in turn.session.scalars(theirs.where(Announcement.state.in_(("asked", "planned", "refused")))):
        one.state, one.words = "cancelled", ""


def start(turn: Turn, data: Data) -> Sequence[Message]:
    """Open the form; one-to-one, as all that follows is between the two."""
    form = turn.forms.open(turn, "announcements.write", data)
    for photo in turn.session.scalars(select(Photo).where(Photo.id.in_(data.get("photos", [])))):
        photo.form_id = form.id
    if turn.in_group:
        return turn.forms.go_private(turn, form, "announcements.private")
    return turn.forms.go_on(turn, form)


def _split(turn: Turn) -> tuple[str, str]:
    """The words before and of the announcement: ประกาศถึงทุกกลุ่ม and what follows."""
    said = without_name(turn.words, turn.tools.bot_names).strip()
    for msgid in ("split", "lead", "spaced", "bare"):
        parts = matched(turn, f"announcements.words.{msgid}", said, whole=True)
        if parts is not None and (msgid != "spaced" or audience_in(turn, parts[1]) is not None):
            return parts[1].strip(), parts[2].strip()
    return said, ""


def _take_head(turn: Turn, data: Data, head: str) -> None:
    """What the words before it say: to whom, when, how urgent."""
    if (audience := audience_in(turn, head)) is not None:
        data["audience"] = packed(audience)
    if matched(turn, "announcements.words.urgent", head):
        data["urgency"] = Urgency.URGENT.value
    when = read_as("announce", head, turn.now).slots.get("datetime")
    if when is not None and moment(turn, when, MORNING) > turn.now:
        data["send_at"] = when


def _own_form(turn: Turn) -> Form | None:
    form = open_form(turn.session, turn.chat.id, turn.member.id) if turn.member else None
    return form if form is not None and form.kind == "announcements.write" else None


def _belongs(key: str, name: str) -> bool:
    """Whether an answer goes with the one that is to be changed."""
    if name == "words":
        return key == name or key in LINES
    return key == name or (name == "audience" and key.startswith("which_"))


def _line(name: str) -> Question:
    return Question(
        name,
        "text",
        when=lambda data: data.get("words") == BY_LINES,
        may_skip=name != "head",
        check=unfit,
        any_words=True,
        listed=False,
    )


def _asked_for(name: str) -> Question:
    """Asked step by step, or where its change was wished."""
    return Question(
        name,
        EXPECTS[name],
        when=lambda data: bool(data.get("stepwise")) or name in data.get("wanted", []),
        choices=OFFERS[name],
        check=CHECKS.get(name),
    )


def _urgencies(turn: Turn, data: Data) -> list[Choice]:
    if data.get("emergency"):
        return [Choice(turn.say("announcements.urgency.urgent"), Urgency.URGENT.value)]
    return [Choice(turn.say(f"announcements.urgency.{one}"), one.value) for one in Urgency]


def _deadlines(turn: Turn, data: Data) -> list[Choice]:
    offered = [
        Choice(
            turn.say("announcements.in_days", days=days), (turn.now + timedelta(days=days)).date().isoformat()
        )
        for days in (3, 7)
    ]
    return [Choice(turn.say("announcements.no_need"), "no"), *offered]


def _times(turn: Turn, data: Data) -> list[Choice]:
    return [Choice(turn.say("announcements.now"), "now")]


def _words_choices(turn: Turn, data: Data) -> list[Choice]:
    return [] if data.get("corrects") else [Choice(turn.say("announcements.by_lines"), BY_LINES)]


def _check_words(turn: Turn, value: str) -> str | None:
    return None if value == BY_LINES else unfit(turn, value)


def _check_deadline(turn: Turn, value: str) -> str | None:
    return None if value == "no" or moment(turn, value[:10], DAYS_END) > turn.now else "announcements.past"


def _check_time(turn: Turn, value: str) -> str | None:
    return None if value == "now" or moment(turn, value, MORNING) > turn.now else "announcements.past"


EXPECTS = {"urgency": "choice", "acknowledge_by": "date", "send_at": "datetime"}
OFFERS = {"urgency": _urgencies, "acknowledge_by": _deadlines, "send_at": _times}
CHECKS = {"acknowledge_by": _check_deadline, "send_at": _check_time}


def _card(turn: Turn, data: Data, buttons: Sequence[Action]) -> Message:
    """Exactly what it looks like; beside it to whom, when, by which way and for how much it goes."""
    audience, when = chosen(data), time_of(turn, data)
    cost = cost_of(turn, audience, urgency_of(data), turn.member.id if turn.member else None)
    shown = [
        ("to", label(turn, audience)),
        ("reach", reached(turn, cost)),
        ("when", turn.language.moment(when) if when else turn.say("announcements.now")),
        ("way", by_ride(turn, urgency_of(data))),
        ("price", _price(turn, cost)),
    ]
    yes, _, cancel = buttons
    beside = bubble(
        turn.say("announcements.right?"),
        rows=rows(turn, shown),
        note=turn.say(_note(turn, data, audience, cost)),
        buttons=[
            {
                **yes,
                "label": turn.say(_go(turn, data, audience)),
                "displayText": turn.say(_go(turn, data, audience)),
            },
            turn.button("announcements.change", "announcements.change"),
            turn.button("announcements.test", "announcements.test"),
            cancel,
        ],
    )
    return preview(turn, said_by(turn, data), beside)


def _price(turn: Turn, cost: Cost) -> str:
    if cost.left is None:
        return turn.say("announcements.price", price=cost.price)
    return turn.say("announcements.price_of", price=cost.price, left=cost.left)


def _note(turn: Turn, data: Data, audience: Audience, cost: Cost) -> str:
    """The msgid of the one thing to know before it goes."""
    if _repeats(turn, data, audience):
        return "announcements.note.again"
    if not may_send(turn, audience):
        return "announcements.note.approval"
    if not cost.fits:
        return "announcements.note.over"
    return "announcements.note.emergency" if data.get("emergency") else "announcements.note.picture"


def _go(turn: Turn, data: Data, audience: Audience) -> str:
    if not may_send(turn, audience):
        return "announcements.go.ask"
    if _repeats(turn, data, audience):
        return "announcements.go.again"
    return "announcements.go.later" if time_of(turn, data) else "announcements.go.now"


def _repeats(turn: Turn, data: Data, audience: Audience) -> Announcement | None:
    return same_said(turn.session, announcement_from(turn, data, audience))


def _done(turn: Turn, form: Form) -> Sequence[Message]:
    """ส่งเลย: rights and repeats are looked at anew, as time went by while the card stood."""
    data = form.data
    audience = chosen(data)
    before = _repeats(turn, data, audience)
    if before is not None and before.written_at > form.touched_at:
        return [turn.text_message("announcements.just_said")]
    cost = cost_of(turn, audience, urgency_of(data), turn.member.id if turn.member else None)
    if not cost.rooms and not cost.people:
        return [turn.text_message("announcements.reaches_nobody")]
    announcement = _keep(turn, data, audience)
    if not may_send(turn, audience):
        return ask_approval(turn, announcement)
    return [deliver(turn, announcement, cost)]


def deliver(turn: Turn, announcement: Announcement, cost: Cost) -> Message:
    """Plan it or let it leave, and say so."""
    show = turn.button("announcements.show", "announcement_desk.show", announcement.id)
    if announcement.send_at > turn.now:
        announcement.state = "planned"
        when = turn.language.moment(announcement.send_at.astimezone(turn.now.tzinfo))
        return turn.text_message("announcements.planned", when=when, quick=[show])
    send(turn, announcement)
    return turn.text_message("announcements.sent", reach=reached(turn, cost), quick=[show])


def _keep(turn: Turn, data: Data, audience: Audience) -> Announcement:
    announcement = announcement_from(turn, data, audience)
    if data.get("emergency") and Role.COORDINATOR in turn.roles:
        announcement.emergency_id = start_emergency(turn, audience).id
    turn.session.add(announcement)
    turn.session.flush()
    for photo in turn.session.scalars(select(Photo).where(Photo.id.in_(data.get("photos", [])[-1:]))):
        photo.announcement_id, photo.form_id = announcement.id, None
    replaced = turn.session.get(Announcement, data["replaces"]) if data.get("replaces") else None
    if replaced is not None and replaced.state == "planned":
        replaced.state = "cancelled"
    turn.note("announcement.written", "announcement", announcement.id)
    return announcement


def _merge(turn: Turn, data: Data, reading: Reading) -> bool:
    """A change said in free words while the card stands: ส่งพรุ่งนี้แปดโมง, เปลี่ยนเป็นกลุ่มผ้า, ด่วนนะ."""
    if matched(turn, "announcements.words.send_now", turn.plain, whole=True):
        data["send_at"] = "now"
        return True
    when = read_correction(turn.text, "datetime", turn.now)
    if when is not None and moment(turn, when, MORNING) > turn.now:
        data["send_at"] = when
        return True
    to_others = matched(turn, "announcements.words.to_others", turn.plain, whole=True) is not None
    if turn.heard("announcements.words.begin") or not (to_others or reading.intent in CORRECTIONS):
        return False
    before = dict(data)
    if (audience := audience_in(turn, turn.plain) if to_others else None) is not None:
        for key in [key for key in data if _belongs(key, "audience")]:
            del data[key]
        data["audience"] = packed(audience)
    if matched(turn, "announcements.words.urgent", turn.plain):
        data["urgency"] = Urgency.URGENT.value
    if (until := deadline_in(turn, turn.plain)) is not None:
        data["acknowledge_by"] = until
    return data != before


def _dropped(turn: Turn, form: Form) -> None:
    """It was given up: its pictures go with it."""
    loose = Photo.activity_id.is_(None) & Photo.announcement_id.is_(None)
    for photo in turn.session.scalars(select(Photo).where(Photo.form_id == form.id, loose)):
        drop_photo(turn, photo)


capability.add_form(
    FormKind(
        name="announcements.write",
        questions=(
            Question(
                "words", "text", choices=_words_choices, may_skip=False, check=_check_words, any_words=True
            ),
            *(_line(name) for name in LINES),
            *questions(),
            *(_asked_for(name) for name in EXPECTS),
        ),
        card=_card,
        done=_done,
        takes_pictures=True,
        merge=_merge,
        dropped=_dropped,
    )
)
