"""Checks of amounts, masses, days, and of the items against the header."""

import re
from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any

from mabar.declarations.checks_parts import CheckFinding, Findings, at, found, value_at
from mabar.declarations.formats.values import HIDDEN, day_readings, decimals_of
from mabar.declarations.sad import Declaration, Item
from mabar.declarations.sad_parts import Amount
from mabar.lib.decimals import plain_text, unscale
from mabar.lib.quantities import mass_kg_text

ROUNDING_G = 5  # an item: real files write kilograms with two decimals
CIF_ROUNDING_UNITS = 6  # the largest difference seen in real files that agree otherwise

_PARTS = ("invoice", "external_freight", "internal_freight", "insurance", "other_cost", "deduction")
_CHARGES = tuple(f"{part}.{side}" for part in _PARTS for side in ("national", "foreign"))
_ITEM_AMOUNTS = ("price", "total_cost", "total_cif", "statistical_value", "tax_totals.amount", *_CHARGES)
_HEADER_AMOUNTS = (
    "payment.invoice_total",
    "payment.total_taxes",
    "payment.guarantee.amount",
    "valuation.total_cost",
    "valuation.total_cif",
    "valuation.invoice_total",
    *(f"valuation.{charge}" for charge in _CHARGES),
)
_item_amounts_of = attrgetter(*_ITEM_AMOUNTS)
_header_amounts_of = attrgetter(*_HEADER_AMOUNTS)


def findings(declaration: Declaration, *, today: str | None) -> Findings:
    """Find what is wrong or doubtful in the figures and days."""
    yield from _negative(_header_amounts_of(declaration), _HEADER_AMOUNTS, "")
    for index, item in enumerate(declaration.items):
        yield from _negative(_item_amounts_of(item), _ITEM_AMOUNTS, at(index, ""))
        yield from _masses(index, item)
        yield from _unread(item, item.verbatim, at(index, ""))
    yield from _mass_sums(declaration)
    yield from _counts(declaration)
    yield from _invoice_sum(declaration)
    yield from _cif_sum(declaration)
    yield from _unread(declaration, declaration.verbatim, "")
    if today and declaration.declared_on and declaration.declared_on > today:
        yield found("G-0604", "declared_on", declaration.declared_on, today=today)


def _negative(amounts: Iterable[Amount | None], fields: Iterable[str], prefix: str) -> Findings:
    for field, amount in zip(fields, amounts, strict=True):
        if amount is not None and amount.minor < 0:
            yield found("G-0501", prefix + field, _money(amount))


def _masses(index: int, item: Item) -> Findings:
    gross, net = item.gross_mass_g, item.net_mass_g
    for field, mass in (("gross_mass_g", gross), ("net_mass_g", net)):
        if mass is not None and mass < 0:
            yield found("G-0301", at(index, field), mass_kg_text(mass), item=index + 1)
    if gross is not None and net is not None and net > gross:
        masses = {"net": mass_kg_text(net), "gross": mass_kg_text(gross)}
        yield found("G-0312", at(index, "net_mass_g"), masses["net"], item=index + 1, **masses)


def _mass_sums(declaration: Declaration) -> Findings:
    header, items = declaration.valuation.gross_mass_g, declaration.items
    if header is None or not items:
        return
    rounding = ROUNDING_G * len(items)
    gross = [item.gross_mass_g for item in items if item.gross_mass_g is not None]
    if len(gross) == len(items) and abs(sum(gross) - header) > rounding:
        yield _mass_sum("G-0313", sum(gross), header)
    net = sum(item.net_mass_g for item in items if item.net_mass_g is not None)
    if net > header + rounding:
        yield _mass_sum("G-0311", net, header)


def _mass_sum(code: str, summed: int, header: int) -> CheckFinding:
    text = mass_kg_text(header)
    return found(code, "valuation.gross_mass_g", text, sum=mass_kg_text(summed), header=text)


def _counts(declaration: Declaration) -> Findings:
    said, items = declaration.item_count, declaration.items
    if said is not None and items and said != len(items):
        yield found("G-0514", "item_count", said, sum=len(items), header=said)
    packages = [item.packages.count for item in items if item.packages.count is not None]
    header = declaration.package_count
    if header is not None and packages and len(packages) == len(items) and sum(packages) != header:
        yield found("G-0513", "package_count", header, sum=sum(packages), header=header)
    for index, item in enumerate(items):
        if item.packages.count is not None and item.packages.count < 0:
            yield found("G-0302", at(index, "packages.count"), item.packages.count, item=index + 1)


def _invoice_sum(declaration: Declaration) -> Findings:
    total, field = _header_invoice(declaration)
    items = [item.invoice.foreign or item.price for item in declaration.items]
    if total is None or not _are_comparable([total, *items]):
        return
    summed = sum(each.minor for each in items if each)
    if abs(summed - total.minor) <= len(items):  # each item's amount is rounded once
        return
    code = "G-0511" if total.minor == 2 * summed else "G-0510"
    yield found(code, field, _money(total), sum=_money(Amount(summed, total.currency)), header=_money(total))


def _header_invoice(declaration: Declaration) -> tuple[Amount | None, str]:
    for field in ("valuation.invoice.foreign", "valuation.invoice_total", "payment.invoice_total"):
        total = value_at(declaration, field)
        if total is not None:
            return total, field
    return None, ""


def _cif_sum(declaration: Declaration) -> Findings:
    total, items = declaration.valuation.total_cif, [item.total_cif for item in declaration.items]
    if total is None or not _are_comparable([total, *items]):
        return
    summed = sum(each.minor for each in items if each)
    tolerated = max(len(items), CIF_ROUNDING_UNITS) * 10 ** decimals_of(total.currency)
    if abs(summed - total.minor) > tolerated:
        details = {"sum": _money(Amount(summed, total.currency)), "header": _money(total)}
        yield found("G-0512", "valuation.total_cif", details["header"], **details)


def _are_comparable(amounts: list[Amount | None]) -> bool:
    """Tell whether there is more than the header, all are said, and all in one currency."""
    return len(amounts) > 1 and len({each.currency if each else "unsaid" for each in amounts}) == 1


def _unread(record: Any, verbatim: Mapping[str, str], prefix: str) -> Findings:
    """Find the texts of the source that gave no value: days with two readings, and what is no day, number or code."""
    for field, text in verbatim.items():
        if value_at(record, field) is not None or not re.search(r"[^\s0/.\-]", text):
            continue  # shown as it was, or a way to write "none": 0/0/00
        if hidden := HIDDEN.search(text):
            yield found("G-0204", prefix + field, HIDDEN.sub("", text), character=f"U+{ord(hidden[0]):04X}")
        elif field.endswith((".on", "_on")):
            yield _unread_day(prefix + field, text)
        else:
            yield found("G-0603", prefix + field, text)


def _unread_day(field: str, text: str) -> CheckFinding:
    days = sorted(set(day_readings(text).values()))
    if len(days) > 1:
        return found("G-0601", field, text, first=days[0], second=days[1])
    return found("G-0602", field, text)


def _money(amount: Amount) -> str:
    """Write an amount with its currency; two decimals where the source names none."""
    return f"{plain_text(unscale(amount.minor, decimals_of(amount.currency)))} {amount.currency or ''}".rstrip()
