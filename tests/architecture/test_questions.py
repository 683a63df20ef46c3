"""What is asked of the database is the same for every reader: his language chooses words, never columns."""

import ast
from collections.abc import Iterator

from tests.architecture.code import File, assert_none, files

# where the three columns of a name are written, or one of them is read from a row that is already here
NAMED_TOGETHER = {"base/models/places.py", "site/founding.py"}


def test_no_question_is_asked_in_a_language() -> None:
    assert_none(
        f"{file.name}:{line}: a column whose name ends in a language is put together here"
        for file in files()
        if file.name not in NAMED_TOGETHER
        for line in _columns_put_together(file)
    )


def test_each_place_where_the_names_are_together_is_there() -> None:
    assert all(any(_columns_put_together(file)) for file in files() if file.name in NAMED_TOGETHER)
    assert {file.name for file in files()} >= NAMED_TOGETHER


def _columns_put_together(file: File) -> Iterator[int]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.JoinedStr) and len(node.values) > 1:
            before = node.values[0]
            if isinstance(before, ast.Constant) and str(before.value).endswith("name_"):
                yield node.lineno
