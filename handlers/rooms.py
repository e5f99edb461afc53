"""LINE groups: the bot is invited, somebody with the right binds the group, people come and go."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete

from bot.capability import Capability
from bot.cards import Message, card
from bot.turn import Turn, find_member
from models.chats import RoomMember
from models.feeds import end_room_feed
from models.permissions import BELONGS
from models.words import RoomKind

capability = Capability("rooms")

WELCOME_AGAIN = timedelta(hours=1)
OFFERED = 8
MOST_SUBJECTS = 9
NETWORK, PLANNED, ENTERPRISE = "network", "room", "enterprise"  # what a group can be bound to
ASKED_KINDS = (RoomKind.NETWORK, RoomKind.AREA, RoomKind.TOPIC, RoomKind.WORKING_GROUP)
WORKING_GROUPS = ("market", "accounts", "raw_material", "committee")


@capability.on_event("join")
def invited(turn: Turn) -> Sequence[Message]:
    """The bot came into a group: what it does, what it reads, and who may bind the group."""
    turn.chat.state = "active"
    if turn.room is not None:
        return [turn.text_message("rooms.back", name=turn.room.name)]
    buttons = [
        turn.button("binding.bind", "binding.bind"),
        turn.private_button("consent.go_private", "consent.private_word"),
    ]
    return [card(turn.say("rooms.hello"), note=turn.say("rooms.notice"), buttons=buttons)]


@capability.on_event("leave")
def removed(turn: Turn) -> Sequence[Message]:
    """The bot was taken out of a group: nothing is said there any more, who sat there is forgotten, its
    calendar ends."""
    turn.chat.state = "left"
    forget_seats(turn)
    if turn.room is not None:
        end_room_feed(turn.session, turn.room.id)
    return []


@capability.on_event("memberJoined")
def joined(turn: Turn) -> Sequence[Message]:
    """Newcomers are greeted at most once an hour, and seated if they consented."""
    members = [find_member(turn.session, line_user_id) for line_user_id in turn.incoming.joined]
    for member in members:
        if member is not None:
            seat(turn, member.id)
    lately = turn.chat.welcomed_at is not None and turn.now - turn.chat.welcomed_at < WELCOME_AGAIN
    if lately:
        return []
    turn.chat.welcomed_at = turn.now
    private = turn.private_button("consent.go_private", "consent.private_word")
    return [card(turn.say("rooms.welcome"), buttons=[private])]


@capability.on_event("memberLeft")
def left(turn: Turn) -> Sequence[Message]:
    """Somebody left the group."""
    for line_user_id in turn.incoming.left:
        member = find_member(turn.session, line_user_id)
        if member is not None:
            forget_seats(turn, member.id)
    return []


@capability.watches
def note_seat(turn: Turn) -> None:
    """Who consented and speaks or taps in a bound group sits in its room."""
    if turn.member is not None and turn.incoming.kind in ("message", "postback"):
        seat(turn, turn.member.id)


@capability.on_words("rooms.words.what", who=BELONGS)
def what_is_this(turn: Turn) -> Sequence[Message]:
    """ห้องนี้คือห้องอะไร."""
    if not turn.in_group:
        return [turn.text_message("binding.how_to")]
    if turn.room is None:
        return [turn.text_message("rooms.unbound", quick=[turn.button("binding.bind", "binding.bind")])]
    return [
        turn.text_message(
            "rooms.bound_to", name=turn.room.name, kind=turn.say(f"rooms.kind.{turn.room.kind}")
        )
    ]


def seat(turn: Turn, member_id: int) -> None:
    """Somebody sits in this room; turns of one group come one after the other, so nobody else writes it meanwhile."""
    if turn.room is not None and turn.session.get(RoomMember, (turn.room.id, member_id)) is None:
        turn.session.add(RoomMember(room_id=turn.room.id, member_id=member_id))
        turn.session.flush()


def forget_seats(turn: Turn, member_id: int | None = None) -> None:
    """Nobody, or this member, sits in the turn's room any more."""
    if turn.room is None:
        return
    seats = delete(RoomMember).where(RoomMember.room_id == turn.room.id)
    turn.session.execute(seats if member_id is None else seats.where(RoomMember.member_id == member_id))
