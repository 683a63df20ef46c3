"""The drawing of the wall's board: once a second at most, however many screens hang in the yard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from mabar.crossings import queries, rules

LANES, QUEUE, YARD, HELD = 6, 7, 4, 2


@dataclass(frozen=True)
class Turns:
    """Rows that do not fit on the wall at once, in parts that take turns; `shown` is the part to begin with."""

    parts: tuple[tuple[Any, ...], ...]
    shown: int

    @property
    def count(self) -> int:
        """How many parts there are."""
        return len(self.parts)


@dataclass(frozen=True)
class Tile:
    """A lane: who is served now, and how many stand behind."""

    lane: queries.LaneRow
    plate: str
    behind: int


@dataclass(frozen=True)
class QueueRow:
    """A truck in the queue, and whether it is called to its gate now."""

    truck: queries.WaitingTruck
    is_called: bool


@lru_cache(maxsize=32)
def drawn(place: str, language: str, turn: int, second: int) -> str:
    """Draw the board of one second once, however many screens ask for it."""
    at = datetime.fromtimestamp(second, UTC)
    here = queries.crossing_place(place)
    found = queries.wall(place, at)
    began_at = rules.day_began_at(at, here.clock)
    shown = {
        "place": here,
        "language": language,
        "at": at,
        "wall": found,
        "lanes": in_turns(tiles(found), LANES, turn),
        "queue": in_turns(queue_rows(found), QUEUE, turn),
        "yard": in_turns(found.yard, YARD, turn),
        "held": in_turns(found.held, HELD, turn),
        "crossed": queries.crossed_since(place, began_at, at),
        "median_wait": queries.median_wait_since(place, began_at, at),
        "in_yard": len(found.yard) + len({truck.plate for truck in found.held}),
        "last": found.waiting[-1] if found.waiting else None,
    }
    with translation.override(language):
        return render_to_string("crossings/parts/wall_board.html", shown)


def in_turns(rows: Sequence[Any], size: int, turn: int) -> Turns:
    """Part rows into turns of `size`; at least one, which may be empty."""
    parts = tuple(tuple(rows[start : start + size]) for start in range(0, len(rows), size)) or ((),)
    return Turns(parts, turn % len(parts) + 1)


def tiles(found: queries.Wall) -> list[Tile]:
    """Give each lane the trucks that were sent to it, the first of them as the one served."""
    sent: dict[int | None, list[str]] = {}
    for truck in found.yard:
        sent.setdefault(truck.number, []).append(truck.plate)
    here = [(lane, sent.get(lane.number, [])) for lane in found.lanes]
    return [Tile(lane, plates[0] if plates else "", max(len(plates) - 1, 0)) for lane, plates in here]


def queue_rows(found: queries.Wall) -> list[QueueRow]:
    """Call the first truck of each gate, while the crossing works and is not closed to goods."""
    called: dict[int, int] = {}
    for truck in found.waiting:
        called.setdefault(truck.gate, truck.position)
    return [QueueRow(truck, found.is_letting_in and called[truck.gate] == truck.position) for truck in found.waiting]
