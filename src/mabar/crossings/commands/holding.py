"""Holds: an agency keeps a truck from leaving, and lets it go again."""

from datetime import datetime

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.base.turns import once, write
from mabar.crossings import queries, rules, turns
from mabar.crossings.models import Hold, Passage


@once
def hold(
    actor: Actor,
    key: str,
    *,
    wants: str,
    reason: str,
    at: datetime,
    desk: str = "",
    event_key: str = "",
    version: int | None = None,
) -> Passage:
    """Keep a truck from leaving, for the actor's own agency; `desk` is where the driver goes, empty: he waits.

    Raises:
        NotMandated, OutOfTurn, ReasonMissing, NotADesk.
    """
    with journal.writes(actor, "crossings.hold", key, at=at, wants=wants, reason=reason, desk=desk) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.hold", place=passage.place_id)
        rules.check_beside("hold", passage.state)
        placed = Hold.objects.create(
            passage=passage,
            agency_id=_agency_of(actor, "crossings.hold", passage),
            wants=rules.check_reason(wants),
            reason=rules.check_reason(reason),
            desk=rules.check_desk(desk),
            placed_by=actor.key,
            placed_at=at,
        )
        write(passage)
        facts = {"hold": placed.pk, "agency": placed.agency_id}
        turns.note(actor, passage, "hold", at=at, event_key=event_key, facts=facts)
    return passage


@once
def lift_hold(
    actor: Actor, key: str, *, hold: int, note: str, at: datetime, event_key: str = "", version: int | None = None
) -> Passage:
    """Lift a hold of the actor's own agency.

    Raises:
        NotMandated, HoldNotYours, HoldLiftedBefore.
        NoSuchRecord: no such hold on this truck.
    """
    with journal.writes(actor, "crossings.lift_hold", key, at=at, hold=hold, note=note) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.lift_hold", place=passage.place_id)
        placed = passage.holds.select_related("agency").filter(pk=hold).first()
        if placed is None:
            raise NoSuchRecord(key=hold)
        rules.check_own_hold(
            queries.agency_name(placed.agency), lifter=_agency_of(actor, "crossings.lift_hold", passage)
        )
        _lift(placed, by=actor.key, at=at, note=note.strip())
        write(passage)
        facts = {"hold": placed.pk, "agency": placed.agency_id}
        turns.note(actor, passage, "lift_hold", at=at, event_key=event_key, facts=facts)
    return passage


def _lift(placed: Hold, *, by: str, at: datetime, note: str) -> None:
    if placed.lifted_at is not None:
        raise rules.HoldLiftedBefore(at=rules.hours.hour_text(placed.passage.place.clock, placed.lifted_at))
    placed.lifted_by, placed.lifted_at, placed.lift_note = by, at, note
    placed.save(update_fields=["lifted_by", "lifted_at", "lift_note"])


def _agency_of(actor: Actor, verb: str, passage: Passage) -> str:
    """Name the agency for which the actor holds; the node itself is of none, and holds nothing."""
    if actor.agency_id is None:
        raise NotMandated(verb=verb, place=passage.place_id, actor=actor.key)
    return actor.agency_id
