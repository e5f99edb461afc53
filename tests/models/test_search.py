"""Finding things by words cut beforehand, on both databases."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.network import Network
from models.search import MOST_WORDS, find, forget, index

KIND = "knowledge"


@pytest.fixture
def session(store):
    with store.session() as session:
        for number in (1, 2):
            session.add(Network(id=number, code=f"N{number}", name=f"เครือข่าย {number}", short_name="ข"))
        session.flush()
        yield session


def found(session, *words, networks=(1,), limit=10):
    return [one.object_id for one in find(session, KIND, networks, words, limit)]


def test_who_holds_more_of_the_words_comes_first(session):
    """Two words found count for more than one."""
    index(session, KIND, 1, 1, ["ข้าว", "สี"])
    index(session, KIND, 2, 1, ["ข้าว", "ยุ้ง", "ตาก"])
    index(session, KIND, 3, 1, ["ผ้า", "คราม", "ซัก"])
    assert found(session, "ข้าว", "ยุ้ง") == [2, 1]


def test_a_better_fit_scores_higher(session):
    """Scores fall from the first to the last."""
    index(session, KIND, 1, 1, ["ไพล", "หน้าแล้ง", "อบ"])
    index(session, KIND, 2, 1, ["ไพล", "ปลูก", "ขาย"])
    index(session, KIND, 3, 1, ["ผ้า"])
    first, second = find(session, KIND, [1], ["ไพล", "หน้าแล้ง"], 10)
    assert (first.object_id, second.object_id) == (1, 2)
    assert first.score > second.score


@pytest.mark.parametrize(
    "word", ["น้ำผึ้ง", "ปุ๋ย", "เก็บ", "ชื้น", "สัมมา", "ก๋วยเตี๋ยว", "ฤๅษี", "๑๒", "ไม่", "พันธุ์", "organic"]
)
def test_words_are_found_whole_with_their_marks(session, word):
    """Vowels, tone marks and silencers belong to the word; a piece of it is not the word."""
    index(session, KIND, 1, 1, [word, "ยุ้ง"])
    assert found(session, word) == [1]
    assert found(session, word[:-1]) == []


def test_letters_are_found_whatever_their_case(session):
    """Organic, ORGANIC and organic are one word."""
    index(session, KIND, 1, 1, ["Organic"])
    assert found(session, "ORGANIC") == [1]


def test_nothing_is_found_where_no_word_fits(session):
    """No word, no network, an unknown word: nothing."""
    index(session, KIND, 1, 1, ["ข้าว"])
    assert found(session, "ผ้า") == []
    assert found(session) == []
    assert found(session, "ข้าว", networks=()) == []
    assert found(session, "!!!", '"', "'") == []


def test_networks_never_see_each_other(session):
    """Only the networks that are asked for are searched."""
    index(session, KIND, 1, 1, ["ข้าว"])
    index(session, KIND, 2, 2, ["ข้าว"])
    assert found(session, "ข้าว", networks=(1,)) == [1]
    assert found(session, "ข้าว", networks=(2,)) == [2]
    assert sorted(found(session, "ข้าว", networks=(1, 2))) == [1, 2]


def test_kinds_are_kept_apart(session):
    """An offer is not a piece of knowledge, whatever its number."""
    index(session, "offer", 1, 1, ["ข้าว"])
    assert found(session, "ข้าว") == []


def test_indexing_again_replaces_the_words(session):
    """A thing is found by its newest words only."""
    index(session, KIND, 1, 1, ["ข้าว"])
    index(session, KIND, 1, 1, ["ผ้า"])
    assert found(session, "ข้าว") == []
    assert found(session, "ผ้า") == [1]


def test_what_is_forgotten_is_not_found(session):
    """Forgetting takes one thing out and leaves the others."""
    index(session, KIND, 1, 1, ["ข้าว"])
    index(session, KIND, 2, 1, ["ข้าว"])
    forget(session, KIND, 1)
    assert found(session, "ข้าว") == [2]


def test_no_more_than_asked_for_are_given(session):
    """The limit holds."""
    for number in range(1, 8):
        index(session, KIND, number, 1, ["ข้าว"])
    assert found(session, "ข้าว", limit=3) == [1, 2, 3]


@pytest.mark.parametrize(
    "typed",
    [
        "ข้าว OR ผ้า",
        "ข้าว* AND NOT (ผ้า",
        'ข้าว" OR "1"="1',
        "'; DROP TABLE search_entries; --",
        "ข้าว & ! | <-> ผ้า:*",
        "NEAR(ข้าว, 5)",
        "words:ข้าว",
        "\\",
        "\x00ข้าว",
        "ข้าว\u200b",
    ],
)
def test_operators_and_quotes_are_only_words(session, typed):
    """What an engine would take as its own language does no harm and breaks nothing."""
    index(session, KIND, 1, 1, ["ข้าว"])
    find(session, KIND, [1], [typed], 10)
    find(session, KIND, [1], typed.split(), 10)
    assert found(session, "ข้าว") == [1]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=20), max_size=8))
def test_any_words_may_be_indexed_and_searched(session, words):
    """Nothing that can be typed breaks the search, and what was indexed is found by any of its words."""
    index(session, KIND, 1, 1, ["ยุ้ง", *words])
    assert found(session, *words, "ยุ้ง") == [1]


def test_a_very_long_question_is_searched_by_its_first_words(session):
    """Thousands of words are cut down to the first ones."""
    index(session, KIND, 1, 1, ["แรก"])
    assert found(session, "แรก", *(f"คำ{number}" for number in range(5000))) == [1]
    assert found(session, *(f"คำ{number}" for number in range(MOST_WORDS)), "แรก") == []


def test_a_longer_word_may_be_found_by_its_beginning(session):
    """ข้าว finds ข้าวเปลือก where that is asked for, and not otherwise."""
    index(session, KIND, 1, 1, ["ข้าวเปลือก"])
    assert found(session, "ข้าว") == []
    assert [one.object_id for one in find(session, KIND, [1], ["ข้าว"], 10, beginnings=True)] == [1]
    assert find(session, KIND, [1], ["เปลือก"], 10, beginnings=True) == []
