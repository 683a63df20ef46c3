"""Scans: those received before, those that no truck has taken, and the trucks of which they can be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from mabar.crossings import rules
from mabar.crossings.models import Passage, ReceivedScan
from mabar.crossings.queries.passages import PassageEnds
from mabar.crossings.queries.rows import PassageRow, passage_row
from mabar.crossings.rules.scans import Scan
from mabar.lib.identifiers import plate_key

SHOWN = 100


@dataclass(frozen=True)
class KeptScanRow:
    """A scan that waits for an officer: why, and of which trucks it can be."""

    number: int
    scan: Scan
    by: str
    reason: str
    received_at: datetime
    trucks: tuple[PassageRow, ...]


@dataclass(frozen=True)
class TruckScan:
    """A scan of a truck, and whether its trailer is another than that of the papers."""

    passage: str
    scan: Scan
    by: str
    is_other_trailer: bool


def scan_received(place: str, scan: Scan) -> tuple[Scan, str] | None:
    """Give the scan that the same scanner sent before under the same number, and its truck, if it has one."""
    found = ReceivedScan.objects.filter(place=place, device=scan.device, event_key=scan.event_key).first()
    return (Scan.of(found.event_key, found.facts), found.passage_id or "") if found else None


def in_yard_at(plate: str, *, place: str, at: datetime) -> PassageRow:
    """Give the truck of a plate that stood in the yard at an instant, as far as clocks agree.

    Raises:
        NoTruckScanned: none of that plate did.
    """
    found = _in_yard_since(place, at).filter(plate_key=plate_key(plate), gate_in_at__lte=at + rules.CLOCK_TOLERANCE)
    first = found.order_by("-gate_in_at").first()
    if first is None:
        raise rules.NoTruckScanned(plate=plate, at=at.isoformat())
    return passage_row(first)


def _in_yard_since(place: str, at: datetime) -> QuerySet[Passage]:
    """Choose the trucks that are in the yard of a place, or were after an instant."""
    stood = Q(state__in=rules.IN_YARD) | Q(state__in=rules.GONE, gate_out_at__gte=at - rules.CLOCK_TOLERANCE)
    return Passage.objects.filter(stood, place=place)


def scans_waiting(place: str, *, limit: int = SHOWN) -> list[KeptScanRow]:
    """List the scans of a place that wait for an officer, oldest first, each with the trucks of its hour."""
    waiting = ReceivedScan.objects.filter(place=place, passage=None, settled_at=None)
    kept = list(waiting.order_by("received_at", "pk")[:limit])
    if not kept:
        return []
    found = _in_yard_since(place, min(each.scanned_at for each in kept)).order_by("gate_in_at", "key")
    trucks = [passage_row(each) for each in found]
    return [_row(each, trucks) for each in kept]


def _row(kept: ReceivedScan, trucks: Sequence[PassageRow]) -> KeptScanRow:
    there = tuple(each for each in trucks if each.gate_out_at is None or each.gate_out_at >= kept.scanned_at)
    scan = Scan.of(kept.event_key, kept.facts)
    return KeptScanRow(kept.pk, scan, kept.by, kept.reason, kept.received_at, there)


def scans_of(trucks: Iterable[PassageEnds]) -> tuple[TruckScan, ...]:
    """Give the scans of trucks, the newest first, out of the events that were read with them."""
    found = [
        TruckScan(
            ends.row.key,
            Scan.of(event.facts["event_key"], event.facts),
            event.by,
            bool(event.facts.get("is_other_trailer")),
        )
        for ends in trucks
        for event in ends.events
        if event.kind == "note_scan"
    ]
    return tuple(sorted(found, key=lambda each: each.scan.scanned_at, reverse=True))
