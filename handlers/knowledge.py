"""A tip, a recipe, a lesson learned: from what somebody writes or tells aloud to knowledge that others find."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import select

from bot.buttons import number
from bot.capability import Capability
from bot.cards import Action, Message, Row, card
from bot.dialogue import Choice, Data, FormKind, Question, asleep, open_form, over
from bot.notices import Letter, Urgency, Window, withdraw_notices
from bot.sounds import Sound
from bot.turn import Turn
from bot.understanding.reading import Reading
from bot.voice import Speaks
from handlers.activities import drop_form_pictures, drop_photo
from handlers.guarded import Guarded, guarded
from handlers.kept_answers import make_findable
from handlers.sounds import keep_sound, listen, sound_rows
from handlers.telling import as_steps, tells, title_of
from models.activities import Photo
from models.advice import withdraw_item
from models.chats import Form
from models.knowledge import KnowledgeItem
from models.permissions import BELONGS
from models.sharing import SharingPrompt
from models.sharing_queries import open_prompt, settle

capability = Capability("knowledge")

ALL, OURS, NOBODY = "all", "ours", "nobody"
YES, NO = "yes", "no"
ROOM_KIND = "sharing_item"  # of the notices that bring it to the room that asked
TELL = "knowledge.tell"  # the form
NOON = time(12, 0)
GOES_ON = frozenset({"share_knowledge", "ask_advice", "correct_record", "small_talk", "other"})


@capability.on("share_knowledge", who=BELONGS)
@capability.on_words("knowledge.tell_words", who=BELONGS)
def share(turn: Turn) -> Sequence[Message]:
    """มีเคล็ดลับมาบอก ย้อมครามให้แช่น้ำด่างสองคืนก่อน."""
    assert turn.member is not None  # noqa: S101 - who belongs is a member
    return tell(turn, turn.words, open_prompt(turn.session, turn.member.id, turn.now))


@capability.on_button("begin", who=BELONGS, menu=20)
def begin(turn: Turn) -> Sequence[Message]:
    """เล่าความรู้, from the menu."""
    return tell(turn)


@capability.on_button("mend", who=BELONGS)
def mend(turn: Turn, *arguments: str) -> Sequence[Message]:
    """แก้: what one has told is shown again, to be changed."""
    item = turn.session.get(KnowledgeItem, number(arguments[0]) or 0) if arguments else None
    if item is None or turn.member is None or item.author_id != turn.member.id or item.withdrawn_at:
        return [turn.text_message("kept.not_yours")]
    data: Data = {
        "item": item.id,
        "title": item.title,
        "share": OURS if item.own_group else ALL,
        "named": YES if item.source else NO,
        "photos": [one.id for one in item.media if not one.is_sound],
    }
    data |= {"words": item.words} if item.words else {}
    data |= _heard(item.sound) if item.sound else {}
    return turn.forms.start(turn, TELL, data)


@capability.hears
def told_aloud(turn: Turn) -> bool:
    """Whether a voice message tells something: one-to-one, while something is being told or somebody is invited to."""
    if turn.in_group or turn.member is None or not BELONGS.allows(turn.standing, turn.roles):
        return False
    form = open_form(turn.session, turn.chat.id, turn.member.id)
    if form is not None and (form.kind == TELL or not asleep(form, turn.now)) and not over(form, turn.now):
        return form.kind == TELL
    return open_prompt(turn.session, turn.member.id, turn.now) is not None


@capability.on_event("audio")
def voice_came(turn: Turn) -> Sequence[Message]:
    """A voice message: kept where something is told; elsewhere it cannot be heard, the keyboard's microphone helps."""
    if turn.sound is None or turn.member is None or not told_aloud(turn):
        return [turn.text_message("help.voice")]
    form = open_form(turn.session, turn.chat.id, turn.member.id)
    if form is None or form.kind != TELL or over(form, turn.now):
        prompt = open_prompt(turn.session, turn.member.id, turn.now)
        form = turn.forms.open(turn, TELL, _begun(turn, prompt))
    if not isinstance(turn.sound, Sound):
        return [turn.text_message(f"sounds.{turn.sound}"), *turn.forms.go_on(turn, form)]
    again = [turn.text_message("sounds.again")] if "sound" in form.data else []
    form.data = {**form.data, **_heard(keep_sound(turn, form, turn.sound))}
    return [*again, *turn.forms.go_on(turn, form)]


@capability.forgets
def forget_unsent(turn: Turn, message_id: str) -> None:
    """What was told in a message that is unsent is taken back, with its pictures and its sound."""
    _unhear(turn, message_id)
    for item in turn.session.scalars(select(KnowledgeItem).where(KnowledgeItem.message_id == message_id)):
        withdraw_notices(turn.session, ROOM_KIND, item.id, turn.now)
        for photo in turn.session.scalars(select(Photo).where(Photo.item_id == item.id)):
            drop_photo(turn, photo)
        withdraw_item(turn.session, item, turn.now)
        item.title, item.words, item.source, item.tags, item.message_id = "", "", "", [], None


