"""A declaration on its trucks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings import queries as trucks
from mabar.crossings.rules import AttachedBefore, MassesExceeded
from mabar.declarations import commands, rules
from tests.crossings import yard
from tests.declarations.desk import fresh, lodge, released, verbs
from tests.standing import cast
from tests.world import NOON

SHARE = {"packages": 10, "gross_mass_g": 500_000}


@pytest.fixture
def gate(world):
    yard.open_yard(world)
    return world


def attach(world, declaration, truck, **facts):
    actor = facts.pop("actor", world.broker)
    return commands.attach(actor, declaration.key, passage=truck, at=NOON, **{**SHARE, **facts})


def test_a_share_of_the_goods_goes_on_a_truck_before_it_comes(gate):
    declaration = lodge(gate)
    truck = yard.announce(gate)
    attached = attach(gate, declaration, truck, seals=["DZ 7"])
    (link,) = trucks.passages_of(declaration.key)
    assert (link.passage.key, link.share.reference, link.share.lane) == (truck, declaration.number, "green")
    assert (link.share.packages, link.share.gross_mass_g, link.share.is_cleared) == (10, 500_000, False)
    assert "DZ 7" in link.passage.seals
    assert attached.version == 2
    assert verbs(declaration.key)[-1] == "declarations.attach"


def test_all_trucks_together_never_carry_more_than_is_declared(gate):
    declaration = lodge(gate)
    one, other = yard.announce(gate), yard.announce(gate, plate="99418-322-33")
    attach(gate, declaration, one)
    for share in ({"packages": 11}, {"gross_mass_g": 500_001}):
        with pytest.raises(MassesExceeded):
            attach(gate, declaration, other, **share)
    assert fresh(declaration).version == 2
    attach(gate, declaration, other)
    assert sum(each.share.packages for each in trucks.passages_of(declaration.key)) == 20


class TestShares(TestCase):
    """Whatever is asked for, the trucks never carry more than the declaration declares."""

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 700_000)), max_size=5))
    def test_the_sum_stays_within(self, shares):
        world = cast()
        yard.open_yard(world)
        declaration = lodge(world)
        for number, (packages, gross_mass_g) in enumerate(shares):
            truck = yard.announce(world, plate=f"9941{number}-322-33")
            try:
                attach(world, declaration, truck, packages=packages, gross_mass_g=gross_mass_g)
            except MassesExceeded:
                continue
        loads = [each.share for each in trucks.passages_of(declaration.key)]
        assert sum(load.packages for load in loads) <= 20
        assert sum(load.gross_mass_g for load in loads) <= 1_000_000


def test_it_is_on_a_truck_once_and_comes_off_again(gate):
    declaration = lodge(gate)
    truck = yard.announce(gate)
    attach(gate, declaration, truck)
    with pytest.raises(AttachedBefore):
        attach(gate, declaration, truck, packages=1, gross_mass_g=1)
    commands.detach(gate.broker, declaration.key, passage=truck, at=NOON)
    assert trucks.passages_of(declaration.key) == []
    with pytest.raises(NoSuchRecord):
        commands.detach(gate.broker, declaration.key, passage=truck, at=NOON)
    assert verbs(declaration.key)[-1] == "declarations.detach"


def test_only_the_house_and_the_registrar_load(gate):
    declaration = lodge(gate)
    truck = yard.announce(gate)
    with pytest.raises(NoSuchRecord):
        attach(gate, declaration, truck, actor=gate.rival)
    with pytest.raises(NotMandated):
        attach(gate, declaration, truck, actor=gate.officers["assessor"])
    with pytest.raises(NoSuchRecord):
        attach(gate, declaration, "NO TRUCK")
    attach(gate, declaration, truck, actor=gate.officers["registrar"])
    with pytest.raises(NotMandated):
        commands.detach(gate.officers["assessor"], declaration.key, passage=truck, at=NOON)
    with pytest.raises(NoSuchRecord):
        commands.detach(gate.rival, declaration.key, passage=truck, at=NOON)


def test_turns_and_states_count_here_too(gate):
    declaration = released(gate)
    truck = yard.announce(gate)
    with pytest.raises(rules.OutOfTurn):
        attach(gate, declaration, truck, version=1)
    attach(gate, declaration, truck)
    with pytest.raises(rules.OutOfTurn):
        commands.detach(gate.broker, declaration.key, passage=truck, at=NOON)
