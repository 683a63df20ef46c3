"""What a record remembers of the file it came from, so that the file can be given back without the file.

The tree is kept as shapes: each distinct shape of an element once, its tags as numbers.  `3(4.5~)` is tag 3 with two
children, a leaf and a leaf that says `<null/>`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from mabar.declarations.formats.asycuda_plan import NULL, Shape
from mabar.declarations.formats.asycuda_xml import Layout

_TOKEN = re.compile(r"([0-9]+)([(.~])|(\))")


@dataclass
class DialectWriter:
    """Gathers the shapes of one file."""

    names: dict[str, int] = field(default_factory=dict)
    shapes: dict[str, int] = field(default_factory=dict)
    known: dict[int, int] = field(default_factory=dict)
    held: list[Shape] = field(default_factory=list)

    def number(self, shape: Shape) -> int:
        """Note an element and give the number of its shape."""
        number = self.known.get(id(shape))
        if number is None:
            number = self.known[id(shape)] = self.shapes.setdefault(self._text(shape), len(self.shapes))
            self.held.append(shape)  # so that no other shape takes its identity
        return number

    def _text(self, shape: Shape) -> str:
        written: list[str] = []
        open_counts: list[int] = []
        nulls = frozenset(shape.nulls)
        for index, (tag, number) in enumerate(zip(shape.tags, shape.counts, strict=True)):
            mark = "(" if number else "~" if index in nulls else "."
            written.append(f"{self.names.setdefault(tag, len(self.names))}{mark}")
            if mark == "(":
                open_counts.append(number)
            else:
                self._close(written, open_counts)
        return "".join(written)

    @staticmethod
    def _close(written: list[str], open_counts: list[int]) -> None:
        while open_counts:
            open_counts[-1] -= 1
            if open_counts[-1]:
                return
            open_counts.pop()
            written.append(")")

    def to_json(self, layout: Layout, root: str, children: list[int], **more: object) -> dict[str, Any]:
        """Give all that the writer needs, as JSON values."""
        return {
            **asdict(layout),
            "root": root,
            "names": list(self.names),
            "shapes": list(self.shapes),
            "children": children,
            **more,
        }


def tree_of(shape: str, names: Sequence[str]) -> tuple[list[str], list[int]]:
    """Give tags and child counts, in document order, of a shape's text."""
    tags: list[str] = []
    counts: list[int] = []
    open_elements: list[int] = []
    for number, mark, close in _TOKEN.findall(shape):
        if close:
            open_elements.pop()
            continue
        if open_elements:
            counts[open_elements[-1]] += 1
        tags.append(names[int(number)])
        counts.append(0)
        if mark == "(":
            open_elements.append(len(tags) - 1)
        elif mark == "~":
            counts[-1] = 1
            tags.append(NULL)
            counts.append(0)
    return tags, counts


def layout_of(dialect: Mapping[str, Any]) -> Layout:
    """Give the layout that a dialect remembers."""
    return Layout(**{name: dialect[name] for name in asdict(Layout()) if name in dialect})
