"""The figures of a step: how many, their sum, median, percentiles and the longest; exact, in whole numbers.

A percentile is interpolated on the line between the two values beside the place (n - 1) x p, counted from 0: what
DuckDB's `quantile_cont` does, so both ways of reckoning agree.  Values are whole seconds, so each percentile asked for
here is a whole number of hundredths of a second, and nothing is rounded before it is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

MEDIAN, UPPER, LATE = 50, 75, 90


@dataclass(frozen=True)
class Figures:
    """What is told of a step: `_s` are seconds, `_cs` hundredths of a second."""

    n: int
    total_s: int
    median_cs: int
    p75_cs: int
    p90_cs: int
    max_s: int

    @property
    def seconds(self) -> tuple[int, str, str, str, str, int]:
        """The figures as files tell them: n, mean and percentiles in seconds with two decimals, the longest."""
        mean_cs = (200 * self.total_s + self.n) // (2 * self.n)
        decimals = (f"{each // 100}.{each % 100:02}" for each in (mean_cs, self.median_cs, self.p75_cs, self.p90_cs))
        mean, median, p75, p90 = decimals
        return self.n, mean, median, p75, p90, self.max_s

    @property
    def mean(self) -> timedelta:
        """The mean, to the nearest second."""
        return timedelta(seconds=(2 * self.total_s + self.n) // (2 * self.n))

    @property
    def median(self) -> timedelta:
        """The length that half of them kept within."""
        return _length(self.median_cs)

    @property
    def p75(self) -> timedelta:
        """The length that three of four kept within."""
        return _length(self.p75_cs)

    @property
    def p90(self) -> timedelta:
        """The length that nine of ten kept within."""
        return _length(self.p90_cs)

    @property
    def longest(self) -> timedelta:
        """The longest of them."""
        return timedelta(seconds=self.max_s)


def _length(hundredths: int) -> timedelta:
    return timedelta(seconds=(hundredths + 50) // 100)


def figures(lengths_s: Sequence[int]) -> Figures:
    """Reckon the figures of lengths in whole seconds, in any order.

    Raises:
        ValueError: there is none.
    """
    if not lengths_s:
        raise ValueError("figures of nothing")
    ordered = sorted(lengths_s)
    return Figures(
        n=len(ordered),
        total_s=sum(ordered),
        median_cs=percentile_cs(ordered, MEDIAN),
        p75_cs=percentile_cs(ordered, UPPER),
        p90_cs=percentile_cs(ordered, LATE),
        max_s=ordered[-1],
    )


def percentile_cs(ordered_s: Sequence[int], percent: int) -> int:
    """Give a percentile of ascending whole seconds, in hundredths of a second."""
    before, part = divmod((len(ordered_s) - 1) * percent, 100)
    lower = ordered_s[before]
    upper = ordered_s[before + 1] if part else lower
    return lower * 100 + (upper - lower) * part
