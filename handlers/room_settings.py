"""ห้องของเครือข่าย: coordinators see which LINE group is what, and set one free from their own chat."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select

from bot import cards
from bot.buttons import number, pack
from bot.capability import Capability
from bot.cards import Action, Message, Row, card
from bot.notices import Letter, Window
from bot.turn import Turn
from handlers.overview import in_private
from models.chats import Chat, Room, RoomMember
from models.network import Network
from models.network_settings import recall, remember
from models.people_queries import holders
from models.permissions import Role, only
from models.store import take

capability = Capability("room_settings")

COORDINATORS = only(Role.COORDINATOR)
A_CARD = 8


@capability.on_words("room_settings.words", who=COORDINATORS)
def show_said(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ดูห้องทั้งหมด."""
    return show(turn)


@capability.on_button("show", who=COORDINATORS)
def show(turn: Turn, *arguments: str) -> Sequence[Message]:
    """The network's rooms, each to be opened."""
    if turn.in_group:
        return in_private(turn)
    first = (number(arguments[0]) if arguments else 0) or 0
    rooms = _rooms(turn)
    if not rooms:
        return [turn.text_message("room_settings.none")]
    more = first + A_CARD
    buttons = [turn.button("room_settings.more", "room_settings.show", more)] if len(rooms) > more else []
    rows = [_row(turn, room) for room in rooms[first:more]]
    return [card(turn.say("room_settings.title"), rows=rows, buttons=buttons)]


@capability.on_button("open", who=COORDINATORS)
def open_one(turn: Turn, *arguments: str) -> Sequence[Message]:
    """One room: what it is for, who sits there, whether the bot does."""
    room = _named(turn, arguments)
    if room is None:
        return [turn.text_message("room_settings.gone")]
    return [card(room.name, rows=_facts(turn, room), note=_note(turn, room), buttons=_buttons(turn, room))]


@capability.on_button("unbind", who=COORDINATORS)
def ask_unbind(turn: Turn, *arguments: str) -> Sequence[Message]:
    """เลิกผูก: asked once."""
    room = _named(turn, arguments)
    if room is None or room.chat_id is None:
        return [turn.text_message("room_settings.gone" if room is None else "room_settings.free")]
    yes = turn.button("binding.unbind_yes", "room_settings.unbind_yes", room.id)
    keep = turn.button("binding.keep", "privacy.stay")
    title, note = turn.say("room_settings.unbind?", name=room.name), turn.say("room_settings.unbind.note")
    return [card(title, note=note, buttons=[yes, keep])]


@capability.on_button("unbind_yes", who=COORDINATORS)
def unbind(turn: Turn, *arguments: str) -> Sequence[Message]:
    """The group hears nothing more of the network; for a day it can be bound again as it was."""
    room = _named(turn, arguments, fresh=True)
    network = take(turn.session, Network, room.network_id) if room is not None else None
    if room is None or network is None or room.chat_id is None:
        return [turn.text_message("room_settings.gone" if room is None else "room_settings.free")]
    mark = remember(network, _key(room), {"chat": room.chat_id}, turn.now)
    room.chat_id = None
    turn.session.execute(delete(RoomMember).where(RoomMember.room_id == room.id))
    turn.note("room.unbound", "room", room.id)
    back = turn.button("room_settings.undo", "room_settings.undo", room.id, mark)
    _tell_others(turn, room, "unbound", mark)
    return [turn.text_message("room_settings.unbound", name=room.name, quick=[back])]


