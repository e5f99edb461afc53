"""The demo network is whole, fictional, and says nothing that nobody needs."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

import models
from bot.understanding import places
from models.activities import Activity
from models.network import Enterprise
from models.network_file import load_network
from models.people import Member, Membership, RoleGrant
from models.search import find

DEMO = Path(models.__file__).with_name("demo_network.json")


@pytest.fixture
def loaded(store):
    """The demo network in a database, and what was said of its loading."""
    with store._sessions() as session, session.begin():
        told = load_network(
            session, DEMO.read_bytes(), cut=str.split, places=places, progress=lambda *_: None
        )
        yield session, told


def test_all_of_it_is_loaded(loaded):
    """No key is ignored or waits for a later part."""
    _, told = loaded
    assert (told.ignored, told.later, told.left, told.notes) == ([], [], [], [])
    assert {kind: tally.new for kind, tally in told.tallies.items()} == {
        "enterprise": 12,
        "offer": 36,
        "need": 34,
        "partner": 2,
        "member": 25,
        "room": 12,
        "link": 26,
        "activity": 40,
        "announcement": 5,
        "knowledge": 14,
        "sharing topic": 0,
        "meeting": 6,
    }


def test_everybody_can_speak_with_the_bot(loaded):
    """All members consented, so that all can be tried; somebody holds each role."""
    session, _ = loaded
    assert session.scalar(select(func.count()).where(Member.line_user_id.is_(None))) == 0
    assert set(session.scalars(select(Membership.state))) == {"active"}
    roles = Counter(session.scalars(select(RoleGrant.role)))
    assert set(roles) == {"leader", "coordinator", "treasurer", "advisor", "officer"}


def test_every_enterprise_is_on_the_map_and_tells_of_itself(loaded):
    """Districts are real; profiles are filled, so that searches find something."""
    session, _ = loaded
    for enterprise in session.scalars(select(Enterprise)):
        assert enterprise.latitude is not None, enterprise.short_name
        assert all((enterprise.products, enterprise.proud_of, enterprise.skills)), enterprise.short_name


def test_advisors_say_what_they_are_asked_about(loaded):
    """Questions are handed over by topic."""
    session, _ = loaded
    advisors = session.scalars(select(Membership).join(RoleGrant).where(RoleGrant.role == "advisor")).all()
    assert advisors
    assert all(advisor.topics for advisor in advisors)


def test_its_figures_are_those_of_six_weeks(loaded):
    """Sales and fairs add up to what was computed by hand for this network."""
    session, _ = loaded
    sold = select(func.sum(Activity.amount)).where(Activity.kind.in_(("sale", "fair")))
    assert session.scalar(sold) == 165_950
    kinds = Counter(session.scalars(select(Activity.kind)))
    assert (kinds["production"], kinds["sale"], kinds["fair"], kinds["training"]) == (10, 9, 2, 3)


def test_its_goods_are_found(loaded):
    """By the word of an offer."""
    session, _ = loaded
    assert find(session, "offer", [1], ["แกลบ"], 3)


def test_it_holds_no_more_of_people_than_is_needed():
    """PDPA s.22: no telephone numbers, ages, ways of speaking or notes; LINE ids that are plainly made up."""
    text = DEMO.read_text("utf-8")
    assert not re.search(r"0[689]\d-?\d{3}-?\d{4}", text)
    members = json.loads(text)["members"]
    assert {key for member in members for key in member} <= {
        "id",
        "line_user_id",
        "full_name",
        "call_as",
        "enterprise_id",
        "roles",
        "topics",
        "rooms",
        "consent",
    }
    assert all(member["line_user_id"].startswith("U" + "0" * 20) for member in members)
