"""Tables for operators: the right rows, the newest first, and nothing that is nobody's business."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from models.activities import Activity
from models.export import KINDS, NoDate, export
from models.knowledge import Answer, KnowledgeItem, Question
from models.network import Network, Offer
from models.people import AuditEntry, Member, Membership
from models.praises import Praise
from tests.models.network_files import GROUP_ID, LINE_ID, MET, load, small

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture
def session(store):
    """A session with the small network and a question that was asked in it."""
    with store._sessions() as session, session.begin():
        load(session, small(meetings=[MET]))
        asker, advisor = session.scalars(select(Member).order_by(Member.id)).all()
        question = Question(
            network_id=network(session).id,
            asker_id=asker.id,
            advisor_id=advisor.id,
            words="ข้าวชื้นทำไง",
            asked_at=NOW,
            answer_by=NOW,
        )
        question.answers = [Answer(words="ตากก่อน", answered_at=NOW)]
        session.add(question)
        for state, named in (("shared", False), ("kept", True)):
            session.add(
                Praise(
                    network_id=network(session).id,
                    praiser_id=asker.id,
                    member_id=advisor.id,
                    words=f"ช่วยงานดีมาก {state}",
                    named=named,
                    state=state,
                    said_at=NOW,
                )
            )
        session.flush()
        yield session


def network(session) -> Network:
    return session.scalars(select(Network).where(Network.code == "N1")).one()


def rows(session, kind, since=None) -> list[dict]:
    """The rows of a table as dictionaries."""
    table = export(session, kind, network(session), since, NOW)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (
            "activities",
            {
                "code": "A1",
                "date": date(2026, 11, 14),
                "date_be": "14/11/2569",
                "kind": "fair",
                "enterprise": "โรงสี",
                "other_enterprises": "ผ้าคราม",
                "quantities": "26 ถุง",
                "amount_thb": 14300,
                "reporter": "น้องแพร",
                "photos": 0,
            },
        ),
        ("enterprises", {"code": "E1", "name": "กลุ่มโรงสี", "products": "ข้าวสาร", "district": "กาบเชิง"}),
        (
            "offers",
            {"code": "O1", "enterprise": "โรงสี", "item": "แกลบ", "link_types": "raw_material; market"},
        ),
        (
            "needs",
            {"code": "D1", "item": "กล่อง", "needed_by": date(2026, 12, 10), "needed_by_be": "10/12/2569"},
        ),
        (
            "members",
            {"code": "M1", "call_as": "น้องแพร", "roles": "coordinator", "state": "active", "on_line": "yes"},
        ),
        ("members", {"code": "M2", "partner": "เกษตรอำเภอ", "roles": "officer", "on_line": "no"}),
        (
            "questions",
            {"question": "ข้าวชื้นทำไง", "answers": "ตากก่อน", "handed_to": "คุณใบเตย", "state": "open"},
        ),
        (
            "meetings",
            {
                "code": "MT1",
                "date_be": "14/11/2569",
                "agenda": "เงินกองกลาง",
                "said_they_come": 1,
                "attended": 6,
                "quorum": 4,
                "approved_at": None,
            },
        ),
        (
            "resolutions",
            {
                "meeting": "ประชุมกรรมการ",
                "meeting_date": date(2026, 11, 14),
                "resolution": "ซื้อตู้เก็บเอกสาร",
                "owner": "น้องแพร",
                "due_be": "05/12/2569",
                "done_at": None,
            },
        ),
        ("knowledge", {"code": "K1", "words": "1. วัด\n2. ตาก", "source": "โรงสี", "tags": "ข้าว"}),
        (
            "links",
            {"from": "เกษตรอำเภอ", "to_code": "E1", "kind": "market", "status": "active", "mutual": "no"},
        ),
        ("praises", {"to": "คุณใบเตย", "from": "", "words": "ช่วยงานดีมาก shared"}),
    ],
)
def test_a_table_tells_what_was_kept(session, kind, expected):
    """Some columns of a row of each kind."""
    assert any(expected.items() <= row.items() for row in rows(session, kind))


@pytest.mark.parametrize("kind", KINDS)
def test_no_table_holds_a_line_id(session, kind):
    """Neither a person's nor a group's."""
    told = str(rows(session, kind))
    assert LINE_ID not in told
    assert GROUP_ID not in told


def test_praise_that_its_praised_keep_is_not_told(session):
    """Only what they allowed to be shown; an unnamed praiser stays unnamed."""
    assert [row["words"] for row in rows(session, "praises")] == ["ช่วยงานดีมาก shared"]
    assert "น้องแพร" not in str(rows(session, "praises"))


def test_who_asked_is_not_told(session):
    """A question is between two people."""
    assert "น้องแพร" not in str(rows(session, "questions"))


def test_moments_are_the_network_s(session):
    """18:40 in Bangkok stays 18:40."""
    assert rows(session, "activities")[0]["reported_at"].isoformat() == "2026-11-14T18:40:00+07:00"


def test_the_newest_come_first(session):
    """By their own date, not by when they were written down; what has none comes last."""
    first = session.scalars(select(Activity)).one()
    for day in (20, 3):
        session.add(
            Activity(
                network_id=first.network_id, kind="sale", happened_on=date(2026, 11, day), reported_at=NOW
            )
        )
    session.flush()
    assert [row["date"].day for row in rows(session, "activities")] == [20, 14, 3]


@pytest.mark.parametrize(("day", "count"), [(14, 1), (15, 0)])
def test_since_counts_from_that_day_on(session, day, count):
    """The day itself belongs to it."""
    assert len(rows(session, "activities", date(2026, 11, day))) == count


@pytest.mark.parametrize(("day", "count"), [(24, 1), (25, 0)])
def test_since_is_a_day_of_the_network(session, day, count):
    """20:00 UTC is the next morning in Thailand."""
    session.scalars(select(Question)).one().asked_at = datetime(2026, 11, 23, 20, tzinfo=UTC)
    session.flush()
    assert len(rows(session, "questions", date(2026, 11, day))) == count


def test_what_has_no_date_is_left_out_when_a_day_is_asked_for(session):
    """An offer of the file was posted at no known time."""
    assert len(rows(session, "offers")) == 1
    assert rows(session, "offers", date(2026, 1, 1)) == []


def test_a_kind_without_dates_refuses_a_day(session):
    """Rather than give all rows under a day's name."""
    with pytest.raises(NoDate):
        rows(session, "enterprises", date(2026, 1, 1))


