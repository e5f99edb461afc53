"""Where people are invited to tell something: how often in each room, changed or stopped by who is responsible."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.buttons import number
from bot.capability import Capability
from bot.cards import LABEL_LIMIT, Message, Row, card, cut, with_quick
from bot.turn import Turn
from handlers.sharing_prompts import take_back
from models.chats import Chat, Room
from models.permissions import Role, only
from models.rhythm import Rhythm
from models.sharing import SharingPrompt
from models.sharing_queries import EVERY_WEEK, STOPPED, set_every_weeks
from models.sharing_turns import room_weeks

capability = Capability("sharing_rooms")

RESPONSIBLE = only(Role.COORDINATOR, Role.LEADER)
RHYTHMS = (EVERY_WEEK, 2, 4, STOPPED)
MOST_ROOMS = 12


@capability.on_words("sharing_rooms.show_words", who=only(Role.COORDINATOR))
@capability.on_button("show", who=only(Role.COORDINATOR))
def show(turn: Turn) -> Sequence[Message]:
    """ห้องที่ชวน: all rooms with their rhythm, each a button."""
    rooms = _rooms(turn)
    if turn.in_group or not rooms:
        return [turn.text_message("sharing_rooms.none" if not rooms else "sharing_rooms.in_private")]
    rows = [Row(room.name, turn.say(f"sharing_rooms.every.{_weeks(turn, room)}")) for room in rooms]
    quick = [
        {
            **turn.button("sharing_rooms.room", "sharing_rooms.room", room.id),
            "label": cut(room.name, LABEL_LIMIT),
        }
        for room in rooms
    ]
    return [with_quick(card(turn.say("sharing_rooms.title"), rows=rows), quick)]


@capability.on_button("room", who=RESPONSIBLE)
def one_room(turn: Turn, *arguments: str) -> Sequence[Message]:
    """One room: how often?"""
    room = _room(turn, arguments)
    if room is None:
        return [turn.text_message("sharing_rooms.not_yours")]
    buttons = [
        turn.button(f"sharing_rooms.set.{weeks}", "sharing_rooms.set", room.id, weeks) for weeks in RHYTHMS
    ]
    return [card(turn.say("sharing_rooms.how_often", room=room.name), buttons=buttons)]


@capability.on_button("set", who=RESPONSIBLE)
def set_rhythm(turn: Turn, *arguments: str) -> Sequence[Message]:
    """How often from now on."""
    weeks = number(arguments[1]) if len(arguments) > 1 else None
    room = _room(turn, arguments)
    if room is None or weeks not in RHYTHMS:
        return [turn.text_message("sharing_rooms.not_yours")]
    return _set(turn, room, weeks)


@capability.on_words("sharing_rooms.stop_words", who=RESPONSIBLE)
@capability.on_button("stop_here", who=RESPONSIBLE)
def stop_here(turn: Turn) -> Sequence[Message]:
    """หยุดชวนในห้องนี้, said in the room."""
    return _here(turn, STOPPED)


@capability.on_words("sharing_rooms.start_words", who=RESPONSIBLE)
def start_here(turn: Turn) -> Sequence[Message]:
    """ชวนในห้องนี้ต่อ."""
    return _here(turn, EVERY_WEEK)


def _here(turn: Turn, weeks: int) -> Sequence[Message]:
    if turn.room is None:
        return turn.router.call(turn, turn.router.buttons["sharing_rooms.show"])
    if _room(turn, [f"{turn.room.id}"]) is None:
        return [turn.text_message("sharing_rooms.not_yours")]
    return _set(turn, turn.room, weeks)


def _set(turn: Turn, room: Room, weeks: int) -> Sequence[Message]:
    set_every_weeks(turn.session, room.id, weeks)
    turn.note("sharing.rhythm", "room", room.id)
    if weeks == STOPPED:
        waiting = select(SharingPrompt).where(
            SharingPrompt.room_id == room.id,
            SharingPrompt.state == "asked",
            SharingPrompt.open_until > turn.now,
        )
        for prompt in turn.session.scalars(waiting):
            take_back(turn, prompt)
    undo = turn.button("sharing_rooms.room", "sharing_rooms.room", room.id)
    return [turn.text_message(f"sharing_rooms.done.{weeks}", room=room.name, quick=[undo])]


def _room(turn: Turn, arguments: Sequence[str]) -> Room | None:
    """The room that is meant, where the speaker may decide: a coordinator, or a leader over their own group's room."""
    room = turn.session.get(Room, number(arguments[0]) or 0) if arguments else None
    if room is None or turn.network is None or room.network_id != turn.network.id:
        return None
    own = turn.membership is not None and turn.membership.enterprise_id == room.enterprise_id
    leads = Role.LEADER in turn.roles and room.enterprise_id is not None and own
    return room if Role.COORDINATOR in turn.roles or leads else None


def _rooms(turn: Turn) -> Sequence[Room]:
    assert turn.network is not None  # noqa: S101 - who has a role has a network
    query = select(Room).join(Chat, Chat.id == Room.chat_id).where(Room.network_id == turn.network.id)
    return turn.session.scalars(query.where(Chat.state == "active").order_by(Room.id).limit(MOST_ROOMS)).all()


def _weeks(turn: Turn, room: Room) -> int:
    assert turn.network is not None  # noqa: S101 - who has a role has a network
    weeks = room_weeks(turn.session, room, Rhythm.of(turn.network.rhythm).share_weeks)
    return max(one for one in (STOPPED, EVERY_WEEK, 2, 4) if one <= weeks)
