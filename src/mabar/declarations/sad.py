"""The canonical declaration: one record for every way in, shaped after the boxes of the single administrative document.

Mass is in grams, money in minor units of its currency, rates, quantities and prices per unit exact decimal text, days
ISO text.  A value that the source gives and that cannot be read without guessing is null; its text stands in `verbatim`
beside the record, and what has no field at all in `kept`.  Its parts are in `sad_parts` and `sad_item_parts`.
"""

# ruff: noqa: RUF009 (the defaults are frozen: one empty part serves all records)

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mabar.declarations import record_json
from mabar.declarations.sad_item_parts import (
    AttachedDocument,
    ItemTaxes,
    Licence,
    MarketValue,
    Packages,
    PreviousDocument,
    Quota,
    SupplementaryUnit,
    Tax,
)
from mabar.declarations.sad_parts import (
    Amount,
    AssessmentNotice,
    Charge,
    Container,
    Country,
    DeliveryTerms,
    Exit,
    Kept,
    Office,
    Party,
    Payment,
    Reference,
    Source,
    SupplierDocument,
    Transit,
    Transport,
    Valuation,
    WriteOff,
)
from mabar.lib.refusals import Refusal

VERSION = "sad/1"
CARGO = "cargo"  # the form of a consignment of a cargo report: it declares no procedure, and is never lodged


class UnknownRecordVersion(Refusal):
    """The JSON is not a declaration of a version that this program reads."""

    package = "declarations"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of goods.  `commodity_code` has up to 8 digits; `precision_1` to `4` continue it."""

    commodity_code: str | None = None
    precision_1: str | None = None
    precision_2: str | None = None
    precision_3: str | None = None
    precision_4: str | None = None
    tariff_note: str | None = None
    preference_code: str | None = None
    procedure_code: str | None = None
    national_procedure_code: str | None = None
    additional_information_code: str | None = None
    origin_country: str | None = None
    origin_region: str | None = None
    description: str | None = None
    commercial_description: str | None = None
    packages: Packages = Packages()
    supplementary_units: tuple[SupplementaryUnit, ...] = ()
    gross_mass_g: int | None = None
    net_mass_g: int | None = None
    price: Amount | None = None
    valuation_method: str | None = None
    value_formula: str | None = None
    delivery_terms: DeliveryTerms = DeliveryTerms()
    previous_document: PreviousDocument = PreviousDocument()
    licence: Licence = Licence()
    quota_code: str | None = None
    quota: Quota = Quota()
    documents: tuple[AttachedDocument, ...] = ()
    document_codes: str | None = None
    supplier_link: str | None = None
    free_text_1: str | None = None
    free_text_2: str | None = None
    tax_totals: ItemTaxes = ItemTaxes()
    taxes: tuple[Tax, ...] = ()
    total_cost: Amount | None = None
    total_cif: Amount | None = None
    adjustment_rate: str | None = None
    statistical_value: Amount | None = None
    apportionment: str | None = None
    invoice: Charge = Charge()
    external_freight: Charge = Charge()
    internal_freight: Charge = Charge()
    insurance: Charge = Charge()
    other_cost: Charge = Charge()
    deduction: Charge = Charge()
    market_value: MarketValue = MarketValue()
    write_off_unit: str | None = None
    write_off_quantity: str | None = None
    verbatim: Mapping[str, str] = field(default_factory=dict)

    @property
    def hs6(self) -> str | None:
        """Give the six digits that all countries share."""
        return self.commodity_code[:6] if self.commodity_code else None


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declaration as it was declared; `claimed_state` is what the source says of itself, never Mabar's own state."""

    form: str = "declaration"
    flow: str | None = None
    regime: str | None = None
    type_code: str | None = None
    general_procedure_code: str | None = None
    transit_document_type: str | None = None
    claimed_state: str | None = None
    office: Office = Office()
    registration: Reference = Reference()
    assessment: Reference = Reference()
    receipt: Reference = Reference()
    manifest_reference: str | None = None
    declarant_reference_year: str | None = None
    declarant_reference: str | None = None
    declared_at_place: str | None = None
    declared_on: str | None = None
    form_number: int | None = None
    form_count: int | None = None
    loading_list_count: int | None = None
    item_count: int | None = None
    package_count: int | None = None
    selected_page: str | None = None
    exporter: Party = Party()
    consignee: Party = Party()
    financial_party: Party = Party()
    declarant: Party = Party()
    first_destination_country: str | None = None
    trading_country: str | None = None
    export_country: Country = Country()
    destination_country: Country = Country()
    origin_country_name: str | None = None
    value_details: str | None = None
    agricultural_policy_code: str | None = None
    additional_information: str | None = None
    comments: str | None = None
    transport: Transport = Transport()
    payment: Payment = Payment()
    warehouse: str | None = None
    warehouse_delay_days: int | None = None
    transit: Transit = Transit()
    valuation: Valuation = Valuation()
    exit: Exit = Exit()
    assessment_notice: AssessmentNotice = AssessmentNotice()
    items: tuple[Item, ...] = ()
    containers: tuple[Container, ...] = ()
    write_offs: tuple[WriteOff, ...] = ()
    supplier_documents: tuple[SupplierDocument, ...] = ()
    kept: tuple[Kept, ...] = ()
    verbatim: Mapping[str, str] = field(default_factory=dict)
    source: Source = Source()


def begun(declaration: Declaration) -> Declaration:
    """Take a record as what a person completes to a declaration: whatever kind of file it came from, it is one now."""
    return declaration if declaration.form == "declaration" else replace(declaration, form="declaration")


def to_json(declaration: Declaration) -> dict[str, Any]:
    """Give the declaration as JSON values, in the order of the boxes; empty parts and lists are left out."""
    return {"record": VERSION, **record_json.encode(declaration)}


def from_json(values: Mapping[str, Any]) -> Declaration:
    """Build the declaration from what `to_json` gave.

    Raises:
        UnknownRecordVersion: another version, or no declaration at all.
        ValueError: a field of the record has a value of another type.
    """
    if values.get("record") != VERSION:
        raise UnknownRecordVersion(given=str(values.get("record")), known=VERSION)
    return record_json.decode(Declaration, {name: value for name, value in values.items() if name != "record"})


def dumps(declaration: Declaration) -> str:
    """Write the declaration as one line of JSON; the same declaration always gives the same line."""
    return one_line(to_json(declaration))


# Many programs end a line at these, and JSON lets them stand in a text.
_LINE_ENDS = {end: f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}


def one_line(values: Mapping[str, Any]) -> str:
    """Write JSON values as one line, whatever the reader takes for the end of one."""
    line = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    for end, escape in _LINE_ENDS.items():
        line = line.replace(end, escape)
    return line


def loads(text: str) -> Declaration:
    """Read back what `dumps` wrote.

    Raises:
        UnknownRecordVersion, ValueError: see `from_json`.
    """
    values = json.loads(text)
    return from_json(values if isinstance(values, dict) else {})
