"""Release, and the end of the way: closed when the last truck has left, opened again when a gate-out is undone."""

from datetime import datetime

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.declarations import loads, messages, rules, telling, turns
from mabar.declarations.models import Declaration
from mabar.exchange import kinds, outbox


def release(actor: Actor, key: str, *, at: datetime, version: int | None = None) -> Declaration:
    """Release the goods and clear each truck that carries them.

    Raises:
        NotMandated, OutOfTurn, QueryOpen, LodgedInNationalSystem, StillOwed, HeldTrucks.
    """
    with journal.writes(actor, "declarations.release", key, at=at) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.release", place=declaration.place_id)
        turns.step(line, declaration, version=version)
        rules.check_covered(declaration.owing, declaration.assessed_currency)
        turns.save(declaration, released_at=at)
        loads.clear(actor, declaration, at=at)
        if kinds.is_known(messages.Released.KIND):
            news = messages.Released(place=declaration.place_id, declaration=key, at=at)
            outbox.leave(outbox.HERE, news, at=at)
        telling.tell_of_release(declaration, at=at)
    return declaration


def close(actor: Actor, key: str, *, at: datetime) -> Declaration:
    """Close a released declaration whose last truck has left.  Raises: NotMandated, OutOfTurn, StillOnTheWay."""
    with journal.writes(actor, "declarations.close", key, at=at) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.close", place=declaration.place_id)
        turns.step(line, declaration)
        rules.check_gone(loads.gone(key), whole=loads.whole(declaration))
        turns.save(declaration, closed_at=at)
    return declaration


def reopen(actor: Actor, key: str, *, at: datetime) -> Declaration:
    """Open a closed declaration again, because a gate-out was undone.  Raises: NotMandated, OutOfTurn."""
    with journal.writes(actor, "declarations.reopen", key, at=at) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.reopen", place=declaration.place_id)
        turns.step(line, declaration)
        turns.save(declaration, closed_at=None)
    return declaration
