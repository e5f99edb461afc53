"""The pages for operators say what is so."""

import re
from pathlib import Path

import pytest

from models.export import KINDS
from models.network_file import format as form
from models.network_file.checking import check
from models.network_file.kinds import POSITIONS
from models.network_file.text import read
from models.permissions import ROLE_WORDS
from models.words import ACTIVITY_WORDS, LINK_WORDS, PARTNER_WORDS, ROOM_WORDS, URGENCY_WORDS, MeetingKind
from tests.models.network_files import SmallCountry

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "network-file.md").read_text("utf-8")
ENTRIES = {
    "The parts of the file": form.NetworkFile,
    "meta": form.Meta,
    "network": form.NetworkEntry,
    "registration": form.RegistrationEntry,
    "rooms": form.RoomEntry,
    "working groups": form.WorkingGroupEntry,
    "enterprises": form.EnterpriseEntry,
    "offers": form.OfferEntry,
    "needs": form.NeedEntry,
    "members": form.MemberEntry,
    "consent": form.ConsentEntry,
    "partners": form.PartnerEntry,
    "links": form.LinkEntry,
    "activities": form.ActivityEntry,
    "figures": form.FiguresEntry,
    "announcements": form.AnnouncementEntry,
    "advice questions": form.AdviceEntry,
    "knowledge cards": form.CardEntry,
    "sharing topics": form.SharingTopicEntry,
    "meetings": form.MeetingEntry,
    "answers": form.RsvpEntry,
    "minutes": form.MinutesEntry,
    "resolutions": form.ResolutionEntry,
}


def section(page: str, title: str) -> str:
    """The text under a heading, up to the next one."""
    return re.split(r"^#+ ", page.split(f"# {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def key_of(name: str, field) -> str:
    """A field's key in the file."""
    return field.alias or (field.validation_alias.choices[0] if field.validation_alias else name)


@pytest.mark.parametrize("title", ENTRIES)
def test_every_key_is_described_with_whether_it_is_required(title):
    """No more and no fewer than the form has."""
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", section(PAGE, title), re.MULTILINE))
    fields = {key_of(name, field): field for name, field in ENTRIES[title].model_fields.items()}
    assert set(rows) == set(fields)
    assert {key for key, required in rows.items() if required == "yes"} == {
        key for key, field in fields.items() if field.is_required()
    }


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Kinds of links", LINK_WORDS),
        ("Roles and positions", {*ROLE_WORDS, *POSITIONS}),
        ("rooms", ROOM_WORDS),
        ("partners", PARTNER_WORDS),
        ("activities", ACTIVITY_WORDS),
        ("meetings", [kind.value for kind in MeetingKind]),
        ("announcements", URGENCY_WORDS),
    ],
)
def test_every_word_of_the_tables_is_named(title, words):
    """What a kind, a role or a position may be called."""
    said = set(re.findall(r"\w+", section(PAGE, title)))
    assert set(words) - said == set()


def test_the_shortest_file_can_be_loaded():
    """As it stands on the page."""
    example = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL).group(1)
    assert check(read(example.encode()), SmallCountry()).enterprises == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_of_a_table_is_named_in_its_order(kind):
    """Programs rely on them."""
    text = section((DOCS / "export.md").read_text("utf-8"), kind)
    assert ", ".join(KINDS[kind].columns) in text.replace("\n", " ")
