"""The command line of the exchange: lines, sticks, rejoining, evidence, and a verdict on any machine."""

import json

import pytest
from click.testing import CliRunner
from django.conf import settings

from mabar.exchange import commands, queries
from mabar.exchange.models import Partner, Received
from mabar.exchange.protocol.fingerprints import digits_of
from mabar.lib.refusals import Refusal
from mabar.site import cli_exchange
from tests.exchange.partner import HERE, THERE
from tests.exchange.trade import exit_notice
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def mabar(monkeypatch):
    """Run `mabar exchange ...` at the node of the tests."""
    monkeypatch.setattr(cli_exchange, "enter", lambda folder: settings.NODE)

    def run(*arguments: object):
        return CliRunner().invoke(cli_exchange.exchange, [str(each) for each in arguments])

    return run


@pytest.fixture
def proof(across, world, tmp_path):
    """The bundle of a drill that went over and was answered, in a file."""
    key = commands.send_drill(world.officers["duty_engineer"], THERE, text="", at=NOON)
    across.meet(NOON)
    path = tmp_path / "drill.mx1-evidence"
    path.write_bytes(queries.evidence_of_message(key, is_outward=True))
    return key, path


def test_status_tells_the_line_and_what_waits(mabar, across, world):
    commands.send_drill(world.officers["duty_engineer"], THERE, text="", at=NOON)
    run = mabar("status")
    assert f"{THERE}: Not heard yet" in run.output
    assert "operational: 1 wait, 0 on the way" in run.output
    assert "Nothing calls for you." in run.output
    assert run.exit_code == 1


def test_what_a_stick_brings_is_taken_once(mabar, across, tmp_path):
    from mabar.exchange import stick

    across.agree()
    across.say(exit_notice("P1"))
    path = tmp_path / "a.mx1"
    with across.at_work():
        stick.export(Partner.objects.get(code=HERE), path, NOON)
    first, second = mabar("import", path), mabar("import", path)
    assert "1 messages were new here, 1 were opened." in first.output
    assert "0 messages were new here, 0 were opened." in second.output
    assert Received.objects.filter(kind__startswith="crossings.").count() == 1


def test_a_stick_is_written_for_a_partner_only(mabar, across, tmp_path):
    run = mabar("export", THERE, tmp_path / "b.mx1")
    assert run.exit_code == 0
    assert f"Carry it to {THERE}" in run.output
    assert isinstance(mabar("export", "tn.ras-jedir", tmp_path / "c.mx1").exception, Refusal)


def test_rejoining_begins_with_every_partner(mabar, across):
    assert f"{THERE}: nothing is numbered" in mabar("rejoin").output
    assert Partner.objects.get().restored_ms is not None


def test_evidence_is_written_and_verified_without_a_node(mabar, proof, tmp_path):
    key, path = proof
    written = mabar("evidence", key, tmp_path / "again.mx1-evidence")
    assert written.exit_code == 0
    assert (tmp_path / "again.mx1-evidence").read_bytes() == path.read_bytes()
    told = mabar("verify", path)
    assert told.exit_code == 0
    assert "verdict: valid" in told.output
    assert "good: statement by dz.debdeb, Ed25519" in told.output
    assert "guilty: nobody" in told.output


def test_a_verdict_rests_on_the_digits_that_are_given(mabar, proof, across):
    _key, path = proof
    digits = {code: " ".join(digits_of(root.record.fingerprint)) for code, root in across.roots.items()}
    both = mabar("verify", path, "--root", digits["dz"], "--root", digits["ly"])
    assert both.exit_code == 0
    one = mabar("verify", path, "--root", digits["dz"])
    assert one.exit_code == 1
    assert "NOT among the digits that you gave" in one.output
    told = json.loads(mabar("verify", path, "--json", "--root", digits["dz"]).output)
    assert (told["verdict"], told["not_trusted"], told["guilty"]) == ("valid", ["ly"], None)


def test_a_bundle_that_was_touched_is_not_valid(mabar, proof):
    _key, path = proof
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    run = mabar("verify", path)
    assert run.exit_code == 1
    assert "verdict: not valid" in run.output