def tell(turn: Turn, words: str = "", prompt: SharingPrompt | None = None) -> Sequence[Message]:
    """Take what is told, or ask for it; on an invitation its topic is the title."""
    if (topic := guarded(words)) is not None:
        return [_office_card(turn, topic)]
    data = _begun(turn, prompt)
    about = turn.reading.slots.get("topic", "") if turn.reading and words else ""
    if prompt is None and about:
        data["title"] = title_of(about)
    if tells(words):
        data["words"] = words
    return turn.forms.start(turn, TELL, data)


def item_card(
    speaks: Speaks, item: KnowledgeItem, title: str, picture: str | None, buttons: Sequence[Action] = ()
) -> Message:
    """A piece of knowledge as others see it: its title, teller, steps, picture and sound; `title` is a msgid."""
    teller = item.source or (item.enterprise.short_name if item.enterprise else speaks.say("advice.a_member"))
    return card(
        item.title,
        words=item.words,
        rows=sound_rows(speaks, item.sound),
        note=speaks.say(title, who=teller),
        buttons=[*listen(speaks, item), *buttons],
        picture=picture,
    )


def picture_of(speaks: Speaks, item: KnowledgeItem) -> str | None:
    """The signed address of its first picture."""
    return speaks.tools.picture_url(item.picture.name) if item.picture else None


def _begun(turn: Turn, prompt: SharingPrompt | None) -> Data:
    """What is known before anything is told; on an invitation its topic is the title."""
    data: Data = {"photos": [], "message_id": turn.incoming.message_id}
    return data | ({"prompt": prompt.id, "title": prompt.topic} if prompt is not None else {})


def _heard(sound: Photo) -> Data:
    """A sound in a form: where it is kept, and which message it came in."""
    return {"sound": sound.id, "sound_message": sound.message_id}


def _unhear(turn: Turn, message_id: str) -> None:
    """What is being told loses the sound of an unsent message; where that was all, it is asked for anew."""
    form = open_form(turn.session, turn.chat.id, turn.member.id) if turn.member else None
    if form is None or form.data.get("sound_message") != message_id:
        return
    form.data = {name: value for name, value in form.data.items() if name not in ("sound", "sound_message")}
    form.version += 1  # the card of before stands no more
    if "words" not in form.data:
        form.step = "words"


def _office_card(turn: Turn, topic: Guarded) -> Message:
    """What offices and doctors answer is not passed on: said kindly, with where to ask."""
    return card(
        turn.say("knowledge.guarded"),
        words=turn.say(f"advice.office.{topic.name}"),
        note=turn.say("knowledge.guarded.other"),
    )


def _card(turn: Turn, data: Data, buttons: Sequence[Action]) -> Message:
    if data["share"] == NOBODY:
        return card(turn.say("knowledge.nobody?"), note=turn.say("knowledge.nobody.what"), buttons=buttons)
    photo = turn.session.get(Photo, data["photos"][0]) if data.get("photos") else None
    named = data.get("named", YES) == YES and turn.member is not None
    sound = turn.session.get(Photo, data["sound"]) if "sound" in data else None
    rows = [
        *sound_rows(turn, sound),
        Row(turn.say("knowledge.tell.share.label"), turn.say(f"knowledge.seen.{data['share']}")),
        Row(
            turn.say("knowledge.tell.named.label"),
            turn.member.call_as if named and turn.member else turn.say("knowledge.unnamed"),
        ),
    ]
    return card(
        _title(turn, data),
        words=as_steps(data.get("words", "")),
        rows=rows,
        note=turn.say("knowledge.right?"),
        buttons=buttons,
        picture=turn.tools.picture_url(photo.name) if photo else None,
    )


def _told(turn: Turn, form: Form) -> Sequence[Message]:
    """ถูกต้อง: it is kept for those whom its teller chose, or not at all."""
    data = form.data
    topic = guarded(f"{_title(turn, data)} {data.get('words', '')}")
    if topic is not None or data["share"] == NOBODY:
        drop_form_pictures(turn, form)
        return [_office_card(turn, topic)] if topic else [turn.text_message("knowledge.not_kept")]
    item = turn.session.get(KnowledgeItem, data.get("item") or 0)
    action = "mended" if item is not None else "told"
    item = _write(turn, item or KnowledgeItem(told_at=turn.now), data)
    _take_media(turn, form, item)
    turn.note(f"knowledge.{action}", "knowledge", item.id)
    if action == "told":
        _answer(turn, item)
    buttons = [
        turn.button("knowledge.mend", "knowledge.mend", item.id),
        turn.button("kept.take_back", "kept.take_back", item.id),
    ]
    return [item_card(turn, item, f"knowledge.{action}", picture_of(turn, item), buttons)]


