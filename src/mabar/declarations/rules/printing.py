"""What the papers of a declaration may say, and how many labels a sheet may have."""

from dataclasses import dataclass
from typing import Final

from mabar.declarations.rules import refusals
from mabar.declarations.rules.states import Owing

RELEASED: Final = ("released", "closed")
# Regimes under which goods go on under customs control after their release here.
STILL_UNDER_CONTROL: Final = frozenset({"transit", "warehousing", "temporary_admission"})
LABELS_A_SHEET: Final = 14  # of 99.1 x 38.1 mm on A4, a size that every shop sells for office printers
MOST_LABELS: Final = 10 * LABELS_A_SHEET


def check_released(state: str) -> None:
    """Refuse a release order for what is not released, or not any more.  Raises: NotReleased."""
    if state not in RELEASED:
        raise refusals.NotReleased(state=state)


def conditions_of_release(owing: Owing, *, lane: str, regime: str, is_provisional: bool) -> tuple[str, ...]:
    """Name what still binds after the release; nothing for goods that are wholly free."""
    bound = {
        "guaranteed": bool(owing.guaranteed_minor),
        "still_owed": bool(owing.to_cover_minor),
        "audit": lane == "blue",
        "still_under_control": regime in STILL_UNDER_CONTROL,
        "provisional": is_provisional,
    }
    return tuple(name for name, is_bound in bound.items() if is_bound)


@dataclass(frozen=True)
class LabelRange:
    """Packages by number, from the first to the last, both in it."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1


def label_range(packages: int, *, first: int | None, last: int | None) -> LabelRange:
    """Choose the packages that are labelled: those asked for, else all.

    Raises:
        NoPackages: the goods are in bulk, or no packages are declared.
        LabelsOutOfRange: the declaration has no such packages.
        TooManyLabels: more than one file holds.
    """
    if not packages:
        raise refusals.NoPackages
    chosen = LabelRange(1 if first is None else first, packages if last is None else last)
    if not 1 <= chosen.first <= chosen.last <= packages:
        raise refusals.LabelsOutOfRange(first=chosen.first, last=chosen.last, packages=packages)
    if len(chosen) > MOST_LABELS:
        raise refusals.TooManyLabels(labels=len(chosen), limit=MOST_LABELS, last=chosen.first + MOST_LABELS - 1)
    return chosen


def item_of_package(number: int, packages: list[int]) -> tuple[int, int] | None:
    """Tell the place of package `number` within its item, counted through the items in their order.

    Args:
        packages: of each item.
    Returns:
        Index of the item, and the number of the package within it; None beyond the packages of all items.
    """
    for index, count in enumerate(packages):
        if number <= count:
            return index, number
        number -= count
    return None
