"""What each process loads: the pages and the API start quickly and stay small."""

import json
import subprocess
import sys

from tests.architecture.code import assert_none

# They load inside the worker's task that needs them, or when a file of that kind is read or a paper printed.
HEAVY = (
    "numpy",
    "scipy",
    "pandas",
    "duckdb",
    "weasyprint",
    "fontTools",
    "openpyxl",
    "lxml",
    "playwright",
    "hypothesis",
)

WEB = """
import json, sys
import mabar.site.wsgi
from django.urls import get_resolver
def walk(patterns):
    for each in patterns:
        if hasattr(each, "url_patterns"):
            walk(each.url_patterns)
walk(get_resolver().url_patterns)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
COMMAND_LINE = """
import json, sys
import mabar.site.cli
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def loaded(program: str) -> set[str]:
    """Run a program in a process of its own and give the top names of what it loaded."""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stdout.splitlines()[-1]))


def test_the_process_of_the_pages_loads_no_heavy_library() -> None:
    assert_none(loaded(WEB) & set(HEAVY))


def test_the_command_line_answers_before_django_is_loaded() -> None:
    assert not {"django", "lxml", "openpyxl", "granian"} & loaded(COMMAND_LINE)
