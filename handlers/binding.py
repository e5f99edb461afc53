"""Binding a LINE group to a network, one of its planned rooms, or an enterprise."""

from collections.abc import Sequence

from sqlalchemy import Select, select

from bot.buttons import number
from bot.capability import Capability
from bot.cards import Action, Message, Row, card
from bot.dialogue import Choice, Data, FormKind, Question
from bot.turn import Turn
from handlers.rooms import forget_seats, seat
from models.chats import Chat, Form, Room
from models.feeds import end_room_feed
from models.matching import enterprises_named
from models.membership import holds
from models.network import Enterprise
from models.permissions import BELONGS, Role
from models.store import take
from models.words import RoomKind

capability = Capability("binding")

OFFERED = 8
MOST_SUBJECTS = 9
NETWORK, PLANNED, ENTERPRISE = "network", "room", "enterprise"  # what a group can be bound to
ASKED_KINDS = (RoomKind.NETWORK, RoomKind.AREA, RoomKind.TOPIC, RoomKind.WORKING_GROUP)
WORKING_GROUPS = ("market", "accounts", "raw_material", "committee")


@capability.on_words("binding.words.bind", who=BELONGS)
def bind(turn: Turn, *groups: str) -> Sequence[Message]:
    """ผูกห้องนี้กับผ้าคราม: coordinators for the network, leaders for their own enterprise."""
    if not turn.in_group:
        return [turn.text_message("binding.how_to")]
    if not _may_bind(turn):
        return [turn.text_message("binding.not_allowed")]
    data: Data = {"chat": turn.chat.id, **_named(turn, groups[0] if groups else "")}
    if not holds(turn.membership, Role.COORDINATOR):
        data["target"] = f"{ENTERPRISE}:{turn.membership.enterprise_id if turn.membership else ''}"
    return turn.forms.start(turn, "binding.form", data)


@capability.on_button("bind", who=BELONGS)
def bind_button(turn: Turn) -> Sequence[Message]:
    """ผูกห้องนี้ under the greeting."""
    return bind(turn)


@capability.on_words("binding.words.unbind", who=BELONGS)
def ask_unbind(turn: Turn, *_groups: str) -> Sequence[Message]:
    """เลิกผูกห้องนี้: asked once."""
    if not turn.in_group:
        return [turn.text_message("binding.how_to")]
    if turn.room is None:
        return [turn.text_message("rooms.unbound")]
    if not _may_change(turn, turn.room):
        return [turn.text_message("binding.not_allowed")]
    yes = turn.button("binding.unbind_yes", "binding.unbind_yes", turn.room.id)
    return [
        card(
            turn.say("binding.unbind?", name=turn.room.name),
            buttons=[yes, turn.button("binding.keep", "privacy.stay")],
        )
    ]


@capability.on_button("unbind_yes", who=BELONGS)
def unbind(turn: Turn, *arguments: str) -> Sequence[Message]:
    """The group is a stranger's again; the room may be bound to another group."""
    room = turn.room
    if room is None or not arguments or number(arguments[0]) != room.id:
        return [turn.text_message("rooms.unbound")]
    if not _may_change(turn, room):
        return [turn.text_message("binding.not_allowed")]
    _unbind(turn, room)
    turn.note("room.unbound", "room", room.id)
    return [turn.text_message("binding.unbind.done")]


def _may_bind(turn: Turn) -> bool:
    """Whether the speaker may bind a group at all, and the one here if it is bound already."""
    own = (
        holds(turn.membership, Role.LEADER) and turn.membership is not None and turn.membership.enterprise_id
    )
    if turn.room is not None:
        return _may_change(turn, turn.room)
    return holds(turn.membership, Role.COORDINATOR) or bool(own)


def _may_change(turn: Turn, room: Room) -> bool:
    if turn.membership is None or turn.membership.network_id != room.network_id:
        return False
    own = room.enterprise_id is not None and room.enterprise_id == turn.membership.enterprise_id
    return holds(turn.membership, Role.COORDINATOR) or (own and holds(turn.membership, Role.LEADER))


def _named(turn: Turn, words: str) -> Data:
    """What the words behind กับ name: a planned room, one enterprise, or one of the usual working groups."""
    if not words.strip() or turn.network is None:
        return {}
    planned = [room for room in turn.session.scalars(_planned(turn.network.id)) if words.strip() in room.name]
    if len(planned) == 1:
        return {"target": f"{PLANNED}:{planned[0].id}"}
    found = enterprises_named(turn.session, turn.network.id, words, 2)
    if len(found) == 1:
        return {"target": f"{ENTERPRISE}:{found[0].id}"}
    for name in WORKING_GROUPS:
        if turn.say(f"binding.subject.{name}") in words:
            return {
                "target": NETWORK,
                "kind": RoomKind.WORKING_GROUP.value,
                "subject": turn.say(f"binding.subject.{name}"),
            }
    return {}


def _planned(network_id: int) -> Select[Room]:
    """Rooms of the network that have a name and no LINE group."""
    query = select(Room).where(Room.network_id == network_id, Room.chat_id.is_(None), Room.name != "")
    return query.order_by(Room.id)


