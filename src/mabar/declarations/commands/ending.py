"""Refused by the office, or cancelled: in both cases it is taken off its trucks, and its number stays with it."""

from datetime import datetime

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.declarations import loads, rules, turns
from mabar.declarations.models import Declaration


def refuse(actor: Actor, key: str, *, reason: str, at: datetime, version: int | None = None) -> Declaration:
    """Refuse the declaration, for a reason that its declarant reads.  Raises: NotMandated, OutOfTurn, NothingSaid."""
    with journal.writes(actor, "declarations.refuse", key, at=at, reason=reason) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.refuse", place=declaration.place_id)
        rules.check_said(reason, what="reason")
        turns.step(line, declaration, version=version)
        _end(actor, declaration, reason=reason, at=at)
    return declaration


def cancel(actor: Actor, key: str, *, reason: str, at: datetime, version: int | None = None) -> Declaration:
    """Cancel the declaration; a new one may then be lodged and attached in its place.

    Raises:
        NotMandated, OutOfTurn, NothingSaid.
        LaneAlreadyDrawn: a declarant asks for it after the lane was drawn.
    """
    with journal.writes(actor, "declarations.cancel", key, at=at, reason=reason) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.cancel", place=declaration.place_id)
        rules.check_said(reason, what="reason")
        state = declaration.state
        turns.step(line, declaration, version=version)
        rules.check_cancellable(state, is_declarant=actor.kind == Actor.DECLARANT)
        _end(actor, declaration, reason=reason, at=at)
    return declaration


def _end(actor: Actor, declaration: Declaration, *, reason: str, at: datetime) -> None:
    if declaration.suspended_at is not None:
        turns.end_query(declaration, at=at)
    turns.save(declaration, ended_at=at, end_reason=reason, suspended_at=None)
    loads.take_off(actor, declaration, at=at)
