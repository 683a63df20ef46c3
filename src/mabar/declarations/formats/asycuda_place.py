"""Places for values that the tree of a file does not have yet, and for what was kept beside elements."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml import etree

from mabar.declarations.formats.asycuda_beside import BESIDE, places
from mabar.declarations.formats.asycuda_fields import TABLE
from mabar.declarations.formats.asycuda_plan import NULL, Node, fold, local, numbered, trie
from mabar.declarations.formats.asycuda_rows import Row
from mabar.declarations.formats.asycuda_texts import Texts
from mabar.declarations.formats.values import NOT_IN_XML
from mabar.declarations.sad import Declaration

_STEP = re.compile(r"([^\[\]]+)(?:\[([0-9]+)\])?")


def insert(root: Any, declaration: Declaration, texts: Texts, names: Sequence[str]) -> None:
    """Put in the values of the declaration that have no element in its tree, where ASYCUDA World has them."""
    spellings = {fold(name): name for name in names}
    for row in TABLE:
        for field_path, slots, part, value in _values(declaration, row):
            prefix, bare = split(field_path)
            if value is None or field_path in texts.placed:
                continue
            text = texts.text(row.kind, value, prefix, bare, part)
            if text is not None:
                element = _ensured(root, row, slots, spellings)
                set_text(element, text)


def set_text(element: Any, text: str) -> None:
    """Give an element its text; what says that it has none goes, unless the file itself had put text in there."""
    for child in list(element):
        if local(child.tag) == NULL and not child.text and not len(child):
            element.remove(child)
    element.text = NOT_IN_XML.sub("\ufffd", text)  # shown as unreadable, as fonts do, rather than left out


def split(field_path: str) -> tuple[str, str]:
    """Part the list and place of a record from the field in it: items[2].taxes[0].code at the first point."""
    head, point, rest = field_path.partition(".")
    return (head + point, rest) if head.endswith("]") else ("", field_path)


def _values(record: Any, row: Row) -> Iterator[tuple[str, tuple[int, ...], Any, Any]]:
    """Give every value that a row of the table names: path, places, the part that holds it, the value."""
    steps = row.field.split(".")
    yield from _below(record, steps, (), row.field)


def _below(
    part: Any, steps: list[str], slots: tuple[int, ...], template: str
) -> Iterator[tuple[str, tuple[int, ...], Any, Any]]:
    step = steps[0]
    if len(steps) == 1:
        yield numbered(template, slots), slots, part, getattr(part, step)
    elif step.endswith("[]"):
        for slot, member in enumerate(getattr(part, step[:-2])):
            yield from _below(member, steps[1:], (*slots, slot), template)
    else:
        yield from _below(getattr(part, step), steps[1:], slots, template)


def _ensured(root: Any, row: Row, slots: tuple[int, ...], spellings: dict[str, str]) -> Any:
    """Find the element of a row, or make it and those above it."""
    element, node = root, trie()
    places = iter(slots)
    for step in row.path.split("/"):
        name = fold(step.rstrip("*"))
        place = next(places) if step.endswith("*") else 0
        found = [child for child in element if fold(child.tag) == name]
        while len(found) <= place:
            found.append(_added(element, node, name, spellings))
        element, node = found[place], node.children[name]
    return element


def _added(parent: Any, node: Node, name: str, spellings: dict[str, str]) -> Any:
    """Make an element and put it where the table has it among its siblings."""
    for child in list(parent):
        if local(child.tag) == NULL:
            parent.remove(child)
    order = list(node.children)
    rank = order.index(name)
    space, brace, _ = parent.tag.rpartition("}")
    element = etree.Element(spellings.get(name, space + brace + node.children[name].name))
    after = [place for place, child in enumerate(parent) if fold(child.tag) in order[: rank + 1]]
    parent.insert(after[-1] + 1 if after else 0, element)
    return element


def put_kept(root: Any, top: Any, kept: Mapping[str, str], base: str) -> None:
    """Put back attributes and text between elements, and what stood around the declarations.

    Args:
        top: the root element of the declaration; None for a fragment, whose paths start at the root of the file.
        base: the path of that element in its file.
    """
    known = _known(root, top, base) if kept else {}
    for path, text in kept.items():
        place, mark, name = path.rpartition("/@")
        if mark:
            _found(root, top, place, base, known).set(name, text)
        elif path.endswith(BESIDE):
            _found(root, top, path.removesuffix(BESIDE), base, known).tail = text
        else:
            _found(root, top, path.removesuffix("/text()"), base, known).text = text


def _known(root: Any, top: Any, base: str) -> dict[str, Any]:
    """Give the elements by their paths, so that many kept values need not each go down the tree."""
    start, path = (top, base) if top is not None else (root, f"/{local(root.tag)}")
    return {place: element for element, place in places(start, path)}


def _found(root: Any, top: Any, path: str, base: str, known: Mapping[str, Any]) -> Any:
    """Find the element of a path, or make it."""
    if path in known:
        return known[path]
    if top is not None and f"{path}/".startswith(f"{base}/"):
        return _down(top, path[len(base) :])
    steps = path.strip("/").split("/")
    is_below_root = local(root.tag) == steps[0].partition("[")[0]
    return _down(root, "/".join(steps[1:] if is_below_root else steps))


def _down(element: Any, path: str) -> Any:
    for step in filter(None, path.split("/")):
        name, number = _STEP.fullmatch(step).groups()  # type: ignore[union-attr]
        children = [child for child in element if local(child.tag) == name]
        while len(children) < int(number or 1):
            children.append(etree.SubElement(element, name))
        element = children[int(number or 1) - 1]
    return element
