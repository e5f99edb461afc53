"""A group did something: from one message (and its pictures) to a record that its reporter has confirmed."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from bot.capability import Capability
from bot.cards import Action, Message, Row, card
from bot.dialogue import Choice, Data, FormKind, Question, asleep, open_form
from bot.pictures import Picture, PictureProblem
from bot.turn import Turn
from bot.understanding.reading import Reading
from handlers.enterprise_names import enterprise_choices, find_enterprise
from handlers.paid_work import paid_rows, take_paid_work
from models.activities import Activity, Photo
from models.chats import Form
from models.network import Enterprise
from models.permissions import BELONGS
from models.words import ActivityKind

capability = Capability("activities")

MAY_CHANGE_FOR = timedelta(hours=24)
MOST_PICTURES = 10
PREVIEW = ".preview"

# What is worth asking for, kind by kind; everything else is kept where it was said.
ASK_ONLY: dict[str, frozenset[str]] = {
    ActivityKind.SALE: frozenset({"product", "amount"}),
    ActivityKind.FAIR: frozenset({"amount"}),
    ActivityKind.PURCHASE: frozenset({"product", "amount"}),
    ActivityKind.PRODUCTION: frozenset({"product", "quantities"}),
    ActivityKind.DELIVERY: frozenset({"product", "quantities"}),
    ActivityKind.SAVINGS: frozenset({"amount", "participants"}),
    ActivityKind.MEETING: frozenset({"participants"}),
    ActivityKind.TRAINING: frozenset({"topic", "participants"}),
    ActivityKind.STUDY_VISIT: frozenset({"place", "participants"}),
    ActivityKind.COMMUNITY_WORK: frozenset({"participants"}),
    ActivityKind.INSPECTION: frozenset({"quantities"}),
}
CORRECTIONS = frozenset({"log_activity", "correct_record", "other"})
FROM_SLOTS = {
    "activity_kind": "kind",
    "product": "product",
    "money": "amount",
    "participants": "participants",
    "place": "place",
    "topic": "topic",
}


@capability.on("log_activity", who=BELONGS)
def log_activity(turn: Turn) -> Sequence[Message]:
    """วันนี้ขายผ้าคลุมไหล่ได้ 8 ผืน 5,200 บาท."""
    data: Data = {"words": turn.words, "message_id": turn.incoming.message_id, "photos": []}
    _set_enterprise(turn, data)
    if turn.reading is not None:
        take_slots(turn, data, turn.reading)
        take_paid_work(turn, data, turn.words)
    data.setdefault("happened_on", turn.now.date().isoformat())
    return turn.forms.start(turn, "activities.log", data)


@capability.on_button("begin", who=BELONGS, menu=1)
def begin(turn: Turn) -> Sequence[Message]:
    """ส่งผลงาน in the menu: it is asked what was done."""
    return log_activity(turn)


@capability.on_event("image")
def picture_came(turn: Turn) -> Sequence[Message]:
    """A picture, alone or of an album: it joins the open report, or begins one."""
    if turn.membership is None or turn.membership.state != "active":
        return [turn.text_message("activities.picture.not_yet")]
    form = open_form(turn.session, turn.chat.id, turn.member.id) if turn.member else None
    taking = form is not None and turn.forms.takes_pictures(form, turn.now) and not asleep(form, turn.now)
    if not isinstance(turn.picture, Picture):
        return [turn.text_message(f"activities.picture.{turn.picture or PictureProblem.GONE}")]
    if form is not None and taking:
        return _add_to(turn, form, turn.picture)
    data: Data = {"photos": [], "words": "", "message_id": None, "happened_on": turn.now.date().isoformat()}
    _set_enterprise(turn, data)
    return _add_to(turn, turn.forms.open(turn, "activities.log", data), turn.picture)


@capability.forgets
def forget_words_and_pictures(turn: Turn, message_id: str) -> None:
    """An unsent message: its pictures and quoted words go, confirmed figures stay."""
    for photo in turn.session.scalars(select(Photo).where(Photo.message_id == message_id)):
        drop_photo(turn, photo)
    for activity in turn.session.scalars(select(Activity).where(Activity.message_id == message_id)):
        activity.words, activity.message_id = "", None


def take_slots(turn: Turn, data: Data, reading: Reading) -> bool:
    """Take what a message holds into the report; True where it held anything."""
    slots = reading.slots
    found = {name: slots[slot] for slot, name in FROM_SLOTS.items() if slot in slots}
    if "quantities" in slots:
        found["quantities"] = [list(quantity) for quantity in slots["quantities"]]
    if "datetime" in slots and (day := slots["datetime"][:10]) <= turn.now.date().isoformat():
        found["happened_on"] = day
        if "end_datetime" in slots:
            found["ended_on"] = slots["end_datetime"][:10]
    data.update(found)
    return bool(found)


def drop_photo(turn: Turn, photo: Photo) -> None:
    """Delete a picture or sound with its bytes."""
    turn.tools.attachments.drop(turn.session, photo.name)
    turn.tools.attachments.drop(turn.session, photo.name + PREVIEW)
    turn.session.delete(photo)


def drop_form_pictures(turn: Turn, form: Form) -> None:
    """What was being told was given up: pictures and sounds that nothing has taken yet go with it."""
    loose = Photo.activity_id.is_(None) & Photo.item_id.is_(None)
    for photo in turn.session.scalars(select(Photo).where(Photo.form_id == form.id, loose)):
        drop_photo(turn, photo)


def activity_rows(turn: Turn, data: Data) -> list[Row]:
    """The labelled lines of a report's card."""
    day = turn.language.day(date.fromisoformat(data["happened_on"]))
    if data.get("ended_on"):
        day = f"{day} – {turn.language.day(date.fromisoformat(data['ended_on']))}"
    enterprise = turn.session.get(Enterprise, int(data["enterprise"])) if data.get("enterprise") else None
    shown = [
        ("enterprise", enterprise.short_name if enterprise else ""),
        ("happened_on", day),
        ("product", data.get("product", "")),
        ("topic", data.get("topic", "")),
        (
            "participants",
            turn.say("activities.people", count=data["participants"]) if data.get("participants") else "",
        ),
        ("place", data.get("place", "")),
        ("photos", turn.say("activities.pictures", count=len(data["photos"])) if data.get("photos") else ""),
    ]
    rows = [Row(turn.say(f"activities.log.{name}.label"), value) for name, value in shown if value]
    return [*rows, *paid_rows(turn, data)]


