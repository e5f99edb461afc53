"""Whom an announcement reaches, room by room and one by one, and what an emergency silences."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from sqlalchemy import select

from models.announcements import Acknowledgement, Announcement, Emergency, same_said
from models.audiences import Audience, awaiting, lacking, reach, silenced
from models.chats import Room
from models.network import Enterprise, Network
from models.people import Member, Membership
from tests.world import DEMO, load_demo

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture
def session(database_url, store):
    """The demo network, and a second one whose people have the same ids in their file."""
    demo = orjson.loads(DEMO.read_bytes())
    load_demo(database_url, demo)
    other = {**demo, "network": {**demo["network"], "id": "NET02", "rooms": [], "working_groups": []}}
    other |= {key: [] for key in ("links", "activities", "announcements", "meetings", "advice_questions")}
    other["members"] = [{"id": "M01", "full_name": "คนอื่น", "call_as": "คนอื่น", "enterprise_id": "E01"}]
    other |= {"partners": [], "knowledge_cards": []}
    load_demo(database_url, other)
    with store.session() as session:
        yield session


def network_id(session, code="NET01") -> int:
    return session.scalars(select(Network.id).where(Network.code != "NET02")).one()


def codes(session, members) -> set[str]:
    ids = [one.id for one in members]
    found = select(Membership.code).where(Membership.member_id.in_(ids))
    return set(session.scalars(found.where(Membership.network_id == network_id(session))))


def enterprise(session, code: str) -> Enterprise:
    query = select(Enterprise).where(Enterprise.code == code, Enterprise.network_id == network_id(session))
    return session.scalars(query).one()


def announced(session, words="ข่าว", audience=("role", ["treasurer"]), **values) -> Announcement:
    given = {"author_id": None, "state": "sent", "written_at": NOW, "send_at": NOW, **values}
    made = Announcement(
        network_id=network_id(session),
        words=words,
        audience_kind=audience[0],
        audience_values=audience[1],
        **given,
    )
    session.add(made)
    session.flush()
    return made


@pytest.mark.parametrize(
    ("audience", "rooms", "apart"),
    [
        (Audience("province", ("สุรินทร์",)), set(), {"M01", "M02", "M22"}),
        (Audience("district", ("กาบเชิง",)), set(), {"M01", "M02"}),
        (Audience("product_group", ("จักสาน",)), set(), {"M06", "M07"}),
        (Audience("role", ("treasurer",)), set(), {"M07", "M11", "M19"}),
        (Audience("everyone"), {"G1"}, {"M09", "M13", "M17"}),
        (Audience("province", ("ภูเก็ต",)), set(), set()),
        (Audience("stage", ()), set(), set()),
    ],
    ids=lambda value: value.kind if isinstance(value, Audience) else None,
)
def test_an_audience_is_reached_once_each(session, audience, rooms, apart):
    """Never anybody of the other network, though its file names the same enterprises."""
    found = reach(session, network_id(session), audience)
    assert {room.code for room in found.rooms} == rooms
    assert codes(session, session.scalars(found.apart)) == apart
    assert all(one.call_as != "คนอื่น" for one in session.scalars(found.people))


def test_a_room_of_another_network_is_never_reached(session):
    """Not even by its id."""
    room = session.scalars(select(Room).where(Room.code == "G1")).one()
    other = session.scalars(select(Network.id).where(Network.code == "NET02")).one()
    assert reach(session, other, Audience("rooms", (str(room.id),))).rooms == []


def test_an_enterprise_with_a_room_gets_it_there(session):
    """Who sits in it is not sent it one-to-one as well."""
    room = session.scalars(select(Room).where(Room.code == "G2")).one()
    room.enterprise_id = enterprise(session, "E09").id
    session.flush()
    found = reach(session, network_id(session), Audience("enterprise", (str(room.enterprise_id),)))
    assert ({one.code for one in found.rooms}, list(session.scalars(found.apart))) == ({"G2"}, [])
    assert codes(session, session.scalars(found.people)) == {"M18", "M19"}


def test_who_has_answered_is_not_lacking(session):
    """Nor is its author asked; others' announcements are not mixed up."""
    asked = announced(session, acknowledge_by=NOW + timedelta(days=3))
    assert codes(session, session.scalars(lacking(session, asked))) == {"M07", "M11", "M19"}
    person = next(one for one in session.scalars(lacking(session, asked)) if codes(session, [one]) == {"M07"})
    assert awaiting(session, asked.network_id, NOW, person) is asked
    session.add(Acknowledgement(announcement_id=asked.id, member_id=person.id, at=NOW))
    session.flush()
    assert codes(session, session.scalars(lacking(session, asked))) == {"M11", "M19"}
    assert awaiting(session, asked.network_id, NOW, person) is None
    rest = reach(session, asked.network_id, Audience("unacknowledged", (str(asked.id),)))
    assert codes(session, session.scalars(rest.apart)) == {"M11", "M19"}


def test_the_same_words_to_the_same_people_are_a_repeat_for_a_day(session):
    """Other words, other people, or a day later: something new."""
    announced(session)
    later = NOW + timedelta(hours=23)
    assert same_said(session, announced(session, written_at=later)) is not None
    assert same_said(session, announced(session, "อื่น")) is None
    assert same_said(session, announced(session, audience=("everyone", []))) is None
    assert same_said(session, announced(session, written_at=NOW + timedelta(days=3))) is None
    assert same_said(session, announced(session, "ถอน", state="withdrawn")) is None


def test_an_emergency_silences_its_own_lanes_while_it_lasts(session):
    """People of the area, whether or not they sit in a room; nobody else."""
    emergency = Emergency(
        network_id=network_id(session),
        audience_kind="province",
        audience_values=["สุรินทร์"],
        started_at=NOW,
        ends_at=NOW + timedelta(days=2),
    )
    session.add(emergency)
    session.flush()
    lanes = set(
        session.scalars(
            select(Member.line_user_id).where(Member.call_as.in_(["แม่คำแพง", "พ่อทองใบ", "ช่างเงินยวง"]))
        )
    )
    everybody = session.scalars(select(Member.line_user_id).where(Member.line_user_id.is_not(None))).all()
    assert silenced(session, NOW, everybody) == lanes
    assert silenced(session, NOW - timedelta(minutes=1), everybody) == frozenset()
    assert silenced(session, NOW + timedelta(days=2), everybody) == frozenset()
    emergency.ended_at = NOW
    session.flush()
    assert silenced(session, NOW, everybody) == frozenset()
