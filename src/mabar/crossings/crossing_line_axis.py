"""Where things stand on the crossing line: instants on a length, long waits broken, labels kept apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise

HOUR = timedelta(hours=1)
# The coarsest of these that gives a scale at least three ticks; a day's stay leaves out hours that stand too near.
STEPS = tuple(timedelta(minutes=minutes) for minutes in (60, 30, 15, 10, 5))
LEAST_TICKS = 3
# A longer stay no longer fits a linear axis with readable labels: the forms are drawn for half a day.
LINEAR_UP_TO = timedelta(hours=16)
BROKEN_TO = timedelta(hours=3)


@dataclass(frozen=True)
class Axis:
    """Instants from `stops[0]` to `stops[-1]` on a length, piece by piece; a broken piece is shorter than its time."""

    stops: tuple[datetime, ...]
    places: tuple[float, ...]
    broken: tuple[bool, ...]

    def place(self, at: datetime) -> float:
        """Give the place of an instant; what lies outside stands at the nearer end."""
        if at <= self.stops[0]:
            return self.places[0]
        for (before, after), (start, end) in zip(pairwise(self.stops), pairwise(self.places), strict=True):
            if at <= after:
                return start + (end - start) * ((at - before) / (after - before))
        return self.places[-1]

    def breaks(self) -> list[float]:
        """Give the middles of the broken pieces."""
        pieces = zip(pairwise(self.places), self.broken, strict=True)
        return [(start + end) / 2 for (start, end), is_broken in pieces if is_broken]

    def ticks(self, zone: tzinfo, *, apart: float) -> list[datetime]:
        """Give round hours of a zone, or parts of them, at least `apart` from each other, none inside a broken piece.

        Whole hours where the axis has three of them; on a shorter one halves, quarters, tens or fives of minutes.
        """
        best: list[datetime] = []
        for step in STEPS:
            scale = self._apart(_round(self.stops[0], self.stops[-1], zone, step), apart)
            best = max(best, scale, key=len)
            if len(best) >= LEAST_TICKS:
                break
        return best

    def _apart(self, instants: Sequence[datetime], apart: float) -> list[datetime]:
        chosen: list[datetime] = []
        for at in instants:
            if not self._is_in_break(at) and (not chosen or self.place(at) - self.place(chosen[-1]) >= apart):
                chosen.append(at)
        return chosen

    def _is_in_break(self, at: datetime) -> bool:
        pieces = zip(pairwise(self.stops), self.broken, strict=True)
        return any(is_broken and before < at < after for (before, after), is_broken in pieces)


def axis(instants: Sequence[datetime], start: float, end: float) -> Axis:
    """Lay instants on the length from `start` to `end`; a stay of days has its long pieces broken."""
    stops = sorted(set(instants))
    if len(stops) == 1:
        stops.append(stops[0] + HOUR)
    lengths = [after - before for before, after in pairwise(stops)]
    is_long = stops[-1] - stops[0] > LINEAR_UP_TO
    broken = tuple(is_long and length > BROKEN_TO for length in lengths)
    drawn = [BROKEN_TO if cut else length for cut, length in zip(broken, lengths, strict=True)]
    whole, places = sum(drawn, timedelta(0)), [start]
    for length in drawn:
        places.append(places[-1] + (end - start) * (length / whole))
    return Axis(tuple(stops), tuple(places), broken)


def _round(first: datetime, last: datetime, zone: tzinfo, step: timedelta) -> list[datetime]:
    hour = first.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    before = -((hour - first) // step)  # steps from the whole hour to the first instant, rounded up
    return [hour + step * number for number in range(before, (last - hour) // step + 1)]


@dataclass
class _Group:
    """Labels that touch and therefore move together."""

    members: list[int]
    wish: float
    size: float

    @property
    def start(self) -> float:
        return self.wish - self.size / 2


def spread(wishes: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Keep labels apart: move each as little as the others allow.

    Args:
        wishes: where the middle of each label would stand, in ascending order.
        sizes: the length of each, with its gap.
        low, high: the ends of the room.
    Returns:
        The middles, ascending, no two labels overlapping, all inside the room.
    Raises:
        ValueError: the labels together are longer than the room.
    """
    if sum(sizes) > high - low + 1e-6:
        raise ValueError("the labels are longer than the room")
    groups: list[_Group] = []
    for member, (wish, size) in enumerate(zip(wishes, sizes, strict=True)):
        groups.append(_inside(_Group([member], wish, size), low, high))
        while len(groups) > 1 and groups[-2].start + groups[-2].size > groups[-1].start:
            last = groups.pop()
            groups.append(_inside(_joined(groups.pop(), last), low, high))
    return _middles(groups, sizes)


def _inside(group: _Group, low: float, high: float) -> _Group:
    group.wish = min(max(group.wish, low + group.size / 2), high - group.size / 2)
    return group


def _joined(one: _Group, other: _Group) -> _Group:
    count = len(one.members), len(other.members)
    # Each member wishes the group where its own label would be in place; the mean moves all as little as possible.
    shifted = other.wish - one.size / 2, one.wish + other.size / 2
    wish = (count[1] * shifted[0] + count[0] * shifted[1]) / sum(count)
    return _Group(one.members + other.members, wish, one.size + other.size)


def _middles(groups: Sequence[_Group], sizes: Sequence[float]) -> list[float]:
    middles = []
    for group in groups:
        edge = group.start
        for member in group.members:
            middles.append(edge + sizes[member] / 2)
            edge += sizes[member]
    return middles


def fitting(sizes: Sequence[float], room: float) -> list[int]:
    """Choose which labels may be said when the room is too short: the first, the last, then the longest gaps' ends.

    Returns:
        The indexes, ascending; those left out are read in the table beside the picture.
    """
    chosen: list[int] = []
    order = [0, len(sizes) - 1, *range(1, len(sizes) - 1)]
    for index in dict.fromkeys(order):
        if 0 <= index < len(sizes) and sum(sizes[one] for one in chosen) + sizes[index] <= room:
            chosen.append(index)
    return sorted(chosen)
