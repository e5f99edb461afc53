"""Who belongs, who says so, and who may not go."""

from datetime import UTC, datetime

import pytest

from models.membership import (
    BASIC,
    GUARDIAN,
    ask_to_join,
    confirm,
    consent_of,
    deciders,
    decline,
    enterprises_like,
    give_consent,
    grant_role,
    is_last_coordinator,
    may_decide,
    members_like,
    withdraw_role,
)
from models.network import Enterprise, Network
from models.people import Member
from models.permissions import Role

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


class Village:
    """Two networks, whose enterprises are partly called alike."""

    def __init__(self, session):
        self.session = session
        self.east, self.west = self._network("E", "เครือข่ายตะวันออก"), self._network("W", "เครือข่ายตะวันตก")
        self.cloth = self._enterprise(self.east, "E1", "ทอผ้าบ้านหนองแคน", "นครพนม")
        self.rice = self._enterprise(self.east, "E2", "โรงสีบ้านหนองแคน", "นครพนม")
        self.other_cloth = self._enterprise(self.west, "W1", "ทอผ้าบ้านหนองแคน", "กาญจนบุรี")

    def _network(self, code, name):
        network = Network(code=code, name=name, short_name=name)
        self.session.add(network)
        self.session.flush()
        return network

    def _enterprise(self, network, code, name, province):
        enterprise = Enterprise(
            network_id=network.id, code=code, name=name, short_name=name, province=province
        )
        self.session.add(enterprise)
        self.session.flush()
        return enterprise

    def joins(self, name, enterprise, *roles, by=None):
        """Somebody with a LINE, active, with these roles."""
        member = Member(line_user_id=f"U{name}", call_as=name, full_name=f"{name} สมมุติ", created_at=NOW)
        self.session.add(member)
        place = ask_to_join(self.session, member, enterprise.network_id, enterprise.id, NOW)
        confirm(self.session, place, by, NOW)
        for role in roles:
            grant_role(place, role, by, NOW)
        self.session.flush()
        return place

    def asks(self, name, enterprise, under_age=False):
        """Somebody who waits for an answer."""
        member = Member(line_user_id=f"U{name}", call_as=name, created_at=NOW, under_age=under_age)
        self.session.add(member)
        return ask_to_join(self.session, member, enterprise.network_id, enterprise.id, NOW)


@pytest.fixture
def village(store):
    with store.session() as session:
        yield Village(session)


def test_the_leader_decides_or_else_a_coordinator(village):
    """Only where an enterprise has no leader that can be reached its coordinators are asked."""
    coordinator = village.joins("แพร", village.rice, Role.COORDINATOR)
    asker = village.asks("สมใจ", village.cloth)
    assert deciders(village.session, asker) == [coordinator]
    leader = village.joins("บัว", village.cloth, Role.LEADER)
    assert deciders(village.session, asker) == [leader]
    leader.member.line_user_id = None
    village.session.flush()
    assert deciders(village.session, asker) == [coordinator]


@pytest.mark.parametrize(
    ("where", "roles", "may"),
    [
        ("cloth", [Role.LEADER], True),
        ("rice", [Role.COORDINATOR], True),
        ("rice", [Role.LEADER], False),
        ("cloth", [Role.TREASURER, Role.ADVISOR, Role.OFFICER], False),
        ("other_cloth", [Role.COORDINATOR, Role.LEADER], False),
    ],
)
def test_who_may_decide(village, where, roles, may):
    """Leaders for their own enterprise, coordinators for their own network, nobody else and never oneself."""
    decider = village.joins("บัว", getattr(village, where), *roles)
    assert may_decide(village.session, decider, village.asks("สมใจ", village.cloth)) is may
    assert not may_decide(village.session, decider, decider)
    decider.state = "waiting"
    assert not may_decide(village.session, decider, village.asks("บุญ", village.cloth))


def test_under_age_needs_the_group_and_a_guardian_in_any_order(village):
    """Neither alone is enough."""
    by = village.joins("แพร", village.cloth, Role.COORDINATOR).member
    first = village.asks("ฟ้า", village.cloth, under_age=True)
    confirm(village.session, first, by.id, NOW)
    assert first.state == "waiting"
    give_consent(village.session, first.member, GUARDIAN, "1.0", NOW, by=by)
    confirm(village.session, first, by.id, NOW)
    assert first.state == "active"


def test_who_was_refused_may_ask_again(village):
    """The same membership waits once more, without the former answer and without former roles."""
    leader = village.joins("บัว", village.cloth, Role.LEADER)
    asker = village.joins("สมใจ", village.cloth, Role.TREASURER)
    decline(asker, leader.member_id)
    assert (asker.state, asker.roles, asker.confirmed_by_id) == ("left", [], leader.member_id)
    again = ask_to_join(village.session, asker.member, village.east.id, village.rice.id, NOW)
    assert again is asker
    assert (again.state, again.confirmed_by_id, again.enterprise_id) == ("waiting", None, village.rice.id)


def test_the_last_coordinator_is_known(village):
    """Those of other networks, those who left and those without LINE do not count."""
    only = village.joins("แพร", village.cloth, Role.COORDINATOR)
    village.joins("ไกล", village.other_cloth, Role.COORDINATOR)
    assert is_last_coordinator(village.session, only)
    second = village.joins("คำแพง", village.rice, Role.COORDINATOR)
    assert not is_last_coordinator(village.session, only)
    second.member.line_user_id = None
    village.session.flush()
    assert is_last_coordinator(village.session, only)
    assert withdraw_role(second, Role.COORDINATOR)
    assert not withdraw_role(second, Role.COORDINATOR)
    assert not is_last_coordinator(village.session, second)


def test_a_consent_is_given_once(village):
    """A second tap keeps the first time and wording."""
    member = village.joins("บัว", village.cloth).member
    given = give_consent(village.session, member, BASIC, "1.0", NOW)
    assert give_consent(village.session, member, BASIC, "2.0", NOW) is given
    given.withdrawn_at = NOW
    village.session.flush()
    assert consent_of(village.session, member, BASIC) is None
    assert give_consent(village.session, member, BASIC, "2.0", NOW) is not given


def test_a_province_decides_between_groups_of_the_same_name(village):
    """Over all networks on the bot; without a province all are offered."""
    assert set(enterprises_like(village.session, "กลุ่มทอผ้าบ้านหนองแคน")) >= {village.cloth, village.other_cloth}
    assert enterprises_like(village.session, "ทอผ้าบ้านหนองแคน กาญจนบุรี") == [village.other_cloth]
    assert enterprises_like(village.session, "เลี้ยงผึ้งชันโรง") == []


@pytest.mark.parametrize("words", ["แม่บัวเขียว", "บัวเขียว", "ป้าบัวเขียว", "แม่บัวเขียวว", "แม่ บัวเขียว"])
def test_people_are_found_by_what_others_call_them(village, words):
    """Whatever the form of address, with a slip of the finger, in their own network only."""
    village.joins("ยายจันที", village.cloth)
    wanted = village.joins("แม่บัวเขียว", village.cloth)
    village.joins("แม่บัวเขียวไกล", village.other_cloth)
    assert members_like(village.session, village.east.id, words) == [wanted]
    assert members_like(village.session, village.east.id, words, village.rice.id) == []
