"""An amendment is an event: a new version, the old one kept word for word, the lane never milder."""

from dataclasses import replace

import pytest

from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings import queries as trucks
from mabar.crossings.rules import MassesExceeded
from mabar.declarations import commands, rules, sad
from mabar.declarations.models import Item, Version
from tests.crossings import yard
from tests.declarations.desk import assessed, fresh, in_lane, lodge, record_for, verbs
from tests.declarations.records import SEED, export_record, import_record, item
from tests.world import NOON


def amend(world, declaration, record, **facts):
    actor = facts.pop("actor", world.broker)
    return commands.amend(actor, declaration.key, record=record, at=NOON, **{"seed": SEED, **facts})


def test_the_new_version_stands_beside_the_old_one(world):
    declaration = lodge(world)
    corrected = import_record(items=(item(1), item(2), item(3)))
    source = commands.Source("b" * 64, "second.xml", "asycuda")
    amended = amend(world, declaration, corrected, source=source)
    assert (amended.items_count, amended.packages, amended.gross_mass_g) == (3, 30, 1_500_000)
    assert (amended.state, amended.number, amended.version) == ("lane_assigned", declaration.number, 2)
    first, second = Version.objects.order_by("number")
    assert (len(sad.loads(first.record).items), len(sad.loads(second.record).items)) == (2, 3)
    assert (second.by, second.source, second.source_name, str(second)) == (
        world.broker.key,
        "b" * 64,
        "second.xml",
        f"{declaration.key} v2",
    )
    assert Item.objects.count() == 3
    assert str(Item.objects.first()).startswith(declaration.key)
    assert verbs(declaration.key)[-1] == "declarations.amend"


def test_goods_that_ask_for_a_stricter_lane_get_it(world):
    yard.open_yard(world)
    declaration = in_lane(world, "green")
    truck = yard.announce(world)
    commands.attach(world.broker, declaration.key, passage=truck, packages=10, gross_mass_g=500_000, at=NOON)
    amended = amend(world, declaration, record_for("red"))
    assert (amended.lane, fresh(declaration).lane) == ("red", "red")
    assert [each.by for each in amended.lane_draws.order_by("pk")] == ["node", "node"]
    assert trucks.passage(truck).lane == "red"


def test_goods_that_ask_for_a_milder_lane_do_not(world):
    declaration = in_lane(world, "red")
    amended = amend(world, declaration, record_for("green"))
    assert (amended.lane, amended.lane_draws.count()) == ("red", 1)


def test_before_the_lane_there_is_none_to_change(world):
    from tests.declarations.test_register import at_the_counter

    at_the_counter(world)
    declaration = lodge(world)
    amended = amend(world, declaration, record_for("red"))
    assert (amended.state, amended.lane, amended.lane_draws.count()) == ("lodged", "", 0)


def test_after_the_assessment_it_is_too_late(world):
    declaration = assessed(world)
    with pytest.raises(rules.AmendmentTooLate):
        amend(world, declaration, import_record("T-9"))
    assert Version.objects.count() == 1


@pytest.mark.parametrize(
    ("record", "refusal"),
    [
        (import_record(), rules.LodgedBefore),
        (export_record(), rules.RegimeChanged),
        (import_record(regime="warehousing", comments="x"), rules.RegimeChanged),
        (import_record(items=()), rules.NotAWholeDeclaration),
        (import_record(declared_on=None, verbatim={"declared_on": "4/5/26"}), rules.OpenDates),
    ],
)
def test_what_is_no_amendment_leaves_the_declaration_as_it_was(world, record, refusal):
    declaration = lodge(world)
    with pytest.raises(refusal):
        amend(world, declaration, record)
    assert fresh(declaration).version == 1
    assert Version.objects.count() == 1


def test_what_another_living_declaration_declares_is_not_declared_twice(world):
    other = lodge(world, import_record("T-2"))
    declaration = lodge(world)
    with pytest.raises(rules.LodgedBefore) as refused:
        amend(world, declaration, import_record("T-2"))
    assert refused.value.details["reference"] == other.number


def test_it_never_falls_below_what_the_trucks_carry(world):
    yard.open_yard(world)
    declaration = lodge(world)
    truck = yard.announce(world)
    commands.attach(world.broker, declaration.key, passage=truck, packages=15, gross_mass_g=700_000, at=NOON)
    with pytest.raises(MassesExceeded):
        amend(world, declaration, import_record(items=(item(),)))


def test_only_the_house_and_the_registrar_amend(world):
    declaration = lodge(world)
    changed = import_record(comments="second thought")
    with pytest.raises(NoSuchRecord):
        amend(world, declaration, changed, actor=world.rival)
    for actor in (world.officers["assessor"], world.across["registrar"]):
        with pytest.raises(NotMandated):
            amend(world, declaration, changed, actor=actor)
    with pytest.raises(rules.OutOfTurn):
        amend(world, declaration, changed, version=7)
    assert amend(world, declaration, changed, actor=world.officers["registrar"]).version == 2


def test_a_dead_declaration_is_not_amended(world):
    declaration = lodge(world)
    commands.cancel(world.officers["registrar"], declaration.key, reason="withdrawn", at=NOON)
    with pytest.raises(rules.OutOfTurn):
        amend(world, declaration, replace(import_record(), comments="too late"))
