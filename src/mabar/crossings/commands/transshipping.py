"""A transshipment from its opening to the unloading, and how it ends without a protocol; the empty truck's leaving."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.turns import once, write
from mabar.crossings import queries, rules, tally_sides, turns
from mabar.crossings import transshipment_turns as steps
from mabar.crossings.models import Passage, Transshipment
from mabar.crossings.queries import transshipments as told
from mabar.crossings.rules import transshipping


@once
def open_transshipment(
    actor: Actor, key: str, *, passage: str, onward: Sequence[str], at: datetime, event_key: str = ""
) -> Transshipment:
    """Open under the new key `key` the transshipment of a truck's goods to others at the same crossing.

    Args:
        passage: the truck that is unloaded.
        onward: the trucks with which the goods go on; others may join when they are loaded.
    Raises:
        NotMandated, OutOfTurn, Held, NothingToTransship, TransshipmentUnderWay.
        NotAtThisCrossing, WaysDiffer, SameTruck: see `transshipping.check_pair`.
        NoSuchRecord: there is no such truck.
    """
    facts: dict[str, Any] = {"passage": passage, "onward": list(onward)}
    with journal.writes(actor, "crossings.open_transshipment", key, at=at, **facts) as line:
        trucks = steps.lock_trucks([passage, *onward])
        unloaded = trucks[passage]
        line.place = unloaded.place_id
        mandates.require(actor, "crossings.open_transshipment", place=unloaded.place_id)
        _check_unloadable(unloaded)
        opened = Transshipment(
            key=key,
            place_id=unloaded.place_id,
            passage=unloaded,
            state=transshipping.after("open_transshipment", ""),
            tolerance_percent=transshipping.TOLERANCE_PERCENT,
            opened_at=at,
            changed_at=at,
        )
        opened.save(force_insert=True)
        for each in onward:
            steps.join(actor, opened, trucks[each], unloaded, at=at)
        plates = [trucks[each].plate for each in onward]
        turns.note(actor, unloaded, "open_transshipment", at=at, facts={"transshipment": key, "plates": plates})
        write(unloaded)
        steps.note(actor, opened, "open_transshipment", before="", at=at, event_key=event_key)
    return opened


def _check_unloadable(passage: Passage) -> None:
    rules.check_beside("open_transshipment", passage.state)
    rules.check_not_held(queries.agencies_holding(passage.key))
    transshipping.check_free(passage.plate, under_way=told.under_way_with(passage.key))
    transshipping.check_declared(passage.plate, queries.linked(passage.key))


@once
def note_unloading(
    actor: Actor,
    key: str,
    *,
    seals: Sequence[str],
    reason: str,
    at: datetime,
    event_key: str = "",
    version: int | None = None,
) -> Transshipment:
    """Record that the truck is being unloaded: the seals read on it, which are broken now, and why.

    Seals that are not those on record are noted for the officers, not refused: the joint tally tells what is there.

    Raises:
        NotMandated, TransshipmentOutOfTurn, HourOutOfOrder, Held, ReasonMissing, NotASeal.
    """
    with journal.writes(actor, "crossings.note_unloading", key, at=at, seals=list(seals), reason=reason) as line:
        transshipment = steps.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.note_unloading", place=transshipment.place_id)
        truck = steps.lock_trucks([transshipment.passage_id])[transshipment.passage_id]
        rules.check_not_held(queries.agencies_holding(truck.key))
        read = rules.tidy_seals(seals)
        reading = {f"seals_{name}": list(each) for name, each in asdict(_reading(truck, read)).items()}
        facts = {"reason": rules.check_reason(reason), "seals": read, "seals_on_record": list(truck.seals), **reading}
        steps.move(actor, transshipment, "note_unloading", at=at, event_key=event_key, facts=facts)
        write(truck, seals=[])
        turns.note(actor, truck, "break_seals", at=at, facts={"transshipment": key, **facts})
        tally_sides.ask(transshipment, truck, steps.declared_by_reference(truck), at=at)
    return transshipment


def _reading(truck: Passage, read: Sequence[str]) -> rules.SealReading:
    return rules.compare_seals(declared=truck.seals or read, seen=read)


@once
def abandon_transshipment(
    actor: Actor, key: str, *, reason: str, at: datetime, event_key: str = "", version: int | None = None
) -> Transshipment:
    """End a transshipment whose goods stay on, or are back on, the truck on which they came, and under seal again.

    Raises:
        NotMandated, TransshipmentOutOfTurn, HourOutOfOrder, ReasonMissing.
        SomethingLoaded: goods lie on another truck.
        NotResealed: the seals of the truck were broken, and it bears no new one.
        SameOfficer: who unloaded or counted goods that were counted does not end it.
    """
    with journal.writes(actor, "crossings.abandon_transshipment", key, at=at, reason=reason) as line:
        transshipment = steps.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.abandon_transshipment", place=transshipment.place_id)
        trucks = steps.lock_trucks(told.trucks_of(transshipment))
        laden = [load.truck for load in told.loaded(key) if load.packages or load.gross_mass_g]
        transshipping.check_nothing_loaded(trucks[each].plate for each in dict.fromkeys(laden))
        _check_put_back(actor, transshipment, trucks[transshipment.passage_id])
        facts = {"reason": rules.check_reason(reason)}
        steps.move(actor, transshipment, "abandon_transshipment", at=at, event_key=event_key, facts=facts)
        for truck in trucks.values():
            write(truck)
            turns.note(actor, truck, "abandon_transshipment", at=at, facts={"transshipment": key, **facts})
        tally_sides.withdraw(key, at=at)
    return transshipment


def _check_put_back(actor: Actor, transshipment: Transshipment, unloaded: Passage) -> None:
    """Refuse to let the goods go on as if nothing had been: they are under seal again, and another has seen it."""
    broken = told.broken_seals(transshipment.key)
    transshipping.check_resealed(broken=broken, seals_by_plate={unloaded.plate: unloaded.seals})
    handled = transshipment.events.filter(kind__in=["note_unloading", "note_tally"]).order_by("pk")
    if any(event.kind == "note_tally" for event in handled):
        transshipping.check_second(steps.witness(actor), steps.witnesses(handled), services=())


@once
def note_empty_exit(
    actor: Actor, key: str, *, at: datetime, event_key: str = "", version: int | None = None
) -> Transshipment:
    """Record that the unloaded truck has left the yard empty, on the side from which it came: it crosses nothing.

    Raises:
        NotMandated, TransshipmentOutOfTurn, HourOutOfOrder, LeftEmptyBefore.
    """
    with journal.writes(actor, "crossings.note_empty_exit", key, at=at) as line:
        transshipment = steps.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.note_empty_exit", place=transshipment.place_id)
        transshipping.check_beside("note_empty_exit", transshipment.state)
        zone = transshipment.place.clock
        rules.check_hour(at, latest=transshipment.changed_at, zone=zone)
        if transshipment.left_empty_at is not None:
            raise rules.LeftEmptyBefore(at=rules.hours.hour_text(zone, transshipment.left_empty_at))
        truck = steps.lock_trucks([transshipment.passage_id])[transshipment.passage_id]
        write(transshipment, left_empty_at=at, changed_at=at)
        steps.note(actor, transshipment, "note_empty_exit", at=at, event_key=event_key)
        write(truck)
        turns.note(actor, truck, "note_empty_exit", at=at, facts={"transshipment": key})
    return transshipment
