"""The share of trucks whose data came at least an hour before them, with what it is counted of.  Pure.

Data is ahead of a truck when the first word of it, its announcement at the crossing or the advance declaration of what
it carries, was received at least `LEAST_S` before it arrived.  Instants are whole seconds since 1970.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

LEAST_S: Final = 60 * 60
# The steps of a truck as the journal's lines tell them, and what undoes the newest that stands.
ARRIVAL: Final = "crossings.join_queue"
UNDOING: Final = "crossings.correct_event"
STEPS: Final = (
    *("crossings.announce", ARRIVAL, "crossings.note_gate_in", "crossings.note_weight", "crossings.present"),
    *("crossings.note_gate_out", "crossings.turn_back", "crossings.withdraw", "crossings.lapse"),
)
WHOLE: Final = ""


@dataclass(frozen=True)
class Arrival:
    """A truck that arrived, and when the first word of it was received; None where no line tells it."""

    key: str
    direction: str
    arrived_s: int
    told_s: int | None

    @property
    def is_ahead(self) -> bool:
        """Whether its data came at least an hour before it."""
        return self.told_s is not None and self.arrived_s - self.told_s >= LEAST_S


@dataclass(frozen=True)
class Share:
    """Of `arrived` trucks, `ahead` had their data an hour before them; the whole has a group without a name."""

    group: str
    arrived: int
    ahead: int

    @property
    def per_mille(self) -> int:
        """The share in thousandths, to the nearest, a half upwards."""
        return (2000 * self.ahead + self.arrived) // (2 * self.arrived)


def shares(arrivals: Iterable[Arrival]) -> tuple[Share, ...]:
    """Reckon the share of all trucks and of each direction; of no truck there is none, not even nought."""
    trucks = list(arrivals)
    groups = [WHOLE, *sorted({truck.direction for truck in trucks})] if trucks else []
    return tuple(_share(group, [each for each in trucks if group in (WHOLE, each.direction)]) for group in groups)


def _share(group: str, trucks: Sequence[Arrival]) -> Share:
    return Share(group, len(trucks), sum(truck.is_ahead for truck in trucks))


def arrived_s(steps: Iterable[tuple[str, int]]) -> int | None:
    """Give the instant of the arrival that stands after a truck's lines, in their order, have undone what they undo.

    Args:
        steps: verb and instant of each line of the truck, the oldest first; other verbs count for nothing.
    """
    standing: list[tuple[str, int]] = []
    for verb, at_s in steps:
        if verb in STEPS:
            standing.append((verb, at_s))
        elif verb == UNDOING and standing:
            standing.pop()
    return max((at_s for verb, at_s in standing if verb == ARRIVAL), default=None)
