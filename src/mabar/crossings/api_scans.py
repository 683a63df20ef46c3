"""The door for scanners: one scan of a truck, by its plate."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import AwareDatetime, StringConstraints

from mabar.base import doors
from mabar.base.reach import caller
from mabar.crossings import commands, rules
from mabar.crossings.api_shapes import EventKey, Line, Plate, TakenOut

router = Router(tags=["crossings"])
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]


class ScanTold(Schema):
    """One scan: which truck, by which scanner, the image's name in its store with its SHA-256, and what was seen."""

    event_key: EventKey
    place: Line
    plate: Plate
    scanned_at: AwareDatetime
    device: Line
    operator: Line
    image: Line
    image_sha256: Line
    image_media_type: Line
    outcome: Literal["nothing_found", "anomaly"]
    trailer_plate: Plate = ""
    container: Line = ""
    region: Line = ""
    note: Note = ""
    asks_inspection: bool = False


@router.post("/scans", response=TakenOut, summary="Record a scan by the plate")
def take_scan(request: HttpRequest, scan: ScanTold) -> commands.Taken:
    """Record a scan on the truck of that plate; one that fits none is kept for an officer, not lost.

    The same scan sent again changes nothing; another one under the same number is refused.
    """
    facts: dict[str, Any] = scan.dict()
    place = facts.pop("place")
    return commands.take_scan(caller(request), place, scan=rules.Scan(**facts), at=doors.now())
