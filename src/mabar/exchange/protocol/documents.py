"""Documents: JSON in one form only (section 5.1), and the paths of what stands in them."""

import json
from collections.abc import Iterator
from typing import Any, TypeAlias

from mabar.exchange.protocol.refused import Refused

LARGEST = 1 << 20
DEEPEST = 16
MOST_PATHS, LONGEST_PATH = 500, 200
_LEAST, _MOST = -(2**63), 2**63 - 1

Value: TypeAlias = dict[str, Any] | list[Any] | str | int | bool | None
Leaf: TypeAlias = str | int | bool | dict[str, Any] | list[Any] | None

# Both written in C: a document of fifty fields is read, and written again to compare, in well under 0.1 ms.
_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)
_READER = json.JSONDecoder()


def written(value: Value) -> bytes:
    """Write `value` in the one form.

    Raises:
        ValueError: the value has no such form.
    """
    if fault := _fault(value, 1):
        raise ValueError(f"a document does not hold this: {fault}")
    data = _WRITER.encode(value).encode()
    if len(data) > LARGEST:
        raise ValueError("a document of more than 1 MiB")
    return data


def read(data: bytes) -> Any:
    """Read a document; `written` gives the same bytes again.

    Raises:
        Refused: `payload.malformed`, with `why`: size, utf-8, json, float, integer, depth or form.
    """
    if len(data) > LARGEST:
        raise _malformed("size")
    try:
        text = data.decode()
        value = _READER.decode(text)
    except UnicodeDecodeError:
        raise _malformed("utf-8") from None
    except (ValueError, RecursionError):  # no document of sixteen levels brings the reader to its own limit
        raise _malformed("json") from None
    if fault := _fault(value, 1):
        raise _malformed(fault)
    # What was sorted, spaced or escaped otherwise, or had a name twice, does not come out as it went in.
    if _WRITER.encode(value) != text:
        raise _malformed("form")
    return value


def _malformed(why: str) -> Refused:
    return Refused("payload.malformed", why=why)


def _fault(value: Any, depth: int) -> str:
    """Say why a value has no form; empty when it has one."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return ""
    if kind is int:
        return "" if _LEAST <= value <= _MOST else "integer"
    if kind is not dict and kind is not list:
        return kind.__name__
    if depth > DEEPEST:
        return "depth"
    if kind is dict and any(type(name) is not str for name in value):
        return "name"
    for each in value.values() if kind is dict else value:
        if fault := _fault(each, depth + 1):
            return fault
    return ""


def leaves(value: Value) -> tuple[str, ...]:
    """List the paths of a document's leaves, each once: `items[].hs` is that of a field of list members.

    An empty object or list is a leaf too, so no name goes unlisted.  The work is bounded, whoever wrote the document.

    Raises:
        Refused: `payload.malformed`: more than 500 paths, or one of more than 200 characters; no kind has such.
    """
    found: dict[str, None] = {}
    for path, _ in held(value):
        found[path] = None
        if len(found) > MOST_PATHS or len(path) > LONGEST_PATH:
            raise _malformed("paths")
    return tuple(found)


def held(value: Value, path: str = "") -> Iterator[tuple[str, Leaf]]:
    """Give each leaf of a document with its path, in the order of the document."""
    if isinstance(value, dict) and value:
        for name, each in value.items():
            step = step_of(name)
            yield from held(each, f"{path}.{step}" if path else step)
    elif isinstance(value, list) and value:
        for each in value:
            yield from held(each, f"{path}[]")
    else:
        yield path, value


def step_of(name: str) -> str:
    """Write a name as a step of a path: in quotes where it could be read as more than one step."""
    return name if name.isidentifier() else _WRITER.encode(name)
