"""A guarantee: it covers until what it stands for is paid or no longer owed, and then goes back whole, once."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.base.rules import NotMandated
from mabar.declarations import commands, queries, rules
from mabar.declarations.models import Declaration, Settlement
from mabar.declarations.rules import Owing
from tests.declarations.desk import DEB, assessed, fresh, in_lane, settled
from tests.world import NOON, World


def told(world: World, act: str, declaration: Declaration, amount_minor: int, reference: str = "G-1") -> Declaration:
    facts: dict[str, Any] = {"reference": reference, "amount_minor": amount_minor, "currency": "DZD", "at": NOON}
    changed: Declaration = getattr(commands, act)(world.officers["cashier"], declaration.key, **facts)
    return changed


def guaranteed(world: World, lane: str = "yellow", amount_minor: int = 300_000) -> Declaration:
    return told(world, "note_guarantee", assessed(world, lane), amount_minor)


def waiting(act: str) -> list[str]:
    return [row.key for row in queries.awaiting(act, DEB).rows]


def test_what_a_guarantee_covers_is_paid_later_and_the_guarantee_goes_back_whole(world):
    declaration = guaranteed(world)
    assert (waiting("note_payment"), waiting("free_guarantee"), waiting("release")) == ([], [], [declaration.key])
    paid = told(world, "note_payment", declaration, 250_000, "R-1")
    assert (paid.state, paid.owing.to_cover_minor, waiting("free_guarantee")) == ("guaranteed", 0, [declaration.key])
    freed = told(world, "free_guarantee", declaration, 300_000)
    assert (freed.paid_minor, freed.guaranteed_minor, waiting("free_guarantee")) == (250_000, 0, [])
    assert list(Settlement.objects.order_by("pk").values_list("kind", "amount_minor")) == [
        ("guarantee", 300_000),
        ("payment", 250_000),
        ("freed", 300_000),
    ]


def test_it_is_freed_after_the_release_too(world):
    declaration = guaranteed(world, "green")
    assert declaration.state == "released"
    told(world, "note_payment", declaration, 250_000, "R-1")
    assert told(world, "free_guarantee", declaration, 300_000).state == "released"


def test_not_while_what_it_stands_for_is_unpaid(world):
    declaration = guaranteed(world)
    with pytest.raises(rules.StillUnpaid) as refused:
        told(world, "free_guarantee", declaration, 300_000)
    assert "2500.00" in refused.value.sentence("en").what
    assert fresh(declaration).guaranteed_minor == 300_000


@pytest.mark.parametrize("amount_minor", [249_999, 250_001, 300_000])
def test_what_is_paid_under_a_guarantee_is_what_is_owed(world, amount_minor):
    declaration = guaranteed(world)
    with pytest.raises(rules.AmountDiffers):
        told(world, "note_payment", declaration, amount_minor, "R-1")
    assert fresh(declaration).paid_minor == 0


def test_it_goes_back_whole_and_once(world):
    declaration = guaranteed(world)
    told(world, "note_payment", declaration, 250_000, "R-1")
    with pytest.raises(rules.AmountDiffers):
        told(world, "free_guarantee", declaration, 250_000)
    told(world, "free_guarantee", declaration, 300_000)
    with pytest.raises(rules.NothingOwed):
        told(world, "free_guarantee", declaration, 300_000)


@pytest.mark.parametrize("end", [commands.refuse, commands.cancel])
def test_of_a_declaration_that_ended_it_goes_back_without_a_payment(world, end):
    declaration = guaranteed(world)
    ended = end(world.officers["registrar"], declaration.key, reason="سُحبت البضاعة", at=NOON)
    assert (waiting("free_guarantee"), queries.standing(ended.key).acts) == ([ended.key], ("free_guarantee",))
    assert told(world, "free_guarantee", ended, 300_000).state == ended.state
    assert (waiting("free_guarantee"), queries.standing(ended.key).acts) == ([], ())


def test_two_guarantees_go_back_together(world):
    declaration = guaranteed(world, amount_minor=250_000)
    more = {"amount_minor": 400_000, "currency": "DZD", "reason": "٢٠ طرداً أكثر"}
    commands.reassess(world.officers["assessor"], declaration.key, at=NOON, **more)
    told(world, "note_guarantee", declaration, 150_000, "G-2")
    told(world, "note_payment", declaration, 400_000, "R-1")
    assert told(world, "free_guarantee", declaration, 400_000).guaranteed_minor == 0


def test_nothing_is_freed_where_nothing_is_guaranteed(world):
    with pytest.raises(rules.NothingOwed):
        told(world, "free_guarantee", settled(world), 250_000)
    with pytest.raises(rules.OutOfTurn):
        told(world, "free_guarantee", in_lane(world, "green", "T-2"), 250_000)


def test_only_the_cashier_of_the_place_frees_it(world):
    declaration = guaranteed(world)
    for actor in (world.officers["assessor"], world.across["cashier"], world.broker):
        with pytest.raises(NotMandated):
            commands.free_guarantee(actor, declaration.key, reference="G-1", amount_minor=1, currency="DZD", at=NOON)


amounts = st.integers(min_value=0, max_value=10**15)
ACTS = st.sampled_from(sorted(rules.SETTLEMENTS))


@given(amounts, st.lists(ACTS, max_size=12), st.lists(amounts, min_size=12, max_size=12))
def test_no_order_of_acts_leaves_what_is_owed_uncovered_by_freeing_or_a_sum_below_nought(assessed_minor, acts, more):
    owing = Owing(assessed_minor)
    for act, beyond in zip(acts, more, strict=False):
        left, covered = owing.left_for(act), owing.to_cover_minor
        if not left:
            continue
        owing = owing.after(rules.SETTLEMENTS[act], left + (beyond if act == "note_guarantee" else 0))
        assert min(owing.paid_minor, owing.guaranteed_minor) >= 0
        assert owing.to_cover_minor <= covered
        assert owing.paid_minor <= assessed_minor
    if not owing.unpaid_minor:
        assert owing.after("freed", owing.to_free_minor) == Owing(assessed_minor, owing.paid_minor, 0)
