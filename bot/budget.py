"""The month's counted messages as a budget: read from LINE, kept in one row, spent by urgency.

LINE counts a push once a recipient, in a group once a member; replies are free.
https://developers.line.biz/en/docs/messaging-api/pricing/
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, Row, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from bot.line import LineAway
from bot.notices import Urgency
from models.chats import Chat, Room, RoomMember
from models.people import Member
from models.post import Addressee, Budget, Delivery, Mailing
from models.store import Store, begin_writing, take

ONLY = 1  # the one row's key
ASK_AGAIN = timedelta(minutes=10)
COUNT_AGAIN = timedelta(days=1)
GROUPS_A_LOOK = 20
GROUPS = ("C", "R")  # how the LINE ids of groups and of its older rooms begin
MONTHS_END_SLACK = timedelta(hours=24)
LINE_ZONE = ZoneInfo("Asia/Bangkok")  # where the account is sold; LINE does not publish when its month turns
# Hundredths of the quota that each urgency may use up: the rest is kept for what is more urgent.
MAY_USE = {Urgency.URGENT: 100, Urgency.IMPORTANT: 90, Urgency.ORDINARY: 75}

log = logging.getLogger(__name__)


class PriceSource(Protocol):
    """Who knows the month's limit (None: unlimited), what is used, and how many people a group has: LINE."""

    def quota(self) -> tuple[int | None, int]:
        """Limit and use."""

    def heads(self, chat_id: str) -> int:
        """People in a group."""


