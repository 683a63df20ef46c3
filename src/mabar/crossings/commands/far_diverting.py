"""What this node hears of diverted trucks from another one of its administration: proposals, hours, outcomes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mabar.base import journal, mandates
from mabar.base.models import Actor, Place
from mabar.base.rules import NoSuchRecord
from mabar.crossings import diversions, queries
from mabar.crossings.commands.announcing import announce
from mabar.crossings.models import Crossing, Diversion, DivertedTruck
from mabar.crossings.rules import diverted, diverting
from mabar.crossings.rules.far_diverting import Coming, FarTruck

LONGEST_REASON = 500
NODE = "node"


def hear_diversion_proposed(
    actor: Actor,
    key: str,
    *,
    place: str,
    target: str,
    reason: str,
    road_hours: int,
    trucks: Sequence[FarTruck],
    at: datetime,
) -> Diversion:
    """Keep a proposal of a closed crossing of the same administration; told again, it stays as it is.

    Raises:
        NotMandated, OtherAdministration.
        NoSuchRecord: the target is no crossing of this node, or the other place is unknown.
    """
    with journal.writes(actor, "crossings.hear_diversion_proposed", key, at=at, place=target) as line:
        line.note(**{"from": place}, trucks=len(trucks))
        mandates.require(actor, "crossings.hear_diversion_proposed", place=target)
        diverting.check_target(place, target)
        if not Crossing.objects.filter(place=target).exists() or not Place.objects.filter(code=place).exists():
            raise NoSuchRecord(key=target)
        told = {"reason": reason[:LONGEST_REASON], "road_hours": road_hours, "partner": place, "proposed_by": NODE}
        diversion, is_new = Diversion.objects.get_or_create(
            key=key,
            defaults={
                "place_id": place,
                "target_id": target,
                "state": diverting.after("propose_diversion", ""),
                "proposed_at": at,
                **told,
            },
        )
        if is_new:
            DivertedTruck.objects.bulk_create(_far_trucks(diversion, trucks))
    return diversion


def _far_trucks(diversion: Diversion, trucks: Sequence[FarTruck]) -> list[DivertedTruck]:
    return [
        DivertedTruck(
            diversion=diversion,
            far_passage=each.passage,
            plate=each.plate,
            direction=each.direction,
            number=number,
            state=diverted.PROPOSED,
        )
        for number, each in enumerate(trucks, start=1)
    ]


def hear_diversion_hours(
    actor: Actor, key: str, *, partner: str, slots: Mapping[str, datetime], at: datetime
) -> Diversion:
    """Offer to the trucks here the hours that the other crossing has given; a truck that has its hour keeps that.

    Raises:
        NotMandated.
        DiversionMovedOn: the proposal was withdrawn meanwhile.
        NoSuchRecord: this node has made no such proposal there.
    """
    with journal.writes_many(actor, "crossings.hear_diversion_hours", at=at) as lines:
        diversion = _of_target(key, partner)
        mandates.require(actor, "crossings.hear_diversion_hours", place=diversion.place_id)
        diversions.step(diversion, "accept_diversion", seen=None, answered_by=partner, answered_at=at)
        found = diversions.locked(diversion, "accept_diversion", passage__in=list(slots))
        for truck in found:
            _offer(truck, slots[truck.key], at)
        facts = {"diversion": key, "to": diversion.target_id}
        diversions.note(actor, found, "accept_diversion", at=at, facts=facts)
        lines.extend(diversions.lines(actor, diversion, found, "crossings.hear_diversion_hours", at=at))
    return diversion


def _offer(truck: DivertedTruck, slot_at: datetime, at: datetime) -> None:
    truck.state, truck.slot_at = diverted.OFFERED, slot_at
    truck.answer_by = diverting.answer_by(slot_at, road_hours=truck.diversion.road_hours)
    truck.save(update_fields=["state", "slot_at", "answer_by"])
    diversions.start_timer(truck.diversion_id, slot_at, answer_by=truck.answer_by, at=at)


def hear_diversion_refused(actor: Actor, key: str, *, partner: str, reason: str, at: datetime) -> Diversion:
    """Note that the other crossing takes no more of the trucks; those with an hour may still keep it.

    Raises:
        NotMandated, DiversionMovedOn.
        NoSuchRecord: this node has made no such proposal there.
    """
    said = reason[:LONGEST_REASON]
    with journal.writes_many(actor, "crossings.hear_diversion_refused", at=at) as lines:
        diversion = _of_target(key, partner)
        mandates.require(actor, "crossings.hear_diversion_refused", place=diversion.place_id)
        told = {"answer": said, "answered_by": partner, "answered_at": at}
        diversions.step(diversion, "refuse_diversion", seen=None, **told)
        found = diversions.locked(diversion, "refuse_diversion")
        DivertedTruck.objects.filter(pk__in=[each.pk for each in found]).update(state="refused", answered_at=at)
        diversions.note(actor, found, "refuse_diversion", at=at, facts={"diversion": key, "reason": said})
        verb = "crossings.hear_diversion_refused"
        lines.extend(diversions.lines(actor, diversion, found, verb, at=at, reason=said))
    return diversion


def hear_diversion_outcome(
    actor: Actor, key: str, *, partner: str, outcome: str, passages: Sequence[str], at: datetime
) -> Diversion:
    """Free the hours of trucks that do not come, or end the whole when it is withdrawn there.

    Raises:
        NotMandated.
        NoSuchRecord: no such proposal was made here.
    """
    facts: dict[str, Any] = {"outcome": outcome, "trucks": len(passages)}
    with journal.writes(actor, "crossings.hear_diversion_outcome", key, at=at, **facts) as line:
        diversion = _of_proposer(key, partner)
        line.place = diversion.target_id
        mandates.require(actor, "crossings.hear_diversion_outcome", place=diversion.target_id)
        if outcome == "withdrawn":
            diversions.step(diversion, "withdraw_diversion", seen=None, answered_by=partner, answered_at=at)
        open_still = diversion.trucks.filter(far_passage__in=passages, state__in=diverted.OPEN)
        open_still.update(state=outcome, answered_at=at)
    return diversion


def hear_diversion_kept(
    actor: Actor, key: str, *, partner: str, coming: Coming, successor: str, message: str, at: datetime
) -> Diversion:
    """Announce a truck that has kept its hour; one that is announced here already is tied to it.

    Raises:
        NotMandated, NotAPlate, NotASeal.
        NoSuchRecord: no such truck was proposed here.
    """
    passage = coming.truck.passage
    with journal.writes(actor, "crossings.hear_diversion_kept", key, at=at, passage=passage, message=message) as line:
        diversion = _of_proposer(key, partner)
        line.place = diversion.target_id
        mandates.require(actor, "crossings.hear_diversion_kept", place=diversion.target_id)
        truck = DivertedTruck.objects.select_for_update().filter(diversion=diversion, far_passage=passage).first()
        if truck is None or truck.slot_at is None:
            raise NoSuchRecord(key=passage)
        if truck.state != diverted.KEPT:
            here = _announced(actor, diversion, truck, coming, successor, at)
            line.note(successor=here, references=list(coming.references))
            truck.state, truck.successor_id, truck.answered_at, truck.message = diverted.KEPT, here, at, message
            truck.save(update_fields=["state", "successor", "answered_at", "message"])
    return diversion


def _announced(
    actor: Actor, diversion: Diversion, truck: DivertedTruck, coming: Coming, successor: str, at: datetime
) -> str:
    target, direction, plate = diversion.target_id, coming.truck.direction, coming.truck.plate
    known = queries.live_passage_of(plate, place=target, direction=direction)
    if known is not None and not DivertedTruck.objects.filter(successor=known.key).exists():
        return known.key
    told: dict[str, Any] = {"trailer_plate": coming.trailer_plate, "carrier": coming.carrier, "seals": coming.seals}
    return announce(
        actor, successor, place=target, direction=direction, plate=plate, at=at, expected_at=truck.slot_at, **told
    ).key


def _of_target(key: str, partner: str) -> Diversion:
    """Lock a diversion that was proposed to the partner who speaks: hours and refusals are its to tell."""
    diversion = diversions.take(key)
    if diversion.partner != partner or diversion.target_id != partner:
        raise NoSuchRecord(key=key)
    return diversion


def _of_proposer(key: str, partner: str) -> Diversion:
    """Lock a diversion that the partner who speaks has proposed: what becomes of its trucks is its to tell."""
    diversion = diversions.take(key)
    if diversion.partner != partner or diversion.place_id != partner:
        raise NoSuchRecord(key=key)
    return diversion
