"""What a new table of rates changes against the one in force: told before it is loaded, kept after."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from mabar.duties.rules.tariffs import Rate

Key = tuple[tuple[str, str, str, str, str], date]


@dataclass(frozen=True)
class Change:
    """A rate before and after; without one of them it is new, or left out."""

    before: Rate | None
    after: Rate | None


@dataclass(frozen=True)
class Changes:
    """What is new, what is left out, what is another, and how many stay as they are."""

    new: tuple[Change, ...]
    left_out: tuple[Change, ...]
    other: tuple[Change, ...]
    same: int


def changes(before: Iterable[Rate], after: Iterable[Rate]) -> Changes:
    """Compare two tables; a rate is the same one when goods, origin, claim, procedure and first day are."""
    old, new = _by_key(before), _by_key(after)
    shared = [(old[key], new[key]) for key in new if key in old]
    other = [Change(one, two) for one, two in shared if replace(one, line=0) != replace(two, line=0)]
    return Changes(
        tuple(Change(None, rate) for key, rate in new.items() if key not in old),
        tuple(Change(rate, None) for key, rate in old.items() if key not in new),
        tuple(other),
        len(shared) - len(other),
    )


def _by_key(rates: Iterable[Rate]) -> dict[Key, Rate]:
    return {(rate.scope, rate.from_on): rate for rate in rates}
