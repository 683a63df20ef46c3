"""Write declarations as ASYCUDA World files: for one that came from such a file, in the dialect it came in.

Everything needed lies in the record: the tree as shapes, each text that its value does not show, and what was kept.  A
value that still is what its text says is written with that text; an amended one in the form of its neighbours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from mabar.declarations.formats import asycuda_dialect
from mabar.declarations.formats.asycuda_default import default_dialect
from mabar.declarations.formats.asycuda_place import insert, put_kept, set_text
from mabar.declarations.formats.asycuda_plan import NULL, fold, list_name, path_steps, shape_of, trie
from mabar.declarations.formats.asycuda_texts import Texts, values_of
from mabar.declarations.formats.asycuda_xml import WRAPPER, Layout
from mabar.declarations.sad import Declaration


def write_asycuda(declarations: Sequence[Declaration]) -> bytes:
    """Write declarations as one file; several stand below the element in which they came, else below `Declarations`."""
    trees = [_tree(declaration) for declaration in declarations]
    first = _dialect(declarations[0])
    root = _root(trees, first)
    for tree, declaration in zip(trees, declarations, strict=True):
        if declaration.source.format == "asycuda":
            dialect = _dialect(declaration)
            put_kept(root, tree.elements[0] if dialect["root"] else None, tree.kept, dialect["path"])
    return _bytes(root, asycuda_dialect.layout_of(first))


def _dialect(declaration: Declaration) -> Mapping[str, Any]:
    return declaration.source.dialect if "shapes" in declaration.source.dialect else default_dialect(declaration)


@dataclass(frozen=True)
class Tree:
    """The elements of one declaration, one root or the items of a fragment, and what was kept beside elements."""

    elements: Sequence[Any]
    kept: Mapping[str, str]


def _root(trees: Sequence[Tree], dialect: Mapping[str, Any]) -> Any:
    if len(trees) == 1 and len(trees[0].elements) == 1 and "wrapper" not in dialect:
        return trees[0].elements[0]
    root = etree.Element(dialect.get("wrapper", WRAPPER))
    for tree in trees:
        root.extend(tree.elements)
    return root


def _tree(declaration: Declaration) -> Tree:
    """Grow the elements of one declaration and give them their texts."""
    dialect = _dialect(declaration)
    texts = Texts.of(declaration)
    kept = {each.path: each.text for each in declaration.kept}
    tops = _grown(declaration, dialect, texts, kept)
    if not dialect["root"]:
        return Tree(tops, kept)
    namespaces: dict[Any, str] = {prefix or None: uri for prefix, uri in dialect.get("namespaces", {}).items()}
    root = etree.Element(dialect["root"], nsmap=namespaces or None)
    root.extend(tops)
    insert(root, declaration, texts, dialect["names"])
    return Tree([root], kept)


def _grown(declaration: Declaration, dialect: Mapping[str, Any], texts: Texts, kept: dict[str, str]) -> list[Any]:
    shapes = [asycuda_dialect.tree_of(shape, dialect["names"]) for shape in dialect["shapes"]]
    trees = [shapes[number] for number in dialect["children"]]
    steps = path_steps([tags[0] for tags, _ in trees])
    seen: dict[str, int] = {}
    grown: list[Any] = []
    for (tags, counts), step in zip(trees, steps, strict=True):
        name = fold(tags[0])
        place = seen[name] = seen.get(name, -1) + 1
        element = _section(declaration, tags, counts, place, f"{dialect['path']}/{step}", texts, kept)
        if element is not None:
            grown.append(element)
    return grown


def _section(
    declaration: Declaration,
    tags: Sequence[str],
    counts: Sequence[int],
    place: int,
    where: str,
    texts: Texts,
    kept: dict[str, str],
) -> Any:
    """Give one element below the root its texts; nothing where its list has become shorter."""
    node = trie().children.get(fold(tags[0]))
    if node and not node.repeats and place:
        node = None
    members = list_name(node)
    if members and place >= len(getattr(declaration, members)):
        for path in [path for path in kept if path.startswith(f"{where}/")]:
            del kept[path]
        return None
    shape = shape_of(tags, counts, [None] * len(tags), node)
    plan, elements = shape.plan, shape.of(_elements(tags, counts))
    for index, below in plan.kept:
        text = kept.pop(where + below, None)
        if text is not None:
            elements[index].text = text
    record, prefix = (getattr(declaration, members)[place], f"{members}[{place}].") if members else (declaration, "")
    for leaf, text in values_of(record, prefix, plan, texts):
        set_text(elements[leaf.index], text)
    return elements[0]


def _elements(tags: Sequence[str], counts: Sequence[int]) -> list[Any]:
    elements = [etree.Element(tags[0])]
    open_elements = [(elements[0], counts[0])]
    for tag, number in zip(tags[1:], counts[1:], strict=True):
        while not open_elements[-1][1]:
            open_elements.pop()
        parent, left = open_elements.pop()
        open_elements.append((parent, left - 1))
        element = etree.SubElement(parent, tag)
        elements.append(element)
        open_elements.append((element, number))
    return elements


def _close_up(root: Any) -> None:
    """Put `<null/>` on the line of its element."""
    for null in root.iter(f"{{*}}{NULL}"):
        above = null.getparent()
        above.text = above.text if above.text and above.text.strip() else None
        null.tail = null.tail if null.tail and null.tail.strip() else None


def _bytes(root: Any, layout: Layout) -> bytes:
    if layout.indent is not None:
        etree.indent(root, space=layout.indent)
        if layout.has_null_inline:
            _close_up(root)
    body = etree.tostring(root, encoding="unicode")
    text = layout.declaration + layout.newline + body if layout.declaration else body
    if layout.newline != "\n":
        text = text.replace("\r\n", "\n").replace("\n", layout.newline)
    try:
        data = text.encode(layout.encoding, errors="xmlcharrefreplace")
    except LookupError:
        return text.replace(layout.encoding, "UTF-8", 1).encode()
    is_marked = layout.has_bom and not data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return ("\ufeff".encode(layout.encoding) if is_marked else b"") + data
