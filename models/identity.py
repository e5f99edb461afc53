"""Whose a row is: moving all of one member's rows to another, and freeing them of a member who is to be forgotten."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, func, select, update
from sqlalchemy.orm import Session

from models.activities import Activity
from models.announcements import Acknowledgement
from models.base import Base
from models.chats import Chat, Form, RoomMember
from models.feeds import Feed
from models.knowledge import Answer, KnowledgeItem, Question
from models.meetings import AgendaItem, Invitation, Rsvp
from models.membership import end
from models.minutes import Attendance, MinuteNote, Resolution
from models.mutes import Mute
from models.network import Introduction
from models.people import Member, Membership
from models.post import Delivery, Event, Notice, take_back
from models.praises import Praise
from models.sharing import SharingWish

NAMELESS = "…"  # stands where a name stood
SHORTEST_NAME = 5  # characters; a shorter one is as likely a part of another word
WRITTEN = (
    Activity.words,
    Activity.place,
    Question.words,
    Answer.words,
    KnowledgeItem.words,
    Praise.words,
    AgendaItem.words,
    MinuteNote.words,
    Resolution.words,
)
WITHHELD = "its recipient is no longer the one it was written to"


def become(session: Session, newcomer: Member, former: Member, now: datetime) -> None:
    """The person behind `newcomer` is `former`: an unclaimed entry of the network's file, or a member with a new phone.

    The newcomer's LINE id and all that refers to them pass to `former`, and what is left of the newcomer is deleted.
    The LINE id that was the former's has no rights from now on: its open forms end, what waits for it is not sent, the
    calendar on its phone ends.
    """
    if former.line_user_id is not None:
        _close_chat(session, former.line_user_id, now)
        session.execute(delete(Feed).where(Feed.member_id == former.id))
    _end_forms(session, Form.member_id == newcomer.id, now)
    _drop_doubles(session, newcomer, former)
    line_user_id, newcomer.line_user_id = newcomer.line_user_id, None
    former.call_as = former.call_as or newcomer.call_as
    former.phone = former.phone or newcomer.phone
    former.language = newcomer.language
    session.flush()
    for table, column in references_to(Member.__table__):
        session.execute(update(table).where(column == newcomer.id).values({column: former.id}))
    session.expire_all()
    former.line_user_id = line_user_id
    session.flush()
    session.delete(newcomer)
    session.flush()


def erase(session: Session, member: Member, now: datetime) -> None:
    """Free the database of a member: what is theirs alone goes, what the group did stays without their name.

    A nameless row stays with the versions and times of what was consented to and withdrawn, as proof (PDPA s.19),
    and the file's ids of the entries, so that loading a network's file again does not bring the person back.
    Pictures have to be dropped before: their bytes are not all in the database.
    """
    _free_words(session, member)
    _blank_post(session, member.line_user_id or "", now)
    session.execute(delete(RoomMember).where(RoomMember.member_id == member.id))
    session.execute(delete(Invitation).where(Invitation.member_id == member.id))
    session.execute(delete(Mute).where(Mute.member_id == member.id))
    session.execute(delete(Feed).where(Feed.member_id == member.id))
    for form in session.scalars(select(Form).where(Form.member_id == member.id)):
        form.state, form.data, form.waiting_text, form.source_message_id = "cancelled", {}, None, None
    for membership in list(member.memberships):
        _empty_membership(membership)
    for consent in member.consents:
        consent.withdrawn_at = consent.withdrawn_at or now
    session.flush()
    for table, column in references_to(Member.__table__):
        if column.nullable:
            session.execute(update(table).where(column == member.id).values({column: None}))
    session.expire_all()
    member.line_user_id, member.left_at = None, now
    member.full_name = member.call_as = member.phone = ""
    member.language, member.under_age = "th", False
    session.flush()


def references_to(table: Any) -> Iterator[tuple[Table, Column[Any]]]:
    """Every column of any table that refers to this one."""
    for other in Base.metadata.sorted_tables:
        for column in other.columns:
            if any(key.column.table is table for key in column.foreign_keys):
                yield other, column


def _close_chat(session: Session, line_user_id: str, now: datetime) -> None:
    chat = session.scalar(select(Chat).where(Chat.line_id == line_user_id))
    if chat is not None:
        _end_forms(session, Form.chat_id == chat.id, now)
    _withhold(session, line_user_id, now)


def _end_forms(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    for form in session.scalars(select(Form).where(which, Form.state == "open")):
        form.state, form.data, form.waiting_text, form.touched_at = "expired", {}, None, now


def _withhold(session: Session, lane: str, now: datetime) -> None:
    """What waits for somebody is not sent."""
    waiting = (Delivery.lane == lane) & Delivery.state.in_(("planned", "waiting"))
    session.execute(
        update(Delivery).where(waiting).values(state="dropped", finished_at=now, problem=WITHHELD, body=None)
    )
    take_back(session, Delivery.lane == lane, now, WITHHELD)


def _drop_doubles(session: Session, newcomer: Member, former: Member) -> None:
    """What a member has only once: the former's stays."""
    for membership in list(newcomer.memberships):
        if any(one.network_id == membership.network_id for one in former.memberships):
            session.delete(membership)
    theirs = select(RoomMember.room_id).where(RoomMember.member_id == former.id)
    session.execute(
        delete(RoomMember).where(RoomMember.member_id == newcomer.id, RoomMember.room_id.in_(theirs))
    )
    once: tuple[tuple[Any, Any], ...] = (
        (Acknowledgement, Acknowledgement.announcement_id),
        (Feed, Feed.network_id),
        (Invitation, Invitation.meeting_id),
        (Rsvp, Rsvp.occurrence_id),
        (Mute, Mute.what),
        (Attendance, Attendance.occurrence_id),
        (SharingWish, SharingWish.network_id),
    )
    for model, of in once:
        held = select(of).where(model.member_id == former.id)
        session.execute(delete(model).where(model.member_id == newcomer.id, of.in_(held)))
    session.flush()


