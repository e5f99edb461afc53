"""Codes: how they look, how long and how often they are good, how many guesses a chat has."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import language
from models.chats import Chat
from models.invites import (
    DIGITS,
    LIFE,
    MOST_WRONG,
    USES,
    InviteKind,
    InviteProblem,
    add_invite,
    count_wrong,
    find_invite,
    guesses_too_much,
    new_code,
    spaced,
    spend,
)
from models.network import Network
from models.people import Invite

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Bangkok"))


@pytest.fixture
def network_id(store):
    with store.session() as session:
        network = Network(code="N", name="N", short_name="N")
        session.add(network)
        session.flush()
        return network.id


@pytest.mark.parametrize("kind", DIGITS)
def test_a_code_reads_as_one_and_never_as_a_phone_number(kind):
    """It has its kind's length, no zero in front, and is taken for a code as it is shown."""
    code = new_code(kind)
    assert len(code) == DIGITS[kind]
    assert code[0] != "0"
    assert re.fullmatch(language("th").say("codes.words.code"), spaced(code))


@given(st.from_regex(r"0\d{8,9}", fullmatch=True))
def test_no_phone_number_is_taken_for_a_code(number):
    """Thai numbers begin with 0."""
    assert re.search(language("th").say("codes.code"), number) is None


@given(st.sampled_from(sorted(DIGITS)).map(new_code), st.sampled_from(["", " ", "-"]))
def test_a_code_is_read_with_or_without_its_space(code, between):
    """1234 5678, 1234-5678 and 12345678 are the same code."""
    typed = spaced(code).replace(" ", between)
    found = re.search(language("th").say("codes.code"), f"รหัส {typed} ค่ะ")
    assert found is not None
    assert re.sub(r"\D", "", found[0]) == code


@pytest.mark.parametrize("kind", InviteKind)
def test_a_code_is_good_until_it_is_over_and_as_often_as_its_kind(store, network_id, kind):
    """One second before its end it opens, at its end it is expired; after its last use it is used up."""
    with store.session() as session:
        invite = add_invite(session, kind, "hash", NOW, network_id=network_id)
        end = NOW + LIFE[kind]
        assert find_invite(session, "hash", end - timedelta(seconds=1)) is invite
        assert find_invite(session, "hash", end) is InviteProblem.EXPIRED
        assert find_invite(session, "other", NOW) is InviteProblem.WRONG
        for _ in range(USES.get(kind, 1)):
            assert isinstance(spend(session, invite.id, NOW), Invite)
        assert spend(session, invite.id, NOW) is InviteProblem.USED_UP
        assert find_invite(session, "hash", NOW) is InviteProblem.USED_UP


def test_five_wrong_codes_a_day_are_enough(store):
    """The fifth closes the chat until midnight in the network's zone, also when the database gives UTC back."""
    late = NOW.replace(hour=23, minute=59)
    with store.session() as session:
        chat = Chat(kind="user", line_id="U1", wrong_codes=0)
        session.add(chat)
        for wrong in range(MOST_WRONG):
            assert not guesses_too_much(chat, late), wrong
            count_wrong(chat, late)
    with store.session() as session:
        chat = session.get_one(Chat, chat.id)
        assert chat.wrong_codes_at.tzinfo == UTC
        assert guesses_too_much(chat, late)
        assert not guesses_too_much(chat, late + timedelta(minutes=1))
        count_wrong(chat, late + timedelta(minutes=1))
        assert chat.wrong_codes == 1
