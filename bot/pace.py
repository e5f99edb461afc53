"""LINE's rate limits, kept on our side over all processes.

https://developers.line.biz/en/reference/messaging-api/#rate-limits
"""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.inbox import insert_once
from models.post import Pace

A_SECOND = {"multicast": 200, "push": 2000}
EARLY = 5  # calls that may come before their time: what was sent a moment ago need not be counted to the millisecond


def book(session: Session, endpoint: str, at: float) -> float:
    """Book the endpoint's next call in this transaction. Gives how many seconds to wait before asking again; 0: go.

    `at` is the time of the wall in seconds since 1970 UTC. One row holds when the next call would be on time if all
    came evenly (the generic cell rate algorithm).
    """
    step = 1 / A_SECOND[endpoint]
    session.execute(insert_once(session, Pace).values(endpoint=endpoint, next_at=0.0))
    row = update(Pace).where(Pace.endpoint == endpoint)
    # A booking more than a second ahead was made before the clock was set back.
    idle = row.where((Pace.next_at < at) | (Pace.next_at > at + 1)).values(next_at=at + step)
    if session.connection().execute(idle).rowcount:
        return 0.0
    busy = row.where(Pace.next_at <= at + EARLY * step).values(next_at=Pace.next_at + step)
    if session.connection().execute(busy).rowcount:
        return 0.0
    return max(step, session.scalars(select(Pace.next_at).where(Pace.endpoint == endpoint)).one() - at)
