"""A network's file becomes rows; loading it again brings them up to it."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from models.activities import Activity
from models.chats import Chat, Room, RoomMember
from models.knowledge import KnowledgeItem
from models.network import Enterprise, Link, Need, Network, Offer
from models.network_file import NetworkFileProblem
from models.people import Consent, Member, Membership, RoleGrant
from models.search import SearchEntry, find
from tests.models.network_files import GROUP_ID, LINE_ID, load, small

OCTOBER = datetime(2026, 10, 4, 17, tzinfo=UTC)  # midnight of 5 October in Bangkok


@pytest.fixture
def session(store):
    """A session of which nothing is kept."""
    with store._sessions() as session, session.begin():
        yield session


def one(session, model, code="", **where):
    """The only row with this id of the file."""
    session.expire_all()
    return session.scalars(select(model).filter_by(**({"code": code} if code else {}), **where)).one()


def test_enterprises_lie_where_their_district_is(session):
    """Coordinates are the district's; who names no district has none."""
    load(session)
    assert (one(session, Enterprise, "E1").latitude, one(session, Enterprise, "E1").longitude) == (
        14.4,
        103.6,
    )
    assert one(session, Enterprise, "E2").latitude is None


def test_offers_and_needs_keep_their_figures_and_the_kinds_of_links_they_mean(session):
    """The field's words for kinds are kept as the bot's."""
    load(session)
    offer, need = one(session, Offer, "O1"), one(session, Need, "D1")
    assert (offer.quantity, offer.links, offer.enterprise.code) == (5, ["raw_material", "market"], "E1")
    assert (need.needed_by, need.links) == (date(2026, 12, 10), ["packaging"])


def test_a_link_ends_at_an_enterprise_or_a_partner(session):
    """Each end is one or the other."""
    load(session)
    link = one(session, Link, "L1")
    assert link.from_enterprise_id is None
    assert link.from_partner_id is not None
    assert link.to_enterprise_id == one(session, Enterprise, "E1").id
    assert link.kind == "market"


def test_who_consented_is_linked_and_holds_roles_and_positions(session):
    """Words that are no right become positions; consents keep purpose, wording and day."""
    load(session)
    membership = one(session, Membership, "M1")
    assert (membership.member.line_user_id, membership.state) == (LINE_ID, "active")
    assert [grant.role for grant in membership.roles] == ["coordinator"]
    assert membership.positions == ["secretary"]
    assert membership.topics == ["ข้าว"]
    assert {(one.purpose, one.version, one.given_at) for one in membership.member.consents} == {
        ("basic", "1.0", OCTOBER),
        ("photos", "1.0", OCTOBER),
    }


@pytest.mark.parametrize(
    "consent",
    [{"basic": False}, {"basic": False, "given_at": "2026-10-05", "version": "1.0", "photo_use": True}],
)
def test_without_consent_no_line_id_is_kept(session, consent):
    """The entry is there for somebody to claim; its LINE id and consents are not."""
    load(session, small(**{"members.0.consent": consent}))
    member = one(session, Membership, "M1").member
    assert member.line_user_id is None
    assert member.full_name == "แพร ทดลอง"
    assert session.scalar(select(func.count()).select_from(Consent)) == 0
    assert one(session, Activity, "A1").reporter_id is None


@pytest.mark.parametrize(("agreed", "state"), [(None, "waiting"), ("2026-10-06", "active")])
def test_under_age_members_wait_for_their_guardian(session, agreed, state):
    """PDPA s.20: a guardian consents first."""
    consent = {"members.0.consent.guardian_required": True, "members.0.consent.guardian_consent_at": agreed}
    load(session, small(**consent))
    membership = one(session, Membership, "M1")
    assert membership.member.under_age
    assert membership.state == state


def test_a_partner_s_person_stands_beside_it(session):
    """The partner names its member."""
    load(session)
    assert one(session, Membership, "M2").partner_id is not None


