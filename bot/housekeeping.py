"""What is no longer needed is forgotten: contents are blanked, tokens and traces deleted, orphaned pictures removed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Delete, Update, and_, delete, inspect, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.settings import Settings
from models.activities import Photo
from models.attachments import Attachments, FileAttachments
from models.base import Base
from models.chats import Form
from models.people import Invite, Refusal
from models.post import IS_CARRIED, Delivery, Event, Notice, SentMessage, TalkToken, Tombstone
from models.store import Store

QUOTABLE_FOR = timedelta(days=30)
TOMBSTONES_FOR = timedelta(minutes=10)
REFUSALS_FOR = timedelta(days=30)
OLD_INVITES_FOR = timedelta(days=30)  # so long a code that is over is told from one that never was
OPEN_FORMS_FOR = timedelta(days=7)  # over after a day; kept a while so that their owner can be told
CLOSED_FORMS_FOR = timedelta(days=30)
FILES_FOR = timedelta(hours=1)
LOOSE_PICTURES_FOR = timedelta(days=1)
TALK_TOKENS_FOR = timedelta(seconds=60)
ANSWERS_FOR = timedelta(days=90)  # the rows, long since without contents
DELIVERIES_FOR = timedelta(days=400)  # so long no timed work says again what a year's occurrence had said
BATCH = 2000  # rows a transaction: others write in between
PREVIEW = ".preview"


@dataclass(frozen=True)
class Kept:
    """How long contents stay."""

    handled: timedelta
    sent: timedelta
    dead: timedelta

    @classmethod
    def from_settings(cls, settings: Settings) -> "Kept":
        """As the deployment wishes."""
        return cls(
            timedelta(days=settings.saan_keep_handled_days),
            timedelta(days=settings.saan_keep_sent_days),
            timedelta(days=settings.saan_keep_dead_days),
        )


@dataclass(frozen=True)
class Forgetting:
    """One kind of rows that are due, and what becomes of them."""

    model: type[Base]
    due: ColumnElement[bool]
    change: Update | Delete


def housekeep(
    store: Store,
    attachments: Attachments,
    kept: Kept,
    now: datetime,
    *,
    wall: datetime | None = None,
    go_on: Callable[[], bool] = lambda: True,
) -> dict[str, int]:
    """Forget what is due to be forgotten at `now`. Gives what was done, by name; may be repeated.

    `wall` is the time of the wall where that is not `now`: files and tokens bear its time (both aware). `go_on` is
    asked between transactions: False leaves the rest for the next time.
    """
    done = {"copies ended": _end_copies(store, go_on)}
    done |= {name: _forget(store, one, go_on) for name, one in _forgettings(kept, now).items()}
    rest: dict[str, Callable[[Session], int]] = {
        "talk tokens": lambda session: drop_talk_tokens(session, wall or now),
        "invites": lambda session: _drop_invites(session, attachments, now),
        "loose pictures": lambda session: _drop_loose(session, attachments, now - LOOSE_PICTURES_FOR),
    }
    if isinstance(attachments, FileAttachments):
        rest["files of nobody"] = lambda session: drop_files(session, attachments, (wall or now) - FILES_FOR)
    for name, drop in rest.items():
        if go_on():
            with store.session() as session:
                done[name] = drop(session)
    return done


def drop_talk_tokens(session: Session, wall: datetime) -> int:
    """Tokens of talk that is not ours, a minute after they came, or from before the wall clock was set back."""
    over = or_(
        TalkToken.received_at <= wall - TALK_TOKENS_FOR, TalkToken.received_at > wall + TALK_TOKENS_FOR
    )
    return session.connection().execute(delete(TalkToken).where(over)).rowcount


def _end_copies(store: Store, go_on: Callable[[], bool]) -> int:
    """What a multicast that is over carried is marked as over too: only what is open is looked at all the time."""
    over = aliased(Delivery)
    query = select(over).join(Delivery, Delivery.carrier_id == over.id).distinct()
    query = query.where(IS_CARRIED, Delivery.way == "batch", over.finished_at.is_not(None))
    with store.session() as session:
        carriers = session.scalars(query).all()
    changed = 0
    for carrier in carriers:
        if not go_on():
            break
        copies = update(Delivery).where(
            Delivery.carrier_id == carrier.id, IS_CARRIED, Delivery.way == "batch"
        )
        ended = {"state": carrier.state, "finished_at": carrier.finished_at, "problem": carrier.problem}
        with store.session() as session:
            changed += session.connection().execute(copies.values(**ended)).rowcount
    return changed


def _forget(store: Store, one: Forgetting, go_on: Callable[[], bool]) -> int:
    """Change the rows in batches, in the order of their keys."""
    ident, last, changed = inspect(one.model).primary_key[0], None, 0
    while go_on():
        query = select(ident).where(one.due).order_by(ident).limit(BATCH)
        with store.session() as session:
            found = session.scalars(query if last is None else query.where(ident > last)).all()
            if found:
                these = one.change.where(ident.in_(found), one.due)
                changed += session.connection().execute(these).rowcount
        if len(found) < BATCH:
            break
        last = found[-1]
    return changed


def _forgettings(kept: Kept, now: datetime) -> dict[str, Forgetting]:
    handled = Event.state.in_(("done", "dropped")) & (Event.finished_at <= now - kept.handled)
    dead = (Event.state == "dead") & (Event.finished_at <= now - kept.dead)
    old_forms = and_(
        Form.state != "open",
        Form.touched_at <= now - CLOSED_FORMS_FOR,
        Form.id.not_in(select(Photo.form_id).where(Photo.form_id.is_not(None))),
    )
    return {
        "events blanked": _blanked(Event, Event.payload, handled | dead, payload=None),
        "deliveries blanked": _blanked(Delivery, Delivery.body, _is_over(kept, now), body=None),
        "notices blanked": _blanked(Notice, Notice.body, _is_said(kept, now), body=None),
        "answers": _deleted(Delivery, Delivery.notice_id.is_(None) & _carries_none(now - ANSWERS_FOR)),
        "deliveries": _deleted(Delivery, _carries_none(now - DELIVERIES_FOR)),
        "sent messages": _deleted(SentMessage, SentMessage.sent_at <= now - QUOTABLE_FOR),
        "tombstones": _deleted(Tombstone, Tombstone.at <= now - TOMBSTONES_FOR),
        "refusals": _deleted(Refusal, Refusal.refused_at <= now - REFUSALS_FOR),
        "open forms": Forgetting(
            Form,
            (Form.state == "open") & (Form.touched_at <= now - OPEN_FORMS_FOR),
            update(Form).values(state="expired", data={}, waiting_text=None),
        ),
        "closed forms": _deleted(Form, old_forms),
    }


def _is_over(kept: Kept, now: datetime) -> ColumnElement[bool]:
    """Deliveries that were sent, or came to another end, long enough ago."""
    sent = (Delivery.state == "sent") & (Delivery.finished_at <= now - kept.sent)
    return sent | ((Delivery.state != "sent") & (Delivery.finished_at <= now - kept.dead))


def _is_said(kept: Kept, now: datetime) -> ColumnElement[bool]:
    """Notices whose deliveries are all over; open ones have no end yet."""
    theirs = select(Delivery.id).where(Delivery.notice_id == Notice.id)
    still = theirs.where(or_(Delivery.finished_at.is_(None), ~_is_over(kept, now)))
    return (Notice.written_at <= now - kept.sent) & ~still.exists()


def _carries_none(before: datetime) -> ColumnElement[bool]:
    """Deliveries that ended before this and no longer carry others."""
    carried = aliased(Delivery)
    carries = select(carried.id).where(carried.carrier_id == Delivery.id)
    return (Delivery.finished_at <= before) & ~carries.exists()


def _blanked(model: type[Base], content: Any, due: ColumnElement[bool], **blank: None) -> Forgetting:
    return Forgetting(model, content.is_not(None) & due, update(model).values(**blank))


def _deleted(model: type[Base], due: ColumnElement[bool]) -> Forgetting:
    return Forgetting(model, due, delete(model))


def _drop_loose(session: Session, attachments: Attachments, before: datetime) -> int:
    """Pictures that no record took, whose form is over."""
    open_forms = select(Form.id).where(Form.state == "open")
    taken = (Photo.activity_id, Photo.announcement_id, Photo.occurrence_id, Photo.item_id)
    untaken = and_(*(record.is_(None) for record in taken))
    query = select(Photo).where(untaken, Photo.taken_in_at <= before)
    loose = session.scalars(query.where((Photo.form_id.is_(None)) | (Photo.form_id.not_in(open_forms)))).all()
    for photo in loose:
        attachments.drop(session, photo.name)
        attachments.drop(session, photo.name + PREVIEW)
        session.delete(photo)
    return len(loose)


def _drop_invites(session: Session, attachments: Attachments, now: datetime) -> int:
    """Codes that are over: first their QR codes, and, when nobody will try them any more, the rest."""
    over = session.scalars(select(Invite).where(Invite.expires_at <= now)).all()
    for invite in over:
        if invite.picture is not None:
            attachments.drop(session, invite.picture)
            invite.picture = None
    gone = [invite for invite in over if invite.expires_at <= now - OLD_INVITES_FOR]
    for invite in gone:
        session.delete(invite)
    return len(gone)


def drop_files(session: Session, attachments: FileAttachments, before: datetime) -> int:
    """Files that a crash left without a row. A turn writes its file moments before its row: new files are left."""
    known = {*session.scalars(select(Photo.name)), *session.scalars(select(Invite.picture))}
    loose = [name for name in attachments.names(before) if name.removesuffix(PREVIEW) not in known]
    for name in loose:
        attachments.drop(session, name)
    return len(loose)