def big_numbers(turn: Turn, data: Data) -> list[str]:
    """The figures that stand out on the card."""
    figures = [f"{turn.language.number(number)} {unit}" for number, unit in data.get("quantities") or []]
    if data.get("amount") is not None:
        figures.insert(0, turn.language.baht(data["amount"]))
    if not figures and data.get("participants"):
        figures = [turn.say("activities.people", count=data["participants"])]
    return figures[:3]


def kind_label(turn: Turn, kind: str) -> str:
    """A kind's name, as people say it."""
    return turn.say(f"activities.kind.{kind}")


def _card(turn: Turn, data: Data, buttons: Sequence[Action]) -> Message:
    spoken = turn.language.spoken(data["amount"]) if data.get("amount") else ""
    notes = [turn.say("activities.spoken", words=spoken)] if spoken else []
    notes.append(turn.say("activities.again?" if _said_before(turn, data) else "activities.right?"))
    return card(
        kind_label(turn, data.get("kind", ActivityKind.OTHER)),
        big=big_numbers(turn, data),
        rows=activity_rows(turn, data),
        note=" · ".join(notes),
        buttons=buttons,
        picture=_first_picture(turn, data),
    )


def _confirmed(turn: Turn, form: Form) -> Sequence[Message]:
    """ถูกต้อง: keep the report, or what was mended of it."""
    data = form.data
    activity = turn.session.get(Activity, data["activity"]) if data.get("activity") else None
    action = "mended" if activity else "logged"
    if activity is None:
        assert turn.network is not None and turn.member is not None  # noqa: S101, PT018 - who logs belongs
        activity = Activity(
            network_id=turn.network.id,
            reporter_id=turn.member.id,
            chat_id=turn.chat.id,
            reported_at=turn.now,
            message_id=data.get("message_id"),
            words=data.get("words", ""),
        )
        turn.session.add(activity)
    _write(activity, data)
    turn.session.flush()
    for photo in turn.session.scalars(select(Photo).where(Photo.id.in_(data.get("photos", [])))):
        photo.activity_id, photo.form_id = activity.id, None
    turn.note(f"activity.{action}", "activity", activity.id)
    return [kept_card(turn, activity, f"activities.{action}")]