def _targets(turn: Turn, data: Data) -> list[Choice]:
    """Rooms that were planned and have no group yet, the network itself, and the speaker's own enterprise."""
    if turn.network is None:
        return []
    planned = turn.session.scalars(_planned(turn.network.id).limit(OFFERED))
    found = [Choice(room.name, f"{PLANNED}:{room.id}") for room in planned]
    found.append(Choice(turn.network.short_name, NETWORK))
    own = turn.membership.enterprise if turn.membership else None
    return [*found, Choice(own.short_name, f"{ENTERPRISE}:{own.id}")] if own else found


def _kinds(turn: Turn, data: Data) -> list[Choice]:
    return [Choice(turn.say(f"rooms.kind.{kind}"), kind.value) for kind in ASKED_KINDS]


def _subjects(turn: Turn, data: Data) -> list[Choice]:
    """Areas and topics as the network's enterprises have them; the usual working groups."""
    if data.get("kind") == RoomKind.WORKING_GROUP:
        words = [turn.say(f"binding.subject.{name}") for name in WORKING_GROUPS]
    else:
        column = Enterprise.province if data.get("kind") == RoomKind.AREA else Enterprise.product_group
        query = select(column).where(Enterprise.network_id == (turn.network.id if turn.network else None))
        words = sorted({word for word in turn.session.scalars(query) if word})
    return [Choice(word, word) for word in words[:MOST_SUBJECTS]]


def _has_subject(data: Data) -> bool:
    return data.get("target") == NETWORK and data.get("kind") in ASKED_KINDS[1:]


def _room_of(turn: Turn, data: Data) -> tuple[str, str, int | None]:
    """Name, kind and enterprise of the room that the form describes; an empty kind where it is gone."""
    what, _, ident = data["target"].partition(":")
    if what == ENTERPRISE:
        enterprise = turn.session.get(Enterprise, number(ident) or 0)
        return (enterprise.short_name, RoomKind.ENTERPRISE, enterprise.id) if enterprise else ("", "", None)
    if what == PLANNED:
        room = turn.session.get(Room, number(ident) or 0)
        return (room.name, room.kind, room.enterprise_id) if room else ("", "", None)
    short = turn.network.short_name if turn.network else ""
    return f"{short} {data.get('subject', '')}".strip(), data["kind"], None


def _card(turn: Turn, data: Data, buttons: Sequence[Action]) -> Message:
    name, kind, _ = _room_of(turn, data)
    rows = [
        Row(turn.say("binding.form.target.label"), name),
        Row(turn.say("binding.form.kind.label"), _kind_label(turn, kind)),
    ]
    return card(turn.say("binding.right?"), rows=rows, buttons=buttons)


def _kind_label(turn: Turn, kind: str) -> str:
    return turn.say(f"rooms.kind.{kind}") if kind else turn.say("binding.gone")


def _bound(turn: Turn, form: Form) -> Sequence[Message]:
    """ถูกต้อง: rights and target are looked at anew."""
    data = form.data
    chat = take(turn.session, Chat, data["chat"])
    name, kind, enterprise_id = _room_of(turn, data)
    if chat is None or chat.id != turn.chat.id or not kind or not _may_bind(turn) or turn.network is None:
        return [turn.text_message("binding.gone")]
    leads = turn.membership is not None and enterprise_id == turn.membership.enterprise_id
    if not holds(turn.membership, Role.COORDINATOR) and not leads:
        return [turn.text_message("binding.not_allowed")]
    room = _room_to_bind(turn, data, turn.network.id)
    if room is None or room.network_id != turn.network.id:
        return [turn.text_message("binding.gone")]
    if turn.room is not None and turn.room.id != room.id:
        _unbind(turn, turn.room)
    room.chat_id = chat.id
    if not data["target"].startswith(PLANNED):
        room.name, room.kind, room.enterprise_id = name, kind, enterprise_id
        room.subjects = [data["subject"]] if data.get("subject") else []
    turn.session.flush()
    turn.room = room
    seat(turn, form.member_id)
    turn.note("room.bound", "room", room.id)
    return [turn.text_message("binding.bound", name=room.name)]


def _room_to_bind(turn: Turn, data: Data, network_id: int) -> Room | None:
    """The planned room, the one that this group has from the bot already, or a new one."""
    what, _, ident = data["target"].partition(":")
    if what == PLANNED:
        planned = take(turn.session, Room, number(ident) or 0)
        return planned if planned is not None and planned.chat_id in (None, turn.chat.id) else None
    if turn.room is not None and turn.room.code is None:
        return turn.room
    room = Room(network_id=network_id, name="", kind="")
    turn.session.add(room)
    return room


def _unbind(turn: Turn, room: Room) -> None:
    forget_seats(turn)
    end_room_feed(turn.session, room.id)
    room.chat_id = None
    turn.session.flush()


capability.add_form(
    FormKind(
        name="binding.form",
        questions=(
            Question("target", "choice", choices=_targets, may_skip=False),
            Question(
                "kind",
                "choice",
                when=lambda data: data.get("target") == NETWORK,
                choices=_kinds,
                may_skip=False,
            ),
            Question("subject", "choice", when=_has_subject, choices=_subjects),
        ),
        card=_card,
        done=_bound,
        own=frozenset({"register"}),
    )
)
