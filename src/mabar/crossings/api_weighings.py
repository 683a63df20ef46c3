"""The door for weighbridges that know the plate of a truck and not its passage."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import AwareDatetime, Field

from mabar.base import doors
from mabar.base.reach import caller
from mabar.crossings import commands
from mabar.crossings.api_shapes import EventKey, Grams, Line, Plate, TakenOut

router = Router(tags=["crossings"])


class PlateWeighing(Schema):
    """A weighing of a bridge that knows the plate and not the passage; axles from the front."""

    event_key: EventKey
    place: Line
    plate: Plate
    weighed_at: AwareDatetime
    gross_mass_g: Grams
    tare_mass_g: Grams | None = None
    is_empty: bool = False
    axle_masses_g: Annotated[list[Grams], Field(max_length=12)] = []


@router.post("/weighings", response=TakenOut, summary="Record a weighing by the plate")
def take_weighing(request: HttpRequest, weighing: PlateWeighing) -> commands.Taken:
    """Record a weighing on the truck of that plate; one that fits none is kept for an officer, not lost."""
    facts: dict[str, Any] = weighing.dict()
    return commands.take_weighing(caller(request), facts.pop("place"), at=doors.now(), **facts)
