"""Praise: somebody commends a member or a group; it goes to the praised, and further only as they like."""

import re
from collections.abc import Sequence
from datetime import timedelta

from bot.buttons import number
from bot.capability import Capability
from bot.cards import Action, Message, Row, card, cut, text
from bot.dialogue import Choice, Data, FormKind, Question, open_form
from bot.notices import Letter, Urgency, Window, withdraw_notices
from bot.turn import Turn
from bot.understanding.reading import Reading
from handlers.praise_answers import told_card
from handlers.praised import (
    Found,
    Praised,
    behind,
    called,
    choice,
    found,
    is_sensitive,
    mark,
    what_for,
)
from models.chats import Form
from models.network import Enterprise
from models.people import Member
from models.people_queries import speakers
from models.permissions import BELONGS, Role
from models.praises import Praise, given_since, of_message, readers, touching
from models.store import take

capability = Capability("praise")

MAY_TAKE_BACK_FOR = timedelta(hours=24)
MOST_A_DAY = 5  # of one person: more would say less


@capability.on("praise", who=BELONGS)
def praise(turn: Turn) -> Sequence[Message]:
    """ชมป้าสมศรีหน่อย ทำขนมอร่อยมาก."""
    if _is_of_oneself(turn):
        return [_own_work(turn, "praise.yourself")]
    named = (turn.reading.slots.get("person") if turn.reading else None) or ""
    meant = found(turn, turn.plain, named)
    others = [one for one in meant.praised if _problem(turn, one) is None]
    if meant.praised and not others:
        return [_own_work(turn, f"{_problem(turn, meant.praised[0])}")]
    data = _data(turn, Found(others, meant.name))
    if turn.in_group:
        return _in_group(turn, data)
    said = [turn.text_message("praise.nobody", name=cut(named, 60))] if named and not others else []
    return [*said, *turn.forms.start(turn, "praise.give", data)]


@capability.on_button("begin", who=BELONGS, menu=21)
def begin(turn: Turn) -> Sequence[Message]:
    """ชื่นชมกัน: it is asked whom, and what for."""
    return turn.forms.start(turn, "praise.give", {"among": [], "named": True})


