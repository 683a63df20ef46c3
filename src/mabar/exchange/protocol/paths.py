"""Fields by their paths: the tree of what may pass, and what of a document passes through it (section 8).

A tree is built once from the named paths.  It has the shape of the documents that may pass: a dict where an object
stands, a list of one where a list stands, and at a leaf whether it goes masked.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any, TypeAlias

from mabar.exchange.protocol import documents

Tree: TypeAlias = dict[str, Any] | list[Any] | bool

MASK = "*"
_NAME = r"[a-z][a-z0-9_]{0,63}"
_PATH = re.compile(rf"{_NAME}(?:\[\])*(?:\.{_NAME}(?:\[\])*)*")
_STEPS = re.compile(rf"{_NAME}|\[\]")
_NOTHING = object()


def is_path(text: str) -> bool:
    """Tell whether `text` can be the path of a field that a kind has and terms name."""
    if len(text) > documents.LONGEST_PATH or _PATH.fullmatch(text) is None:
        return False
    return len(_STEPS.findall(text)) <= documents.DEEPEST


def tree(named: Collection[str], masked: Collection[str] = ()) -> dict[str, Any]:
    """Build the tree of the named paths.

    Raises:
        ValueError: one path lies within another, or names an object where another names a list; holds the path.
    """
    steps: dict[str, Any] = {}
    for path in named:
        node = steps
        for step in _STEPS.findall(path):
            node = node.setdefault(step, {})
    return {name: _shaped(below, name, frozenset(named), frozenset(masked)) for name, below in steps.items()}


def _shaped(node: dict[str, Any], path: str, named: frozenset[str], masked: frozenset[str]) -> Tree:
    if not node:
        return path in masked
    if path in named or ("[]" in node and len(node) > 1):
        raise ValueError(path)
    if "[]" in node:
        return [_shaped(node["[]"], f"{path}[]", named, masked)]
    return {name: _shaped(below, f"{path}.{name}", named, masked) for name, below in node.items()}


def projected(through: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """Give of a document exactly what the tree names, masked where it says so; what has another shape stays behind."""
    kept: dict[str, Any] = {}
    for name, below in through.items():
        if name in value and (each := _passed(below, value[name])) is not _NOTHING:
            kept[name] = each
    return kept


def _passed(through: Tree, value: Any) -> Any:
    if isinstance(through, bool):
        if type(value) is dict or type(value) is list:
            return _NOTHING
        return MASK if through else value
    if value is None:  # where something named could stand, nothing may stand
        return None
    if isinstance(through, dict):
        return projected(through, value) if type(value) is dict else _NOTHING
    if type(value) is not list:
        return _NOTHING
    passed = (_passed(through[0], each) for each in value)
    return [each for each in passed if each is not _NOTHING]


def outside(through: dict[str, Any], value: dict[str, Any]) -> str | None:
    """Give the path of the first thing in a document that the tree does not let pass; None when all passes."""
    found = _stray(through, value)
    return None if found is None else found[1:][: documents.LONGEST_PATH]


def _stray(through: Tree, value: Any) -> str | None:
    if isinstance(through, bool):
        is_leaf = type(value) is not dict and type(value) is not list
        return None if is_leaf and (value == MASK or not through) else ""
    if value is None:
        return None
    if isinstance(through, dict):
        return _stray_field(through, value) if type(value) is dict else ""
    return _stray_member(through[0], value) if type(value) is list else ""


def _stray_field(through: dict[str, Any], value: dict[str, Any]) -> str | None:
    for name, each in value.items():
        found = _stray(through[name], each) if name in through else ""
        if found is not None:
            return f".{documents.step_of(name[: documents.LONGEST_PATH])}{found}"
    return None


def _stray_member(through: Tree, value: list[Any]) -> str | None:
    for each in value:
        found = _stray(through, each)
        if found is not None:
            return f"[]{found}"
    return None


def values_at(value: Any, path: str) -> Iterator[Any]:
    """Give what stands at a path, once for each list member; nothing where the document has another shape."""
    here = [value]
    for step in _STEPS.findall(path):
        if step == "[]":
            here = [member for each in here if isinstance(each, list) for member in each]
        else:
            here = [each[step] for each in here if isinstance(each, dict) and step in each]
    yield from here
