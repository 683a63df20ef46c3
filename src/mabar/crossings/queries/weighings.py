"""Weighings that no truck has taken, and the truck that awaits one."""

from dataclasses import dataclass
from datetime import datetime

from mabar.crossings import rules
from mabar.crossings.models import KeptWeighing, Passage, PassageEvent
from mabar.crossings.queries.rows import PassageRow, passage_row
from mabar.lib.identifiers import plate_key

SHOWN = 100


@dataclass(frozen=True)
class KeptWeighingRow:
    """A weighing that waits for an officer: why, and what the weighbridge showed."""

    number: int
    plate: str
    event_key: str
    by: str
    weighed_at: datetime
    gross_mass_g: int
    tare_mass_g: int | None
    is_empty: bool
    axle_masses_g: tuple[int, ...]
    reason: str
    kept_at: datetime


def before_the_weighbridge(plate: str, *, place: str) -> PassageRow:
    """Give the truck of a plate that has come in and was not weighed yet.

    Raises:
        NoTruckToWeigh: none of that plate stands there.
    """
    found = Passage.objects.filter(place=place, plate_key=plate_key(plate), state="gate_in").order_by("gate_in_at")
    first = found.first()
    if first is None:
        raise rules.NoTruckToWeigh(plate=plate)
    return passage_row(first)


def was_weighed_by(actor: str, event_key: str) -> bool:
    """Tell whether a sender's weighing was recorded or kept before."""
    recorded = PassageEvent.objects.filter(event_key=event_key, by=actor, kind="note_weight")
    return recorded.exists() or KeptWeighing.objects.filter(by=actor, event_key=event_key).exists()


def weighings_waiting(place: str, *, limit: int = SHOWN) -> list[KeptWeighingRow]:
    """List the weighings of a place that wait for an officer, oldest first."""
    found = KeptWeighing.objects.filter(place=place, settled_at=None).order_by("kept_at", "pk")[:limit]
    return [_row(each) for each in found]


def awaiting_weight(place: str) -> list[PassageRow]:
    """List the trucks that have come in and were not weighed yet, in the order in which they came."""
    found = Passage.objects.filter(place=place, state="gate_in").order_by("gate_in_at", "key")
    return [passage_row(each) for each in found]


def _row(kept: KeptWeighing) -> KeptWeighingRow:
    return KeptWeighingRow(
        number=kept.pk,
        plate=kept.plate,
        event_key=kept.event_key,
        by=kept.by,
        weighed_at=kept.weighed_at,
        gross_mass_g=kept.gross_mass_g,
        tare_mass_g=kept.tare_mass_g,
        is_empty=kept.is_empty,
        axle_masses_g=tuple(kept.axle_masses_g),
        reason=kept.reason,
        kept_at=kept.kept_at,
    )
