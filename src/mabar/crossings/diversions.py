"""What every act on a diversion shares: its lock, the change of many trucks at once, their events and lines."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from mabar.base import journal, timers
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.crossings.models import Diversion, DivertedTruck, PassageEvent
from mabar.crossings.queries import diverting as queries
from mabar.crossings.rules import diverted, diverting

EXPIRE = "crossings.expire_offer"


def take(key: str) -> Diversion:
    """Lock a diversion for an act.

    Raises:
        NoSuchRecord: none bears the key.
    """
    diversion = Diversion.objects.select_for_update().filter(key=key).first()
    if diversion is None:
        raise NoSuchRecord(key=key)
    return diversion


def step(diversion: Diversion, act: str, *, seen: int | None, **changes: Any) -> None:
    """Take a locked diversion one step on.

    Raises:
        DiversionMovedOn: the act has no place now, or the actor saw another version.
    """
    state = diverting.after(act, diversion.state, now=diversion.version, seen=seen)
    for name, value in {**changes, "state": state}.items():
        setattr(diversion, name, value)
    diversion.version += 1
    diversion.save(update_fields=[*changes, "state", "version"])


def check_target_open(target: str, at: datetime) -> None:
    """Refuse a target that is closed to goods.

    Raises:
        TargetClosed.
    """
    is_open, reason = queries.is_open(target, at)
    diverting.check_target_open(target, is_open=is_open, reason=reason)


def locked(diversion: Diversion, act: str, **where: Any) -> list[DivertedTruck]:
    """Lock the trucks that an act takes on, with the passages of which it tells."""
    found = DivertedTruck.objects.filter(diversion=diversion, state__in=diverted.changed_by(act), **where)
    return list(found.select_for_update(of=("self",)).select_related("passage").order_by("number"))


def note(actor: Actor, trucks: Iterable[DivertedTruck], act: str, *, at: datetime, facts: dict[str, Any]) -> None:
    """Leave an event beside the road of each truck; an offer's hour and end lie with its own truck."""
    PassageEvent.objects.bulk_create(
        PassageEvent(
            passage=truck.passage,
            kind=act,
            at=at,
            by=actor.key,
            facts={**facts, **_hour(truck)},
            state_before=truck.passage.state,
            state_after=truck.passage.state,
        )
        for truck in trucks
        if truck.passage is not None
    )


def _hour(truck: DivertedTruck) -> dict[str, str]:
    return {"hour": truck.slot_at.isoformat()} if truck.slot_at else {}


def lines(
    actor: Actor, diversion: Diversion, trucks: Sequence[DivertedTruck], verb: str, *, at: datetime, **facts: Any
) -> list[journal.OpenLine]:
    """Make the lines of an act on many trucks: one of the diversion with all it says, and one of each truck."""
    named = {"diversion": diversion.key}
    whole = {**named, "from": diversion.place_id, "to": diversion.target_id, "trucks": len(trucks), **facts}
    return [
        journal.OpenLine(actor, verb, diversion.key, at, diversion.target_id, facts=whole),
        *(
            journal.OpenLine(actor, verb, truck.key, at, diversion.place_id, facts={**named, **_hour(truck)})
            for truck in trucks
            if truck.passage_id
        ),
    ]


def timer_of(diversion: str, slot_at: datetime) -> str:
    """Name the timer at whose end the offers of one hour expire."""
    return f"{diversion}/{slot_at:%Y%m%dT%H%MZ}"


def start_timer(diversion: str, slot_at: datetime, *, answer_by: datetime, at: datetime) -> None:
    """Start the timer of an hour; one that runs for it already gives way."""
    timers.end(EXPIRE, timer_of(diversion, slot_at), at=at)
    timers.start(EXPIRE, timer_of(diversion, slot_at), due_at=answer_by)


def end_timers(diversion: str, slots: Iterable[datetime | None], *, at: datetime) -> None:
    """End the timers of the hours in which no offer is open any more."""
    for slot_at in {slot for slot in slots if slot is not None}:
        open_still = DivertedTruck.objects.filter(diversion=diversion, slot_at=slot_at, state=diverted.OFFERED)
        if not open_still.exists():
            timers.end(EXPIRE, timer_of(diversion, slot_at), at=at)
