"""Frozen rows: what a declaration and its parts are to a reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mabar.declarations import rules
from mabar.declarations.models import Declaration


@dataclass(frozen=True)
class DeclarationRow:
    """A declaration as a list and the head of its page show it."""

    key: str
    place: str
    firm: str | None
    office: str
    flow: str
    regime: str
    lodged_by: str
    state: str
    version: int
    lane: str
    is_scan_due: bool
    register: str
    number: str
    registered_at: datetime | None
    national_system: str
    national_reference: str
    national_on: date | None
    claimed_state: str
    received_at: datetime | None
    received_from: str
    is_provisional: bool
    trader_reference: str
    consignee: str
    exporter: str
    declarant: str
    items_count: int
    packages: int
    gross_mass_g: int
    net_mass_g: int
    invoice_minor: int | None
    currency: str
    lodged_at: datetime
    lane_at: datetime | None
    documents_checked_at: datetime | None
    scanned_at: datetime | None
    inspected_at: datetime | None
    assessed_at: datetime | None
    assessed_minor: int | None
    assessed_currency: str
    paid_minor: int
    guaranteed_minor: int
    settled_at: datetime | None
    released_at: datetime | None
    closed_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    suspended_at: datetime | None
    suspended_s: int

    @property
    def reference(self) -> str:
        """The name by which desks call it: our number, else the national or the declarant's, else the key."""
        return self.number or self.national_reference or self.trader_reference or self.key

    @property
    def is_national(self) -> bool:
        """Whether the national system is its register."""
        return self.register == rules.NATIONAL

    @property
    def is_queried(self) -> bool:
        """Whether a question to the declarant is open."""
        return self.suspended_at is not None

    @property
    def next_check(self) -> str | None:
        """The check that its lane asks for now; None where none is due."""
        if self.state not in rules.WORKED:
            return None
        return rules.next_check(self.state, self.lane, is_scan_due=self.is_scan_due)

    @property
    def next_acts(self) -> tuple[str, ...]:
        """The acts that state, lane, register and queries allow now, whoever may do them."""
        return rules.next_acts(
            self.state,
            self.lane,
            is_scan_due=self.is_scan_due,
            is_queried=self.is_queried,
            register=self.register,
            owing=self.owing,
        )

    @property
    def since(self) -> datetime:
        """The instant since which it stands where it stands."""
        if self.suspended_at is not None:
            return self.suspended_at
        steps = (self.documents_checked_at, self.scanned_at, self.inspected_at, self.assessed_at, self.settled_at)
        ends = (self.registered_at, self.lane_at, self.received_at, self.released_at, self.closed_at, self.ended_at)
        return max(at for at in (self.lodged_at, *steps, *ends) if at is not None)

    @property
    def owing(self) -> rules.Owing:
        """What is owed, paid and guaranteed."""
        return rules.owing_in(
            self.state,
            assessed_minor=self.assessed_minor,
            paid_minor=self.paid_minor,
            guaranteed_minor=self.guaranteed_minor,
        )


_SAME = tuple(name for name in DeclarationRow.__dataclass_fields__ if name not in {"place", "firm"})


def declaration_row(declaration: Declaration) -> DeclarationRow:
    """Make the row of a declaration."""
    same = {name: getattr(declaration, name) for name in _SAME}
    return DeclarationRow(place=declaration.place_id, firm=declaration.firm_id, **same)


@dataclass(frozen=True)
class ItemRow:
    """One item of the newest version."""

    number: int
    hs_code: str
    origin: str
    description: str
    packages: int
    gross_mass_g: int | None
    net_mass_g: int | None
    price_minor: int | None
    currency: str
    procedure: str


@dataclass(frozen=True)
class DrawRow:
    """A lane as it was drawn or changed; each reason has `code`, `fired` and `details`."""

    lane: str
    reasons: tuple[Mapping[str, Any], ...]
    by: str
    at: datetime
    reason_text: str


@dataclass(frozen=True)
class QueryRow:
    """A question to the declarant, and its answer."""

    text: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None
    overdue_at: datetime | None
    settled_at: datetime | None


@dataclass(frozen=True)
class InspectionRow:
    """An inspection: its team and, once it is over, what it found."""

    team: tuple[str, ...]
    assigned_by: str
    assigned_at: datetime
    findings: tuple[Mapping[str, Any], ...]
    result: str
    at: datetime | None


@dataclass(frozen=True)
class SettlementRow:
    """A payment or a guarantee."""

    kind: str
    reference: str
    amount_minor: int
    currency: str
    by: str
    at: datetime


@dataclass(frozen=True)
class VersionRow:
    """A version of the record, without the record."""

    number: int
    source: str | None
    source_name: str
    source_format: str
    by: str
    at: datetime


@dataclass(frozen=True)
class ReadingRow:
    """The reading of a date that somebody chose."""

    path: str
    verbatim: str
    chosen: date
    by: str
    at: datetime


@dataclass(frozen=True)
class LineRow:
    """A line of the journal; without facts for a reader who is not of the office, and once they are erased."""

    verb: str
    actor: str
    at: datetime
    mandate: str
    facts: Mapping[str, Any]
    position: int | None
    leaf: str = ""


@dataclass(frozen=True)
class DraftRow:
    """A draft; `amends` is the declaration that it is to amend, None for a new one; `advance` is what it came from."""

    key: str
    firm: str | None
    actor: str
    place: str
    amends: str | None
    source: str
    source_name: str
    source_format: str
    flow: str
    regime: str
    trader_reference: str
    party: str
    items_count: int
    step: str
    advance: str
    saved_at: datetime
    version: int
