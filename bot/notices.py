"""Notices: what the bot says unasked, to one chat or to many. Written once, with the transaction that causes them.

A notice has a window: from `ride_from` on it leaves for free with an answer to the chat's own talk, from `due_at` on
it is pushed, after `expires_at` it is too late.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby, islice
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.cards import Message
from bot.inbox import insert_once
from bot.language import DEFAULT, language
from bot.tools import Tools
from bot.voice import Voice
from models.chats import Chat, Room
from models.mutes import mute_group, muting
from models.network import Network
from models.people import Member
from models.permissions import Role
from models.post import Delivery, Notice
from models.rhythm import Rhythm

TOLD_FOR = timedelta(
    days=7
)  # what one member is told because another did something stays worth telling so long
A_BATCH = 1000  # members written to at a time: an audience may be the nation
MANY = 50  # copies of one notice from which on they leave as multicasts
WITHDRAWN = "withdrawn before it left"
UNTRIED = Delivery.state.in_(("planned", "waiting")) & (Delivery.attempts == 0)

Words = Callable[[Voice], Sequence[Message]]


class Urgency(StrEnum):
    """How a notice stands against quiet hours and a scarce budget."""

    URGENT = "urgent"  # leaves at any hour, may spend the last message of the month
    IMPORTANT = "important"
    ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class Window:
    """When a notice may leave (all aware): with other talk, by itself, and when it is too late."""

    ride_from: datetime
    due_at: datetime
    expires_at: datetime

    @classmethod
    def at_once(cls, now: datetime) -> "Window":
        """Now; still worth saying for a week."""
        return cls(now, now, now + TOLD_FOR)

    def outside(self, rhythm: Rhythm) -> "Window":
        """The same, but not pushed in the quiet hours (times in the network's zone)."""
        return Window(self.ride_from, rhythm.after_quiet(self.due_at), self.expires_at)


@dataclass(frozen=True)
class Letter:
    """What is to be written: `about` is kind:object:revision:occurrence:rule, and happens only once for each recipient.

    `words` makes the messages in a recipient's language. `role`: recipients must still hold it when the first try
    starts. `personal`: told to somebody of whom it is, who may have it without belonging to the network (any more), as
    a newcomer hears that nobody knows them. `author` is told if it does not go out; without one the network's
    coordinators are.
    """

    about: str
    words: Words
    window: Window
    urgency: Urgency = Urgency.IMPORTANT
    network: Network | None = None
    role: Role | None = None
    personal: bool = False
    author: Member | None = None


@dataclass
class Written:
    """What came of writing: whom it is for, whom it cannot reach, who wants none of it, and the lanes to wake now."""

    reached: int = 0
    unreachable: list[Member] = field(default_factory=list)
    muted: list[Member] = field(default_factory=list)
    wake: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Recipient:
    name: str
    lane: str
    language: str
    price: int  # counted messages if it is pushed, as far as it is known


def write_notice(
    session: Session,
    tools: Tools,
    letter: Letter,
    *,
    members: Iterable[Member] = (),
    rooms: Iterable[Room] = (),
    now: datetime,
) -> Written:
    """Write a letter to these members' one-to-one chats and to these rooms; `now` is in the network's zone.

    Written again, it adds only recipients that it had not yet.
    """
    written = Written()
    places = [
        _Recipient(f"c{chat.id}", chat.line_id, DEFAULT, chat.heads or 0)
        for chat in _open_chats(session, rooms)
    ]
    _write_to(session, tools, letter, places, now, written)
    everybody = iter(members)
    while some := list(islice(everybody, A_BATCH)):
        people = _reachable(session, letter, some, written)
        _write_to(session, tools, letter, people, now, written)
    return written


def withdraw_notices(session: Session, kind: str, object_id: int, now: datetime) -> int:
    """Take back what is said about this object and has not left yet. Gives how many chats will not get it."""
    theirs = select(Notice.id).where(Notice.kind == kind, Notice.object_id == object_id)
    taken = update(Delivery).where(Delivery.notice_id.in_(theirs), UNTRIED)
    values = {"state": "dropped", "finished_at": now, "problem": WITHDRAWN}
    return session.connection().execute(taken.values(**values)).rowcount


def keep_out_of_quiet(session: Session, network: Network, now: datetime) -> None:
    """The quiet hours are others now: what was planned for a time that is quiet is planned for their end. What was
    put off by the former ones stays where it is; what is urgent leaves at any hour."""
    rhythm, zone = Rhythm.of(network.rhythm), ZoneInfo(network.timezone)
    planned = UNTRIED & (Delivery.network_id == network.id) & (Delivery.urgency != Urgency.URGENT)
    planned &= Delivery.state == "planned"
    for due in session.scalars(
        select(Delivery.due_at).where(planned, Delivery.due_at > now).distinct()
    ).all():
        if due is not None and rhythm.is_quiet(due.astimezone(zone)):
            moved = update(Delivery).where(planned, Delivery.due_at == due)
            session.execute(moved.values(due_at=rhythm.after_quiet(due.astimezone(zone))))


def kind_and_object(about: str) -> tuple[str, int | None]:
    """The first two parts of what a notice is about."""
    kind, _, rest = about.partition(":")
    ident = rest.partition(":")[0]
    return kind, int(ident) if ident.isascii() and ident.isdigit() else None


def _write_to(
    session: Session,
    tools: Tools,
    letter: Letter,
    recipients: Sequence[_Recipient],
    now: datetime,
    written: Written,
) -> None:
    """Write to these, each in their language."""
    written.reached += len(recipients)
    by_language = sorted(recipients, key=lambda one: one.language)
    for spoken, some in groupby(by_language, key=lambda one: one.language):
        notice_id = _notice(session, letter, spoken, Voice(language(spoken), tools), now)
        _add_deliveries(session, letter, notice_id, list(some), now, written)


def _notice(session: Session, letter: Letter, spoken: str, voice: Voice, now: datetime) -> int:
    """The notice's id in one language; made where it is new."""
    key = f"{letter.about}:{spoken}"
    known = session.scalar(select(Notice.id).where(Notice.key == key))
    if known is not None:
        return known
    kind, object_id = kind_and_object(letter.about)
    values = {
        "key": key,
        "kind": kind,
        "object_id": object_id,
        "network_id": letter.network.id if letter.network else None,
        "author_id": letter.author.id if letter.author else None,
        "role": letter.role,
        "personal": letter.personal,
        "body": orjson.dumps(list(letter.words(voice))),
        "written_at": now,
    }
    session.execute(insert_once(session, Notice).values(**values))
    return session.scalars(select(Notice.id).where(Notice.key == key)).one()


def _add_deliveries(
    session: Session,
    letter: Letter,
    notice_id: int,
    recipients: Sequence[_Recipient],
    now: datetime,
    written: Written,
) -> None:
    urgent = letter.urgency is Urgency.URGENT
    rhythm = Rhythm.of(letter.network.rhythm if letter.network else {})
    window = letter.window if urgent else letter.window.outside(rhythm)
    # Many copies are made ready together, by the next sweep.
    due = window.due_at <= now and len(recipients) <= MANY
    shared = {
        "notice_id": notice_id,
        "network_id": letter.network.id if letter.network else None,
        "urgency": letter.urgency,
        "ride_from": window.ride_from,
        "due_at": window.due_at,
        "expires_at": window.expires_at,
        "way": "push",
        "state": "waiting" if due else "planned",
        "written_at": now,
    }
    rows = [
        {
            **shared,
            "key": f"{letter.about}:{one.name}",
            "lane": one.lane,
            "price": one.price,
            "retry_key": str(uuid.uuid4()),
        }
        for one in recipients
    ]
    session.connection().execute(insert_once(session, Delivery), rows)
    if due:
        written.wake += [one.lane for one in recipients]


def _reachable(
    session: Session, letter: Letter, members: Iterable[Member], written: Written
) -> list[_Recipient]:
    """Those who are known to LINE, have not left, have not blocked the bot and want such letters; each once."""
    everybody = list({member.id: member for member in members}.values())
    lanes = [member.line_user_id for member in everybody if member.line_user_id]
    blocked = set(
        session.scalars(select(Chat.line_id).where(Chat.line_id.in_(lanes), Chat.state == "blocked"))
    )
    kind, _ = kind_and_object(letter.about)
    muted = muting(session, mute_group(kind, letter.urgency), everybody)
    found = []
    for member in everybody:
        if member.line_user_id is None or member.left_at is not None or member.line_user_id in blocked:
            written.unreachable.append(member)
        elif member.id in muted:
            written.muted.append(member)
        else:
            found.append(_Recipient(f"{member.id}", member.line_user_id, member.language, 1))
    return found


def _open_chats(session: Session, rooms: Iterable[Room]) -> Sequence[Chat]:
    """The groups that these rooms are bound to and in which the bot still sits."""
    bound = {room.chat_id for room in rooms if room.chat_id is not None}
    return session.scalars(
        select(Chat).where(Chat.id.in_(bound), Chat.state == "active").order_by(Chat.id)
    ).all()
