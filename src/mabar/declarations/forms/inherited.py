"""What of a step came from across: counted, and named where the declarant confirms it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from mabar.declarations.advance_boxes import INHERITED
from mabar.declarations.forms.boxes import ITEMS, STEPS, step_of
from mabar.declarations.inheriting import CHANGED, CONFIRMED, Kept

STATES = (INHERITED, CHANGED, CONFIRMED)
_COLUMNS = frozenset(box.path for box in ITEMS)


def counts_of(kept: Kept, step: str) -> dict[str, int]:
    """Count the values that came from across by what has become of them: those of a step, or all on the review."""
    counted = Counter(each["state"] for path, each in kept.items() if step == "review" or step_of(path) == step)
    return {state: counted[state] for state in STATES}


def by_step(kept: Kept) -> Mapping[str, dict[str, int]]:
    """Count the same step by step."""
    return {step: counts_of(kept, step) for step in STEPS[:-1]}


def by_item(kept: Kept) -> Mapping[int, dict[str, int]]:
    """Count the same item by item, items counted from 1."""
    counted: dict[int, Counter[str]] = {}
    for path, each in kept.items():
        if path.startswith("items["):
            counted.setdefault(int(path[6 : path.index("]")]) + 1, Counter())[each["state"]] += 1
    return {number: {state: found[state] for state in STATES} for number, found in sorted(counted.items())}


def shown_in(kept: Kept, step: str, *, items: Iterable[int] = ()) -> list[str]:
    """Name what a step shows of what came from across.

    Args:
        items: the items on the page of the grid, counted from 0.
    """
    if step == "items":
        wanted = {f"items[{number}].{path}" for number in items for path in _COLUMNS}
        return [path for path in kept if path in wanted]
    return [path for path in kept if step_of(path) == step]


def of_item(kept: Mapping[str, Any], number: int) -> list[str]:
    """Name what the page of an item shows of what came from across; its documents have a step of their own."""
    start = f"items[{number}]."
    return [path for path in kept if path.startswith(start) and step_of(path) == "items"]
