"""The parts of an item of the canonical declaration; put together in `sad`."""

from dataclasses import dataclass

from mabar.declarations.sad_header_parts import Amount


@dataclass(frozen=True, slots=True)
class Packages:
    """Packages of an item."""

    count: int | None = None
    kind_code: str | None = None
    kind_name: str | None = None
    marks_1: str | None = None
    marks_2: str | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """The quota that an item draws on."""

    code: str | None = None
    key: str | None = None
    item: str | None = None


@dataclass(frozen=True, slots=True)
class SupplementaryUnit:
    """A quantity in another unit than mass."""

    rank: int | None = None
    code: str | None = None
    name: str | None = None
    quantity: str | None = None


@dataclass(frozen=True, slots=True)
class AttachedDocument:
    """A document that goes with an item."""

    code: str | None = None
    name: str | None = None
    reference: str | None = None
    from_rule: str | None = None
    on: str | None = None


@dataclass(frozen=True, slots=True)
class PreviousDocument:
    """What the goods were under before: a manifest line, a warehouse."""

    summary_declaration: str | None = None
    summary_line: str | None = None
    reference: str | None = None
    warehouse: str | None = None


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax line.  `rate_means` is percent, fraction, per_unit, or null where the file does not show it."""

    code: str | None = None
    base: str | None = None
    rate: str | None = None
    rate_means: str | None = None
    amount: Amount | None = None
    payment_mode: str | None = None
    calculation: str | None = None


@dataclass(frozen=True, slots=True)
class ItemTaxes:
    """The totals of an item's taxes."""

    amount: Amount | None = None
    guaranteed: Amount | None = None
    payment_mode: str | None = None
    counter: str | None = None
    displayed: Amount | None = None


@dataclass(frozen=True, slots=True)
class MarketValue:
    """The value that a market valuer gave."""

    rate: str | None = None
    currency: str | None = None
    amount: str | None = None
    basis: str | None = None
    basis_amount: str | None = None


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence and what the item takes from it."""

    number: str | None = None
    amount: str | None = None
    quantity: str | None = None
