"""What is known of meetings' minutes: agenda, attendance, notes, what was decided and is still to be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session

from models.activities import Photo
from models.meetings import Invitation, Meeting, Occurrence
from models.minutes import Attendance, MinuteNote, Minutes, Resolution
from models.people import Member
from models.people_queries import holders
from models.permissions import Role
from models.words import MeetingKind

# Of these an enterprise or a network has one body each; others go on only with the same people or title.
STANDING = frozenset({MeetingKind.COMMITTEE.value, MeetingKind.GENERAL_ASSEMBLY.value})


@dataclass(frozen=True, slots=True)
class Present:
    """How many came: counted by the host, else by taps; and whose taps have a name."""

    heads: int
    counted: bool  # by the host
    named: Sequence[Attendance]
    nameless: int


def open_resolutions(
    session: Session,
    network_id: int,
    *,
    owner_id: int | None = None,
    enterprise_id: int | None = None,
    due_from: date | None = None,
    due_before: date | None = None,
) -> Sequence[Resolution]:
    """What a network's meetings decided and nobody has ticked off, the most urgent first, without a day last.

    Of one owner (a member, or one of the enterprise given beside it), where either is given; `due_from` and
    `due_before` local days: only what is due from the one on, before the other.
    """
    theirs = [
        column == ident
        for column, ident in (
            (Resolution.owner_id, owner_id),
            (Resolution.owner_enterprise_id, enterprise_id),
        )
        if ident is not None
    ]
    query = (
        select(Resolution)
        .where(Resolution.network_id == network_id, Resolution.done_at.is_(None))
        .where(or_(*theirs) if theirs else true())
        .order_by(Resolution.due_on.is_(None), Resolution.due_on, Resolution.id)
    )
    if due_from is not None:
        query = query.where(Resolution.due_on >= due_from)
    if due_before is not None:
        query = query.where(Resolution.due_on < due_before)
    return session.scalars(query).all()


def doers(session: Session, one: Resolution) -> list[Member]:
    """Who does it: its owner, or the leaders of the enterprise whose it is; nobody where none was named."""
    if one.owner is not None:
        return [one.owner]
    if one.owner_enterprise_id is None:
        return []
    leaders = holders(session, one.network_id, Role.LEADER, one.owner_enterprise_id)
    return [membership.member for membership in leaders]


def resolutions_of(session: Session, occurrence_id: int) -> Sequence[Resolution]:
    """What an occurrence decided, in order."""
    query = select(Resolution).where(Resolution.occurrence_id == occurrence_id)
    return session.scalars(query.order_by(Resolution.id)).all()


def continued(session: Session, occurrence: Occurrence, former: Occurrence | None) -> list[Resolution]:
    """What earlier meetings of the same kind decided and was still to be done when the `former` one began."""
    if former is None:
        return []
    earlier = [one.id for one in earlier_ones(session, occurrence)]
    query = (
        select(Resolution)
        .where(
            Resolution.occurrence_id.in_(earlier),
            or_(Resolution.done_at.is_(None), Resolution.done_at > former.starts_at),
        )
        .order_by(Resolution.due_on.is_(None), Resolution.due_on, Resolution.id)
    )
    return list(session.scalars(query))


def minutes_of(session: Session, occurrence_id: int) -> Minutes | None:
    """An occurrence's minutes, where anything was noted."""
    return session.scalar(select(Minutes).where(Minutes.occurrence_id == occurrence_id))


def minutes_for(session: Session, occurrence_id: int, recorder_id: int | None) -> Minutes:
    """An occurrence's minutes; begun by this member where there are none yet."""
    found = minutes_of(session, occurrence_id)
    if found is None:
        found = Minutes(occurrence_id=occurrence_id, recorder_id=recorder_id)
        session.add(found)
        session.flush()
    return found


def notes_of(session: Session, occurrence_id: int) -> Sequence[MinuteNote]:
    """What was noted, in order."""
    query = select(MinuteNote).where(MinuteNote.occurrence_id == occurrence_id)
    return session.scalars(query.order_by(MinuteNote.id)).all()


def photos_of(session: Session, occurrence_id: int) -> Sequence[Photo]:
    """Pictures of an occurrence, in order."""
    query = select(Photo).where(Photo.occurrence_id == occurrence_id)
    return session.scalars(query.order_by(Photo.id)).all()