@dataclass(frozen=True, slots=True)
class BudgetState:
    """Counted messages of a month. `quota` and what follows from it is None where there is no limit."""

    month: str
    quota: int | None
    used: int
    planned: int  # would be spent if nothing of what waits rides
    saved: int  # rode for free
    unfit: int  # of what is planned, does not fit

    @property
    def left(self) -> int | None:
        """How many can still be sent, urgent ones included."""
        return None if self.quota is None else max(0, self.quota - self.used)

    def may_spend(self, urgency: Urgency) -> int | None:
        """How many can still be sent with this urgency."""
        if self.quota is None:
            return None
        return max(0, self.quota * MAY_USE[urgency] // 100 - self.used)


class Purse:
    """Keeps the budget's row in step with LINE. `wall` gives the time of the wall, aware."""

    def __init__(self, store: Store, line: PriceSource, wall: Callable[[], datetime]) -> None:
        self._store, self._line, self._wall = store, line, wall

    def prepare(self, lane: str) -> None:
        """Have the budget and this lane's price at hand, outside any transaction. Raises LineAway."""
        self.refresh()
        if lane.startswith(GROUPS):
            self.count_heads([lane])

    def foresee(self) -> None:
        """Keep the figures fresh by which sends are planned; where LINE is away, the last ones stand."""
        try:
            self.refresh()
            with self._store.session() as session:
                groups = (
                    select(Chat.line_id).join(Room, Room.chat_id == Chat.id).where(Chat.state == "active")
                )
                stale = _is_stale(self._wall())
                lanes = session.scalars(groups.where(stale).order_by(Chat.id).limit(GROUPS_A_LOOK)).all()
            self.count_heads(lanes)
        except LineAway as error:
            log.warning(
                "LINE does not tell its quota and the sizes of groups (%s): the last known ones stand", error
            )

    def count_heads(self, lanes: Iterable[str]) -> None:
        """Ask LINE how many people these groups have, where that is not known of today. Raises LineAway."""
        now = self._wall()
        stale = or_(
            Chat.heads_at.is_(None), Chat.heads_at < now - COUNT_AGAIN, Chat.heads_at > now + COUNT_AGAIN
        )
        with self._store.session() as session:
            uncounted = session.scalars(select(Chat.line_id).where(Chat.line_id.in_(lanes), stale)).all()
        for lane in uncounted:
            heads = self._line.heads(lane)
            with self._store.session() as session:
                session.execute(update(Chat).where(Chat.line_id == lane).values(heads=heads, heads_at=now))

    def refresh(self) -> None:
        """Ask LINE where its figures are older than ten minutes; outside any transaction.

        Where LINE does not answer, the last known ones stand. Raises LineAway where there are none yet.
        """
        now = self._wall()
        with self._store.session() as session:
            row = session.get(Budget, ONLY)
        if row is not None and abs(now - row.asked_at) < ASK_AGAIN:
            return
        try:
            quota, used = self._line.quota()
        except LineAway as error:
            if row is None:
                raise
            log.warning("LINE does not tell its quota (%s): the last known one stands", error)
            return
        with self._store.session() as session:
            _correct(session, quota, used, now)


def _is_stale(now: datetime) -> ColumnElement[bool]:
    """Groups whose size was never told, or not of late."""
    return or_(Chat.heads_at.is_(None), Chat.heads_at < now - COUNT_AGAIN, Chat.heads_at > now + COUNT_AGAIN)


RESERVE = (
    update(Budget)
    .where(
        Budget.id == ONLY,
        or_(
            Budget.quota.is_(None),
            Budget.used + bindparam("price", type_=Integer)
            <= Budget.quota * bindparam("percent", type_=Integer) / 100,
        ),
    )
    .values(used=Budget.used + bindparam("price", type_=Integer))
)


def reserve(session: Session, price: int, urgency: str) -> bool:
    """Spend in the transaction that starts a counted attempt. False where the budget does not allow it."""
    wanted = {"price": price, "percent": MAY_USE[Urgency(urgency)]}
    return session.connection().execute(RESERVE, wanted).rowcount == 1


def give_back(session: Session, price: int) -> None:
    """LINE certainly did not count it."""
    session.execute(update(Budget).where(Budget.id == ONLY).values(used=Budget.used - price))


def exhausted(session: Session) -> None:
    """LINE says that the month's messages are spent."""
    all_of_it = func.coalesce(Budget.quota, Budget.used)
    session.execute(update(Budget).where(Budget.id == ONLY).values(used=all_of_it, quota=all_of_it))


def look(session: Session, now: datetime, network_id: int | None = None) -> BudgetState:
    """The month so far, the quota shared by all; what is planned and saved of one network or of all."""
    row = session.get(Budget, ONLY)
    begins = month_begins(now)
    mine = Delivery.network_id == network_id if network_id is not None else Delivery.id.is_not(None)
    rode = (Delivery.way == "ride") & (Delivery.state == "sent") & (Delivery.finished_at >= begins)
    saved = session.scalar(select(func.sum(Delivery.price)).where(mine, rode)) or 0
    planned = session.execute(
        select(Delivery.urgency, func.sum(Delivery.price))
        .where(mine, Delivery.state.in_(("planned", "waiting")), Delivery.way.in_(("push", "multicast")))
        .group_by(Delivery.urgency)
    ).all()
    wanted: Counter[Urgency] = Counter()
    for urgency, price in [*planned, *_unwritten(session, network_id)]:
        wanted[Urgency(urgency)] += int(price)
    state = BudgetState(
        month=row.month if row else f"{now.astimezone(LINE_ZONE):%Y-%m}",
        quota=row.quota if row else None,
        used=row.used if row else 0,
        planned=wanted.total(),
        saved=saved,
        unfit=0,
    )
    return BudgetState(state.month, state.quota, state.used, state.planned, saved, _unfit(state, wanted))


def _unwritten(session: Session, network_id: int | None) -> Sequence[Row[str, int]]:
    """Counted messages to people to whom is still to be written, by urgency."""
    query = select(Mailing.urgency, func.count()).join(Addressee, Addressee.mailing_id == Mailing.id)
    if network_id is not None:
        query = query.where(Mailing.network_id == network_id)
    return session.execute(query.group_by(Mailing.urgency)).all()


def price_of(session: Session, members: Iterable[Member] = (), rooms: Iterable[Room] = ()) -> int:
    """Counted messages if all of these are pushed; a group counts as LINE last counted it, else by our own records."""
    people = len({member.id for member in members if member.line_user_id and member.left_at is None})
    return people + sum(_heads(session, room) for room in rooms if room.chat_id is not None)


def month_begins(now: datetime) -> datetime:
    """When LINE's month of this moment began."""
    return now.astimezone(LINE_ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _heads(session: Session, room: Room) -> int:
    counted = session.scalar(select(Chat.heads).where(Chat.id == room.chat_id, Chat.state == "active"))
    if counted is not None:
        return counted
    return session.scalar(select(func.count()).where(RoomMember.room_id == room.id)) or 0


def _unfit(state: BudgetState, wanted: dict[Urgency, int]) -> int:
    """What of the planned finds no room, the more urgent being served first."""
    if state.quota is None:
        return 0
    used, unfit = state.used, 0
    for urgency in Urgency:
        price = wanted.get(urgency, 0)
        fits = min(price, max(0, state.quota * MAY_USE[urgency] // 100 - used))
        used, unfit = used + fits, unfit + price - fits
    return unfit


def _correct(session: Session, quota: int | None, line_used: int, now: datetime) -> None:
    """Take LINE's figures over: within a month the use only grows."""
    begin_writing(session)
    month = f"{now.astimezone(LINE_ZONE):%Y-%m}"
    row = take(session, Budget, ONLY)
    if row is None:
        session.add(
            Budget(id=ONLY, month=month, quota=quota, used=line_used, line_used=line_used, asked_at=now)
        )
        return
    if row.quota != quota:
        log.warning("LINE's monthly limit is now %s messages, it was %s", quota, row.quota)
    if _has_turned(row, month, line_used, now):
        row.month, row.used = month, line_used
    row.used = max(row.used, line_used)
    row.quota, row.line_used, row.asked_at = quota, line_used, now


def _has_turned(row: Budget, month: str, line_used: int, now: datetime) -> bool:
    """Whether LINE's month has: its own figure fell, or ours is of a month that is over for everybody."""
    if line_used < row.line_used:
        return True
    new = month != row.month
    return new and (line_used * 2 < row.used or now - month_begins(now) > MONTHS_END_SLACK)
