"""The trucks of a declaration: what they carry, who holds them, and what an act on the declaration does to them."""

from datetime import datetime

from mabar.base import actors
from mabar.base.models import Actor
from mabar.crossings import commands as yard
from mabar.crossings import queries as crossings
from mabar.crossings.queries.holds import open_by_passage
from mabar.crossings.rules import GONE, AgencyName, Load
from mabar.declarations import rules
from mabar.declarations.models import Declaration


def whole(declaration: Declaration) -> Load:
    """Give what the declaration declares."""
    return Load(declaration.packages, declaration.gross_mass_g)


def agencies_holding(declaration: Declaration) -> list[AgencyName]:
    """Name the agencies that hold a truck of the declaration now."""
    trucks = [each.passage.key for each in crossings.passages_of(declaration.key)]
    holds = [hold for held in open_by_passage(trucks).values() for hold in held]
    return list(dict.fromkeys(AgencyName(hold.agency, **hold.agency_names) for hold in holds))


def gone(key: str) -> Load:
    """Sum what has left of a declaration."""
    shares = [each.share for each in crossings.passages_of(key) if each.passage.state in GONE]
    return Load(sum(share.packages for share in shares), sum(share.gross_mass_g for share in shares))


def clear(actor: Actor, declaration: Declaration, *, at: datetime) -> None:
    """Clear the declaration on each of its trucks.

    Raises:
        HeldTrucks: another agency holds one of them.
    """
    rules.check_holds(agencies_holding(declaration))
    for each in crossings.passages_of(declaration.key):
        if not each.share.is_cleared:
            yard.clear(_at(actor, declaration, each), each.passage.key, declaration=declaration.key, at=at)


def take_off(actor: Actor, declaration: Declaration, *, at: datetime) -> None:
    """Take the declaration off each of its trucks."""
    for each in crossings.passages_of(declaration.key):
        yard.detach(_at(actor, declaration, each), each.passage.key, declaration=declaration.key, at=at)


def _at(actor: Actor, declaration: Declaration, loaded: crossings.LoadedPassage) -> Actor:
    """Name who writes on a truck: the actor at his own place, the node on one that was diverted to another crossing."""
    return actor if loaded.passage.place == declaration.place_id else actors.node()


def mark_lane(declaration: Declaration, *, at: datetime) -> None:
    """Mark the lane on each truck; the yard's signs are the node's own act, whoever drew the lane."""
    for each in crossings.passages_of(declaration.key):
        yard.mark_lane(actors.node(), each.passage.key, declaration=declaration.key, colour=declaration.lane, at=at)


def note_number(declaration: Declaration, *, at: datetime) -> None:
    """Note a number given late on each truck, in the node's name: the yard reads it from the truck."""
    for each in crossings.passages_of(declaration.key):
        if each.share.reference != str(declaration):
            yard.note_number(
                actors.node(), each.passage.key, declaration=declaration.key, reference=str(declaration), at=at
            )


def follow(actor: Actor, declaration: Declaration, *, before: str, at: datetime) -> None:
    """Do to the trucks what the new state of the declaration asks for.

    Raises:
        HeldTrucks: see `clear`.
    """
    if declaration.state == before:
        return
    if declaration.state == "released":
        clear(actor, declaration, at=at)
    if declaration.state in rules.DEAD:
        take_off(actor, declaration, at=at)
