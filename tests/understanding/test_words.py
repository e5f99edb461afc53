"""Thai is cut into words by the field's dictionary."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythainlp.util import Trie

from bot.understanding.words import Dictionary, cut, known, pieces


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("วิสาหกิจชุมชนทอผ้า", ["วิสาหกิจชุมชน", "ทอผ้า"]),
        ("ประชุมที่วัด", ["ประชุม", "ที่", "วัด"]),
        ("สองพันตัน", ["สอง", "พัน", "ตัน"]),
        ("ไป เรณูนคร", ["ไป", "เรณูนคร"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_words_of_the_field_stay_whole(text: str, words: list[str]) -> None:
    """Names and terms of the field are one word; white space is none."""
    assert cut(text) == words


def test_the_dictionary_knows_dialect_and_misspellings() -> None:
    """What people write is in it too, so that it is cut where it ends."""
    assert all(known(word) for word in ("เฮ็ด", "แหลง", "อู้", "นะค่ะ", "นครพนม", "เรณูนคร"))
    assert not known("กขคง")


@given(st.text(alphabet=[chr(code) for code in range(0x0E00, 0x0E5C)] + list(" a1\n"), max_size=200))
def test_the_pieces_are_the_text(text: str) -> None:
    """Nothing is lost by cutting."""
    assert "".join(pieces(text)) == text


def test_threads_may_cut_at_once() -> None:
    """The first cut builds the dictionary once, whoever asks."""
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(cut, ["ขายผ้าไหม"] * 32))
    assert results == [results[0]] * 32


@given(st.lists(st.text("กขา", min_size=1, max_size=6)), st.text("กขา", max_size=9), st.integers(0, 9))
def test_a_dictionary_finds_what_a_trie_finds(words: list[str], text: str, start: int) -> None:
    """The same words at every place of a text, in the same order, at its end too."""
    own, trie = Dictionary(words), Trie(words)
    assert own.prefixes(text, start) == trie.prefixes(text, start)
    assert (text in own) == (text in trie)
    assert set(own) == set(words)
    assert len(own) == len(trie)
