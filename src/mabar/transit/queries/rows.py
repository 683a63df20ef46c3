"""Frozen rows: what a movement, its offices, its seals and its events are to a reader."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from mabar.transit import rules
from mabar.transit.models import Fallback, Movement, MovementEvent, MovementQuestion


@dataclass(frozen=True)
class MovementRow:
    """A movement as lists show it; on another node than its home it is a copy, as of `as_of_at`."""

    key: str
    number: str
    home: str
    is_home: bool
    place: str
    departure: str
    destination: str
    procedure: str
    stamp: str
    begun_at: datetime | None
    firm: str | None
    holder_code: str
    holder_name: str
    goods: str
    packages: int
    gross_mass_g: int
    plate: str
    container: str
    declaration: str
    guarantee: str
    amount_minor: int
    currency: str
    terms: str
    state: str
    version: int
    home_state: str
    home_version: int
    as_of_at: datetime | None
    lodged_at: datetime
    accepted_at: datetime | None
    control: str
    released_at: datetime | None
    limit_at: datetime | None
    arrived_at: datetime | None
    arrived_office: str
    outcome: str
    results_due_at: datetime | None
    results_asked_at: datetime | None
    holder_request_due_at: datetime | None
    holder_asked_at: datetime | None
    holder_due_at: datetime | None
    holder_answered_at: datetime | None
    ended_at: datetime | None
    reason: str

    @property
    def name(self) -> str:
        """What it is called: its number, and its key before it has one."""
        return self.number or self.key[-8:]

    @property
    def next_due(self) -> tuple[str, datetime] | None:
        """Which instant of the terms counts now; None where nothing runs."""
        wanted = {
            "released": ("limit", self.limit_at),
            "arrived": ("results", self.results_due_at),
            "unloading": ("results", self.results_due_at),
            "enquiry": ("holder", self.holder_due_at)
            if self.holder_asked_at
            else ("asking", self.holder_request_due_at),
        }
        kind, due_at = wanted.get(self.state, ("", None))
        return (kind, due_at) if due_at else None

    @property
    def is_late(self) -> bool:
        """Whether the goods arrived after their time limit."""
        return bool(self.arrived_at and self.limit_at and self.arrived_at >= self.limit_at)

    @property
    def may_be_old(self) -> bool:
        """Whether what is shown is a copy that home has told, or not told yet."""
        return not self.is_home


@dataclass(frozen=True)
class OfficeRow:
    """An office of an itinerary: when the goods were there, and when its node was told."""

    office: str
    role: str
    at: datetime | None
    told_at: datetime | None


@dataclass(frozen=True)
class SealRow:
    """A link in the chain of seals: what was noted of which seal, by whom, where and when."""

    note: rules.SealNote
    at: datetime
    office: str
    by: str
    reason: str


@dataclass(frozen=True)
class EventRow:
    """What happened to a movement; `is_pending` where home has not told yet that it knows."""

    kind: str
    at: datetime
    office: str
    by: str
    facts: Mapping[str, Any]
    is_pending: bool


@dataclass(frozen=True)
class QuestionRow:
    """A question of home to an office, with its answer."""

    asks: str
    office: str
    asked_at: datetime
    answer: str
    text: str
    answered_at: datetime | None


@dataclass(frozen=True)
class MovementView:
    """A movement whole."""

    row: MovementRow
    offices: tuple[OfficeRow, ...]
    seals: tuple[SealRow, ...]
    in_force: tuple[rules.Seal, ...]
    events: tuple[EventRow, ...]
    questions: tuple[QuestionRow, ...]


@dataclass(frozen=True)
class FallbackRow:
    """A time on paper at an office."""

    key: str
    place: str
    began_at: datetime
    ended_at: datetime | None
    reason: str


@dataclass(frozen=True)
class Page:
    """A page of a list, newest first; `after` asks for the next page, None where there is none."""

    rows: tuple[MovementRow, ...]
    after: str | None


_COLUMNS = {"place": "place_id", "firm": "firm_id"}


def _told(kind: type, record: object) -> dict[str, Any]:
    return {each.name: getattr(record, _COLUMNS.get(each.name, each.name)) for each in fields(kind)}


def movement_row(movement: Movement) -> MovementRow:
    """Give a movement as lists show it."""
    return MovementRow(**_told(MovementRow, movement))


def event_row(event: MovementEvent) -> EventRow:
    """Give an event as its readers see it."""
    return EventRow(**_told(EventRow, event))


def question_row(question: MovementQuestion) -> QuestionRow:
    """Give a question as its readers see it."""
    return QuestionRow(**_told(QuestionRow, question))


def fallback_row(fallback: Fallback) -> FallbackRow:
    """Give a time on paper as its readers see it."""
    return FallbackRow(**_told(FallbackRow, fallback))
