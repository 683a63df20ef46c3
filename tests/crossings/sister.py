"""A second crossing of the Algerian side for the tests, and the trucks of a closed one that could go there."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any

from mabar.base.keys import new_key
from mabar.base.models import Actor, Agency, Mandate, Place, Post
from mabar.crossings import commands
from mabar.crossings.models import Diversion, DivertedTruck
from tests.crossings.yard import announce, later, step
from tests.world import NOON, World

THERE = "dz.tin-alkoum"
AN_HOUR, ROAD_HOURS = 4, 2
REASON = "the road to the gate is flooded"


@dataclass
class Sister:
    """The cast, with the crossing that trucks are sent to and the officer of its yard."""

    world: World
    place: Place
    officer: Actor
    numbers: Any = field(default_factory=lambda: count(1))

    def trucks(self, number: int, *, queued: bool = True, **facts: Any) -> list[str]:
        """Bring laden trucks to the closed crossing, one a minute."""
        return [self._truck(queued, **facts) for _ in range(number)]

    def _truck(self, queued: bool, **facts: Any) -> str:
        number = next(self.numbers)
        key = announce(self.world, plate=f"{number:05}-300-33", at=later(-60), **facts)
        if queued:
            step(self.world, key, "queued", at=later(-50 + number % 50))
        return key

    def propose(self, **facts: Any) -> Diversion:
        """Propose what waits at Debdeb."""
        told = {"place": "dz.debdeb", "target": THERE, "reason": REASON, "road_hours": ROAD_HOURS, "at": NOON, **facts}
        actor = told.pop("actor", self.world.officers["yard_officer"])
        return commands.propose_diversion(actor, new_key(NOON), **told)

    def accept(self, diversion: Diversion, **facts: Any) -> Diversion:
        """Take four an hour for three hours."""
        told = {"an_hour": AN_HOUR, "hours": 3, "at": NOON, **facts}
        return commands.accept_diversion(told.pop("actor", self.officer), diversion.key, **told)

    def keep(self, key: str, **facts: Any) -> str:
        """Keep the hour offered; give the key of the passage at the other crossing."""
        told = {"successor": new_key(NOON), "at": later(1), **facts}
        commands.keep_diversion(told.pop("actor", self.world.officers["yard_officer"]), key, **told)
        return str(told["successor"])


def close_debdeb(world: World) -> Sister:
    """Close Debdeb to goods, and let Tin Alkoum state what it takes."""
    place = Place.objects.create(
        code=THERE, administration_id="dz", kind="crossing", zone="Africa/Algiers",
        name_ar="تين الكوم", name_fr="Tin Alkoum", name_en="Tin Alkoum",
    )  # fmt: skip
    officer = Actor.objects.create(
        key="TAK-0001", kind=Actor.OFFICER, name="yard_officer", agency=Agency.objects.get(code="dz.customs"),
        place=place, password="!",
    )  # fmt: skip
    post = Post.objects.get(agency="dz.customs", function="yard_officer")
    Mandate.objects.create(actor=officer, post=post, place=place, from_on=date(2026, 1, 1))
    commands.establish(world.node, THERE, gates=1, at=NOON)
    commands.state_capacity(officer, THERE, an_hour=AN_HOUR, at=NOON)
    change_opening(world, is_open=False)
    return Sister(world, place, officer)


def change_opening(world: World, *, is_open: bool, place: str = "dz.debdeb", at: datetime = NOON) -> None:
    """Open or close a crossing to goods."""
    told = {"kind": "goods", "is_open": is_open, "reason": REASON, "at": at}
    commands.change_opening(world.node, place, **told)


def state_in(key: str) -> str:
    """Read the state of a truck in its newest diversion."""
    return DivertedTruck.objects.filter(passage=key).latest("pk").state
