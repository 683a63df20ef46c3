"""`mabar crossings release-times`: the table from the journal, on the command line."""

import csv
import io
import sys

import pytest
from click.testing import CliRunner
from django.conf import settings

from mabar.base import sealer
from mabar.crossings import cli
from tests.crossings import yard as trucks
from tests.crossings.yard import later

DAYS = ("--from", "2026-11-22", "--to", "2026-11-22")


@pytest.fixture
def run(yard, monkeypatch):
    """Run the command at the node of the tests, after one truck has left."""
    monkeypatch.setenv("MABAR_NODE", str(settings.NODE.folder))
    key = trucks.announce(yard)
    trucks.attach(yard, key, is_cleared=True)
    for minute, state in enumerate(("queued", "gate_in", "weighed", "presented", "closed"), start=1):
        trucks.step(yard, key, state, at=later(minute * 30))
    while sealer.seal(later(200)):
        pass

    def of(*asked):
        return CliRunner().invoke(cli.crossings, ["release-times", "--place", "dz.debdeb", *asked])

    return of


def test_the_table_is_told_in_hours_and_minutes(run):
    pytest.importorskip("duckdb")
    outcome = run(*DAYS)
    assert outcome.exit_code == 0, outcome.output
    lines = outcome.stdout.splitlines()
    assert lines[0].split() == ["group", "step", "n", "mean", "median", "p75", "p90", "max"]
    assert lines[-1].split() == ["Arrival", "to", "gate-out", "1", *["02:00"] * 5]


def test_the_file_has_a_line_a_group_and_step_in_seconds(run):
    pytest.importorskip("duckdb")
    outcome = run(*DAYS, "--by", "direction", "--working-hours", "--csv")
    assert outcome.exit_code == 0
    lines = list(csv.DictReader(io.StringIO(outcome.stdout)))
    assert {line["group"] for line in lines} == {"entry"}
    assert [line["mean_s"] for line in lines if line["step"] == "arrival_gate_in"] == ["1800.00"]


def test_a_day_without_a_truck_says_so(run):
    pytest.importorskip("duckdb")
    assert "No truck left" in run("--from", "2026-11-20", "--to", "2026-11-21").stdout


def test_days_that_are_none_are_refused(run):
    from mabar.crossings.rules import PeriodUnfit

    assert run("--from", "soon", "--to", "2026-11-22").exit_code == 2
    assert isinstance(run("--from", "2026-11-23", "--to", "2026-11-22").exception, PeriodUnfit)


def test_a_node_without_duckdb_says_what_to_install(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    outcome = run(*DAYS)
    assert (outcome.exit_code, 'pip install "mabar[analysis]"' in outcome.output) == (1, True)
