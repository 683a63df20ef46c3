"""A vehicle counter for the tests: both crossings at work, their terms set, a vehicle at any state of its stay."""

from datetime import date, datetime, timedelta
from typing import Any

from mabar.base.keys import new_key
from mabar.base.models import JournalLine
from mabar.vehicles import commands
from mabar.vehicles.models import VehiclePass
from tests.crossings.yard import open_yard
from tests.world import NOON, World

DEB, GHD = "dz.debdeb", "ly.ghadames"
PLATE, CHASSIS = "5-123456", "VF1BB05CF30123456"
BASIS = "Order 12, article 4 (example)"
HOLDER = "Salem Example"
# The last day of 30 days from 22 November ends at Debdeb, an hour ahead of UTC, at eleven in the evening of UTC.
LAST_DAY = date(2026, 12, 22)
DUE = datetime.fromisoformat("2026-12-22T23:00:00+00:00")
NEXT_MORNING = DUE + timedelta(hours=7)


def open_garage(world: World) -> None:
    """Make both places crossings, where a car may stay 30 days and 90 in all, a truck 15."""
    open_yard(world)
    for place in (DEB, GHD):
        set_term(world, place=place)
        set_term(world, place=place, kind="truck", purpose="transport", days=15, most_days=15)


def set_term(world: World, *, place: str = DEB, **facts: Any) -> Any:
    """Set a term of stay."""
    officers = world.officers if place == DEB else world.across
    told = {"kind": "car", "purpose": "visit", "days": 30, "most_days": 90, "legal_basis": BASIS}
    told |= {"from_on": NOON.date(), "at": NOON, **facts}
    return commands.change_term(officers["node_administrator"], place, **told)


def prefill(world: World, **facts: Any) -> str:
    """Prefill the pass of a car that will enter at Debdeb."""
    told = {"place": DEB, "kind": "car", "purpose": "visit", "plate": PLATE, "plate_country": "LY"}
    told |= {"chassis": CHASSIS, "holder": HOLDER, "document": "P123456", "at": NOON, **facts}
    actor = told.pop("actor", world.officers["vehicle_officer"])
    return commands.prefill(actor, told.pop("key", new_key(told["at"])), **told).key


def enter(world: World, key: str, **facts: Any) -> VehiclePass:
    """Let a vehicle in for 30 days."""
    told = {"place": DEB, "plate": PLATE, "chassis": "123456", "days": 30, "at": NOON, **facts}
    return commands.validate_at_entry(told.pop("actor", world.officers["vehicle_officer"]), key, **told)


def leave(world: World, key: str, **facts: Any) -> VehiclePass:
    """Note that a vehicle has left."""
    told = {"place": DEB, "plate": PLATE, "at": later(1), **facts}
    return commands.note_exit(told.pop("actor", world.officers["vehicle_officer"]), key, **told)


def extend(world: World, key: str, **facts: Any) -> VehiclePass:
    """Extend a stay by ten days."""
    told = {"place": DEB, "days": 10, "reason": "the car broke down", "at": later(2), **facts}
    return commands.extend_stay(told.pop("actor", world.officers["vehicle_officer"]), key, **told)


def regularise(world: World, key: str, **facts: Any) -> VehiclePass:
    """Settle a stay that lasted too long."""
    told = {"place": DEB, "outcome": "settled", "receipt": "Q-2026-17", "reason": "fine paid", **facts}
    told.setdefault("at", NEXT_MORNING + timedelta(days=1))
    return commands.regularise(told.pop("actor", world.officers["head_of_vehicles"]), key, **told)


def vehicle(world: World, state: str = "prefilled", **facts: Any) -> str:
    """Bring a car to a state: prefilled, validated, extended, overdue, exited, exited_late or regularised."""
    key = prefill(world, **facts)
    seen = {"plate": facts.get("plate", PLATE), "chassis": facts.get("chassis", CHASSIS)}
    if state != "prefilled":
        enter(world, key, **seen)
    if state == "extended":
        extend(world, key)
    if state == "exited":
        leave(world, key, plate=seen["plate"])
    if state in ("overdue", "exited_late", "regularised"):
        commands.note_overdue(world.node, key, due_at=DUE, at=DUE)
    if state in ("exited_late", "regularised"):
        leave(world, key, plate=seen["plate"], at=NEXT_MORNING)
    if state == "regularised":
        regularise(world, key)
    return key


def later(days: float) -> datetime:
    """Give the instant so many days after noon."""
    return NOON + timedelta(days=days)


def the_pass(key: str) -> VehiclePass:
    """Read a pass anew."""
    return VehiclePass.objects.get(key=key)


def lines(verb: str) -> int:
    """Count the journal's lines of a verb."""
    return JournalLine.objects.filter(verb=f"vehicles.{verb}").count()
