"""What every act on a movement shares: its lock, its events, the state that follows, and what the clock watches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mabar.base import timers
from mabar.base.models import Actor, Timer
from mabar.base.rules import NoSuchRecord
from mabar.base.turns import SentTwice, write
from mabar.transit import nodes, rules
from mabar.transit.models import Fallback, Movement, MovementEvent

ENQUIRY, RESULTS = "transit.open_enquiry", "transit.ask_results"
HOLDER, RECOVERY = "transit.ask_holder_due", "transit.recover_due"


@dataclass(frozen=True)
class Deed:
    """Who did what when and where; `key` is the sender's, by which what is sent twice is known."""

    act: str
    by: str
    at: datetime
    office: str
    key: str = ""
    noted_at: datetime | None = None


def take(actor: Actor, act: str, key: str, *, event_key: str = "", version: int | None = None) -> Movement:
    """Lock the movement for this act, and see that it is the actor's turn and this node's.

    Raises:
        NoSuchRecord: no movement bears the key.
        SentTwice: the event was recorded before.
        EventKeyReused: the event key was used for another act.
        NotAtHome: the act belongs to the office of departure, and this node holds a copy.
        OutOfTurn: somebody has written to the movement since the actor saw it.
    """
    movement = Movement.objects.select_for_update().filter(key=key).first()
    if movement is None:
        raise NoSuchRecord(key=key)
    if event_key:
        refuse_second(movement, act, by=actor.key, event_key=event_key)
    rules.check_side(act, is_home=movement.is_home, home=movement.home)
    rules.check_version(act, movement.state, seen=version, now=movement.version)
    return movement


def refuse_second(movement: Movement, act: str, *, by: str, event_key: str) -> None:
    """Refuse an event that was sent before.

    Raises:
        SentTwice, EventKeyReused.
    """
    before = movement.events.filter(by=by, event_key=event_key).first()
    if before is None:
        return
    if before.kind != act:
        raise rules.EventKeyReused(event_key=event_key, kind=before.kind)
    raise SentTwice(movement)


def require_own(actor: Actor, movement: Movement) -> None:
    """Let a declarant write to what his house lodged alone.

    Raises:
        NoSuchRecord: it is another's.
    """
    if actor.kind == Actor.DECLARANT and movement.firm_id != actor.firm_id:
        raise NoSuchRecord(key=movement.key)


def fallbacks_of(place: str) -> list[tuple[datetime, datetime | None]]:
    """Give the fallbacks of an office, with their ends."""
    return list(Fallback.objects.filter(place=place).values_list("began_at", "ended_at"))


def of_number(number: str) -> Movement | None:
    """Lock the movement that bears a number on this node; None where it is not known here."""
    return Movement.objects.select_for_update().filter(number=number).first()


def events(movement: Movement, deed: Deed, *told: dict[str, Any]) -> list[rules.Happening]:
    """Make the events of an act, each known everywhere by this node and its number here."""
    first = {"kind": deed.act, "at": deed.at, "office": deed.office}
    begins = f"{nodes.own_node()}:{movement.version + 1}"
    return [rules.Happening(**{**first, "key": f"{begins}.{n}", **facts}) for n, facts in enumerate(told)]


def note(movement: Movement, told: Sequence[rules.Happening], deed: Deed, *, message: str = "") -> None:
    """Leave the rows of events that this node has not yet."""
    first = movement.events.count()
    for place, each in enumerate(told):
        MovementEvent.objects.create(
            movement=movement,
            key=each.key,
            kind=each.kind,
            at=each.at,
            noted_at=deed.noted_at or deed.at,
            office=each.office,
            by=deed.by,
            facts=each.facts(),
            event_key=deed.key if place == 0 else "",
            position=first + place,
            is_pending=not movement.is_home,
            message=message,
        )


def move(movement: Movement, told: Sequence[rules.Happening], deed: Deed, *, message: str = "", **changes: Any) -> None:
    """Take the movement on by events, leave their rows, and let the clock watch what is due now.

    Raises:
        OutOfTurn: an act has no place in this state.
    """
    state = movement.state
    for each in told:
        state = rules.after(each.kind, state)
    note(movement, told, deed, message=message)
    settle(movement, state, at=deed.noted_at or deed.at, **changes)


def settle(movement: Movement, state: str, *, at: datetime, **changes: Any) -> None:
    """Write the state with what the events show; at home that is a new standing, told to the others by its number."""
    if movement.is_home:
        standing = {"home_state": state, "home_version": movement.home_version + 1, "as_of_at": at}
        changes = {**standing, **changes}
    write(movement, state=state, **{**_shown(movement), **changes})
    if movement.is_home:
        watch(movement, at=at)


def _shown(movement: Movement) -> dict[str, Any]:
    shown = rules.shown(nodes.events_of(movement))
    told: dict[str, Any] = {
        "arrived_at": shown.arrived_at,
        "arrived_office": shown.arrived_office,
        "outcome": shown.outcome,
        "ended_at": shown.ended_at or movement.ended_at,
    }
    if movement.is_home and shown.arrived_at is not None:
        days = rules.days_of(movement.terms).results_days
        told["results_due_at"] = rules.end_of_day(shown.arrived_at, days, nodes.clock_of(shown.arrived_office))
    return told


def watch(movement: Movement, *, at: datetime) -> None:
    """Let the clock watch what is due in the state of the movement, in place of what it watched before."""
    wanted = _due(movement)
    for verb in (ENQUIRY, RESULTS, HOLDER, RECOVERY):
        due_at = wanted.get(verb)
        if not _is_watched(verb, movement.key, due_at):
            timers.end(verb, movement.key, at=at)
            if due_at is not None:
                timers.start(verb, movement.key, due_at=due_at)


def _is_watched(verb: str, key: str, due_at: datetime | None) -> bool:
    # a timer that stands is left alone: the clock may be firing what was due beside it
    if due_at is None:
        return False
    return Timer.objects.filter(verb=verb, subject=key, due_at=due_at, ended_at=None, fired_at=None).exists()


def _due(movement: Movement) -> dict[str, datetime]:
    wanted: dict[str, datetime | None] = {}
    if movement.state == "released":
        wanted[ENQUIRY] = movement.limit_at
    if movement.state in ("arrived", "unloading") and movement.results_asked_at is None:
        wanted[RESULTS] = movement.results_due_at
    if movement.state == "enquiry" and movement.holder_asked_at is None:
        wanted[HOLDER] = movement.holder_request_due_at
    elif movement.state == "enquiry" and movement.holder_answered_at is None:
        wanted[RECOVERY] = movement.holder_due_at
    return {verb: due_at for verb, due_at in wanted.items() if due_at is not None}
