"""What a declaration shows without saying it: its regime, the state it claims, what its tax rates mean, its form."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from mabar.declarations.formats import asycuda_profiles
from mabar.declarations.formats.asycuda_fill import Collector, Filled
from mabar.declarations.formats.findings import Finding
from mabar.declarations.formats.values import decimals_of
from mabar.declarations.sad import Declaration
from mabar.declarations.sad_item_parts import Tax
from mabar.declarations.sad_parts import Amount, Source

# ASYCUDA World itself numbers items with three digits.
ITEMS_AT_MOST = 999
STATES = (("receipt", "paid"), ("assessment", "assessed"), ("registration", "registered"))


def derived(
    declaration: Declaration, source: Source, collector: Collector, *, is_whole: bool
) -> tuple[Declaration, list[Finding]]:
    """Complete a declaration from what it holds, and name what kind of file it is."""
    form = _form(declaration, is_whole=is_whole)
    complete = replace(
        declaration,
        form=form,
        regime=asycuda_profiles.regime(declaration.type_code, declaration.general_procedure_code),
        claimed_state=_claimed_state(declaration) if form == "declaration" else None,
        kept=tuple(collector.kept),
        source=source,
    )
    return complete, [*collector.findings, *_grouped(collector), *_of_form(complete)]


def _form(declaration: Declaration, *, is_whole: bool) -> str:
    if not is_whole:
        return "fragment"
    is_blank = not declaration.items and not any(
        (
            declaration.type_code,
            declaration.office.code,
            declaration.exporter.name,
            declaration.consignee.name,
            declaration.consignee.code,
            declaration.declarant.code,
        )
    )
    return "template" if is_blank else "declaration"


def _claimed_state(declaration: Declaration) -> str:
    for name, state in STATES:
        if getattr(declaration, name).number:
            return state
    return "draft"


def mark_rates(filled: Filled, rates: Mapping[str, str], currency: str | None) -> None:
    """Say of each tax line of an item, before it is put together, what its rate means.

    Args:
        rates: what the profile says of single tax codes; it goes before the figures.
    """
    for part, bucket in zip(filled.parts, filled.buckets, strict=True):
        if bucket and part.kind is Tax:
            means = rates.get(bucket.get("code") or "") or rate_meaning(
                bucket.get("amount"), bucket.get("base"), bucket.get("rate"), currency
            )
            if means:
                bucket["rate_means"] = means


def rate_meaning(amount: Amount | None, base: str | None, rate: str | None, currency: str | None) -> str | None:
    """Tell from the figures whether a rate is a percentage, a fraction or an amount per unit; null when they hide it.

    An amount within one unit of base x rate / 100 shows a percentage; of base x rate, a fraction up to 1, else an
    amount per unit.
    """
    if amount is None or not base or not rate:
        return None
    due = Decimal(amount.minor).scaleb(-decimals_of(currency))
    product = Decimal(base) * Decimal(rate)
    is_whole, is_percent = abs(product - due) <= 1, abs(product / 100 - due) <= 1
    if not product or is_whole == is_percent:
        return None
    if is_percent:
        return "percent"
    return "fraction" if Decimal(rate) <= 1 else "per_unit"


def _grouped(collector: Collector) -> list[Finding]:
    return [
        replace(found[0], details={**found[0].details, "count": len(found)}) for found in collector.grouped.values()
    ]


def _of_form(declaration: Declaration) -> Sequence[Finding]:
    found = []
    if declaration.form == "template":
        found.append(Finding("F-0130"))
    elif declaration.form == "fragment":
        found.append(Finding("F-0131", details={"items": len(declaration.items)}))
    elif not declaration.items:
        found.append(Finding("F-0132"))
    if declaration.kept:
        found.append(Finding("F-0120", path=declaration.kept[0].path, details={"count": len(declaration.kept)}))
    if len(declaration.items) > ITEMS_AT_MOST:
        found.append(Finding("F-0160", details={"items": len(declaration.items), "limit": ITEMS_AT_MOST}))
    return found