@capability.on_button("undo", who=COORDINATORS)
def undo(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ผูกเหมือนเดิม, if the bot still sits in the group and nobody has bound it to anything else."""
    room = _named(turn, arguments, fresh=True)
    network = take(turn.session, Network, room.network_id) if room is not None else None
    if room is None or network is None or len(arguments) < 2:
        return [turn.text_message("room_settings.gone")]
    mark = number(arguments[1]) or 0
    before = recall(network, _key(room), mark, turn.now)
    chat = turn.session.get(Chat, before["chat"]) if before else None
    taken = (
        chat is not None and turn.session.scalar(select(Room.id).where(Room.chat_id == chat.id)) is not None
    )
    if chat is None or taken or chat.state != "active" or room.chat_id is not None:
        return [turn.text_message("network_settings.too_late")]
    room.chat_id = chat.id
    turn.note("room.bound", "room", room.id)
    _tell_others(turn, room, "bound", mark)
    return [turn.text_message("room_settings.bound", name=room.name)]


def _rooms(turn: Turn) -> Sequence[Room]:
    query = select(Room).where(
        Room.network_id == (turn.network.id if turn.network else None), Room.name != ""
    )
    return turn.session.scalars(query.order_by(Room.chat_id.is_(None), Room.id)).all()


def _named(turn: Turn, arguments: Sequence[str], *, fresh: bool = False) -> Room | None:
    """The room of the speaker's network that a button names; one-to-one only."""
    ident = number(arguments[0]) if arguments and not turn.in_group else None
    if ident is None:
        return None
    room = take(turn.session, Room, ident) if fresh else turn.session.get(Room, ident)
    here = room is not None and turn.network is not None and room.network_id == turn.network.id
    return room if here else None


def _row(turn: Turn, room: Room) -> Row:
    said = cards.cut(room.name, cards.LABEL_LIMIT)
    action = cards.button(said, pack("room_settings.open", room.id), room.name)
    return Row(room.name, " · ".join([_kind(turn, room), _state(turn, room)]), action)


def _facts(turn: Turn, room: Room) -> list[Row]:
    seated = select(func.count()).where(RoomMember.room_id == room.id)
    shown = [
        ("kind", _kind(turn, room)),
        ("enterprise", room.enterprise.short_name if room.enterprise else ""),
        ("subjects", ", ".join(room.subjects)),
        ("state", _state(turn, room)),
        ("members", turn.say("overview.people", count=turn.session.scalar(seated) or 0)),
    ]
    return [Row(turn.say(f"room_settings.row.{name}"), value) for name, value in shown if value]


def _kind(turn: Turn, room: Room) -> str:
    return turn.say(f"rooms.kind.{room.kind}")


def _state(turn: Turn, room: Room) -> str:
    chat = turn.session.get(Chat, room.chat_id) if room.chat_id is not None else None
    if chat is None:
        return turn.say("room_settings.free")
    if chat.state != "active":
        return turn.say("room_settings.left")
    heads = turn.say("room_settings.heads", count=chat.heads) if chat.heads else ""
    return turn.say("room_settings.in_use", heads=heads).strip()


def _note(turn: Turn, room: Room) -> str:
    return turn.say("binding.how_to") if room.chat_id is None else ""


def _buttons(turn: Turn, room: Room) -> list[Action]:
    all_rooms = turn.button("room_settings.show", "room_settings.show")
    if room.chat_id is None:
        return [all_rooms]
    invites = turn.button("room_settings.invites", "sharing_rooms.room", room.id)
    return [invites, turn.button("room_settings.unbind", "room_settings.unbind", room.id), all_rooms]


def _tell_others(turn: Turn, room: Room, what: str, mark: int) -> None:
    own, name = turn.member.id if turn.member else None, turn.member.call_as if turn.member else ""
    holding = holders(turn.session, room.network_id, Role.COORDINATOR)
    letter = Letter(
        f"room_setting:{room.id}:{what}:{mark}",
        lambda voice: [voice.text_message(f"room_settings.told.{what}", name=name, room=room.name)],
        Window.at_once(turn.now),
        network=room.network,
        role=Role.COORDINATOR,
        author=turn.member,
    )
    turn.notify(letter, members=[one.member for one in holding if one.member_id != own])


def _key(room: Room) -> str:
    return f"room-{room.id}"
