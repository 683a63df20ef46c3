"""The published vectors of MX/1: what is good is taken, what is bad is refused, each by its code."""

import json
from pathlib import Path

import pytest

from tests.exchange.protocol import vector_checks
from tools import vectors

FOLDER = Path(__file__).parents[2] / "vectors"
GROUPS = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]
VECTORS = [
    pytest.param(vector, id=f"{group['group']}/{vector['name']}") for group in GROUPS for vector in group["vectors"]
]


@pytest.mark.parametrize("vector", VECTORS)
def test_a_vector_is_taken_or_refused_as_published(vector):
    assert vector_checks.refusal_of(vector) == vector["code"]
    assert vector["good"] == (not vector["code"])


def test_the_vectors_are_as_the_tool_writes_them():
    written = vectors.written()
    assert {path.name for path in FOLDER.glob("*.json")} == set(written)
    for name, text in written.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, name


def test_there_are_vectors_enough_of_both_sorts():
    for group in GROUPS:
        good = [vector["name"] for vector in group["vectors"] if vector["good"]]
        assert good, group["group"]
    assert sum(not vector["good"] for group in GROUPS for vector in group["vectors"]) >= 100


def test_each_type_is_shown_as_each_other_and_refused():
    (signatures,) = (group["vectors"] for group in GROUPS if group["group"] == "signatures")
    shown = {vector["name"] for vector in signatures if not vector["good"]}
    types = range(1, 14)
    assert {f"type-{one}-as-type-{other}" for one in types for other in types if one != other} <= shown
