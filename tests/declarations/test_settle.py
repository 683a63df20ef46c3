"""What is owed, paid or guaranteed."""

import pytest

from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.declarations import commands, rules
from mabar.declarations.models import Settlement
from tests.crossings import yard
from tests.declarations.desk import assessed, examined, fresh, in_lane, pay, verbs
from tests.world import NOON

OWED = {"amount_minor": 250_000, "currency": "DZD"}


@pytest.mark.parametrize("lane", ["green", "blue", "yellow", "red"])
def test_what_is_owed_is_assessed_after_the_checks_of_the_lane(world, lane):
    declaration = assessed(world, lane)
    assert (declaration.state, declaration.assessed_at) == ("assessed", NOON)
    assert (declaration.assessed_minor, declaration.assessed_currency) == (250_000, "DZD")


@pytest.mark.parametrize("lane", ["yellow", "red"])
def test_not_before_them(world, lane):
    declaration = in_lane(world, lane)
    with pytest.raises(rules.OutOfTurn):
        commands.assess(world.officers["assessor"], declaration.key, at=NOON, **OWED)


def test_an_amount_that_cannot_be_owed(world):
    declaration = in_lane(world, "green")
    with pytest.raises(rules.AmountOutOfRange):
        commands.assess(world.officers["assessor"], declaration.key, amount_minor=-1, currency="DZD", at=NOON)
    assert fresh(declaration).state == "lane_assigned"


def test_nothing_owed_is_settled_at_once_by_the_node(world):
    declaration = examined(world, "yellow")
    settled = commands.assess(world.officers["assessor"], declaration.key, amount_minor=0, currency="DZD", at=NOON)
    assert settled.state == "paid"
    assert verbs(declaration.key)[-2:] == ["declarations.assess", "declarations.note_payment"]
    assert (Settlement.objects.get().by, Settlement.objects.get().amount_minor) == ("node", 0)


def test_a_payment_settles_yellow_and_red_and_leaves_the_release_to_its_desk(world):
    declaration = pay(world, assessed(world, "yellow"))
    assert (declaration.state, declaration.settled_at) == ("paid", NOON)
    kept = Settlement.objects.get()
    assert (kept.kind, kept.reference, kept.amount_minor, kept.by) == ("payment", "R-1", 250_000, "DEB-0010")
    assert str(kept) == "payment R-1"


@pytest.mark.parametrize("lane", ["green", "blue"])
def test_green_and_blue_are_released_by_the_node_once_settled(world, lane):
    declaration = pay(world, assessed(world, lane))
    assert (declaration.state, declaration.released_at) == ("released", NOON)
    assert verbs(declaration.key)[-2:] == ["declarations.note_payment", "declarations.release"]


def test_a_guarantee_settles_too_and_may_cover_more(world):
    declaration = assessed(world, "green")
    settled = commands.note_guarantee(
        world.officers["cashier"], declaration.key, reference="G-1", amount_minor=300_000, currency="DZD", at=NOON
    )
    assert settled.state == "released"
    assert Settlement.objects.get().kind == "guarantee"


def test_a_guarantee_leaves_yellow_guaranteed(world):
    declaration = assessed(world, "yellow")
    settled = commands.note_guarantee(world.officers["cashier"], declaration.key, reference="G-1", at=NOON, **OWED)
    assert settled.state == "guaranteed"


@pytest.mark.parametrize(
    ("note", "change", "refusal"),
    [
        (commands.note_payment, {"amount_minor": 249_999}, rules.AmountDiffers),
        (commands.note_payment, {"amount_minor": 250_001}, rules.AmountDiffers),
        (commands.note_payment, {"currency": "LYD"}, rules.AmountDiffers),
        (commands.note_payment, {"reference": " "}, rules.NothingSaid),
        (commands.note_payment, {"reference": "x" * 81}, rules.LongerThanAllowed),
        (commands.note_guarantee, {"amount_minor": 249_999}, rules.AmountDiffers),
        (commands.note_guarantee, {"reference": ""}, rules.NothingSaid),
    ],
)
def test_what_does_not_settle_leaves_no_trace(world, note, change, refusal):
    declaration = assessed(world)
    with pytest.raises(refusal):
        note(world.officers["cashier"], declaration.key, at=NOON, **{"reference": "R-1", **OWED, **change})
    assert fresh(declaration).state == "assessed"
    assert not Settlement.objects.exists()


def test_nobody_pays_twice_or_before_the_assessment(world):
    waiting = in_lane(world, "green", "T-2")
    with pytest.raises(rules.OutOfTurn):
        pay(world, waiting)
    declaration = pay(world, assessed(world))
    with pytest.raises(rules.NothingOwed):
        pay(world, declaration)
    with pytest.raises(rules.NothingOwed):
        commands.note_guarantee(world.officers["cashier"], declaration.key, reference="G-1", at=NOON, **OWED)


def test_a_held_truck_leaves_the_release_of_green_to_the_desk(world):
    yard.open_yard(world)
    declaration = assessed(world, "green")
    truck = yard.announce(world)
    commands.attach(world.broker, declaration.key, passage=truck, packages=10, gross_mass_g=500_000, at=NOON)
    yard.hold(world, truck)
    assert pay(world, declaration).state == "paid"


def test_an_open_query_leaves_it_to_the_desk_too(world):
    declaration = assessed(world, "green")
    commands.query(world.officers["assessor"], declaration.key, text="Which model?", at=NOON)
    assert pay(world, declaration).state == "paid"


def test_each_desk_does_its_own_act_at_its_own_place(world):
    declaration = assessed(world)
    for note in (commands.note_payment, commands.note_guarantee, commands.note_refund):
        for actor in (world.officers["assessor"], world.across["cashier"], world.broker):
            with pytest.raises(NotMandated):
                note(actor, declaration.key, reference="R-1", at=NOON, **OWED)
        with pytest.raises(NoSuchRecord):
            note(world.rival, declaration.key, reference="R-1", at=NOON, **OWED)
    with pytest.raises(NotMandated):
        commands.assess(world.officers["cashier"], declaration.key, at=NOON, **OWED)


@pytest.mark.parametrize("act", ["assess", "note_payment", "note_guarantee"])
def test_who_has_seen_an_older_version_reads_again(world, act):
    declaration = in_lane(world, "green") if act == "assess" else assessed(world)
    facts = OWED if act == "assess" else {"reference": "R-1", **OWED}
    desk = "assessor" if act == "assess" else "cashier"
    with pytest.raises(rules.OutOfTurn):
        getattr(commands, act)(world.officers[desk], declaration.key, at=NOON, version=99, **facts)
