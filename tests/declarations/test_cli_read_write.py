"""`mabar declarations read` and `write` as a person calls them."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from mabar.declarations.cli import declarations
from tests.declarations import samples


def run(*arguments: object, **options: object) -> Result:
    return CliRunner().invoke(declarations, [str(each) for each in arguments], **options)  # type: ignore[arg-type]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "one.xml"
    path.write_bytes(samples.sad(items=2))
    return path


def test_json_is_one_line_a_declaration(file, tmp_path):
    other = tmp_path / "two.xml"
    other.write_bytes(samples.sad(samples.ARABIC, items=1))
    result = run("read", file, other, "--json")
    assert result.exit_code == 0
    assert [json.loads(line)["office"]["code"] for line in result.stdout.splitlines()] == ["JMKAJ", "LYRAJ"]


def test_a_refused_file_exits_1_and_the_others_are_shown(file, tmp_path):
    bad = tmp_path / "bad.xml"
    bad.write_bytes(file.read_bytes()[:900])
    result = run("read", bad, file, "--json")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 1
    assert "bad.xml: refused XmlBroken" in result.stderr


@pytest.mark.parametrize(("language", "word"), [("ar", "قراءتان"), ("fr", "deux lectures"), ("en", "two readings")])
def test_findings_go_to_the_error_channel_in_the_chosen_language(tmp_path, language, word):
    path = tmp_path / "open.xml"
    path.write_bytes(samples.sad(office="10100", dates=("4/7/15", "", "")))
    result = run("read", path, "--json", "--lang", language)
    assert result.exit_code == 0
    assert word in result.stderr
    assert "2015-04-07" in result.stderr
    assert "2015-07-04" in result.stderr
    assert json.loads(result.stdout)["registration"]["on"] is None


def test_the_language_of_the_system_is_taken(file):
    result = run("read", file, "--json", env={"LANG": "fr_FR.UTF-8", "LC_ALL": "", "MABAR_LANG": ""})
    assert result.exit_code == 0
    assert run("read", file, env={"LANG": "C", "LC_ALL": "", "MABAR_LANG": ""}).exit_code == 0


def test_a_table_for_people(file):
    result = run("read", file)
    assert "month first: office code JMKAJ" in result.stdout
    assert "IM 4" in result.stdout


def test_the_trace_is_in_the_json(file):
    shown = json.loads(run("read", file, "--json", "--trace").stdout)
    leaves = samples.leaves(etree.fromstring(file.read_bytes()))
    assert {each["path"]: each["text"] for each in shown["trace"]} == leaves
    assert all(each["line"] and each["field"] for each in shown["trace"])


def test_the_trace_is_in_the_table(file):
    assert "-> items[1].gross_mass_g" in run("read", file, "--trace").stdout


def test_a_chosen_profile(tmp_path):
    path = tmp_path / "open.xml"
    path.write_bytes(samples.sad(office="10100", dates=("4/7/15", "", "")))
    assert json.loads(run("read", path, "--json", "--profile", "dz").stdout)["registration"]["on"] == "2015-07-04"
    refused = run("read", path, "--json", "--profile", "atlantis")
    assert refused.exit_code == 1
    assert "ProfileUnknown" in refused.stderr


def test_write_gives_the_file_back(file):
    result = run("write", file, "--as", "asycuda")
    assert result.exit_code == 0
    assert samples.leaves(etree.fromstring(result.stdout_bytes)) == samples.leaves(etree.fromstring(file.read_bytes()))


def test_write_amends_and_moves_the_totals(file):
    result = run("write", file, "--as", "asycuda", "--set", "items[0].gross_mass_g=20kg", "--set", "consignee.name=NEW")
    after = samples.leaves(etree.fromstring(result.stdout_bytes))
    assert after["/ASYCUDA/Valuation/Weight/Gross_weight"] == "30.5"
    assert after["/ASYCUDA/Traders/Consignee/Consignee_name"] == "NEW"


@pytest.mark.parametrize("change", ["nothing=1", "items[0].gross_mass_g=-1", "no equals sign", "[7]:office.code=X"])
def test_a_wrong_amendment_is_refused_and_writes_nothing(file, change):
    result = run("write", file, "--as", "asycuda", "--set", change)
    assert result.exit_code == 1
    assert result.stdout_bytes == b""
    assert "refused" in result.stderr


def test_a_file_that_is_too_large_is_refused_unread(tmp_path):
    path = tmp_path / "large.xml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    for arguments in (("read", path), ("write", path, "--as", "asycuda")):
        result = run(*arguments)
        assert result.exit_code == 1
        assert "FileBeyondLimit" in result.stderr


def test_one_declaration_of_several_is_amended(tmp_path):
    path = tmp_path / "several.xml"
    path.write_text("<Export>" + samples.sad(head="").decode() * 2 + "</Export>")
    result = run("write", path, "--as", "asycuda", "--set", "[1]:consignee.code=77")
    after = samples.leaves(etree.fromstring(result.stdout_bytes))
    assert after["/Export/ASYCUDA[2]/Traders/Consignee/Consignee_code"] == "77"
    assert after["/Export/ASYCUDA[1]/Traders/Consignee/Consignee_code"] == "0012"


def test_a_stored_record_is_written_through_the_same_writer(file, tmp_path):
    record = tmp_path / "record.json"
    record.write_text(run("read", file, "--json").stdout, encoding="utf-8")
    result = run("write", record, "--as", "asycuda")
    assert samples.leaves(etree.fromstring(result.stdout_bytes)) == samples.leaves(etree.fromstring(file.read_bytes()))


def test_write_reads_standard_input(file):
    result = run("write", "-", "--as", "asycuda", input=file.read_bytes())
    assert samples.leaves(etree.fromstring(result.stdout_bytes)) == samples.leaves(etree.fromstring(file.read_bytes()))


def test_reading_needs_no_node_and_no_django(file):
    code = (
        "import sys; from mabar.declarations.cli import declarations\n"
        f"declarations(['read', {str(file)!r}, '--json'], standalone_mode=False)\n"
        "assert not [name for name in sys.modules if name.partition('.')[0] in ('django', 'openpyxl')]"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
