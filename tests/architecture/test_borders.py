"""Who may know whom: the layers, the front of each package, the pure files, and foreign keys that point downwards."""

import subprocess
import sys

import pytest
from django.apps import apps

from tests.architecture.code import GROUND, ROOT, File, Import, assert_none, files, imports, packages, rank

FRONT = {"commands", "queries", "rules", "messages"}
# What else a package offers to everybody above it.
OFFERED = {
    # the record itself, the code lists, and which fields may cross: pure, and without acts
    "declarations": {"sad", "sad_parts", "reference", "advance_fields"},
    "duties": {"loading"},  # the files of a tariff, read and compared; nothing is stored there
    # the product's list of crossings; the picture of a truck's way; how a code is drawn
    "crossings": {"atlas", "crossing_line", "qr", "story"},
    "base": {
        "models", "journal", "mandates", "timers", "files", "actors", "keys", "doors", "search", "screens", "clocks",
        "languages", "sealer", "health", "templatetags", "node_folder", "paper_making", "printing", "node_keys",
        "limits", "own_files", "reach", "turns", "boxes", "paper_signatures", "qr",
    },
    "exchange": {"outbox", "kinds", "receipts", "protocol", "paper_signing"},
}  # fmt: skip
# The front of the node puts the packages together, so it alone knows their doors.
DOORS = {"pages", "api", "cli", "urls", "apps", "tasks", "inbox", "forms", "papers", "founding", "formats", "checks"}
PURE = {"rules", "messages", "checks", "formats", "science", "protocol", "sad", "sad_parts", "refusals"}
NEVER_IN_PURE = ("django", "ninja", "allauth", "csp", "psycopg", "sqlite3", "granian", "click")


def test_the_layers_hold() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout


def _past_the_front(file: File, each: Import) -> bool:
    parts = each.target.split(".")
    if parts[0] != "mabar" or len(parts) < 3 or parts[1] in (file.package, "lib"):
        return False
    allowed = FRONT | OFFERED.get(parts[1], set())
    if file.package == "site":
        return parts[1] not in GROUND and parts[2] not in allowed | DOORS | {"models"}
    return parts[2] not in allowed


def test_neighbours_enter_a_package_by_its_front_only() -> None:
    found = [
        f"{file.name}:{each.line} {each.target}"
        for file in files()
        for each in imports(file)
        if _past_the_front(file, each)
    ]
    assert_none(found)


def _is_pure(file: File) -> bool:
    return file.package == "lib" or file.role in PURE


@pytest.mark.parametrize("file", [pytest.param(file, id=file.name) for file in files() if _is_pure(file)])
def test_a_pure_file_knows_neither_django_nor_a_table_nor_the_clock(file: File) -> None:
    known = [each for each in imports(file) if each.module.split(".")[0] in NEVER_IN_PURE]
    tables = [each for each in imports(file) if each.target.startswith("mabar.") and "models" in each.target.split(".")]
    assert [f"line {each.line}: {each.target}" for each in known + tables] == []


def test_a_foreign_key_points_downwards() -> None:
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model.__module__.startswith("mabar.")
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and _package(field.related_model) is not None
        if rank(str(_package(field.related_model))) > rank(str(_package(model)))
    ]
    assert_none(upward)


def _package(model: object) -> str | None:
    module = str(getattr(model, "__module__", ""))
    return module.split(".")[1] if module.startswith("mabar.") else None


def test_a_foreign_key_protects_what_it_points_at() -> None:
    careless = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("mabar.")
        for field in model._meta.concrete_fields
        if field.is_relation and field.remote_field.on_delete.__name__ not in ("PROTECT", "CASCADE")
    ]
    assert_none(careless)


def test_only_models_commands_and_queries_touch_tables() -> None:
    found = [
        f"{file.name}:{each.line} {each.target}"
        for file in files()
        if file.role in {"pages", "api", "forms"}
        for each in imports(file)
        if each.target.startswith("mabar.") and "models" in each.target.split(".")
        if each.target != "mabar.base.models.Actor"  # who asks is handed on to the command
    ]
    assert_none(found)


def test_a_query_writes_nothing_and_opens_no_transaction() -> None:
    from tests.architecture.code import calls, dotted

    writing = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
    found = [
        f"{file.name}:{call.lineno} {dotted(call.func) or '...'}"
        for file in files()
        if file.role == "queries"
        for call in calls(file.tree)
        if (getattr(call.func, "attr", "") in writing and "objects" in _path(call))
        or dotted(call.func) in {"transaction.atomic", "journal.writes"}
    ]
    assert_none(found)


def _path(call: object) -> set[str]:
    import ast

    return {node.attr for node in ast.walk(call.func) if isinstance(node, ast.Attribute)}  # type: ignore[attr-defined]


def test_every_package_says_which_desk_it_serves() -> None:
    for package in packages():
        lines = (ROOT / "src" / "mabar" / package / "__init__.py").read_text(encoding="utf-8")
        assert lines.startswith('"""'), package
        assert len([line for line in lines.splitlines() if line and not line.startswith(" ")]) >= 1
