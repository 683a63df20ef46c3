"""The trucks of a declaration with everything that hangs on them, and those across, in four queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from mabar.crossings import rules
from mabar.crossings.models import FarSide, Hold, Passage, PassageDeclaration, PassageEvent
from mabar.crossings.queries.passages import PassageEnds
from mabar.crossings.queries.rows import EventRow, PassageRow, event_rows, hold_row, link_row, passage_row
from mabar.exchange import receipts


@dataclass(frozen=True)
class BothSides:
    """A passage, and the one on the other side: this node's own, or as far as a partner node has told of it."""

    here: PassageEnds
    across: PassageEnds | None
    told_at: datetime | None = None


def both_sides_of(declaration: str) -> list[BothSides]:
    """Give the trucks of a declaration with what hangs on them and with the passages across, as they were announced.

    No number of a lane is given: that is the yard's.
    """
    keys = PassageDeclaration.objects.filter(declaration=declaration).values("passage")
    ends = _ends(keys)
    carriers = [each for each in ends.values() if any(link.declaration == declaration for link in each.declarations)]
    tied = {each.row.origin: each for each in ends.values() if each.row.origin}
    told = {side.passage_id: side for side in FarSide.objects.filter(passage__in=[each.row.key for each in carriers])}
    found = []
    for each in sorted(carriers, key=lambda each: each.row.key):
        side = told.get(each.row.key)
        across = _across(each, ends, tied) or (_as_told(side, each) if side else None)
        found.append(BothSides(each, across, side.told_at if side else None))
    return found


def told_about(row: PassageRow) -> list[receipts.Told]:
    """List what was told of a truck to and by the node across."""
    # the exporting side's key names the truck on both sides
    return receipts.told_about(row.key if row.direction == "exit" else row.origin or row.key)


def far_side(here: PassageEnds) -> tuple[PassageEnds, datetime] | None:
    """Give the truck's passage across as a partner node has told of it, and when it did."""
    side = FarSide.objects.filter(passage=here.row.key).first()
    return (_as_told(side, here), side.told_at) if side else None


_STATE_THERE = {
    "left": "closed",
    "arrived": "gate_in",
    "entered": "closed",
    "refused": "turned_back",
    "undone": "gate_in",
}


def _as_told(side: FarSide, here: PassageEnds) -> PassageEnds:
    """Write what was told as the passage that it stands for; what was not told is empty."""
    events = tuple(
        EventRow(number, each["kind"], datetime.fromisoformat(each["at"]), side.place_id, {}, "", "", None, None)
        for number, each in enumerate(side.events, start=1)
    )
    row = _row_as_told(side, here, {event.kind: event.at for event in events})
    return PassageEnds(row=row, events=events, declarations=(), holds=(), lane=None, lane_number=None)


def _row_as_told(side: FarSide, here: PassageEnds, stamps: Mapping[str, datetime]) -> PassageRow:
    return PassageRow(
        key=side.key,
        place=side.place_id,
        direction="entry" if here.row.direction == "exit" else "exit",
        plate=here.row.plate,
        trailer_plate=here.row.trailer_plate,
        carrier=here.row.carrier,
        firm=None,
        state=_STATE_THERE[side.state],
        is_empty=here.row.is_empty,
        seals=here.row.seals,
        announced_at=min(stamps.values(), default=side.told_at),
        expected_at=None,
        queued_at=stamps.get("join_queue"),
        gate_in_at=stamps.get("note_gate_in"),
        weighed_at=stamps.get("note_weight"),
        presented_at=stamps.get("present"),
        gate_out_at=stamps.get("note_gate_out"),
        closed_at=stamps.get("note_gate_out") or stamps.get("turn_back"),
        gross_mass_g=None,
        tare_mass_g=None,
        gate=None,
        version=0,
        origin=None,
    )


def _across(here: PassageEnds, ends: dict[str, PassageEnds], tied: Mapping[str, PassageEnds]) -> PassageEnds | None:
    return ends.get(here.row.origin or "") if here.row.direction == "entry" else tied.get(here.row.key)


def _ends(keys: Any) -> dict[str, PassageEnds]:
    origins = Passage.objects.filter(key__in=keys, origin__isnull=False).values("origin")
    # three index look-ups in one query: an OR over the two columns would read the whole table
    ways = (Q(key__in=keys), Q(origin__in=keys), Q(key__in=origins))
    one, *others = (Passage.objects.filter(way) for way in ways)
    passages = list(one.union(*others))
    every = [each.key for each in passages]
    events = _by_passage(PassageEvent.objects.filter(passage__in=every).order_by("pk"))
    links = _by_passage(PassageDeclaration.objects.filter(passage__in=every).order_by("reference"))
    of_agencies = Hold.objects.filter(passage__in=every).select_related("passage", "agency")
    holds = _by_passage(of_agencies.order_by("placed_at", "pk"))
    return {
        each.key: PassageEnds(
            row=passage_row(each),
            events=event_rows(events[each.key]),
            declarations=tuple(map(link_row, links[each.key])),
            holds=tuple(map(hold_row, holds[each.key])),
            lane=rules.lane_of(link.lane for link in links[each.key]),
            lane_number=None,
        )
        for each in passages
    }


def _by_passage(found: Iterable[Any]) -> defaultdict[str, list[Any]]:
    sorted_out: defaultdict[str, list[Any]] = defaultdict(list)
    for each in found:
        sorted_out[each.passage_id].append(each)
    return sorted_out
