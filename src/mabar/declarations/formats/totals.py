"""The totals that follow from the items: when the items change, each moves by as much as its sum.

By as much, and not to the sum: real files differ from their sums by roundings that the national system made, and an
amendment of one item is no reason to change those.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from mabar.declarations.sad import Declaration, Item
from mabar.declarations.sad_item_parts import Tax
from mabar.declarations.sad_parts import Amount

CHARGES = ("invoice", "external_freight", "internal_freight", "insurance", "other_cost", "deduction")
PAYABLE, GUARANTEED = "1", "0"

Sum = Callable[[Declaration], int]


def _amount(value: Amount | None) -> int:
    return value.minor if value else 0


def _of_items(value: Callable[[Item], int]) -> Sum:
    return lambda declaration: sum(value(item) for item in declaration.items)


def _charge(name: str, side: str) -> Sum:
    return _of_items(lambda item: _amount(getattr(getattr(item, name), side)))


_mass = _of_items(lambda item: item.gross_mass_g or 0)
_invoice = _of_items(lambda item: _amount(item.invoice.foreign or item.price))
_taxes = _of_items(lambda item: _amount(item.tax_totals.amount))

# Total -> the sum over the items that it follows.
_FOLLOWS: Sequence[tuple[str, Sum]] = (
    ("valuation.gross_mass_g", _mass),
    ("valuation.total_mass_g", _mass),
    ("item_count", lambda declaration: len(declaration.items)),
    ("package_count", _of_items(lambda item: item.packages.count or 0)),
    ("valuation.invoice.foreign", _invoice),
    ("valuation.invoice_total", _invoice),
    ("payment.invoice_total", _invoice),
    ("valuation.invoice.national", _charge("invoice", "national")),
    *((f"valuation.{name}.{side}", _charge(name, side)) for name in CHARGES[1:] for side in ("national", "foreign")),
    ("valuation.total_cost", _of_items(lambda item: _amount(item.total_cost))),
    ("valuation.total_cif", _of_items(lambda item: _amount(item.total_cif))),
    ("assessment_notice.item_taxes", _taxes),
    ("payment.total_taxes", lambda declaration: _taxes(declaration) + _amount(declaration.payment.global_taxes)),
)


def followed(before: Declaration, after: Declaration, set_paths: set[str]) -> Declaration:
    """Move each total of `after` by as much as its sum has changed since `before`, but those that were set."""
    items = tuple(
        _with_taxes(old, new, f"items.{place}.", set_paths)
        for place, (old, new) in enumerate(zip(before.items, after.items, strict=True))
    )
    after = replace(after, items=items)
    changed = after
    for path, total in _FOLLOWS:
        difference = total(after) - total(before)
        if difference and path not in set_paths and f"{path}.minor" not in set_paths:
            changed = _moved(changed, path.split("."), difference)
    return changed


def _with_taxes(old: Item, new: Item, prefix: str, set_paths: set[str]) -> Item:
    """Let the tax totals of an item follow its tax lines."""
    for name, modes in (("amount", (PAYABLE,)), ("guaranteed", (GUARANTEED,)), ("displayed", (PAYABLE,))):
        difference = _lines(new.taxes, modes) - _lines(old.taxes, modes)
        path = f"tax_totals.{name}"
        if difference and not {prefix + path, f"{prefix}{path}.minor"} & set_paths:
            new = _moved(new, path.split("."), difference)
    return new


def _lines(taxes: Sequence[Tax], modes: Sequence[str]) -> int:
    return sum(_amount(tax.amount) for tax in taxes if (tax.payment_mode or PAYABLE) in modes)


def _moved(record: Any, steps: Sequence[str], difference: int) -> Any:
    """Move the value at a path; a total that the source does not state is not invented."""
    value = getattr(record, steps[0])
    if len(steps) > 1:
        return replace(record, **{steps[0]: _moved(value, steps[1:], difference)})
    if value is None:
        return record
    moved = Amount(value.minor + difference, value.currency) if isinstance(value, Amount) else value + difference
    return replace(record, **{steps[0]: moved})
