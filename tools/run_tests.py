"""Run the whole suite on SQLite, then its database tests on PostgreSQL; further arguments go to pytest.

With MABAR_NO_SKIPS=1, as CI sets it, whatever this machine cannot test is a failure.
"""

import os
import subprocess
import sys

from tools import postgresql

# a file stays with one worker, so that what its tests share is made once; the order is that of conftest.py
PYTEST = [sys.executable, "-m", "pytest", "-n", "logical", "--dist", "loadfile", "--no-loadscope-reorder"]
NOTHING_TO_RUN = 5  # pytest's status when the arguments leave no test of that kind


def main(arguments: list[str]) -> int:
    """Run both halves, say what each did, and return the status of the process."""
    strict = os.environ.get("MABAR_NO_SKIPS") == "1"
    switches = ["--no-skips"] if strict else []
    on_sqlite = _run("SQLite", [*switches, *arguments], {})
    with postgresql.server() as environment:
        if environment:
            on_postgresql = _run("PostgreSQL", ["--database-only", *switches, *arguments], environment)
        else:
            on_postgresql = int(strict)
    print(f"\nSQLite: {_said(on_sqlite)}")
    print(f"PostgreSQL: {_said(on_postgresql) if environment else _NO_SERVER}")
    return int(on_sqlite != 0 or on_postgresql not in (0, NOTHING_TO_RUN))


_NO_SERVER = (
    "NOT TESTED. No server answers at 127.0.0.1:5432, MABAR_TEST_DATABASE names none, and the pgserver wheel does not"
    " start here."
)


def _run(database: str, arguments: list[str], environment: dict[str, str]) -> int:
    print(f"\nThe suite on {database}", flush=True)
    # workers and nodes are started again and again: each reads what Python has compiled once, as in an office
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run([*PYTEST, *arguments], env={**kept, **environment}, check=False).returncode


def _said(status: int) -> str:
    return {0: "passed", NOTHING_TO_RUN: "nothing to run"}.get(status, "FAILED")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
