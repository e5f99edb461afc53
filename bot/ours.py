"""Who is spoken to: which events are the bot's to keep, and which talk of others may carry a delivery.

Group talk that is not meant for the bot is written nowhere: no words, no ids. Only where a delivery may ride in that
chat now, its reply token is kept for a minute.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, Connection, bindparam, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.forms import Forms
from bot.incoming import Incoming
from bot.listeners import Listeners
from bot.understanding.address import called
from bot.unsending import kept_of
from bot.zones import DEFAULT_ZONE
from models.audiences import silenced
from models.chats import Chat, Form
from models.network import Network
from models.people import Member
from models.post import IS_UNTRIED, Delivery, SentMessage, TalkToken
from models.rhythm import Rhythm
from models.store import Store

PLAIN = re.compile(r"[\n -~\u0e00-\u0e7f]*")  # all else may be another way to write a letter
NO_LETTERS = re.compile("[^a-zก-อ]+")  # ฮ is left out, it stands for laughter
STRETCHED = re.compile(r"(.)\1+")


class Talk(Enum):
    """Whose a message in a group is."""

    OURS = "for the bot"
    CARRIES = "not for the bot, but a delivery may ride on its token"
    THEIRS = "not for the bot"


class Sorter:
    """Tells what is ours. It only reads, and looks up only what events do not tell by themselves, for all at once."""

    def __init__(self, store: Store, listeners: Listeners, names: Sequence[str], forms: Forms) -> None:
        self._listeners = listeners
        self._reads = store.engine
        if not store.is_sqlite:  # a look needs no transaction, whose two ends would be two more round trips
            self._reads = store.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._names = names
        self._letters = [_letters(name) for name in names]
        self._forms = forms

    def sort(self, events: Sequence[Incoming]) -> list[Talk]:
        """Whose each event is: one-to-one all are ours, in groups all but talk that is not for the bot."""
        unclear = [event for event in events if self._may_be_talk(event)]
        if not unclear:
            return [Talk.OURS] * len(events)
        with self._reads.connect() as connection:
            self._listeners.look(connection)
            known = _look_up(connection, [event for event in unclear if not self.passes_over(event)])
        whose = {id(event): self._whose(event, known) for event in unclear}
        return [whose.get(id(event), Talk.OURS) for event in events]

    def passes_over(self, event: Incoming) -> bool:
        """Whether it is certain at a glance that this is talk that is not for the bot and carries nothing."""
        return (
            event.kind == "message"
            and event.in_group
            and event.quoted_id is None
            and self._listeners.nobody_in(event.chat_id)
            and not self._is_called(event)
        )

    def _may_be_talk(self, event: Incoming) -> bool:
        return event.says and event.in_group and not self._is_called(event)

    def _is_called(self, event: Incoming) -> bool:
        if event.message_kind != "text":
            return False
        return event.mention_self or (self._may_call(event.text) and called(event.text, self._names))

    def _may_call(self, text: str) -> bool:
        """False for most talk, at once: it lacks the letters of every name, however it is put right."""
        if not PLAIN.fullmatch(text):
            return True
        letters = _letters(text)
        return any(name in letters for name in self._letters)

    def _whose(self, event: Incoming, known: "_Known") -> Talk:
        if event.message_kind == "text" and event.quoted_id in known.quotable:
            return Talk.OURS
        if event.message_kind in ("text", "image"):
            if event.kind == "messageEdited" and event.message_id in known.kept:
                return Talk.OURS
            form = known.forms.get((event.chat_id, event.user_id))
            if form is not None and self._answers(form, event):
                return Talk.OURS
        has_token = event.kind == "message" and event.reply_token is not None
        rides = has_token and known.may_ride(event.chat_id, event.at)
        return Talk.CARRIES if rides else Talk.THEIRS

    def _answers(self, form: Form, event: Incoming) -> bool:
        """Whether a message can only be what this form has just asked for."""
        if event.message_kind == "image":
            return self._forms.takes_pictures(form, event.at)
        return self._forms.fits(form, event.text, event.at)


def _letters(text: str) -> str:
    """The letters that putting right (bot/understanding/normalise.py) adds to no plain text; stretched ones once."""
    return STRETCHED.sub(r"\1", NO_LETTERS.sub("", text.lower()))


def keep_tokens(connection: Connection, talk: Sequence[Incoming], received_at: datetime) -> None:
    """Keep the newest reply token of each chat's talk, and nothing else of it."""
    insert = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(TalkToken)
    newer = insert.excluded
    upsert = insert.on_conflict_do_update(
        index_elements=[TalkToken.lane],
        set_={"token": newer.token, "said_at": newer.said_at, "received_at": newer.received_at},
        where=TalkToken.said_at <= newer.said_at,
    )
    newest = {one.chat_id: one for one in sorted(talk, key=lambda one: one.at)}
    rows = [
        {"lane": lane, "token": one.reply_token, "said_at": one.at, "received_at": received_at}
        for lane, one in newest.items()
    ]
    connection.execute(upsert, rows)


