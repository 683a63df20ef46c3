"""UN/EDIFACT by every door: the command line, the page of files, the API; the same reader behind each."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from mabar.base import commands as ground
from mabar.base.models import StoredFile
from mabar.declarations import intake, sad
from mabar.declarations.cli import declarations
from mabar.declarations.models import Declaration, Draft
from tests.declarations import edifact_samples as samples
from tests.declarations.test_api_of_declarations import Program
from tests.languages import EACH_LANGUAGE
from tests.world import NOON

PAGE = "/declarations/upload/"


@pytest.fixture
def broker(client, world):
    from mabar.crossings import commands as crossings

    cache.clear()
    crossings.establish(world.node, "dz.debdeb", gates=2, at=datetime.now(UTC))
    client.force_login(world.broker)
    return client


def send(broker, name, content):
    return broker.post(PAGE, {"sent": [SimpleUploadedFile(name, content)], "place": "dz.debdeb"})["Location"]


def run(*arguments):
    return CliRunner().invoke(declarations, [str(each) for each in arguments])


def test_the_command_line_reads_it(tmp_path):
    path = tmp_path / "declaration.txt"
    path.write_bytes(samples.cusdec())
    result = run("read", path, "--json", "--trace")
    assert result.exit_code == 0
    shown = json.loads(result.stdout)
    assert (shown["office"]["code"], shown["source"]["format"]) == ("DZDEB", "edifact")
    assert {"path": "CUSDEC[1]/LOC[4]/2.1", "line": 5, "text": "DZDEB", "field": "office.code"} in shown["trace"]


def test_the_command_line_writes_it_as_asycuda(tmp_path):
    path = tmp_path / "declaration.edi"
    path.write_bytes(samples.cusdec())
    result = run("write", path, "--as", "asycuda", "--set", "items[0].gross_mass_g=600kg")
    assert result.exit_code == 0
    assert "<Gross_weight_itm>600</Gross_weight_itm>" in result.stdout


@pytest.mark.parametrize(("language", "word"), [("ar", "مبتور"), ("fr", "interrompu"), ("en", "cut off")])
def test_a_cut_file_is_refused_on_the_command_line_in_the_readers_language(tmp_path, language, word):
    path = tmp_path / "cut.edi"
    path.write_bytes(samples.cusdec()[:300])
    result = run("read", path, "--lang", language)
    assert result.exit_code == 1
    assert "refused InterchangeCut" in result.stderr
    assert word in result.stderr


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize("language", EACH_LANGUAGE)
def test_the_page_shows_what_was_read_and_lodges_nothing(broker, world, language):
    world.broker.language = language
    world.broker.save(update_fields=["language"])
    page = broker.get(send(broker, "declaration.edi", samples.cusdec()))
    text = page.content.decode()
    assert page.status_code == 200
    assert "UN/EDIFACT" in text
    assert "8413.70.00" in text
    assert "GIS+N:79:95" in text
    assert not Declaration.objects.exists()


@pytest.mark.django_db(databases="__all__")
def test_a_cargo_report_is_shown_and_begins_a_draft_that_can_be_completed(broker):
    page = send(broker, "cargo.edi", samples.cuscar())
    text = broker.get(page).content.decode()
    assert "F-0314" in text
    assert 'value="lodge' not in text
    assert 'value="keep.1"' in text
    assert "G-0400" in text
    assert broker.post(page, {"act": "lodge.1"}).status_code == 422
    assert not Declaration.objects.exists()
    answer = broker.post(page, {"act": "keep.1"})
    assert answer.status_code == 302
    draft = sad.loads(Draft.objects.get().record)
    assert (draft.form, draft.consignee.code, len(draft.items)) == ("declaration", "DZ-100", 2)
    assert "G-0400" not in broker.get(answer["Location"]).content.decode()


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize(
    ("content", "code"),
    [(samples.cusdec()[:300], "InterchangeCut"), (b"UNA++.? '" + samples.cusdec(), "SeparatorsUnfit")],
)
def test_a_broken_file_is_refused_by_name_and_not_stored(broker, content, code):
    text = broker.get(send(broker, "broken.edi", content)).content.decode()
    assert "broken.edi" in text
    assert code in text
    assert not StoredFile.objects.exists()


@pytest.fixture
def program(world, client):
    now = datetime.now(UTC)
    scopes = ("declarations.lodge", "declarations.read_own")
    made = ground.make_api_key(world.node, world.broker.key, scopes=scopes, expires_at=now + timedelta(days=1), at=now)
    return Program(client, made.token)


@pytest.mark.django_db(databases="__all__")
def test_a_program_lodges_a_message_as_it_is(program):
    answer = program.lodge(samples.cusdec(), "application/octet-stream", name="declaration.edi")
    assert answer.status_code == 201, answer.content
    assert answer.json()[0]["reference"] == "LRN-2026-7"
    assert Declaration.objects.count() == 1
    assert StoredFile.objects.get().media_type == "application/EDIFACT"


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize(
    "content",
    [samples.cuscar(), samples.cusdec().replace(b"UNT+52", b"UNT+53"), samples.cusdec().replace(b"-7+9'", b"-7+1'")],
    ids=["cargo report", "false count", "cancellation"],
)
def test_a_program_lodges_nothing_that_is_no_whole_declaration(program, content):
    answer = program.lodge(content, "application/octet-stream", name="declaration.edi")
    refusals = [answer.json()] if answer.status_code == 422 else [each["refusal"] for each in answer.json()]
    assert {each["code"] for each in refusals} == {"NotAWholeDeclaration"}
    assert not Declaration.objects.exists()


@pytest.mark.django_db(databases="__all__")
def test_a_file_is_kept_under_its_own_media_type(world):
    (entry,) = intake.entries_of(samples.cusdec(), name="declaration.edi", at=NOON)
    assert entry.source.format == "edifact"
    assert StoredFile.objects.get().media_type == "application/EDIFACT"
