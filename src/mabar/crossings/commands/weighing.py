"""Weighings that name a plate, not a passage: recorded on the truck that awaits them, or kept for an officer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.crossings import queries, rules
from mabar.crossings.commands.steps import note_weight
from mabar.crossings.models import KeptWeighing, Passage
from mabar.lib.identifiers import plate_key

RECORDED, BEFORE, KEPT = "recorded", "before", "kept"
# What no weighing is lost by: it is kept, and an officer sees why.
KEPT_AFTER = (rules.NoTruckToWeigh, rules.OutOfTurn, rules.HourOutOfOrder, rules.EventKeyReused)


@dataclass(frozen=True)
class Taken:
    """What became of a weighing: recorded on a passage, recorded or kept before, or kept, and why."""

    event_key: str
    plate: str
    outcome: str
    passage: str = ""
    reason: str = ""


def take_weighing(
    actor: Actor,
    place: str,
    *,
    event_key: str,
    plate: str,
    weighed_at: datetime,
    gross_mass_g: int,
    tare_mass_g: int | None = None,
    is_empty: bool = False,
    axle_masses_g: Sequence[int] = (),
    at: datetime,
) -> Taken:
    """Record a weighing on the truck of that plate that stands before the weighbridge; one that fits none is kept.

    The same event key sent again changes nothing.

    Raises:
        NotMandated, MassImpossible, HourOutOfOrder: the weighing is of an hour to come.
    """
    mandates.require(actor, "crossings.note_weight", place=place, at=at)
    rules.check_not_ahead(weighed_at, now=at, zone=queries.crossing_place(place).clock)
    rules.check_masses(gross_mass_g=gross_mass_g, tare_mass_g=tare_mass_g)
    if queries.was_weighed_by(actor.key, event_key):
        return Taken(event_key, plate, BEFORE)
    masses: dict[str, Any] = {"gross_mass_g": gross_mass_g, "tare_mass_g": tare_mass_g, "is_empty": is_empty}
    masses["axle_masses_g"] = list(axle_masses_g)
    try:
        passage = queries.before_the_weighbridge(plate, place=place)
        note_weight(actor, passage.key, at=weighed_at, event_key=event_key, **masses)
    except KEPT_AFTER as refusal:
        if queries.was_weighed_by(actor.key, event_key):
            # the same was sent twice at once, and the other has just been recorded
            return Taken(event_key, plate, BEFORE)
        _keep(actor, place, plate, event_key=event_key, weighed_at=weighed_at, reason=refusal.code, at=at, **masses)
        return Taken(event_key, plate, KEPT, reason=refusal.code)
    return Taken(event_key, plate, RECORDED, passage.key)


def _keep(actor: Actor, place: str, plate: str, *, event_key: str, at: datetime, **facts: Any) -> None:
    weighed_at = facts["weighed_at"].isoformat()
    told = {**facts, "weighed_at": weighed_at, "plate": plate, "event_key": event_key}
    with journal.writes(actor, "crossings.keep_weighing", event_key, at=at, place=place, **told):
        mandates.require(actor, "crossings.note_weight", place=place)
        KeptWeighing.objects.get_or_create(
            by=actor.key,
            event_key=event_key,
            defaults={"place_id": place, "plate": plate, "plate_key": plate_key(plate), "kept_at": at, **facts},
        )


def settle_weighing(actor: Actor, number: int, *, passage: str, at: datetime) -> Passage:
    """Record a kept weighing on a passage that an officer names.

    Raises:
        NotMandated, NoSuchRecord, WeighingSettledBefore, AtAnotherPlace, OutOfTurn, HourOutOfOrder.
    """
    with journal.writes(actor, "crossings.settle_weighing", passage, at=at, weighing=number) as line:
        kept = _open(line, number)
        weighed = note_weight(
            actor,
            passage,
            gross_mass_g=kept.gross_mass_g,
            tare_mass_g=kept.tare_mass_g,
            is_empty=kept.is_empty,
            axle_masses_g=kept.axle_masses_g,
            at=kept.weighed_at,
            acting_at=at,
        )
        if weighed.place_id != kept.place_id:
            raise rules.AtAnotherPlace(seen=weighed.place_id, expected=kept.place_id)
        _settle(kept, by=actor.key, at=at, passage=weighed)
    return weighed


def set_weighing_aside(actor: Actor, number: int, *, reason: str, at: datetime) -> None:
    """Lay a kept weighing aside, with the reason why it belongs to no truck.

    Raises:
        NotMandated, NoSuchRecord, WeighingSettledBefore, ReasonMissing.
    """
    with journal.writes(actor, "crossings.set_weighing_aside", str(number), at=at, reason=reason) as line:
        kept = _open(line, number)
        _settle(kept, by=actor.key, at=at, note=rules.check_reason(reason))


def _open(line: journal.OpenLine, number: int) -> KeptWeighing:
    """Lock a kept weighing that nobody has settled."""
    kept = KeptWeighing.objects.select_for_update().filter(pk=number).first()
    if kept is None:
        raise NoSuchRecord(key=str(number))
    line.place = kept.place_id
    mandates.require(line.actor, "crossings.note_weight", place=kept.place_id)
    if kept.settled_at is not None:
        raise rules.WeighingSettledBefore(plate=kept.plate, by=kept.settled_by)
    return kept


def _settle(kept: KeptWeighing, *, by: str, at: datetime, passage: Passage | None = None, note: str = "") -> None:
    kept.settled_by, kept.settled_at, kept.passage, kept.note = by, at, passage, note
    kept.save(update_fields=["settled_by", "settled_at", "passage", "note"])
