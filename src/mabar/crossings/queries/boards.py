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
from mabar.crossings.queries.turns import Queue, Waiting, queue
from mabar.crossings.rules.waits import Estimate


@dataclass(frozen=True)
class Mark:
    """That a truck was called forward or put back, and the kind of reason: never the officer's words."""

    act: str
    kind: str


@dataclass(frozen=True)
class WaitingTruck:
    """A truck before gate-in; the expected hours are None where too few gate-ins tell."""

    position: int
    plate: str
    queued_at: datetime
    appointment_at: datetime | None
    mark: Mark | None
    expected_at: datetime | None
    earliest_at: datetime | None
    latest_at: datetime | None
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
    is_letting_in: bool
    pace: Estimate
    lanes: tuple[LaneRow, ...]
    waiting: tuple[WaitingTruck, ...]
    yard: tuple[YardTruck, ...]
    held: tuple[HeldTruck, ...]


@dataclass(frozen=True)
class BoardRow:
    """A truck as the officers see it."""

    passage: PassageRow
    waiting: Waiting | None
    lane: str | None
    lane_number: int | None
    declarations: tuple[LinkRow, ...]
    holds: tuple[HoldRow, ...]

    @property
    def position(self) -> int | None:
        """Its place in the queue; None after the gate."""
        return self.waiting.position if self.waiting else None

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
    pace: Estimate
    counts: Mapping[str, int]
    rows: tuple[BoardRow, ...]


def wall(place: str, at: datetime) -> Wall:
    """Give what the wall of the yard may show, and nothing else."""
    lanes, waiting = places.lanes(place), queue(place, at)
    rows = _rows(place, lanes, waiting)
    return Wall(
        place=place,
        at=at,
        opening=waiting.opening,
        is_letting_in=waiting.is_letting_in,
        pace=waiting.pace,
        lanes=tuple(lanes),
        waiting=tuple(_waiting(row.passage, row.waiting) for row in rows if row.waiting is not None),
        yard=tuple(_in_yard(row) for row in rows if row.waiting is None and not row.holds),
        held=tuple(_held(row.passage, hold) for row in rows for hold in _one_an_agency(row.holds)),
    )


def _waiting(passage: PassageRow, waiting: Waiting) -> WaitingTruck:
    turn, exception = waiting.turn, waiting.exception
    hours = waiting.expected
    return WaitingTruck(
        position=waiting.position,
        plate=passage.plate,
        queued_at=turn.came_at,
        appointment_at=turn.slot_at if turn.is_in_time else None,
        mark=Mark(exception.act, exception.reason) if exception else None,
        expected_at=hours.at if hours else None,
        earliest_at=hours.earliest_at if hours else None,
        latest_at=hours.latest_at if hours else None,
        gate=passage.gate or 0,  # a queued truck has its gate: it is written as it joins the queue
    )


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
    waiting = queue(place, at)
    return Board(
        place=place,
        at=at,
        opening=waiting.opening,
        counts=dict.fromkeys(rules.LIVE, 0) | dict(states),
        pace=waiting.pace,
        rows=tuple(_rows(place, places.lanes(place), waiting)),
    )


def _rows(place: str, lanes: Sequence[LaneRow], waiting: Queue) -> list[BoardRow]:
    """Read the trucks at the crossing: the queue in its order, then the yard in the order of gate-in."""
    turns, here = waiting.by_key, Passage.objects.filter(place=place, state__in=rules.AT_THE_CROSSING)
    # one that joined the queue between two questions to the database shows with the next
    found = [each for each in here if each.state != "queued" or each.key in turns]
    keys = [each.key for each in found]
    links, held = loads.links_by_passage(keys), holds.open_by_passage(keys)
    colours = {row.number: row.colours for row in lanes if row.is_open}
    rows = []
    for each in sorted(found, key=lambda each: _place_of(each, turns)):
        papers = tuple(links.get(each.key, ()))
        lane = rules.lane_of(link.lane for link in papers)
        number = rules.lane_number(lane, each.key, colours) if lane else None
        turn = turns[each.key] if each.state == "queued" else None
        rows.append(BoardRow(passage_row(each), turn, lane, number, papers, tuple(held.get(each.key, ()))))
    return rows


def _place_of(passage: Passage, turns: Mapping[str, Waiting]) -> tuple[bool, int, datetime, str]:
    is_inside = passage.state != "queued"
    position = 0 if is_inside else turns[passage.key].position
    return is_inside, position, passage.gate_in_at or passage.announced_at, passage.key
