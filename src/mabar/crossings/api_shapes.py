"""Shapes that the crossings' doors for programs share."""

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import AwareDatetime, Field, StringConstraints

# control characters have no place in what is shown, and PostgreSQL stores no NUL
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Plate = Annotated[str, StringConstraints(strip_whitespace=True, max_length=32, pattern=r"^[^\x00-\x1f\x7f]*$")]
EventKey = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[!-~]+$")]
Seals = Annotated[list[Plate], Field(max_length=40)]
# beyond these years the calendar of a place has no days
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]
Grams = Annotated[int, Field(ge=0, le=10**12)]


class Event(Schema):
    """What every event brings: the sender's own key of it, and its hour where it is not now."""

    event_key: EventKey
    at: AwareDatetime | None = None


class AskAppointment(Schema):
    """An hour for an announced truck: the instant at which the slot begins.  It is asked for now, whatever the hour."""

    event_key: EventKey
    kind: Literal["ask_appointment"]
    slot_at: AwareDatetime


class MoveAppointment(Schema):
    """Another hour in place of the one that stands."""

    event_key: EventKey
    kind: Literal["move_appointment"]
    slot_at: AwareDatetime


class GiveBackAppointment(Schema):
    """The hour is not needed."""

    event_key: EventKey
    kind: Literal["give_back_appointment"]


Appointing = AskAppointment | MoveAppointment | GiveBackAppointment


class MarkOut(Schema):
    """That a truck was called forward or put back, and the kind of reason."""

    act: str
    kind: str


class SlotOut(Schema):
    """A slot of the crossing, and how many more trucks may ask for it."""

    begins_at: datetime
    ends_at: datetime
    free: int


class TakenOut(Schema):
    """What became of a weighing or a scan: recorded on a passage, received before, or kept for an officer, and why."""

    event_key: str
    plate: str
    outcome: Literal["recorded", "before", "kept"]
    passage: str
    reason: str
