"""Checks of codes and identifiers: tariff, countries, currencies, terms, modes, packages, procedures, containers."""

from collections.abc import Iterator
from operator import attrgetter

from mabar.declarations import reference
from mabar.declarations.checks_parts import Findings, at, found
from mabar.declarations.sad import Declaration, Item
from mabar.lib import identifiers
from mabar.lib.money import currencies

PROPOSALS_AT_MOST = 50  # of a nearest tariff code; a file that is wrong throughout gets no more

# ISO 3166-1 keeps these outside its list; papers use them.
RESERVED_COUNTRIES = frozenset(("AN", "CS", "EL", "EU", "UK", "UN", "XK"))

_COUNTRIES = (
    "first_destination_country",
    "trading_country",
    "export_country.code",
    "destination_country.code",
    "transport.departure.nationality",
    "transport.border.nationality",
    "transit.destination_country",
)
_countries_of = attrgetter(*_COUNTRIES)
_CHARGES = ("invoice", "external_freight", "internal_freight", "insurance", "other_cost", "deduction")
_MODES = ("transport.border.mode", "transport.inland_mode")
_modes_of = attrgetter(*_MODES)
_REFERENCES = (
    "office.code",
    "manifest_reference",
    "declarant_reference",
    "declarant.code",
    "exporter.code",
    "consignee.code",
    "financial_party.code",
    "registration.number",
    "assessment.number",
    "receipt.number",
    "transport.departure.identity",
    "transport.border.identity",
    "transport.goods_location",
    "transit.principal.code",
    "transit.destination_office",
    "transit.seals",
    "payment.deferred_reference",
    "warehouse",
)
_references_of = attrgetter(*_REFERENCES)
_ITEM_REFERENCES = (
    "commodity_code",
    "procedure_code",
    "licence.number",
    "previous_document.summary_declaration",
    "previous_document.reference",
    "previous_document.warehouse",
)
_item_references_of = attrgetter(*_ITEM_REFERENCES)


def findings(declaration: Declaration) -> Findings:
    """Find what is wrong or doubtful in the codes and identifiers."""
    yield from _header(declaration)
    yield from _items(declaration)
    yield from _hidden_characters(declaration)
    yield from _containers(declaration)


def _header(declaration: Declaration) -> Findings:
    for field, code in zip(_COUNTRIES, _countries_of(declaration), strict=True):
        yield from _country(field, code)
    for charge in _CHARGES:
        yield from _currency(f"valuation.{charge}.currency", getattr(declaration.valuation, charge).currency)
    yield from _incoterm("transport.delivery_terms.code", declaration.transport.delivery_terms.code)
    for field, mode in zip(_MODES, _modes_of(declaration), strict=True):
        if mode and reference.transport_mode(mode) is None:
            yield found("G-0131", field, mode)


def _items(declaration: Declaration) -> Findings:
    proposals = PROPOSALS_AT_MOST
    for index, item in enumerate(declaration.items):
        for finding in _tariff(index, item, is_proposing=proposals > 0):
            proposals -= 1
            yield finding
        yield from _country(at(index, "origin_country"), item.origin_country)
        yield from _currency(at(index, "price.currency"), item.price.currency if item.price else None)
        yield from _currency(at(index, "invoice.currency"), item.invoice.currency)
        yield from _incoterm(at(index, "delivery_terms.code"), item.delivery_terms.code)
        yield from _procedure(index, item.procedure_code, declaration.general_procedure_code)
        kind = item.packages.kind_code
        if kind and reference.package_kind(kind) is None:
            yield found("G-0132", at(index, "packages.kind_code"), kind, item=index + 1)


def _tariff(index: int, item: Item, *, is_proposing: bool) -> Findings:
    code = item.commodity_code
    if not code or (code.isdecimal() and reference.hs_exists(code[:6])):
        return
    field = at(index, "commodity_code")
    if not (code.isascii() and code.isdecimal() and len(code) >= 6):
        yield found("G-0110", field, code, item=index + 1)
        return
    described = " ".join(filter(None, (item.description, item.commercial_description)))
    nearest = reference.nearest_hs(code, described, 1) if is_proposing else ()
    written = identifiers.dotted_tariff_code(code)
    if nearest:
        near = identifiers.dotted_tariff_code(nearest[0])
        yield found("G-0112", field, written, item=index + 1, nearest=near)
    else:
        yield found("G-0113", field, written, item=index + 1)


def _country(field: str, code: str | None) -> Findings:
    if code and reference.country(code) is None:
        yield found("G-0122" if code in RESERVED_COUNTRIES else "G-0120", field, code)


def _currency(field: str, code: str | None) -> Findings:
    if code and code not in currencies():
        yield found("G-0121", field, code)


def _incoterm(field: str, code: str | None) -> Findings:
    if code and reference.incoterm(code) is None:
        yield found("G-0130", field, code)


def _procedure(index: int, code: str | None, general: str | None) -> Findings:
    field = at(index, "procedure_code")
    if code and not (len(code) == 4 and code.isdecimal() and reference.regime_of(code[0])):
        yield found("G-0134", field, code, item=index + 1)
    elif code and general and code[0] != general:
        yield found("G-0135", field, code, item=index + 1, general=general)


def _hidden_characters(declaration: Declaration) -> Findings:
    """Find references that an invisible character lets a person read otherwise than a program does."""
    for field, text in _references(declaration):
        if text and not text.isascii() and (hidden := identifiers.BIDI_CONTROLS.intersection(text)):
            bare = "".join(character for character in text if character not in hidden)
            yield found("G-0204", field, bare, character=f"U+{ord(min(hidden)):04X}")


def _references(declaration: Declaration) -> Iterator[tuple[str, str | None]]:
    yield from zip(_REFERENCES, _references_of(declaration), strict=True)
    for index, item in enumerate(declaration.items):
        for field, text in zip(_ITEM_REFERENCES, _item_references_of(item), strict=True):
            if text:
                yield at(index, field), text
        for place, document in enumerate(item.documents):
            yield at(index, f"documents[{place}].reference"), document.reference
    for index, container in enumerate(declaration.containers):
        yield f"containers[{index}].identity", container.identity


def _containers(declaration: Declaration) -> Findings:
    seen: set[tuple[str, int | None]] = set()
    for index, container in enumerate(declaration.containers):
        field, identity = f"containers[{index}].identity", container.identity
        if not identity:
            continue
        yield from _container_number(field, identity)
        if (identity, container.item_number) in seen:  # one container may hold the goods of several items
            yield found("G-0203", field, identity)
        seen.add((identity, container.item_number))


def _container_number(field: str, identity: str) -> Findings:
    try:
        identifiers.container_number(identity)
    except identifiers.ContainerCheckDigitWrong as wrong:
        yield found("G-0202", field, identity, expected=wrong.details["expected"])
    except identifiers.NotAContainerNumber:
        yield found("G-0201", field, identity)
    except identifiers.BidiControl:
        return  # G-0204 says it
