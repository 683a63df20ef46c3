"""A truck's stay at a crossing as its stamps tell it, and the steps that are measured on it and on its papers.

Instants are whole seconds since 1970, so that the parts of a stay add up to it without a rounding.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mabar.crossings.rules.working_hours import Calendar
from mabar.crossings.rules.yard import lane_of
from mabar.lib import words

WHOLE: Final = "arrival_gate_out"
# What the stay is made of, one after the other; they add up to the whole.
PARTS: Final = (
    "arrival_gate_in",
    "gate_in_weighed",
    "weighed_presented",
    "presented_released",
    "released_gate_out",
)
HELD: Final = "held"
OF_PAPERS: Final = ("lead", "arrival_lodged", "lodged_lane", "lane_released", "queried")
STEPS: Final = (*PARTS, WHOLE, HELD, *OF_PAPERS)
NONE, SEVERAL = "none", "several"
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True)
class Paper:
    """A declaration on a truck: when it was lodged, got its first lane and was released, and when it stood queried."""

    lodged_s: int | None
    lane_s: int | None
    released_s: int | None
    lane: str
    regime: str
    queried_s: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Held:
    """That an agency kept the truck from one instant to another."""

    agency: str
    from_s: int
    until_s: int


@dataclass(frozen=True)
class Stay:
    """A truck that came, and has left."""

    key: str
    direction: str
    arrived_s: int
    gate_in_s: int
    weighed_s: int
    presented_s: int
    gate_out_s: int
    papers: tuple[Paper, ...] = ()
    holds: tuple[Held, ...] = ()

    @property
    def lane(self) -> str:
        """The heaviest lane of its papers; none where there is no paper, or one has no lane."""
        return lane_of(paper.lane for paper in self.papers) or NONE

    @property
    def regime(self) -> str:
        """The regime of its papers, where they have one in common."""
        found = {paper.regime for paper in self.papers}
        return (found.pop() if len(found) == 1 else SEVERAL if found else NONE) or NONE

    @property
    def readiness(self) -> str:
        """Whether all of its papers were lodged before it came."""
        if not self.papers:
            return NONE
        return BEFORE if all(self.readiness_of(paper) == BEFORE for paper in self.papers) else AFTER

    def readiness_of(self, paper: Paper) -> str:
        """Whether a paper was lodged before the truck came."""
        if paper.lodged_s is None:
            return NONE
        return BEFORE if paper.lodged_s < self.arrived_s else AFTER

    @property
    def last_release_s(self) -> int | None:
        """The last release of its papers, within its time at customs; nothing where there is none or one is unknown."""
        released = [paper.released_s for paper in self.papers if paper.released_s is not None]
        if not released or len(released) < len(self.papers):
            return None
        return min(max(*released, self.presented_s), self.gate_out_s)


def epoch_s(at: datetime) -> int:
    """Give an instant in whole seconds since 1970, what is beyond the second cut off."""
    return int(at.timestamp())


def natures() -> Mapping[str, Mapping[str, Any]]:
    """Tell of each step what it is measured on, whether one waits or works in it, and who owns it."""
    return words.table("crossings", "release_steps")


def truck_steps(stay: Stay, clock: Calendar) -> Iterator[tuple[str, int]]:
    """Measure the steps of the truck itself; what is not known is left out."""
    yield PARTS[0], clock.between(stay.arrived_s, stay.gate_in_s)
    yield PARTS[1], clock.between(stay.gate_in_s, stay.weighed_s)
    yield PARTS[2], clock.between(stay.weighed_s, stay.presented_s)
    released = stay.last_release_s
    if released is not None:
        yield PARTS[3], clock.between(stay.presented_s, released)
    if released is not None or not stay.papers:
        yield PARTS[4], clock.between(stay.presented_s if released is None else released, stay.gate_out_s)
    yield WHOLE, clock.between(stay.arrived_s, stay.gate_out_s)


def held_steps(stay: Stay, clock: Calendar) -> Iterator[tuple[str, int]]:
    """Measure by agency how long it held the truck, and under the empty name how long anybody did."""
    by_agency: dict[str, list[tuple[int, int]]] = {}
    for hold in stay.holds:
        within = max(hold.from_s, stay.arrived_s), min(hold.until_s, stay.gate_out_s)
        for name in ("", hold.agency):
            by_agency.setdefault(name, []).append(within)
    for name, spans in by_agency.items():
        yield name, sum(clock.between(*span) for span in _joined(spans))


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that touch, so that two holds at once count once."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def paper_steps(stay: Stay, paper: Paper, clock: Calendar) -> Iterator[tuple[str, int]]:
    """Measure the steps of one paper; lodged before the arrival it has a lead, which is no wait of anybody."""
    lodged, lane, released = paper.lodged_s, paper.lane_s, paper.released_s
    if lodged is not None and lodged < stay.arrived_s:
        yield "lead", clock.between(lodged, stay.arrived_s)
    elif lodged is not None:
        yield "arrival_lodged", clock.between(stay.arrived_s, lodged)
    if lodged is not None and lane is not None:
        yield "lodged_lane", clock.between(lodged, lane)
    if lane is not None and released is not None:
        yield "lane_released", clock.between(lane, released)
    if paper.queried_s:
        yield "queried", sum(clock.between(*span) for span in paper.queried_s)
