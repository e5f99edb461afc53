"""What is wrong with a network's file is told by line, all at once, with the remedy."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.network_file import NetworkFileProblem
from models.network_file.checking import check
from models.network_file.text import read
from tests.models.network_files import SmallCountry, small, written


def problems(data) -> list[str]:
    """What is said of this file."""
    raw = data if isinstance(data, bytes) else written(data)
    with pytest.raises(NetworkFileProblem) as caught:
        check(read(raw), SmallCountry())
    return caught.value.lines()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"PK\x03\x04rest", "this is a spreadsheet"),
        (b"\xd0\xcf\x11\xe0rest", "this is a spreadsheet"),
        ("{}".encode("utf-16"), "save it again as UTF-8"),
        ("{}".encode("utf-16-le"), "save it again as UTF-8"),
        ('{"name": "วิสาหกิจ"}'.encode("cp874"), "save it again as UTF-8"),
        (b"\x89PNG\x01\x02\xff\xfe", "this is no text file"),
        ("รหัส,ชื่อ\n1,ก".encode(), "does not begin with {"),
        (b'{"meta": 1,}', "line 1: column 12: here the file stops being JSON"),
        (b'{"a": 1,\n "b": tru }', "line 2: column 7: here the file stops being JSON"),
        (b'{"a": NaN}', "a number cannot be read: NaN is none"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": 1,\n"a": 2}', "line 2: a is written twice"),
        (b"[]", "line 1: must be an object in { }"),
    ],
)
def test_what_is_no_network_file_is_told_in_a_line(raw, said):
    """One line with the remedy, for what operators really hand over."""
    assert said in problems(raw)[0]


def test_a_byte_order_mark_is_no_fault():
    """Windows' Notepad writes one."""
    assert check(read(b"\xef\xbb\xbf" + written(small())), SmallCountry()).network.id == "N1"


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("enterprises.0.name", ..., "enterprises[0].name is missing"),
        ("enterprises.0.name", "", "enterprises[0].name is empty"),
        ("enterprises.0.name", 5, "enterprises[0].name must be text in quotes"),
        ("enterprises.0.offers", {}, "enterprises[0].offers must be a list in [ ]"),
        ("enterprises.0.offers.0", "แกลบ", "enterprises[0].offers[0] must be an object in { }"),
        (
            "enterprises.0.offers.0.quantity",
            -1,
            "enterprises[0].offers[0].quantity is wrong: input should be greater",
        ),
        (
            "enterprises.0.offers.0.quantity",
            "5",
            "enterprises[0].offers[0].quantity is wrong: input should be a valid",
        ),
        (
            "enterprises.0.offers.0.months",
            [13],
            "enterprises[0].offers[0].months[0] is wrong: input should be less",
        ),
        (
            "enterprises.0.offers.0.link_types.1",
            "markting",
            'link_types[1] "markting" is no kind of link; known are',
        ),
        ("enterprises.0.needs.0.needed_by", "31/12/2569", "needed_by is no date; write year-month-day"),
        ("enterprises.0.needs.0.needed_by", "2026-02-30", "needed_by is no date"),
        ("enterprises.0.needs.0.needed_by", "2569-12-10", "has a Buddhist year; write 2026 for 2569"),
        ("enterprises.0.needs.0.needed_by", "0026-12-10", "write all four figures of the year"),
        ("enterprises.0.member_count", 10**20, "member_count is wrong: input should be less"),
        ("enterprises.0.needs.0.needed_by", 20261210, "needed_by is no date"),
        ("enterprises.0.province", "สุรินทน์", '"สุรินทน์" is no province; did you mean "สุรินทร์"?'),
        ("enterprises.0.district", "กาบเชิ", 'is no district of สุรินทร์; did you mean "กาบเชิง"?'),
        ("enterprises.0.province", ..., "district needs a province beside it"),
        ("enterprises.1.id", "E1", '"E1" is given to more than one enterprise or partner'),
        ("partners.0.type", "bank", '"bank" is no kind of partner'),
        ("members.0.enterprise_id", "E9", 'names "E9", but no enterprise in this file has that id'),
        ("members.0.roles", ["coordinater"], '"coordinater" is no role or position'),
        ("members.0.line_user_id", "@praew", "is no id of LINE's"),
        ("members.0.consent", {"basic": True}, "consent is given, but not when and in which wording"),
        ("members.0.consent.basic", "yes", "must be true or false"),
        ("members.0.rooms", ["R9"], 'names "R9", but no room'),
        ("members.0.full_name", "ก\x00ข", "null character"),
        ("network.rooms.0.kind", "big", '"big" is no kind of room'),
        ("network.working_groups.0.member_ids", ["M9"], 'names "M9", but no member'),
        ("links.0.to", "X", 'links[0].to names "X", but no enterprise or partner'),
        ("links.0.status", "gone", '"gone" is no status of a link; known are active, dormant, proposed'),
        ("activities.0.type", "party", '"party" is no kind of activity'),
        ("activities.0.time", "6pm", "is no time of day"),
        ("activities.0.enterprise_ids", [], "enterprise_ids is wrong"),
        ("meta.timezone", "Bangkok", '"Bangkok" is no time zone'),
        ("meta.date", ..., "meta.date is missing"),
        ("advice_questions.0.hand_over_to", "M9", 'names "M9", but no member'),
        ("knowledge_cards.0.id", "Q1", "given to more than one piece of knowledge"),
    ],
)
def test_a_fault_is_named_by_its_place(path, value, said):
    """The path as the file has it, and what to write instead."""
    assert any(said in line for line in problems(small(**{path: value})))


