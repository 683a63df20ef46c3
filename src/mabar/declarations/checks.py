"""Checks of what a declaration says, before it is lodged.

Findings have stable codes in bands of a hundred: G-01 codes, G-02 identifiers, G-03 masses, G-04 completeness, G-05
amounts and sums, G-06 days and unread values, G-07 size.  Their sentences are in `data/findings.yaml`.
"""

from collections.abc import Iterable, Mapping

from mabar.declarations import checks_codes, checks_sums, reference
from mabar.declarations.checks_parts import CheckFinding, Findings, at, found, value_at
from mabar.declarations.formats.findings import ERROR, Finding
from mabar.declarations.sad import Declaration, Item

ITEMS_AT_MOST = 10_000  # five times what the largest declaration of the trade is made to hold

# Bulk needs no count of packages (Recommendation 21).
BULK = frozenset(("VG", "VL", "VO", "VQ", "VR", "VS", "VY"))


def check(declaration: Declaration, *, today: str | None = None) -> list[CheckFinding]:
    """List what is wrong, missing or doubtful in a declaration that is to be lodged; an error among it stops lodging.

    Args:
        declaration: the canonical record.
        today: the day at the office, ISO text; without it, no day can lie in the future.
    """
    return [*_missing(declaration), *check_content(declaration, today=today)]


def check_content(declaration: Declaration, *, today: str | None = None) -> list[CheckFinding]:
    """List what is wrong or doubtful in what is filled in so far, and not what is missing (drafts)."""
    if len(declaration.items) > ITEMS_AT_MOST:
        return [found("G-0701", "items", len(declaration.items), limit=ITEMS_AT_MOST)]
    return [*checks_codes.findings(declaration), *checks_sums.findings(declaration, today=today)]


def stops_lodging(findings: Iterable[Finding]) -> bool:
    """Tell whether one of the findings is an error."""
    return any(finding.severity == ERROR for finding in findings)


def regime_of(declaration: Declaration) -> str | None:
    """Name the regime: what the record says, else what its general procedure code means."""
    return declaration.regime or reference.regime_of(declaration.general_procedure_code or "")


_INWARD = {"consignee.name": "G-0403"}
_OUTWARD = {"exporter.name": "G-0404", "destination_country.code": "G-0408"}
_TRANSIT = {"transit.principal.name": "G-0409", "transit.destination_office": "G-0410"}
_ALWAYS = {"office.code": "G-0401", "declarant.name": "G-0405"}
_BY_REGIME: Mapping[str | None, Mapping[str, str]] = {
    "import": _INWARD,
    "warehousing": _INWARD,
    "temporary_admission": _INWARD,
    "re_import": _INWARD,
    "export": _OUTWARD,
    "temporary_export": _OUTWARD,
    "re_export": _OUTWARD,
    "transit": _TRANSIT,
}
_WITH_ORIGIN = frozenset(regime for regime, fields in _BY_REGIME.items() if fields is _INWARD)


def _missing(declaration: Declaration) -> Findings:
    if declaration.form != "declaration":
        yield found("G-0400", "form", declaration.form)
        return
    regime = regime_of(declaration)
    if regime is None:
        yield found("G-0402", "regime")
    for field, code in {**_ALWAYS, **_BY_REGIME.get(regime, {})}.items():
        if not _is_said(declaration, field):
            yield found(code, field)
    if not declaration.items:
        yield found("G-0406", "items")
    for index, item in enumerate(declaration.items):
        for code, field in _missing_in_item(item, regime):
            yield found(code, at(index, field), item=index + 1)


def _is_said(declaration: Declaration, field: str) -> bool:
    """Tell whether the field is filled; a party is known by its name or by its code."""
    known_by = (field, f"{field[:-4]}code") if field.endswith(".name") else (field,)
    return any(value_at(declaration, each) for each in known_by)


def _missing_in_item(item: Item, regime: str | None) -> Iterable[tuple[str, str]]:
    if not item.commodity_code:
        yield "G-0411", "commodity_code"
    if not (item.description or item.commercial_description):
        yield "G-0412", "description"
    if regime in _WITH_ORIGIN and not item.origin_country:
        yield "G-0413", "origin_country"
    if item.packages.count is None and item.packages.kind_code not in BULK:
        yield "G-0414", "packages.count"
    if item.gross_mass_g is None:
        yield "G-0415", "gross_mass_g"
    if regime != "transit":
        yield from _missing_price(item)


def _missing_price(item: Item) -> Iterable[tuple[str, str]]:
    price = item.price or item.invoice.foreign
    if price is None:
        yield "G-0416", "price"
    elif not (price.currency or item.invoice.currency):
        yield "G-0417", "price.currency"
