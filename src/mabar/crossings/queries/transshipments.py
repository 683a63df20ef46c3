"""Goods that change truck at kilometre zero: what was declared, counted and loaded, and who has seen it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from mabar.base.rules import NoSuchRecord
from mabar.crossings import rules
from mabar.crossings.models import OnwardTruck, Passage, Transshipment, TransshipmentEvent, TransshipmentLine
from mabar.crossings.queries.rows import PassageRow, passage_row
from mabar.crossings.rules import Load, counting, transshipping

MOST_LISTED = 100


@dataclass(frozen=True)
class Loaded:
    """What lies on a truck of one declaration."""

    truck: str
    declaration: str
    packages: int
    gross_mass_g: int

    @property
    def load(self) -> Load:
        """The same as a load."""
        return Load(self.packages, self.gross_mass_g)


@dataclass(frozen=True)
class TransshipmentRow:
    """A transshipment as its list shows it."""

    key: str
    place: str
    state: str
    tolerance_percent: str
    opened_at: datetime
    changed_at: datetime
    done_at: datetime | None
    left_empty_at: datetime | None
    digest: str
    version: int
    unloaded: PassageRow
    onward: tuple[PassageRow, ...]

    @property
    def is_under_way(self) -> bool:
        """Whether it still binds its trucks."""
        return self.state in transshipping.UNDER_WAY


@dataclass(frozen=True)
class CountRow:
    """What an event counted of one declaration."""

    reference: str
    packages: int
    gross_mass_g: int


@dataclass(frozen=True)
class StepRow:
    """One event of a transshipment."""

    kind: str
    at: datetime
    by: str
    service: str
    post: str
    facts: Mapping[str, Any]
    state_before: str
    state_after: str
    lines: tuple[CountRow, ...]


@dataclass(frozen=True)
class FigureRow:
    """Declared, unloaded and loaded of one declaration; what was not counted yet is None."""

    declaration: str
    reference: str
    declared: Load
    counted: Load | None
    loaded: Load | None
    difference: counting.Difference | None
    by_truck: tuple[tuple[PassageRow, Load], ...]


@dataclass(frozen=True)
class TransshipmentSheet:
    """A transshipment with everything that hangs on it; `papers`: key and reference of what the truck bears now."""

    row: TransshipmentRow
    papers: tuple[tuple[str, str], ...]
    figures: tuple[FigureRow, ...]
    steps: tuple[StepRow, ...]
    broken_seals: tuple[str, ...]
    laden: tuple[PassageRow, ...]

    def newest(self, kind: str) -> StepRow | None:
        """Give the newest event of a kind."""
        return next((step for step in reversed(self.steps) if step.kind == kind), None)


def under_way_with(passage: str) -> str | None:
    """Name the transshipment under way that unloads a truck, or with which its goods go on."""
    mine = Q(passage=passage) | Q(pk__in=OnwardTruck.objects.filter(passage=passage).values("transshipment"))
    found = Transshipment.objects.filter(mine, state__in=transshipping.UNDER_WAY)
    return found.values_list("key", flat=True).first()


def trucks_of(transshipment: Transshipment) -> list[str]:
    """Give the keys of the truck that is unloaded and of those with which goods go on."""
    return [transshipment.passage_id, *transshipment.onward.values_list("passage_id", flat=True)]


def tally_of(key: str) -> list[counting.Counted]:
    """Give the tally that stands; empty before the first."""
    newest = TransshipmentEvent.objects.filter(transshipment=key, kind="note_tally").order_by("-pk").first()
    return [_counted(line) for line in newest.lines.order_by("reference", "declaration")] if newest else []


def _counted(line: TransshipmentLine) -> counting.Counted:
    declared = Load(line.declared_packages or 0, line.declared_mass_g or 0)
    return counting.Counted(line.declaration, line.reference, declared, Load(line.packages, line.gross_mass_g))


def loaded(key: str) -> list[Loaded]:
    """Give what lies on each onward truck: of each, what was recorded last."""
    lying: dict[str, list[Loaded]] = {}
    events = TransshipmentEvent.objects.filter(transshipment=key, kind="note_loading").order_by("pk")
    for event in events.prefetch_related("lines"):
        truck = event.facts["truck"]
        lying[truck] = [Loaded(truck, each.declaration, each.packages, each.gross_mass_g) for each in event.lines.all()]
    return [each for truck in sorted(lying) for each in sorted(lying[truck], key=lambda one: one.declaration)]


def broken_seals(key: str) -> list[str]:
    """Give the seals under which the goods came: those read as they were broken, and those on record."""
    event = TransshipmentEvent.objects.filter(transshipment=key, kind="note_unloading").order_by("-pk").first()
    return rules.tidy_seals([*event.facts["seals"], *event.facts["seals_on_record"]]) if event else []


def transshipments(place: str, *, limit: int = MOST_LISTED) -> list[TransshipmentRow]:
    """List the transshipments of a crossing, newest first."""
    found = Transshipment.objects.filter(place=place).select_related("passage").prefetch_related("onward__passage")
    return [_row(each) for each in found.order_by("-key")[:limit]]


def _row(found: Transshipment) -> TransshipmentRow:
    same = {name: getattr(found, name) for name in _SAME}
    onward = sorted(found.onward.all(), key=lambda each: each.pk)
    return TransshipmentRow(
        place=found.place_id,
        unloaded=passage_row(found.passage),
        onward=tuple(passage_row(each.passage) for each in onward),
        **same,
    )


_SAME = tuple(name for name in TransshipmentRow.__dataclass_fields__ if name not in {"place", "unloaded", "onward"})


def transshipment(key: str) -> TransshipmentSheet:
    """Give a transshipment with its figures and its events.

    Raises:
        NoSuchRecord: none bears the key.
    """
    base = Transshipment.objects.select_related("passage").prefetch_related("onward__passage")
    found = base.filter(key=key).first()
    if found is None:
        raise NoSuchRecord(key=key)
    row, lying = _row(found), loaded(key)
    laden = {each.truck for each in lying if each.packages or each.gross_mass_g}
    return TransshipmentSheet(
        row=row,
        papers=tuple(found.passage.declarations.order_by("reference").values_list("declaration", "reference")),
        figures=tuple(_figures(found, row, lying)),
        steps=tuple(_step(event) for event in found.events.order_by("pk").prefetch_related("lines")),
        broken_seals=tuple(broken_seals(key)),
        laden=tuple(each for each in row.onward if each.key in laden),
    )


def _step(event: TransshipmentEvent) -> StepRow:
    by_reference = sorted(event.lines.all(), key=lambda line: (line.reference, line.declaration))
    lines = tuple(CountRow(line.reference, line.packages, line.gross_mass_g) for line in by_reference)
    return StepRow(
        event.kind,
        event.at,
        event.by,
        event.service,
        event.post,
        event.facts,
        event.state_before,
        event.state_after,
        lines,
    )


def _figures(found: Transshipment, row: TransshipmentRow, lying: list[Loaded]) -> Iterable[FigureRow]:
    trucks = {each.key: each for each in row.onward}
    tally = tally_of(row.key)
    for line in tally:
        on = [(trucks[each.truck], each.load) for each in lying if each.declaration == line.declaration]
        yield FigureRow(
            declaration=line.declaration,
            reference=line.reference,
            declared=line.declared,
            counted=line.counted,
            loaded=counting.summed(load for _, load in on) if on else None,
            difference=line.difference(row.tolerance_percent),
            by_truck=tuple(on),
        )
    for link in [] if tally else found.passage.declarations.order_by("reference"):
        declared = Load(link.packages, link.gross_mass_g)
        yield FigureRow(link.declaration, link.reference, declared, None, None, None, ())


def protocol_of(transshipment: Transshipment) -> dict[str, object]:
    """Give what both sides sign, in plain values: the trucks, the seals, and every figure with its instant."""
    key = transshipment.key
    events = _before_the_signature(transshipment)
    plates = {each.key: each.plate for each in Passage.objects.filter(key__in=trucks_of(transshipment))}
    return {
        "transshipment": key,
        "place": transshipment.place_id,
        "unloaded": plates[transshipment.passage_id],
        "tolerance_percent": transshipment.tolerance_percent,
        "broken_seals": broken_seals(key),
        "tally": [[line.reference, *_pair(line.declared), *_pair(line.counted)] for line in tally_of(key)],
        "loaded": [[plates[each.truck], each.declaration, *_pair(each.load)] for each in loaded(key)],
        "acts": [[event.kind, event.at.isoformat(), event.by] for event in events],
        "reasons": [event.facts["reason"] for event in events if event.facts.get("reason")],
        "affixed_seals": [[event.facts["plate"], *event.facts["seals"]] for event in events if "truck" in event.facts],
    }


def _before_the_signature(transshipment: Transshipment) -> list[TransshipmentEvent]:
    events = list(transshipment.events.order_by("pk"))
    signed = [number for number, event in enumerate(events) if event.kind == "sign_protocol"]
    # what a protocol says is what had happened when it was signed last; one still to be signed says all
    return events[: signed[-1]] if signed and transshipment.digest else events


def _pair(load: Load) -> tuple[int, int]:
    return load.packages, load.gross_mass_g


def trucks_in_yard(place: str) -> list[PassageRow]:
    """List the trucks of the yard that no transshipment binds, by plate."""
    bound = Transshipment.objects.filter(place=place, state__in=transshipping.UNDER_WAY)
    taking = OnwardTruck.objects.filter(transshipment__in=bound).values("passage")
    found = Passage.objects.filter(place=place, state__in=rules.IN_YARD)
    free = found.exclude(key__in=bound.values("passage")).exclude(key__in=taking)
    return [passage_row(each) for each in free.order_by("plate", "key")]


def transshipments_of(passages: Iterable[str]) -> dict[str, list[TransshipmentRow]]:
    """Give, by the key of the passage, the transshipments in which trucks stand, oldest first."""
    keys = set(passages)
    mine = Q(passage__in=keys) | Q(pk__in=OnwardTruck.objects.filter(passage__in=keys).values("transshipment"))
    found = Transshipment.objects.filter(mine).select_related("passage").prefetch_related("onward__passage")
    by_passage: dict[str, list[TransshipmentRow]] = {}
    for row in map(_row, found.order_by("key")):
        for truck in (row.unloaded, *row.onward):
            if truck.key in keys:
                by_passage.setdefault(truck.key, []).append(row)
    return by_passage


def unloaded_onto(passage: str) -> list[str]:
    """Give the passages whose goods went on with a truck, where every truck that took them has left."""
    done = Transshipment.objects.filter(state="done", onward__passage=passage).prefetch_related("onward__passage")
    return [
        each.passage_id
        for each in done
        if all(one.passage.state in rules.GONE for one in each.onward.all() if _carries(each.key, one.passage_id))
    ]


def brings_signed_goods(passage: str) -> bool:
    """Tell whether goods lie on a truck that a protocol signed by both has put there."""
    done = Transshipment.objects.filter(state="done", onward__passage=passage).values_list("key", flat=True)
    return any(_carries(key, passage) for key in done)


def _carries(key: str, passage: str) -> bool:
    return any(each.truck == passage and (each.packages or each.gross_mass_g) for each in loaded(key))
