"""The rooms of a network's file, its working groups, and who sits in them."""

from sqlalchemy import select

from models.chats import Chat, Room, RoomMember
from models.network_file.desk import Desk, Shelf
from models.network_file.format import RoomEntry
from models.network_file.problems import NetworkFileProblem, Path
from models.words import RoomKind


def load_rooms(desk: Desk) -> None:
    """LINE groups, and working groups, which are rooms without a chat; who is not named stays where they are."""
    rooms = desk.shelf("room", Room)
    for place, entry in enumerate(desk.each("rooms", desk.file.network.rooms)):
        _room(desk, rooms, entry, ("network", "rooms", place, "line_group_id"))
    for group in desk.file.network.working_groups:
        values = group.columns("id", "member_ids")
        rooms.put(group.id, network_id=desk.network.id, kind=RoomKind.WORKING_GROUP.value, **values)
    seats = [(room, member.id) for member in desk.file.members for room in member.rooms]
    seats += [(group.id, member) for group in desk.file.network.working_groups for member in group.member_ids]
    _seat(desk, seats)


def _room(desk: Desk, rooms: Shelf[Room], entry: RoomEntry, path: Path) -> None:
    values = entry.columns("id", "purpose", "line_group_id", "enterprise_id")
    values["subjects"] = entry.subjects or ([entry.purpose] if entry.purpose else [])
    values["enterprise_id"] = desk.id_of("enterprise", entry.enterprise_id)
    if entry.line_group_id is not None:
        chat = _chat(desk, entry.line_group_id)
        _adopt(desk, rooms, chat, entry, path)
        values["chat_id"] = chat.id
    rooms.put(entry.id, network_id=desk.network.id, **values)


def _chat(desk: Desk, line_id: str) -> Chat:
    chat = desk.session.scalar(select(Chat).where(Chat.line_id == line_id))
    if chat is None:
        chat = Chat(kind="group" if line_id.startswith("C") else "room", line_id=line_id)
        desk.session.add(chat)
        desk.session.flush()
    return chat


def _adopt(desk: Desk, rooms: Shelf[Room], chat: Chat, entry: RoomEntry, path: Path) -> None:
    """Take over the room that the group was bound to in the bot, unless it is another one's."""
    bound = desk.session.scalar(select(Room).where(Room.chat_id == chat.id))
    if bound is None or bound is rooms.rows.get(entry.id):
        return
    if bound.network_id != desk.network.id or bound.code is not None or entry.id in rooms.rows:
        raise NetworkFileProblem(
            [desk.text.problem(path, "is a LINE group that is bound to another room already")]
        )
    bound.code = entry.id
    rooms.rows[entry.id] = bound


def _seat(desk: Desk, seats: list[tuple[str, str]]) -> None:
    """Write who sits in which room, for who is not written there yet."""
    rooms = desk.shelves["room"].rows
    ids = {(rooms[room].id, desk.members[member].id) for room, member in seats if member in desk.members}
    in_rooms = RoomMember.room_id.in_([row.id for row in rooms.values()])
    taken = {
        (seat.room_id, seat.member_id) for seat in desk.session.scalars(select(RoomMember).where(in_rooms))
    }
    desk.session.add_all(RoomMember(room_id=room, member_id=member) for room, member in sorted(ids - taken))
    desk.session.flush()
