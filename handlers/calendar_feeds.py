"""ปฏิทินของฉัน: meetings that come into a phone's calendar by themselves, by a link that can be changed and closed."""

from collections.abc import Sequence

from sqlalchemy import select

from bot import cards
from bot.buttons import number
from bot.capability import Capability
from bot.cards import Action, Message, card
from bot.dialogue import Choice, Data, FormKind, Question
from bot.turn import Turn
from handlers.meeting_cards import OUTSIDE
from models.chats import Form, Room
from models.feeds import Feed, FeedKind, make_feed, member_feed, network_feed, room_feed
from models.permissions import BELONGS, Role

capability = Capability("calendar_feeds")

OFFERED_ROOMS = 9
MINE, NETWORK = "mine", "network"  # besides a room's id: whose calendar is meant


@capability.on_words("calendar_feeds.words.ask", who=BELONGS)
def asked(turn: Turn, *_groups: str) -> Sequence[Message]:
    """ขอลิงก์ปฏิทิน: in a room the room's; one-to-one one's own, or whose was said."""
    if turn.in_group:
        return _of_this_room(turn)
    if turn.heard("calendar_feeds.words.network") is not None:
        return _shown(turn, NETWORK)
    if (named := turn.heard("calendar_feeds.words.room")) is not None:
        return _of_room_named(turn, named[-1].strip())
    return _shown(turn, MINE)


@capability.on_button("mine", who=BELONGS, menu=13)
def mine(turn: Turn, *_arguments: str) -> Sequence[Message]:
    """ปฏิทินของฉัน in the menu."""
    return _of_this_room(turn) if turn.in_group else _shown(turn, MINE)


@capability.on_button("others", who=BELONGS)
def others(turn: Turn, *_arguments: str) -> Sequence[Message]:
    """ปฏิทินห้อง: a coordinator's and a leader's choice."""
    if turn.in_group:
        return _of_this_room(turn)
    if not _choices(turn, {}):
        return [turn.text_message("calendar_feeds.not_yours")]
    return turn.forms.start(turn, "calendar_feeds.which", {})


