"""From the shape of an element to what is done with each of its leaves; made once for each shape, used by both ways.

Nearly all items of a file have one of a few shapes, so the table of fields is looked up once a shape, not a leaf.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import compress
from typing import Any, TypeVar, get_args, get_type_hints

from mabar.declarations import record_json, sad
from mabar.declarations.formats.asycuda_fields import OTHER_PLACES, SPELLINGS, TABLE
from mabar.declarations.formats.asycuda_rows import Row
from mabar.declarations.formats.values import CONVERTERS, Converter

NULL = "null"
Made = TypeVar("Made")
SHAPES_REMEMBERED = 1024


@dataclass
class Node:
    """An element of the table: what lies below it, whether it repeats, and its field."""

    name: str = ""
    repeats: bool = False
    row: Row | None = None
    children: dict[str, "Node"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a record: where it hangs, and its type."""

    path: str
    parent: int
    name: str
    slot: int | None
    kind: type[Any]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf that has a field: its place among the elements, part and name of the field, and both paths."""

    index: int
    kind: str
    part: int
    name: str
    field: str
    where: str


@dataclass(frozen=True)
class Plan:
    """What is done with an element of one shape.  `parts[0]` is the record itself.

    `steps` says the same as `leaves` in the form that the reader goes through: place, converter, part, name, leaf.
    """

    leaves: tuple[Leaf, ...]
    steps: tuple[tuple[int, Converter | None, int, str, Leaf], ...]
    kept: tuple[tuple[int, str], ...]
    parts: tuple[Part, ...]


@cache
def fold(tag: str) -> str:
    """Give the spelling of an element without what differs between dialects: case, dots, doubled letters."""
    bare = re.sub("[^a-z0-9]", "", tag.rpartition("}")[2].lower())
    bare = re.sub(r"([a-z])\1+", r"\1", bare)
    for old, new in SPELLINGS.items():
        bare = bare.replace(old, new)
    return bare


def local(tag: str) -> str:
    """Give the name of an element without its namespace."""
    return tag.rpartition("}")[2]


@cache
def trie() -> Node:
    """Give the table as a tree of elements, below the root."""
    root = Node()
    for row in (*TABLE, *OTHER_PLACES):
        node = root
        for step in row.path.split("/"):
            name = step.rstrip("*")
            node = node.children.setdefault(fold(name), Node(name=name))
            node.repeats = node.repeats or step.endswith("*")
        node.row = node.row or row
    return root


def record_type(top: Node | None) -> type[Any]:
    """Name the record that an element below the root fills: an item, a container..., else the declaration."""
    return _member(sad.Declaration, list_name(top)) if list_name(top) else sad.Declaration


def list_name(top: Node | None) -> str:
    """Name the list of the declaration that an element below the root adds to; empty for all others."""
    row = next(_rows_below(top), None) if top and top.repeats else None
    return row.field.partition("[]")[0] if row else ""


def _rows_below(node: Node) -> Iterator[Row]:
    if node.row:
        yield node.row
    for child in node.children.values():
        yield from _rows_below(child)


@cache
def _member(kind: Any, name: str) -> type[Any]:
    hint = record_json.inner(get_type_hints(kind)[name])
    member: type[Any] = get_args(hint)[0] if get_args(hint) else hint
    return member


@dataclass(frozen=True, slots=True)
class Shape:
    """An element and all below it in document order, without what only says that a leaf has no value, and its plan.

    `nulls` are the places of the leaves that say `<null/>`: alike for few items, so they are no part of what a plan is
    made for.  `stays` says of every element in the file whether it is one of the shape.
    """

    tags: list[str]
    counts: list[int]
    nulls: tuple[int, ...]
    stays: tuple[bool, ...]
    goes: tuple[bool, ...]
    plan: Plan

    def of(self, values: Sequence[Any]) -> list[Any]:
        """Give of the values of all elements those that the shape has."""
        return list(compress(values, self.stays))

    def left_out(self, values: Sequence[Any]) -> Iterator[Any]:
        """Give of the values of all elements those of the `<null/>` that are no part of it."""
        return compress(values, self.goes)


_shapes: dict[tuple[object, ...], Shape] = {}
_plans: dict[tuple[object, ...], Plan] = {}


def shape_of(tags: Sequence[str], counts: Sequence[int], texts: Sequence[str | None], top: Node | None) -> Shape:
    """Give the shape of an element by the tags, child counts and texts of itself and all below it, in document order.

    Args:
        top: its node in the table; None keeps everything in it.
    """
    key = (id(top), "\n".join(tags), tuple(counts))
    shape = _remembered(_shapes, key, lambda: _shape(tags, counts, [None] * len(tags), top))
    if any(text and text.strip() for text in shape.left_out(texts)):
        return _shape(tags, counts, texts, top)
    return shape


def _shape(tags: Sequence[str], counts: Sequence[int], texts: Sequence[str | None], top: Node | None) -> Shape:
    """Take the `<null/>` of leaves out of an element; one that holds text stays, as any other element."""
    stays = [
        tag != NULL or counts[place - 1] != 1 or bool(counts[place] or (texts[place] or "").strip())
        for place, tag in enumerate(tags)
    ]
    below = list(counts)
    for place, is_in in enumerate(stays):
        if not is_in:
            below[place - 1] = 0
    places = [place for place, is_in in enumerate(stays) if not is_in]
    nulls = tuple(place - number - 1 for number, place in enumerate(places))
    own_tags, own_counts = list(compress(tags, stays)), list(compress(below, stays))
    key = (id(top), "\n".join(own_tags), tuple(own_counts))
    plan = _remembered(_plans, key, lambda: _Planner(own_tags, own_counts, top).plan())
    return Shape(own_tags, own_counts, nulls, tuple(stays), tuple(not each for each in stays), plan)


def _remembered(known: dict[tuple[object, ...], Made], key: tuple[object, ...], make: Callable[[], Made]) -> Made:
    made = known.get(key)
    if made is None:
        if len(known) >= SHAPES_REMEMBERED:
            known.clear()
        made = known[key] = make()
    return made


class Parts:
    """The parts of a record that a plan needs, each after the one it hangs on."""

    def __init__(self, kind: type[Any]) -> None:
        self.found: list[Part] = [Part("", -1, "", None, kind)]
        self.numbers: dict[str, int] = {"": 0}

    def number(self, path: str) -> int:
        """Give the number of a part by its path, such as taxes[0] or payment.guarantee."""
        if path not in self.numbers:
            parent_path, _, step = path.rpartition(".")
            parent = self.number(parent_path)
            name, bracket, slot = step.partition("[")
            kind = _member(self.found[parent].kind, name)  # type: ignore[arg-type]  # a class is hashable
            self.found.append(Part(path, parent, name, int(slot[:-1]) if bracket else None, kind))
            self.numbers[path] = len(self.found) - 1
        return self.numbers[path]


class _Planner:
    """Walks one shape and notes what each element is for."""

    def __init__(self, tags: Sequence[str], counts: Sequence[int], top: Node | None) -> None:
        self.tags, self.children, self.top = tags, _children(counts), top
        self.base = f"{list_name(top)}[]." if list_name(top) else ""
        self.parts = Parts(record_type(top))
        self.leaves: list[Leaf] = []
        self.kept: list[tuple[int, str]] = []
        self.taken: set[str] = set()

    def plan(self) -> Plan:
        self._visit(0, self.top, "", ())
        # Foreign money needs the currency beside it, which ASYCUDA writes after the amount.
        leaves = sorted(self.leaves, key=lambda leaf: leaf.kind == "foreign")
        steps = tuple((leaf.index, CONVERTERS[leaf.kind], leaf.part, leaf.name, leaf) for leaf in leaves)
        return Plan(tuple(leaves), steps, tuple(self.kept), tuple(self.parts.found))

    def _visit(self, index: int, node: Node | None, where: str, slots: tuple[int, ...]) -> None:
        children = self.children[index]
        if children:
            self.kept.append((index, f"{where}/text()"))
            self._visit_below(children, node, where, slots)
        else:
            self._note_leaf(index, node.row if node else None, where, slots)

    def _visit_below(self, children: list[int], node: Node | None, where: str, slots: tuple[int, ...]) -> None:
        steps = path_steps([self.tags[child] for child in children])
        seen: Counter[str] = Counter()
        for child, step in zip(children, steps, strict=True):
            name = fold(self.tags[child])
            below = node.children.get(name) if node else None
            slot = seen[name]
            seen[name] += 1
            if below and not below.repeats and slot:
                below = None
            deeper = (*slots, slot) if below and below.repeats else slots
            self._visit(child, below, f"{where}/{step}", deeper)

    def _note_leaf(self, index: int, row: Row | None, where: str, slots: tuple[int, ...]) -> None:
        if row is None:
            self.kept.append((index, where))
            return
        field_path = numbered(row.field.removeprefix(self.base), slots)
        if field_path in self.taken:
            self.kept.append((index, where))
            return
        self.taken.add(field_path)
        part, _, name = field_path.rpartition(".")
        self.leaves.append(Leaf(index, row.kind, self.parts.number(part), name, field_path, where))


def _children(counts: Sequence[int]) -> list[list[int]]:
    """Give for each element, in document order, the places of its children."""
    children: list[list[int]] = [[] for _ in counts]
    open_elements: list[int] = []
    for index, number in enumerate(counts):
        while open_elements and len(children[open_elements[-1]]) == counts[open_elements[-1]]:
            open_elements.pop()
        if open_elements:
            children[open_elements[-1]].append(index)
        if number:
            open_elements.append(index)
    return children


def path_steps(tags: Sequence[str]) -> list[str]:
    """Name siblings as XPath does: with a number, from 1, where several share a name."""
    names = [local(tag) for tag in tags]
    total = Counter(names)
    seen: Counter[str] = Counter()
    steps = []
    for name in names:
        seen[name] += 1
        steps.append(f"{name}[{seen[name]}]" if total[name] > 1 else name)
    return steps


def numbered(field_path: str, slots: Sequence[int]) -> str:
    """Put the places into the lists of a field: taxes[].code with 2 is taxes[2].code."""
    for slot in slots:
        field_path = field_path.replace("[]", f"[{slot}]", 1)
    return field_path
