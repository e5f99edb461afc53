"""What meetings leave behind: agenda, attendance, minutes, and what was decided and is still to be done."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from models.holdings import holdings
from models.identity import become, erase
from models.meeting_queries import invite
from models.meetings import AgendaItem, Meeting, Occurrence
from models.minute_queries import (
    continued,
    former_of,
    minutes_of,
    notes_of,
    open_resolutions,
    present,
    resolutions_of,
)
from models.minutes import Attendance, MinuteNote, Minutes, Resolution
from models.people import Member
from tests.models.network_files import MET, load, small

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture
def session(store):
    """A session with the small network, whose committee met once."""
    with store._sessions() as session, session.begin():
        load(session, small(meetings=[MET]))
        yield session


def met(session) -> Occurrence:
    return session.scalars(select(Occurrence).order_by(Occurrence.id)).first()


def called(session, title="ประชุมกรรมการ", kind="committee", **changes) -> Occurrence:
    """Another meeting, a month after the first."""
    first = met(session).meeting
    start = first.starts_at + timedelta(days=30)
    values = {"network_id": first.network_id, "kind": kind, "title": title, "audience": "people"}
    meeting = Meeting(**{**values, "starts_at": start, "called_at": NOW, **changes})
    session.add(meeting)
    session.flush()
    occurrence = Occurrence(meeting=meeting, planned_at=start, starts_at=start, changed_at=NOW)
    session.add(occurrence)
    session.flush()
    return occurrence


def member(session, name="น้องแพร") -> Member:
    return session.scalars(select(Member).where(Member.call_as == name)).one()


def test_a_file_brings_minutes_and_what_was_decided(session):
    """How many came, the summary, and a resolution with its owner and day."""
    minutes = minutes_of(session, met(session).id)
    assert (minutes.heads, minutes.recorder.call_as, minutes.approved_at) == (6, "น้องแพร", None)
    assert [one.words for one in notes_of(session, met(session).id)] == ["รับรองยอดเงิน"]
    (decided,) = resolutions_of(session, met(session).id)
    assert (decided.owner.call_as, decided.due_on, decided.done_at) == ("น้องแพร", date(2026, 12, 5), None)


def test_what_was_ticked_off_in_the_bot_stays_so_when_the_file_is_loaded_again(session):
    """The bot knows more of minutes than the file."""
    (decided,) = resolutions_of(session, met(session).id)
    decided.done_at = NOW
    changed = {**MET, "minutes": {**MET["minutes"], "attended": 9}}
    load(session, small(meetings=[changed]))
    (decided,) = resolutions_of(session, met(session).id)
    assert decided.done_at == NOW
    assert minutes_of(session, met(session).id).heads == 6


def test_open_resolutions_are_those_of_the_network_the_most_urgent_first(session):
    """By owner, by day, without those that are done."""
    network_id, met_id = met(session).meeting.network_id, met(session).id
    for words, due, done in (("ก", None, None), ("ข", date(2026, 11, 20), None), ("ค", None, NOW)):
        session.add(
            Resolution(
                network_id=network_id,
                occurrence_id=met_id,
                words=words,
                due_on=due,
                noted_at=NOW,
                done_at=done,
            )
        )
    session.flush()
    assert [one.words for one in open_resolutions(session, network_id)] == ["ข", "ซื้อตู้เก็บเอกสาร", "ก"]
    late = open_resolutions(session, network_id, due_before=date(2026, 11, 24))
    assert [one.words for one in late] == ["ข"]
    theirs = open_resolutions(session, network_id, owner_id=member(session).id)
    assert [one.words for one in theirs] == ["ซื้อตู้เก็บเอกสาร"]
    assert open_resolutions(session, network_id + 1) == []


def test_the_next_meeting_of_the_same_kind_approves_and_goes_on(session):
    """A committee is one body; a working group goes on with the same title or the same people."""
    following = called(session, title="ประชุมกรรมการ ธันวาคม")
    former = former_of(session, following)
    assert former.occurrence_id == met(session).id
    assert [one.words for one in continued(session, following, former.occurrence)] == ["ซื้อตู้เก็บเอกสาร"]
    assert former_of(session, called(session, kind="working_group")) is None
    met_meeting = session.get(Occurrence, former.occurrence_id).meeting
    met_meeting.kind = "working_group"
    assert former_of(session, called(session, kind="working_group")) is not None
    other = called(session, title="อื่น", kind="working_group")
    assert former_of(session, other) is None
    invite(session, other.meeting, members=[member(session).id])
    assert former_of(session, other) is not None


def test_who_came_is_the_hosts_count_else_the_taps(session):
    """Taps without a name are counted too."""
    occurrence = called(session)
    session.add(Attendance(occurrence_id=occurrence.id, member_id=member(session).id, came_at=NOW))
    session.add(Attendance(occurrence_id=occurrence.id, came_at=NOW))
    session.flush()
    found = present(session, occurrence.id)
    assert (found.heads, found.counted, len(found.named), found.nameless) == (2, False, 1, 1)
    session.add(Minutes(occurrence_id=occurrence.id, heads=22))
    session.flush()
    assert (present(session, occurrence.id).heads, present(session, occurrence.id).counted) == (22, True)


def test_what_somebody_said_and_took_on_is_shown_to_them(session):
    """ข้อมูลของฉัน holds it in their own words."""
    occurrence, own = met(session), member(session)
    session.add(AgendaItem(occurrence_id=occurrence.id, member_id=own.id, words="ค่าน้ำ", added_at=NOW))
    session.flush()
    found = {(one.kind, one.words) for one in holdings(session, own)}
    assert {("agenda_items", "ค่าน้ำ"), ("minute_notes", "รับรองยอดเงิน")} <= found
    assert ("resolutions", "ซื้อตู้เก็บเอกสาร") in found


def test_who_is_erased_is_named_in_no_minutes(session):
    """What the group decided stays; the owner is nobody, and their name in others' words is gone."""
    occurrence, own = met(session), member(session)
    own.call_as = "แม่แพรวพราว"
    session.add(Attendance(occurrence_id=occurrence.id, member_id=own.id, came_at=NOW))
    session.add(MinuteNote(occurrence_id=occurrence.id, words="ให้แม่แพรวพราวเก็บ", noted_at=NOW))
    session.flush()
    erase(session, own, NOW)
    (decided,) = resolutions_of(session, occurrence.id)
    assert (decided.owner, decided.decided_owner, decided.words) == (None, None, "ซื้อตู้เก็บเอกสาร")
    assert "ให้…เก็บ" in [one.words for one in notes_of(session, occurrence.id)]
    assert present(session, occurrence.id).nameless == 1


def test_who_gets_a_new_phone_came_once(session):
    """Two taps of one person under two LINE accounts are one."""
    occurrence, former = met(session), member(session)
    newcomer = Member(line_user_id="U" + "f" * 32, created_at=NOW)
    session.add(newcomer)
    session.flush()
    for one in (former, newcomer):
        session.add(Attendance(occurrence_id=occurrence.id, member_id=one.id, came_at=NOW))
    session.flush()
    become(session, newcomer, former, NOW)
    assert len(present(session, occurrence.id).named) == 1
