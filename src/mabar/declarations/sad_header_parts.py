"""The parts of the canonical declaration that are not of an item, box by box; put together in `sad`.

Plain frozen records without behaviour: every field may be empty, because a file may leave anything out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in minor units; the currency is null where the source does not say it (two decimals are then assumed)."""

    minor: int
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """A firm or person by code and name, as the source writes them."""

    code: str | None = None
    name: str | None = None
    representative: str | None = None


@dataclass(frozen=True, slots=True)
class Office:
    """A customs office."""

    code: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Country:
    """A country in a role: of export, of destination, excluded from a guarantee."""

    code: str | None = None
    name: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place where goods are loaded."""

    code: str | None = None
    name: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference that an office gave: registration, assessment, receipt."""

    serial: str | None = None
    number: str | None = None
    on: str | None = None


@dataclass(frozen=True, slots=True)
class Exit:
    """What the office of exit noted."""

    on: str | None = None
    time: str | None = None
    office: Office = Office()
    reference: str | None = None
    comments: str | None = None


@dataclass(frozen=True, slots=True)
class AssessmentNotice:
    """The statement that follows an assessment."""

    registration_year: str | None = None
    assessment_year: str | None = None
    item_taxes: Amount | None = None
    global_taxes: Amount | None = None
    statement_number: str | None = None
    statement_on: str | None = None
    statement_serial: str | None = None


@dataclass(frozen=True, slots=True)
class Means:
    """A means of transport."""

    identity: str | None = None
    nationality: str | None = None
    mode: str | None = None


@dataclass(frozen=True, slots=True)
class DeliveryTerms:
    """Incoterm and its place."""

    code: str | None = None
    place: str | None = None
    situation: str | None = None


@dataclass(frozen=True, slots=True)
class Transport:
    """How the goods travel."""

    departure: Means = Means()
    border: Means = Means()
    inland_mode: str | None = None
    is_containerised: bool | None = None
    is_single_waybill: bool | None = None
    delivery_terms: DeliveryTerms = DeliveryTerms()
    border_office: Office = Office()
    loading: Place = Place()
    goods_location: str | None = None


@dataclass(frozen=True, slots=True)
class Bank:
    """The bank of the transaction."""

    code: str | None = None
    name: str | None = None
    branch: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A guarantee given for the declaration."""

    name: str | None = None
    amount: Amount | None = None
    on: str | None = None
    excluded_country: Country = Country()


@dataclass(frozen=True, slots=True)
class Payment:
    """Financial terms, and the totals of taxes as the source states them."""

    transaction_code_1: str | None = None
    transaction_code_2: str | None = None
    bank: Bank = Bank()
    terms_code: str | None = None
    terms_description: str | None = None
    invoice_total: Amount | None = None
    deferred_reference: str | None = None
    mode: str | None = None
    manual_taxes: Amount | None = None
    global_taxes: Amount | None = None
    total_taxes: Amount | None = None
    guarantee: Guarantee = Guarantee()


@dataclass(frozen=True, slots=True)
class Transit:
    """The transit part: principal, destination, seals, limit."""

    principal: Party = Party()
    signed_at_place: str | None = None
    signed_on: str | None = None
    destination_office: str | None = None
    destination_country: str | None = None
    seal_count: int | None = None
    seals: str | None = None
    control_result: str | None = None
    time_limit: str | None = None
    officer: str | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """A part of the value, in the currency of the country and in that of the contract."""

    national: Amount | None = None
    foreign: Amount | None = None
    currency: str | None = None
    currency_name: str | None = None
    rate: str | None = None


@dataclass(frozen=True, slots=True)
class Valuation:
    """The values of the whole declaration."""

    working_mode: str | None = None
    gross_mass_g: int | None = None
    total_mass_g: int | None = None
    total_cost: Amount | None = None
    total_cif: Amount | None = None
    invoice_total: Amount | None = None
    invoice: Charge = Charge()
    external_freight: Charge = Charge()
    internal_freight: Charge = Charge()
    insurance: Charge = Charge()
    other_cost: Charge = Charge()
    deduction: Charge = Charge()


@dataclass(frozen=True, slots=True)
class Container:
    """A container of the declaration."""

    item_number: int | None = None
    identity: str | None = None
    kind: str | None = None
    fullness: str | None = None
    gross_mass_g: int | None = None
    description: str | None = None
    packages_kind: str | None = None
    packages_count: int | None = None
    packages_mass_g: int | None = None


@dataclass(frozen=True, slots=True)
class WriteOff:
    """An item of an earlier declaration, and what is written off it."""

    office: str | None = None
    year: str | None = None
    serial: str | None = None
    number: str | None = None
    item_number: int | None = None
    commodity_code: str | None = None
    precision: str | None = None
    origin_country: str | None = None
    packages_count: int | None = None
    mass_g: int | None = None
    quantity: str | None = None
    value: str | None = None
    current_item_number: int | None = None
    written_off_packages_count: int | None = None
    written_off_mass_g: int | None = None
    written_off_quantity: str | None = None
    written_off_value: str | None = None
    specification: str | None = None


@dataclass(frozen=True, slots=True)
class SupplierDocument:
    """A supplier and his invoice."""

    code: str | None = None
    name: str | None = None
    country: str | None = None
    city: str | None = None
    street: str | None = None
    zip_code: str | None = None
    telephone: str | None = None
    fax: str | None = None
    email: str | None = None
    item_link: str | None = None
    kind: str | None = None
    invoice_number: str | None = None
    invoice_amount: str | None = None
    on: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A value of the source that has no field: where it stood, and its text as it stood."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where the record comes from; `dialect` is what the writer needs to give the file back."""

    format: str | None = None
    profile: str | None = None
    evidence: tuple[str, ...] = ()
    date_order: str | None = None
    national_currency: str | None = None
    dialect: Mapping[str, Any] = field(default_factory=dict)