@capability.on_button("by_name", who=BELONGS)
def by_name(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ไม่ต้องบอกชื่อ, or บอกชื่อด้วย, under the card."""
    form = open_form(turn.session, turn.chat.id, turn.member.id) if turn.member else None
    if form is None or form.kind != "praise.give":
        return [turn.text_message("form.closed.done")]
    form.data = {**form.data, "named": arguments[:1] == ("yes",)}
    return turn.forms.go_on(turn, form)


@capability.on_words("praise.words.take_back", who=BELONGS)
def take_back_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ถอนคำชม: the last one of these 24 hours, after its giver has seen which."""
    assert turn.member is not None  # noqa: S101 - who belongs is a member
    given = given_since(turn.session, turn.member.id, turn.now - MAY_TAKE_BACK_FOR)
    if turn.in_group:
        return [turn.text_message("praise.in_private")]
    if not given:
        return [turn.text_message("praise.none_given")]
    buttons = [
        turn.button("praise.take_back", "praise.take_back", given[0].id),
        turn.button("praise.leave_it", "praise.leave_it"),
    ]
    title = turn.say("praise.take_back?", name=given[0].praised)
    return [card(title, words=_quoted(turn, given[0].words), buttons=buttons)]


@capability.on_button("take_back", who=BELONGS)
def take_back(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ถอนคำชม: nobody reads it any more; who has read it is told kindly."""
    ident = number(arguments[0]) if arguments else None
    given = take(turn.session, Praise, ident) if ident is not None else None
    if given is None or turn.member is None or given.praiser_id != turn.member.id:
        return [turn.text_message("praise.gone")]
    if given.state == "withdrawn":
        return [turn.text_message("praise.taken_back")]
    if turn.now - given.said_at > MAY_TAKE_BACK_FOR:
        return [turn.text_message("praise.too_late")]
    _withdraw(turn, given)
    return [turn.text_message("praise.taken_back")]


@capability.on_button("leave_it", who=BELONGS, declines=True)
def leave_it(turn: Turn) -> Sequence[Message]:
    """Not taken back after all."""
    return [turn.text_message("praise.left")]


@capability.forgets
def forget(turn: Turn, message_id: str) -> None:
    """An unsent message takes its praise with it."""
    for given in of_message(turn.session, message_id):
        if given.state != "withdrawn":
            _withdraw(turn, given)
        given.message_id = None


@capability.erases
def erase(turn: Turn, member: Member) -> None:
    """Whoever wants to be forgotten: what they said of others goes, and what was said of them."""
    for one in touching(turn.session, member.id):
        _take_in(turn, one)
        turn.session.delete(one)


def _data(turn: Turn, meant: Found) -> Data:
    """What the message holds of a praise."""
    data: Data = {
        "among": [mark(one) for one in meant.praised],
        "named": re.search(turn.say("praise.words.unnamed"), turn.plain) is None,
        "message_id": turn.incoming.message_id,
    }
    if len(meant.praised) == 1:
        data["whom"] = mark(meant.praised[0])
    if why := what_for(turn, turn.plain, meant.name):
        data["why"] = why
    if turn.in_group and turn.room is not None:
        data["room"] = turn.room.id
    return data


def _in_group(turn: Turn, data: Data) -> Sequence[Message]:
    """A word said aloud: it is passed on, without a card; only whom it is for may be asked."""
    if data["among"]:
        return turn.forms.start(turn, "praise.aloud", data)
    button = turn.private_button("praise.go_private", "praise.begin_words")
    return [card(turn.say("praise.nobody_here"), buttons=[button])]


def _choices(turn: Turn, data: Data) -> list[Choice]:
    """Those whom the first message may mean, or what was typed when it was asked."""
    marks = data.get("among") or [mark(one) for one in found(turn, turn.plain, turn.plain).praised]
    people = [behind(turn, value) for value in marks]
    return [choice(turn, one) for one in people if one is not None]


def _typed(turn: Turn, words: str) -> str | None:
    """The one whom a typed name means; None for nobody, or several."""
    meant = found(turn, words, words).praised
    return mark(meant[0]) if len(meant) == 1 else None


def _cannot(turn: Turn, value: str) -> str | None:
    praised = behind(turn, value)
    return "praise.gone" if praised is None else _problem(turn, praised)


def _problem(turn: Turn, praised: Praised) -> str | None:
    """The msgid of why somebody cannot be praised: it is oneself, or the group that one leads."""
    if isinstance(praised, Member):
        return "praise.yourself" if turn.member and praised.id == turn.member.id else None
    own = turn.membership is not None and turn.membership.enterprise_id == praised.id
    return "praise.your_group" if own and Role.LEADER in turn.roles else None


def _is_of_oneself(turn: Turn) -> bool:
    return re.search(turn.say("praise.words.oneself"), turn.plain) is not None


def _own_work(turn: Turn, msgid: str) -> Message:
    """Nobody praises themselves here; what they did can be told as a report."""
    return turn.text_message(msgid, quick=[turn.button("activities.begin", "activities.begin")])


def _merge(turn: Turn, data: Data, reading: Reading) -> bool:
    """Beside the card: the wish to stay unnamed, said in words."""
    unnamed = re.search(turn.say("praise.words.unnamed"), turn.plain) is not None
    if unnamed:
        data["named"] = False
    return unnamed


def _card(turn: Turn, data: Data, buttons: Sequence[Action]) -> Message:
    praised = behind(turn, data["whom"])
    name = called(praised) if praised else ""
    toggle = "praise.without_name" if data["named"] else "praise.with_name"
    yes, *others = buttons
    note = "praise.give.note_only" if is_sensitive(data.get("why", "")) else "praise.give.note"
    return card(
        turn.say("praise.right?", name=name),
        words=_quoted(turn, data.get("why", "")),
        rows=[
            Row(
                turn.say("praise.from"),
                _from(turn, turn.member.call_as if data["named"] and turn.member else ""),
            )
        ],
        note=turn.say(note, name=name),
        buttons=[yes, turn.button(toggle, "praise.by_name", "no" if data["named"] else "yes"), *others],
    )


def _send(turn: Turn, form: Form) -> Sequence[Message]:
    """ถูกต้อง: it goes to its praised."""
    given, said = _give(turn, form.data)
    return [text(said, [turn.button("praise.take_back", "praise.take_back", given.id)] if given else [])]


def _send_aloud(turn: Turn, form: Form) -> Sequence[Message]:
    """In a group: passed on at once, and one line."""
    return [text(_give(turn, form.data)[1])]


def _give(turn: Turn, data: Data) -> tuple[Praise | None, str]:
    """Keep a praise and tell its praised; where that cannot be, why not."""
    assert turn.member is not None  # noqa: S101 - a form belongs to a member
    praised = behind(turn, data["whom"])
    if praised is None:
        return None, turn.say("praise.gone")
    today = given_since(turn.session, turn.member.id, turn.now - MAY_TAKE_BACK_FOR)
    if any(_same(one, praised, data.get("why", "")) for one in today):
        return None, turn.say("praise.given_before", name=called(praised))
    if len(today) >= MOST_A_DAY:
        return None, turn.say("praise.enough")
    given = _keep(turn, praised, data)
    if not _tell(turn, given, data.get("why", "")):
        turn.session.delete(given)
        return None, turn.say("praise.unreachable", name=called(praised))
    turn.note("praise.given", "praise", given.id)
    return given, turn.say("praise.given", name=called(praised))


def _same(one: Praise, praised: Praised, why: str) -> bool:
    ident = one.enterprise_id if isinstance(praised, Enterprise) else one.member_id
    return ident == praised.id and one.words == why


def _keep(turn: Turn, praised: Praised, data: Data) -> Praise:
    """The praise as it is kept; what tells of health, belief or the like is passed on and not kept."""
    assert turn.network is not None and turn.member is not None  # noqa: S101, PT018 - who praises belongs
    why = data.get("why", "")
    given = Praise(
        network_id=turn.network.id,
        praiser_id=turn.member.id,
        named=data["named"],
        room_id=data.get("room"),
        words="" if is_sensitive(why) else why,
        message_id=data.get("message_id"),
        state="kept" if is_sensitive(why) else "told",
        said_at=turn.now,
    )
    if isinstance(praised, Enterprise):
        given.enterprise = praised
    else:
        given.member = praised
    turn.session.add(given)
    turn.session.flush()
    return given


def _tell(turn: Turn, given: Praise, why: str) -> int:
    """Tell the praised, or those who speak for a praised enterprise; gives how many it is for, also of those who have
    turned such messages off: they find it where they ask for it."""
    if given.enterprise_id is not None:
        people = [one.member for one in speakers(turn.session, given.network_id, given.enterprise_id)]
    else:
        people = [given.member] if given.member else []
    found = 0
    for person in people:
        if person.id != given.praiser_id:
            said = told_card(turn.toward(person), given, why, may_share=given.state == "told")
            written = turn.notify(_letter(turn, given, person, said), members=[person])
            found += written.reached + len(written.muted)
    return found


def _letter(turn: Turn, given: Praise, person: Member, said: Message) -> Letter:
    return Letter(
        f"{capability.name}:{given.id}:told:{person.id}",
        lambda _: [said],
        Window.at_once(turn.now),
        Urgency.ORDINARY,
        network=turn.network,
        personal=True,
    )


def _withdraw(turn: Turn, given: Praise) -> None:
    """Take a praise back; who has it already is told, without its words."""
    has_read = readers(turn.session, given)
    _take_in(turn, given)
    given.state, given.words = "withdrawn", ""
    turn.note("praise.taken_back", "praise", given.id)
    for person in has_read:
        said = turn.toward(person).text_message("praise.was_taken_back")
        turn.tell(person, [said], about=f"praise_taken_back:{given.id}")


def _take_in(turn: Turn, given: Praise) -> None:
    """What was to be told of a praise, to its praised or aloud, and has not left yet, stays here."""
    for kind in (capability.name, "praise_aloud"):
        withdraw_notices(turn.session, kind, given.id, turn.now)


def _quoted(turn: Turn, words: str) -> str:
    return turn.say("praise.quoted", words=words) if words else ""


def _from(turn: Turn, name: str) -> str:
    return name or turn.say("praise.somebody")


capability.add_form(
    FormKind(
        name="praise.give",
        questions=(
            Question("whom", "choice", choices=_choices, resolve=_typed, may_skip=False, check=_cannot),
            Question("why", "text"),
        ),
        card=_card,
        done=_send,
        own=frozenset({"praise"}),
        merge=_merge,
    )
)
capability.add_form(
    FormKind(
        name="praise.aloud",
        questions=(Question("whom", "choice", choices=_choices, may_skip=False, check=_cannot),),
        card=None,
        done=_send_aloud,
    )
)
