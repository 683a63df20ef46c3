"""The project speaks of its trade, not of the machine or the people that wrote it."""

import re

from tests.architecture.code import ROOT, assert_none, files, source_files

# Assembled from pieces, so that this file does not say what it forbids.
MACHINE = re.compile(
    r"(?<![\w.:/-])/(?:" + "|".join(("work", "root", "home", "farm")) + r")/\w"
    r"|py" + r"pi\.org|python" + r"hosted|registry\.n" + r"pmjs|deb\." + r"debian"
    r"|\b" + r"LL" + r"Ms?\b|\blanguage " + r"model|\bA" + r"I[- ](?:assist|generated)"
    r"|\bissue #?\d+\b"
)
LEFT_BEHIND = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|HA" + r"CK)\b|raise Not" + r"Implemented" + r"Error")
VAGUE = ("utils", "util", "helpers", "helper", "manager", "managers", "service", "services", "misc", "common", "core")


def test_nothing_speaks_of_a_machine_or_a_registry() -> None:
    found = []
    for path in source_files():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if said := MACHINE.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number} {said.group(0)}")
    assert_none(found)


def test_nothing_is_left_for_later() -> None:
    found = []
    for path in source_files():
        if path.suffix in {".py", ".html", ".js", ".css"}:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if said := LEFT_BEHIND.search(line):
                    found.append(f"{path.relative_to(ROOT)}:{number} {said.group(0)}")
    assert_none(found)


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert_none(file.name for file in files() if file.path.stem in VAGUE or file.path.parent.name in VAGUE)


def test_a_refusal_is_named_for_its_fact() -> None:
    import ast

    assert_none(
        f"{file.name}:{node.lineno} {node.name}"
        for file in files()
        for node in ast.walk(file.tree)
        if isinstance(node, ast.ClassDef) and re.search(r"(Error|Exception|Manager|Helper|Service)$", node.name)
    )
