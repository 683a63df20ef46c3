"""What every act on a declaration does first and last: take it under a lock, see whose turn it is, save."""

from datetime import datetime
from typing import Any

from mabar.base import timers
from mabar.base.journal import OpenLine
from mabar.base.rules import NoSuchRecord
from mabar.declarations import rules
from mabar.declarations.models import Declaration
from mabar.declarations.queries.scope import declarations_of

LAPSE = "declarations.lapse_query"


def take(line: OpenLine) -> Declaration:
    """Lock the declaration that the open line is about, and note its place on the line.

    Raises:
        NoSuchRecord: nobody bears the key, or it is another firm's, of which the actor shall not learn.
    """
    found = declarations_of(line.actor).select_for_update().filter(key=line.subject).first()
    if found is None:
        raise NoSuchRecord(key=line.subject)
    line.place = found.place_id
    return found


def step(line: OpenLine, declaration: Declaration, *, version: int | None = None) -> None:
    """Move the declaration to the state after the act of the open line; the caller saves it.

    Raises:
        OutOfTurn: the state or the lane does not allow the act, or `version` is no longer the newest.
        LodgedInNationalSystem, RegisteredHere, QueryOpen: see `rules`.
    """
    act = line.verb.partition(".")[2]
    rules.check_version(version, declaration.version, act=act, state=declaration.state)
    rules.check_register(act, declaration.register, system=declaration.national_system)
    rules.check_query(act, is_queried=declaration.suspended_at is not None)
    declaration.state = rules.after(act, declaration.state, lane=declaration.lane, is_scan_due=declaration.is_scan_due)


def save(declaration: Declaration, **columns: Any) -> Declaration:
    """Save the state, the next version and the columns that the act changes."""
    for name, value in columns.items():
        setattr(declaration, name, value)
    declaration.version += 1
    declaration.save(update_fields=["state", "version", *columns])
    return declaration


def end_query(declaration: Declaration, *, at: datetime) -> None:
    """Close the question that is open, if there is one, in the act that settles it or makes it needless."""
    declaration.queries.filter(settled_at=None).update(settled_at=at)
    timers.end(LAPSE, declaration.key, at=at)
