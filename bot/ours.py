"""Who is spoken to: which events are the bot's to keep, and which talk of others may carry a delivery.

Group talk that is not meant for the bot is written nowhere: no words, no ids. Only where a delivery may ride in that
chat now, its reply token is kept for a minute.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, Connection, bindparam, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite

from bot.dialogue import Forms
from bot.incoming import Incoming
from bot.understanding.address import called
from bot.zones import DEFAULT_ZONE
from models.chats import Chat, Form
from models.network import Network
from models.people import Member
from models.post import IS_UNTRIED, Delivery, Event, SentMessage, TalkToken
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


@dataclass(frozen=True, slots=True)
class Sorted:
    """The events that are ours, and the talk whose token is kept, each in LINE's order of time."""

    ours: list[Incoming]
    carries: list[Incoming]


class Sorter:
    """Tells what is ours. It only reads, and looks up only what an event does not tell by itself."""

    def __init__(self, store: Store, names: Sequence[str], forms: Forms) -> None:
        self._reads = store.engine
        if not store.is_sqlite:  # one look needs no transaction, whose two ends would be two more round trips
            self._reads = store.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._names = names
        self._letters = [_letters(name) for name in names]
        self._forms = forms

    def sort(self, events: Sequence[Incoming]) -> Sorted:
        """Sort one webhook's events: one-to-one all is ours, in groups all but talk that is not for the bot."""
        in_order = sorted(events, key=lambda event: event.at)
        unclear = [
            event for event in in_order if event.says and event.in_group and not self._is_called(event)
        ]
        if not unclear:
            return Sorted(in_order, [])
        with self._reads.connect() as connection:
            whose = {id(event): self._look_up(connection, event) for event in unclear}
        ours = [event for event in in_order if whose.get(id(event), Talk.OURS) is Talk.OURS]
        return Sorted(ours, [event for event in unclear if whose[id(event)] is Talk.CARRIES])

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

    def _look_up(self, connection: Connection, event: Incoming) -> Talk:
        asked = {"lane": event.chat_id, "user": event.user_id, "at": event.at}
        asked |= {"message": event.message_id, "quoted": event.quoted_id}
        known = connection.execute(KNOWN, asked).one()
        if event.message_kind == "text" and known.quotes_us:
            return Talk.OURS
        if event.message_kind in ("text", "image"):
            if event.kind == "messageEdited" and known.is_kept:
                return Talk.OURS
            if known.form_id is not None and self._answers(connection, known.form_id, event):
                return Talk.OURS
        has_token = event.kind == "message" and event.reply_token is not None
        rides = has_token and known.may_ride and _is_awake(connection, event)
        return Talk.CARRIES if rides else Talk.THEIRS

    def _answers(self, connection: Connection, form_id: int, event: Incoming) -> bool:
        """Whether a message can only be what this form has just asked for."""
        asked = select(Form.kind, Form.step, Form.state, Form.touched_at).where(Form.id == form_id)
        form = Form(**connection.execute(asked).one()._mapping)
        if event.message_kind == "image":
            return self._forms.takes_pictures(form, event.at)
        return self._forms.fits(form, event.text, event.at)


def _letters(text: str) -> str:
    """The letters that putting right (bot/understanding/normalise.py) adds to no plain text; stretched ones once."""
    return STRETCHED.sub(r"\1", NO_LETTERS.sub("", text.lower()))


def is_kept(connection: Connection, event: Incoming) -> bool:
    """Whether the message that this event is about was kept."""
    kept = select(Event.id).where(Event.message_id == event.message_id).limit(1)
    return connection.scalar(kept) is not None


def keep_tokens(connection: Connection, talk: Sequence[Incoming], received_at: datetime) -> None:
    """Keep the newest reply token of each chat's talk, and nothing else of it."""
    insert = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(TalkToken)
    newer = insert.excluded
    upsert = insert.on_conflict_do_update(
        index_elements=[TalkToken.lane],
        set_={"token": newer.token, "said_at": newer.said_at, "received_at": newer.received_at},
        where=TalkToken.said_at <= newer.said_at,
    )
    rows = [
        {"lane": one.chat_id, "token": one.reply_token, "said_at": one.at, "received_at": received_at}
        for one in talk
    ]
    connection.execute(upsert, rows)


def _is_awake(connection: Connection, event: Incoming) -> bool:
    """Whether one of the deliveries that may ride in this chat disturbs nobody's quiet hours."""
    return any(
        one.urgency == "urgent" or not _is_quiet(one.rhythm, one.timezone, event.at)
        for one in connection.execute(RIDERS, {"lane": event.chat_id, "at": event.at})
    )


def _is_quiet(rhythm: dict[str, str] | None, timezone: str | None, at: datetime) -> bool:
    zone = ZoneInfo(timezone) if timezone else DEFAULT_ZONE
    return Rhythm.of(rhythm or {}).is_quiet(at.astimezone(zone))


# What never changes stands in these statements as it is: so the indexes that hold only open forms and untried
# deliveries are used, and less is bound for each message.
LANE: BindParameter[str] = bindparam("lane")
AT = bindparam("at", type_=Delivery.ride_from.type)

# May ride in a chat with talk of this time, but for the quiet hours (bot/rides.py claims by the same).
MAY_RIDE = (
    IS_UNTRIED
    & text("deliveries.way = 'push' AND deliveries.attempts = 0 AND NOT deliveries.held")
    & (Delivery.lane == LANE)
    & (Delivery.ride_from <= AT)
    & or_(Delivery.expires_at.is_(None), Delivery.expires_at > AT)
)
RIDERS = (
    select(Delivery.urgency, Network.rhythm, Network.timezone)
    .outerjoin(Network, Network.id == Delivery.network_id)
    .where(MAY_RIDE)
)
OPEN_FORM = (
    select(Form.id)
    .join(Chat, Chat.id == Form.chat_id)
    .join(Member, Member.id == Form.member_id)
    .where(Chat.line_id == LANE, Member.line_user_id == bindparam("user"))
    .where(text("forms.state = 'open'"))
)
QUOTED = select(SentMessage.message_id).where(SentMessage.message_id == bindparam("quoted"))
KEPT = select(Event.id).where(Event.message_id == bindparam("message"))

# All that must be known of a message in a group, in one row: it is asked for with each of them.
KNOWN = select(
    QUOTED.exists().label("quotes_us"),
    KEPT.exists().label("is_kept"),
    OPEN_FORM.scalar_subquery().label("form_id"),
    select(Delivery.id).where(MAY_RIDE).exists().label("may_ride"),
)
