"""The stay that lasted too long: that its last day has ended, and how it is regularised."""

from datetime import datetime

from mabar.base import journal, mandates, timers
from mabar.base.models import Actor
from mabar.base.turns import once
from mabar.vehicles import rules, turns
from mabar.vehicles.models import VehiclePass


def note_overdue(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> VehiclePass:
    """Note that the last day has ended and the vehicle has not left; it counts from the instant it was due.

    Raises:
        NotMandated, OutOfTurn.
    """
    with journal.writes(actor, "vehicles.note_overdue", key, at=at, due_at=due_at) as line:
        stay = turns.take(actor, "note_overdue", key)
        line.place = stay.place_id
        mandates.require(actor, "vehicles.note_overdue", place=stay.place_id)
        fired = {"fired_at": at.isoformat()}
        turns.move(actor, stay, "note_overdue", at=due_at, place=stay.place_id, facts=fired, overdue_at=due_at)
        timers.end(turns.OVERDUE, key, at=at)
    return stay


@once
def regularise(
    actor: Actor,
    key: str,
    *,
    place: str,
    outcome: str,
    receipt: str,
    reason: str,
    at: datetime,
    event_key: str = "",
    version: int | None = None,
) -> VehiclePass:
    """Settle a stay that lasted too long, by a receipt or decision that is named.

    Raises:
        NotMandated, OutOfTurn, OutcomeUnfit, ReceiptMissing, ReasonMissing.
    """
    facts = {"outcome": outcome, "receipt": receipt, "reason": reason}
    with journal.writes(actor, "vehicles.regularise", key, at=at, place=place, **facts) as line:
        mandates.require(actor, "vehicles.regularise", place=place)
        stay = turns.take(actor, "regularise", key, event_key=event_key, version=version)
        rules.check_outcome(outcome, stay.state)
        facts["reason"] = rules.check_reason(reason)
        facts["receipt"] = " ".join(receipt.split())
        if not facts["receipt"]:
            raise rules.ReceiptMissing()
        line.note(**facts)
        ended = {"outcome": outcome, "receipt": facts["receipt"], "ended_at": at}
        turns.move(actor, stay, "regularise", at=at, place=place, event_key=event_key, facts=facts, **ended)
        turns.let_end(stay, at=at)
    return stay
