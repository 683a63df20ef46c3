"""The tree that is written for a declaration that came from no ASYCUDA file: every element, empty or not."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from mabar.declarations.formats.asycuda_dialect import DialectWriter
from mabar.declarations.formats.asycuda_fields import TABLE
from mabar.declarations.formats.asycuda_plan import NULL, Node, fold, shape_of, trie
from mabar.declarations.formats.asycuda_rows import Row
from mabar.declarations.formats.asycuda_xml import Layout
from mabar.declarations.sad import Declaration

# Only some dialects write these; they appear where the declaration has a value for them.
SELDOM = (
    "Export_release", "Assessment_notice", "Prev_decl", "Container", "Suppliers_documents", "Declarant/Reference/Year",
    "Transport/Single_waybill_flag", "Item/Suppliers_link", "Item/write_off_unit",
    "Item/Tarification/Supplementary_unit/Supplementary_unit_rank",
)  # fmt: skip
# ASYCUDA World writes a fixed number of places for these, filled or not.
PLACES = {"Taxation_line": 8, "Supplementary_unit": 3}
_TEXTS = ("text", "code")


def default_dialect(declaration: Declaration) -> dict[str, Any]:
    """Give the tree that ASYCUDA World itself writes, with as many items and containers as the declaration has."""
    writer = DialectWriter()
    children: list[int] = []
    for top in _tops().children.values():
        for number in range(_times(top, declaration)):
            tags: list[str] = []
            counts: list[int] = []
            _grow(top, tags, counts, partial(_places, declaration, number))
            shape = shape_of(tags, counts, [None] * len(tags), trie().children[fold(top.name)])
            children.append(writer.number(shape))
    return writer.to_json(Layout(), "ASYCUDA", children, path="/ASYCUDA")


def _tops() -> Node:
    root = Node()
    for row in TABLE:
        bare = row.path.replace("*", "")
        if not bare.startswith(SELDOM) or row.field.startswith(("containers", "write_offs", "supplier_documents")):
            _put(root, row)
    return root


def _put(node: Node, row: Row) -> None:
    for step in row.path.split("/"):
        name = step.rstrip("*")
        node = node.children.setdefault(name, Node(name=name))
        node.repeats = node.repeats or step.endswith("*")
    node.row = row


_LISTS: Mapping[str, str] = {
    "Item": "items",
    "Container": "containers",
    "Prev_decl": "write_offs",
    "Suppliers_documents": "supplier_documents",
}


def _times(top: Node, declaration: Declaration) -> int:
    return len(getattr(declaration, _LISTS[top.name])) if top.repeats else 1


def _places(declaration: Declaration, number: int, name: str) -> int:
    if name == "Attached_documents":
        return max(1, len(declaration.items[number].documents))
    return PLACES[name]


def _grow(node: Node, tags: list[str], counts: list[int], places: Callable[[str], int]) -> None:
    place = len(tags)
    tags.append(node.name)
    counts.append(0)
    if node.row:
        if node.row.kind in _TEXTS:
            counts[place] = 1
            tags.append(NULL)
            counts.append(0)
        return
    for child in node.children.values():
        times = places(child.name) if child.repeats else 1
        counts[place] += times
        for _ in range(times):
            _grow(child, tags, counts, places)
