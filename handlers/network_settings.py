"""ตั้งค่าเครือข่าย: coordinators set their network's hours, digests, reminders and who approves what. Each change is
shown before and after, told to the other coordinators, and can be taken back for a day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select

from bot.buttons import number
from bot.capability import Capability
from bot.cards import Action, Message, Row, card, text
from bot.dialogue import Choice, Data, FormKind, Question, open_form
from bot.notices import Letter, Window, keep_out_of_quiet
from bot.turn import Turn
from handlers import meeting_reminders
from handlers.setting_words import (
    choices,
    day_and_hour_in,
    fits,
    kept,
    nudge_in,
    quiet_in,
    remind_in,
    resolved,
    shown,
)
from models.approvals import CHAIR, approvers, may_approve
from models.chats import Form, Room
from models.membership import holds
from models.network import Network
from models.network_settings import TOPICS, change, problem, swallowed, take_back, values
from models.people_queries import holders
from models.permissions import Role, only
from models.store import take
from models.words import RoomKind

capability = Capability("network_settings")

COORDINATORS = only(Role.COORDINATOR)
SHARED = ("share_weekday", "share_at")  # asked only where there are invitations
FIRST = ("quiet", "digest", "digest_room", "remind", "nudge", "share")
APPROVALS = ("announce", "approve", "members", "roles")
CLOCK = ("quiet_from", "quiet_until", "digest_at", "share_at", "remind_evening_at", "remind_morning_at")


@dataclass(frozen=True, slots=True)
class _Change:
    """A topic was set otherwise: as it was before, by which event (changed:<mark>), and how to take it back."""

    topic: str
    before: dict[str, Any]
    event: str
    quick: Sequence[Action] = ()


@capability.on_words("network_settings.words.all", who=COORDINATORS)
def show_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ตั้งค่าเครือข่าย."""
    return show(turn)


@capability.on_button("show", who=COORDINATORS, menu=75)
def show(turn: Turn) -> Sequence[Message]:
    """How the network is set now, each line to be changed."""
    if turn.in_group:
        return _in_private(turn)
    rows = [_row(turn, topic) for topic in FIRST]
    rows.append(turn.open_row("network_settings.approvals", "", "network_settings.approvals"))
    rows.append(turn.open_row("room_settings.show", "", "room_settings.show"))
    return [card(turn.say("network_settings.title", name=_network(turn).short_name), rows=rows)]


@capability.on_words("network_settings.words.approvals", who=COORDINATORS)
def approvals_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ใครอนุมัติอะไรบ้าง."""
    return show_approvals(turn)


@capability.on_button("approvals", who=COORDINATORS)
def show_approvals(turn: Turn) -> Sequence[Message]:
    """Who says yes to what."""
    if turn.in_group:
        return _in_private(turn)
    rows = [_row(turn, topic) for topic in APPROVALS]
    return [card(turn.say("network_settings.approvals"), rows=rows, note=turn.say("network_settings.fixed"))]


@capability.on_button("change", who=COORDINATORS)
def change_tapped(turn: Turn, *arguments: str) -> Sequence[Message]:
    """A line of the card: what it is to be is asked."""
    topic = arguments[0] if arguments else ""
    return _begin(turn, topic, {}) if topic in TOPICS else show(turn)


@capability.on_words("network_settings.words.quiet", who=COORDINATORS)
def quiet_said(turn: Turn, *groups: str) -> Sequence[Message]:
    """เปลี่ยนเวลาเงียบเป็นสามทุ่มถึงตีห้า."""
    return _begin(turn, "quiet", quiet_in(turn, "".join(groups)))


@capability.on_words("network_settings.words.room_no", who=COORDINATORS)
def no_room_digest_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ไม่ต้องส่งสรุปเข้าห้องใหญ่."""
    return _begin(turn, "digest_room", {"digest_in_room": "no"})


@capability.on_words("network_settings.words.room_yes", who=COORDINATORS)
def room_digest_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ส่งสรุปเข้าห้องใหญ่ด้วย."""
    return _begin(turn, "digest_room", {"digest_in_room": "yes"})


@capability.on_words("network_settings.words.digest", who=COORDINATORS)
def digest_said(turn: Turn, *groups: str) -> Sequence[Message]:
    """ตั้งเวลาสรุปเป็นวันศุกร์ 5 โมงเย็น."""
    return _begin(turn, "digest", day_and_hour_in(turn, "".join(groups), "digest_weekday", "digest_at"))


@capability.on_words("network_settings.words.share", who=COORDINATORS)
def share_said(turn: Turn, *groups: str) -> Sequence[Message]:
    """เปลี่ยนวันชวนเล่าเป็นวันศุกร์."""
    return _begin(turn, "share", day_and_hour_in(turn, "".join(groups), "share_weekday", "share_at"))


@capability.on_words("network_settings.words.remind", who=COORDINATORS)
def remind_said(turn: Turn, *groups: str) -> Sequence[Message]:
    """เตือนประชุมล่วงหน้า 2 วัน."""
    return _begin(turn, "remind", remind_in(turn, "".join(groups), values(_network(turn), "remind")))


@capability.on_words("network_settings.words.nudge", who=COORDINATORS)
def nudge_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ตามคนที่ยังไม่ตอบล่วงหน้า 3 วัน."""
    hours = nudge_in(turn, turn.plain)
    return _begin(turn, "nudge", {} if hours is None else {"nudge_hours": hours})


