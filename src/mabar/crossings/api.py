"""The door for programs: gates, weighbridges, carriers' programs and displays."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Body, Router, Schema, Status
from pydantic import AwareDatetime, Field

from mabar.base import doors, mandates
from mabar.base.keys import new_key
from mabar.base.reach import caller
from mabar.base.rules import NoSuchRecord
from mabar.crossings import api_scans, api_transshipments, api_weighings, commands, queries, rules
from mabar.crossings.answers import keep
from mabar.crossings.api_shapes import Appointing, Day, Event, EventKey, Grams, Line, MarkOut, Plate, Seals, SlotOut
from mabar.crossings.queries import diverting

router = Router(tags=["crossings"])
router.add_router("", api_transshipments.router)
router.add_router("", api_weighings.router)
router.add_router("", api_scans.router)


class Announcement(Schema):
    """A truck that will come; the same `event_key` sent again is the same passage."""

    event_key: EventKey
    place: Line
    direction: Literal["entry", "exit"]
    plate: Plate
    trailer_plate: Plate = ""
    carrier: Line = ""
    seals: Seals = []
    expected_at: AwareDatetime | None = None


class JoinQueue(Event):
    """The truck has come to the queue."""

    kind: Literal["join_queue"]


class GateIn(Event):
    """The truck has entered: the plate seen, the seals read, the documents counted."""

    kind: Literal["note_gate_in"]
    plate: Plate
    seals: Seals = []
    documents: Annotated[int, Field(ge=0, le=1000)] = 0


class Weight(Event):
    """What the weighbridge shows, in grams."""

    kind: Literal["note_weight"]
    gross_mass_g: Grams
    tare_mass_g: Grams | None = None
    is_empty: bool = False
    axle_masses_g: Annotated[list[Grams], Field(max_length=12)] = []


class Presented(Event):
    """The truck is presented to customs."""

    kind: Literal["present"]


class GateOut(Event):
    """The truck has left, with these seals."""

    kind: Literal["note_gate_out"]
    seals: Seals = []


class Withdrawal(Event):
    """The truck will not come."""

    kind: Literal["withdraw"]
    reason: Line = ""


class KeepDiversion(Schema):
    """The truck goes to the crossing offered to it, at the hour offered.  It answers now, whatever the hour."""

    event_key: EventKey
    kind: Literal["keep_diversion"]


class DeclineDiversion(Schema):
    """The truck stays in the queue where it is.  It answers now, whatever the hour."""

    event_key: EventKey
    kind: Literal["decline_diversion"]


AnyEvent = Annotated[
    JoinQueue | GateIn | Weight | Presented | GateOut | Withdrawal | KeepDiversion | DeclineDiversion | Appointing,
    Body(..., discriminator="kind"),
]
COMMANDS: dict[str, Callable[..., Any]] = {
    "join_queue": commands.join_queue,
    "note_gate_in": commands.note_gate_in,
    "note_weight": commands.note_weight,
    "present": commands.present,
    "note_gate_out": commands.note_gate_out,
    "withdraw": commands.withdraw,
    "keep_diversion": keep,
    "decline_diversion": commands.decline_diversion,
    "ask_appointment": commands.ask_appointment,
    "move_appointment": commands.move_appointment,
    "give_back_appointment": commands.give_back_appointment,
}


class PassageState(Schema):
    """The passage after an act."""

    key: str
    place: str
    direction: str
    plate: str
    state: str
    gate: int | None
    version: int


class EventOut(Schema):
    """One event, without its facts: those are for the desks."""

    number: int
    kind: str
    at: datetime
    state_after: str
    corrects: int | None


class HoldOut(Schema):
    """A hold, without what the agency wants and why."""

    agency: str
    desk: str
    placed_at: datetime
    lifted_at: datetime | None


class PassageOut(Schema):
    """A passage; its lane only after gate-in."""

    key: str
    place: str
    direction: str
    plate: str
    trailer_plate: str
    state: str
    gate: int | None
    version: int
    lane: str | None
    lane_number: int | None
    events: list[EventOut]
    holds: list[HoldOut]


class WaitingOut(Schema):
    """A truck before gate-in; four times out of five it enters between `earliest_at` and `latest_at`."""

    position: int
    plate: str
    queued_at: datetime
    appointment_at: datetime | None
    mark: MarkOut | None
    expected_at: datetime | None
    earliest_at: datetime | None
    latest_at: datetime | None
    gate: int


class YardOut(Schema):
    """A truck inside; without a colour it waits."""

    plate: str
    colour: str | None
    number: int | None


class HeldOut(Schema):
    """A held truck; without a desk it waits."""

    plate: str
    agency: str
    agency_names: Mapping[str, str]
    desk: str


class BoardOut(Schema):
    """What the wall of a crossing shows."""

    place: str
    at: datetime
    waiting: list[WaitingOut]
    yard: list[YardOut]
    held: list[HeldOut]


class OfferOut(Schema):
    """A diversion as its carrier sees it; `successor` is the passage at the other crossing once it is kept."""

    state: str
    place: str
    target: str
    reason: str
    slot_at: datetime | None
    answer_by: datetime | None
    successor: str | None


@router.post("/passages", response={201: PassageState}, summary="Announce a truck")
def announce(request: HttpRequest, announcement: Announcement) -> Status[queries.PassageRow]:
    """Announce a truck at a crossing of this node."""
    now = doors.now()
    passage = commands.announce(caller(request), new_key(now), at=now, **announcement.dict())
    return Status(201, queries.passage_row(passage))


@router.post("/passages/{key}/events", response=PassageState, summary="Record an event of a passage")
def record_event(request: HttpRequest, key: str, event: AnyEvent) -> queries.PassageRow:
    """Record what happened; the same `event_key` sent again writes nothing and is answered with the passage."""
    now = doors.now()
    facts: dict[str, Any] = event.dict()
    kind, at = facts.pop("kind"), facts.pop("at", None) or now
    if at != now:
        _check_hour_told(caller(request), kind, key, at, now)
    return queries.passage_row(COMMANDS[kind](caller(request), key, at=at, **facts))


def _check_hour_told(actor: Any, act: str, key: str, at: datetime, now: datetime) -> None:
    """Refuse an hour to come, and demand the mandate of today besides: an hour told brings no ended mandate back."""
    for row in queries.passages_by_key([key]):
        rules.check_not_ahead(at, now=now, zone=queries.crossing_place(row.place).clock)
        mandates.require(actor, f"crossings.{act}", place=row.place, at=now)


@router.get("/passages/{key}", response=PassageOut, summary="Read a passage")
def read_passage(request: HttpRequest, key: str) -> dict[str, Any]:
    """Give a passage with its events and holds."""
    found = queries.passage(key)
    mandates.require(caller(request), "crossings.read_board", place=found.row.place, at=doors.now())
    is_inside = found.row.gate_in_at is not None
    return {
        **{name: getattr(found.row, name) for name in (*PassageState.model_fields, "trailer_plate")},
        "lane": found.lane if is_inside else None,
        "lane_number": found.lane_number if is_inside else None,
        "events": found.events,
        "holds": found.holds,
    }


@router.get("/passages/{key}/diversion", response=OfferOut, summary="Read what is offered to a truck")
def read_offer(request: HttpRequest, key: str) -> dict[str, Any]:
    """Give the newest diversion of a truck, to whoever may answer it."""
    actor, row = caller(request), queries.passage(key).row
    mandates.require(actor, "crossings.decline_diversion", place=row.place, at=doors.now())
    offer = diverting.offer_to(key)
    if offer is None or not queries.speaks_for(actor, key, firm=row.firm):
        raise NoSuchRecord(key=key)
    told = {name: getattr(offer, name) for name in ("place", "target", "reason")}
    return told | {name: getattr(offer.truck, name) for name in ("state", "slot_at", "answer_by", "successor")}


@router.get("/slots/{place}", response=list[SlotOut], summary="Read the slots of a day")
def read_slots(request: HttpRequest, place: str, day: Day) -> list[queries.SlotRow]:
    """Give the slots of a day of the place; none where the crossing does not work, or gives no appointments."""
    now = doors.now()
    mandates.require(caller(request), "crossings.ask_appointment", place=place, at=now)
    return [row for row in queries.slots_on(place, day, now) if row.ends_at]


@router.get("/board/{place}", response=BoardOut, summary="Read the board of a crossing")
def read_board(request: HttpRequest, place: str) -> queries.Wall:
    """Give what the wall of a crossing shows."""
    now = doors.now()
    mandates.require(caller(request), "crossings.read_board", place=place, at=now)
    return queries.wall(place, now)
