"""The stay of a vehicle: its entry, its extensions and its exit, through any crossing of the node."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mabar.base import actors, journal, mandates, timers
from mabar.base.models import Actor, Place
from mabar.base.rules import NoSuchRecord
from mabar.base.turns import once
from mabar.vehicles import queries, rules, turns
from mabar.vehicles.commands.settling import note_overdue
from mabar.vehicles.models import VehiclePass


@once
def validate_at_entry(
    actor: Actor,
    key: str,
    *,
    place: str,
    plate: str,
    chassis: str,
    days: int,
    at: datetime,
    event_key: str = "",
    version: int | None = None,
) -> VehiclePass:
    """Let the vehicle in for so many days: plate and chassis as read on it, the last six characters are enough.

    Raises:
        NotMandated, OutOfTurn, HourOutOfOrder, PlateNotOfPass, ChassisNotOfPass, TermMissing, BeyondTerm.
    """
    seen: dict[str, Any] = {"plate": plate, "chassis": chassis, "days": days}
    with journal.writes(actor, "vehicles.validate_at_entry", key, at=at, place=place, **seen):
        mandates.require(actor, "vehicles.validate_at_entry", place=place)
        stay = turns.take(actor, "validate_at_entry", key, event_key=event_key, version=version)
        rules.after("validate_at_entry", stay.state)
        rules.check_same_plate(on_pass=stay.plate, seen=plate)
        rules.check_same_chassis(on_pass=stay.chassis, seen=chassis)
        stay_facts = _stay(stay, place, days, at)
        turns.move(actor, stay, "validate_at_entry", at=at, place=place, event_key=event_key, facts=seen, **stay_facts)
        timers.end(turns.EXPIRE, key, at=at)
        turns.watch_the_last_day(stay, stay_facts["due_at"], at=at)
    return stay


def _stay(stay: VehiclePass, code: str, days: int, at: datetime) -> dict[str, Any]:
    place = _place(code)
    entered_on = at.astimezone(place.clock).date()
    term = queries.term_of(code, stay.kind, stay.purpose, on=entered_on)
    if term is None:
        raise rules.TermMissing(kind=stay.kind, purpose=stay.purpose, place=code)
    rules.check_days(days, term)
    last_on = rules.last_day(entered_on, days)
    return {
        "place_id": code,
        "entered_at": at,
        "days": days,
        "first_days": term.days,
        "most_days": term.most_days,
        "legal_basis": term.legal_basis,
        "last_on": last_on,
        "due_at": rules.due_at(last_on, place.clock),
    }


def _place(code: str) -> Place:
    place = Place.objects.filter(code=code).first()
    if place is None:
        raise NoSuchRecord(key=code)
    return place


@once
def extend_stay(
    actor: Actor,
    key: str,
    *,
    place: str,
    days: int,
    reason: str,
    at: datetime,
    event_key: str = "",
    version: int | None = None,
) -> VehiclePass:
    """Extend the stay by so many days, within the term of the day of entry.

    Raises:
        NotMandated, OutOfTurn, ReasonMissing, StayOver, BeyondTerm.
    """
    facts: dict[str, Any] = {"days": days, "reason": reason}
    with journal.writes(actor, "vehicles.extend_stay", key, at=at, place=place, **facts) as line:
        mandates.require(actor, "vehicles.extend_stay", place=place)
        stay = turns.take(actor, "extend_stay", key, event_key=event_key, version=version)
        rules.after("extend_stay", stay.state)
        facts["reason"] = rules.check_reason(reason)
        longer = _longer(stay, days, at)
        line.note(last_on=longer["last_on"])
        shown = facts | {"last_on": longer["last_on"].isoformat()}
        turns.move(actor, stay, "extend_stay", at=at, place=place, event_key=event_key, facts=shown, **longer)
        turns.watch_the_last_day(stay, longer["due_at"], at=at)
    return stay


def _longer(stay: VehiclePass, days: int, at: datetime) -> dict[str, Any]:
    entered_at, granted, due, ends_on = stay.entered_at, stay.days, stay.due_at, stay.last_on
    if entered_at is None or granted is None or due is None or ends_on is None:
        raise ValueError(f"{stay.key} is in force without a last day")
    rules.check_still_running(at, due, last_on=ends_on)
    term = rules.Term(stay.first_days or granted, stay.most_days or granted, stay.legal_basis)
    whole = rules.check_extension(days, granted=granted, term=term)
    clock = _place(stay.place_id).clock
    last_on = rules.last_day(entered_at.astimezone(clock).date(), whole)
    return {"days": whole, "last_on": last_on, "due_at": rules.due_at(last_on, clock)}


@once
def note_exit(
    actor: Actor,
    key: str,
    *,
    place: str,
    plate: str,
    at: datetime,
    left_at: datetime | None = None,
    reason: str = "",
    event_key: str = "",
    version: int | None = None,
) -> VehiclePass:
    """Record that the vehicle has left, through whichever crossing of this node; `left_at` is an hour learnt late.

    What counts is the hour of the exit, not that of its recording: one from after the last day is late, also where the
    clock has not said so yet; one from before it is in time, also where the clock has.

    Raises:
        NotMandated, OutOfTurn, HourOutOfOrder, PlateNotOfPass.
        ReasonMissing: an hour learnt late is recorded without saying why.
    """
    left = left_at or at
    seen = {"plate": plate, "left_at": left, "reason": reason.strip()}
    with journal.writes(actor, "vehicles.note_exit", key, at=at, place=place, **seen):
        mandates.require(actor, "vehicles.note_exit", place=place)
        stay = turns.take(actor, "note_exit", key, event_key=event_key, version=version)
        rules.after("note_exit", stay.state)
        rules.check_same_plate(on_pass=stay.plate, seen=plate)
        facts = {"plate": plate, **_learnt_late(left_at, reason, at=at, zone=stay.place.clock)}
        act = rules.exit_act(left, stay.due_at)
        if act == "note_late_exit" and stay.state != "overdue" and stay.due_at is not None:
            stay = note_overdue(actors.node(), key, due_at=stay.due_at, at=at)
        _leave(actor, stay, act, place=place, at=left, event_key=event_key, facts=facts)
    return stay


def _learnt_late(left_at: datetime | None, reason: str, *, at: datetime, zone: ZoneInfo) -> dict[str, str]:
    if left_at is None:
        return {"reason": reason.strip()} if reason.strip() else {}
    rules.check_not_ahead(left_at, now=at, zone=zone)
    return {"left_at": left_at.isoformat(), "reason": rules.check_reason(reason)}


def _leave(
    actor: Actor, stay: VehiclePass, act: str, *, place: str, at: datetime, event_key: str, facts: dict[str, Any]
) -> None:
    left: dict[str, Any] = {"exited_at": at, "exit_place_id": place}
    if act == "note_late_exit":
        turns.move(actor, stay, act, at=at, place=place, event_key=event_key, facts=facts, **left)
        timers.end(turns.OVERDUE, stay.key, at=at)
        return
    turns.move(
        actor, stay, act, at=at, place=place, event_key=event_key, facts=facts, **left, ended_at=at, overdue_at=None
    )
    turns.let_end(stay, at=at)
