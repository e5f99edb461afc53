"""Tables leave as files that a spreadsheet opens and does not run."""

import csv
import io
from datetime import UTC, date, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.commands.tables import FORMULA_SIGNS, as_csv, as_json, as_xlsx
from models.export import Table

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)
TABLE = Table(("name", "day", "at", "amount", "none"), [("ผ้า, คราม", date(2026, 11, 24), NOON, -5.5, None)])


def csv_rows(table: Table) -> list[list[str]]:
    """What a reader of CSV finds."""
    return list(csv.reader(io.StringIO(as_csv(table).decode("utf-8-sig"), newline="")))


def excel_rows(table: Table) -> list[list]:
    """The cells of the only sheet."""
    return list(load_workbook(io.BytesIO(as_xlsx(table))).active.iter_rows())


def test_json_keeps_every_cell():
    """A list of objects, days and moments in ISO 8601."""
    assert orjson.loads(as_json(TABLE)) == [
        {
            "name": "ผ้า, คราม",
            "day": "2026-11-24",
            "at": "2026-11-24T05:00:00+00:00",
            "amount": -5.5,
            "none": None,
        }
    ]


def test_csv_begins_with_the_mark_by_which_excel_knows_thai():
    """Without it Excel shows Thai as signs."""
    assert as_csv(TABLE).startswith(b"\xef\xbb\xbfname,")


def test_csv_keeps_commas_days_and_negative_numbers():
    """A negative number is no formula."""
    assert csv_rows(TABLE)[1] == ["ผ้า, คราม", "2026-11-24", "2026-11-24T05:00:00+00:00", "-5.5", ""]


def test_excel_gets_days_as_days_and_moments_as_text():
    """Excel knows no time zones."""
    name, day, at, amount, none = (cell.value for cell in excel_rows(TABLE)[1])
    assert (name, day.date(), at) == ("ผ้า, คราม", date(2026, 11, 24), "2026-11-24T05:00:00+00:00")
    assert (amount, none) == (-5.5, None)


@pytest.mark.parametrize("text", ["=1+1", "+66", "-ข้าว", "@sum", "\t=1", "\r=1"])
def test_no_text_becomes_a_formula(text):
    """What a spreadsheet would run gets an apostrophe in front; in JSON it is left as it is."""
    table = Table(("words",), [(text,)])
    assert csv_rows(table)[1] == [f"'{text}"]
    assert excel_rows(table)[1][0].data_type == "s"
    assert orjson.loads(as_json(table)) == [{"words": text}]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_leaves_harmless(text):
    """Whatever people write, control characters too."""
    table = Table(("words", "end"), [(text, "end")])
    assert not csv_rows(table)[1][0].startswith(FORMULA_SIGNS)
    assert excel_rows(table)[1][0].data_type != "f"
