"""Appointments: of a truck, of a day slot by slot, and the slots that are free."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mabar.crossings.models import Appointment
from mabar.crossings.queries.turns import stated_terms
from mabar.crossings.rules import slots


@dataclass(frozen=True)
class AppointmentRow:
    """A truck's appointment, and how far the truck is."""

    passage: str
    plate: str
    passage_state: str
    state: str
    slot_at: datetime
    lapses_at: datetime

    @property
    def is_standing(self) -> bool:
        """Whether it takes a seat of its slot."""
        return self.state in slots.TAKING


@dataclass(frozen=True)
class SlotRow:
    """A slot, its seats and who has them; `is_ahead` tells whether it may still be asked for."""

    begins_at: datetime
    ends_at: datetime | None
    seats: int
    appointments: tuple[AppointmentRow, ...]
    is_ahead: bool

    @property
    def taken(self) -> int:
        """How many of its seats are taken."""
        return sum(each.is_standing for each in self.appointments)

    @property
    def free(self) -> int:
        """How many more trucks may ask for it; none once it has begun."""
        return max(self.seats - self.taken, 0) if self.is_ahead else 0


def appointment_of(key: str) -> AppointmentRow | None:
    """Give the newest appointment of a truck, whatever became of it; None where it never had one."""
    found = Appointment.objects.filter(passage=key).select_related("passage").first()
    return _row(found) if found else None


def appointments_of(keys: Iterable[str]) -> dict[str, AppointmentRow]:
    """Give the newest appointments of trucks, by passage."""
    found = Appointment.objects.filter(passage__in=list(keys)).select_related("passage")
    return {each.passage_id: _row(each) for each in found}


def slots_on(place: str, day: date, at: datetime) -> list[SlotRow]:
    """List the slots of a day of the place with their appointments.

    An hour that was given under earlier terms stands beside today's slots, without a free seat.
    """
    terms, hours = stated_terms(place, at)
    begins_at = datetime.combine(day, time.min, tzinfo=hours.zone)
    found = Appointment.objects.filter(place=place, slot_at__gte=begins_at, slot_at__lt=begins_at + timedelta(days=1))
    by_slot: dict[datetime, list[AppointmentRow]] = {}
    for each in found.select_related("passage").order_by("slot_at", "seat", "pk"):
        by_slot.setdefault(each.slot_at, []).append(_row(each))
    offered = {slot.begins_at: slot for slot in slots.slots_of(terms, day)} if terms else {}
    return [
        SlotRow(
            begins_at=begin,
            ends_at=offered[begin].ends_at if begin in offered else None,
            seats=terms.trucks_a_slot if terms and begin in offered else 0,
            appointments=tuple(by_slot.get(begin, ())),
            is_ahead=at < begin <= at + slots.FURTHEST,
        )
        for begin in sorted({*offered, *by_slot})
    ]


def free_slots(place: str, at: datetime, *, limit: int = slots.NEXT_NAMED) -> list[slots.Slot]:
    """List the next slots with a free seat."""
    terms, _hours = stated_terms(place, at)
    if terms is None:
        return []
    ahead = Appointment.objects.filter(place=place, slot_at__gt=at, state__in=slots.TAKING)
    taken = Counter(ahead.values_list("slot_at", flat=True))
    free = (slot for slot in _ahead(terms, at) if taken[slot.begins_at] < terms.trucks_a_slot)
    return [slot for slot, _number in zip(free, range(limit), strict=False)]


def _ahead(terms: slots.Terms, at: datetime) -> Iterator[slots.Slot]:
    day = at.astimezone(terms.hours.zone).date()
    for number in range(slots.FURTHEST.days + 1):
        for slot in slots.slots_of(terms, day + timedelta(days=number)):
            if at < slot.begins_at <= at + slots.FURTHEST:
                yield slot


def _row(found: Appointment) -> AppointmentRow:
    passage = found.passage
    return AppointmentRow(passage.key, passage.plate, passage.state, found.state, found.slot_at, found.lapses_at)
