"""What every act on a transshipment shares: its locks, the event sent twice, the event's row, and who saw what."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.base.turns import SentTwice, write
from mabar.crossings import queries, rules, turns
from mabar.crossings.models import OnwardTruck, Passage, Transshipment, TransshipmentEvent
from mabar.crossings.queries import transshipments as told
from mabar.crossings.rules import transshipping


def take(
    actor: Actor, line: journal.OpenLine, key: str, *, event_key: str = "", version: int | None = None
) -> Transshipment:
    """Lock the transshipment for this act, and see that it is the actor's turn.

    Raises:
        NoSuchRecord: no transshipment bears the key.
        SentTwice: the event was recorded before.
        EventKeyReused: the event key was used for another act.
        TransshipmentOutOfTurn: somebody has written to it since the actor saw it.
    """
    found = Transshipment.objects.select_for_update().filter(key=key).first()
    if found is None:
        raise NoSuchRecord(key=key)
    line.place = found.place_id
    act = line.verb.removeprefix("crossings.")
    before = found.events.filter(by=actor.key, event_key=event_key).first() if event_key else None
    if before is not None and before.kind != act:
        raise rules.EventKeyReused(event_key=event_key, kind=before.kind)
    if before is not None:
        raise SentTwice(found)
    transshipping.check_version(act, found.state, seen=version, now=found.version)
    return found


def require(actor: Actor, verb: str, place: str) -> None:
    """Demand the verb at the crossing, or at the one across of an officer of that side who works at this node.

    Raises:
        NotMandated.
    """
    mandates.require(actor, verb, place=queries.asked_at(actor, place))


def move(
    actor: Actor,
    transshipment: Transshipment,
    act: str,
    *,
    at: datetime,
    kind: str = "",
    event_key: str = "",
    facts: dict[str, Any] | None = None,
    **changes: Any,
) -> TransshipmentEvent:
    """Take the transshipment on by `act` and leave the event, under the name `kind` where that is another.

    Raises:
        TransshipmentOutOfTurn: the act has no place in this state.
        HourOutOfOrder: it would come before the one it follows.
    """
    before = transshipment.state
    state = transshipping.after(act, before)
    rules.check_hour(at, latest=transshipment.changed_at, zone=transshipment.place.clock)
    write(transshipment, state=state, changed_at=at, **changes)
    return note(actor, transshipment, kind or act, before=before, at=at, event_key=event_key, facts=facts)


def note(
    actor: Actor,
    transshipment: Transshipment,
    kind: str,
    *,
    at: datetime,
    before: str | None = None,
    event_key: str = "",
    facts: dict[str, Any] | None = None,
) -> TransshipmentEvent:
    """Leave an event; without `before` it leaves the state as it is."""
    return TransshipmentEvent.objects.create(
        transshipment=transshipment,
        kind=kind,
        at=at,
        by=actor.key,
        service=service_of(actor),
        post=_post(),
        event_key=event_key,
        facts=facts or {},
        state_before=transshipment.state if before is None else before,
        state_after=transshipment.state,
    )


def _post() -> str:
    """Name the function on whose mandate the act under way rests; empty for the node itself."""
    line = journal.current()
    return mandates.function_of(line.mandate) if line is not None else ""


def service_of(actor: Actor) -> str:
    """Name the administration for which an officer acts; a device and the node act for none."""
    return actor.agency.administration_id if actor.kind == Actor.OFFICER and actor.agency else ""


def witness(actor: Actor) -> transshipping.Witness:
    """Give an actor as one who has seen something."""
    return transshipping.Witness(actor.key, service_of(actor))


def witnesses(events: Iterable[TransshipmentEvent]) -> list[transshipping.Witness]:
    """Give who left the events."""
    return [transshipping.Witness(event.by, event.service) for event in events]


def services(place: str) -> list[str]:
    """Name the customs services that work at this node: that of the crossing, and that across if it is here too."""
    across = queries.facing(place)
    here = [place, *([across] if across else [])]
    return sorted({queries.crossing_place(code).administration_id for code in here})


def lock_trucks(keys: Iterable[str]) -> dict[str, Passage]:
    """Lock passages, always in the same order, so that no two acts wait for each other.

    Raises:
        NoSuchRecord: one of them is not there.
    """
    wanted = sorted(set(keys))
    locked = Passage.objects.select_for_update(no_key=True).filter(key__in=wanted).order_by("key")
    found = {each.key: each for each in locked}
    for key in wanted:
        if key not in found:
            raise NoSuchRecord(key=key)
    return found


def seen(passage: Passage) -> transshipping.TruckSeen:
    """Give a truck as the rules see it."""
    return transshipping.TruckSeen(passage.plate, passage.plate_key, passage.place_id, passage.direction)


def declared_on(truck: Passage) -> dict[str, rules.Load]:
    """Give what the papers of a locked truck say, by declaration."""
    return {link.declaration: rules.Load(link.packages, link.gross_mass_g) for link in truck.declarations.all()}


def declared_by_reference(truck: Passage) -> dict[str, rules.Load]:
    """Give the same by the reference that both sides of the line know."""
    return {link.reference: rules.Load(link.packages, link.gross_mass_g) for link in truck.declarations.all()}


def join(actor: Actor, transshipment: Transshipment, truck: Passage, unloaded: Passage, *, at: datetime) -> None:
    """Let a truck, which is locked, take goods on, if it can."""
    transshipping.check_pair(seen(unloaded), seen(truck))
    rules.check_beside("open_transshipment", truck.state)
    transshipping.check_free(truck.plate, under_way=told.under_way_with(truck.key))
    OnwardTruck.objects.create(transshipment=transshipment, passage=truck)
    write(truck)
    facts = {"transshipment": transshipment.key, "plates": [unloaded.plate]}
    turns.note(actor, truck, "open_transshipment", at=at, facts=facts)
