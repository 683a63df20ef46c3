"""Segments into the fields of a record, by the rules of a directory; doubts become findings and reading goes on."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mabar.declarations.formats.asycuda_fill import GROUPED, Filled, assemble
from mabar.declarations.formats.asycuda_plan import Parts
from mabar.declarations.formats.edifact_directory import PARTY, Place, Rule, Section, Take
from mabar.declarations.formats.edifact_syntax import LEVEL_A, Segment, written
from mabar.declarations.formats.edifact_values import JOINED, joined, value_of
from mabar.declarations.formats.findings import Finding
from mabar.declarations.formats.readings import Traced
from mabar.declarations.formats.values import Conventions, Doubt
from mabar.declarations.sad_parts import Kept


@dataclass
class Notes:
    """Gathers what does not go into fields: findings, kept texts, the trace."""

    path: str
    with_trace: bool = False
    findings: list[Finding] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    trace: list[Traced] = field(default_factory=list)
    grouped: dict[str, list[Finding]] = field(default_factory=dict)
    unknown: dict[str, list[Finding]] = field(default_factory=dict)

    def where(self, segment: Segment, place: Place | None = None) -> str:
        """Name a segment, or a component of it, by its number in the message and by its place from 1."""
        number = f"[{segment.number}]" if segment.number else ""
        base = f"{self.path}/{segment.tag}{number}".lstrip("/")
        return base if place is None else f"{base}/{place[0] + 1}.{place[1] + 1}"

    def doubt(self, code: str, segment: Segment, place: Place, text: str, name: str, **details: object) -> None:
        """Note a value that could not be read, or not wholly."""
        found = Finding(code, self.where(segment, place), segment.line, text, name, details)
        if code == GROUPED:
            self.grouped.setdefault(f"{segment.tag} {name.rpartition('.')[2]}", []).append(found)
        else:
            self.findings.append(found)

    def stray(self, code: str, segment: Segment) -> None:
        """Keep a segment that the message does not know, or not here; each tag is told once."""
        found = Finding(code, self.where(segment), segment.line, segment.tag)
        self.unknown.setdefault(f"{code} {segment.tag}", []).append(found)
        self.keep_all(segment)

    def keep_all(self, segment: Segment) -> None:
        """Keep a segment whole, as it is written with the usual marks."""
        self.keep_text(self.where(segment), segment.line, as_text(segment))

    def keep_text(self, path: str, line: int, text: str) -> None:
        """Keep a text with its place."""
        self.kept.append(Kept(path, text))
        if self.with_trace:
            self.trace.append(Traced(path, line, text, "kept"))

    def keep_rest(self, segment: Segment, used: frozenset[Place]) -> None:
        """Keep the components of a segment that no rule understands; the segment itself where it has no other."""
        if not used:
            self.keep_all(segment)
            return
        for element, components in enumerate(segment.elements):
            for component, text in enumerate(components):
                if text and (element, component) not in used:
                    self.keep(segment, (element, component), text)
        for element, components in segment.again:
            for component, text in enumerate(components):
                if text:
                    self.keep(segment, (element, component), text)

    def keep(self, segment: Segment, place: Place, text: str) -> None:
        """Keep the text of one component."""
        self.keep_text(self.where(segment, place), segment.line, text)

    def took(self, segment: Segment, places: Sequence[Place], name: str) -> None:
        """Trace the components that went to a field."""
        for place in places if self.with_trace else ():
            text = segment.at(*place)
            if text:
                self.trace.append(Traced(self.where(segment, place), segment.line, text, name))

    def all_findings(self) -> list[Finding]:
        """Give every finding, those of one kind together."""
        together = [
            replace(found[0], details={**found[0].details, "count": len(found)})
            for found in (*self.grouped.values(), *self.unknown.values())
        ]
        return [*self.findings, *together]


class Filling:
    """The values of one record while its segments go by."""

    def __init__(self, kind: type[Any], notes: Notes, prefix: str = "", parts: Parts | None = None) -> None:
        self.notes, self.prefix = notes, prefix
        self.parts = parts or Parts(kind)
        self.buckets: dict[int, dict[str, Any]] = {}
        self.slots: dict[str, int] = {}
        self.verbatim: dict[str, str] = {}
        self.waiting: list[tuple[Rule, Segment]] = []

    def take(self, segment: Segment, rules: Sequence[Rule], money: Conventions) -> frozenset[Place]:
        """Give the fields of a segment their values; give the places that were understood."""
        used: frozenset[Place] = frozenset()
        for rule in rules:
            if rule.reach >= len(segment.elements) or not fits(rule, segment):
                continue
            if rule.unless:
                self.waiting.append((rule, segment))
            else:
                self._apply(rule, segment, money)
            used |= rule.used
            for place, codes in rule.knows:
                if segment.at(*place) in codes:
                    used |= {place}
                    self.notes.took(segment, [place], "source.evidence")
        return used

    def settle(self, money: Conventions) -> None:
        """Apply the rules that waited; what they cannot give to an empty field is kept."""
        for rule, segment in self.waiting:
            if self.value(rule.unless) is None:
                self._apply(rule, segment, money)
            else:
                for place in sorted(rule.used):
                    if text := segment.at(*place):
                        self.notes.keep(segment, place, text)
        self.waiting.clear()

    def value(self, name: str) -> Any:
        """Give the value of a field so far."""
        path, _, last = name.rpartition(".")
        number = self.parts.numbers.get(path)
        return self.buckets.get(number, {}).get(last) if number is not None else None

    def put(self, name: str, value: Any) -> None:
        """Set a field."""
        path, _, last = name.rpartition(".")
        self.buckets.setdefault(self.parts.number(path), {})[last] = value

    def built(self, **values: Any) -> Any:
        """Put the record together."""
        found = [self.buckets.get(number) for number in range(len(self.parts.found))]
        return assemble(Filled(self.parts.found, found), **values)

    def _apply(self, rule: Rule, segment: Segment, money: Conventions) -> None:
        beside = segment.at(*rule.beside).strip() if rule.beside else ""
        for take in rule.takes:
            text = _text_of(take, segment)
            if not text or text.isspace():
                if "[+]" in take.field and any(segment.elements):
                    self._slotted(take.field)
                continue
            self._fill(take, text, beside, segment, money)
        self._trace_beside(rule, segment)

    def _trace_beside(self, rule: Rule, segment: Segment) -> None:
        if self.notes.with_trace:
            taken = {place for take in rule.takes for place in take.places}
            name = self.prefix + rule.takes[0].field.replace("[+]", "[]").replace("[=]", "[]")
            self.notes.took(segment, sorted(rule.used - taken), name)

    def _fill(self, take: Take, text: str, beside: str, segment: Segment, money: Conventions) -> None:
        name, path, last = self._name(take)
        bucket = self._bucket(path)
        try:
            value = value_of(take.kind, text.strip(), beside, bucket, path, money)
        except Doubt as doubt:
            self.notes.doubt(doubt.code, segment, take.places[0], text, self.prefix + name, **doubt.details)
            value = doubt.value
        first = bucket.get(last)
        if first is not None and take.kind == "lines":
            value = f"{first}\n{value}"
        elif first is not None and first != value:
            self._contradicts(take, name, text, segment)
            return
        bucket[last] = value
        if value != text and take.kind not in JOINED and (take.kind != "count" or str(value) != text):
            self.verbatim[name] = text
        if self.notes.with_trace:
            self.notes.took(segment, take.places, self.prefix + name)

    def _name(self, take: Take) -> tuple[str, str, str]:
        """Name a field, its part and itself in it."""
        if not take.is_slotted:
            return take.field, take.part, take.name
        name = self._slotted(take.field)
        path, _, last = name.rpartition(".")
        return name, path, last

    def _bucket(self, path: str) -> dict[str, Any]:
        """Give the values of a part so far."""
        number = self.parts.numbers.get(path)
        if number is None:
            number = self.parts.number(path)
        bucket = self.buckets.get(number)
        if bucket is None:
            bucket = self.buckets[number] = {}
        return bucket

    def _contradicts(self, take: Take, name: str, text: str, segment: Segment) -> None:
        """Keep what says otherwise than an earlier segment about the same field."""
        path, _, last = name.rpartition(".")
        first = str(self.verbatim.get(name) or self.buckets[self.parts.number(path)][last])
        self.notes.doubt("F-0315", segment, take.places[0], text, self.prefix + name, first=first)
        for place in take.places:
            if part := segment.at(*place):
                self.notes.keep(segment, place, part)

    def _slotted(self, name: str) -> str:
        """Put the place into a list: [+] begins a new member, [=] goes on with the last."""
        base, mark, rest = name.partition("[+]")
        if mark:
            self.slots[base] = self.slots.get(base, -1) + 1
            return f"{base}[{self.slots[base]}]{rest}"
        base, _, rest = name.partition("[=]")
        return f"{base}[{self.slots.setdefault(base, 0)}]{rest}"


def as_text(segment: Segment) -> str:
    """Write a segment with the usual marks and without its end."""
    text = written(segment.tag, segment.elements, LEVEL_A).removesuffix(LEVEL_A.terminator)
    return "*".join((text, *(LEVEL_A.component.join(components) for _, components in segment.again)))


def fits(rule: Rule, segment: Segment) -> bool:
    """Tell whether the qualifiers of a segment are those of the rule."""
    for (element, component), codes in rule.when:
        if segment.at(element, component).strip().upper() not in codes:
            return False
    return not rule.shapes or all(shape.fullmatch(segment.at(*place).strip()) for place, shape in rule.shapes)


def _text_of(take: Take, segment: Segment) -> str:
    if take.kind == "lines":
        return joined([segment.at(*place) for place in take.places], take.longest)
    if take.kind == PARTY:
        return _party(take, segment)
    return segment.at(*take.places[0])


def _party(take: Take, segment: Segment) -> str:
    """Give name and address as lines: those of each composite, then postcode and town, region, country."""
    groups: dict[int, list[str]] = {}
    for place in take.places:
        groups.setdefault(place[0], []).append(segment.at(*place))
    whole = [joined(texts, take.longest) for texts in groups.values() if len(texts) > 1]
    postcode, town, *others = [texts[0] for texts in groups.values() if len(texts) == 1]
    lines = [*whole, " ".join(filter(None, (postcode, town))), *others]
    return "\n".join(line for line in lines if line.strip())


def context_of(section: Section, owner: str, tag: str) -> tuple[str, str]:
    """Name the place of a segment in a section, `MOA` or `TAX/MOA`, and the segment that owns what follows."""
    if owner and tag in section.owners.get(owner, ()):
        return f"{owner}/{tag}", owner
    return tag, tag if tag in section.owners else ""