def test_a_fault_bears_the_line_it_stands_on():
    """Lines count from 1."""
    raw = written(small(**{"links.0.to": "X"}))
    number = next(line for line, words in enumerate(raw.decode().splitlines(), 1) if '"to": "X"' in words)
    assert problems(raw) == [
        f'line {number}: links[0].to names "X", but no enterprise or partner in this file has that id'
    ]


def test_what_is_missing_bears_the_line_of_what_lacks_it():
    """There is no line of its own to name."""
    raw = written(small(**{"links.0.status": ...}))
    number = raw.decode().splitlines().index(' "links": [') + 2
    assert problems(raw) == [f"line {number}: links[0].status is missing"]


def test_all_faults_are_told_in_the_file_s_order():
    """Wrong kinds and dangling names of different parts at once."""
    data = small(**{"links.0.to": "X", "enterprises.0.name": ..., "members.0.roles": ["boss"]})
    told = problems(data)
    lines = [int(line.split(":")[0].removeprefix("line ")) for line in told]
    assert len(told) == 3
    assert lines == sorted(lines)


def test_of_many_faults_the_first_twenty_are_told():
    """And how many more there are."""
    told = problems(small(links=[{"id": f"L{number}"} for number in range(30)]))
    assert len(told) == 21
    assert told[-1] == "and 100 more"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=25,
)


def paths(value, path=()):
    """The paths of a value and of all in it."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in inner:
        yield from paths(one, (*path, step))


@given(
    value=st.dictionaries(st.text(), VALUES, max_size=5),
    ascii_only=st.booleans(),
    indent=st.sampled_from([None, 1]),
)
def test_every_value_of_any_json_has_a_line(value, ascii_only, indent):
    """Whatever the keys and strings hold: brackets, quotes, escapes."""
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    found = read(text.encode("utf-8", "surrogatepass"))
    assert set(found.lines) == set(paths(value))


@given(value=st.dictionaries(st.text(), st.lists(st.integers(), max_size=3), min_size=1, max_size=5))
def test_lines_grow_with_the_text(value):
    """In a text with one value a line, each value's line holds it."""
    text = json.dumps(value, indent=1)
    found, lines = read(text.encode()), text.split("\n")
    for key, numbers in value.items():
        for place, number in enumerate(numbers):
            assert lines[found.lines[(key, place)] - 1].strip(" ,") == str(number)


@given(VALUES)
def test_no_json_makes_the_check_fail_in_another_way(value):
    """Whatever is in the file, it is told as a problem of the file."""
    with pytest.raises(NetworkFileProblem):
        check(read(json.dumps(value).encode()), SmallCountry())
