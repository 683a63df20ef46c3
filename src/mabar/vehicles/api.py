"""The door for programs: portals that prefill, and the counter's own readers at entry and exit.  It tells no holder."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Body, Query, Router, Schema, Status
from pydantic import AwareDatetime, Field, StringConstraints

from mabar.base import doors, mandates
from mabar.base.keys import new_key
from mabar.base.reach import caller
from mabar.vehicles import commands, queries, rules

router = Router(tags=["vehicles"])

# control characters have no place in what is shown, and PostgreSQL stores no NUL
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")]
Plate = Annotated[str, StringConstraints(strip_whitespace=True, max_length=32, pattern=r"^[^\x00-\x1f\x7f]*$")]
EventKey = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[!-~]+$")]
ScanText = Annotated[str, StringConstraints(max_length=rules.LONGEST_SCAN, pattern=r"^[^\x00-\x1f\x7f]*$")]
Days = Annotated[int, Field(ge=1, le=rules.LONGEST_TERM)]


class Prefilling(Schema):
    """A vehicle that will come; the same `event_key` sent again is the same pass."""

    event_key: EventKey
    place: Short
    kind: Literal["car", "motorcycle", "utility", "bus", "truck", "trailer", "caravan", "other"]
    purpose: Literal["visit", "resident_abroad", "transport", "official"]
    plate: Plate
    plate_country: Annotated[str, StringConstraints(min_length=2, max_length=2)]
    chassis: Plate
    holder: Annotated[Line, Field(max_length=120)]
    document: Short = ""
    make: Annotated[Line, Field(max_length=60)] = ""
    reference: Short = ""


class Event(Schema):
    """What every event brings: the sender's own key of it, and its hour where it is not now."""

    event_key: EventKey
    at: AwareDatetime | None = None


class Entry(Event):
    """The vehicle comes in: the plate and the chassis read on it, and the days that it may stay."""

    kind: Literal["validate_at_entry"]
    place: Short
    plate: Plate
    chassis: Plate
    days: Days


class Exit(Event):
    """The vehicle has left through a crossing of this node."""

    kind: Literal["note_exit"]
    place: Short
    plate: Plate


class Cancellation(Event):
    """The vehicle will not come."""

    kind: Literal["cancel"]
    reason: Line


AnyEvent = Annotated[Entry | Exit | Cancellation, Body(..., discriminator="kind")]
COMMANDS: dict[str, Callable[..., Any]] = {
    "validate_at_entry": commands.validate_at_entry,
    "note_exit": commands.note_exit,
    "cancel": commands.cancel,
}


class FindingOut(Schema):
    """What an officer should look at."""

    code: str
    details: dict[str, Any]


class PassOut(Schema):
    """A pass: the vehicle and its days."""

    key: str
    place: str
    kind: str
    purpose: str
    plate: str
    plate_country: str
    chassis: str
    make: str
    reference: str
    state: str
    version: int
    entered_at: datetime | None
    days: int | None
    last_on: date | None
    due_at: datetime | None
    exited_at: datetime | None
    exit_place: str | None


class PassWithFindings(PassOut):
    """A pass, with what an officer should look at."""

    findings: list[FindingOut]


@router.post("/vehicle-passes", response={201: PassOut}, summary="Prefill a vehicle pass")
def prefill(request: HttpRequest, prefilling: Prefilling) -> Status[queries.PassRow]:
    """Prefill the pass of a vehicle; it is in force only when an officer validates it at entry."""
    now = doors.now()
    made = commands.prefill(caller(request), new_key(now), at=now, **prefilling.dict())
    return Status(201, queries.pass_row(made))


@router.get("/vehicle-passes", response=list[PassOut], summary="Find vehicle passes by scan")
def find(request: HttpRequest, scan: Annotated[ScanText, Query()]) -> list[queries.PassRow]:
    """Give the passes that a scan means: the code of the paper, a plate, a chassis or a number; never a name."""
    mandates.require(caller(request), "vehicles.read_passes", at=doors.now())
    return queries.found(rules.read_scan(scan))


@router.get("/vehicle-passes/{key}", response=PassWithFindings, summary="Read a vehicle pass")
def read_pass(request: HttpRequest, key: str) -> dict[str, Any]:
    """Give a pass to an office of the node, or to the programme that prefilled it."""
    ends = queries.readable_pass(caller(request), key, doors.now())
    findings = [{"code": each.code, "details": dict(each.details)} for each in ends.findings]
    return {**{name: getattr(ends.row, name) for name in PassOut.model_fields}, "findings": findings}


@router.post("/vehicle-passes/{key}/events", response=PassOut, summary="Record an event of a vehicle pass")
def record_event(request: HttpRequest, key: str, event: AnyEvent) -> queries.PassRow:
    """Record an entry, an exit or a cancelling; the same `event_key` sent again writes nothing."""
    now = doors.now()
    facts: dict[str, Any] = event.dict()
    kind, at = facts.pop("kind"), facts.pop("at") or now
    for row in queries.passes_by_key([key]):
        rules.check_not_ahead(at, now=now, zone=queries.places()[row.place].clock)
    return queries.pass_row(COMMANDS[kind](caller(request), key, at=at, **facts))
