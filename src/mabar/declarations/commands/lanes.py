"""The lane: drawn by the node, or by a registrar at the counter; changed by a named officer with a reason."""

from datetime import datetime

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.declarations import lanes, loads, rows, rules, turns
from mabar.declarations.models import Declaration, LaneDraw
from mabar.declarations.queries.records import record_of


def draw_lane(actor: Actor, key: str, *, seed: str, at: datetime, version: int | None = None) -> Declaration:
    """Draw the lane of a registered declaration and keep every reason.

    Raises:
        NotMandated, OutOfTurn, LodgedInNationalSystem.
    """
    with journal.writes(actor, "declarations.draw_lane", key, at=at, seed=seed) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.draw_lane", place=declaration.place_id)
        turns.step(line, declaration, version=version)
        consignment = lanes.consignment_of(record_of(declaration))
        drawn = lanes.draw(consignment, criteria=lanes.criteria(), seed=seed)
        rows.draw_row(key, drawn, by=actor.key, at=at).save()
        line.note(lane=drawn.lane, fired=[each.code for each in drawn.reasons if each.fired])
        turns.save(declaration, lane=drawn.lane, is_scan_due=drawn.is_scan_due, lane_at=at)
        loads.mark_lane(declaration, at=at)
    return declaration


def change_lane(
    actor: Actor, key: str, *, lane: str, reason: str, at: datetime, version: int | None = None
) -> Declaration:
    """Put the declaration into another lane, for a reason that is kept under the officer's name.

    Raises:
        NotMandated, OutOfTurn, LodgedInNationalSystem, LaneUnfit, NothingSaid.
    """
    with journal.writes(actor, "declarations.change_lane", key, at=at, lane=lane, reason=reason) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.change_lane", place=declaration.place_id)
        rules.check_said(reason, what="reason")
        turns.step(line, declaration, version=version)
        rules.check_lane(lane, declaration.lane)
        line.note(before=declaration.lane)
        LaneDraw.objects.create(
            declaration=declaration,
            lane=lane,
            reasons=[{"code": "by_officer", "fired": True, "details": {"before": declaration.lane}}],
            by=actor.key,
            at=at,
            reason_text=reason,
        )
        turns.save(declaration, lane=lane, lane_at=at)
        loads.mark_lane(declaration, at=at)
    return declaration
