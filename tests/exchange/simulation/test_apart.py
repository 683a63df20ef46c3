"""The simulation stands apart: nothing that a node runs knows of it but the crash points, which do nothing."""

import ast
import subprocess
import sys

from mabar.exchange import crash_points
from mabar.exchange.simulation import points
from tests.architecture.code import files, imports

AT_WORK = """
import sys, mabar.site.wsgi
print([name for name in sys.modules if name.startswith("mabar.exchange.simulation")])
"""


def test_no_file_of_a_node_imports_it() -> None:
    known = [
        f"{file.name}:{each.line}"
        for file in files()
        if "simulation" not in file.path.parts and file.package != "site"
        for each in imports(file)
        if each.target.startswith("mabar.exchange.simulation")
    ]
    assert known == []


def test_no_process_of_a_node_loads_it() -> None:
    run = subprocess.run([sys.executable, "-c", AT_WORK], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


def test_a_crash_point_at_which_nobody_listens_does_nothing() -> None:
    assert crash_points.listen(None) is None
    crash_points.reached("anything")


def test_every_crash_point_has_a_name_of_its_own() -> None:
    named = [
        call.args[0].value if isinstance(call.args[0], ast.Constant) else f"{file.name}:{call.lineno}"
        for file in files()
        for call in ast.walk(file.tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "crash_points.reached"
    ]
    assert len(named) == len(set(named))
    assert all("-" in str(name) and ":" not in str(name) for name in named)


def test_the_names_of_the_code_are_known_to_the_world() -> None:
    assert {"file-written-not-flushed", "file-flushed-not-renamed"} <= set(points.named())
