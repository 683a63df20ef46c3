"""Frozen rows: what a request, a query and a list are to a reader.  What lists and logs show names no person."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from mabar.assistance import rules
from mabar.assistance.models import AssistanceRequest, DeclarationQuery


@dataclass(frozen=True)
class RequestRow:
    """A request as lists and logs show it: its kind, its clock and its officials' codes, none of its texts."""

    key: str
    number: str
    is_outward: bool
    partner: str
    place: str
    kind: str
    pace: str
    is_oral: bool
    state: str
    version: int
    agreement: str
    article: str
    language: str
    from_official: str
    to_official: str
    made_at: datetime
    sent_at: datetime | None
    confirm_by: datetime | None
    acknowledge_by: datetime | None
    complete_by: datetime | None
    due_at: datetime | None
    acknowledged_at: datetime | None
    unacknowledged_at: datetime | None
    overdue_at: datetime | None
    ended_at: datetime | None
    answered_by: str
    retention_days: int | None
    erased_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes an act."""
        return self.state in rules.OPEN

    @property
    def is_ours_to_act(self) -> bool:
        """Whether this side owes the next act."""
        with_requested = self.state in rules.WITH_REQUESTED
        with_requesting = self.state in ("draft", "oral", "returned")
        return with_requesting if self.is_outward else with_requested

    @property
    def next_due(self) -> tuple[str, datetime] | None:
        """Which deadline counts now, and its instant; None where nothing runs."""
        if self.state == "oral" and self.confirm_by:
            return "confirm_by", self.confirm_by
        if self.state == "returned" and self.complete_by:
            return "complete_by", self.complete_by
        if self.state == "sent" and self.acknowledge_by and self.unacknowledged_at is None:
            return "acknowledge_by", self.acknowledge_by
        return ("due_at", self.due_at) if self.state in rules.WITH_REQUESTED and self.due_at else None


@dataclass(frozen=True)
class Texts:
    """The texts of a request, for its own page alone."""

    matter: str
    reason: str
    description: str
    legal_elements: str
    connection: str
    parties: str
    told_reason: str
    answer: str


@dataclass(frozen=True)
class EventRow:
    """What was done or heard of a request."""

    kind: str
    at: datetime
    by: str
    is_ours: bool
    message: str
    facts: Mapping[str, Any]
    state_after: str


@dataclass(frozen=True)
class MeasureRow:
    """A precautionary measure."""

    key: str
    measure: str
    legal_basis: str
    from_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    by: str


@dataclass(frozen=True)
class ConsentRow:
    """A consent to another use of an answer."""

    key: str
    state: str
    use: str
    recipient: str
    asked_at: datetime
    asked_by: str
    due_at: datetime
    overdue_at: datetime | None
    decided_at: datetime | None
    decided_by: str
    reason: str


@dataclass(frozen=True)
class FileRow:
    """A file that went with an answer."""

    sha256: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class RequestView:
    """A request whole: its texts, what happened to it, its measures, consents and files, and what was not taken."""

    row: RequestRow
    texts: Texts
    missing: tuple[str, ...]
    events: tuple[EventRow, ...]
    measures: tuple[MeasureRow, ...]
    consents: tuple[ConsentRow, ...]
    files: tuple[FileRow, ...]
    not_taken: str


@dataclass(frozen=True)
class QueryRow:
    """A query of one declaration: who asked what, for which purpose, under which article, and which fields went."""

    key: str
    is_outward: bool
    partner: str
    place: str
    number: str
    agreement: str
    article: str
    purpose: str
    sections: tuple[str, ...]
    asked_by: str
    asked_at: datetime
    due_at: datetime
    state: str
    version: int
    answered_at: datetime | None
    answered_by: str
    is_at_once: bool
    ground: str
    fields: tuple[str, ...]
    declaration_state: str
    office: str
    items_left_out: int
    retention_days: int | None
    erased_at: datetime | None


def request_row(request: AssistanceRequest) -> RequestRow:
    """Give a request as lists show it."""
    return RequestRow(**_told(request, RequestRow))


def query_row(query: DeclarationQuery) -> QueryRow:
    """Give a query as lists show it."""
    told = _told(query, QueryRow)
    return QueryRow(**{**told, "sections": tuple(told["sections"]), "fields": tuple(told["fields"])})


def texts_of(request: AssistanceRequest) -> Texts:
    """Give the texts of a request."""
    return Texts(**_told(request, Texts))


def _told(record: object, row: type[Any]) -> dict[str, Any]:
    columns = {"place": "place_id"}
    return {each.name: getattr(record, columns.get(each.name, each.name)) for each in fields(row)}
