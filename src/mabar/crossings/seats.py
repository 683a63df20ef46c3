"""What several acts do to an appointment: take its seat, give it back, keep it as the truck comes, await it again."""

from datetime import datetime

from mabar.base import timers
from mabar.crossings import queries, turns
from mabar.crossings.models import Appointment, Crossing, Passage
from mabar.crossings.rules import slots

LAPSE = "crossings.lapse_appointment"


def take(passage: Passage, slot_at: datetime, at: datetime) -> Appointment:
    """Seat a truck in a slot; the announcement then lasts as long as the appointment needs it.

    Raises:
        NoSlots, NotASlot, SlotPast, SlotFull.
    """
    # the crossing's row is the lock under which seats are counted
    Crossing.objects.select_for_update().get(place=passage.place_id)
    stated, _hours = queries.stated_terms(passage.place_id, at)
    terms = slots.check_stated(stated)
    slot = slots.check_slot(terms, slot_at, at=at)
    there = Appointment.objects.filter(place=passage.place_id, slot_at=slot.begins_at, state__in=slots.TAKING)
    taken = set(there.exclude(passage=passage).values_list("seat", flat=True))
    seat = slots.free_seat(taken, terms.trucks_a_slot)
    free = queries.free_slots(passage.place_id, at) if seat is None else []
    facts = {
        "place_id": passage.place_id,
        "state": slots.ASKED,
        "slot_at": slot.begins_at,
        "seat": slots.check_seat(seat, terms, slot, free=free),
        "lapses_at": slot.begins_at + terms.tolerance,
        "asked_at": at,
    }
    appointment, _is_new = Appointment.objects.update_or_create(passage=passage, defaults=facts)
    _await(passage, appointment, at)
    return appointment


def _await(passage: Passage, appointment: Appointment, at: datetime) -> None:
    for verb in (LAPSE, turns.LAPSE):
        timers.end(verb, passage.key, at=at)
    timers.start(LAPSE, passage.key, due_at=appointment.lapses_at)
    passage.expected_at = appointment.slot_at
    turns.start_lapse(passage, passage.announced_at)


def standing(passage: Passage) -> Appointment | None:
    """Give the appointment of a locked passage that takes a seat, if there is one."""
    return Appointment.objects.filter(passage=passage, state__in=slots.TAKING).first()


def leave(passage: Passage, state: str, *, at: datetime) -> None:
    """Write what became of the appointment that stands, if there is one, and end its timer."""
    if Appointment.objects.filter(passage=passage, state__in=slots.TAKING).update(state=state):
        timers.end(LAPSE, passage.key, at=at)


def meet(passage: Passage, at: datetime) -> None:
    """Keep the appointment of a truck that comes in time, also where its timer fired before the news of its arrival."""
    found = Appointment.objects.filter(passage=passage, state__in=(slots.ASKED, slots.LAPSED)).first()
    if found is not None:
        found.state = slots.met(at, found.lapses_at)
        found.save(update_fields=["state"])
        timers.end(LAPSE, passage.key, at=at)


def await_again(passage: Passage) -> None:
    """Await a truck whose arrival was undone; what has fallen due meanwhile is for the clock."""
    found = Appointment.objects.filter(passage=passage, state=slots.KEPT).first()
    if found is not None:
        found.state = slots.ASKED
        found.save(update_fields=["state"])
        timers.start(LAPSE, passage.key, due_at=found.lapses_at)


def take_again(passage: Passage, at: datetime) -> None:
    """Seat a truck again in the slot that it left as it was sent away or withdrawn, which is undone, if there is room.

    An appointment that its carrier had given back himself before stays given back.
    """
    Crossing.objects.select_for_update().get(place=passage.place_id)
    found = Appointment.objects.filter(passage=passage, state=slots.GIVEN_BACK).first()
    acts = passage.events.filter(kind__in=("ask_appointment", "move_appointment", "give_back_appointment"))
    if found is None or acts.order_by("-pk").values_list("kind", flat=True).first() == "give_back_appointment":
        return
    seat = _seat_again(found, at)
    if seat is not None:
        found.seat = seat
        found.state = slots.met(passage.queued_at, found.lapses_at) if passage.queued_at else slots.ASKED
        found.save(update_fields=["seat", "state"])
        if found.state == slots.ASKED:
            timers.start(LAPSE, passage.key, due_at=found.lapses_at)


def _seat_again(left: Appointment, at: datetime) -> int | None:
    there = Appointment.objects.filter(place=left.place_id, slot_at=left.slot_at, state__in=slots.TAKING)
    taken = set(there.values_list("seat", flat=True))
    terms, _hours = queries.stated_terms(left.place_id, at)
    return left.seat if left.seat not in taken else slots.free_seat(taken, terms.trucks_a_slot if terms else 0)
