"""A refusal has one stable code, its sentences, and a test."""

import ast
import importlib
from collections.abc import Iterator
from functools import cache

from mabar.lib import words
from mabar.lib.refusals import Refusal
from tests.architecture.code import ROOT, SOURCE, assert_none, files, packages


@cache
def refusals() -> tuple[type[Refusal], ...]:
    """Collect every refusal of the product that bears a code of its own."""
    for file in files():
        if any(isinstance(node, ast.ClassDef) for node in file.tree.body):
            parts = file.path.relative_to(SOURCE).with_suffix("").parts
            importlib.import_module(".".join(("mabar", *parts)).removesuffix(".__init__"))
    found, ahead = [], [Refusal]
    while ahead:
        one = ahead.pop()
        ahead += one.__subclasses__()
        found.append(one)
    return tuple(dict.fromkeys(each for each in found if each.__module__.startswith("mabar.") and not _is_family(each)))


def _is_family(refusal: type[Refusal]) -> bool:
    # a package's own ancestor names only where the sentences lie
    return bool(refusal.__subclasses__()) and refusal.__name__ not in words.table(refusal.package, "refusals")


def test_every_refusal_has_its_sentences() -> None:
    assert_none(
        f"{each.__module__}.{each.__name__}"
        for each in refusals()
        if each.__name__ not in words.table(each.package, "refusals")
    )


def test_every_refusal_belongs_to_the_package_that_says_it() -> None:
    assert_none(
        f"{each.__module__}.{each.__name__} says it is of {each.package}"
        for each in refusals()
        if each.__name__ not in {own.__name__ for own in refusals() if own.package == each.package}
    )


def test_a_code_means_one_thing() -> None:
    by_code: dict[str, list[type[Refusal]]] = {}
    for each in refusals():
        by_code.setdefault(each.__name__, []).append(each)
    assert_none(
        f"{code}: {', '.join(one.__module__ for one in same)}"
        for code, same in by_code.items()
        # a package may say the ground's refusal in its own words; then it inherits from it
        if not any(all(issubclass(one, first) for one in same) for first in same)
    )


def test_no_sentence_is_without_its_refusal() -> None:
    known = {(each.package, each.__name__) for each in refusals()}
    raised = {node.id for file in files() for node in ast.walk(file.tree) if isinstance(node, ast.Name)}
    assert_none(
        f"{package}: {code}"
        for package in packages()
        for code in words.table(package, "refusals")
        if (package, code) not in known and code not in raised
    )


def test_no_code_is_both_a_refusal_and_a_finding() -> None:
    for package in packages():
        assert not set(words.table(package, "refusals")) & set(words.table(package, "findings"))


@cache
def _tests() -> str:
    own = ROOT / "tests" / "architecture"
    return "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py") if own not in path.parents
    )


def test_every_refusal_has_a_test() -> None:
    assert_none(f"{each.package}: {each.__name__}" for each in refusals() if not _occurs(each.__name__))


def test_every_finding_has_a_test() -> None:
    assert_none(
        f"{package}: {code}" for package in packages() for code in words.table(package, "findings") if not _occurs(code)
    )


def _occurs(code: str) -> bool:
    return code in _tests()


def test_every_refusal_that_a_command_names_exists() -> None:
    known = {each.__name__ for each in refusals()} | set(_caught_at_home())
    assert_none(
        f"{file.name}: {name}"
        for file in files()
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
        if (name := _called(node.exc)) and name[0].isupper() and name not in known | BUILT_IN
    )


def _caught_at_home() -> Iterator[str]:
    """List the product's other exceptions: values that do not fit, and doubts that the same package settles."""
    caught = {
        (file.package, node.type.id)
        for file in files()
        for node in ast.walk(file.tree)
        if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name)
    }
    for file in files():
        for node in ast.walk(file.tree):
            bases = {getattr(base, "id", "") for base in node.bases} if isinstance(node, ast.ClassDef) else set()
            if "ValueError" in bases or ("Exception" in bases and (file.package, node.name) in caught):
                yield node.name


BUILT_IN = {
    "ValueError", "TypeError", "KeyError", "OSError", "RuntimeError", "LookupError", "FileNotFoundError", "SystemExit",
    "FileExistsError", "PermissionError", "AssertionError", "ImproperlyConfigured", "UsageError", "ClickException",
    "BadParameter", "Http404", "PermissionDenied", "HttpError", "ValidationError", "StopIteration", "TimeoutError",
    "TemplateSyntaxError", "AttributeError", "Exit", "Abort",
    "SentTwice",  # an event sent twice leaves its act without a second line; no person reads it
    "Crash",  # the end of a simulated process, which nothing of a node may catch
}  # fmt: skip


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
