"""An export that came ahead of its truck as a draft of import, and what has become of each value taken over; pure.

Values are those of the record's JSON; a path names one box of one item: `items[0].price`.  An amount is one value.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from mabar.declarations import advance_boxes, record_json, rules, sad
from mabar.declarations.advance_boxes import INHERITED, ListedBox
from mabar.declarations.checks_parts import CheckFinding, found
from mabar.declarations.formats.asycuda_profiles import codes_of
from mabar.declarations.sad import Declaration

CHANGED, CONFIRMED = "changed", "confirmed"
Kept: TypeAlias = dict[str, dict[str, Any]]  # path -> {"value": what was taken over, "state": inherited, ...}
MOST_ITEMS: Final = 10_000
_STEPS = re.compile(r"[^.\[\]]+")
_INDEX = re.compile(r"\[([0-9]+)\]")
_ITEM = re.compile(r"items\[([0-9]+)\]\.(.+)")


@dataclass(frozen=True)
class Exported:
    """What came from across: the record as JSON values, the export's reference, and the office where it enters."""

    record: Mapping[str, Any]
    reference: str
    office: str


def pattern_of(path: str) -> str:
    """Give the path without its numbers: `items[3].price` is `items[].price`."""
    return _INDEX.sub("[]", path)


def leaves(values: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Give each value that stands in a record's JSON, with its path; nothing for what is empty."""
    if isinstance(values, Mapping) and "minor" not in values:
        for name, each in values.items():
            yield from leaves(each, f"{path}.{name}" if path else str(name))
    elif isinstance(values, list | tuple):
        for number, each in enumerate(values[:MOST_ITEMS]):
            yield from leaves(each, f"{path}[{number}]")
    elif values is not None and values != "":
        yield path, _clean(values)


def _clean(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {"minor": value.get("minor"), "currency": _clean(value.get("currency"))}
    return value.replace("\x00", " ") if isinstance(value, str) else value


def taken_over(exported: Exported) -> dict[str, Any]:
    """Give what a draft of import takes over of an export, by path."""
    by_source = {each.source: each.to for each in advance_boxes.every() if each.rule == INHERITED}
    taken = {path: value for path, value in leaves(dict(exported.record)) if pattern_of(path) in by_source}
    items = 1 + max((int(shape[1]) for path in taken if (shape := _ITEM.match(path))), default=-1)
    for box in advance_boxes.every():
        if box.turn:
            taken.update(_turned(box, exported, items))
    return taken


def _turned(box: ListedBox, exported: Exported, items: int) -> Iterator[tuple[str, Any]]:
    turn = _TURNS[box.turn]
    for number in range(items) if "[]" in box.to else [0]:
        value = turn(exported, number)
        if value:
            yield box.to.replace("[]", f"[{number}]", 1), value


def _regime(exported: Exported, _number: int) -> str:
    regime = exported.record.get("regime")
    return advance_boxes.regime_across(regime if isinstance(regime, str) else None)


def _procedure(exported: Exported, number: int) -> str:
    items = exported.record.get("items") or []
    item = items[number] if number < len(items) and isinstance(items[number], Mapping) else {}
    given = item.get("procedure_code")
    digit = codes_of(_regime(exported, number))[1] or ""
    return advance_boxes.procedure_across(given if isinstance(given, str) else None, digit=digit)


_TURNS: Final[Mapping[str, Callable[[Exported, int], str | None]]] = {
    "flow": lambda _exported, _number: "import",
    "regime": _regime,
    "type_code": lambda exported, number: codes_of(_regime(exported, number))[0],
    "general_procedure_code": lambda exported, number: codes_of(_regime(exported, number))[1],
    "office": lambda exported, _number: exported.office,
    "procedure": _procedure,
    "reference": lambda exported, _number: exported.reference.replace("\x00", " "),
}


def record_of(values: Mapping[str, Any]) -> Declaration:
    """Put values into a record of their own.

    Raises:
        AdvanceUnreadable: a value is of another type than its box.
    """
    built: dict[str, Any] = {"record": sad.VERSION}
    for path, value in values.items():
        _put(built, path, value)
    try:
        return sad.from_json(built)
    except ValueError as fault:
        raise rules.AdvanceUnreadable(why=str(fault)[:120]) from None


def _put(built: dict[str, Any], path: str, value: Any) -> None:
    *way, last = [int(step) if step.isdecimal() else step for step in _STEPS.findall(path)]
    here: Any = built
    for step, following in zip(way, [*way, last][1:], strict=True):
        if isinstance(step, int):
            here.extend({} for _ in range(step + 1 - len(here)))
            here = here[step]
        else:
            here = here.setdefault(step, [] if isinstance(following, int) else {})
    here[last] = value


def begun(values: Mapping[str, Any]) -> Kept:
    """Note of each value that it was taken over."""
    return {path: {"value": value, "state": INHERITED} for path, value in values.items()}


def values_of(record: Declaration) -> dict[str, Any]:
    """Give what stands in a record, by path, apart from texts that gave no value."""
    stands = leaves(record_json.encode(record))
    return {path: value for path, value in stands if "verbatim" not in path and not path.startswith("source")}


def after_saving(kept: Kept, *, before: Declaration, after: Declaration, confirmed: Collection[str] = ()) -> Kept:
    """Give what has become of each value after the record was saved: another text makes it changed.

    Args:
        confirmed: the paths that the declarant confirms as they stand.
    """
    if len(after.items) == len(before.items) - 1:
        kept = _without_item(kept, _gone(before.items, after.items))
    now = values_of(after)
    wanted = frozenset(confirmed)
    return {path: {**each, "state": _state(each, now.get(path), path in wanted)} for path, each in kept.items()}


def _state(each: Mapping[str, Any], now: Any, is_confirmed: bool) -> str:
    if now != each["value"]:
        return CHANGED
    if is_confirmed:
        return CONFIRMED
    return INHERITED if each["state"] == CHANGED else str(each["state"])


def _gone(before: Sequence[Any], after: Sequence[Any]) -> int:
    return next((n for n, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), len(after))


def _without_item(kept: Kept, gone: int) -> Kept:
    moved: Kept = {}
    for path, each in kept.items():
        number = _item_number(path)
        if number > gone:
            moved[path.replace(f"items[{number}]", f"items[{number - 1}]", 1)] = each
        elif number != gone:
            moved[path] = each
    return moved


def unconfirmed(kept: Kept) -> list[str]:
    """List what bears on the duty, was taken over, and nobody has confirmed or changed."""
    bearing = advance_boxes.bearing_on_duty()
    found_here = [path for path, each in kept.items() if each["state"] == INHERITED and pattern_of(path) in bearing]
    return sorted(found_here, key=lambda path: (_item_number(path), path))


def _item_number(path: str) -> int:
    of_item = _ITEM.fullmatch(path)
    return int(of_item[1]) if of_item else -1


def findings(kept: Kept) -> list[CheckFinding]:
    """Say what lodging waits for: values that bear on the duty and that nobody has confirmed or changed."""
    by_item: dict[str, list[str]] = {}
    for path in unconfirmed(kept):
        by_item.setdefault(path.partition(".")[0] if path.startswith("items[") else "", []).append(path)
    return [_finding(item, paths) for item, paths in by_item.items()]


def _finding(item: str, paths: Sequence[str]) -> CheckFinding:
    if not item:
        return found("G-0802", paths[0], count=len(paths))
    return found("G-0801", paths[0], item=int(item[6:-1]) + 1, count=len(paths))


def renewed(kept: Kept, *, current: Declaration, fresh: Mapping[str, Any]) -> tuple[Declaration, Kept]:
    """Put what came anew in place of what nobody has touched; what was typed or confirmed stays as it is."""
    now = values_of(current)
    untouched = {path for path, each in kept.items() if each["state"] == INHERITED and now.get(path) == each["value"]}
    own = {path: value for path, value in now.items() if path not in untouched}
    record = record_of({**fresh, **own})
    states = {path: kept[path]["state"] for path in fresh if path in kept and kept[path]["state"] == CONFIRMED}
    anew = {path: {"value": value, "state": states.get(path, INHERITED)} for path, value in fresh.items()}
    return record, after_saving(anew, before=record, after=record)


def share_filled(record: Declaration) -> float:
    """Give which part of the boxes that a draft of import wants have their value, each in every item."""
    stands = [pattern_of(path) for path in values_of(record)]
    wanted = advance_boxes.wanted()
    return sum(_fills(box, stands, len(record.items)) for box in wanted) / len(wanted)


def _fills(box: ListedBox, stands: Sequence[str], items: int) -> bool:
    return stands.count(box.to) >= (max(items, 1) if box.to.startswith("items[]") else 1)
