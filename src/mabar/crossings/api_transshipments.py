"""The door for devices at kilometre zero: scales and counters send what came off one truck and lies on another."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Body, Router, Schema
from pydantic import Field

from mabar.base import doors, mandates
from mabar.base.reach import caller
from mabar.crossings import commands, queries, rules
from mabar.crossings.api_shapes import Event, Grams, Line
from mabar.crossings.queries import transshipments as told
from mabar.crossings.rules import counting

router = Router(tags=["crossings"])
Packages = Annotated[int, Field(ge=0, le=1_000_000)]


class CountIn(Schema):
    """Packages and gross mass of one declaration, by its key."""

    declaration: Line
    packages: Packages
    gross_mass_g: Grams


Counts = Annotated[list[CountIn], Field(max_length=500)]


class Tally(Event):
    """What came off the truck, each of its declarations once; officers confirm it."""

    kind: Literal["note_tally"]
    counted: Counts


class Loading(Event):
    """What lies on a truck now; it takes the place of what was sent of this truck before."""

    kind: Literal["note_loading"]
    truck: Line
    loaded: Counts


AnyCount = Annotated[Tally | Loading, Body(..., discriminator="kind")]
COMMANDS: dict[str, tuple[Callable[..., Any], str]] = {
    "note_tally": (commands.note_tally, "counted"),
    "note_loading": (commands.note_loading, "loaded"),
}


class FigureOut(Schema):
    """A declaration of the unloaded truck; what was not counted yet is null."""

    declaration: str
    reference: str
    declared_packages: int
    declared_mass_g: int
    packages: int | None
    gross_mass_g: int | None
    loaded_packages: int | None
    loaded_mass_g: int | None


class TransshipmentOut(Schema):
    """A transshipment: its trucks by the keys of their passages, and its figures."""

    key: str
    place: str
    state: str
    version: int
    tolerance_percent: str
    changed_at: datetime
    unloaded: str
    onward: list[str]
    digest: str
    figures: list[FigureOut]


@router.get("/transshipments/{key}", response=TransshipmentOut, summary="Read a transshipment")
def read_transshipment(request: HttpRequest, key: str) -> dict[str, Any]:
    """Give a transshipment with what was declared, unloaded and loaded."""
    sheet, actor, at = told.transshipment(key), caller(request), doors.now()
    # a device that counts may read what it counts against
    verb = "crossings.read_board" if mandates.may(actor, "crossings.read_board", at=at) else "crossings.note_tally"
    mandates.require(actor, verb, place=sheet.row.place, at=at)
    return _out(sheet)


@router.post("/transshipments/{key}/events", response=TransshipmentOut, summary="Send a count")
def record_count(request: HttpRequest, key: str, event: AnyCount) -> dict[str, Any]:
    """Record a count; the same `event_key` sent again writes nothing and is answered with the transshipment."""
    now = doors.now()
    facts: dict[str, Any] = event.dict()
    kind, at = facts.pop("kind"), facts.pop("at") or now
    if at != now:
        _check_hour_told(caller(request), kind, key, at, now)
    command, name = COMMANDS[kind]
    facts[name] = tuple(counting.Count(**each) for each in facts[name])
    command(caller(request), key, at=at, **facts)
    return _out(told.transshipment(key))


def _check_hour_told(actor: Any, act: str, key: str, at: datetime, now: datetime) -> None:
    """Refuse an hour to come, and demand the mandate of today besides: an hour told brings no ended mandate back."""
    here = told.transshipment(key).row.place
    rules.check_not_ahead(at, now=now, zone=queries.crossing_place(here).clock)
    place = queries.asked_at(actor, here)
    mandates.require(actor, f"crossings.{act}", place=place, at=now)


def _out(sheet: told.TransshipmentSheet) -> dict[str, Any]:
    row = sheet.row
    same = ("key", "place", "state", "version", "tolerance_percent", "changed_at", "digest")
    return {
        **{name: getattr(row, name) for name in same},
        "unloaded": row.unloaded.key,
        "onward": [truck.key for truck in row.onward],
        "figures": [_figure(each) for each in sheet.figures],
    }


def _figure(each: told.FigureRow) -> dict[str, Any]:
    counted, loaded = each.counted, each.loaded
    return {
        "declaration": each.declaration,
        "reference": each.reference,
        "declared_packages": each.declared.packages,
        "declared_mass_g": each.declared.gross_mass_g,
        "packages": counted.packages if counted else None,
        "gross_mass_g": counted.gross_mass_g if counted else None,
        "loaded_packages": loaded.packages if loaded else None,
        "loaded_mass_g": loaded.gross_mass_g if loaded else None,
    }