def present(session: Session, occurrence_id: int) -> Present:
    """Who came, as far as it was reported in the chat."""
    query = select(Attendance).where(Attendance.occurrence_id == occurrence_id)
    taps = session.scalars(query.order_by(Attendance.came_at, Attendance.id)).all()
    named = [one for one in taps if one.member is not None]
    minutes = minutes_of(session, occurrence_id)
    counted = minutes.heads if minutes is not None else None
    return Present(
        heads=len(taps) if counted is None else counted,
        counted=counted is not None,
        named=named,
        nameless=len(taps) - len(named),
    )


def attendance_of(
    session: Session, occurrence_id: int, member_id: int | None, subject: str
) -> Attendance | None:
    """Somebody's tap: as a member, else under the keyed hash by which they were counted without a name."""
    theirs = [Attendance.subject == subject]
    if member_id is not None:
        theirs.append(Attendance.member_id == member_id)
    query = select(Attendance).where(Attendance.occurrence_id == occurrence_id, or_(*theirs))
    return session.scalars(query.order_by(Attendance.member_id.is_(None), Attendance.id)).first()


def earlier_ones(session: Session, occurrence: Occurrence) -> list[Occurrence]:
    """The meetings of the same kind before this one that were not cancelled, the newest first: of its own series; of
    the same committee or everybody; else with the same title or invited to the same rooms or people."""
    meeting = occurrence.meeting
    query = (
        select(Occurrence)
        .join(Meeting)
        .where(
            Meeting.network_id == meeting.network_id,
            Meeting.enterprise_id.is_not_distinct_from(meeting.enterprise_id),
            Meeting.kind == meeting.kind,
            Occurrence.cancelled_at.is_(None),
            Occurrence.starts_at < occurrence.starts_at,
        )
        .order_by(Occurrence.starts_at.desc(), Occurrence.id.desc())
    )
    return [one for one in session.scalars(query) if _goes_on(session, one.meeting, meeting)]


def former_of(session: Session, occurrence: Occurrence) -> Minutes | None:
    """The minutes that this meeting approves, or has approved: of the last one of the same kind that has any."""
    approved = select(Minutes).where(Minutes.approved_in_id == occurrence.id)
    if (found := session.scalars(approved.order_by(Minutes.id.desc())).first()) is not None:
        return found
    all_found = (minutes_of(session, one.id) for one in earlier_ones(session, occurrence))
    return next((one for one in all_found if one is not None), None)


def recorded(session: Session, network_id: int, before: datetime, limit: int) -> Sequence[Minutes]:
    """The newest minutes of a network's meetings that began before a moment."""
    query = (
        select(Minutes)
        .join(Occurrence, Minutes.occurrence_id == Occurrence.id)
        .join(Meeting, Occurrence.meeting_id == Meeting.id)
        .where(Meeting.network_id == network_id, Occurrence.starts_at <= before)
        .order_by(Occurrence.starts_at.desc(), Occurrence.id.desc())
    )
    return session.scalars(query.limit(limit)).all()


def held(session: Session, network_id: int, since: datetime, until: datetime) -> Sequence[Occurrence]:
    """A network's occurrences that began in this time and were not cancelled, the newest first."""
    query = (
        select(Occurrence)
        .join(Meeting)
        .where(
            Meeting.network_id == network_id,
            Occurrence.cancelled_at.is_(None),
            Occurrence.starts_at >= since,
            Occurrence.starts_at <= until,
        )
        .order_by(Occurrence.starts_at.desc(), Occurrence.id.desc())
    )
    return session.scalars(query).all()


def number_in_year(session: Session, occurrence: Occurrence, year_began: datetime) -> int:
    """Which of its kind this meeting is since a moment: the 11 of ครั้งที่ 11/2569."""
    return 1 + sum(1 for one in earlier_ones(session, occurrence) if one.starts_at >= year_began)


def _goes_on(session: Session, one: Meeting, other: Meeting) -> bool:
    if one.id == other.id or other.kind in STANDING or one.title == other.title:
        return True
    return _invited(session, one.id) == _invited(session, other.id)


def _invited(session: Session, meeting_id: int) -> set[tuple[int | None, int | None]]:
    query = select(Invitation.room_id, Invitation.member_id).where(Invitation.meeting_id == meeting_id)
    return {(row.room_id, row.member_id) for row in session.execute(query)}
