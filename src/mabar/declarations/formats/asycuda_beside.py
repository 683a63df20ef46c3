"""Values that stand beside elements rather than in them, or around the declarations of a file; kept with paths."""

from collections.abc import Iterator, Sequence
from typing import Any

from mabar.declarations.formats.asycuda_fill import Collector
from mabar.declarations.formats.asycuda_plan import fold, local, path_steps
from mabar.declarations.formats.asycuda_xml import Document

ROOT, ITEM = "asycuda", "item"
BESIDE = "/following-sibling::text()"


def keep_beside(tops: Sequence[Any], path: str, document: Document, collector: Collector) -> None:
    """Keep attributes, and text between elements, of a declaration (one root) or a fragment (its items)."""
    is_whole = fold(tops[0].tag) == ROOT
    if is_whole and tops[0].text and tops[0].text.strip():
        collector.keep(f"{path}/text()", tops[0].text, tops[0])
    if not (document.has_attributes or document.has_text_between):
        return
    steps = path_steps([top.tag for top in tops])
    for top, step in zip(tops, steps, strict=True):
        for element, place in places(top, path if is_whole else f"{path}/{step}"):
            for name, text in element.attrib.items():
                collector.keep(f"{place}/@{name}", text, element)
            if (element is not top or not is_whole) and element.tail and element.tail.strip():
                collector.keep(f"{place}{BESIDE}", element.tail, element)


def keep_outside(root: Any, first: Any, collector: Collector) -> None:
    """Keep what stands around the declarations of a file, with the first of them."""
    if root is first:
        return
    base = f"/{local(root.tag)}"
    for name, text in root.attrib.items():
        collector.keep(f"{base}/@{name}", text, root)
    if root.text and root.text.strip():
        collector.keep(f"{base}/text()", root.text, root)
    steps = path_steps([child.tag for child in root])
    for child, step in zip(root, steps, strict=True):
        name = fold(child.tag)
        if name == ROOT:
            _keep_behind(child, f"{base}/{step}", collector)
        elif name != ITEM:
            for element, place in places(child, f"{base}/{step}"):
                _keep_wholly(element, place, collector)


def _keep_wholly(element: Any, place: str, collector: Collector) -> None:
    for name, text in element.attrib.items():
        collector.keep(f"{place}/@{name}", text, element)
    if element.text and element.text.strip():
        collector.keep(place, element.text, element)
    _keep_behind(element, place, collector)


def _keep_behind(element: Any, place: str, collector: Collector) -> None:
    if element.tail and element.tail.strip():
        collector.keep(f"{place}{BESIDE}", element.tail, element)


def places(top: Any, path: str) -> Iterator[tuple[Any, str]]:
    """Give an element and all below it with their paths as XPath names them, in document order."""
    waiting = [(top, path)]
    while waiting:
        element, place = waiting.pop()
        yield element, place
        children = list(element)
        steps = path_steps([child.tag for child in children])
        waiting.extend(
            (child, f"{place}/{step}") for child, step in zip(reversed(children), reversed(steps), strict=True)
        )
