"""`mabar origin verify`: the verdict by the keys of the node, without any line."""

import pytest
from click.testing import CliRunner

from mabar.base import node_folder
from mabar.origin import rules
from mabar.origin.cli import origin
from tests.origin.altering import altered

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setattr(node_folder, "enter", lambda folder: None)
    return lambda *arguments: CliRunner().invoke(origin, ["verify", *arguments])


def test_a_text_and_a_file_are_judged_with_their_key_and_administration(office, run, tmp_path) -> None:
    made = office.proof()
    file = tmp_path / "code.txt"
    file.write_text(made.code, encoding="utf-8")
    for given in (made.code, str(file)):
        told = run(given, "--lang", "fr")
        assert told.exit_code == 0, told.output
        for word in ("Valable [valid]", made.serial, "dz.debdeb", "Administration: dz", "Clé: "):
            assert word in told.output


def test_an_altered_code_ends_with_one_or_a_refusal(office, run) -> None:
    import random

    code, drawn = office.proof().code, random.Random(1)
    for _ in range(20):
        told = run(altered(code, drawn))
        assert told.exit_code == 1
        assert isinstance(told.exception, SystemExit | rules.NotAProof)
