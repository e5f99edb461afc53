"""The sums of a span are those of the exported rows, to the baht; spans are those that people mean."""

from collections import defaultdict
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from models.export import export
from models.network import Network
from models.spans import Span, SpanKind, month_of, quarter_of, same_kind, week_ending
from models.store import Store
from models.summary import quiet, summary
from models.summary_around import around

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
SIX_WEEKS = Span(date(2026, 10, 12), TODAY)


@pytest.fixture
def session(demo_url):
    """A session on the demo network."""
    store = Store(demo_url)
    with store.session() as session:
        yield session
    store.close()


@pytest.fixture
def network(session):
    """The demo network."""
    return session.scalars(select(Network)).one()


def exported(session, network, span):
    """The exported activities of a span, as dictionaries."""
    table = export(session, "activities", network, span.first, NOW)
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return [row for row in rows if row["date"] <= span.last]


@pytest.mark.parametrize(
    "span",
    [SIX_WEEKS, week_ending(TODAY), week_ending(date(2026, 10, 25)), month_of(TODAY), quarter_of(TODAY)],
)
def test_sums_are_those_of_the_exported_rows(session, network, span):
    """Sales alone and together, savings, people: of the network and of each enterprise."""
    made, rows = summary(session, network.id, span, TODAY), exported(session, network, span)
    sold, together, done = defaultdict(float), 0.0, defaultdict(int)
    for row in rows:
        others = [name for name in row["other_enterprises"].split("; ") if name]
        for name in [row["enterprise"], *others]:
            done[name] += 1
        if row["kind"] in ("sale", "fair") and row["amount_thb"]:
            if others:
                together += row["amount_thb"]
            else:
                sold[row["enterprise"]] += row["amount_thb"]
    assert rows
    assert made.now.activities == len(rows)
    assert made.now.participants == sum(row["participants"] or 0 for row in rows)
    assert made.now.sold_together == together
    assert made.now.all_sold == sum(sold.values()) + together
    assert made.now.saved == sum(row["amount_thb"] for row in rows if row["kind"] == "savings")
    for part in made.parts:
        name = part.enterprise.short_name
        assert (part.now.sold, part.now.activities) == (sold[name], done[name]), name
    assert sum(part.now.sold for part in made.parts) + together == made.now.all_sold


def test_the_demo_networks_totals_are_those_computed_by_hand(session, network):
    """Six weeks: 40 activities, 165,950 baht sold, 2,700 saved; one enterprise has been quiet."""
    made = summary(session, network.id, SIX_WEEKS, TODAY)
    assert (made.now.activities, made.now.all_sold, made.now.saved) == (40, 165_950, 2_700)
    by_code = {part.enterprise.code: part.now for part in made.parts}
    assert (by_code["E01"].sold, by_code["E01"].activities) == (39_900, 4)
    assert (by_code["E02"].sold, by_code["E02"].activities) == (12_350, 7)
    assert [one.enterprise.code for one in quiet(session, network.id, TODAY)] == ["E03"]


def test_an_enterprises_own_sums_hold_what_it_did_with_others(session, network):
    """Alone and together stand apart, and add up to what its records say."""
    part = next(
        one for one in summary(session, network.id, SIX_WEEKS, TODAY).parts if one.enterprise.code == "E02"
    )
    own = summary(session, network.id, SIX_WEEKS, TODAY, enterprise_id=part.enterprise.id)
    assert (own.now.sold, own.now.sold_together) == (12_350, 31_400 + 11_400)
    assert own.parts == []


def test_a_month_is_held_against_as_many_days_of_the_month_before(session, network):
    """Half a month beside half a month; a product alone; another network sees nothing."""
    made = summary(session, network.id, month_of(TODAY), TODAY)
    assert made.compared == Span(date(2026, 10, 1), date(2026, 10, 22))
    assert [span.kind for span, _ in made.trend] == [SpanKind.MONTH] * 2
    compost = summary(session, network.id, month_of(TODAY), TODAY, product="ปุ๋ยหมัก")
    assert [part.enterprise.code for part in compost.active] == ["E06"]
    assert summary(session, network.id + 1, month_of(TODAY), TODAY).now.activities == 0


def test_what_waits_is_counted(session, network):
    """Links proposed in the span are new; knowledge that the file brought was not shared in chat."""
    found = around(session, network, month_of(TODAY), NOW)
    assert [link.code for link in found.links] == ["L07", "L16", "L17", "L22"]
    assert (found.knowledge, found.asked, found.introductions) == ([], 0, 0)


def test_spans_are_what_people_call_them():
    """A week, a month and a quarter know the one before; a quarter may begin in the year before."""
    assert week_ending(TODAY).before() == Span(date(2026, 11, 9), date(2026, 11, 15))
    assert month_of(date(2026, 3, 31)).before() == Span(date(2026, 2, 1), date(2026, 2, 28))
    assert quarter_of(date(2027, 2, 3)).before() == Span(date(2026, 10, 1), date(2026, 12, 31))
    assert same_kind(SpanKind.WEEK, TODAY) == Span(date(2026, 11, 16), TODAY)
    assert Span(date(2026, 1, 1), date(2026, 12, 31)).kind is SpanKind.OTHER
