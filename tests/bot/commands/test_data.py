"""`saan network load` and `saan export`, as an operator calls them."""

from pathlib import Path

import click
import orjson
import pytest
from click.testing import CliRunner
from sqlalchemy import select

import models
from bot.commands.data import export_command, network
from models.network import Network
from models.people import AuditEntry
from tests.models.network_files import small, written

DEMO = Path(models.__file__).with_name("demo_network.json")
SAAN = click.Group(commands={"network": network, "export": export_command})


@pytest.fixture
def saan(database_url, monkeypatch):
    """The commands on an empty, migrated database."""
    monkeypatch.setenv("DATABASE_URL", database_url.replace("+psycopg", ""))

    def call(*arguments):
        return CliRunner().invoke(SAAN, [str(one) for one in arguments])

    return call


def test_the_demo_network_is_loaded_and_told(saan, store):
    """Counts by kind; on the second time all is as before."""
    assert "Network NET01" in saan("network", "load", DEMO).output
    assert saan("network", "load", DEMO).exit_code == 0
    with store.session() as session:
        assert session.scalars(select(Network)).one().short_name == "เครือข่ายฮักแพง"


def test_a_faulty_file_is_told_line_by_line(saan, store, tmp_path):
    """Each fault in a line, no traceback, nothing loaded."""
    file = tmp_path / "network.json"
    file.write_bytes(written(small(**{"links.0.to": "X", "links.0.status": "gone"})))
    result = saan("network", "load", file)
    assert result.exit_code == 1
    assert result.output.count("\n") == 3
    assert 'links[0].to names "X"' in result.output
    assert "nothing was changed" in result.output
    with store.session() as session:
        assert session.scalars(select(Network)).all() == []


def test_a_folder_or_a_missing_file_is_told_in_a_line(saan, tmp_path):
    """Instead of a traceback."""
    assert "is a folder" in saan("network", "load", tmp_path).output
    assert "cannot be read: No such file" in saan("network", "load", tmp_path / "none.json").output


def test_what_nothing_is_made_of_is_listed(saan, tmp_path):
    """Once, by key."""
    file = tmp_path / "network.json"
    file.write_bytes(written(small(reserves=[], seed_case="x")))
    output = saan("network", "load", file).output
    assert "not loaded yet: reserves\n" in output
    assert "ignored: seed_case\n" in output


@pytest.mark.parametrize("kind", ["activities", "members"])
def test_a_table_goes_to_the_standard_output(saan, kind):
    """JSON for programs; the taking out is noted."""
    saan("network", "load", DEMO)
    result = saan("export", kind, "--format", "json")
    assert len(orjson.loads(result.stdout)) == {"activities": 40, "members": 25}[kind]


def test_a_table_goes_to_a_file(saan, store, tmp_path):
    """An Excel file, and a line in the audit."""
    saan("network", "load", DEMO)
    file = tmp_path / "table.xlsx"
    assert saan("export", "links", "--format", "xlsx", "--output", file).exit_code == 0
    assert file.read_bytes().startswith(b"PK")
    with store.session() as session:
        assert session.scalars(select(AuditEntry.object_kind)).all() == ["links"]


def test_what_could_not_be_written_is_not_noted(saan, store, tmp_path):
    """Nothing was taken out."""
    saan("network", "load", DEMO)
    assert "cannot be written" in saan("export", "links", "--output", tmp_path / "none" / "x.csv").output
    with store.session() as session:
        assert session.scalars(select(AuditEntry)).all() == []


def test_a_table_begins_at_a_day(saan):
    """And a kind without dates says so."""
    saan("network", "load", DEMO)
    assert saan("export", "activities", "--since", "2026-11-19").stdout.count("\nA") == 2
    assert "enterprises have no date" in saan("export", "enterprises", "--since", "2026-11-19").output


def test_of_several_networks_one_is_named(saan, tmp_path):
    """The command does not guess."""
    assert "there is no network yet" in saan("export", "links").output
    file = tmp_path / "network.json"
    file.write_bytes(written(small()))
    saan("network", "load", DEMO)
    saan("network", "load", file)
    assert "say --network with one of N1, NET01" in saan("export", "links").output
    assert saan("export", "links", "--network", "N1").stdout.count("\nL") == 1
    assert "there is no network N9" in saan("export", "links", "--network", "N9").output


def test_a_database_without_tables_names_the_remedy(monkeypatch, tmp_path):
    """`saan db upgrade` comes first."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new' / 'saan.db'}")
    result = CliRunner().invoke(SAAN, ["network", "load", str(DEMO)])
    assert "run `saan db upgrade`" in result.output
    assert result.exit_code == 1
