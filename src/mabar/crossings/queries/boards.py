"""The wall, read by everybody in the yard, and the office board behind sign-in.

The wall's rows have no field for what the wall may not show: names, goods, firms, reasons, and lanes before the gate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from mabar.crossings import rules
from mabar.crossings.models import Passage
from mabar.crossings.queries import holds, loads, places
from mabar.crossings.queries.places import LaneRow, OpeningRow
from mabar.crossings.queries.rows import HoldRow, LinkRow, PassageRow, passage_row


@dataclass(frozen=True)
class WaitingTruck:
    """A truck before gate-in; `expected_at` is None where too few gate-ins tell."""

    position: int
    plate: str
    queued_at: datetime
    expected_at: datetime | None
    gate: int


@dataclass(frozen=True)
class YardTruck:
    """A truck inside; no colour yet: it waits; a colour without number: no lane of that colour is open."""

    plate: str
    colour: str | None
    number: int | None


@dataclass(frozen=True)
class HeldTruck:
    """A truck that an agency holds; an empty desk means: wait."""

    plate: str
    agency: str
    agency_names: Mapping[str, str]
    desk: str


@dataclass(frozen=True)
class Wall:
    """What hangs on the wall of the yard."""

    place: str
    at: datetime
    opening: Mapping[str, OpeningRow]
    estimate: rules.Estimate
    lanes: tuple[LaneRow, ...]
    waiting: tuple[WaitingTruck, ...]
    yard: tuple[YardTruck, ...]
    held: tuple[HeldTruck, ...]


@dataclass(frozen=True)
class BoardRow:
    """A truck as the officers see it."""

    passage: PassageRow
    position: int | None
    lane: str | None
    lane_number: int | None
    declarations: tuple[LinkRow, ...]
    holds: tuple[HoldRow, ...]

    @property
    def is_held(self) -> bool:
        """Whether an agency keeps it."""
        return bool(self.holds)


@dataclass(frozen=True)
class Board:
    """The office board: trucks at the crossing, the queue first, and how many are in each live state."""

    place: str
    at: datetime
    opening: Mapping[str, OpeningRow]
    estimate: rules.Estimate
    counts: Mapping[str, int]
    rows: tuple[BoardRow, ...]


def wall(place: str, at: datetime) -> Wall:
    """Give what the wall of the yard may show, and nothing else."""
    lanes = places.lanes(place)
    rows = _rows(place, lanes)
    estimate = places.recent_gate_ins(place, at)
    return Wall(
        place=place,
        at=at,
        opening=places.opening_now(place, at),
        estimate=estimate,
        lanes=tuple(lanes),
        waiting=tuple(_waiting(row, estimate, at) for row in rows if row.position is not None),
        yard=tuple(_in_yard(row) for row in rows if row.position is None and not row.holds),
        held=tuple(_held(row.passage, hold) for row in rows for hold in _one_an_agency(row.holds)),
    )


def _waiting(row: BoardRow, estimate: rules.Estimate, at: datetime) -> WaitingTruck:
    # a queued truck has its hour and its gate: both are written as it joins the queue
    position = row.position or 0
    queued_at, gate = row.passage.queued_at or at, row.passage.gate or 0
    wait = estimate.wait(position)
    return WaitingTruck(position, row.passage.plate, queued_at, at + wait if wait is not None else None, gate)


def _in_yard(row: BoardRow) -> YardTruck:
    return YardTruck(row.passage.plate, row.lane, row.lane_number)


def _held(passage: PassageRow, hold: HoldRow) -> HeldTruck:
    return HeldTruck(passage.plate, hold.agency, hold.agency_names, hold.desk)


def _one_an_agency(found: tuple[HoldRow, ...]) -> list[HoldRow]:
    """Keep the newest hold of each agency: several desks of one agency would send the driver two ways."""
    return list({hold.agency: hold for hold in found}.values())


def office_board(place: str, at: datetime) -> Board:
    """Give everything about the trucks at a crossing, for officers behind sign-in."""
    states = Passage.objects.filter(place=place, state__in=rules.LIVE).values_list("state").annotate(n=Count("key"))
    return Board(
        place=place,
        at=at,
        opening=places.opening_now(place, at),
        estimate=places.recent_gate_ins(place, at),
        counts=dict.fromkeys(rules.LIVE, 0) | dict(states),
        rows=tuple(_rows(place, places.lanes(place))),
    )


def _rows(place: str, lanes: Sequence[LaneRow]) -> list[BoardRow]:
    """Read the trucks at the crossing: the queue in its order, then the yard in the order of gate-in."""
    found = Passage.objects.filter(place=place, state__in=rules.AT_THE_CROSSING)
    queue = sorted((p for p in found if p.state == "queued"), key=lambda p: (p.queued_at, p.key))
    yard = sorted((p for p in found if p.state != "queued"), key=lambda p: (p.gate_in_at, p.key))
    keys = [each.key for each in found]
    links, held = loads.links_by_passage(keys), holds.open_by_passage(keys)
    colours = {row.number: row.colours for row in lanes if row.is_open}
    rows = []
    for position, each in [*enumerate(queue, start=1), *((None, each) for each in yard)]:
        papers = tuple(links.get(each.key, ()))
        lane = rules.lane_of(link.lane for link in papers)
        number = rules.lane_number(lane, each.key, colours) if lane else None
        rows.append(BoardRow(passage_row(each), position, lane, number, papers, tuple(held.get(each.key, ()))))
    return rows
