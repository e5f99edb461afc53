"""Becoming who one was, and being forgotten: no row is overlooked."""

from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select

from models.base import Base
from models.chats import Form, RoomMember
from models.identity import become, erase, references_to
from models.membership import BASIC, give_consent
from models.people import AuditEntry, Consent, Member, Membership
from models.post import Delivery
from tests.world import DEMO, NOW, load_demo

LATER = NOW + timedelta(days=1)


@pytest.fixture
def session(database_url, store):
    """The demo network."""
    load_demo(database_url, orjson.loads(DEMO.read_bytes()))
    with store.session() as session:
        yield session


def person(session, code):
    return session.scalars(select(Membership).where(Membership.code == code)).one().member


def everything(session) -> str:
    """All cells of all tables as one text."""
    rows = [session.execute(select(table)).all() for table in Base.metadata.sorted_tables]
    return "\n".join(repr(row) for table in rows for row in table)


def test_every_row_that_must_have_a_member_is_thought_of():
    """Columns that may be empty are emptied; a new one that may not needs a place in `erase` or an eraser of its own,
    and then here."""
    demanded = {
        f"{table.name}.{column.name}"
        for table, column in references_to(Member.__table__)
        if not column.nullable
    }
    assert demanded == {
        "consents.member_id",
        "forms.member_id",
        "introductions.asker_id",
        "memberships.member_id",
        "mutes.member_id",
        "room_members.member_id",
        "sharing_wishes.member_id",
    }


def test_all_that_was_the_newcomers_becomes_the_members(session):
    """Consents, acts and seats pass on; the newcomer's row goes; the old LINE's forms end and its mail is withheld."""
    former, newcomer = person(session, "M07"), Member(line_user_id="Unew", created_at=NOW, language="en")
    old_line = former.line_user_id
    session.add(newcomer)
    session.flush()
    give_consent(session, newcomer, BASIC, "1.0", NOW)
    session.add(AuditEntry(at=NOW, actor_id=newcomer.id, action="x", object_kind="y"))
    session.add(Delivery(key="k", lane=old_line, way="push", retry_key="r", body=b"[]", written_at=NOW))
    seats = set(session.scalars(select(RoomMember.room_id).where(RoomMember.member_id == former.id)))
    session.add(RoomMember(room_id=min(seats), member_id=newcomer.id))
    session.flush()
    gone = newcomer.id
    become(session, newcomer, former, LATER)
    session.expire_all()
    assert (former.line_user_id, former.call_as, former.language) == ("Unew", "ป้าไพรวัลย์", "en")
    assert session.get(Member, gone) is None
    assert session.scalars(select(AuditEntry.actor_id)).all() == [former.id]
    assert set(session.scalars(select(RoomMember.room_id).where(RoomMember.member_id == former.id))) == seats
    assert session.scalars(select(Delivery.state).where(Delivery.lane == old_line)).all() == ["dropped"]
    assert [one.purpose for one in former.consents].count(BASIC) == 2


def test_a_place_in_another_network_is_kept(session):
    """Of two memberships in one network the former's stays."""
    former, newcomer = person(session, "M07"), person(session, "M11")
    places = [one.id for one in former.memberships]
    former.line_user_id = None
    session.flush()
    become(session, newcomer, former, LATER)
    session.expire_all()
    assert [one.id for one in former.memberships] == places


def test_nothing_of_somebody_who_is_erased_can_be_found(session):
    """No cell holds the name, the phone, the LINE id or the words; what the group did is still counted."""
    member = person(session, "M04")
    member.phone = "0812345678"
    form = Form(
        chat_id=1, member_id=member.id, kind="activities.log", step="confirm", opened_at=NOW, touched_at=NOW
    )
    form.data = {"words": "คำลับของแม่บัว"}
    session.add(form)
    session.flush()
    reports = count(session, "activities")
    line, names = member.line_user_id, (member.full_name, member.call_as, "0812345678", "คำลับของแม่บัว")
    before = everything(session)
    assert all(name in before for name in (line, *names))
    erase(session, member, LATER)
    session.expire_all()
    after = everything(session)
    assert not [name for name in names if name in after]
    assert line not in after
    assert count(session, "activities") == reports
    left = [
        table.name
        for table, column in references_to(Member.__table__)
        if session.execute(select(table).where(column == member.id)).first()
    ]
    assert sorted(set(left)) == ["consents", "forms", "memberships"]
    assert all(
        one.withdrawn_at for one in session.scalars(select(Consent).where(Consent.member_id == member.id))
    )


def test_the_file_does_not_bring_them_back(database_url, store):
    """A network's file that still names somebody who left is loaded without them."""
    load_demo(database_url, orjson.loads(DEMO.read_bytes()))
    with store.session() as session:
        erase(session, person(session, "M04"), LATER)
    load_demo(database_url, orjson.loads(DEMO.read_bytes()))
    with store.session() as session:
        assert session.scalars(select(Member).where(Member.call_as == "แม่บัวเขียว")).all() == []


def test_others_are_left_as_they_are(session):
    """Erasing one member changes no other member's rows."""
    others = session.scalars(select(Member).where(Member.call_as != "แม่บัวเขียว")).all()
    before = {
        one.id: (one.line_user_id, one.call_as, len(one.consents), len(one.memberships)) for one in others
    }
    erase(session, person(session, "M04"), LATER)
    session.expire_all()
    assert before == {
        one.id: (one.line_user_id, one.call_as, len(one.consents), len(one.memberships)) for one in others
    }


def count(session, name) -> int:
    table = Base.metadata.tables[name]
    return len(session.execute(select(table)).all())
