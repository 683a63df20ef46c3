"""When each truck of the queue may be let in, and how far that may be off: from the crossing's own recent gate-ins.

The time until the n-th truck enters is what is left of the gap now running and n - 1 gaps more.  Their mean and spread
are those observed; the spread grows by what the observed mean itself may be off.  The sum is taken to be gamma
distributed, so that no wait is below zero and long ones are likelier than short ones; its quantiles are those of the
cube root, which is nearly normal.  With few gaps the quantile is Student's instead of the normal one.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import fmean, variance

from mabar.crossings.rules.hours import Hours

FEWEST_GAPS = 5
RECENT = timedelta(hours=3)  # of work; gate-ins older than this say nothing of the queue now
MOST_GATE_INS = 60
LONGEST_GAP = timedelta(hours=1)  # of work; longer than this the gate was shut
COVERED_PERCENT = 80  # from the 10th percentile to the 90th
NORMAL_90 = 1.2815515655446004  # the 90th percentile of the standard normal distribution


@dataclass(frozen=True)
class GateIn:
    """When a truck was let in, and since when it had waited."""

    at: datetime
    came_at: datetime


@dataclass(frozen=True)
class Expected:
    """When a truck may be let in: as likely sooner as later than `at`, four times out of five between the others."""

    at: datetime
    earliest_at: datetime
    latest_at: datetime


@dataclass(frozen=True)
class Estimate:
    """The pace of the gate from `n` gaps, in seconds of work; None where too few are known."""

    n: int
    gap_s: float | None = None
    variance_s2: float = 0.0
    left_s: float = 0.0
    left_variance_s2: float = 0.0

    @property
    def gap(self) -> timedelta | None:
        """The mean gap between two gate-ins."""
        return None if self.gap_s is None else timedelta(seconds=self.gap_s)

    def wait_s(self, position: int, quantile: float) -> float:
        """Give the work in seconds until the n-th truck enters, at a quantile in standard deviations.

        Raises:
            ValueError: too few gaps are known.
        """
        if self.gap_s is None:
            raise ValueError("a wait was asked of a gate whose pace is not known")
        whole = position - 1
        mean = self.left_s + whole * self.gap_s
        spread = self.left_variance_s2 + whole * self.variance_s2 + (whole**2 + 1) * self.variance_s2 / self.n
        ninth = spread / mean**2 / 9 if mean else 0.0
        return float(mean * max(0.0, 1 - ninth + quantile * math.sqrt(ninth)) ** 3)


def estimate(gate_ins: Iterable[GateIn], *, at: datetime, hours: Hours) -> Estimate:
    """Estimate the pace of the gate from recent gate-ins.

    A gap counts where the truck that ended it was there when it began: else the gate waited for a truck; and where it
    began and ended at hours of work: of those outside them no length is known.
    """
    told = sorted(gate_ins, key=lambda each: each.at)
    at_work = [(one, two) for one, two in pairwise(told) if hours.works_at(one.at) and hours.works_at(two.at)]
    busy = [(one.at, two.at) for one, two in at_work if two.came_at <= one.at]
    spans = (hours.between(begin, end) for begin, end in busy)
    gaps = [span.total_seconds() for span in spans if span <= LONGEST_GAP]
    if len(gaps) < FEWEST_GAPS:
        return Estimate(len(gaps))
    gap_s, variance_s2 = fmean(gaps), variance(gaps)
    spent_s = hours.between(told[-1].at, at).total_seconds()
    left = [gap - spent_s for gap in gaps if gap > spent_s]
    # a gap that already lasts longer than those known says nothing of its end: it is taken to begin anew
    left_s, left_s2 = (fmean(left), variance(left)) if len(left) > 1 else (gap_s, variance_s2)
    return Estimate(len(gaps), gap_s, variance_s2, left_s, left_s2)


def expected(pace: Estimate, position: int, *, at: datetime, hours: Hours) -> Expected | None:
    """Give when the n-th truck of the queue may be let in, within the crossing's hours; None where nobody knows."""
    if pace.gap_s is None:
        return None
    far = _student_90(pace.n - 1)
    waits = (pace.wait_s(position, quantile) for quantile in (0.0, -far, far))
    return Expected(*(hours.after(at, timedelta(seconds=wait)) for wait in waits))


def _student_90(freedom: int) -> float:
    """Give the 90th percentile of Student's distribution, from the normal one by its expansion in 1/freedom."""
    z = NORMAL_90
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    return z + first / freedom + second / freedom**2
