"""The vectors of the protocol, run by the second verifier: two readers of one text come to the same."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.exchange.second_verifier.asked import VERIFIER, node

__all__ = ["node"]

VECTORS = Path(__file__).parents[2] / "vectors"
GROUPS = sorted(path.stem for path in VECTORS.glob("*.json"))


def _run(node: str, folder: Path) -> tuple[int, list[str]]:
    command = [node, str(VERIFIER / "vectors.mjs"), str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert run.stderr == ""
    return run.returncode, run.stdout.splitlines()


@pytest.fixture(scope="module")
def whole(node: str) -> tuple[int, list[str]]:
    """What the second verifier says of all vectors."""
    return _run(node, VECTORS)


def test_both_readers_of_the_protocol_agree_on_every_vector(whole: tuple[int, list[str]]) -> None:
    code, lines = whole
    assert [line for line in lines if line.startswith("FAIL")] == []
    told = sum(len(json.loads((VECTORS / f"{group}.json").read_text(encoding="utf-8"))["vectors"]) for group in GROUPS)
    assert (code, len(lines) - 1) == (0, told)


def test_only_what_is_sealed_is_not_checked_to_the_end(whole: tuple[int, list[str]]) -> None:
    _, lines = whole
    assert [line for line in lines if line.startswith("not checked")] == []
    assert {line.split()[3] for line in lines if line.startswith("pass, not opened")} == {"envelopes"}


@pytest.mark.parametrize("group", GROUPS)
def test_a_vector_told_the_other_way_round_is_a_miss(group: str, node: str, tmp_path: Path) -> None:
    told = json.loads((VECTORS / f"{group}.json").read_text(encoding="utf-8"))
    checked = [one for one in told["vectors"] if not one["code"].startswith(("envelope.not-opened", "envelope.body"))]
    turned = [one | {"good": not one["good"], "code": "" if one["code"] else "turned"} for one in checked]
    (tmp_path / f"{group}.json").write_text(json.dumps(told | {"vectors": turned}), encoding="utf-8")
    code, lines = _run(node, tmp_path)
    assert (code, {line.split()[0] for line in lines[:-1]}) == (1, {"FAIL"})