def test_rooms_are_bound_to_their_groups_and_working_groups_have_none(session):
    """Who sits where is known from the members' rooms and the working groups' members."""
    load(session)
    room, team = one(session, Room, "R1"), one(session, Room, "W1")
    assert session.get(Chat, room.chat_id).line_id == GROUP_ID
    assert (team.kind, team.chat_id) == ("working_group", None)
    member = one(session, Membership, "M1").member_id
    assert {(seat.room_id, seat.member_id) for seat in session.scalars(select(RoomMember))} == {
        (room.id, member),
        (team.id, member),
    }


def test_an_activity_has_its_figures_its_reporter_and_those_who_took_part(session):
    """The first enterprise is the one whose activity it is; times are the network's."""
    load(session)
    activity = one(session, Activity, "A1")
    assert (activity.kind, activity.product, activity.quantities) == ("fair", "ข้าว", [[26, "ถุง"]])
    assert (activity.amount, activity.happened_on) == (14300, date(2026, 11, 14))
    assert activity.reported_at == datetime(2026, 11, 14, 11, 40, tzinfo=UTC)
    assert activity.enterprise.code == "E1"
    assert [one.enterprise_id for one in activity.partners_in] == [one_id(session, "E2")]
    assert activity.reporter.call_as == "น้องแพร"


def one_id(session, code):
    return session.scalars(select(Enterprise.id).where(Enterprise.code == code)).one()


def test_goods_without_a_common_unit_are_listed_one_by_one(session):
    """Several goods of one fair keep their own quantities."""
    goods = {"items": [{"item": "ผ้า", "quantity": 21, "unit": "ผืน"}, {"item": "ลูกประคบ", "quantity": 85}]}
    load(session, small(**{"activities.0.structured": goods}))
    activity = one(session, Activity, "A1")
    assert (activity.product, activity.quantities) == ("ผ้า, ลูกประคบ", [[21, "ผืน"], [85, ""]])


def test_questions_and_cards_become_knowledge_with_source_and_date(session):
    """Whom to ask and where to make sure stay with the answer; steps are numbered."""
    load(session)
    answer, card = one(session, KnowledgeItem, "Q1"), one(session, KnowledgeItem, "K1")
    assert (answer.title, answer.words, answer.topic) == ("ต่อทะเบียนที่ไหน", "ที่เกษตรอำเภอ", "ทะเบียน")
    assert (answer.source, answer.source_on, answer.verify_with) == (
        "น้องแพร",
        date(2026, 11, 22),
        ["สำนักงานเกษตรอำเภอ"],
    )
    assert (card.words, card.source, card.tags) == ("1. วัด\n2. ตาก", "โรงสี", ["ข้าว"])


@pytest.mark.parametrize(
    ("kind", "word"), [("offer", "แกลบ"), ("need", "กล่อง"), ("enterprise", "ข้าวสาร"), ("knowledge", "ตาก")]
)
def test_what_was_loaded_is_found_by_its_words(session, kind, word):
    """Offers, needs, enterprises and knowledge; an enterprise's goods lead to its offers too."""
    load(session)
    network = one(session, Network, "N1")
    assert len(find(session, kind, [network.id], [word], 5)) == 1


def test_what_is_closed_is_not_made_findable_again(session):
    """An offer that was closed in the bot stays closed."""
    load(session)
    one(session, Offer, "O1").closed_at = OCTOBER
    load(session)
    kinds = session.scalars(select(SearchEntry.kind)).all()
    assert "offer" not in kinds
    assert one(session, Offer, "O1").closed_at == OCTOBER


def without_people():
    """The small file without members and all that names them."""
    gone: dict = {key: [] for key in ("members", "partners", "links", "activities", "advice_questions")}
    return small(**gone, **{"network.working_groups": []})


