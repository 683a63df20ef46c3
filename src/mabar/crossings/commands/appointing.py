"""Appointments: an hour asked for, moved, given back, and lapsed."""

from datetime import datetime

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.turns import once, write
from mabar.crossings import rules, seats, turns
from mabar.crossings.models import Passage
from mabar.crossings.rules import slots


@once
def ask_appointment(
    actor: Actor, key: str, *, slot_at: datetime, at: datetime, event_key: str = "", version: int | None = None
) -> Passage:
    """Ask for an hour for an announced truck; a declarant asks for his house's trucks, a station for its own.

    Raises:
        NotMandated, OutOfTurn, AppointmentStands, NoSlots, NotASlot, SlotPast, SlotFull.
        NoSuchRecord: no passage that he announced, or his house, bears the key.
    """
    with journal.writes(actor, "crossings.ask_appointment", key, at=at, slot_at=slot_at) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.ask_appointment", place=passage.place_id)
        turns.refuse_others(actor, passage)
        rules.check_beside("ask_appointment", passage.state)
        before = seats.standing(passage)
        slots.check_none_stands(before.slot_at if before else None, zone=passage.place.clock)
        _seat(actor, passage, "ask_appointment", slot_at, at=at, event_key=event_key)
    return passage


@once
def move_appointment(
    actor: Actor, key: str, *, slot_at: datetime, at: datetime, event_key: str = "", version: int | None = None
) -> Passage:
    """Move the appointment of an announced truck to another hour; where that is full, the old one stands.

    Raises:
        NotMandated, OutOfTurn, NoAppointment, NoSlots, NotASlot, SlotPast, SlotFull.
        NoSuchRecord: no passage that he announced, or his house, bears the key.
    """
    with journal.writes(actor, "crossings.move_appointment", key, at=at, slot_at=slot_at) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.move_appointment", place=passage.place_id)
        turns.refuse_others(actor, passage)
        rules.check_beside("move_appointment", passage.state)
        before = slots.check_stands(seats.standing(passage))
        line.note(before=before.slot_at)
        _seat(actor, passage, "move_appointment", slot_at, at=at, event_key=event_key)
    return passage


def _seat(actor: Actor, passage: Passage, act: str, slot_at: datetime, *, at: datetime, event_key: str) -> None:
    appointment = seats.take(passage, slot_at, at)
    write(passage, expected_at=appointment.slot_at)
    facts = {"slot_at": appointment.slot_at.isoformat()}
    turns.note(actor, passage, act, at=at, event_key=event_key, facts=facts)


@once
def give_back_appointment(
    actor: Actor, key: str, *, at: datetime, event_key: str = "", version: int | None = None
) -> Passage:
    """Give an appointment back; a truck that waits already then stands by its arrival.

    Raises:
        NotMandated, OutOfTurn, NoAppointment.
        NoSuchRecord: no passage that he announced, or his house, bears the key.
    """
    with journal.writes(actor, "crossings.give_back_appointment", key, at=at) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.give_back_appointment", place=passage.place_id)
        turns.refuse_others(actor, passage)
        rules.check_beside("give_back_appointment", passage.state)
        before = slots.check_stands(seats.standing(passage))
        line.note(slot_at=before.slot_at)
        seats.leave(passage, slots.GIVEN_BACK, at=at)
        write(passage)
        facts = {"slot_at": before.slot_at.isoformat()}
        turns.note(actor, passage, "give_back_appointment", at=at, event_key=event_key, facts=facts)
    return passage


def lapse_appointment(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> Passage:
    """Let an appointment lapse whose truck did not come; it takes effect at the instant it was due.

    Raises:
        NotMandated, OutOfTurn, NoAppointment.
    """
    with journal.writes(actor, "crossings.lapse_appointment", key, at=at, due_at=due_at) as line:
        passage = turns.take(actor, line, key)
        mandates.require(actor, "crossings.lapse_appointment", place=passage.place_id)
        rules.check_beside("lapse_appointment", passage.state)
        before = slots.check_stands(seats.standing(passage))
        seats.leave(passage, slots.LAPSED, at=at)
        write(passage)
        facts = {"slot_at": before.slot_at.isoformat(), "fired_at": at.isoformat()}
        turns.note(actor, passage, "lapse_appointment", at=due_at, facts=facts)
    return passage