def _write(turn: Turn, item: KnowledgeItem, data: Data) -> KnowledgeItem:
    assert turn.network is not None and turn.member is not None  # noqa: PT018, S101 - who tells belongs
    named = data.get("named", YES) == YES
    item.network_id, item.author_id = turn.network.id, turn.member.id
    enterprise = turn.membership.enterprise if turn.membership else None
    item.enterprise, item.topic = enterprise, enterprise.product_group if enterprise else ""
    item.title, item.words = _title(turn, data), as_steps(data.get("words", ""))
    item.source, item.advisor_id = (turn.member.call_as, turn.member.id) if named else ("", None)
    item.source_on = turn.now.date()
    item.own_group = data["share"] == OURS
    item.prompt_id = data.get("prompt", item.prompt_id)
    alone = None if item.words else data.get("sound_message")  # unsending it takes all of it back
    item.message_id = alone or data.get("message_id", item.message_id)
    turn.session.add(item)
    turn.session.flush()
    make_findable(turn.session, item)
    return item


def _take_media(turn: Turn, form: Form, item: KnowledgeItem) -> None:
    """Its pictures and its sound are the item's from now on; a sound that was replaced goes."""
    sound = form.data.get("sound", 0)
    shown = [*form.data.get("photos", []), sound]
    for taken in turn.session.scalars(select(Photo).where(Photo.id.in_(shown))):
        taken.item_id, taken.form_id = item.id, None
    drop_form_pictures(turn, form)
    for former in turn.session.scalars(select(Photo).where(Photo.item_id == item.id)):
        if former.is_sound and former.id != sound:
            drop_photo(turn, former)
    turn.session.expire(item, ["media"])


def _answer(turn: Turn, item: KnowledgeItem) -> None:
    """What was told on an invitation comes to the room that asked; where it is told there, all have seen it."""
    prompt = turn.session.get(SharingPrompt, item.prompt_id or 0)
    if prompt is None:
        return
    settle(prompt, "answered", turn.now)
    room = prompt.room
    seen = room is None or (turn.room is not None and turn.room.id == room.id)
    if room is None or seen or (item.own_group and room.enterprise_id != item.enterprise_id):
        return
    picture = picture_of(turn, item)
    tomorrow = datetime.combine(turn.now.date() + timedelta(days=1), NOON, turn.now.tzinfo)
    letter = Letter(
        f"{ROOM_KIND}:{item.id}:room",
        lambda voice: [item_card(voice, item, "knowledge.in_room", picture)],
        Window(turn.now, tomorrow, tomorrow + timedelta(days=2)),
        Urgency.ORDINARY,
        network=turn.network,
        author=turn.member,
    )
    turn.notify(letter, rooms=[room])


def _title(turn: Turn, data: Data) -> str:
    """As its teller calls it, else how it begins; what was only told aloud is called by its day."""
    told_on = turn.say("sounds.told_on", day=turn.language.day(turn.now.date()))
    return data.get("title") or title_of(data.get("words", "")) or told_on


def _merge(turn: Turn, data: Data, reading: Reading) -> bool:
    """More words beside the card, or while it is asked who may read it, go on with what was told."""
    if not data.keys() & {"words", "sound"} or (turn.sure and reading.intent not in GOES_ON):
        return False
    data["words"] = "\n".join(filter(None, [data.get("words"), turn.text]))
    return True


def _untold(data: Data) -> bool:
    return "sound" not in data


def _only_heard(data: Data) -> bool:
    return "sound" in data and "words" not in data


def _who_may_read(turn: Turn, data: Data) -> list[Choice]:
    grouped = turn.membership is not None and turn.membership.enterprise_id is not None
    return [
        Choice(turn.say(f"knowledge.share.{who}"), who)
        for who in ((ALL, OURS, NOBODY) if grouped else (ALL, NOBODY))
    ]


def _with_name(turn: Turn, data: Data) -> list[Choice]:
    return [Choice(turn.say(f"knowledge.named.{answer}"), answer) for answer in (YES, NO)]


def _not_guarded(turn: Turn, value: str) -> str | None:
    return "knowledge.guarded.words" if guarded(value) else None


capability.add_form(
    FormKind(
        name=TELL,
        questions=(
            Question("words", "text", when=_untold, any_words=True, may_skip=False, check=_not_guarded),
            Question("title", "text", when=_only_heard, any_words=True, check=_not_guarded),
            Question("share", "choice", choices=_who_may_read, may_skip=False, open_ended=True),
            Question("named", "choice", choices=_with_name, when=lambda data: False, may_skip=False),
        ),
        card=_card,
        done=_told,
        own=frozenset({"share_knowledge", "ask_advice", "correct_record"}),
        takes_pictures=True,
        merge=_merge,
        dropped=drop_form_pictures,
    )
)
