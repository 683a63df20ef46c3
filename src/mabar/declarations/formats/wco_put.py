"""Values that have no element yet, put into a WCO declaration where the table has their place."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from mabar.declarations.formats.asycuda_plan import local, numbered
from mabar.declarations.formats.wco_fields import Pair
from mabar.declarations.formats.wco_messages import DECLARATION, NAMESPACE
from mabar.declarations.formats.wco_paths import value_at
from mabar.declarations.formats.wco_plan import Node, claims, plan, rank
from mabar.declarations.formats.wco_values import write_text
from mabar.declarations.sad import Declaration

CURRENCY, DAY_FORMAT = "currencyID", "102"  # CCYYMMDD


def put_unplaced(message: Any, declaration: Declaration, placed: set[str]) -> None:
    """Put each value of the table that is not among the placed fields."""
    reached: dict[tuple[int, tuple[int, ...]], Any] = {}
    for nodes, slots in _leaves(plan(DECLARATION), declaration, (), ()):
        leaf = nodes[-1]
        row = leaf.pair or leaf.row
        if row is None:
            continue
        where = numbered(row.field, slots)
        if where in placed or (leaf.row and leaf.row.when not in ("", declaration.flow or "import")):
            continue
        value = value_at(declaration, where)
        if value is not None:
            placed.add(where)
            _set(_reached(message, nodes, slots, reached), leaf, value)


def _leaves(
    node: Node, declaration: Declaration, above: tuple[Node, ...], slots: tuple[int, ...]
) -> Iterator[tuple[tuple[Node, ...], tuple[int, ...]]]:
    """Give the way to each leaf of the table that has a field, once for each place of the lists on it."""
    for child in node.children:
        way = (*above, child)
        for place in range(_times(child, declaration, slots)) if child.repeats else (None,):
            inner = slots if place is None else (*slots, place)
            if child.pair or (child.row and child.row.field):
                yield way, inner
            yield from _leaves(child, declaration, way, inner)


_LISTS = {
    "GovernmentAgencyGoodsItem": "items",
    "TransportEquipment": "containers",
    "AdditionalDocument": "items[].documents",
    "DutyTaxFee": "items[].taxes",
}


_SHARED = "DutyTaxFee"  # holds the preference of the item too


def _times(node: Node, declaration: Declaration, slots: tuple[int, ...]) -> int:
    count = len(value_at(declaration, numbered(_LISTS[node.name], slots)) or ())
    return max(1, count) if node.name == _SHARED else count


def _reached(
    element: Any, nodes: tuple[Node, ...], slots: tuple[int, ...], reached: dict[tuple[int, tuple[int, ...]], Any]
) -> Any:
    """Go down a way, and make the elements that are not there yet; an attribute stays with its element."""
    above, depth = plan(DECLARATION), 0
    for node in nodes:
        if node.name.startswith("@"):
            break
        place = slots[depth] if node.repeats else 0
        depth += node.repeats
        known = (id(node), slots[:depth])
        if known not in reached:
            reached[known] = _child(element, above, node, place)
        element, above = reached[known], node
    return element


def _child(parent: Any, parent_node: Node, node: Node, place: int) -> Any:
    """Give the element at a place among its like; those that are missing up to it are made."""
    found = [each for each, claimed, _ in claims(parent_node, list(parent)) if claimed is node]
    found += [_inserted(parent, parent_node, node, number) for number in range(len(found), place + 1)]
    return found[place]


def _inserted(parent: Any, parent_node: Node, node: Node, number: int) -> Any:
    """Make an element in its place among its siblings, with the texts that such an element always has."""
    element = etree.Element(f"{{{NAMESPACE}}}{node.name}")
    later = _later(parent, parent_node, rank(parent_node, node))
    if later is None:
        parent.append(element)
    else:
        later.addprevious(element)
    for child in node.children:
        if child.row and child.row.kind in ("is", "place"):
            fixed = etree.SubElement(element, f"{{{NAMESPACE}}}{child.name}")
            fixed.text = child.row.when if child.row.kind == "is" else str(number + 1)
    return element


def _later(parent: Any, parent_node: Node, own: int) -> Any:
    """Give the first of the elements at the end that the table has behind a place."""
    later = None
    for each in reversed(parent):
        claimed = next((found for _, found, _ in claims(parent_node, [each])), None)
        if claimed is not None and rank(parent_node, claimed) <= own:
            break
        later = each if claimed is not None else later
    return later


def _set(element: Any, leaf: Node, value: Any) -> None:
    """Give an element its value, an attribute or two children where it is written so."""
    if leaf.pair:
        _set_pair(element, leaf.pair, str(value))
    elif leaf.row and leaf.name.startswith("@"):
        element.set(leaf.name[1:], write_text(leaf.row.kind, value))
    elif leaf.row:
        element.text = write_text(leaf.row.kind, value, unit=element.get("unitCode", ""))
        if leaf.row.kind == "money" and value.currency:
            element.set(CURRENCY, value.currency)
        if leaf.row.kind == "instant":
            element.set("formatCode", DAY_FORMAT)


def _set_pair(element: Any, pair: Pair, value: str) -> None:
    width = pair.width if value[: pair.width].isalpha() or not pair.has_letters else 0
    for name, text in ((pair.head, value[:width]), (pair.tail, value[width:])):
        if text:
            found = next((each for each in element if local(each.tag) == name), None)
            child = etree.SubElement(element, f"{{{NAMESPACE}}}{name}") if found is None else found
            child.text = text