def kept_card(turn: Turn, activity: Activity, title: str) -> Message:
    """A kept record with the buttons that mend it or take it back."""
    data = as_data(activity)
    return card(
        turn.say(title),
        big=[kind_label(turn, activity.kind), *big_numbers(turn, data)][:3],
        rows=activity_rows(turn, data),
        note=turn.say("activities.may_change"),
        buttons=[
            turn.button("activities.mend", "records.mend", activity.id),
            turn.button("activities.undo", "records.undo", activity.id),
        ],
    )


def as_data(activity: Activity) -> Data:
    """A record as a form's data, to show or to mend it."""
    data: Data = {
        "activity": activity.id,
        "kind": activity.kind,
        "enterprise": activity.enterprise_id,
        "happened_on": activity.happened_on.isoformat(),
        "quantities": activity.quantities,
        "photos": [photo.id for photo in activity.photos],
        "words": activity.words,
    }
    told = {
        "ended_on": activity.ended_on.isoformat() if activity.ended_on else None,
        "product": activity.product,
        "amount": activity.amount,
        "participants": activity.participants,
        "people_paid": activity.people_paid,
        "work_days": activity.work_days,
        "place": activity.place,
        "topic": activity.topic,
    }
    return {**data, **{name: value for name, value in told.items() if value not in (None, "")}}


def _write(activity: Activity, data: Data) -> None:
    activity.enterprise_id = int(data["enterprise"]) if data.get("enterprise") else None
    activity.kind = data.get("kind", ActivityKind.OTHER)
    activity.happened_on = date.fromisoformat(data["happened_on"])
    activity.ended_on = date.fromisoformat(data["ended_on"]) if data.get("ended_on") else None
    activity.product = data.get("product", "")
    activity.quantities = data.get("quantities") or []
    activity.amount = data.get("amount")
    activity.participants = data.get("participants")
    activity.people_paid, activity.work_days = data.get("people_paid"), data.get("work_days")
    activity.place = data.get("place", "")
    activity.topic = data.get("topic", "")


def _set_enterprise(turn: Turn, data: Data) -> None:
    """Whose activity it is: the reporter's enterprise, else the room's; otherwise it is asked."""
    membership, room = turn.membership, turn.room
    if membership is not None and membership.enterprise_id is not None:
        data["enterprise"] = membership.enterprise_id
    elif room is not None and room.enterprise_id is not None:
        data["enterprise"] = room.enterprise_id


def _add_to(turn: Turn, form: Form, picture: Picture) -> Sequence[Message]:
    photos = form.data.get("photos", [])
    if len(photos) >= MOST_PICTURES:
        return [turn.text_message("activities.picture.too_many", most=MOST_PICTURES)]
    photo = _keep(turn, picture, form)
    form.data = {**form.data, "photos": [*photos, photo.id]}
    album = turn.incoming.image_set
    if album is not None and _arrived(turn, form, album.id) < album.total:
        form.touched_at = turn.now
        return []  # one answer an album, with its last picture
    return turn.forms.go_on(turn, form)


def _arrived(turn: Turn, form: Form, album: str) -> int:
    query = select(func.count()).select_from(Photo).where(Photo.form_id == form.id, Photo.album == album)
    return turn.session.scalar(query) or 0


