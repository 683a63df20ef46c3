"""The crossings themselves: opening, lanes, the day's counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Count, Q, Subquery

from mabar.base.models import Actor, Place
from mabar.base.rules import NoSuchRecord
from mabar.crossings import rules
from mabar.crossings.models import Crossing, Hold, Lane, OpeningEvent, Passage, PassageEvent


@dataclass(frozen=True)
class OpeningRow:
    """The opening that counts for one kind of traffic, since when, and as what reason."""

    kind: str
    is_open: bool
    at: datetime
    reason: str
    by: str


@dataclass(frozen=True)
class LaneRow:
    """A lane of the yard."""

    number: int
    colours: tuple[str, ...]
    is_open: bool
    note: str


@dataclass(frozen=True)
class DayCounts:
    """How many trucks did what on the day of the place."""

    day: date
    announced: int
    queued: int
    gate_in: int
    gate_out: int
    turned_back: int
    diverted: int
    held_now: int


def crossing_places() -> list[Place]:
    """List the places of this node that are crossings."""
    return list(Place.objects.filter(crossing__isnull=False).select_related("faces").order_by("code"))


def facing(place: str) -> str | None:
    """Name the crossing on the other side, where it lies on this node too."""
    return Place.objects.filter(faced_by=place, crossing__isnull=False).values_list("code", flat=True).first()


def asked_at(actor: Actor, place: str) -> str:
    """Name the crossing whose mandate a joint act asks for: this one, or that across of an officer of that side."""
    across = facing(place)
    return across if across is not None and actor.place_id == across else place


def neighbour(place: str) -> str | None:
    """Name the crossing on the other side, whoever works it."""
    return Place.objects.filter(code=place).values_list("faces", flat=True).first()


def crossing_place(code: str) -> Place:
    """Give a crossing of this node with the place it faces and the administrations of both.

    Raises:
        NoSuchRecord: the place is no crossing of this node.
    """
    found = Place.objects.filter(code=code, crossing__isnull=False)
    place = found.select_related("administration", "faces__administration").first()
    if place is None:
        raise NoSuchRecord(key=code)
    return place


def opening_now(place: str, at: datetime) -> Mapping[str, OpeningRow]:
    """Give the newest opening by kind of traffic; a kind about which nothing was entered is absent."""
    events = OpeningEvent.objects.filter(crossing=place, at__lte=at).order_by("-at", "-pk")
    newest = [Q(pk=Subquery(events.filter(kind=kind).values("pk")[:1])) for kind in rules.KINDS_OF_TRAFFIC]
    return {event.kind: _opening_row(event) for event in OpeningEvent.objects.filter(newest[0] | newest[1])}


def openings(place: str, *, limit: int = 50) -> list[OpeningRow]:
    """List what was entered about the opening of a crossing, newest first."""
    return [_opening_row(e) for e in OpeningEvent.objects.filter(crossing=place).order_by("-at", "-pk")[:limit]]


def _opening_row(event: OpeningEvent) -> OpeningRow:
    return OpeningRow(event.kind, event.is_open, event.at, event.reason, event.by)


def lanes(place: str) -> list[LaneRow]:
    """List the lanes of a crossing."""
    found = Lane.objects.filter(crossing=place).order_by("number")
    return [LaneRow(lane.number, tuple(lane.colours), lane.is_open, lane.note) for lane in found]


def crossed_since(place: str, began_at: datetime, at: datetime) -> Mapping[str, int]:
    """Count the trucks that have left since an instant, by direction."""
    gone = Passage.objects.filter(place=place, gate_out_at__gte=began_at, gate_out_at__lte=at)
    counted = gone.values_list("direction").annotate(n=Count("key"))
    return dict.fromkeys(rules.DIRECTIONS, 0) | dict(counted)


def median_wait_since(place: str, began_at: datetime, at: datetime) -> timedelta | None:
    """Give the median time from the queue to the gate of the trucks let in since an instant; none before the first."""
    let_in = Passage.objects.filter(place=place, gate_in_at__gte=began_at, gate_in_at__lte=at)
    waits = [in_at - from_at for from_at, in_at in let_in.values_list("queued_at", "gate_in_at") if from_at and in_at]
    return timedelta(seconds=median(wait.total_seconds() for wait in waits)) if waits else None


def open_lanes(place: str) -> dict[int, tuple[str, ...]]:
    """Give the colours of each open lane."""
    return {lane.number: lane.colours for lane in lanes(place) if lane.is_open}


def day_counts(place: str, at: datetime) -> DayCounts:
    """Count the trucks of the day on which `at` falls at the place.

    Raises:
        NoSuchRecord: the place is no crossing of this node.
    """
    crossing = Crossing.objects.select_related("place").filter(place=place).first()
    if crossing is None:
        raise NoSuchRecord(key=place)
    began_at = rules.day_began_at(at, crossing.place.clock)
    here = Passage.objects.filter(place=place)
    told = PassageEvent.objects.filter(at__gte=began_at, at__lte=at, passage__place=place, corrected_by=None)
    return DayCounts(
        day=began_at.date(),
        announced=here.filter(announced_at__gte=began_at, announced_at__lte=at).count(),
        queued=here.filter(queued_at__gte=began_at, queued_at__lte=at).count(),
        gate_in=here.filter(gate_in_at__gte=began_at, gate_in_at__lte=at).count(),
        gate_out=here.filter(gate_out_at__gte=began_at, gate_out_at__lte=at).count(),
        turned_back=told.filter(kind="turn_back").count(),
        diverted=told.filter(kind="keep_diversion").count(),
        held_now=Hold.objects.filter(lifted_at=None, passage__place=place).values("passage").distinct().count(),
    )
