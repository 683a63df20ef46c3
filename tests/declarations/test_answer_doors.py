"""The doors of the answer: who may read the declaration takes it, in the message in which it was lodged or another."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from lxml import etree

from mabar.base import rules as ground
from mabar.declarations import answering, commands, formats, queries, sad
from mabar.declarations.cli import declarations
from mabar.declarations.commands import Source
from mabar.declarations.models import Declaration
from tests.declarations.desk import assessed, in_lane, lodge, record_for, released
from tests.declarations.records import SEED
from tests.declarations.test_api_of_declarations import broker, program  # noqa: F401 (fixtures)
from tests.duties import desk as duties_desk
from tests.world import NOON, World

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def run(world: World, monkeypatch):
    """Run the command at the node of the tests."""
    monkeypatch.setenv("MABAR_NODE", str(settings.NODE.folder))
    return lambda *asked: CliRunner().invoke(declarations, ["answer", *map(str, asked)])


def came_as(world: World, source_format: str, reference: str) -> Declaration:
    source = Source("a" * 64, "file", source_format)
    return lodge(world, record_for("green", reference), source=source)


@pytest.mark.parametrize(
    ("source_format", "kind"),
    [("wco", "wco"), ("edifact", "cusres"), ("asycuda", "json"), ("csv", "json"), ("json", "json"), ("", "json")],
)
def test_the_answer_goes_as_the_declaration_came(source_format: str, kind: str) -> None:
    assert answering.kind_of(source_format) == kind


def test_a_declaration_that_came_as_wco_is_answered_with_a_response(world: World, broker) -> None:  # noqa: F811
    declaration = came_as(world, "wco", "T-WCO")
    answer = broker.get(f"/{declaration.key}/answer")
    assert (answer.status_code, answer["content-type"]) == (200, "application/xml")
    root = etree.fromstring(answer.content)
    assert root.findtext("Response/Declaration/FunctionalReferenceID") == "T-WCO"
    (reading,) = formats.read(answer.content)
    assert reading.declaration.form == "answer"
    other = broker.get(f"/{came_as(world, 'edifact', 'T-EDI').key}/answer")
    assert other.content.startswith(b"UNA")


@pytest.mark.parametrize("kind", answering.KINDS)
def test_another_house_reads_no_answer(world: World, program, kind: str) -> None:  # noqa: F811
    declaration = released(world)
    other = program(world.rival, "declarations.read_own")
    assert other.get(f"/{declaration.key}/answer", **{"as": kind}).status_code == 404
    assert other.get(f"/{declaration.key}/answer").status_code == 404


def test_every_message_says_the_same_of_a_refusal(world: World, broker) -> None:  # noqa: F811
    declaration = in_lane(world, "yellow")
    commands.refuse(world.officers["registrar"], declaration.key, reason="sans facture", at=NOON)
    told = json.loads(broker.get(f"/{declaration.key}/answer", **{"as": "json"}).content)
    response = etree.fromstring(broker.get(f"/{declaration.key}/answer", **{"as": "wco"}).content).find("Response")
    cusres = broker.get(f"/{declaration.key}/answer", **{"as": "cusres"}).content.decode("latin-1")
    assert (told["state"], told["reason"], told["lane"]) == ("refused", "sans facture", "yellow")
    assert response.findtext("FunctionCode") == "03"
    assert "sans facture" in [each.text for each in response.iter("StatementDescription")]
    assert response.findtext("Declaration/ID") == told["reference"]
    errors = [each["code"] for each in told["errors"]]
    assert [each.text for each in response.iter("ValidationCode")] == errors
    for text in ("sans facture", told["reference"], *errors):
        assert text in cusres


def test_duties_by_the_tariff_stand_in_the_answer(world: World) -> None:
    from mabar.duties import commands as duties

    duties_desk.load(world)
    declaration = duties_desk.lodged(world)
    duties.assess(world.officers["assessor"], declaration.key, at=NOON)
    scope = queries.scope_of(world.officers["assessor"], NOON)
    written = answering.answer(scope, declaration.key, kind="json", language="en", at=NOON)
    told = json.loads(written.content)
    assert told["duties"]
    assert sum(each["amount"]["minor"] for each in told["duties"]) == told["assessed"]["minor"]
    root = etree.fromstring(answering.answer(scope, declaration.key, kind="wco", language="en", at=NOON).content)
    assert root.findtext("Response/FunctionCode") == "13"
    levied = [each.text for each in root.iter("TypeCode")]
    assert levied == [each["levy"] for each in sorted(told["duties"], key=lambda each: each["item"])]


def test_an_amount_that_was_typed_is_told_without_levies(world: World) -> None:
    declaration = assessed(world)
    scope = queries.scope_of(world.officers["assessor"], NOON)
    told = json.loads(answering.answer(scope, declaration.key, kind="json", language="en", at=NOON).content)
    assert (told["assessed"], told["duties"]) == ({"minor": 250_000, "currency": "DZD"}, [])


def test_the_page_hands_the_answer_out(world: World, client) -> None:
    declaration = released(world)
    client.force_login(world.broker)
    page = client.get(f"/declarations/{declaration.key}/").content.decode()
    for kind in answering.KINDS:
        address = f"/declarations/{declaration.key}/office-answer/{kind}/"
        assert address in page
        answer = client.get(address)
        assert answer.status_code == 200
        assert declaration.number.encode() in answer.content
    assert client.get(f"/declarations/{declaration.key}/office-answer/").content.startswith(b"{")
    assert client.get(f"/declarations/{declaration.key}/office-answer/docx/").status_code == 404
    client.force_login(world.rival)
    assert client.get(f"/declarations/{declaration.key}/office-answer/wco/").status_code == 404


def test_the_command_answers_by_key_and_by_number(world: World, run, tmp_path: Path) -> None:
    declaration = came_as(world, "wco", "T-CLI")
    by_key = run(declaration.key)
    assert (by_key.exit_code, b"<WCOTypeName>RES" in by_key.stdout_bytes) == (0, True), by_key.output
    assert declaration.number
    file = tmp_path / "answer.edi"
    assert run(declaration.number, "--format", "cusres", "--out", file, "--lang", "fr").exit_code == 0
    assert file.read_bytes().startswith(b"UNA")
    told = run(declaration.number, "--format", "json", "--actor", world.broker.key)
    assert json.loads(told.stdout)["key"] == declaration.key


def test_the_command_refuses_by_name(world: World, run) -> None:
    declaration = released(world)
    for named, actor, code in (
        ("no such", "node", "NoSuchRecord"),
        (declaration.key, world.rival.key, "NoSuchRecord"),
        (declaration.key, world.officers["gate_officer"].key, "NotMandated"),
        (declaration.key, "nobody", "NoSuchRecord"),
    ):
        outcome = run(named, "--actor", actor)
        assert (outcome.exit_code, f"[{code}]" in outcome.stderr) == (1, True), outcome.stderr


def test_a_reference_that_two_declarations_bear_names_none(world: World) -> None:
    first, second = released(world), in_lane(world, "green", "T-0002")
    Declaration.objects.filter(key__in=[first.key, second.key]).update(national_reference="N-1")
    scope = queries.scope_of(world.officers["assessor"], NOON)
    with pytest.raises(ground.NoSuchRecord):
        queries.key_of(scope, "N-1")
    with pytest.raises(ground.NoSuchRecord):
        queries.key_of(scope, "")
    assert queries.key_of(scope, first.number) == first.key


def test_the_command_read_takes_a_response_back_and_refuses_what_has_no_reader(world: World, tmp_path: Path) -> None:
    declaration = released(world)
    scope = queries.scope_of(world.officers["assessor"], NOON)
    outcomes = {}
    for kind in answering.KINDS:
        file = tmp_path / kind
        file.write_bytes(answering.answer(scope, declaration.key, kind=kind, language="ar", at=NOON).content)
        outcomes[kind] = CliRunner().invoke(declarations, ["read", str(file), "--json", "--lang", "en"])
    assert outcomes["wco"].exit_code == 0
    read = sad.from_json(json.loads(outcomes["wco"].stdout))
    assert (read.form, read.claimed_state, read.registration.number) == ("answer", "released", declaration.number)
    for kind in ("cusres", "json"):
        assert outcomes[kind].exit_code == 1
        assert "refused" in outcomes[kind].stderr


def test_a_record_with_another_version_is_answered_by_the_newest_file(world: World) -> None:
    declaration = came_as(world, "csv", "T-V")
    scope = queries.scope_of(world.officers["assessor"], NOON)
    assert queries.source_format(scope, declaration.key) == "csv"
    record = replace(queries.record(scope, declaration.key), declarant_reference="T-V2")
    source = Source("b" * 64, "file", "wco")
    commands.amend(world.broker, declaration.key, record=record, source=source, seed=SEED, at=NOON)
    assert queries.source_format(scope, declaration.key) == "wco"