@dataclass(frozen=True, slots=True)
class _Ride:
    """A delivery that may ride in a chat with what is said there in its window (bot/rides.py claims by the same)."""

    urgency: str
    opens_at: datetime
    expires_at: datetime | None
    rhythm: dict[str, str] | None
    timezone: str | None

    def may_take(self, at: datetime) -> bool:
        """Whether talk of this time may carry it: in its window, and disturbing no quiet hours."""
        if at < self.opens_at or (self.expires_at is not None and at >= self.expires_at):
            return False
        zone = ZoneInfo(self.timezone) if self.timezone else DEFAULT_ZONE
        return self.urgency == "urgent" or not Rhythm.of(self.rhythm or {}).is_quiet(at.astimezone(zone))


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database tells about some talk: LINE's ids of messages, and what waits in the chats."""

    quotable: set[str | None]  # quoted messages that are the bot's
    kept: set[str | None]  # edited messages that were kept
    forms: dict[tuple[str, str | None], Form]  # open ones, by chat and who fills them in
    rides: dict[str, list[_Ride]]
    hushed: frozenset[str]  # chats in which an emergency lasts, of those where something ordinary may ride

    def may_ride(self, lane: str, at: datetime) -> bool:
        """Whether talk of this time may carry something."""
        return any(
            ride.may_take(at) and not (ride.urgency == "ordinary" and lane in self.hushed)
            for ride in self.rides.get(lane, ())
        )


def _look_up(connection: Connection, talk: Sequence[Incoming]) -> _Known:
    """All that must be known of some messages in groups, with as few questions as they need."""
    if not talk:
        return _Known(set(), set(), {}, {}, frozenset())
    lanes = {event.chat_id for event in talk}
    quoted = {event.quoted_id for event in talk if event.quoted_id}
    forms = {
        (chat, user): Form(kind=kind, step=step, state=state, touched_at=touched_at)
        for chat, user, kind, step, state, touched_at in connection.execute(OPEN_FORMS, {"lanes": lanes})
    }
    rides: dict[str, list[_Ride]] = {}
    latest = max(event.at for event in talk)
    for lane, urgency, *rest in connection.execute(RIDES, {"lanes": lanes, "at": latest}):
        rides.setdefault(lane, []).append(_Ride(urgency, *rest))
    known = _Known(
        set(connection.scalars(QUOTABLE, {"quoted": quoted})) if quoted else set(),
        kept_of(connection, {event.message_id for event in talk if event.kind == "messageEdited"}),
        forms,
        rides,
        frozenset(),
    )
    ordinary = [lane for lane, some in rides.items() if any(one.urgency == "ordinary" for one in some)]
    if not ordinary:
        return known
    with Session(connection) as session:  # looked up last: with it the connection's transaction ends
        return replace(known, hushed=silenced(session, latest, ordinary))


# What never changes stands in these statements as it is: so the indexes that hold only open forms and untried
# deliveries are used.
LANES: BindParameter[str] = bindparam("lanes", expanding=True)
OPEN_FORMS = (
    select(Chat.line_id, Member.line_user_id, Form.kind, Form.step, Form.state, Form.touched_at)
    .select_from(Form)
    .join(Chat, Chat.id == Form.chat_id)
    .join(Member, Member.id == Form.member_id)
    .where(Chat.line_id.in_(LANES), text("forms.state = 'open'"))
)
RIDES = (
    select(
        Delivery.lane,
        Delivery.urgency,
        Delivery.ride_from,
        Delivery.expires_at,
        Network.rhythm,
        Network.timezone,
    )
    .outerjoin(Network, Network.id == Delivery.network_id)
    .where(IS_UNTRIED, Delivery.lane.in_(LANES), Delivery.ride_from <= bindparam("at"))
    .where(text("deliveries.way = 'push' AND deliveries.attempts = 0 AND NOT deliveries.held"))
)
QUOTABLE = select(SentMessage.message_id).where(
    SentMessage.message_id.in_(bindparam("quoted", expanding=True))
)
