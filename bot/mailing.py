"""Notices to more people than one transaction takes: the clock writes on, some people at a time.

Who is still to be written to stands in the database, so that a kill between two looks loses nobody; a delivery's key is
unique, so that nobody is written to twice.
"""

import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, load_only

from bot.language import DEFAULT
from bot.notices import A_BATCH, Plan, Window, Written, reachable, write_to
from models.people import Member
from models.post import Addressee, Mailing, Notice
from models.store import Store, begin_writing

BETWEEN = 0.01  # seconds in which others write: who goes straight on is always the first at SQLite's one writer's place
NEEDED = (Member.line_user_id, Member.left_at, Member.language)


def write_on(
    store: Store, now: datetime, go_on: Callable[[], bool], seconds: float
) -> tuple[list[str], bool]:
    """Write to those who are still to be written to, for so many seconds; `now` is aware, `go_on` is asked in between.

    Gives the lanes to wake, and whether somebody is left for the next look.
    """
    woken: list[str] = []
    ends = time.monotonic() + seconds
    while go_on() and time.monotonic() < ends:
        with store.session() as session:
            written = _write_some(session, now)
        if written is None:
            return woken, False
        woken += written.wake
        time.sleep(BETWEEN)
    return woken, True


def _write_some(session: Session, now: datetime) -> Written | None:
    """One batch of the oldest mailing, what is urgent first; None where there is none."""
    begin_writing(session)
    first = select(Mailing).order_by((Mailing.urgency == "urgent").desc(), Mailing.id).limit(1)
    mailing = session.scalars(first.with_for_update()).first()
    if mailing is None:
        return None
    theirs = (Addressee.mailing_id == mailing.id) & (Addressee.member_id == Member.id)
    some = select(Member).join(Addressee, theirs).order_by(Addressee.member_id).limit(A_BATCH)
    members = session.scalars(some.options(load_only(*NEEDED))).all()
    written = Written()
    plan = _plan_of(mailing, now)
    people = reachable(session, plan, members, written)
    write_to(session, plan, people, _notices(session, mailing), written, new=True)
    done = delete(Addressee).where(Addressee.mailing_id == mailing.id)
    if len(members) < A_BATCH:
        session.execute(done)
        session.delete(mailing)
    else:
        session.execute(done.where(Addressee.member_id <= members[-1].id))
    return written


def _plan_of(mailing: Mailing, now: datetime) -> Plan:
    window = Window(mailing.ride_from, mailing.due_at, mailing.expires_at)
    return Plan(mailing.about, mailing.urgency, mailing.network_id, window, now)


def _notices(session: Session, mailing: Mailing) -> Callable[[str], int]:
    """Gives the notice in a language; somebody's who changed theirs since gets the default's."""
    keys = Notice.key.startswith(f"{mailing.about}:", autoescape=True)
    query = select(Notice.key, Notice.id).where(Notice.kind == mailing.kind, keys)
    known = {key.rpartition(":")[2]: ident for key, ident in session.execute(query)}
    return lambda spoken: known.get(spoken, known[DEFAULT])
