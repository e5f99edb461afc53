"""LINE's rate limits, kept on our side over all processes.

https://developers.line.biz/en/reference/messaging-api/#rate-limits
"""

from sqlalchemy import Float, bindparam, case, or_, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from bot.inbox import insert_once
from models.post import Pace

A_SECOND = {"multicast": 200, "push": 2000}
MAY_USE = 0.95  # of it: a call leaves some milliseconds after its place, now more, now fewer
AHEAD = 1.0  # seconds that a call may be booked ahead; further ahead was booked before the clock was set back


class Paced(Exception):
    """LINE's rate limit is used up for so long ahead: nothing was changed, ask again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def _book() -> ReturningUpdate[float]:
    at, ahead, step = (bindparam(name, type_=Float) for name in ("at", "ahead", "step"))
    free = or_(Pace.next_at < at, Pace.next_at > at + 2 * ahead)
    place = case((free, at), else_=Pace.next_at)
    row = update(Pace).where(Pace.endpoint == bindparam("which"), or_(free, Pace.next_at <= at + ahead))
    return row.values(next_at=place + step).returning(Pace.next_at)


BOOK = _book()  # put together once: each call asks for it


def book(session: Session, endpoint: str, at: float) -> float:
    """Book the endpoint's next call in this transaction. Gives when it may be made; raises Paced.

    All times are the wall's, in seconds since 1970 UTC; `at` is now. One row holds when the next call may be made:
    calls get places that are evenly apart, so that no second holds more than LINE allows.
    """
    step = 1 / (A_SECOND[endpoint] * MAY_USE)
    connection = session.connection()
    wanted = {"which": endpoint, "at": at, "step": step, "ahead": AHEAD}
    following = connection.execute(BOOK, wanted).scalar()
    if following is None:
        connection.execute(insert_once(connection, Pace), {"endpoint": endpoint, "next_at": 0.0})
        following = connection.execute(BOOK, wanted).scalar()
    if following is None:
        raise Paced(AHEAD / 2)
    return following - step
