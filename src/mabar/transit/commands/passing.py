"""The offices on the way and at destination: passages, incidents, seals, arrival, unloading and what was found.

They act on the movement itself where they are worked at home, else on their copy, and tell home.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.turns import once
from mabar.exchange import outbox
from mabar.transit import itineraries, nodes, rules, turns
from mabar.transit.models import Movement
from mabar.transit.turns import Deed


def note_unannounced(actor: Actor, key: str, *, number: str, home: str, office: str, at: datetime) -> Movement:
    """Open a movement that came before its news: known by the number on its paper alone, until home tells of it.

    Args:
        home: the node of the office of departure, as the paper names it.
    Raises:
        NotMandated, MrnUnfit, StampUnfit, HomeUnknown.
        KnownAlready: the number is known here.
    """
    told = rules.check_number(number)
    with journal.writes(actor, "transit.note_unannounced", key, at=at, place=office, number=told, home=home):
        mandates.require(actor, "transit.note_unannounced", place=office)
        if not outbox.knows(home):
            raise rules.HomeUnknown(home=home or "–")
        if rules.country_of(told) != home[:2]:
            raise rules.MrnUnfit(given=told)
        if turns.of_number(told) is not None:
            raise rules.KnownAlready(number=told)
        return itineraries.copy_of(key, told, home=home, at=at, office=office)


@once
def pass_office(
    actor: Actor,
    key: str,
    *,
    office: str,
    seen: Sequence[rules.SealSeen] = (),
    at: datetime,
    event_key: str = "",
    version: int | None = None,
) -> Movement:
    """Record that the goods passed an office of the itinerary, with the seals as they were found.

    A seal that is not as it should be is an incident as well, and is told as one.

    Raises:
        NotMandated, NotAtThisNode, OutOfTurn, SealUnfit, ArrivedBeforeDeparture.
        NotOnItinerary: elsewhere an incident is recorded, or the goods arrive with the reason.
    """
    with journal.writes(actor, "transit.pass_office", key, at=at, place=office) as line:
        mandates.require(actor, "transit.pass_office", place=office)
        nodes.check_worked_here(office)
        movement = turns.take(actor, "pass_office", key, event_key=event_key, version=version)
        rules.after("pass_office", movement.state)
        rules.check_after_release(at, movement.released_at)
        if itineraries.is_known(movement):
            rules.check_on_itinerary(office, itineraries.offices_of(movement))
        if office in rules.shown(nodes.events_of(movement)).passed:
            raise rules.OutOfTurn(verb="pass_office", state=movement.state)
        told = _with_seals(movement, seen)
        line.note(seals=[f"{each.note} {each.number}" for each in told[0]["seals"]])
        _act(movement, Deed("pass_office", actor.key, at, office, key=event_key), *told)
    return movement


def _with_seals(movement: Movement, seen: Sequence[rules.SealSeen], **facts: Any) -> list[dict[str, Any]]:
    """Give an act with the seals as found, and the incident beside it where one is not as it should be."""
    standing = rules.in_force(rules.seal_notes(nodes.events_of(movement)))
    notes = rules.compared(seen, with_seals=standing)
    first: dict[str, Any] = {"seals": notes, **facts}
    if rules.are_in_order(notes) or not itineraries.is_known(movement):
        return [first]
    return [first, {"kind": "note_incident", "incident": "seals"}]


def _act(movement: Movement, deed: Deed, *facts: dict[str, Any]) -> None:
    turns.move(movement, turns.events(movement, deed, *facts), deed)
    if movement.is_home:
        itineraries.note_diverted(movement)
        nodes.tell_anticipated(movement, at=deed.at)
        nodes.tell_state(movement, at=deed.at)
    elif deed.act in nodes.EN_ROUTE:
        pending = [nodes.happening(row) for row in nodes.told_rows(movement) if row.is_pending]
        letter = nodes.tell_home(movement, deed.act, pending, office=deed.office, at=deed.at)
        movement.events.filter(is_pending=True).update(message=letter)


@once
def note_incident(
    actor: Actor,
    key: str,
    *,
    office: str,
    incident: str,
    reason: str,
    broken: Sequence[str] = (),
    at: datetime,
    event_key: str = "",
    version: int | None = None,
) -> Movement:
    """Record an incident on the way, at whichever office, with seals that were found broken.

    Raises:
        NotMandated, NotAtThisNode, OutOfTurn, ReasonMissing, SealNotInForce, ArrivedBeforeDeparture.
        EventUnfit: the incident is of no known kind.
    """
    with journal.writes(actor, "transit.note_incident", key, at=at, place=office, incident=incident, reason=reason):
        mandates.require(actor, "transit.note_incident", place=office)
        nodes.check_worked_here(office)
        movement = turns.take(actor, "note_incident", key, event_key=event_key, version=version)
        rules.after("note_incident", movement.state)
        rules.check_after_release(at, movement.released_at)
        if incident not in rules.TYPED:
            raise rules.EventUnfit(given=incident or "–")
        said = rules.check_reason(reason)[:300]
        notes = rules.found_broken(broken, notes=rules.seal_notes(nodes.events_of(movement)))
        deed = Deed("note_incident", actor.key, at, office, key=event_key)
        _act(movement, deed, {"incident": incident, "reason": said, "seals": notes})
    return movement


@once
def replace_seal(
    actor: Actor,
    key: str,
    *,
    office: str,
    number: str,
    new: rules.Seal,
    reason: str,
    at: datetime,
    event_key: str = "",
    version: int | None = None,
) -> Movement:
    """Replace a seal in force, or one that was found broken, with the reason.

    Raises:
        NotMandated, NotAtThisNode, OutOfTurn, ReasonMissing, SealNotInForce, SealUnfit, ArrivedBeforeDeparture.
    """
    facts = {"number": number, "new": new.number, "reason": reason}
    with journal.writes(actor, "transit.replace_seal", key, at=at, place=office, **facts):
        mandates.require(actor, "transit.replace_seal", place=office)
        nodes.check_worked_here(office)
        movement = turns.take(actor, "replace_seal", key, event_key=event_key, version=version)
        rules.after("replace_seal", movement.state)
        rules.check_after_release(at, movement.released_at)
        said = rules.check_reason(reason)[:300]
        note = rules.replacement(number, new, notes=rules.seal_notes(nodes.events_of(movement)))
        deed = Deed("replace_seal", actor.key, at, office, key=event_key)
        _act(movement, deed, {"reason": said, "seals": (note,)})
    return movement


@once
def arrive(
    actor: Actor,
    key: str,
    *,
    office: str,
    seen: Sequence[rules.SealSeen] = (),
    reason: str = "",
    at: datetime,
    event_key: str = "",
    version: int | None = None,
) -> Movement:
    """Record that the goods arrived, with the seals as they were found; elsewhere than destined, with the reason.

    Raises:
        NotMandated, NotAtThisNode, OutOfTurn, SealUnfit, ArrivedBeforeDeparture.
        NotAtDestination: the office is not that of destination, and no reason is told.
    """
    with journal.writes(actor, "transit.arrive", key, at=at, place=office, reason=reason.strip()) as line:
        mandates.require(actor, "transit.arrive", place=office)
        nodes.check_worked_here(office)
        movement = turns.take(actor, "arrive", key, event_key=event_key, version=version)
        rules.after("arrive", movement.state)
        rules.check_after_release(at, movement.released_at)
        told = _with_seals(movement, seen, reason=reason.strip()[:300])
        if itineraries.is_known(movement) and rules.check_destination(office, movement.destination, reason=reason):
            told.append({"kind": "note_incident", "incident": "route", "reason": reason.strip()[:300]})
        line.note(seals=[f"{each.note} {each.number}" for each in told[0]["seals"]])
        _act(movement, Deed("arrive", actor.key, at, office, key=event_key), *told)
    return movement


@once
def permit_unloading(
    actor: Actor, key: str, *, office: str, at: datetime, event_key: str = "", version: int | None = None
) -> Movement:
    """Permit the unloading at the office where the goods arrived.

    Raises:
        NotMandated, NotAtThisNode, OutOfTurn.
        NotAtDestination: they arrived elsewhere.
    """
    with journal.writes(actor, "transit.permit_unloading", key, at=at, place=office):
        mandates.require(actor, "transit.permit_unloading", place=office)
        nodes.check_worked_here(office)
        movement = turns.take(actor, "permit_unloading", key, event_key=event_key, version=version)
        rules.after("permit_unloading", movement.state)
        rules.check_destination(office, movement.arrived_office, reason="")
        _act(movement, Deed("permit_unloading", actor.key, at, office, key=event_key), {})
    return movement


@once
def remark(
    actor: Actor,
    key: str,
    *,
    office: str,
    outcome: str,
    reason: str = "",
    at: datetime,
    event_key: str = "",
    version: int | None = None,
) -> Movement:
    """Record what the control at destination found: `conform`, or `not_conform` with the differences.

    Raises:
        NotMandated, NotAtThisNode, OutOfTurn, NotAtDestination, ReasonMissing.
        EventUnfit: the outcome is neither.
    """
    with journal.writes(actor, "transit.remark", key, at=at, place=office, outcome=outcome, reason=reason.strip()):
        mandates.require(actor, "transit.remark", place=office)
        nodes.check_worked_here(office)
        movement = turns.take(actor, "remark", key, event_key=event_key, version=version)
        rules.after("remark", movement.state)
        rules.check_destination(office, movement.arrived_office, reason="")
        if outcome not in rules.OUTCOMES:
            raise rules.EventUnfit(given=outcome or "–")
        said = reason.strip()[:300] if outcome == "conform" else rules.check_reason(reason)[:300]
        deed = Deed("remark", actor.key, at, office, key=event_key)
        _act(movement, deed, {"outcome": outcome, "reason": said})
    return movement
