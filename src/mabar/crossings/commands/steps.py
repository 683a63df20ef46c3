"""The steps of a truck through the yard, from the queue to the gate-out."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from mabar.base import journal, mandates, timers
from mabar.base.models import Actor, Place
from mabar.base.turns import once, write
from mabar.crossings import messages, queries, rules, seats, telling, turns
from mabar.crossings.models import Crossing, Passage
from mabar.crossings.queries.transshipments import under_way_with
from mabar.crossings.rules import slots, transshipping
from mabar.exchange import outbox


@once
def join_queue(actor: Actor, key: str, *, at: datetime, event_key: str = "", version: int | None = None) -> Passage:
    """Put an announced truck into the queue and name its entrance gate.

    Raises:
        NotMandated, OutOfTurn, HourOutOfOrder.
    """
    with journal.writes(actor, "crossings.join_queue", key, at=at) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.join_queue", place=passage.place_id)
        gate = _entrance_gate(passage, at)
        turns.move(
            actor, passage, "join_queue", at=at, event_key=event_key, facts={"gate": gate}, queued_at=at, gate=gate
        )
        timers.end(turns.LAPSE, key, at=at)
        seats.meet(passage, at)
    return passage


def _entrance_gate(passage: Passage, at: datetime) -> int:
    crossing = Crossing.objects.select_related("place").get(place=passage.place_id)
    today = Passage.objects.filter(place=passage.place_id, queued_at__gte=rules.day_began_at(at, crossing.place.clock))
    return rules.entrance_gate(today.count() + 1, crossing.gates)


@once
def note_gate_in(
    actor: Actor,
    key: str,
    *,
    plate: str,
    seals: Sequence[str],
    documents: int,
    at: datetime,
    event_key: str = "",
    version: int | None = None,
) -> Passage:
    """Record that the truck has entered: the plate seen, the seals read, the documents counted.

    How many trucks it passed that stood before it at its gate is noted, not refused: it is in the yard by then.
    Seals that differ from the record are noted for the officer, not refused: the gate-out asks for them again.  Where
    none were announced, those read become the record.

    Raises:
        NotMandated, OutOfTurn, HourOutOfOrder, PlateDiffers, CrossingClosed, NotASeal.
    """
    with journal.writes(actor, "crossings.note_gate_in", key, at=at, plate=plate, seals=list(seals)) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.note_gate_in", place=passage.place_id)
        rules.after("note_gate_in", passage.state)
        _check_open(passage.place, at)
        rules.check_same_plate(announced=passage.plate, seen=plate)
        read = rules.tidy_seals(seals)
        facts = _seal_facts(passage, read) | {"plate": plate, "seals": read, "documents": documents}
        facts["passed"] = queries.passed_by(key)
        record = passage.seals or read
        turns.move(actor, passage, "note_gate_in", at=at, event_key=event_key, facts=facts, gate_in_at=at, seals=record)
        telling.tell_arrival(passage, "arrived", at)
    return passage


def _check_open(place: Place, at: datetime) -> None:
    # where the administration has entered nothing the node stops no truck: only a stated closure does
    goods = queries.opening_now(place.code, at).get("goods")
    if goods is not None:
        rules.check_open(is_open=goods.is_open, since=goods.at, reason=goods.reason, zone=place.clock)


def _seal_facts(passage: Passage, read: Sequence[str]) -> dict[str, Any]:
    if not passage.seals:
        return {"seals_taken": list(read)}
    reading = rules.compare_seals(declared=passage.seals, seen=read)
    return {"seals_missing": list(reading.missing), "seals_unexpected": list(reading.unexpected)}


@once
def note_weight(
    actor: Actor,
    key: str,
    *,
    gross_mass_g: int,
    tare_mass_g: int | None,
    is_empty: bool,
    at: datetime,
    axle_masses_g: Sequence[int] = (),
    acting_at: datetime | None = None,
    event_key: str = "",
    version: int | None = None,
) -> Passage:
    """Record the weighbridge's figures; a load beyond tolerance is noted for the officer, not refused.

    Args:
        acting_at: the instant of the act, for which the mandate is asked, where the weighing is of an hour before.
    Raises:
        NotMandated, OutOfTurn, HourOutOfOrder, MassImpossible.
    """
    masses: dict[str, Any] = {"gross_mass_g": gross_mass_g, "tare_mass_g": tare_mass_g, "is_empty": is_empty}
    axles: dict[str, Any] = {"axle_masses_g": list(axle_masses_g)} if axle_masses_g else {}
    with journal.writes(actor, "crossings.note_weight", key, at=at, **masses, **axles) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.note_weight", place=passage.place_id, at=acting_at)
        rules.check_masses(gross_mass_g=gross_mass_g, tare_mass_g=tare_mass_g)
        declared = sum(passage.declarations.values_list("gross_mass_g", flat=True))
        weighing = rules.compare_masses(gross_mass_g=gross_mass_g, tare_mass_g=tare_mass_g, declared_mass_g=declared)
        facts = masses | axles | asdict(weighing)
        turns.move(actor, passage, "note_weight", at=at, event_key=event_key, facts=facts, weighed_at=at, **masses)
    return passage


@once
def present(actor: Actor, key: str, *, at: datetime, event_key: str = "", version: int | None = None) -> Passage:
    """Record that the truck is presented to customs.

    Raises:
        NotMandated, OutOfTurn, HourOutOfOrder.
    """
    with journal.writes(actor, "crossings.present", key, at=at) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.present", place=passage.place_id)
        turns.move(actor, passage, "present", at=at, event_key=event_key, presented_at=at)
    return passage


@once
def note_gate_out(
    actor: Actor,
    key: str,
    *,
    seals: Sequence[str],
    at: datetime,
    event_key: str = "",
    version: int | None = None,
) -> Passage:
    """Record that the truck has left, and tell the neighbour upstairs and the crossing on the other side.

    Raises:
        NotMandated, OutOfTurn, HourOutOfOrder, Held, NotCleared, NothingDeclared, SealBroken, NotASeal.
        TransshipmentUnderWay: goods are being moved off the truck, or onto it.
    """
    with journal.writes(actor, "crossings.note_gate_out", key, at=at, seals=list(seals)) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.note_gate_out", place=passage.place_id)
        rules.after("note_gate_out", passage.state)
        transshipping.check_free(passage.plate, under_way=under_way_with(key))
        rules.check_not_held(queries.agencies_holding(key))
        rules.check_cleared(queries.linked(key), is_empty=bool(passage.is_empty))
        read = rules.tidy_seals(seals)
        rules.check_seals(declared=passage.seals, seen=read)
        turns.move(actor, passage, "note_gate_out", at=at, event_key=event_key, facts={"seals": read}, gate_out_at=at)
        turns.move(actor, passage, "close", at=at, closed_at=at)
        outbox.leave(outbox.HERE, _gate_out(passage, at), at=at)
        telling.tell_exit(passage, at)
        telling.tell_arrival(passage, "entered", at)
        telling.tell_goods_entered(passage, at)
    return passage


def _gate_out(passage: Passage, at: datetime) -> messages.GateOut:
    return messages.GateOut(
        passage=passage.key,
        place=passage.place_id,
        direction=passage.direction,
        plate=passage.plate,
        trailer_plate=passage.trailer_plate,
        carrier=passage.carrier,
        declarations=queries.declarations_on(passage.key),
        seals=tuple(passage.seals),
        at=at,
    )


@once
def turn_back(
    actor: Actor, key: str, *, reason: str, at: datetime, event_key: str = "", version: int | None = None
) -> Passage:
    """Send the truck back where it came from.

    Raises:
        NotMandated, OutOfTurn, HourOutOfOrder, ReasonMissing, TransshipmentUnderWay.
    """
    with journal.writes(actor, "crossings.turn_back", key, at=at, reason=reason) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.turn_back", place=passage.place_id)
        facts = {"reason": rules.check_reason(reason)}
        transshipping.check_free(passage.plate, under_way=under_way_with(key))
        if passage.state == "queued":
            seats.leave(passage, slots.GIVEN_BACK, at=at)
        turns.move(actor, passage, "turn_back", at=at, event_key=event_key, facts=facts)
        telling.tell_refused(passage, facts["reason"], at)
    return passage


@once
def record_seal(
    actor: Actor,
    key: str,
    *,
    seal: str,
    report: str,
    at: datetime,
    replaces: str = "",
    event_key: str = "",
    version: int | None = None,
) -> Passage:
    """Record a new seal with the report on it, in place of the one in `replaces`, or beside the others.

    Raises:
        NotMandated, OutOfTurn, NotASeal, ReasonMissing.
    """
    seen: dict[str, Any] = {"seal": seal, "replaces": replaces, "report": report}
    with journal.writes(actor, "crossings.record_seal", key, at=at, **seen) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.record_seal", place=passage.place_id)
        rules.check_beside("record_seal", passage.state)
        facts = seen | {"report": rules.check_reason(report)}
        write(passage, seals=rules.replace_seal(passage.seals, new=seal, old=replaces))
        turns.note(actor, passage, "record_seal", at=at, event_key=event_key, facts=facts)
    return passage
