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
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Select, String, cast, delete, exists, func, literal, select, update
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
from models.post import IS_UNBEGUN, Addressee, Delivery, Mailing, Notice
from models.rhythm import Rhythm

TOLD_FOR = timedelta(
    days=7
)  # what one member is told because another did something stays worth telling so long
A_BATCH = 500  # members written to at a time
AT_ONCE = (
    2000  # members written to in the transaction that says it; to more, the clock writes on (bot/mailing.py)
)
MANY = 50  # copies of one notice from which on they leave as multicasts
A_MULTICAST = 500  # https://developers.line.biz/en/reference/messaging-api/#send-multicast-message
LANES_A_NETWORK = 32  # multicasts of one network that may be on their way at the same time
WITHDRAWN = "withdrawn before it left"

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


@dataclass(frozen=True, slots=True)
class Plan:
    """What all deliveries of a notice share; it is written at `now`."""

    about: str
    urgency: str
    network_id: int | None
    window: Window
    now: datetime

    def key(self, recipient: _Recipient) -> str:
        """The unique key of one delivery."""
        return f"{self.about}:{recipient.name}"

    def shared(self) -> dict[str, Any]:
        """The columns that are the same in all."""
        return {
            "network_id": self.network_id,
            "urgency": self.urgency,
            "ride_from": self.window.ride_from,
            "due_at": self.window.due_at,
            "expires_at": self.window.expires_at,
            "written_at": self.now,
        }


def write_notice(
    session: Session,
    tools: Tools,
    letter: Letter,
    *,
    members: Iterable[Member] | Select[Member] = (),
    rooms: Iterable[Room] = (),
    now: datetime,
) -> Written:
    """Write a letter to these members' one-to-one chats and to these rooms; `now` is in the network's zone.

    Written again, it adds only recipients that it had not yet. To very many members, given by a query, the clock
    writes within a minute, some at a time: what is said here holds all of them.
    """
    written = Written()
    plan = _plan_of(letter, now)
    places = [
        _Recipient(f"c{chat.id}", chat.line_id, DEFAULT, chat.heads or 0)
        for chat in _open_chats(session, rooms)
    ]
    write_to(session, plan, places, _notices(session, tools, letter, now), written)
    if isinstance(members, Select):
        members = _few_of(session, tools, letter, plan, members, now, written)
    everybody = iter(members)
    while some := list(islice(everybody, A_BATCH)):
        people = reachable(session, plan, some, written)
        write_to(session, plan, people, _notices(session, tools, letter, now), written)
    return written


def withdraw_notices(session: Session, kind: str, object_id: int, now: datetime) -> bool:
    """Take back what is said about this object and has not left yet. Whether there was something."""
    theirs = select(Notice.id).where(Notice.kind == kind, Notice.object_id == object_id)
    taken = update(Delivery).where(Delivery.notice_id.in_(theirs), IS_UNBEGUN)
    ended = taken.values(state="dropped", finished_at=now, problem=WITHDRAWN)
    found = session.connection().execute(ended).rowcount
    planned = (Mailing.kind == kind) & (Mailing.object_id == object_id)
    mailings = session.scalars(select(Mailing.id).where(planned).with_for_update()).all()
    session.execute(delete(Addressee).where(Addressee.mailing_id.in_(mailings)))
    session.execute(delete(Mailing).where(Mailing.id.in_(mailings)))
    return bool(found or mailings)


def keep_out_of_quiet(session: Session, network: Network, now: datetime) -> None:
    """The quiet hours are others now: what was planned for a time that is quiet is planned for their end. What was
    put off by the former ones stays where it is; what is urgent leaves at any hour."""
    rhythm, zone = Rhythm.of(network.rhythm), ZoneInfo(network.timezone)
    planned = IS_UNBEGUN & (Delivery.network_id == network.id) & (Delivery.urgency != Urgency.URGENT)
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


def write_to(
    session: Session,
    plan: Plan,
    recipients: Sequence[_Recipient],
    notices: Callable[[str], int],
    written: Written,
    *,
    new: bool = False,
) -> None:
    """Write to these, each in their language; `notices` gives a language's notice.

    `new`: none of them has it already.
    """
    written.reached += len(recipients)
    if not new and len(recipients) > MANY:
        recipients = _without_known(session, plan, recipients)
    by_language = sorted(recipients, key=lambda one: one.language)
    for spoken, some in groupby(by_language, key=lambda one: one.language):
        _add_deliveries(session, plan, notices(spoken), list(some), written)


def reachable(session: Session, plan: Plan, members: Iterable[Member], written: Written) -> list[_Recipient]:
    """Those who are known to LINE, have not left, have not blocked the bot and want such letters; each once."""
    everybody = list({member.id: member for member in members}.values())
    lanes = [member.line_user_id for member in everybody if member.line_user_id]
    blocked = set(
        session.scalars(select(Chat.line_id).where(Chat.line_id.in_(lanes), Chat.state == "blocked"))
    )
    kind, _ = kind_and_object(plan.about)
    muted = muting(session, mute_group(kind, plan.urgency), everybody)
    found = []
    for member in everybody:
        if member.line_user_id is None or member.left_at is not None or member.line_user_id in blocked:
            written.unreachable.append(member)
        elif member.id in muted:
            written.muted.append(member)
        else:
            found.append(_Recipient(f"{member.id}", member.line_user_id, member.language, 1))
    return found


