"""Two trucks at kilometre zero: one laden, one or two that take its goods on, and the acts between them."""

from datetime import date
from typing import Any

from mabar.base.keys import new_key
from mabar.base.models import Actor, Mandate
from mabar.crossings import commands
from mabar.crossings.models import Passage, Transshipment
from mabar.crossings.rules.counting import Count
from tests.crossings.yard import SEAL, announce, attach, step
from tests.world import NOON, World

ONWARD, SECOND = "5-41-7788", "5-41-7799"
NEW_SEAL = "LY 0044107"
EXACT = (Count("D1", 10, 12_000_000),)


def laden(world: World, *declarations: str, state: str = "presented", **facts: Any) -> str:
    """Bring a truck with its declarations, 10 packages of 12,000 kg each, into the yard."""
    key = announce(world, direction="exit", **facts)
    for declaration in declarations or ("D1",):
        attach(world, key, declaration, is_cleared=True)
    return _to(world, key, state, **facts)


def empty(world: World, plate: str = ONWARD, *, state: str = "presented", **facts: Any) -> str:
    """Bring an empty truck into the yard."""
    key = announce(world, direction="exit", plate=plate, seals=(), **facts)
    return _to(world, key, state, plate=plate, seals=())


def _to(world: World, key: str, state: str, **facts: Any) -> str:
    at_the_gate = {name: facts[name] for name in ("plate", "seals") if name in facts}
    for stage in ("queued", "gate_in", "weighed", "presented"):
        step(world, key, stage, **(at_the_gate if stage == "gate_in" else {}))
        if stage == state:
            break
    return key


def second_yard_officer(world: World) -> Actor:
    """Give the yard officer of Debdeb a colleague."""
    first = world.officers["yard_officer"]
    found = Actor.objects.filter(key="DEB-0200").first()
    if found is None:
        found = Actor.objects.create(
            key="DEB-0200",
            kind=Actor.OFFICER,
            name="second yard officer",
            agency=first.agency,
            place=first.place,
            password="!",
        )
        post = first.mandates.get().post
        Mandate.objects.create(actor=found, post=post, place=first.place, from_on=date(2026, 1, 1))
    return found


def alone(world: World) -> World:
    """Let the other side's crossing be worked elsewhere: two officers of this node are then enough."""
    from mabar.crossings.models import Crossing

    Crossing.objects.filter(place="ly.ghadames").delete()
    return world


def opened(world: World, unloaded: str, *onward: str, **facts: Any) -> str:
    """Open a transshipment and give its key."""
    actor = facts.pop("actor", world.officers["yard_officer"])
    facts = {"at": NOON, **facts}
    return commands.open_transshipment(actor, new_key(NOON), passage=unloaded, onward=onward, **facts).key


def unload(world: World, key: str, **facts: Any) -> Transshipment:
    """Break the seals and unload."""
    actor = facts.pop("actor", world.officers["yard_officer"])
    return commands.note_unloading(actor, key, **{"seals": [SEAL], "reason": "km 0", "at": NOON, **facts})


def tally(world: World, key: str, counted: tuple[Count, ...] = EXACT, **facts: Any) -> Transshipment:
    """Count what came off."""
    actor = facts.pop("actor", world.officers["yard_officer"])
    return commands.note_tally(actor, key, counted=counted, **{"at": NOON, **facts})


def confirm(world: World, key: str, **facts: Any) -> Transshipment:
    """Confirm the tally as the inspector of Debdeb."""
    actor = facts.pop("actor", world.officers["inspector"])
    return commands.confirm_tally(actor, key, **{"at": NOON, **facts})


def load(world: World, key: str, truck: str, loaded: tuple[Count, ...] = EXACT, **facts: Any) -> Transshipment:
    """Load a truck and seal it."""
    actor = facts.pop("actor", world.officers["yard_officer"])
    facts = {"at": NOON, "seals": [NEW_SEAL], **facts}
    return commands.note_loading(actor, key, truck=truck, loaded=loaded, **facts)


def sign(world: World, key: str, **facts: Any) -> Transshipment:
    """Sign as the yard officer."""
    actor = facts.pop("actor", world.officers["yard_officer"])
    return commands.sign_protocol(actor, key, **{"at": NOON, **facts})


def countersign(world: World, key: str, **facts: Any) -> Transshipment:
    """Countersign as the inspector."""
    actor = facts.pop("actor", world.officers["inspector"])
    return commands.countersign_protocol(actor, key, **{"at": NOON, **facts})


def to(world: World, state: str, unloaded: str = "", onward: str = "", **tallied: Any) -> str:
    """Bring a transshipment of one truck onto another to `state`."""
    unloaded, onward = unloaded or laden(world), onward or empty(world)
    key = opened(world, unloaded, onward)
    acts = {
        "unloading": lambda: unload(world, key),
        "tallied": lambda: tally(world, key, **tallied),
        "accepted": lambda: confirm(world, key),
        "loading": lambda: load(world, key, onward),
        "agreed": lambda: sign(world, key),
        "done": lambda: countersign(world, key),
    }
    for reached, act in acts.items() if state != "opened" else ():
        act()
        if reached == state:
            break
    return key


def shares_on(passage: str) -> dict[str, tuple[int, int]]:
    """Give packages and grams of each declaration on a truck."""
    links = Passage.objects.get(key=passage).declarations.order_by("declaration")
    return {link.declaration: (link.packages, link.gross_mass_g) for link in links}


def state(key: str) -> str:
    """Read the state of a transshipment anew."""
    return Transshipment.objects.get(key=key).state
