"""What is no longer needed is forgotten: contents are blanked, tokens and traces deleted, orphaned pictures removed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Delete, Update, delete, select, update
from sqlalchemy.orm import Session

from bot.settings import Settings
from models.activities import Photo
from models.attachments import Attachments, FileAttachments
from models.chats import Form
from models.people import Invite, Refusal
from models.post import Delivery, Event, SentMessage, Tombstone
from models.store import Store

QUOTABLE_FOR = timedelta(days=30)
TOMBSTONES_FOR = timedelta(minutes=10)
REFUSALS_FOR = timedelta(days=30)
OLD_INVITES_FOR = timedelta(days=30)  # so long a code that is over is told from one that never was
OPEN_FORMS_FOR = timedelta(days=7)  # over after a day; kept a while so that their owner can be told
CLOSED_FORMS_FOR = timedelta(days=30)
FILES_FOR = timedelta(hours=1)
LOOSE_PICTURES_FOR = timedelta(days=1)
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


def housekeep(
    store: Store, attachments: Attachments, kept: Kept, now: datetime, *, wall: datetime | None = None
) -> dict[str, int]:
    """Forget what is due to be forgotten at `now`. Gives what was done, by name; may be repeated.

    `wall` is the time of the wall where that is not `now`: files bear its time (both aware).
    """
    done: dict[str, int] = {}
    for name, statement in _statements(kept, now).items():
        with store.session() as session:
            done[name] = session.connection().execute(statement).rowcount
    with store.session() as session:
        done["invites"] = _drop_invites(session, attachments, now)
    with store.session() as session:
        done["loose pictures"] = _drop_loose(session, attachments, now - LOOSE_PICTURES_FOR)
    if isinstance(attachments, FileAttachments):
        with store.session() as session:
            done["files of nobody"] = _drop_files(session, attachments, (wall or now) - FILES_FOR)
    return done


def _statements(kept: Kept, now: datetime) -> dict[str, Update | Delete]:
    handled = Event.state.in_(("done", "dropped")) & (Event.finished_at <= now - kept.handled)
    dead = (Event.state == "dead") & (Event.finished_at <= now - kept.dead)
    sent = (Delivery.state == "sent") & (Delivery.finished_at <= now - kept.sent)
    unsent = Delivery.state.in_(("dead", "unknown", "dropped")) & (Delivery.finished_at <= now - kept.dead)
    return {
        "events blanked": _blank(Event, Event.payload, handled | dead, payload=None),
        "deliveries blanked": _blank(Delivery, Delivery.body, sent | unsent, body=None),
        "sent messages": delete(SentMessage).where(SentMessage.sent_at <= now - QUOTABLE_FOR),
        "tombstones": delete(Tombstone).where(Tombstone.at <= now - TOMBSTONES_FOR),
        "refusals": delete(Refusal).where(Refusal.refused_at <= now - REFUSALS_FOR),
        "open forms": update(Form)
        .where(Form.state == "open", Form.touched_at <= now - OPEN_FORMS_FOR)
        .values(state="expired", data={}, waiting_text=None),
        "closed forms": delete(Form).where(
            Form.state != "open",
            Form.touched_at <= now - CLOSED_FORMS_FOR,
            Form.id.not_in(select(Photo.form_id).where(Photo.form_id.is_not(None))),
        ),
    }


def _blank(model: Any, content: Any, due: Any, **blank: None) -> Update:
    return update(model).where(content.is_not(None), due).values(**blank)


def _drop_loose(session: Session, attachments: Attachments, before: datetime) -> int:
    """Pictures that no record took, whose form is over."""
    open_forms = select(Form.id).where(Form.state == "open")
    untaken = Photo.activity_id.is_(None) & Photo.announcement_id.is_(None)
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


def _drop_files(session: Session, attachments: FileAttachments, before: datetime) -> int:
    """Files that a crash left without a row. A turn writes its file moments before its row: new files are left."""
    known = {*session.scalars(select(Photo.name)), *session.scalars(select(Invite.picture))}
    loose = [name for name in attachments.names(before) if name.removesuffix(PREVIEW) not in known]
    for name in loose:
        attachments.drop(session, name)
    return len(loose)
