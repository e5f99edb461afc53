"""The heartbeat of a process that runs alone: it writes down that it lives, others see when it does not."""

import hashlib
import os
import socket
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.inbox import insert_once
from models.post import Heartbeat

CLOCK = "clock"
STALE_AFTER = timedelta(seconds=90)  # the clock beats with every sweep


def beat(session: Session, name: str, now: datetime) -> None:
    """Write down that this process lives; `now` is the wall's time, aware."""
    values = {"holder": holder(), "beat_at": now}
    known = update(Heartbeat).where(Heartbeat.name == name).values(**values)
    if session.connection().execute(known).rowcount == 0:
        session.execute(insert_once(session, Heartbeat).values(name=name, **values))


def last_beat(session: Session, name: str) -> datetime | None:
    """When this process last wrote that it lives (wall time, aware); None where it never did."""
    return session.scalar(select(Heartbeat.beat_at).where(Heartbeat.name == name))


def holder() -> str:
    """A name for this process that tells nothing of its host."""
    return hashlib.sha256(f"{socket.gethostname()}:{os.getpid()}".encode()).hexdigest()[:16]