def test_what_was_taken_back_is_not_told(session):
    """Undone, withdrawn, left; what was closed is told with its time."""
    session.scalars(select(Activity)).one().undone_at = NOW
    session.scalars(select(Question)).one().state = "withdrawn"
    for item in session.scalars(select(KnowledgeItem)):
        item.withdrawn_at = NOW
    for membership in session.scalars(select(Membership)):
        membership.state = "left"
    session.scalars(select(Offer)).one().closed_at = NOW
    session.flush()
    for kind in ("activities", "questions", "knowledge", "members"):
        assert rows(session, kind) == []
    assert rows(session, "offers")[0]["closed_at"] == NOW


def test_another_network_s_rows_are_not_told(session):
    """Networks on one bot never see each other."""
    data = small(
        **{
            "network.id": "N2",
            "network.rooms.0.line_group_id": "C" + "d" * 32,
            "members.0.line_user_id": ...,
            "meetings": [MET],
        }
    )
    load(session, data)
    for kind in KINDS:
        export_of_other = export(session, kind, network(session), None, NOW).rows
        assert len(export_of_other) == {"enterprises": 2, "members": 2, "knowledge": 2}.get(kind, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_each_taking_out_is_noted(session, kind):
    """When and what, by the operator, who is no member."""
    rows(session, kind)
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.at, entry.action, entry.object_kind, entry.actor_id) == (NOW, "export", kind, None)
