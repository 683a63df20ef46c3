"""What the nodes of an itinerary tell each other of a movement; each goes under signed terms, to the fields they name.

`mrn` is the movement's number on every node.  Events have one form wherever they are told (`rules.happenings`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

Events = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Anticipated:
    """To each office of an itinerary when the goods are released, or diverted there: what comes, by when, its seals."""

    KIND: ClassVar[str] = "transit.movement/1.0"

    mrn: str
    version: int
    at: datetime
    departure: str
    released_at: datetime
    limit_at: datetime
    state: str = "released"
    results_due_at: datetime | None = None
    terms: str = ""
    procedure: str = ""
    destination: str = ""
    offices: tuple[Mapping[str, str], ...] = ()
    holder_code: str = ""
    holder_name: str = ""
    goods: str = ""
    packages: int = 0
    gross_mass_g: int = 0
    plate: str = ""
    container: str = ""
    events: Events = ()


@dataclass(frozen=True)
class State:
    """To every node of an itinerary: how the movement stands at home, whole, with the number of this standing."""

    KIND: ClassVar[str] = "transit.state/1.0"

    mrn: str
    version: int
    at: datetime
    state: str
    departure: str = ""
    limit_at: datetime | None = None
    results_due_at: datetime | None = None
    offices: tuple[Mapping[str, str], ...] = ()
    events: Events = ()


@dataclass(frozen=True)
class Crossed:
    """To home: the goods passed an office."""

    KIND: ClassVar[str] = "transit.crossed/1.0"

    mrn: str
    office: str
    at: datetime
    events: Events = ()


@dataclass(frozen=True)
class Incident:
    """To home: an incident on the way, or a seal replaced."""

    KIND: ClassVar[str] = "transit.incident/1.0"

    mrn: str
    office: str
    at: datetime
    events: Events = ()


@dataclass(frozen=True)
class Arrived:
    """To home: the goods arrived, at the office of destination or where they were diverted to."""

    KIND: ClassVar[str] = "transit.arrived/1.0"

    mrn: str
    office: str
    at: datetime
    events: Events = ()


@dataclass(frozen=True)
class Remarks:
    """To home: what the control at destination found."""

    KIND: ClassVar[str] = "transit.remarks/1.0"

    mrn: str
    office: str
    at: datetime
    events: Events = ()


@dataclass(frozen=True)
class Enquiry:
    """From home to the office of destination: have the goods arrived, or what did the control find?"""

    KIND: ClassVar[str] = "transit.enquiry/1.0"

    mrn: str
    asks: str
    at: datetime
    office: str


@dataclass(frozen=True)
class EnquiryAnswer:
    """To home: the answer of an office that was asked."""

    KIND: ClassVar[str] = "transit.enquiry-answer/1.0"

    mrn: str
    asks: str
    at: datetime
    office: str
    answer: str
    text: str = ""


EnRoute = Crossed | Incident | Arrived | Remarks
