"""What every act on a pass shares: its lock, the event sent twice, the event's row, its timers."""

from datetime import datetime
from typing import Any

from mabar.base import timers
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.base.turns import SentTwice, write
from mabar.vehicles import rules
from mabar.vehicles.models import PassEvent, VehiclePass

EXPIRE, OVERDUE, ERASE = "vehicles.expire", "vehicles.note_overdue", "vehicles.erase_holder"
STAMPS = ("prefilled_at", "entered_at", "exited_at")


def take(actor: Actor, act: str, key: str, *, event_key: str = "", version: int | None = None) -> VehiclePass:
    """Lock the pass for this act, and see that it is the actor's turn.

    Raises:
        NoSuchRecord: no pass bears the key.
        SentTwice: the event was recorded before.
        EventKeyReused: the event key was used for another act.
        OutOfTurn: somebody has written to the pass since the actor saw it.
    """
    stay = VehiclePass.objects.select_for_update().filter(key=key).first()
    if stay is None:
        raise NoSuchRecord(key=key)
    if event_key:
        _refuse_second(stay, act, by=actor.key, event_key=event_key)
    rules.check_version(act, stay.state, seen=version, now=stay.version)
    return stay


def _refuse_second(stay: VehiclePass, act: str, *, by: str, event_key: str) -> None:
    before = stay.events.filter(by=by, event_key=event_key).first()
    if before is None:
        return
    # an exit is told by one act, whether it came in time or not
    if before.kind.replace("note_late_exit", "note_exit") != act:
        raise rules.EventKeyReused(event_key=event_key, kind=before.kind)
    raise SentTwice(stay)


def move(
    actor: Actor,
    stay: VehiclePass,
    act: str,
    *,
    at: datetime,
    place: str,
    event_key: str = "",
    facts: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Take the pass one step on and leave the step's event.

    Raises:
        OutOfTurn: the act has no place in this state.
        HourOutOfOrder: the step would come before the one it follows.
    """
    before = stay.state
    state = rules.after(act, before)
    stamps: list[datetime | None] = [getattr(stay, name) for name in STAMPS]
    latest = max(stamp for stamp in stamps if stamp is not None)
    rules.check_hour(at, latest=latest, zone=stay.place.clock)
    write(stay, state=state, **changes)
    note(actor, stay, act, before=before, at=at, place=place, event_key=event_key, facts=facts)


def note(
    actor: Actor,
    stay: VehiclePass,
    kind: str,
    *,
    before: str,
    at: datetime,
    place: str,
    event_key: str = "",
    facts: dict[str, Any] | None = None,
) -> PassEvent:
    """Leave the event of a step."""
    return PassEvent.objects.create(
        vehicle_pass=stay,
        kind=kind,
        at=at,
        by=actor.key,
        event_key=event_key,
        place_id=place,
        facts=facts or {},
        state_before=before,
        state_after=stay.state,
    )


def watch_the_last_day(stay: VehiclePass, due_at: datetime, *, at: datetime) -> None:
    """Let the clock watch the end of the stay, in place of the end that it watched before."""
    timers.end(OVERDUE, stay.key, at=at)
    timers.start(OVERDUE, stay.key, due_at=due_at)


def let_end(stay: VehiclePass, *, at: datetime) -> None:
    """End what the clock watched, and begin the time after which the holder is erased."""
    timers.end(EXPIRE, stay.key, at=at)
    timers.end(OVERDUE, stay.key, at=at)
    timers.start(ERASE, stay.key, due_at=at + rules.HOLDER_KEPT)
