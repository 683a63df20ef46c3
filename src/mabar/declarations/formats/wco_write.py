"""Write declarations as files of the WCO Data Model (UK profile): one that came as such a file, in its own order.

The elements are grown first, as they were read or, for a declaration that came otherwise, as far as the message is the
same for all; then each value that has found no place is put where the table has it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from mabar.declarations.formats.asycuda_plan import path_steps
from mabar.declarations.formats.asycuda_xml import WRAPPER
from mabar.declarations.formats.values import Doubt
from mabar.declarations.formats.wco_messages import META_NAMESPACE, NAMESPACE
from mabar.declarations.formats.wco_paths import value_at, verbatim_at
from mabar.declarations.formats.wco_put import put_unplaced
from mabar.declarations.formats.wco_read import BESIDE, FORMAT, Tree
from mabar.declarations.formats.wco_values import is_same, read_text, write_text
from mabar.declarations.sad import Declaration

ITEM = "GovernmentAgencyGoodsItem"
_DEFAULT: Tree = [
    "md:MetaData",
    ["md:WCODataModelVersionCode", "'3.6"],
    ["md:WCOTypeName", "'DEC"],
    [":Declaration", [":FunctionCode", "'9"]],
]
_NAMESPACES = [["md", META_NAMESPACE], ["", NAMESPACE]]


def write_wco(declarations: Sequence[Declaration]) -> bytes:
    """Write declarations as one file; several stand side by side below `Declarations`."""
    roots = [_root(declaration) for declaration in declarations]
    root = roots[0]
    if len(roots) > 1:
        root = etree.Element(WRAPPER)
        root.extend(roots)
    etree.indent(root, space="\t")
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _root(declaration: Declaration) -> Any:
    is_own = declaration.source.format == FORMAT and "tree" in declaration.source.dialect
    dialect = declaration.source.dialect if is_own else {"tree": _DEFAULT, "namespaces": _NAMESPACES}
    growth = Growth(declaration, dict(dialect["namespaces"]), {each.path: each.text for each in declaration.kept})
    root = growth.grown(dialect["tree"], f"/{_local(dialect['tree'])}")
    message = next(root.iter(f"{{{NAMESPACE}}}Declaration"), None)
    if message is not None and declaration.form == "declaration":
        put_unplaced(message, declaration, growth.placed)
    return root


def _name_of(tree: Tree) -> str:
    return tree if isinstance(tree, str) else str(tree[0])


def _local(tree: Tree) -> str:
    return _name_of(tree).rpartition(":")[2]


@dataclass
class Growth:
    """Grows the elements of one message again, each with its text."""

    declaration: Declaration
    namespaces: Mapping[str, str]
    kept: Mapping[str, str]
    placed: set[str] = field(default_factory=set)

    def grown(self, tree: Tree, path: str, parent: Any = None) -> Any:
        """Grow an element and all below it."""
        element = self._element(_name_of(tree), parent)
        entries = [] if isinstance(tree, str) else tree[1:]
        element.text = self.kept.get(path)
        for entry in entries:
            if _name_of(entry).startswith("@"):
                self._attribute(element, entry, path)
        for entry in entries:
            if _name_of(entry).startswith(("=", "'")):
                element.text = self._text(entry, element.attrib)
        self._children(element, [each for each in entries if not _name_of(each).startswith(("=", "'", "@"))], path)
        return element

    def _element(self, name: str, parent: Any) -> Any:
        tag = self._clark(name)
        if parent is None:
            nsmap: dict[Any, str] = {prefix or None: uri for prefix, uri in self.namespaces.items()}
            return etree.Element(tag, nsmap=nsmap)
        return etree.SubElement(parent, tag)

    def _clark(self, name: str) -> str:
        prefix, _, bare = name.rpartition(":")
        is_named = ":" in name and prefix in self.namespaces
        return f"{{{self.namespaces[prefix]}}}{bare}" if is_named else bare

    def _attribute(self, element: Any, entry: Tree, path: str) -> None:
        name = _name_of(entry)[1:]
        text = self.kept.get(f"{path}/@{name.rpartition(':')[2]}")
        if not isinstance(entry, str):
            text = self._text(entry[1], {})
        if text is not None:
            element.set(self._clark(name), text)

    def _children(self, element: Any, entries: Sequence[Tree], path: str) -> None:
        steps = path_steps([_local(entry) for entry in entries])
        items = 0
        for entry, step in zip(entries, steps, strict=True):
            is_item = _local(entry) == ITEM
            items += is_item
            if is_item and self.declaration.form == "declaration" and items > len(self.declaration.items):
                continue  # the declaration has lost its last items since it was read
            child = self.grown(entry, f"{path}/{step}", element)
            child.tail = self.kept.get(f"{path}/{step}{BESIDE}")

    def _text(self, entry: str, attributes: Mapping[str, str]) -> str | None:
        """Give the text of a field as it was, when its value still is what it says."""
        if entry.startswith("'"):
            return entry[1:]
        kind, _, where = entry[1:].partition(" ")
        self.placed.add(where)
        value = value_at(self.declaration, where)
        if kind == "currency":
            return getattr(value, "currency", None)
        if kind.startswith(("head", "tail")):
            width = int(kind[4:])
            return (value[:width] if kind.startswith("head") else value[width:]) if value else None
        unit = str(attributes.get("unitCode", "")).strip()
        currency = value.currency if kind == "money" and value else attributes.get("currencyID")
        return self._as_it_was(kind, where, value, unit=unit if kind == "mass" else currency or "")

    def _as_it_was(self, kind: str, where: str, value: Any, *, unit: str) -> str | None:
        text = verbatim_at(self.declaration, where)
        if text is not None:
            try:
                read = read_text(kind, text, unit=unit, is_whole=self.declaration.form == "declaration")
            except Doubt as doubt:
                read = doubt.value
            if is_same(value, read):
                return text
        return None if value is None else write_text(kind, value, unit=unit)
