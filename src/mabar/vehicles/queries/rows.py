"""Frozen rows: what a pass, its events and its days are to a reader.  None but `Holder` names a person."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from mabar.vehicles import rules
from mabar.vehicles.models import PassEvent, VehiclePass


@dataclass(frozen=True)
class PassRow:
    """A pass as lists and pages show it: the vehicle and its days, never who holds it."""

    key: str
    place: str
    kind: str
    purpose: str
    plate: str
    plate_country: str
    chassis: str
    make: str
    reference: str
    firm: str | None
    state: str
    version: int
    prefilled_at: datetime
    entered_at: datetime | None
    days: int | None
    first_days: int | None
    most_days: int | None
    legal_basis: str
    last_on: date | None
    due_at: datetime | None
    overdue_at: datetime | None
    exited_at: datetime | None
    exit_place: str | None
    outcome: str
    receipt: str
    ended_at: datetime | None
    holder_erased_at: datetime | None

    @property
    def is_live(self) -> bool:
        """Whether the pass is prefilled or in force."""
        return self.state in rules.LIVE

    @property
    def is_in_country(self) -> bool:
        """Whether the vehicle is in the country under it."""
        return self.state in rules.IN_COUNTRY

    @property
    def most_extension(self) -> int:
        """How many days more an extension may give."""
        return (self.most_days or 0) - (self.days or 0)


@dataclass(frozen=True)
class EventRow:
    """What happened to a pass."""

    kind: str
    at: datetime
    by: str
    place: str | None
    facts: Mapping[str, Any]
    state_before: str
    state_after: str


@dataclass(frozen=True)
class PassEnds:
    """A pass with what happened to it, and what an officer should look at."""

    row: PassRow
    events: tuple[EventRow, ...]
    findings: tuple[rules.Finding, ...]


@dataclass(frozen=True)
class Holder:
    """Who answers for the vehicle, for its page and its paper alone."""

    name: str
    document: str


@dataclass(frozen=True)
class OverdueRow:
    """A vehicle that stayed, or left, too late: by place, with its days, by plate and chassis alone."""

    key: str
    place: str
    kind: str
    plate: str
    plate_country: str
    chassis: str
    state: str
    last_on: date
    days_over: int


@dataclass(frozen=True)
class TermRow:
    """A term of the table."""

    place: str
    kind: str
    purpose: str
    days: int
    most_days: int
    legal_basis: str
    from_on: date
    by: str
    is_in_force: bool


@dataclass(frozen=True)
class DayCounts:
    """How many vehicles did what on the day of the place."""

    day: date
    prefilled: int
    entered: int
    exited: int
    due_today: int
    overdue_now: int


@dataclass(frozen=True)
class PassPage:
    """A page of a list, newest first; `after` asks for the next page, None where there is none."""

    rows: tuple[PassRow, ...]
    after: str | None


_COLUMNS = {"place": "place_id", "firm": "firm_id", "exit_place": "exit_place_id"}


def pass_row(stay: VehiclePass) -> PassRow:
    """Give a pass as its readers see it."""
    return PassRow(**{each.name: getattr(stay, _COLUMNS.get(each.name, each.name)) for each in fields(PassRow)})


def event_row(event: PassEvent) -> EventRow:
    """Give an event as its readers see it."""
    return EventRow(event.kind, event.at, event.by, event.place_id, event.facts, event.state_before, event.state_after)
