"""Small enough to be read at once: a file under 300 lines, a function under 25."""

import ast

from tests.architecture.code import assert_none, files, functions

FILE_LINES = 300
FUNCTION_LINES = 25

# What is longer, each with the reason that outweighs its length.
LONGER_FILES: dict[str, str] = {}
LONGER_FUNCTIONS: dict[str, str] = {}


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function without its signature and docstring: what one must follow, not what explains it."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_file_is_longer_than_a_reader_holds() -> None:
    long = {
        file.name: lines
        for file in files()
        if (lines := len(file.path.read_text(encoding="utf-8").splitlines())) > FILE_LINES
    }
    assert_none(f"{name}: {lines} lines" for name, lines in long.items() if name not in LONGER_FILES)
    assert set(LONGER_FILES) <= set(long), "a file that is short again needs no exception"


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{file.name}:{function.name}": _body_lines(function)
        for file in files()
        for function in functions(file.tree)
        if _body_lines(function) > FUNCTION_LINES
    }
    assert_none(f"{name}: {lines} lines" for name, lines in long.items() if name not in LONGER_FUNCTIONS)
    assert set(LONGER_FUNCTIONS) <= set(long), "a function that is short again needs no exception"


def test_every_public_function_says_what_it_does() -> None:
    silent = [
        f"{file.name}:{function.lineno} {function.name}"
        for file in files()
        for function in ast.iter_child_nodes(file.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if not function.name.startswith("_") and ast.get_docstring(function) is None
    ]
    assert_none(silent)
