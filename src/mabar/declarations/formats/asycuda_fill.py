"""Texts into the fields of a record, by a plan; doubts become findings and reading goes on."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from mabar.declarations.formats.asycuda_plan import Leaf, Part, Plan
from mabar.declarations.formats.findings import Finding
from mabar.declarations.formats.readings import Traced
from mabar.declarations.formats.values import Conventions, Doubt, clean, refuse_hidden
from mabar.declarations.sad_parts import Kept

GROUPED = "F-0106"  # a whole column of a file is finer than the unit, or none: told once a field


class Texts(Protocol):
    """An element with its plan and its texts."""

    @property
    def plan(self) -> Plan: ...
    @property
    def elements(self) -> Any: ...
    @property
    def texts(self) -> Any: ...
    @property
    def where(self) -> str: ...


@dataclass
class Filled:
    """The values of a record's parts, not yet put together, and the texts that they do not show."""

    parts: list[Part]
    buckets: list[dict[str, Any] | None]
    verbatim: dict[str, str] = field(default_factory=dict)

    @classmethod
    def empty(cls, kind: type[Any]) -> "Filled":
        """Start with a record and no part."""
        return cls([Part("", -1, "", None, kind)], [None])

    def merge(self, other: "Filled") -> None:
        """Add the parts of another element of the same record."""
        numbers = {part.path: number for number, part in enumerate(self.parts)}
        for part, bucket in zip(other.parts, other.buckets, strict=True):
            number = numbers.get(part.path)
            if number is None:
                parent = numbers[other.parts[part.parent].path]
                number = numbers[part.path] = len(self.parts)
                self.parts.append(Part(part.path, parent, part.name, part.slot, part.kind))
                self.buckets.append(None)
            if bucket:
                self.buckets[number] = {**(self.buckets[number] or {}), **bucket}
        self.verbatim.update(other.verbatim)


@dataclass
class Collector:
    """Gathers what does not go into fields: findings, kept values, the trace."""

    may_hide: bool = True
    with_trace: bool = False
    findings: list[Finding] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    trace: list[Traced] = field(default_factory=list)
    grouped: dict[str, list[Finding]] = field(default_factory=dict)

    def found_profile(self, found: Any, national_currency: str | None) -> None:
        """Note what could not be found out of the file as a whole."""
        if found.is_contradictory:
            self.findings.append(Finding("F-0110", details={"evidence": "; ".join(found.evidence)}))
        elif found.profile is None:
            self.findings.append(Finding("F-0111"))
        if national_currency is None:
            self.findings.append(Finding("F-0112"))

    def doubt(self, doubt: Doubt, leaf: Leaf, section: Texts, text: str, prefix: str) -> None:
        """Note a value that could not be read, or not wholly."""
        found = Finding(
            doubt.code,
            section.where + leaf.where,
            section.elements[leaf.index].sourceline,
            text,
            prefix + leaf.field,
            doubt.details,
        )
        if doubt.code == GROUPED:
            self.grouped.setdefault(leaf.name + leaf.where.rpartition("/")[2], []).append(found)
        else:
            self.findings.append(found)

    def keep(self, path: str, text: str, element: Any) -> None:
        """Keep a value that has no field."""
        self.kept.append(Kept(path, text))
        if self.with_trace:
            self.trace.append(Traced(path, element.sourceline, text, "kept"))


def fill(section: Texts, conventions: Conventions, collector: Collector, *, prefix: str) -> Filled:
    """Give the fields of an element their values.

    Args:
        prefix: the list and place of the record, for findings: `items[3].`
    """
    plan, texts = section.plan, section.texts
    buckets: list[dict[str, Any] | None] = [None] * len(plan.parts)
    filled = Filled(list(plan.parts), buckets)
    for index, converter, part, name, leaf in plan.steps:
        text = texts[index]
        stripped = text.strip() if text else ""
        if not stripped:
            continue
        bucket = buckets[part]
        if bucket is None:
            bucket = buckets[part] = {}
        try:
            value = converter(stripped, conventions, bucket, plan.parts[part].path) if converter else clean(stripped)
            if collector.may_hide and leaf.kind == "code":
                refuse_hidden(stripped)
        except Doubt as doubt:
            collector.doubt(doubt, leaf, section, text, prefix)
            value = doubt.value
        bucket[name] = value
        if value != text and (leaf.kind != "count" or str(value) != text):
            filled.verbatim[leaf.field] = text
    _keep(section, collector, prefix)
    return filled


def _keep(section: Texts, collector: Collector, prefix: str) -> None:
    """Keep what has no field, and trace what has one."""
    texts = section.texts
    found = [(index, where) for index, where in section.plan.kept if texts[index]]
    elements = section.elements if found else []
    for index, where in found:
        if texts[index].strip():
            collector.keep(section.where + where, texts[index], elements[index])
    if collector.with_trace:
        _trace(section, collector, prefix)


def _trace(section: Texts, collector: Collector, prefix: str) -> None:
    elements = section.elements
    for leaf in section.plan.leaves:
        text = section.texts[leaf.index]
        if text and text.strip():
            line = elements[leaf.index].sourceline
            collector.trace.append(Traced(section.where + leaf.where, line, text, prefix + leaf.field))


def assemble(filled: Filled, **values: Any) -> Any:
    """Put the parts of a record together, from the deepest up."""
    parts, buckets = filled.parts, filled.buckets
    lists: dict[int, dict[str, dict[int, Any]]] = {}
    for number in range(len(parts) - 1, 0, -1):
        bucket = buckets[number]
        if bucket is None and number not in lists:
            continue
        part = parts[number]
        built = _built(part.kind, bucket, lists.get(number))
        if part.slot is not None:
            lists.setdefault(part.parent, {}).setdefault(part.name, {})[part.slot] = built
        elif (parent := buckets[part.parent]) is None:
            buckets[part.parent] = {part.name: built}
        else:
            parent[part.name] = built
    return _built(parts[0].kind, {**(buckets[0] or {}), **values}, lists.get(0))


def _built(kind: type[Any], bucket: dict[str, Any] | None, lists: dict[str, dict[int, Any]] | None) -> Any:
    """Build a part; places left empty before the last of a list hold an empty part."""
    if not lists:
        return kind(**(bucket or {}))
    members = {
        name: tuple(
            found[slot] if slot in found else type(next(iter(found.values())))() for slot in range(max(found) + 1)
        )
        for name, found in lists.items()
    }
    return kind(**(bucket or {}), **members)
