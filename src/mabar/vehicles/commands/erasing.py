"""Erasing the holder of a pass when his retention has ended; the vehicle's own record stays."""

from datetime import datetime

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.turns import write
from mabar.vehicles import kept_papers, turns
from mabar.vehicles.models import PassHolder, VehiclePass


def erase_holder(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> VehiclePass:
    """Erase who answered for the vehicle, and the papers that name him; the clock calls this a year after the end.

    Raises:
        NotMandated, NoSuchRecord.
    """
    with journal.writes(actor, "vehicles.erase_holder", key, at=at, due_at=due_at) as line:
        stay = turns.take(actor, "erase_holder", key)
        line.place = stay.place_id
        mandates.require(actor, "vehicles.erase_holder", place=stay.place_id)
        PassHolder.objects.filter(vehicle_pass=key).delete()
        kept_papers.drop(key)
        write(stay, holder_erased_at=at)
    return stay
