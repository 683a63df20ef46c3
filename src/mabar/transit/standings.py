"""How a movement stands: home decides of what it hears, and the copies follow what home tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mabar.base.turns import write
from mabar.transit import itineraries, nodes, rules, turns
from mabar.transit.models import Movement, MovementEvent, MovementOffice
from mabar.transit.turns import Deed


@dataclass(frozen=True)
class Standing:
    """How a movement stood at home: the number of the standing, when, its state, and what is due by when."""

    version: int
    at: datetime
    state: str
    limit_at: datetime | None
    results_due_at: datetime | None


def follow(
    movement: Movement,
    told: Standing,
    offices: Sequence[Mapping[str, str]],
    events: Sequence[Mapping[str, Any]],
    *,
    by: str,
    at: datetime,
) -> bool:
    """Let a copy follow what home tells, and tell whether that is newer than what it followed before.

    What this node has done since and home does not know of yet stands on top of it.

    Raises:
        EventUnfit.
    """
    happened = rules.read_all(events)
    if told.version <= movement.home_version:
        return False
    seen, version = _seen(movement), movement.version
    _keep_offices(movement, offices)
    for position, each in enumerate(happened):
        _keep_event(movement, each, position, by=by, at=at)
    pending = [each.kind for each in movement.events.filter(is_pending=True).order_by("pk")]
    standing = {"home_state": told.state, "home_version": told.version, "as_of_at": told.at}
    due = {"limit_at": told.limit_at, "results_due_at": told.results_due_at or movement.results_due_at}
    turns.settle(movement, rules.replayed(told.state, pending), at=at, **standing, **due)
    if _seen(movement) == seen:
        # an echo of what this office did, or a passage elsewhere: its officer, with the page open, need not look again
        movement.version = version
        movement.save(update_fields=["version"])
    return True


def _seen(movement: Movement) -> tuple[object, ...]:
    """Give what an officer decides by: the state, the time limit, the way, the seals in force, and the incidents."""
    events = nodes.events_of(movement)
    incidents = [each.key for each in events if each.kind == "note_incident"]
    seals = rules.in_force(rules.seal_notes(events))
    return movement.state, movement.limit_at, itineraries.offices_of(movement), seals, incidents


def adopt(movement: Movement, *, home: str, at: datetime) -> None:
    """Put right the home of a copy that was opened by its paper, and tell it what was done here meanwhile."""
    write(movement, home=home, departure=home)
    pending = [row for row in nodes.told_rows(movement) if row.is_pending]
    told = [row.kind for row in pending if row.kind in nodes.EN_ROUTE]
    if told:
        events = [nodes.happening(row) for row in pending]
        nodes.tell_home(movement, told[-1], events, office=pending[-1].office, at=at)


def _keep_offices(movement: Movement, offices: Sequence[Mapping[str, str]]) -> None:
    told = [(str(each.get("office", ""))[:32], str(each.get("role", ""))) for each in offices]
    fit = dict(pair for pair in told if pair[0] and pair[1] in rules.ROLES)
    if not fit:
        return
    movement.offices.all().delete()
    MovementOffice.objects.bulk_create(
        MovementOffice(movement=movement, position=position, office=office, role=role)
        for position, (office, role) in enumerate(fit.items())
    )
    own = next((office for office in fit if nodes.is_own(office)), "")
    if own and own != movement.place_id:
        write(movement, place_id=own)


def _keep_event(movement: Movement, told: rules.Happening, position: int, *, by: str, at: datetime) -> None:
    row = movement.events.filter(key=told.key).first()
    fixed = {"kind": told.kind, "at": told.at, "office": told.office, "facts": told.facts(), "position": position}
    if row is None:
        MovementEvent.objects.create(movement=movement, key=told.key, by=by, noted_at=at, **fixed)
        return
    for name, value in {**fixed, "is_pending": False}.items():
        setattr(row, name, value)
    row.save(update_fields=[*fixed, "is_pending"])


def decide(movement: Movement, told: Sequence[rules.Happening], *, by: str, at: datetime) -> None:
    """Take what an office on the way did into the movement at home, and tell every node how it stands then."""
    state, taken, known = movement.state, list[rules.Happening](), nodes.events_of(movement)
    chain = list(rules.seal_notes(known))
    for each in told:
        so_far = rules.shown([*known, *taken])
        decided = _decided(movement, each, state, chain, so_far, at=at)
        if rules.may_follow(decided.kind, state):
            state = rules.after(decided.kind, state)
        taken.append(decided)
        chain += rules.seal_notes([decided])
    taken += _of_home(movement, taken, at=at)
    turns.note(movement, taken, Deed("take_events", by, at, movement.departure))
    turns.settle(movement, state, at=at)
    itineraries.note_diverted(movement)
    if state in rules.TOLD_ABROAD:
        nodes.tell_anticipated(movement, at=at)
        nodes.tell_state(movement, at=at)


def _decided(
    movement: Movement,
    told: rules.Happening,
    state: str,
    chain: Sequence[rules.SealNote],
    so_far: rules.Shown,
    *,
    at: datetime,
) -> rules.Happening:
    """Give what was told as home takes it: as told, with its seals judged by those in force here, or as an incident."""
    why = rules.incident_of(
        told,
        released_at=movement.released_at,
        now=at + rules.CLOCK_TOLERANCE,
        may_follow=rules.may_follow(told.kind, state),
    )
    why = why or rules.misplaced(told, so_far, offices=itineraries.offices_of(movement))
    if why:
        return replace(told, kind="note_incident", was=told.kind, incident=why)
    if told.kind not in ("pass_office", "arrive"):
        return told  # a seal found broken on the way is no inspection of the others
    return replace(told, seals=rules.judged(told.seals, with_seals=rules.in_force(chain)))


def _of_home(movement: Movement, taken: Sequence[rules.Happening], *, at: datetime) -> list[rules.Happening]:
    """Add the incidents that the office itself could not see: its copy told it neither seals nor destination."""
    found: list[dict[str, Any]] = []
    seen = {each.incident for each in taken}
    for each in taken:
        where = {"kind": "note_incident", "office": each.office, "at": each.at}
        if each.kind in ("pass_office", "arrive") and "seals" not in seen and not rules.are_in_order(each.seals):
            found.append({**where, "incident": "seals"})
        if each.kind == "arrive" and "route" not in seen and each.office != movement.destination:
            found.append({**where, "incident": "route", "reason": each.reason})
    return turns.events(movement, Deed("note_incident", "", at, movement.departure), *found)
