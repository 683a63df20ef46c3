"""Frozen rows: what a proof, a presented proof and a verification are to a reader."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from mabar.origin import rules
from mabar.origin.models import PresentedProof, Proof, ProofEvent, Verification


@dataclass(frozen=True)
class ProofRow:
    """A proof that this node issues."""

    key: str
    place: str
    agreement: str
    exporter: str
    exporter_number: str
    consignee: str
    origin: str
    destination: str
    transport: str
    invoice: str
    remarks: str
    goods: tuple[rules.GoodsLine, ...]
    firm: str | None
    replaces: str | None
    state: str
    version: int
    serial: str
    code: str
    digest: str
    applied_at: datetime
    issued_at: datetime | None
    issued_on: date | None
    valid_until_on: date | None
    ended_at: datetime | None
    end_reason: str

    @property
    def name(self) -> str:
        """What it is called: its serial, and its key before it has one."""
        return self.serial or self.key

    @property
    def gross_mass_g(self) -> int:
        """The gross mass of all goods."""
        return sum(each.gross_mass_g for each in self.goods)

    @property
    def is_signed(self) -> bool:
        """Whether it has been issued, be it in force or not."""
        return self.state in rules.SIGNED


@dataclass(frozen=True)
class EventRow:
    """What happened to a proof."""

    kind: str
    at: datetime
    by: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class ProofEnds:
    """A proof with what happened to it, the proof that replaced it, and what was asked of it."""

    row: ProofRow
    events: tuple[EventRow, ...]
    replaced_by: ProofRow | None
    verifications: tuple["VerificationRow", ...]


@dataclass(frozen=True)
class PresentedRow:
    """A proof presented with a declaration here."""

    key: str
    declaration: str
    declaration_reference: str
    place: str
    agreement: str
    serial: str
    issuer: str
    origin: str
    issued_on: date | None
    valid_until_on: date | None
    exporter: str
    goods: tuple[tuple[str, str], ...]
    verdict: str
    key_id: str
    descriptor: int | None
    state: str
    presented_at: datetime
    version: int

    @property
    def is_accepted(self) -> bool:
        """Whether it carries a preference now."""
        return rules.presenting.is_accepted(self.state, self.verdict)

    @property
    def may_be_asked(self) -> bool:
        """Whether a verification can be asked for."""
        return (self.state, "request") in rules.presenting.TRANSITIONS


@dataclass(frozen=True)
class VerificationRow:
    """A verification, from either side."""

    key: str
    side: str
    partner: str
    place: str
    agreement: str
    serial: str
    presented: str | None
    proof: str | None
    digest: str
    reason: str
    text: str
    asked_at: datetime
    due_at: datetime
    state: str
    version: int
    overdue_at: datetime | None
    outcome: str
    findings: str
    answered_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether the answer is still to come."""
        return self.state in rules.verifying.OPEN


@dataclass(frozen=True)
class Page:
    """A page of a list, newest first; `after` asks for the next page, None where there is none."""

    rows: tuple[Any, ...]
    after: str | None


_COLUMNS = {
    "place": "place_id",
    "firm": "firm_id",
    "replaces": "replaces_id",
    "declaration": "declaration_id",
    "presented": "presented_id",
    "proof": "proof_id",
}


def _told(kind: type, record: object, **given: Any) -> dict[str, Any]:
    names = [each.name for each in fields(kind) if each.name not in given]
    return {**{name: getattr(record, _COLUMNS.get(name, name)) for name in names}, **given}


def proof_row(proof: Proof) -> ProofRow:
    """Give a proof as its readers see it."""
    return ProofRow(**_told(ProofRow, proof, goods=rules.goods_from(proof.goods)))


def event_row(event: ProofEvent) -> EventRow:
    """Give an event as its readers see it."""
    return EventRow(event.kind, event.at, event.by, event.facts)


def presented_row(shown: PresentedProof) -> PresentedRow:
    """Give a presented proof as its readers see it."""
    goods = tuple((code, criterion) for code, criterion in shown.goods)
    reference = str(shown.declaration)
    return PresentedRow(**_told(PresentedRow, shown, goods=goods, declaration_reference=reference))


def verification_row(asked: Verification) -> VerificationRow:
    """Give a verification as its readers see it."""
    return VerificationRow(**_told(VerificationRow, asked))
