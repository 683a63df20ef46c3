"""How long each kind of vehicle may stay: the table that the administration edits."""

from datetime import date, datetime
from typing import Any

from mabar.base import journal, mandates
from mabar.base.models import Actor, Place
from mabar.base.rules import NoSuchRecord
from mabar.vehicles import rules
from mabar.vehicles.models import StayTerm


def change_term(
    actor: Actor,
    place: str,
    *,
    kind: str,
    purpose: str,
    days: int,
    most_days: int,
    legal_basis: str,
    from_on: date,
    at: datetime,
) -> StayTerm:
    """State how long a kind of vehicle may stay for a purpose from a day on; who is here keeps the term he came under.

    Raises:
        NotMandated, NoSuchRecord, TermUnfit.
    """
    facts: dict[str, Any] = {"kind": kind, "purpose": purpose, "days": days, "most_days": most_days}
    facts |= {"legal_basis": legal_basis, "from_on": from_on}
    with journal.writes(actor, "vehicles.change_term", place, at=at, place=place, **facts):
        mandates.require(actor, "vehicles.change_term", place=place)
        here = Place.objects.filter(code=place).first()
        if here is None:
            raise NoSuchRecord(key=place)
        wanted = rules.Term(days, most_days, legal_basis)
        term = rules.check_term(wanted, from_on=from_on, today=at.astimezone(here.clock).date())
        told = {"days": term.days, "most_days": term.most_days, "legal_basis": term.legal_basis, "by": actor.key}
        stated, _ = StayTerm.objects.update_or_create(
            place=here, kind=kind, purpose=purpose, from_on=from_on, defaults=told
        )
    return stated