def _keep(turn: Turn, picture: Picture, form: Form) -> Photo:
    name = f"{uuid.uuid4().hex}.jpg"
    turn.tools.attachments.put(turn.session, name, picture.content)
    turn.tools.attachments.put(turn.session, name + PREVIEW, picture.preview)
    photo = Photo(
        name=name,
        member_id=turn.member.id if turn.member else None,
        form_id=form.id,
        message_id=turn.incoming.message_id,
        album=turn.incoming.image_set.id if turn.incoming.image_set else None,
        media_type=picture.media_type,
        size=len(picture.content),
        width=picture.width,
        height=picture.height,
        taken_in_at=turn.now,
    )
    turn.session.add(photo)
    turn.session.flush()
    return photo


def _first_picture(turn: Turn, data: Data) -> str | None:
    photo = turn.session.get(Photo, data["photos"][0]) if data.get("photos") else None
    return turn.tools.picture_url(photo.name) if photo else None


def _said_before(turn: Turn, data: Data) -> bool:
    """Whether the same thing of the same day is on record already."""
    if data.get("activity"):
        return False
    query = select(Activity.id).where(
        Activity.enterprise_id == data.get("enterprise"),
        Activity.kind == data.get("kind", ActivityKind.OTHER),
        Activity.happened_on == date.fromisoformat(data["happened_on"]),
        Activity.product == data.get("product", ""),
        Activity.amount == data.get("amount"),
        Activity.undone_at.is_(None),
    )
    return turn.session.scalar(query.limit(1)) is not None


def _merge(turn: Turn, data: Data, reading: Reading) -> bool:
    """Free words about the report: what was done, or a correction while the card stands (ไม่ใช่ 8 ผืน 9 ผืน)."""
    if "kind" in data:
        return (
            not _is_new_report(reading) and reading.intent in CORRECTIONS and take_slots(turn, data, reading)
        )
    turn.read(turn.text, "log_activity")
    if turn.reading is not None:
        take_slots(turn, data, turn.reading)
        take_paid_work(turn, data, turn.words)
    data["words"] = data.get("words") or turn.words
    if "kind" not in data:
        data["kind"] = ActivityKind.OTHER
        data.setdefault("topic", turn.text)
    return True


def _is_new_report(reading: Reading) -> bool:
    """Whether a message tells a whole story of its own: taken as a correction it would swallow the report before."""
    whole = "product" in reading.slots or "topic" in reading.slots
    return (
        reading.intent == "log_activity"
        and whole
        and bool(reading.slots.keys() & {"money", "quantities", "participants"})
    )


def _kinds(turn: Turn, data: Data) -> list[Choice]:
    usual = (
        "sale",
        "production",
        "meeting",
        "training",
        "delivery",
        "fair",
        "study_visit",
        "community_work",
        "other",
    )
    return [Choice(kind_label(turn, kind), kind) for kind in usual]


def _worth_asking(name: str) -> Any:
    return lambda data: name in ASK_ONLY.get(data.get("kind", ""), frozenset())


def _not_in_future(turn: Turn, value: str) -> str | None:
    return "activities.future" if str(value)[:10] > turn.now.date().isoformat() else None


capability.add_form(
    FormKind(
        name="activities.log",
        questions=(
            Question("kind", "choice", choices=_kinds, open_ended=True),
            Question("enterprise", "choice", choices=enterprise_choices, resolve=find_enterprise),
            Question("product", "name", when=_worth_asking("product")),
            Question("quantities", "quantity", when=_worth_asking("quantities")),
            Question("amount", "money", when=_worth_asking("amount")),
            Question("participants", "people", when=_worth_asking("participants")),
            Question("topic", "text", when=_worth_asking("topic")),
            Question("place", "place", when=_worth_asking("place")),
            Question("happened_on", "date", when=lambda data: False, check=_not_in_future),
        ),
        card=_card,
        done=_confirmed,
        own=frozenset({"log_activity", "correct_record"}),
        takes_pictures=True,
        merge=_merge,
        dropped=drop_form_pictures,
    )
)
