"""The second verifier as the tests reach it."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

VERIFIER = Path(__file__).parents[3] / "tools" / "verify-evidence"
GOOD, BAD = "valid", "not valid"
# Of what is tried by the hundred, one in nine; the soak tries all.
EVERY = (9, pytest.param(1, marks=pytest.mark.soak))

Ask = Callable[[str, Any], Any]


@pytest.fixture(scope="session")
def node() -> str:
    """Node, which runs the second verifier."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("Node is not installed here: the second verifier is not tested")
    return found


@pytest.fixture(scope="session")
def ask(node: str) -> Ask:
    """Put a question to the second verifier."""

    def put(question: str, matter: Any) -> Any:
        command = [node, str(Path(__file__).parent / "asked.mjs"), question]
        run = subprocess.run(command, input=json.dumps(matter), capture_output=True, text=True, timeout=300)
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)

    return put
