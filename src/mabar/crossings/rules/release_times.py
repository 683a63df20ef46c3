"""The time release study, continuously: the table of all steps over trucks that have left, whole or split.

Pure.  What each step is, who owns it and whether one waits in it stands in `data/release_steps.yaml`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from mabar.crossings.rules import stays
from mabar.crossings.rules.figures import Figures, figures
from mabar.crossings.rules.refusals import PeriodUnfit
from mabar.crossings.rules.stays import Paper, Stay
from mabar.crossings.rules.working_hours import ALL_HOURS, Calendar

LONGEST_PERIOD: Final = 92  # days that a page adds up while one waits for it; the command line takes more
LEAST_SHOWN: Final = 5  # fewer trucks than these are not published: one of them could be told


@dataclass(frozen=True)
class Row:
    """The figures of a step in one group of a split; the whole has one group without a name."""

    group: str
    step: str
    figures: Figures


def _hour(stay: Stay, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(stay.arrived_s, zone):%H}"


# How trucks are grouped, and beside it how each paper of a truck is; the hour is that of the arrival.
SPLITS: Final[dict[str, tuple[Callable[[Stay, ZoneInfo], str], Callable[[Stay, Paper, ZoneInfo], str]]]] = {
    "": (lambda _stay, _zone: "", lambda _stay, _paper, _zone: ""),
    "lane": (lambda stay, _zone: stay.lane, lambda _stay, paper, _zone: paper.lane or stays.NONE),
    "regime": (lambda stay, _zone: stay.regime, lambda _stay, paper, _zone: paper.regime or stays.NONE),
    "direction": (lambda stay, _zone: stay.direction, lambda stay, _paper, _zone: stay.direction),
    "hour": (_hour, lambda stay, _paper, zone: _hour(stay, zone)),
    "readiness": (lambda stay, _zone: stay.readiness, lambda stay, paper, _zone: stay.readiness_of(paper)),
}
AGENCY: Final = "agency"  # the one split that concerns a single step: who held the trucks, and how long
ALL_SPLITS: Final = (*SPLITS, AGENCY)


def tabulate(
    trucks: Iterable[Stay], zone: ZoneInfo, *, split: str = "", clock: Calendar = ALL_HOURS
) -> tuple[Row, ...]:
    """Reckon the figures of every step, group by group in the order of their names, steps in the order of the way.

    Args:
        zone: that of the place, for the hour of the arrival.
        split: one of `ALL_SPLITS`; empty for the whole.
        clock: the hours that count.
    """
    lengths: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for stay in trucks:
        for group, step, seconds in _measured(stay, zone, split, clock):
            lengths[group, step].append(seconds)
    order = {step: number for number, step in enumerate(stays.STEPS)}
    places = sorted(lengths, key=lambda place: (place[0], order[place[1]]))
    return tuple(Row(group, step, figures(lengths[group, step])) for group, step in places)


def _measured(stay: Stay, zone: ZoneInfo, split: str, clock: Calendar) -> Iterator[tuple[str, str, int]]:
    held = dict(stays.held_steps(stay, clock))
    if split == AGENCY:
        yield from ((agency, stays.HELD, seconds) for agency, seconds in held.items() if agency)
        return
    of_truck, of_paper = SPLITS[split]
    group = of_truck(stay, zone)
    for step, seconds in stays.truck_steps(stay, clock):
        yield group, step, seconds
    if "" in held:
        yield group, stays.HELD, held[""]
    for paper in stay.papers:
        group = of_paper(stay, paper, zone)
        for step, seconds in stays.paper_steps(stay, paper, clock):
            yield group, step, seconds


@dataclass(frozen=True)
class Wanted:
    """Which trucks are counted: all, or those of one direction, lane, regime, or held by one agency."""

    direction: str = ""
    lane: str = ""
    regime: str = ""
    agency: str = ""

    def takes(self, stay: Stay) -> bool:
        """Tell whether a truck is counted."""
        return (
            self.direction in ("", stay.direction)
            and self.lane in ("", stay.lane)
            and self.regime in ("", stay.regime)
            and (not self.agency or any(hold.agency == self.agency for hold in stay.holds))
        )


@dataclass(frozen=True)
class Share:
    """How much of the trucks' time one part of the stay took, in thousandths of the whole."""

    step: str
    nature: str
    owner: str
    total_s: int
    per_mille: int


def shares(rows: Sequence[Row]) -> tuple[Share, ...]:
    """Part the time of the trucks by the steps of the way, waiting and working apart; thousandths add up to 1000."""
    totals = {row.step: row.figures.total_s for row in rows if row.group == "" and row.step in stays.PARTS}
    whole = sum(totals.values())
    if not whole:
        return ()
    ends, before = [], 0
    for total in totals.values():
        before += total
        ends.append((2000 * before + whole) // (2 * whole))
    about = stays.natures()
    return tuple(
        Share(step, about[step]["nature"], about[step]["owner"], total, end - start)
        for (step, total), start, end in zip(totals.items(), [0, *ends], ends, strict=False)
    )


def balance(parts: Iterable[Share]) -> dict[str, int]:
    """Add the thousandths of waiting and of work up, each apart."""
    found: dict[str, int] = {}
    for part in parts:
        found[part.nature] = found.get(part.nature, 0) + part.per_mille
    return found


def publishable(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Keep what may be read by everybody: figures of so many trucks that none of them can be told, and no longest."""
    return tuple(row for row in rows if row.figures.n >= LEAST_SHOWN)


def check_period(first: date, last: date, *, longest: int = LONGEST_PERIOD) -> None:
    """Refuse a period that ends before it begins, or is longer than a page adds up.

    Raises:
        PeriodUnfit: names both days and the longest period.
    """
    if last < first or (last - first).days >= longest:
        raise PeriodUnfit(first=first.isoformat(), last=last.isoformat(), longest=longest)


def period(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give the instants at which the first day began at a place and the last one ended."""
    after = last + timedelta(days=1)
    began, ended = (datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC) for day in (first, after))
    return began, ended
