"""Read messages of the WCO Data Model (UK profile): by the elements' names, never by a schema, losing no value.

Each element takes its place in the table (`wco_plan`) or none; what has a field becomes its value (`wco_values`), what
has none is kept with its path.  The order of the elements is remembered, so that the file can be written again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mabar.declarations.formats import refusals, wco_record
from mabar.declarations.formats.asycuda_plan import local, numbered, path_steps
from mabar.declarations.formats.asycuda_xml import Document
from mabar.declarations.formats.findings import Finding
from mabar.declarations.formats.readings import Reading, Traced
from mabar.declarations.formats.values import Doubt
from mabar.declarations.formats.wco_fields import Pair, WcoRow
from mabar.declarations.formats.wco_messages import MORE_PACKAGINGS, Message, is_whole, messages_of, named
from mabar.declarations.formats.wco_plan import Node, claims, plan, text_of_child
from mabar.declarations.formats.wco_values import read_text, write_text

FORMAT = "wco"
BESIDE = "/following-sibling::text()"
UNITS = {"mass": "unitCode", "money": "currencyID"}
Tree = Any  # an element as JSON values: see `Walk.tree`


def read_wco(document: Document, *, with_trace: bool = False) -> list[Reading]:
    """Read every message of a parsed file.

    Raises:
        NotADeclaration: the file is of the model, and holds no message that is known.
    """
    root = document.root
    messages = messages_of(root)
    if not messages:
        kind = f"WCO Data Model {text_of_child(root, 'WCOTypeName')}".strip()
        raise refusals.NotADeclaration(root=local(root.tag), kind=kind, line=root.sourceline)
    return [_read(document, messages, number, with_trace=with_trace) for number in range(len(messages))]


def _read(document: Document, messages: Sequence[Message], number: int, *, with_trace: bool) -> Reading:
    message = messages[number]
    others = {id(each.element) for each in messages} - {id(message.element)}
    walk = Walk(message, others, is_first=number == 0, with_trace=with_trace)
    tree = walk.around(document.root, f"/{local(document.root.tag)}")
    form, claimed, said = named(message)
    dialect = {"tree": tree, "namespaces": [[prefix, uri] for uri, prefix in walk.namespaces.items()]}
    declaration = wco_record.record(
        walk.values, walk.verbatim, walk.kept, form=form, claimed_state=claimed, dialect=dialect
    )
    findings = [*said, *walk.findings, *wco_record.findings(declaration)]
    return Reading(declaration, tuple(findings), tuple(walk.trace))


@dataclass
class Walk:
    """Goes through the elements of one message, and gathers what they say."""

    message: Message
    others: set[int]
    is_first: bool
    with_trace: bool
    values: dict[str, Any] = field(default_factory=dict)
    verbatim: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    trace: list[Traced] = field(default_factory=list)
    namespaces: dict[str, str] = field(default_factory=dict)

    def around(self, element: Any, path: str) -> Tree:
        """Go through what stands around the message, and through the message in its place; others are left out.

        What stands around all messages of a file is told with the first.
        """
        if element is self.message.element:
            return self.tree(element, plan(self.message.kind), path, ())
        if id(element) in self.others:
            return None
        is_above = any(each is self.message.element for each in element.iter())
        if not is_above:
            return self.tree(element, None, path, ()) if self.is_first else None
        entries = self._own(element, None, path, (), is_kept=self.is_first)
        for child, step in zip(element, path_steps([child.tag for child in element]), strict=True):
            tree = self.around(child, f"{path}/{step}")
            entries += [] if tree is None else [tree]
            if self.is_first:
                self._beside(child, f"{path}/{step}")
        return [self._name(element.tag, element), *entries]

    def tree(self, element: Any, node: Node | None, path: str, slots: tuple[int, ...]) -> Tree:
        """Go through an element and all below it; give it as [tag, what it holds...], a bare tag when that is nothing.

        What it holds are elements, attributes (their tags begin with "@"), and one text of its own: "=kind field" is
        that of a field, "'text" always the same; without either it is kept, or there is none.
        """
        entries = self._own(element, node, path, slots, is_kept=True)
        if len(element):
            entries += self._children(element, node, path, slots)
            self._warn(element, node, path, slots)
        tag = self._name(element.tag, element)
        return [tag, *entries] if entries else tag

    def _children(self, element: Any, node: Node | None, path: str, slots: tuple[int, ...]) -> list[Tree]:
        """Go through the elements below an element, each with its place in the table."""
        entries: list[Tree] = []
        pair = self._pair(element, node, path, slots)
        children = list(element)
        steps = path_steps([child.tag for child in children])
        for (child, found, place), step in zip(claims(node, children), steps, strict=True):
            inner = (*slots, place) if found and found.repeats else slots
            below = f"{path}/{step}"
            part = next((entry for each, entry in pair if each is child), None)
            entries.append([self._name(child.tag, child), part] if part else self.tree(child, found, below, inner))
            self._beside(child, below)
        return entries

    def _own(self, element: Any, node: Node | None, path: str, slots: tuple[int, ...], *, is_kept: bool) -> list[Tree]:
        """Take the text and the attributes of an element."""
        if not is_kept:
            return ["@" + self._name(name, element) for name in element.attrib]
        text, row = element.text or "", node.row if node else None
        entries: list[Tree] = []
        if text.strip():
            unit = str(element.get(UNITS[row.kind], "")).strip() if row and row.kind in UNITS else ""
            entries += self._value(row, text, element, path, slots, unit=unit)
        is_money = bool(entries) and row is not None and row.kind == "money"
        for name, said in element.attrib.items():
            entry = self._attribute(element, node, name, said, path, slots, is_money=is_money)
            tag = "@" + self._name(name, element)
            entries.append([tag, *entry] if entry else tag)
        return entries

    def _attribute(
        self,
        element: Any,
        node: Node | None,
        name: str,
        said: str,
        path: str,
        slots: tuple[int, ...],
        *,
        is_money: bool,
    ) -> list[str]:
        place = f"{path}/@{local(name)}"
        if is_money and node and node.row and name == UNITS["money"]:
            where = numbered(node.row.field, slots)
            self._tell(place, said, element, where + ".currency")
            return [f"=currency {where}"]
        own = next((each.row for each in node.children if each.name == f"@{name}"), None) if node else None
        return self._value(own, said, element, place, slots)

    def _value(
        self, row: WcoRow | None, text: str, element: Any, path: str, slots: tuple[int, ...], *, unit: str = ""
    ) -> list[str]:
        """Take a text into its field, or keep it; give its entry in the tree, none for a text that is kept."""
        if row and row.kind in ("is", "place"):
            if text.strip() == (row.when if row.kind == "is" else str(slots[-1] + 1)):
                self._tell(path, text, element, "–")
                return [f"'{text.strip()}"]
        elif row and (where := numbered(row.field, slots)) not in self.values:
            self._fill(row, where, text, element, path, unit)
            return [f"={row.kind} {where}"]
        self._keep(path, text, element)
        return []

    def _fill(self, row: WcoRow, where: str, text: str, element: Any, path: str, unit: str) -> None:
        try:
            value = read_text(row.kind, text, unit=unit, is_whole=is_whole(self.message))
        except Doubt as doubt:
            self.findings.append(Finding(doubt.code, path, element.sourceline, text, where, doubt.details))
            value = doubt.value
        self.values[where] = value
        if value is None or write_text(row.kind, value, unit=unit) != text:
            self.verbatim[where] = text
        self._tell(path, text, element, where)

    def _pair(self, element: Any, node: Node | None, path: str, slots: tuple[int, ...]) -> list[tuple[Any, str]]:
        """Take two children that are one code together; give them with their entries in the tree."""
        pair = node.pair if node else None
        where = numbered(pair.field, slots) if pair else ""
        if pair is None or where in self.values:
            return []
        head, tail = (_bare_child(element, name) for name in (pair.head, pair.tail))
        if not _is_code(pair, head, tail):
            return []
        found = [each for each in (head, tail) if each is not None]
        self.values[where] = "".join(each.text.strip() for each in found)
        for each in found:
            self._tell(f"{path}/{local(each.tag)}", each.text, each, where)
        parts = ("code",) if head is None else (f"head{pair.width}", f"tail{pair.width}")
        return [(each, f"={part} {where}") for each, part in zip(found, parts, strict=False)]

    def _warn(self, element: Any, node: Node | None, path: str, slots: tuple[int, ...]) -> None:
        """Tell of packagings that the record has no room for: an item there has one."""
        if node and any(each.name == "Packaging" for each in node.children):
            count = sum(1 for child in element if local(child.tag) == "Packaging")
            if count > 1:
                where = numbered("items[].packages", slots)
                details = {"count": count, "item": slots[0] + 1}
                self.findings.append(Finding(MORE_PACKAGINGS, path, element.sourceline, "", where, details))

    def _beside(self, element: Any, path: str) -> None:
        if element.tail and element.tail.strip():
            self._keep(path + BESIDE, element.tail, element)

    def _keep(self, path: str, text: str, element: Any) -> None:
        self.kept[path] = text
        self._tell(path, text, element, "kept")

    def _tell(self, path: str, text: str, element: Any, where: str) -> None:
        if self.with_trace:
            self.trace.append(Traced(path, element.sourceline, text, where))

    def _name(self, clark: str, element: Any) -> str:
        """Give a name with the prefix of its namespace, and note the namespace."""
        if not clark.startswith("{"):
            return clark
        uri, _, name = clark[1:].partition("}")
        if uri not in self.namespaces:
            self.namespaces[uri] = self._prefix(uri, element)
        return f"{self.namespaces[uri]}:{name}"

    def _prefix(self, uri: str, element: Any) -> str:
        known = next((prefix or "" for prefix, each in element.nsmap.items() if each == uri), "")
        taken = set(self.namespaces.values())
        return known if known not in taken else f"n{len(taken)}"


def _bare_child(element: Any, name: str) -> Any:
    """Give the first child of a name when it holds a text and nothing else."""
    found = next((each for each in element if local(each.tag) == name), None)
    is_bare = found is not None and (found.text or "").strip() and not len(found) and not found.attrib
    return found if is_bare else None


def _is_code(pair: Pair, head: Any, tail: Any) -> bool:
    """Tell whether two children are a code that can be parted again."""
    if head is None:
        return pair.has_letters and tail is not None
    text = head.text.strip()
    return len(text) == pair.width and (text.isalpha() or not pair.has_letters)