@capability.on_button("show", who=BELONGS)
def show(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ไม่เปลี่ยน: the calendar as it is."""
    return _shown(turn, _whose(arguments))


@capability.on_button("renew", who=BELONGS)
def ask_renew(turn: Turn, *arguments: str) -> Sequence[Message]:
    """เปลี่ยนลิงก์: asked once, as phones lose the old one."""
    return _ask(turn, _whose(arguments), "renew")


@capability.on_button("renew_yes", who=BELONGS)
def renew(turn: Turn, *arguments: str) -> Sequence[Message]:
    """The old link gives nothing from now on."""
    whose = _whose(arguments)
    if not _may_make(turn, whose):
        return [turn.text_message("calendar_feeds.not_yours")]
    feed = _feed(turn, whose)
    if feed is not None:
        feed.renew(turn.now)
        turn.session.flush()
        turn.note("feed.renewed", "feed", feed.id)
    return _shown(turn, whose)


@capability.on_button("close", who=BELONGS)
def ask_close(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ปิดลิงก์: asked once."""
    return _ask(turn, _whose(arguments), "close")


@capability.on_button("close_yes", who=BELONGS)
def close(turn: Turn, *arguments: str) -> Sequence[Message]:
    """The link gives nothing any more."""
    whose = _whose(arguments)
    if not _may_make(turn, whose):
        return [turn.text_message("calendar_feeds.not_yours")]
    feed = _feed(turn, whose)
    if feed is not None:
        turn.note("feed.closed", "feed", feed.id)
        turn.session.delete(feed)
        turn.session.flush()
    return [turn.text_message("calendar_feeds.closed")]


@capability.on_button("leave_it", who=BELONGS, declines=True)
def leave_it(turn: Turn, *arguments: str) -> Sequence[Message]:
    """Asked, and not done: the link stays."""
    return _shown(turn, _whose(arguments))


def _of_this_room(turn: Turn) -> Sequence[Message]:
    """In a room: its calendar, once somebody who may has made it; everybody's own one-to-one."""
    private = turn.private_button("calendar_feeds.go_private", "calendar_feeds.mine_said")
    if turn.room is None:
        return [card(turn.say("calendar_feeds.private"), buttons=[private])]
    feed = room_feed(turn.session, turn.room.id)
    if feed is None and not _may_make(turn, f"{turn.room.id}"):
        return [card(turn.say("calendar_feeds.ask_leader"), buttons=[private])]
    return [_card(turn, feed or _make(turn, f"{turn.room.id}"), [private])]


def _of_room_named(turn: Turn, name: str) -> Sequence[Message]:
    """ปฏิทินห้องกรรมการ: the room that is called so, or the only one in whose name it stands."""
    rooms = _rooms(turn)
    named = [room for room in rooms if room.name.startswith(turn.say("calendar_feeds.room", name=name))]
    named = named or [room for room in rooms if name in room.name]
    return _shown(turn, f"{named[0].id}") if len(named) == 1 else others(turn)


def _shown(turn: Turn, whose: str) -> Sequence[Message]:
    """A calendar's card, one-to-one; made where it is asked for the first time."""
    if turn.in_group:
        return _of_this_room(turn)
    if not _may_make(turn, whose):
        return [turn.text_message("calendar_feeds.not_yours")]
    feed = _feed(turn, whose) or _make(turn, whose)
    buttons = [
        turn.button("calendar_feeds.renew", "calendar_feeds.renew", whose),
        turn.button("calendar_feeds.close", "calendar_feeds.close", whose),
    ]
    if whose == MINE and _choices(turn, {}):
        buttons.append(turn.button("calendar_feeds.others", "calendar_feeds.others"))
    return [_card(turn, feed, buttons)]


def _card(turn: Turn, feed: Feed, buttons: Sequence[Action]) -> Message:
    """What it does, and that whoever has the link can read it."""
    name = feed.room.name if feed.room else feed.network.short_name
    return card(
        turn.say(f"calendar_feeds.title.{feed.kind}", name=name),
        words=turn.say("calendar_feeds.what"),
        note=turn.say(f"calendar_feeds.note.{feed.kind}"),
        buttons=[
            cards.opens(turn.say("calendar_feeds.open"), f"{turn.tools.feed_url(feed)}?{OUTSIDE}"),
            *buttons,
        ],
    )


def _ask(turn: Turn, whose: str, what: str) -> Sequence[Message]:
    if turn.in_group or not _may_make(turn, whose):
        return [turn.text_message("calendar_feeds.not_yours")]
    buttons = [
        turn.button(f"calendar_feeds.{what}", f"calendar_feeds.{what}_yes", whose),
        turn.button("calendar_feeds.leave_it", "calendar_feeds.leave_it", whose),
    ]
    return [card(turn.say(f"calendar_feeds.{what}?"), buttons=buttons)]


def _make(turn: Turn, whose: str) -> Feed:
    assert turn.network is not None and turn.member is not None  # noqa: PT018, S101 - who belongs
    kind = {MINE: FeedKind.MEMBER, NETWORK: FeedKind.NETWORK}.get(whose, FeedKind.ROOM)
    feed = make_feed(
        turn.session,
        kind,
        turn.network.id,
        turn.now,
        member_id=turn.member.id if kind is FeedKind.MEMBER else None,
        room_id=number(whose) if kind is FeedKind.ROOM else None,
    )
    turn.note("feed.made", "feed", feed.id)
    return feed


def _feed(turn: Turn, whose: str) -> Feed | None:
    assert turn.network is not None and turn.member is not None  # noqa: PT018, S101 - who belongs
    if whose == MINE:
        return member_feed(turn.session, turn.network.id, turn.member.id)
    if whose == NETWORK:
        return network_feed(turn.session, turn.network.id)
    return room_feed(turn.session, number(whose) or 0)


def _may_make(turn: Turn, whose: str) -> bool:
    """One's own; coordinators the network's and any room's, leaders that of their enterprise's rooms."""
    if whose == MINE:
        return True
    if whose == NETWORK:
        return Role.COORDINATOR in turn.roles
    return whose in {f"{room.id}" for room in _rooms(turn)}


def _rooms(turn: Turn) -> Sequence[Room]:
    """The rooms whose calendar the speaker may make."""
    query = select(Room).where(Room.network_id == (turn.network.id if turn.network else None))
    if Role.COORDINATOR not in turn.roles:
        if Role.LEADER not in turn.roles or turn.membership is None or turn.membership.enterprise_id is None:
            return []
        query = query.where(Room.enterprise_id == turn.membership.enterprise_id)
    return turn.session.scalars(query.order_by(Room.chat_id.is_(None), Room.id)).all()


def _whose(arguments: Sequence[str]) -> str:
    return arguments[0] if arguments else MINE


def _choices(turn: Turn, data: Data) -> list[Choice]:
    network = turn.network.short_name if turn.network and Role.COORDINATOR in turn.roles else ""
    offered = [Choice(turn.say("calendar_feeds.of_network", name=network), NETWORK)] if network else []
    return [*offered, *(Choice(room.name, f"{room.id}") for room in _rooms(turn)[:OFFERED_ROOMS])]


def _chosen(turn: Turn, form: Form) -> Sequence[Message]:
    return _shown(turn, str(form.data["which"]))


capability.add_form(
    FormKind(
        name="calendar_feeds.which",
        questions=(Question("which", "choice", choices=_choices, may_skip=False),),
        card=None,
        done=_chosen,
    )
)
