"""The fields of a declaration by their paths, places in brackets: items[0].documents[1].code."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from mabar.declarations.sad import Declaration

_INDEX = re.compile(r"\[([0-9]+)\]")


@lru_cache(maxsize=65_536)
def steps_of(path: str) -> tuple[str | int, ...]:
    """Cut the path of a field into names and places."""
    return tuple(_steps(path))


def _steps(path: str) -> Iterator[str | int]:
    for part in path.split("."):
        name, _, _ = part.partition("[")
        yield name
        yield from (int(place) for place in _INDEX.findall(part))


def value_at(record: Any, path: str) -> Any:
    """Give the value of a field; none past the end of a list."""
    for step in steps_of(path):
        is_place = isinstance(step, int)
        record = _member(record, int(step)) if is_place else getattr(record, str(step))
        if record is None:
            return None
    return record


def _member(members: Any, place: int) -> Any:
    return members[place] if place < len(members) else None


def verbatim_at(declaration: Declaration, path: str) -> str | None:
    """Give the text that the source had for a field."""
    first, _, rest = path.partition(".")
    place = _INDEX.search(first)
    if first.startswith("items[") and place:
        number = int(place[1])
        return declaration.items[number].verbatim.get(rest) if number < len(declaration.items) else None
    return declaration.verbatim.get(path)
