"""`mabar declarations lodge FILE...`"""

import pytest
from click.testing import CliRunner
from django.conf import settings

from mabar.declarations import cli, sad
from mabar.declarations.models import Declaration
from tests.declarations.desk import DEB
from tests.declarations.records import export_record, import_record


@pytest.fixture
def run(world, tmp_path, monkeypatch):
    """Run the command on files with the given content."""
    monkeypatch.setenv("MABAR_NODE", str(settings.NODE.folder))

    def of(*contents, actor="broker-oasis", node=None):
        paths = []
        for number, content in enumerate(contents):
            paths.append(tmp_path / f"file{number}")
            paths[-1].write_bytes(content.encode())
        asked = ["lodge", *map(str, paths), "--place", DEB, "--actor", actor]
        return CliRunner().invoke(cli.declarations, [*asked, *(["--node", str(node)] if node else [])])

    return of


def test_files_are_lodged_and_lodging_again_changes_nothing(run):
    content = "\n".join(map(sad.dumps, [import_record("A"), export_record("B")]))
    first = run(content)
    assert first.exit_code == 0, first.output
    assert [line.split("] ")[1].rpartition(" ")[0] for line in first.stdout.splitlines()] == ["lodged", "lodged"]
    again = run(content)
    assert [line.split("] ")[1].rpartition(" ")[0] for line in again.stdout.splitlines()] == ["lodged before"] * 2
    assert Declaration.objects.count() == 2


def test_what_is_refused_is_named_and_the_rest_is_lodged(run):
    content = "\n".join(map(sad.dumps, [import_record("A"), import_record("B", flow=None)]))
    outcome = run(content, "this is no declaration", sad.dumps(export_record("C")))
    assert outcome.exit_code == 1
    assert "[B]" in outcome.stderr
    assert "[RegimeNotStated]" in outcome.stderr
    assert "file1:" in outcome.stderr
    assert Declaration.objects.count() == 2


def test_nobody_lodges_without_a_mandate_or_a_node(run, tmp_path):
    outcome = run(sad.dumps(import_record()), actor="DEB-0007")
    assert (outcome.exit_code, "[NotMandated]" in outcome.stderr) == (1, True)
    assert "[NoSuchRecord]" in run(sad.dumps(import_record()), actor="nobody").stderr
    assert "No node lies in" in run(sad.dumps(import_record()), node=tmp_path).stderr
    assert not Declaration.objects.exists()
