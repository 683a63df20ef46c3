"""The tariff on the command line, and an assessment for programs."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.conf import settings

from mabar.base import commands as ground
from mabar.duties import cli, commands, queries
from mabar.duties.models import Table
from mabar.lib.words import FIRST_STRONG_ISOLATE
from tests.duties.desk import DEB, SAMPLE, file, load, lodged
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def run(world, monkeypatch):
    """Run a command on the files of the sample, or others."""
    monkeypatch.setenv("MABAR_NODE", str(settings.NODE.folder))

    def of(act, *more, **files):
        paths = {"rates": "rates_dz.csv", "levies": "levies_dz.csv", "groups": "groups.csv"}
        told = {name: files.get(name, SAMPLE / path) for name, path in paths.items()}
        named = [each for name, path in told.items() if path for each in (f"--{name}", str(path))]
        asked = [act, *named, "--name", "Sample 2026", "--currency", "DZD", "--place", DEB, *more]
        return CliRunner().invoke(cli.duties, asked)

    return of


def test_the_files_are_checked_and_nothing_is_stored(run):
    outcome = run("check")
    assert outcome.exit_code == 0, outcome.output
    assert "23 rates against version 0: 23 new, 0 other, 0 left out, 0 the same" in outcome.stdout
    assert not Table.objects.exists()


def test_a_fault_is_told_in_the_language_asked_for_and_the_status_is_one(run, tmp_path):
    faulty = tmp_path / "rates.csv"
    faulty.write_bytes(file("rates_dz.csv").replace(b"DD,08,", b"XX,08,"))
    outcome = run("check", "--lang", "fr", rates=faulty)
    assert outcome.exit_code == 1
    assert "Ligne 4, colonne levy" in outcome.stderr
    assert "[unknown]" in outcome.stderr


def test_a_tariff_is_loaded_and_the_next_tells_what_it_changes(run, world, tmp_path):
    officer = ("--actor", world.officers["tariff_officer"].key)
    first = run("load", *officer, "--sample")
    assert first.exit_code == 0, first.output
    assert "loaded: dz 1, 23 rates" in first.stdout
    assert queries.in_use("dz").is_sample
    newer = tmp_path / "rates.csv"
    newer.write_bytes(file("rates_dz.csv").replace(b"DD,08,percent,30", b"DD,08,percent,25"))
    second = run("load", *officer, rates=newer, levies=None, groups=None)
    assert "other: DD 08 2026-01-01: 30% -> 25%" in second.stdout
    assert Table.objects.count() == 2


def test_who_has_no_mandate_loads_nothing(run, world):
    outcome = run("load", "--actor", world.officers["assessor"].key)
    assert outcome.exit_code == 1
    assert outcome.exception.code == "NotMandated"
    assert not Table.objects.exists()


@pytest.fixture
def ask(world, client):
    """Ask for what a declaration was assessed to owe, as a program of an actor."""

    def of(actor, key, *scopes):
        now = datetime.now(UTC)
        token = ground.make_api_key(
            world.node, actor.key, scopes=scopes, expires_at=now + timedelta(days=1), at=now
        ).token
        headers = {"authorization": f"Bearer {token}", "accept-language": "fr"}
        return client.get(f"/api/1/declarations/{key}/duties", headers=headers)

    return of


def test_a_program_reads_an_assessment_with_the_reasons_of_each_line(world, ask):
    load(world)
    declaration = lodged(world)
    commands.assess(world.officers["assessor"], declaration.key, at=NOON)
    answer = ask(world.broker, declaration.key, "declarations.read_own")
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["total_minor"], told["currency"], told["is_sample"]) == (29_829_000, "DZD", True)
    assert sum(line["amount_minor"] for line in told["lines"]) == told["total_minor"]
    assert any("Base" in reason for reason in told["lines"][0]["reasons"])
    assert FIRST_STRONG_ISOLATE not in answer.content.decode()


def test_a_program_of_another_house_learns_nothing(world, ask):
    load(world)
    declaration = lodged(world)
    assert ask(world.broker, declaration.key, "declarations.read_own").status_code == 404  # not assessed yet
    commands.assess(world.officers["assessor"], declaration.key, at=NOON)
    assert ask(world.rival, declaration.key, "declarations.read_own").status_code == 404
