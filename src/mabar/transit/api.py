"""The door for programs: a house's own system lodges and follows, a counter's program notifies arrivals."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field, StringConstraints

from mabar.base import doors
from mabar.base.keys import new_key
from mabar.base.reach import caller
from mabar.transit import commands, queries, rules

router = Router(tags=["transit"])

# control characters have no place in what is shown, and PostgreSQL stores no NUL
PLAIN = r"^[^\x00-\x1f\x7f]*$"
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=PLAIN)]
Goods = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=PLAIN)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60, pattern=PLAIN)]
Office = Annotated[str, StringConstraints(strip_whitespace=True, max_length=32, pattern=PLAIN)]
EventKey = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[!-~]+$")]
Whole = Annotated[int, Field(ge=0, le=10**15)]


class MovementIn(Schema):
    """A declaration for transit; the same `event_key` sent again is the same one.  Mass in grams, minor units."""

    event_key: EventKey
    offices: Annotated[list[Office], Field(min_length=2, max_length=12)]
    holder_code: Office
    holder_name: Name
    goods: Goods
    packages: Annotated[int, Field(ge=1, le=10**6)]
    gross_mass_g: Annotated[int, Field(ge=1, le=10**12)]
    plate: Office
    container: Short = ""
    declaration: Short = ""
    guarantee: Office = ""
    amount_minor: Whole = 0
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "DZD"
    procedure: str = "electronic"
    stamp: Short = ""
    begun_at: AwareDatetime | None = None


class OfficeOut(Schema):
    """An office of the itinerary, and when the goods were there."""

    office: str
    role: str
    at: datetime | None


class MovementOut(Schema):
    """A movement; at another node than its home it is a copy, as it stood there at `as_of_at`."""

    key: str
    number: str
    home: str
    is_home: bool
    state: str
    version: int
    procedure: str
    departure: str
    destination: str
    released_at: datetime | None
    limit_at: datetime | None
    arrived_at: datetime | None
    arrived_office: str
    as_of_at: datetime | None
    offices: list[OfficeOut] = []
    seals: list[str] = []


class SealIn(Schema):
    """A seal as it was found."""

    number: Short
    is_broken: bool = False


class ArrivalIn(Schema):
    """An arrival at an office, with the seals as they were found; elsewhere than destined, with the reason."""

    event_key: EventKey
    office: Office
    seals: Annotated[list[SealIn], Field(max_length=20)] = []
    reason: Name = ""
    version: int | None = None


@router.post("/transit-movements", response={201: MovementOut}, summary="Lodge a declaration for transit")
def lodge(request: HttpRequest, told: MovementIn) -> Status[dict[str, Any]]:
    """Lodge a declaration for transit; it has its number only when an officer has accepted it."""
    now = doors.now()
    written = told.dict(exclude={"event_key", "offices"})
    lodgement = rules.Lodgement(offices=tuple(told.offices), **written)
    made = commands.lodge(caller(request), new_key(now), lodgement=lodgement, at=now, event_key=told.event_key)
    return Status(201, vars(queries.movement_row(made)))


@router.get("/transit-movements/{key}", response=MovementOut, summary="Read a movement")
def read_movement(request: HttpRequest, key: str) -> dict[str, Any]:
    """Give a movement to the house that lodged it, or to an office on its way."""
    return _whole(queries.readable_movement(caller(request), key, doors.now()))


def _whole(view: queries.MovementView) -> dict[str, Any]:
    seals = [each.number for each in view.in_force]
    return {**vars(view.row), "offices": [vars(each) for each in view.offices], "seals": seals}


@router.post("/transit-movements/{key}/arrival", response=MovementOut, summary="Notify an arrival")
def notify_arrival(request: HttpRequest, key: str, told: ArrivalIn) -> dict[str, Any]:
    """Record that the goods arrived at an office of this node; the office of departure is told."""
    now = doors.now()
    queries.readable_movement(caller(request), key, now)  # who may not read the answer is refused before the act
    seen = tuple(rules.SealSeen(each.number, each.is_broken) for each in told.seals)
    facts: dict[str, Any] = {"office": told.office, "reason": told.reason, "version": told.version}
    commands.arrive(caller(request), key, seen=seen, at=now, event_key=told.event_key, **facts)
    return _whole(queries.readable_movement(caller(request), key, now))
