"""Appointments: what a crossing states of its slots, which of them may be asked for, and when one lapses."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from mabar.crossings.rules.hours import MIDNIGHT_MIN, WHOLE_WEEK, Hours, hour_text
from mabar.crossings.rules.refusals import (
    AppointmentStands,
    HoursImpossible,
    NoAppointment,
    NoSlots,
    NotASlot,
    SlotFull,
    SlotPast,
)

Standing = TypeVar("Standing")  # the record of an appointment, whatever keeps it
SHORTEST_SLOT_MIN, LONGEST_SLOT_MIN = 10, 240
MOST_TRUCKS_A_SLOT = 500
LONGEST_TOLERANCE_MIN = 240
FURTHEST = timedelta(days=14)  # a slot further away is nobody's to ask for yet
NEXT_NAMED = 3  # how many free slots the refusal of a full one names

ASKED, KEPT, GIVEN_BACK, LAPSED = "asked", "kept", "given_back", "lapsed"
APPOINTMENTS = (ASKED, KEPT, GIVEN_BACK, LAPSED)
TAKING = (ASKED, KEPT)  # only these take room in their slot


@dataclass(frozen=True)
class Terms:
    """What a crossing states: its hours, its slots, and how late a truck may come to its own."""

    hours: Hours
    slot_min: int
    trucks_a_slot: int
    tolerance_min: int

    @property
    def tolerance(self) -> timedelta:
        """How late a truck may come to its slot."""
        return timedelta(minutes=self.tolerance_min)


@dataclass(frozen=True)
class Slot:
    """A stretch of the crossing's work for which so many trucks may have an appointment."""

    begins_at: datetime
    ends_at: datetime


def check_terms(terms: Terms) -> Terms:
    """Give the terms, if a crossing can work by them.

    Raises:
        HoursImpossible: no day, hours that hold no slot, or a figure beyond its bounds.
    """
    hours = terms.hours
    is_day = bool(hours.days) and set(hours.days) <= set(WHOLE_WEEK)
    is_span = hours.opens_min >= 0 and hours.opens_min + terms.slot_min <= hours.closes_min <= MIDNIGHT_MIN
    is_slot = SHORTEST_SLOT_MIN <= terms.slot_min <= LONGEST_SLOT_MIN
    is_room = 1 <= terms.trucks_a_slot <= MOST_TRUCKS_A_SLOT and 0 <= terms.tolerance_min <= LONGEST_TOLERANCE_MIN
    if not (is_day and is_span and is_slot and is_room):
        raise HoursImpossible(
            shortest=SHORTEST_SLOT_MIN, longest=LONGEST_SLOT_MIN, most=MOST_TRUCKS_A_SLOT, late=LONGEST_TOLERANCE_MIN
        )
    return terms


def slots_of(terms: Terms, day: date) -> list[Slot]:
    """List the slots of a day of the place, each whole."""
    shift = terms.hours.shift(day)
    if shift is None:
        return []
    length = timedelta(minutes=terms.slot_min)
    number = (shift[1] - shift[0]) // length
    return [Slot(shift[0] + length * each, shift[0] + length * (each + 1)) for each in range(number)]


def check_stated(terms: Terms | None) -> Terms:
    """Give what the crossing states.

    Raises:
        NoSlots: it has stated nothing, so it gives no appointments.
    """
    if terms is None:
        raise NoSlots()
    return terms


def check_slot(terms: Terms, slot_at: datetime, *, at: datetime) -> Slot:
    """Find the slot that begins at an instant and may still be asked for.

    Raises:
        NotASlot: no slot of the crossing begins then.
        SlotPast: it has begun, and whoever asked for it now would pass trucks that have come since; or it is too far.
    """
    if not at < slot_at <= at + FURTHEST:
        raise SlotPast(at=hour_text(terms.hours.zone, slot_at), days=FURTHEST.days)
    on = slot_at.astimezone(terms.hours.zone).date()
    slot = next((slot for slot in slots_of(terms, on) if slot.begins_at == slot_at), None)
    if slot is None:
        raise NotASlot(at=hour_text(terms.hours.zone, slot_at))
    return slot


def free_seat(taken: Collection[int], trucks_a_slot: int) -> int | None:
    """Give the lowest free seat of a slot; None where it is full, also by seats beyond a number stated since."""
    if len(taken) >= trucks_a_slot:
        return None
    return next((seat for seat in range(1, trucks_a_slot + 1) if seat not in taken), None)


def check_seat(seat: int | None, terms: Terms, slot: Slot, *, free: Iterable[Slot]) -> int:
    """Give the seat.

    Raises:
        SlotFull: there is none; names the next free slots.
    """
    if seat is None:
        named = " · ".join(hour_text(terms.hours.zone, each.begins_at) for each in free) or "–"
        raise SlotFull(at=hour_text(terms.hours.zone, slot.begins_at), trucks=terms.trucks_a_slot, next=named)
    return seat


def check_none_stands(slot_at: datetime | None, *, zone: ZoneInfo) -> None:
    """Refuse a second appointment for one truck.

    Raises:
        AppointmentStands: names the hour of the one that stands.
    """
    if slot_at is not None:
        raise AppointmentStands(at=hour_text(zone, slot_at))


def check_stands(standing: Standing | None) -> Standing:
    """Give the appointment that is to be moved or given back.

    Raises:
        NoAppointment: none stands.
    """
    if standing is None:
        raise NoAppointment()
    return standing


def met(came_at: datetime, lapses_at: datetime) -> str:
    """Tell what becomes of an appointment when its truck comes: kept, or lapsed where it came too late."""
    return KEPT if came_at <= lapses_at else LAPSED