@capability.on_button("undo", who=COORDINATORS)
def undo(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ใช้แบบเดิม: as it was before that change, for a day, if nobody changed it since."""
    topic, mark = (*arguments, "", "")[:2]
    network = take(turn.session, Network, _network(turn).id)
    if network is None or topic not in TOPICS:
        return [turn.text_message("network_settings.too_late")]
    if not _may_set(turn, topic):
        return [_chair_sets(turn)]
    before = values(network, topic)
    if not take_back(network, topic, number(mark) or 0, turn.now):
        return [turn.text_message("network_settings.too_late")]
    return [_settled(turn, network, _Change(topic, before, f"undone:{mark}"))]


def _begin(turn: Turn, topic: str, said: Data) -> Sequence[Message]:
    """Ask what is not said; where anything is said, all else of the topic stays as it is."""
    if turn.in_group:
        return _in_private(turn)
    if not _may_set(turn, topic):
        return [_chair_sets(turn)]
    network, data = _network(turn), {"topic": topic, **said}
    unfit = [name for name in said if not fits(name, said[name])]
    why = problem(network, topic, _wanted(data)) if not unfit else _why(unfit[0])
    if why:
        return [turn.text_message(f"network_settings.no.{why}"), *_start(turn, topic, {"topic": topic})]
    if said:
        data = {"topic": topic, **_as_answers(values(network, topic)), **said}
    return _start(turn, topic, data)


def _start(turn: Turn, topic: str, data: Data) -> list[Message]:
    if topic == "remind":  # only which: the hours stay until they are to be changed
        data = {**_as_answers(values(_network(turn), topic), besides="remind"), **data}
    return turn.forms.start(turn, f"network_settings.{topic}", data)


def _row(turn: Turn, topic: str) -> Row:
    said = shown(turn, topic, values(_network(turn), topic))
    return turn.open_row(f"network_settings.{topic}.label", said, "network_settings.change", topic)


def _card(turn: Turn, data: Data, buttons: Sequence[Action]) -> Message:
    """As it is, and as it will be."""
    network, topic = _network(turn), data["topic"]
    before = values(network, topic)
    after = {**before, **_wanted(data)}
    rows = [
        Row(turn.say("network_settings.before"), shown(turn, topic, before)),
        Row(turn.say("network_settings.after"), shown(turn, topic, after)),
    ]
    title = turn.say("network_settings.right?", what=turn.say(f"network_settings.{topic}.label"))
    return card(title, rows=rows, note=_note(turn, network, topic, after), buttons=buttons)


def _note(turn: Turn, network: Network, topic: str, after: dict[str, Any]) -> str:
    """What else to know of it."""
    if topic == "quiet" and (at := swallowed(network, after)) is not None:
        return turn.say("network_settings.swallows", at=f"{at:%H:%M}")
    if topic == "digest_room" and after["digest_in_room"] and not _main_room(turn, network):
        return turn.say("network_settings.no_room")
    return turn.say("network_settings.takes_back")


def _main_room(turn: Turn, network: Network) -> bool:
    query = select(Room.id).where(
        Room.network_id == network.id, Room.kind == RoomKind.NETWORK, Room.chat_id.is_not(None)
    )
    return turn.session.scalar(query.limit(1)) is not None


def _changed(turn: Turn, form: Form) -> Sequence[Message]:
    """ถูกต้อง: rights and values are looked at anew, as time went by while the card stood."""
    topic, wanted = form.data["topic"], _wanted(form.data)
    network = take(turn.session, Network, _network(turn).id)
    if network is None or not holds(turn.membership, Role.COORDINATOR):
        return [turn.text_message("help.not_allowed")]
    if not _may_set(turn, topic):
        return [_chair_sets(turn)]
    if why := problem(network, topic, wanted):
        return [turn.text_message(f"network_settings.no.{why}")]
    before = values(network, topic)
    mark = change(network, topic, wanted, turn.now)
    if mark is None:
        return [turn.text_message("network_settings.same")]
    back = turn.button("network_settings.undo", "network_settings.undo", topic, mark)
    return [_settled(turn, network, _Change(topic, before, f"changed:{mark}", [back]))]


def _settled(turn: Turn, network: Network, made: _Change) -> Message:
    """It holds: what is planned follows, it is on record, and the other coordinators hear of it."""
    turn.session.flush()
    topic, after, what = made.topic, values(network, made.topic), made.event.partition(":")[0]
    if topic in ("quiet", "remind"):
        meeting_reminders.replan(turn.session, network, turn.now)
    if topic == "quiet":
        keep_out_of_quiet(turn.session, network, turn.now)
    for name in TOPICS[topic]:
        if made.before[name] != after[name]:
            turn.note(f"network_setting.{what}.{name}", "network", network.id)
    _tell_others(turn, network, made, after)
    label = turn.say(f"network_settings.{topic}.label")
    return text(turn.say(f"network_settings.{what}", what=label, now=shown(turn, topic, after)), made.quick)


def _tell_others(turn: Turn, network: Network, made: _Change, after: dict[str, Any]) -> None:
    own = turn.member.id if turn.member else None
    name = turn.member.call_as if turn.member else ""
    others = [
        one.member for one in holders(turn.session, network.id, Role.COORDINATOR) if one.member_id != own
    ]
    letter = Letter(
        f"network_setting:{network.id}:{made.topic}:{made.event}",
        lambda voice: [
            voice.text_message(
                "network_settings.told",
                name=name,
                what=voice.say(f"network_settings.{made.topic}.label"),
                before=shown(voice, made.topic, made.before),
                now=shown(voice, made.topic, after),
                quick=made.quick,
            )
        ],
        Window.at_once(turn.now),
        network=network,
        role=Role.COORDINATOR,
        author=turn.member,
    )
    turn.notify(letter, members=others)


def _may_set(turn: Turn, topic: str) -> bool:
    """What the chair decides, only the chair hands to others."""
    ruled = CHAIR in values(_network(turn), topic).values()
    return not ruled or may_approve(turn.session, turn.membership, CHAIR)


def _chair_sets(turn: Turn) -> Message:
    chairs = approvers(turn.session, _network(turn).id, CHAIR)
    return turn.text_message(
        "network_settings.chair_named", names=", ".join(one.member.call_as for one in chairs)
    )


def _wanted(data: Data) -> dict[str, Any]:
    return {name: kept(name, data[name]) for name in TOPICS[data["topic"]] if name in data}


def _as_answers(now: dict[str, Any], besides: str = "") -> Data:
    """Settings as a form's answers would be."""
    found = {}
    for name, value in now.items():
        if name != besides:
            found[name] = ",".join(value) if isinstance(value, list) else value
    return found


def _check(name: str, turn: Turn, value: Any) -> str | None:
    """Why an answer cannot be, alone or beside what the form holds already."""
    if not isinstance(value, str) or not fits(name, value):
        return f"network_settings.no.{_why(name)}"
    form = open_form(turn.session, turn.chat.id, turn.member.id) if turn.member else None
    data = {**(form.data if form else {}), name: value}
    topic = next(topic for topic, names in TOPICS.items() if name in names)
    if topic == "quiet" and not set(TOPICS[topic]) <= set(data):
        return None  # the other end is still to come
    why = problem(_network(turn), topic, _wanted({**data, "topic": topic}))
    return f"network_settings.no.{why}" if why else None


def _why(name: str) -> str:
    if name in CLOCK:
        return "clock"
    return {"remind_days": "days", "remind_minutes": "minutes", "nudge_hours": "nudge"}.get(name, "choice")


def _network(turn: Turn) -> Network:
    assert turn.network is not None  # noqa: S101 - who coordinates has a network
    return turn.network


def _in_private(turn: Turn) -> list[Message]:
    button = turn.private_button("overview.go_private", "network_settings.word")
    return [card(turn.say("network_settings.private"), buttons=[button])]


def _question(name: str) -> Question:
    offers: Callable[[Turn, Data], Sequence[Choice]] = partial(choices, name=name)
    expects = "datetime" if name in CLOCK else "choice"
    return Question(
        name,
        expects,
        when=lambda data: name not in SHARED or str(data.get("share_weeks")) != "0",
        choices=offers,
        resolve=lambda turn, words: resolved(turn, words, name),
        check=partial(_check, name),
    )


for _topic, _names in TOPICS.items():
    capability.add_form(
        FormKind(
            name=f"network_settings.{_topic}",
            questions=tuple(_question(name) for name in _names),
            card=_card,
            done=_changed,
        )
    )
