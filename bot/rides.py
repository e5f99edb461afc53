"""Rides: a delivery leaves for free with a reply token that its chat's own talk provides.

It joins no answer that asks something (LINE shows quick replies only under the last message) and nobody's form, stands
behind what was asked, and disturbs neither the quiet hours nor an area's emergency. It is claimed in the commit before
the call.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import orjson
from sqlalchemy import Select, bindparam, delete, or_, select, text, union_all, update
from sqlalchemy.orm import Session, aliased

from bot.cards import MESSAGES_A_REPLY, Message, asks
from bot.dialogue import SLEEPS_AFTER
from bot.reach import refusal
from bot.zones import zone_of
from models.audiences import silenced
from models.chats import Chat, Form
from models.network import Network
from models.post import IS_CARRIED, IS_UNBEGUN, Delivery, TalkToken, unbegun_of
from models.rhythm import Rhythm
from models.store import begin_writing

LOOKED_AT = 20  # deliveries that wait in one chat; more have to wait for the next talk
TALK_TOKEN_LIFE = timedelta(seconds=50)
CARRIER = aliased(Delivery, name="carrier")


def claim_rides(
    session: Session, lane: str, answer: Sequence[Message], at: datetime, now: datetime
) -> tuple[list[Delivery], list[Message]]:
    """Take what may ride behind this answer (empty where nothing was asked) at `at`, the talk's time; and its messages.

    The caller writes the reply that carries them and calls `board`. Who may not have a delivery any more does not get
    it: it is dropped, at `now` (the wall's).
    """
    room = MESSAGES_A_REPLY - len(answer)
    if room == 0 or any(asks(message) for message in answer):
        return [], []
    if not _waiting(session, lane, at) or _is_asked(session, lane, at):
        return [], []
    begin_writing(session)
    taken: list[Delivery] = []
    messages: list[Message] = []
    hushed = bool(silenced(session, at, [lane]))
    for delivery in _locked(session, lane, at):
        if hushed and delivery.urgency == "ordinary":
            continue
        said: list[Message] = orjson.loads(_body(delivery) or b"[]")
        if len(messages) + len(said) > room or _is_quiet(session, delivery, at):
            continue
        if (why := refusal(session, delivery)) is not None:
            delivery.state, delivery.finished_at, delivery.problem = "dropped", now, why
            continue
        taken.append(delivery)
        messages += said
        if any("quickReply" in message for message in said):
            break  # LINE shows them only under the last message
    return taken, messages


def board(riders: Sequence[Delivery], carrier_id: int) -> None:
    """These leave with the carrier."""
    for rider in riders:
        if rider.carrier_id is not None:  # a multicast has one copy less
            _without_one(rider)
        rider.state, rider.way, rider.carrier_id = "carried", "ride", carrier_id


def riders_of(session: Session, carrier_id: int) -> list[Delivery]:
    """What leaves with this reply."""
    return list(session.scalars(RIDERS, {"carrier": carrier_id}))


def notices_in(session: Session, carrier_id: int, messages: int) -> list[int | None]:
    """Of a reply's messages, the notice whose words each one holds; None for the answer's own."""
    found: list[int | None] = []
    for rider in riders_of(session, carrier_id):
        found += [rider.notice_id] * len(orjson.loads(_body(rider) or b"[]"))
    return [None] * (messages - len(found)) + found


def let_off(session: Session, carrier: Delivery, *, refused: str | None = None) -> bool:
    """The carrier does not take its riders along: they wait again, and its body is its own answer.

    `refused`: LINE's words where it refused the joint reply; these then ride no more. True where there were riders.
    """
    riders = riders_of(session, carrier.id)
    if not riders:
        return False
    joint: list[Message] = orjson.loads(carrier.body or b"[]")
    foreign = sum(len(orjson.loads(_body(rider) or b"[]")) for rider in riders)
    carrier.body = orjson.dumps(joint[: len(joint) - foreign])
    for rider in riders:
        rider.state, rider.way, rider.carrier_id = "planned", "push", None
        if refused is not None:
            rider.ride_from, rider.problem = None, refused
    return True


def settle_riders(session: Session, carrier_id: int, state: str, now: datetime) -> None:
    """The riders share their carrier's end."""
    share = {"carrier": carrier_id, "end": state, "now": now}
    session.connection().execute(SHARE_END, share)


def take_token(session: Session, lane: str, now: datetime) -> TalkToken | None:
    """The token of talk that was not ours, if it is still good; it is forgotten with this transaction."""
    token = session.get(TalkToken, lane)
    if token is None:
        return None
    session.execute(delete(TalkToken).where(TalkToken.lane == lane))
    return token if abs(now - token.received_at) <= TALK_TOKEN_LIFE else None


def _is_asked(session: Session, lane: str, at: datetime) -> bool:
    """Whether somebody in the chat is filling in a form."""
    return session.scalar(AWAKE_FORM, {"lane": lane, "since": at - SLEEPS_AFTER}) is not None


def _without_one(copy: Delivery) -> None:
    session = Session.object_session(copy)
    assert session is not None  # noqa: S101 - it was read to ride
    carrier = update(Delivery).where(Delivery.id == copy.carrier_id)
    session.execute(carrier.values(price=Delivery.price - copy.price))


def _waiting(session: Session, lane: str, at: datetime) -> Sequence[Delivery]:
    return session.scalars(WAITING, {"lane": lane, "at": at}).all()


def _waiting_query() -> Select[Delivery]:
    at = bindparam("at", type_=Delivery.expires_at.type)
    in_time = or_(Delivery.expires_at.is_(None), Delivery.expires_at > at)
    mine = (Delivery.lane == bindparam("lane")) & (Delivery.ride_from <= at) & in_time
    alone = select(Delivery.id).where(IS_UNBEGUN, mine, Delivery.way == "push", Delivery.held.is_(False))
    unbegun = text("carrier.state IN ('planned', 'waiting') AND carrier.attempts = 0 AND NOT carrier.held")
    copies = select(Delivery.id).join(CARRIER, (CARRIER.id == Delivery.carrier_id) & unbegun)
    copies = copies.where(IS_CARRIED, mine, Delivery.way == "batch")
    both = union_all(alone, copies).subquery()
    query = select(Delivery).where(Delivery.id.in_(select(both.c.id))).order_by(Delivery.id)
    return query.limit(LOOKED_AT).execution_options(populate_existing=True)


def _locked(session: Session, lane: str, at: datetime) -> list[Delivery]:
    """What waits and no multicast has just taken along: theirs are locked, so that none begins before this commits."""
    carriers = {one.carrier_id for one in _waiting(session, lane, at)} - {None}
    locked = unbegun_of(session, Delivery.id.in_(carriers)) if carriers else []
    return [one for one in _waiting(session, lane, at) if one.carrier_id is None or one.carrier_id in locked]


def _is_quiet(session: Session, delivery: Delivery, at: datetime) -> bool:
    if delivery.urgency == "urgent":
        return False
    network = session.get(Network, delivery.network_id) if delivery.network_id is not None else None
    rhythm = Rhythm.of(network.rhythm if network else {})
    return rhythm.is_quiet(at.astimezone(zone_of(network)))


def _body(delivery: Delivery) -> bytes | None:
    return delivery.notice.body if delivery.notice else delivery.body


# Put together once: each turn asks for them.
WAITING = _waiting_query()
RIDERS = (
    select(Delivery)
    .where(Delivery.carrier_id == bindparam("carrier"), Delivery.way == "ride")
    .order_by(Delivery.id)
)
SHARE_END = (
    update(Delivery)
    .where(Delivery.carrier_id == bindparam("carrier"), text("deliveries.state = 'carried'"))
    .values(state=bindparam("end"), finished_at=bindparam("now"))
)
AWAKE_FORM = (
    select(Form.id)
    .join(Chat, Chat.id == Form.chat_id)
    .where(Chat.line_id == bindparam("lane"), Form.state == "open", Form.touched_at >= bindparam("since"))
    .limit(1)
)
