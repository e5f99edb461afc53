"""What the praised say: whether others may read it, in the digest and in the network's room, or nobody."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from bot import cards
from bot.buttons import number
from bot.capability import Capability
from bot.cards import Message, Row, card, carousel
from bot.notices import Letter, Urgency, Window, withdraw_notices
from bot.turn import Turn
from bot.voice import Speaks
from models.chats import Room
from models.people_queries import speakers
from models.permissions import BELONGS
from models.praises import Praise, received_since
from models.store import take
from models.words import RoomKind

capability = Capability("praise_answers")

RIDES_FOR = timedelta(days=7)  # as news of praise it is stale after a week
SHOWN_FOR = timedelta(days=90)
MOST = 5


def told_card(speaks: Speaks, given: Praise, why: str, *, may_share: bool) -> Message:
    """What the praised read; `why` in the praiser's own words."""
    rows = [Row(speaks.say("praise.from"), given.by or speaks.say("praise.somebody"))]
    buttons = [
        speaks.button("praise_answers.share", "praise_answers.share", given.id),
        speaks.button("praise_answers.keep", "praise_answers.keep", given.id),
    ]
    return card(
        _title(speaks, given),
        words=speaks.say("praise.quoted", words=why) if why else "",
        rows=rows,
        note=speaks.say("praise_answers.share?") if may_share else speaks.say("praise_answers.only_you"),
        buttons=buttons if may_share else [],
    )


@capability.on_button("share", who=BELONGS)
def share(turn: Turn, *arguments: str) -> Sequence[Message]:
    """ลงสรุปได้: the digest and the network's room may have it."""
    given = _theirs(turn, arguments)
    if isinstance(given, str):
        return [turn.text_message(given)]
    if given.state == "kept" and (not given.words or given.answered_by_id not in (None, _me(turn))):
        return [turn.text_message("praise_answers.stays_kept")]
    if given.state != "shared":
        _answer(turn, given, "shared")
        _to_rooms(turn, given)
    keep_it = turn.button("praise_answers.keep", "praise_answers.keep", given.id)
    return [turn.text_message("praise_answers.shared", quick=[keep_it])]


@capability.on_button("keep", who=BELONGS)
def keep(turn: Turn, *arguments: str) -> Sequence[Message]:
    """เก็บไว้เอง, also after it was shared: from now on nobody else reads it."""
    given = _theirs(turn, arguments)
    if isinstance(given, str):
        return [turn.text_message(given)]
    if given.state != "kept":
        _answer(turn, given, "kept")
        withdraw_notices(turn.session, "praise_aloud", given.id, turn.now)
    return [turn.text_message("praise_answers.kept")]


@capability.on_words("praise_answers.words.mine", who=BELONGS)
def mine(turn: Turn, *_groups: str) -> Sequence[Message]:
    """คำชมที่ได้รับ: the speaker's and their group's, each with what became of it."""
    if turn.in_group or turn.member is None:
        button = turn.private_button("praise.go_private", "praise_answers.mine_said")
        return [card(turn.say("praise_answers.in_private"), buttons=[button])]
    own = turn.membership.enterprise_id if turn.membership else None
    speaks_for = own if own is not None and _speaks_for(turn, own) else None
    received = received_since(turn.session, turn.member.id, speaks_for, turn.now - SHOWN_FOR)[:MOST]
    if not received:
        return [turn.text_message("praise_answers.none", quick=[turn.button("praise.begin", "praise.begin")])]
    return [carousel(turn.say("praise_answers.yours"), [_bubble(turn, one) for one in received])]


def _bubble(turn: Turn, given: Praise) -> dict[str, object]:
    other = "keep" if given.state == "shared" else "share"
    button = turn.button(f"praise_answers.{other}", f"praise_answers.{other}", given.id)
    return cards.bubble(
        _title(turn, given),
        words=turn.say("praise.quoted", words=given.words) if given.words else "",
        rows=[Row(turn.say("praise.from"), given.by or turn.say("praise.somebody"))],
        note=turn.say(f"praise_answers.state.{given.state}"),
        buttons=[button] if given.words or given.state != "kept" else [],
    )


def _title(speaks: Speaks, given: Praise) -> str:
    if given.enterprise is not None:
        return speaks.say("praise_answers.to_group", name=given.enterprise.short_name)
    return speaks.say("praise_answers.to_you")


def _answer(turn: Turn, given: Praise, state: str) -> None:
    given.state, given.answered_at, given.answered_by_id = state, turn.now, _me(turn)
    turn.note(f"praise.{state}", "praise", given.id)


def _to_rooms(turn: Turn, given: Praise) -> None:
    """The network's rooms read it when they talk anyway; nothing is spent on it. One that heard it said is left out."""
    query = select(Room).where(
        Room.network_id == given.network_id, Room.kind == RoomKind.NETWORK, Room.chat_id.is_not(None)
    )
    rooms = [room for room in turn.session.scalars(query) if room.id != given.room_id]
    until = turn.now + RIDES_FOR
    name, why, by = given.praised, given.words, given.by

    def words(voice: Speaks) -> Sequence[Message]:
        quoted = voice.say("praise.quoted", words=why) if why else ""
        rows = [Row(voice.say("praise.from"), by)] if by else []
        return [card(voice.say("praise_answers.aloud", name=name), words=quoted, rows=rows)]

    letter = Letter(
        f"praise_aloud:{given.id}:{turn.now.timestamp():.0f}",
        words,
        Window(turn.now, until, until),
        Urgency.ORDINARY,
        turn.network,
    )
    turn.notify(letter, rooms=rooms)


def _theirs(turn: Turn, arguments: Sequence[str]) -> Praise | str:
    """The praise that a button names, if the speaker may say what becomes of it; else the msgid of why not."""
    ident = number(arguments[0]) if arguments else None
    given = take(turn.session, Praise, ident) if ident is not None else None
    if given is None or turn.network is None or given.network_id != turn.network.id:
        return "praise.gone"
    if given.member_id != _me(turn) and not (given.enterprise_id and _speaks_for(turn, given.enterprise_id)):
        return "praise_answers.not_yours"
    return "praise_answers.was_taken_back" if given.state == "withdrawn" else given


def _speaks_for(turn: Turn, enterprise_id: int) -> bool:
    if turn.network is None:
        return False
    return any(one.member_id == _me(turn) for one in speakers(turn.session, turn.network.id, enterprise_id))


def _me(turn: Turn) -> int:
    assert turn.member is not None  # noqa: S101 - who belongs is a member
    return turn.member.id
