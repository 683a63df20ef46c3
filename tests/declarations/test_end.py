"""Refused, or cancelled."""

import pytest

from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings import queries as trucks
from mabar.declarations import commands, rules
from tests.crossings import yard
from tests.declarations.desk import assessed, fresh, in_lane, lodge, released, settled, verbs
from tests.declarations.test_register import at_the_counter
from tests.world import NOON


@pytest.mark.parametrize(("act", "state"), [(commands.refuse, "refused"), (commands.cancel, "cancelled")])
def test_it_ends_with_its_reason_keeps_its_number_and_leaves_its_trucks(world, act, state):
    yard.open_yard(world)
    declaration = assessed(world)
    truck = yard.announce(world)
    commands.attach(world.broker, declaration.key, passage=truck, packages=10, gross_mass_g=500_000, at=NOON)
    ended = act(world.officers["registrar"], declaration.key, reason="goods not shipped", at=NOON)
    assert (ended.state, ended.end_reason, ended.ended_at) == (state, "goods not shipped", NOON)
    assert ended.number == declaration.number
    assert trucks.passages_of(declaration.key) == []
    assert verbs(declaration.key)[-1] == f"declarations.{act.__name__}"


def test_a_new_one_is_attached_in_its_place(world):
    yard.open_yard(world)
    declaration = assessed(world)
    truck = yard.announce(world)
    share = {"passage": truck, "packages": 10, "gross_mass_g": 500_000, "at": NOON}
    commands.attach(world.broker, declaration.key, **share)
    commands.cancel(world.officers["registrar"], declaration.key, reason="wrong value", at=NOON)
    again = in_lane(world, "yellow")
    commands.attach(world.broker, again.key, **share)
    assert [each.passage.key for each in trucks.passages_of(again.key)] == [truck]


@pytest.mark.parametrize("act", [commands.refuse, commands.cancel])
def test_not_without_a_reason_and_not_after_the_release(world, act):
    declaration = settled(world)
    registrar = world.officers["registrar"]
    with pytest.raises(rules.NothingSaid):
        act(registrar, declaration.key, reason="", at=NOON)
    with pytest.raises(rules.OutOfTurn):
        act(registrar, declaration.key, reason="late", at=NOON, version=1)
    commands.release(world.officers["release_officer"], declaration.key, at=NOON)
    with pytest.raises(rules.OutOfTurn):
        act(registrar, declaration.key, reason="too late", at=NOON)
    assert fresh(declaration).state == "released"


def test_a_declarant_cancels_his_own_until_the_lane_is_drawn(world):
    at_the_counter(world)
    declaration = lodge(world)
    with pytest.raises(NoSuchRecord):
        commands.cancel(world.rival, declaration.key, reason="not mine", at=NOON)
    assert commands.cancel(world.broker, declaration.key, reason="wrong file", at=NOON).state == "cancelled"


def test_a_declarant_does_not_draw_again_until_the_lane_is_mild(world):
    declaration = in_lane(world, "red")
    with pytest.raises(rules.LaneAlreadyDrawn):
        commands.cancel(world.broker, declaration.key, reason="wrong file", at=NOON)
    assert fresh(declaration).state == "lane_assigned"


def test_who_may_refuse_and_cancel(world):
    declaration = released(world, reference="T-2")
    other = in_lane(world, "yellow")
    for actor in (world.broker, world.across["registrar"], world.officers["release_officer"]):
        with pytest.raises(NotMandated):
            commands.refuse(actor, other.key, reason="because", at=NOON)
    with pytest.raises(NotMandated):
        commands.cancel(world.officers["release_officer"], declaration.key, reason="because", at=NOON)
