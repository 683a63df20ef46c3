"""A yard for the tests: both crossings at work, a truck at any state of its road."""

from datetime import timedelta
from typing import Any

from mabar.base.keys import new_key
from mabar.base.models import JournalLine
from mabar.crossings import commands
from mabar.crossings.models import Passage
from tests.world import NOON, World

PLATE = "99417-322-33"
SEAL = "DZ 0091874"
ROAD = ("announced", "queued", "gate_in", "weighed", "presented", "closed")


def open_yard(world: World) -> None:
    """Make both places crossings, with two gates and four lanes at Debdeb."""
    for place in (world.debdeb, world.ghadames):
        commands.establish(world.node, place.code, gates=2, at=NOON)
    for number, colour in enumerate(("green", "green", "yellow", "red"), start=1):
        change = {"number": number, "colours": [colour], "is_open": True}
        commands.change_lane(world.officers["yard_officer"], "dz.debdeb", at=NOON, **change)


def announce(world: World, **facts: Any) -> str:
    """Announce a truck that enters at Debdeb."""
    facts = {"place": "dz.debdeb", "direction": "entry", "plate": PLATE, "seals": [SEAL], "at": NOON, **facts}
    actor = facts.pop("actor", world.officers["yard_officer"])
    return commands.announce(actor, new_key(NOON), **facts).key


def attach(world: World, key: str, declaration: str = "D1", **facts: Any) -> Passage:
    """Put 10 packages of 12,000 kg of a declaration on a truck."""
    share = {"reference": f"DEB-2026-C-{declaration}", "packages": 10, "gross_mass_g": 12_000_000, "at": NOON}
    return commands.attach(world.officers["registrar"], key, declaration=declaration, **{**share, **facts})


def step(world: World, key: str, state: str, **facts: Any) -> Passage:
    """Take a truck one step on, to `state`."""
    officer = facts.pop("actor", world.officers["yard_officer"])
    facts = {"at": NOON, **facts}
    if state == "queued":
        return commands.join_queue(officer, key, **facts)
    if state == "gate_in":
        return commands.note_gate_in(officer, key, **{"plate": PLATE, "seals": [SEAL], "documents": 4, **facts})
    if state == "weighed":
        masses = {"gross_mass_g": 27_000_000, "tare_mass_g": 15_000_000, "is_empty": False}
        return commands.note_weight(officer, key, **{**masses, **facts})
    if state == "presented":
        return commands.present(officer, key, **facts)
    return commands.note_gate_out(officer, key, **{"seals": [SEAL], **facts})


def truck(world: World, state: str = "announced", **facts: Any) -> str:
    """Bring a laden truck to `state`, with one declaration, cleared before the gate-out."""
    key = announce(world, **facts)
    attach(world, key, is_cleared=state == "closed")
    for stage in ROAD[1 : ROAD.index(state) + 1]:
        step(world, key, stage, **({"plate": facts["plate"]} if stage == "gate_in" and "plate" in facts else {}))
    return key


def clear(world: World, key: str, declaration: str = "D1") -> Passage:
    """Let the goods of a declaration go."""
    return commands.clear(world.officers["release_officer"], key, declaration=declaration, at=NOON)


def hold(world: World, key: str, officer: str = "police_officer", **facts: Any) -> int:
    """Hold a truck for an officer's agency and give the number of the hold."""
    facts = {"wants": "the chassis number", "reason": "a tip", "at": NOON, **facts}
    return commands.hold(world.officers[officer], key, **facts).holds.latest("pk").pk


def state_of(key: str) -> str:
    """Read the state anew."""
    return Passage.objects.get(key=key).state


def lines(verb: str) -> int:
    """Count the journal's lines of a verb."""
    return JournalLine.objects.filter(verb=f"crossings.{verb}").count()


def later(minutes: int) -> Any:
    """Give the instant so many minutes after noon."""
    return NOON + timedelta(minutes=minutes)
