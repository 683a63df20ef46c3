"""A cargo report message (CUSCAR) into one record a consignment: who sends what to whom, on what, in which containers.

A cargo report declares no procedure and no duty.  Its records therefore have a form of their own (`cargo`), which is
shown and can begin a draft, and which is never lodged as it stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from mabar.declarations.formats import edifact_directory
from mabar.declarations.formats.asycuda_plan import Parts
from mabar.declarations.formats.edifact_cusdec import part_tariff
from mabar.declarations.formats.edifact_envelope import Message
from mabar.declarations.formats.edifact_fill import Filling, Notes, context_of
from mabar.declarations.formats.edifact_syntax import Segment
from mabar.declarations.formats.findings import Finding
from mabar.declarations.formats.values import Conventions
from mabar.declarations.sad import CARGO, Declaration, Item
from mabar.declarations.sad_parts import Container, Kept, PreviousDocument, Source

_NO_MONEY = Conventions()
# What may stand before the first goods item and belong to it.
_COMMON = ("commodity_code", "precision_1", "description", "origin_country", "gross_mass_g", "net_mass_g")


@dataclass
class _Equipment:
    """A container, with its seals."""

    filling: Filling
    seals: list[str] = field(default_factory=list)


class _Consignment:
    """One consignment: its own fields, those of goods that stand before its first goods item, and its goods items."""

    def __init__(self, notes: Notes, parts: Parts) -> None:
        self.notes, self.parts = notes, parts
        self.fields = Filling(Declaration, notes)
        self.common = Filling(Item, notes, "items[0].", parts)
        self.goods: list[Filling] = []
        self.containers: list[str] = []

    @property
    def now(self) -> Filling:
        """Give the goods item that is being read, or what stands before the first."""
        return self.goods[-1] if self.goods else self.common


def read_cargo(
    message: Message, directory: str, source: Source, notes: Notes, profile: str | None
) -> Iterator[tuple[Declaration, Notes]]:
    """Read the consignments of a CUSCAR message."""
    yield from _Cuscar(message, directory, notes).read(source)


class _Cuscar:
    def __init__(self, message: Message, directory: str, notes: Notes) -> None:
        self.message, self.notes = message, notes
        parts = ("header", "equipment", "consignment", "goods")
        self.rules = {part: edifact_directory.section(directory, "cuscar", part) for part in parts}
        self.tags = edifact_directory.tags("cuscar")
        self.header = Filling(Declaration, notes)
        self.equipment: dict[str, _Equipment] = {}
        self.consignments: list[_Consignment] = []
        self.owner = ""
        self.container: _Equipment | None = None

    def read(self, source: Source) -> Iterator[tuple[Declaration, Notes]]:
        """Go through the segments, then give a record a consignment; what belongs to all is told with the first."""
        for place, segment in enumerate(self.message.segments):
            self._take(segment, is_first=place == 0)
        shared = self.notes
        if not self.consignments:
            shared.findings.append(Finding("F-0309", self.message.path, self.message.header.line, "CNI"))
            self.consignments.append(_Consignment(shared, Parts(Item)))
        for number, each in enumerate(self.consignments):
            yield self._record(each, source, number), _merged(shared, each.notes, is_first=number == 0)

    def _take(self, segment: Segment, *, is_first: bool) -> None:
        tag = segment.tag
        if tag not in self.tags:
            self._notes().stray("F-0310", segment)
        elif tag == "BGM" and not is_first:
            self._notes().stray("F-0311", segment)
        elif tag == "CNI":
            notes = Notes(self.notes.path, with_trace=self.notes.with_trace)
            self.consignments.append(_Consignment(notes, Parts(Item)))
            self.owner = ""
            self._into_consignment(segment)
        elif self.consignments:
            self._into_consignment(segment)
        else:
            self._into_header(segment)

    def _notes(self) -> Notes:
        return self.consignments[-1].notes if self.consignments else self.notes

    def _into_header(self, segment: Segment) -> None:
        context, self.owner = context_of(self.rules["header"], self.owner, segment.tag)
        if context == "EQD" or self.owner == "EQD":
            self._into_equipment(context, segment)
            return
        used = self.header.take(segment, self.rules["header"].rules(context, segment), _NO_MONEY)
        if context == "BGM" and segment.at(2):
            self.notes.took(segment, [(2, 0)], "form")
            used |= {(2, 0)}
        self.notes.keep_rest(segment, used)

    def _into_equipment(self, context: str, segment: Segment) -> None:
        if context == "EQD":
            filling = Filling(Container, self.notes, f"containers[{len(self.equipment)}].")
            self.container = _Equipment(filling)
            self.equipment.setdefault(segment.at(1).strip() or f"#{segment.number}", self.container)
        if self.container is None:
            return
        used = self.container.filling.take(segment, self.rules["equipment"].rules(context, segment), _NO_MONEY)
        if context == "EQD/SEL" and segment.at(0).strip():
            self.container.seals.append(segment.at(0).strip())
            self.notes.took(segment, [(0, 0)], "transit.seals")
            used |= {(0, 0)}
        self.notes.keep_rest(segment, used)

    def _into_consignment(self, segment: Segment) -> None:
        now = self.consignments[-1]
        context, self.owner = context_of(self.rules["consignment"], self.owner, segment.tag)
        if context == "GID":
            now.goods.append(Filling(Item, now.notes, f"items[{len(now.goods)}].", now.parts))
        used: frozenset[tuple[int, int]] = frozenset()
        if not now.goods:
            used = now.fields.take(segment, self.rules["consignment"].rules(context, segment), _NO_MONEY)
        if not used:
            used = now.now.take(segment, self.rules["goods"].rules(context, segment), _NO_MONEY)
        now.notes.keep_rest(segment, used | self._linked(context, segment, now))

    def _linked(self, context: str, segment: Segment, now: _Consignment) -> frozenset[tuple[int, int]]:
        """Understand the number of a goods item, and the container that it is in."""
        first = frozenset(((0, 0),))
        if context == "GID":
            now.notes.took(segment, [(0, 0)], f"items[{len(now.goods) - 1}]")
            return first
        if context == "SGP" and segment.at(0).strip() in self.equipment:
            now.containers.append(segment.at(0).strip())
            now.notes.took(segment, [(0, 0)], "containers[]")
            return first
        return frozenset()

    def _record(self, now: _Consignment, source: Source, number: int) -> Declaration:
        fields = now.fields
        fields.settle(_NO_MONEY)
        items = self._items(now)
        self.header.settle(_NO_MONEY)
        containers = self._containers(now, number)
        seals = [seal for each in containers for seal in each.seals]
        if seals:
            fields.put("transit.seals", ", ".join(seals))
            fields.put("transit.seal_count", len(seals))
        declared: Declaration = fields.built(
            items=items,
            containers=tuple(each.filling.built() for each in containers),
            verbatim={**self._verbatim(containers), **fields.verbatim},
        )
        head = self.header.built(verbatim=self.header.verbatim)
        transport = declared.transport if declared.transport.border.identity else _transport(declared, head)
        now.notes.findings.append(
            Finding("F-0314", self.message.path, details={"number": number + 1, "count": len(self.consignments)})
        )
        return replace(
            declared, form=CARGO, manifest_reference=head.manifest_reference, transport=transport, source=source
        )

    def _items(self, now: _Consignment) -> tuple[Item, ...]:
        """Build the goods items; what stands before a single one belongs to it, before several to each."""
        now.common.settle(_NO_MONEY)
        common = _built(now.common)
        if not now.goods:
            return (common,)
        is_single = len(now.goods) == 1
        items = []
        for each in now.goods:
            each.settle(_NO_MONEY)
            items.append(_with_common(_built(each), common, is_single=is_single))
        if not is_single:
            self._keep_common(now, common)
        return tuple(items)

    def _keep_common(self, now: _Consignment, common: Item) -> None:
        """Keep what stands before several goods items and belongs to none of them."""
        for name in _COMMON:
            value = getattr(common, name)
            if value is not None:
                path = f"{self.message.path}/CNI[{common.previous_document.summary_line or '–'}]/{name}"
                now.notes.kept.append(Kept(path, common.verbatim.get(name, str(value))))

    def _containers(self, now: _Consignment, number: int) -> list[_Equipment]:
        """Give the containers that the goods are in; those that no goods name are told with the first consignment."""
        named = {name for each in self.consignments for name in each.containers}
        own = dict.fromkeys(now.containers)
        loose = [name for name in self.equipment if name not in named] if number == 0 else []
        return [self.equipment[name] for name in (*own, *loose)]

    def _verbatim(self, containers: list[_Equipment]) -> dict[str, str]:
        return {
            f"containers[{number}].{name}": text
            for number, each in enumerate(containers)
            for name, text in each.filling.verbatim.items()
        } | self.header.verbatim


def _transport(declared: Declaration, head: Declaration) -> Any:
    return replace(declared.transport, border=head.transport.border)


def _built(filling: Filling) -> Any:
    part_tariff(filling)
    return filling.built(verbatim=filling.verbatim)


def _with_common(item: Item, common: Item, *, is_single: bool) -> Item:
    """Let an item have the transport document of its consignment, and, where it is the only one, all else too."""
    more: dict[str, Any] = {"previous_document": common.previous_document}
    if item.previous_document != PreviousDocument():
        more = {"previous_document": item.previous_document}
    if is_single:
        more |= {name: getattr(common, name) for name in _COMMON if getattr(item, name) is None}
        more["verbatim"] = {**common.verbatim, **item.verbatim}
    return replace(item, **more)


def _merged(shared: Notes, own: Notes, *, is_first: bool) -> Notes:
    """Tell with each consignment what was found about its message, and with the first what stands in its header."""
    merged = Notes(shared.path, with_trace=shared.with_trace, findings=[*shared.all_findings(), *own.all_findings()])
    merged.kept = [*shared.kept, *own.kept] if is_first else [*own.kept]
    merged.trace = [*shared.trace, *own.trace] if is_first else [*own.trace]
    return merged