def everything(session):
    """All rows but the search's own."""
    session.expire_all()
    models = (Network, Enterprise, Offer, Need, Link, Member, Membership, RoleGrant, Consent, Room, Chat)
    models += (Activity, KnowledgeItem, RoomMember)
    return {
        (model.__name__, *(str(getattr(row, column.key)) for column in model.__table__.columns))
        for model in models
        for row in session.scalars(select(model))
    }


def test_loading_twice_changes_nothing(session):
    """Every row is as it was, and is told to be."""
    load(session)
    before = everything(session)
    loaded = load(session)
    assert everything(session) == before
    assert {(tally.new, tally.changed) for tally in loaded.tallies.values()} == {(0, 0)}


@pytest.mark.parametrize(
    ("path", "value", "kind"),
    [
        ("enterprises.0.name", "กลุ่มใหม่", "enterprise"),
        ("enterprises.0.products", ["รำ"], "enterprise"),
        ("enterprises.0.offers.0.price_thb", 12.5, "offer"),
        ("enterprises.0.needs.0.needed_by", "2027-01-01", "need"),
        ("partners.0.name", "สหกรณ์", "partner"),
        ("members.1.call_as", "คุณเตย", "member"),
        ("members.1.roles", ["government_officer", "advisor"], "member"),
        ("members.0.consent.given_at", "2026-11-01", "member"),
        ("network.rooms.0.name", "ห้องเล็ก", "room"),
        ("links.0.status", "dormant", "link"),
        ("activities.0.structured.amount_thb", 1, "activity"),
        ("knowledge_cards.0.steps", ["ตาก"], "knowledge"),
    ],
)
def test_a_changed_file_changes_what_it_says_and_no_more(session, path, value, kind):
    """Entries are known again by their ids."""
    load(session)
    loaded = load(session, small(**{path: value}))
    changed = {name: (tally.new, tally.changed) for name, tally in loaded.tallies.items()}
    assert changed == {name: (0, 1 if name == kind else 0) for name in changed}


def test_what_the_file_does_not_mention_stays_as_it_is(session):
    """A profile that was filled in by chat is not emptied by a file without it."""
    load(session)
    enterprise = one(session, Enterprise, "E2")
    enterprise.proud_of, enterprise.products = "ลายของแม่", ["ผ้าขาวม้า"]
    load(session)
    assert one(session, Enterprise, "E2").proud_of == "ลายของแม่"
    assert one(session, Enterprise, "E2").products == ["ผ้าขาวม้า"]


def test_what_is_no_longer_in_the_file_is_left_alone_and_told(session):
    """Nothing is deleted by a file."""
    load(session)
    loaded = load(session, small(activities=[], links=[]))
    assert loaded.left == ["link L1", "activity A1"]
    assert one(session, Activity, "A1").words


def test_a_withdrawn_consent_is_not_given_again_by_the_same_file(session):
    """What a person said in the bot since then outweighs the file; a newer paper counts."""
    load(session)
    for consent in one(session, Membership, "M1").member.consents:
        consent.withdrawn_at = datetime(2026, 11, 1, tzinfo=UTC)
    load(session)
    standing = select(func.count()).select_from(Consent).where(Consent.withdrawn_at.is_(None))
    assert session.scalar(standing) == 0
    load(session, small(**{"members.0.consent.given_at": "2026-11-20"}))
    assert session.scalar(standing) == 2


def test_who_left_stays_away(session):
    """A file does not bring back who left, nor their roles."""
    load(session)
    membership = one(session, Membership, "M1")
    membership.state, membership.roles = "left", []
    loaded = load(session)
    assert one(session, Membership, "M1").state == "left"
    assert session.scalar(select(func.count()).select_from(RoleGrant)) == 1
    assert loaded.notes == ["M1 has left the network; nothing about them was loaded"]


