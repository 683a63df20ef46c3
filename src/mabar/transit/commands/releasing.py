"""The office of departure decides: control, guarantee, release with seals and time limit, or no release."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.turns import once
from mabar.transit import cover, nodes, rules, turns
from mabar.transit.models import Movement
from mabar.transit.turns import Deed


@once
def order_control(
    actor: Actor, key: str, *, reason: str, at: datetime, event_key: str = "", version: int | None = None
) -> Movement:
    """Order a control of the goods before their release, with the reason.

    Raises:
        NotMandated, OutOfTurn, NotAtHome, ReasonMissing.
    """
    return _decide(actor, key, "transit.order_control", reason, at=at, event_key=event_key, version=version)


@once
def note_control(
    actor: Actor, key: str, *, found: str, at: datetime, event_key: str = "", version: int | None = None
) -> Movement:
    """Record what a satisfactory control found; one that is not ends in `refuse_release`.

    Raises:
        NotMandated, OutOfTurn, NotAtHome, ReasonMissing.
    """
    told = {"control": found.strip()[:300]}
    return _decide(actor, key, "transit.note_control", found, at=at, event_key=event_key, version=version, **told)


@once
def refuse_guarantee(
    actor: Actor, key: str, *, reason: str, at: datetime, event_key: str = "", version: int | None = None
) -> Movement:
    """Record that the guarantee is not valid, with the reason; the holder amends, or the goods are not released.

    Raises:
        NotMandated, OutOfTurn, NotAtHome, ReasonMissing.
    """
    return _decide(actor, key, "transit.refuse_guarantee", reason, at=at, event_key=event_key, version=version)


@once
def refuse_release(
    actor: Actor, key: str, *, reason: str, at: datetime, event_key: str = "", version: int | None = None
) -> Movement:
    """Refuse the release, with the reason; the movement has ended.

    Raises:
        NotMandated, OutOfTurn, NotAtHome, ReasonMissing.
    """
    told = {"ended_at": at}
    return _decide(actor, key, "transit.refuse_release", reason, at=at, event_key=event_key, version=version, **told)


def _decide(
    actor: Actor, key: str, verb: str, reason: str, *, at: datetime, event_key: str, version: int | None, **changes: Any
) -> Movement:
    act = verb.partition(".")[2]
    with journal.writes(actor, verb, key, at=at, reason=reason.strip()) as line:
        movement = turns.take(actor, act, key, event_key=event_key, version=version)
        line.place = movement.place_id
        mandates.require(actor, verb, place=movement.place_id)
        rules.after(act, movement.state)
        said = rules.check_reason(reason)[:300]
        deed = Deed(act, actor.key, at, movement.place_id, key=event_key)
        turns.move(movement, turns.events(movement, deed, {"reason": said}), deed, reason=said, **changes)
    return movement


@once
def release(
    actor: Actor,
    key: str,
    *,
    days: int,
    seals: Sequence[rules.Seal] = (),
    at: datetime,
    event_key: str = "",
    version: int | None = None,
) -> Movement:
    """Release the goods for transit under seals, with a time limit; the guarantee is drawn on and the way is told.

    The limit ends with the last day on the clock of the office of destination, which owes the arrival.

    Raises:
        NotMandated, OutOfTurn, NotAtHome, LimitUnfit, SealUnfit, GuaranteeMissing, OvertakenByFallback.
        What the ledger of guarantees refuses: see `cover`.
    """
    with journal.writes(actor, "transit.release", key, at=at, days=days, seals=[each.number for each in seals]) as line:
        movement = turns.take(actor, "release", key, event_key=event_key, version=version)
        line.place = movement.place_id
        mandates.require(actor, "transit.release", place=movement.place_id)
        rules.after("release", movement.state)
        rules.check_not_overtaken(movement.lodged_at, movement.procedure, turns.fallbacks_of(movement.place_id))
        notes = tuple(rules.SealNote("affixed", each.number, each.maker) for each in rules.check_seals(seals))
        limit = _limit(movement, days, at)
        line.note(limit_at=limit)
        cover.draw(actor, movement, at=at)
        deed = Deed("release", actor.key, at, movement.place_id, key=event_key)
        told = turns.events(movement, deed, {"seals": notes})
        turns.move(movement, told, deed, released_at=at, limit_at=limit)
        nodes.tell_anticipated(movement, at=at)
    return movement


def _limit(movement: Movement, days: int, at: datetime) -> datetime:
    granted = rules.check_limit(days, rules.days_of(movement.terms))
    return rules.end_of_day(at, granted, nodes.clock_of(movement.destination))
