"""A declaration whose goods change truck: released late, closed by its last truck, cancelled midway."""

import pytest

from mabar.crossings import commands as yard_acts
from mabar.crossings import queries as trucks
from mabar.crossings.models import PassageDeclaration
from mabar.crossings.rules import HourOutOfOrder
from mabar.crossings.rules.counting import Count
from mabar.crossings.rules.transshipping_refusals import PapersChanged
from mabar.declarations import commands
from mabar.exchange import inbox
from tests.crossings import km0, yard
from tests.crossings.km0 import NEW_SEAL, SECOND
from tests.crossings.yard import later
from tests.declarations.desk import fresh, lodge, released
from tests.world import NOON


@pytest.fixture
def line_at(world):
    yard.open_yard(world)
    return km0.alone(world)


def whole(declaration) -> dict[str, int]:
    return {"packages": declaration.packages, "gross_mass_g": declaration.gross_mass_g}


def laden(world, declaration, *, state="presented") -> str:
    key = yard.announce(world, direction="exit")
    commands.attach(world.broker, declaration.key, passage=key, at=NOON, **whole(declaration))
    for stage in yard.ROAD[1 : yard.ROAD.index(state) + 1]:
        yard.step(world, key, stage)
    return key


def agreed(world, declaration, unloaded, *onward) -> str:
    """Bring the goods onto the other trucks, the packages in equal parts, and let the first sign."""
    key = km0.to(world, "accepted", unloaded, onward[0], counted=(Count(declaration.key, **whole(declaration)),))
    part = Count(declaration.key, *(figure // len(onward) for figure in whole(declaration).values()))
    for number, truck in enumerate(onward):
        km0.load(world, key, truck, (part,), seals=[f"{NEW_SEAL}{number}"])
    km0.sign(world, key)
    return key


def leave(world, truck: str) -> None:
    seals = trucks.passage(truck).row.seals
    yard_acts.note_gate_out(world.officers["gate_officer"], truck, seals=seals, at=NOON)
    inbox.open_waiting(NOON)


def test_a_release_after_the_change_clears_the_truck_that_carries_the_goods(line_at) -> None:
    declaration = lodge(line_at)
    onward = km0.empty(line_at)
    km0.countersign(line_at, agreed(line_at, declaration, laden(line_at, declaration), onward))
    (link,) = trucks.passages_of(declaration.key)
    assert (link.passage.key, link.share.is_cleared) == (onward, False)
    commands.assess(line_at.officers["assessor"], declaration.key, amount_minor=1, currency="DZD", at=NOON)
    paid = {"reference": "R-1", "amount_minor": 1, "currency": "DZD"}
    commands.note_payment(line_at.officers["cashier"], declaration.key, at=NOON, **paid)
    if fresh(declaration).state != "released":
        commands.release(line_at.officers["release_officer"], declaration.key, at=NOON)
    assert trucks.passages_of(declaration.key)[0].share.is_cleared
    leave(line_at, onward)
    assert fresh(declaration).state == "closed"


def test_a_declaration_closes_when_the_last_of_its_onward_trucks_has_left(line_at) -> None:
    declaration = released(line_at)
    first, second = km0.empty(line_at), km0.empty(line_at, SECOND)
    km0.countersign(line_at, agreed(line_at, declaration, laden(line_at, declaration), first, second))
    inbox.open_waiting(NOON)
    assert fresh(declaration).state == "released", "an unloaded truck takes nothing out"
    leave(line_at, first)
    assert fresh(declaration).state == "released"
    leave(line_at, second)
    assert fresh(declaration).state == "closed"


def test_a_declaration_cancelled_in_the_middle_stops_the_signature(line_at) -> None:
    declaration = lodge(line_at)
    unloaded, onward = laden(line_at, declaration), km0.empty(line_at)
    key = agreed(line_at, declaration, unloaded, onward)
    commands.cancel(line_at.officers["registrar"], declaration.key, reason="x", at=NOON)
    with pytest.raises(PapersChanged):
        km0.countersign(line_at, key)
    assert km0.shares_on(onward) == {}


def test_what_fails_at_the_very_end_leaves_the_goods_where_they_were(line_at) -> None:
    declaration = lodge(line_at)
    unloaded, onward = laden(line_at, declaration, state="weighed"), km0.empty(line_at)
    key = agreed(line_at, declaration, unloaded, onward)
    yard.step(line_at, unloaded, "presented", at=later(30))
    links = list(PassageDeclaration.objects.order_by("pk").values())
    # the step of the unloaded truck comes after its goods were written onto the other, and before it was presented
    with pytest.raises(HourOutOfOrder):
        km0.countersign(line_at, key, at=later(1))
    assert list(PassageDeclaration.objects.order_by("pk").values()) == links
    assert km0.state(key) == "agreed"
    assert km0.countersign(line_at, key, at=later(31)).state == "done"