def test_a_person_s_own_names_outweigh_the_file_s(session):
    """Who is linked says themselves what they are called; the operator is told."""
    load(session)
    one(session, Membership, "M1").member.call_as = "พี่แพร"
    loaded = load(session)
    assert one(session, Membership, "M1").member.call_as == "พี่แพร"
    assert loaded.notes == ["M1 keeps the names in use; the file has others"]


def test_a_role_given_in_the_bot_stays_and_is_told(session):
    """The file takes no role away."""
    load(session)
    membership = one(session, Membership, "M1")
    membership.roles.append(RoleGrant(role="treasurer", granted_at=OCTOBER))
    session.flush()
    assert load(session).notes == ["M1 keeps the role treasurer, which the file does not name"]


def test_who_joined_by_themselves_is_known_again_by_their_line_account(session):
    """The entry becomes theirs; nobody is twice in the network."""
    load(session, without_people())
    member = Member(line_user_id=LINE_ID, call_as="แพร", created_at=OCTOBER)
    network = one(session, Network, "N1")
    session.add(Membership(member=member, network_id=network.id, joined_at=OCTOBER, state="waiting"))
    session.flush()
    load(session)
    membership = one(session, Membership, "M1")
    assert (membership.member_id, membership.state) == (member.id, "active")


def test_a_line_account_of_somebody_else_is_refused(session):
    """Two people are not made one by a file."""
    load(session, small(**{"members.0.line_user_id": ...}))
    session.add(Member(line_user_id=LINE_ID, created_at=OCTOBER))
    session.flush()
    with pytest.raises(
        NetworkFileProblem, match=r"line \d+: members\[0\].line_user_id belongs to somebody else"
    ):
        load(session)


def test_another_line_account_for_a_linked_person_is_refused(session):
    """A new phone is claimed with a code, not by a file."""
    load(session)
    with pytest.raises(NetworkFileProblem, match="is not the account that M1 uses"):
        load(session, small(**{"members.0.line_user_id": "U" + "c" * 32}))


def test_a_group_that_was_bound_in_the_bot_becomes_the_file_s_room(session):
    """The room with this group takes the file's id."""
    load(session, small(**{"network.rooms": [], "members.0.rooms": [], "activities": []}))
    chat = Chat(kind="group", line_id=GROUP_ID)
    session.add(chat)
    session.flush()
    room = Room(network_id=one(session, Network, "N1").id, chat_id=chat.id, name="ห้อง", kind="network")
    session.add(room)
    session.flush()
    load(session)
    assert one(session, Room, "R1").id == room.id


def test_a_group_of_another_room_is_refused(session):
    """A LINE group is one room's."""
    load(session)
    other = without_people()
    other["network"]["id"] = "N2"
    with pytest.raises(
        NetworkFileProblem, match=r"line_group_id is a LINE group that is bound to another room"
    ):
        load(session, other)


def test_a_file_with_a_fault_changes_nothing(store):
    """All or nothing."""
    with pytest.raises(NetworkFileProblem), store.session() as session:
        load(session, small(**{"knowledge_cards.0.owner_enterprise": "E9"}))
    with store.session() as session:
        assert session.scalars(select(Network)).all() == []


def test_keys_that_nothing_is_made_of_are_listed_once(session):
    """What is passed over on purpose, and what belongs to parts that are not loaded yet."""
    data = small(reserves=[], **{"enterprises.0.seed_case": "x", "enterprises.1.seed_case": "y"})
    data["members"][0]["speech"], data["network"]["shared_fund_thb"] = "อีสาน", 48250
    data["meta"]["title_th"] = "ทดลอง"
    loaded = load(session, data)
    assert loaded.ignored == ["enterprises.seed_case", "members.speech"]
    assert loaded.later == ["network.shared_fund_thb", "reserves"]


def test_progress_is_told_for_each_kind(session):
    """How many are done, and of how many."""
    told = []
    load(session, progress=lambda *step: told.append(step))
    assert ("enterprises", 1, 2) in told
    assert ("enterprises", 2, 2) in told