def _empty_membership(membership: Membership) -> None:
    end(membership)
    membership.enterprise_id = membership.partner_id = None
    membership.positions, membership.topics = [], []


def _free_words(session: Session, member: Member) -> None:
    """Reports lose the words they were written in; open questions go; advice stays without who gave it."""
    for activity in session.scalars(select(Activity).where(Activity.reporter_id == member.id)):
        activity.words, activity.message_id, activity.chat_id = "", None, None
    for question in session.scalars(select(Question).where(Question.asker_id == member.id)):
        question.words = ""
        question.state = "withdrawn" if question.state == "open" else question.state
    for asked in session.scalars(select(Introduction).where(Introduction.asker_id == member.id)):
        asked.about = ""
        asked.state = "declined" if asked.state == "asked" else asked.state
    for item in session.scalars(select(KnowledgeItem).where(KnowledgeItem.author_id == member.id)):
        item.source = item.enterprise.short_name if item.enterprise else ""
    for model in (AgendaItem, MinuteNote, Resolution):
        session.execute(update(model).where(model.member_id == member.id).values(message_id=None))
    for name in (member.full_name, member.call_as):
        if len(name) >= SHORTEST_NAME:
            _take_out(session, name)


def _take_out(session: Session, name: str) -> None:
    """What others wrote stays, without the name."""
    for column in WRITTEN:
        without = {column: func.replace(column, name, NAMELESS)}
        session.execute(update(column.class_).where(column.contains(name, autoescape=True)).values(without))
    for item in session.scalars(
        select(KnowledgeItem).where(KnowledgeItem.source.contains(name, autoescape=True))
    ):
        item.source = item.enterprise.short_name if item.enterprise else ""


def _blank_post(session: Session, lane: str, now: datetime) -> None:
    """What came from their own chat and went to it, and what they said in groups as long as it was kept."""
    _withhold(session, lane, now)
    session.execute(
        update(Delivery).where(Delivery.lane == lane, Delivery.state != "sending").values(body=None)
    )
    theirs = select(Delivery.notice_id).where(Delivery.lane == lane, Delivery.state != "sending")
    others = select(Delivery.notice_id).where(Delivery.lane != lane, Delivery.notice_id.is_not(None))
    session.execute(update(Notice).where(Notice.id.in_(theirs), Notice.id.not_in(others)).values(body=None))
    for event in session.scalars(select(Event).where(Event.payload.is_not(None), Event.state != "waiting")):
        if event.lane == lane or lane.encode() in (event.payload or b""):
            event.payload = None
