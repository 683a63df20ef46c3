"""The table of WCO fields as a tree, and which of its places an element of a file takes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from mabar.declarations.formats.asycuda_plan import local
from mabar.declarations.formats.wco_fields import ANSWER, DECLARATION, STATUS, Pair, Rows, WcoRow

_STEP = re.compile(r"(@?\w+)(?:\[(\w+)=([^\]]+)\])?(\*?)")
TABLES: dict[str, Rows] = {"Declaration": DECLARATION, "Response": ANSWER, "DeclarationVersionDetails": STATUS}


@dataclass
class Node:
    """An element of the table: its name, what chooses it among its like, and the rows at it and below."""

    name: str = ""
    child: str = ""
    pattern: str = ""
    repeats: bool = False
    row: WcoRow | None = None
    pair: Pair | None = None
    children: list["Node"] = field(default_factory=list)

    @property
    def constant(self) -> str:
        """The text that the choosing child always has; none where any of a shape will do."""
        return self.pattern if self.pattern and "?" not in self.pattern else ""

    def fits(self, element: Any) -> bool:
        """Tell whether an element of its name is the one that is meant."""
        return not self.child or fnmatchcase(text_of_child(element, self.child), self.pattern)


@cache
def plan(kind: str) -> Node:
    """Give the tree of the table of a kind of message; an empty one where nothing of it has a field."""
    root = Node()
    for row in TABLES.get(kind, ()):
        node = root
        for step in _steps(row.path):
            node = _child(node, *step)
        if isinstance(row, Pair):
            node.pair = row
        else:
            node.row = row
    _add_constants(root)
    return root


def _steps(path: str) -> Iterator[tuple[str, str, str, bool]]:
    for found in _STEP.finditer(path):
        yield found[1], found[2] or "", found[3] or "", found[4] == "*"


def _child(node: Node, name: str, child: str, pattern: str, repeats: bool) -> Node:
    for each in node.children:
        if (each.name, each.child, each.pattern) == (name, child, pattern):
            return each
    node.children.append(Node(name, child, pattern, repeats))
    return node.children[-1]


def _add_constants(node: Node) -> None:
    for each in node.children:
        _add_constants(each)
    if node.constant:
        node.children.append(Node(node.child, row=WcoRow(node.child, "", "is", node.constant)))


def text_of_child(element: Any, name: str) -> str:
    """Give the text of the first child of that name, without the blanks around it."""
    return next(((each.text or "").strip() for each in element if local(each.tag) == name), "")


def claims(node: Node | None, elements: Sequence[Any]) -> Iterator[tuple[Any, Node | None, int]]:
    """Give each element its node of the table, or none, and its place among the elements that the node repeats."""
    taken: dict[int, int] = {}
    for element in elements:
        found = _claimed(node, element, taken) if node else None
        place = taken.get(id(found), 0) if found else 0
        if found:
            taken[id(found)] = place + 1
        yield element, found, place


def _claimed(node: Node, element: Any, taken: dict[int, int]) -> Node | None:
    name = local(element.tag)
    for each in node.children:
        if each.name == name and (each.repeats or id(each) not in taken) and each.fits(element):
            return each
    return None


def rank(node: Node, child: Node) -> int:
    """Give the place of a node among its siblings in the table."""
    return next(number for number, each in enumerate(node.children) if each is child)
