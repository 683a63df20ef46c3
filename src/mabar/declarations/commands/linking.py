"""A declaration and its trucks: which share of the goods each truck carries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.crossings import commands as yard
from mabar.declarations import loads, telling, turns
from mabar.declarations.models import Declaration


def attach(
    actor: Actor,
    key: str,
    *,
    passage: str,
    packages: int,
    gross_mass_g: int,
    at: datetime,
    seals: Sequence[str] = (),
    version: int | None = None,
) -> Declaration:
    """Put a share of the goods on a truck; a declaration that is released already is cleared as it is attached.

    Raises:
        NotMandated, OutOfTurn, AttachedBefore.
        MassesExceeded: all trucks together would carry more than is declared.
    """
    facts: dict[str, Any] = {"passage": passage, "packages": packages, "gross_mass_g": gross_mass_g}
    with journal.writes(actor, "declarations.attach", key, at=at, **facts) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.attach", place=declaration.place_id)
        turns.step(line, declaration, version=version)
        yard.attach(
            actor,
            passage,
            declaration=key,
            reference=str(declaration),
            packages=packages,
            gross_mass_g=gross_mass_g,
            at=at,
            seals=seals,
            lane=declaration.lane,
            is_cleared=declaration.state == "released",
            whole=loads.whole(declaration),
        )
        turns.save(declaration)
        if declaration.state == "released":
            telling.tell_of_release(declaration, at=at)  # which truck brings it, nobody across knew before
    return declaration


def detach(actor: Actor, key: str, *, passage: str, at: datetime, version: int | None = None) -> Declaration:
    """Take the declaration off a truck that has not left.

    Raises:
        NotMandated, OutOfTurn.
        NoSuchRecord: it is not on this truck.
    """
    with journal.writes(actor, "declarations.detach", key, at=at, passage=passage) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.attach", place=declaration.place_id)
        turns.step(line, declaration, version=version)
        yard.detach(actor, passage, declaration=key, at=at)
        turns.save(declaration)
    return declaration


def tell_of_trucks(actor: Actor, key: str, *, at: datetime) -> Declaration:
    """Tell the crossing across anew of a released export whose goods go on with other trucks.  Raises: NotMandated."""
    with journal.writes(actor, "declarations.tell_of_trucks", key, at=at) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.tell_of_trucks", place=declaration.place_id)
        telling.tell_of_release(declaration, at=at)
    return declaration