def _plan_of(letter: Letter, now: datetime) -> Plan:
    rhythm = Rhythm.of(letter.network.rhythm if letter.network else {})
    window = letter.window if letter.urgency is Urgency.URGENT else letter.window.outside(rhythm)
    return Plan(letter.about, letter.urgency, letter.network.id if letter.network else None, window, now)


def _few_of(
    session: Session,
    tools: Tools,
    letter: Letter,
    plan: Plan,
    members: Select[Member],
    now: datetime,
    written: Written,
) -> Sequence[Member]:
    """Whom of these to write to now: all, or nobody where they are so many that the clock writes to them."""
    few = session.scalars(members.limit(AT_ONCE + 1)).unique().all()
    if len(few) <= AT_ONCE:
        return few
    ids = members.with_only_columns(Member.id).order_by(None).distinct()
    spoken = select(Member.language).where(Member.id.in_(ids)).distinct()
    for language_code in {DEFAULT, *session.scalars(spoken)}:
        _notices(session, tools, letter, now)(language_code)
    written.reached += session.scalar(select(func.count()).select_from(ids.subquery())) or 0
    _plan_mailing(session, plan, ids)
    return []


def _plan_mailing(session: Session, plan: Plan, ids: Select[int]) -> None:
    """Have the clock write to the members with these ids who have it not yet; the notices are written."""
    kind, object_id = kind_and_object(plan.about)
    window = {name: getattr(plan.window, name) for name in ("ride_from", "due_at", "expires_at")}
    values = {"about": plan.about, "kind": kind, "object_id": object_id, "network_id": plan.network_id}
    session.execute(insert_once(session, Mailing).values(urgency=plan.urgency, **values, **window))
    mailing = session.scalars(select(Mailing.id).where(Mailing.about == plan.about)).one()
    written = literal(f"{plan.about}:").concat(cast(Member.id, String))
    theirs = ids.with_only_columns(literal(mailing), Member.id)
    theirs = theirs.where(~exists().where(Delivery.key == written))
    session.execute(insert_once(session, Addressee).from_select(["mailing_id", "member_id"], theirs))


def _notices(session: Session, tools: Tools, letter: Letter, now: datetime) -> Callable[[str], int]:
    """Gives the notice's id in a language; made where it is new."""

    def notice(spoken: str) -> int:
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
            "body": orjson.dumps(list(letter.words(Voice(language(spoken), tools)))),
            "written_at": now,
        }
        session.execute(insert_once(session, Notice).values(**values))
        return session.scalars(select(Notice.id).where(Notice.key == key)).one()

    return notice


def _add_deliveries(
    session: Session, plan: Plan, notice_id: int, recipients: Sequence[_Recipient], written: Written
) -> None:
    people = [one for one in recipients if one.lane.startswith("U")]
    if len(people) > MANY:
        for start in range(0, len(people), A_MULTICAST):
            _add_copies(session, plan, notice_id, people[start : start + A_MULTICAST])
        recipients = [one for one in recipients if not one.lane.startswith("U")]
    due = plan.window.due_at <= plan.now
    if due:
        written.wake += [one.lane for one in recipients]
    _insert(session, plan, notice_id, recipients, way="push", state="waiting" if due else "planned")


def _without_known(session: Session, plan: Plan, recipients: Sequence[_Recipient]) -> list[_Recipient]:
    """Those that were not written to before: nobody's copy may be in two multicasts."""
    keys = [plan.key(one) for one in recipients]
    known = set(session.scalars(select(Delivery.key).where(Delivery.key.in_(keys))))
    return [one for one in recipients if plan.key(one) not in known]


def _add_copies(session: Session, plan: Plan, notice_id: int, people: Sequence[_Recipient]) -> None:
    """One multicast and the copies that it carries."""
    number = int(people[0].name) // A_MULTICAST % LANES_A_NETWORK
    carrier = Delivery(
        key=f"multicast:{plan.key(people[0])}",
        lane=f"multicast:{plan.network_id}:{number}",
        retry_key=str(uuid.uuid4()),
        way="multicast",
        state="planned",
        price=len(people),
        notice_id=notice_id,
        **plan.shared(),
    )
    session.add(carrier)
    session.flush()
    _insert(session, plan, notice_id, people, way="batch", state="carried", carrier_id=carrier.id)


def _insert(
    session: Session, plan: Plan, notice_id: int, recipients: Sequence[_Recipient], **values: str | int
) -> None:
    shared = {"notice_id": notice_id, **plan.shared(), **values}
    rows = [
        {
            **shared,
            "key": plan.key(one),
            "lane": one.lane,
            "price": one.price,
            "retry_key": str(uuid.uuid4()),
        }
        for one in recipients
    ]
    if rows:
        session.connection().execute(insert_once(session, Delivery), rows)


def _open_chats(session: Session, rooms: Iterable[Room]) -> Sequence[Chat]:
    """The groups that these rooms are bound to and in which the bot still sits."""
    bound = {room.chat_id for room in rooms if room.chat_id is not None}
    return session.scalars(
        select(Chat).where(Chat.id.in_(bound), Chat.state == "active").order_by(Chat.id)
    ).all()
