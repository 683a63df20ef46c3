"""A movement under transit for the tests: from Debdeb, over Ghadames, at any state that one node can bring it to."""

from datetime import datetime, timedelta
from typing import Any

from mabar.base.keys import new_key
from mabar.base.models import JournalFacts, JournalLine
from mabar.transit import commands, rules
from mabar.transit.models import Guarantee, Movement
from tests.transit.keeping import kept
from tests.world import NOON, World

DEB, GHD = "dz.debdeb", "ly.ghadames"
SEALS = (rules.Seal("DZ-0001", "Atlas Seals"), rules.Seal("DZ-0002"))
INTACT = tuple(rules.SealSeen(each.number) for each in SEALS)


def lodgement(**changed: Any) -> rules.Lodgement:
    """Give a declaration for transit of dates from Debdeb to Ghadames."""
    told = {
        "offices": (DEB, GHD), "holder_code": "BROKER-OASIS", "holder_name": "Oasis Brokers", "goods": "تمور معبأة",
        "packages": 40, "gross_mass_g": 8_000_000, "plate": "00123-116-30", "amount_minor": 90_000,
        "currency": "LYD", "guarantee": "",
    }  # fmt: skip
    return rules.Lodgement(**told | changed)


def later(hours: float = 0.0, **span: float) -> datetime:
    """Give an instant after noon."""
    return NOON + timedelta(hours=hours, **span)


def guarantee(world: World) -> str:
    """Give the guarantee of the house, registered when it is first asked for."""
    found = Guarantee.objects.first() or kept(world)
    return found.key


def lodged(world: World, **changed: Any) -> str:
    """Lodge a declaration and give its key."""
    told = {"at": NOON, **{name: changed.pop(name) for name in ("at", "event_key") if name in changed}}
    actor = changed.pop("actor", world.officers["departure_officer"])
    changed.setdefault("guarantee", guarantee(world))
    return commands.lodge(actor, new_key(told["at"]), lodgement=lodgement(**changed), **told).key


def accepted(world: World, **changed: Any) -> str:
    """Bring a movement to its number."""
    key = lodged(world, **changed)
    commands.accept(world.officers["departure_officer"], key, at=later(0.1))
    return key


def released(world: World, *, days: int = 5, seals: tuple[rules.Seal, ...] = SEALS, **changed: Any) -> str:
    """Bring a movement on its way."""
    key = accepted(world, **changed)
    commands.release(world.officers["departure_officer"], key, days=days, seals=seals, at=later(0.2))
    return key


def arrived(world: World, *, hours: float = 8.0, seen: Any = INTACT, **changed: Any) -> str:
    """Bring a movement to Ghadames, which is worked at the same node here."""
    key = released(world, **changed)
    commands.arrive(world.across["destination_officer"], key, office=GHD, seen=seen, at=later(hours))
    return key


def remarked(world: World, *, outcome: str = "conform", reason: str = "", **changed: Any) -> str:
    """Bring a movement to its remarks."""
    key = arrived(world, **changed)
    officer = world.across["destination_officer"]
    commands.permit_unloading(officer, key, office=GHD, at=later(9))
    commands.remark(officer, key, office=GHD, outcome=outcome, reason=reason, at=later(10))
    return key


def the(key: str) -> Movement:
    """Read a movement anew."""
    return Movement.objects.get(key=key)


def kinds_of(key: str) -> list[str]:
    """List what happened to a movement."""
    return list(the(key).events.order_by("pk").values_list("kind", flat=True))


def facts(verb: str) -> list[str]:
    """Give the facts of the lines of a verb."""
    found = JournalLine.objects.filter(verb=f"transit.{verb}").order_by("pk")
    return [JournalFacts.objects.get(line=line).body for line in found]
