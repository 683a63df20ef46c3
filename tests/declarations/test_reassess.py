"""A second assessment: its difference is left to pay or to give back, and nothing leaves uncovered."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from mabar.base.models import JournalLine
from mabar.base.rules import NotMandated
from mabar.declarations import commands, queries, rules
from mabar.declarations.models import Settlement
from mabar.declarations.rules import Owing
from tests.declarations.desk import DEB, assessed, fresh, in_lane, pay, released, settled
from tests.world import NOON


def again(world, declaration, amount_minor, **facts):
    told = {"currency": "DZD", "reason": "٢٠ طرداً أكثر من المصرح به", "at": NOON, **facts}
    return commands.reassess(world.officers["assessor"], declaration.key, amount_minor=amount_minor, **told)


def refund(world, declaration, amount_minor):
    return commands.note_refund(
        world.officers["cashier"], declaration.key, reference="B-1", amount_minor=amount_minor, currency="DZD", at=NOON
    )


def waiting(act):
    return [row.key for row in queries.awaiting(act, DEB).rows]


def test_before_payment_only_the_amount_changes(world):
    declaration = again(world, assessed(world), 300_000)
    assert (declaration.state, declaration.assessed_minor) == ("assessed", 300_000)
    assert pay(world, declaration, amount_minor=300_000).state == "paid"


def test_more_is_owed_after_payment_and_the_release_waits_for_the_rest(world):
    declaration = again(world, settled(world), 300_000)
    assert (declaration.state, declaration.owing.to_cover_minor) == ("paid", 50_000)
    assert waiting("note_payment") == [declaration.key]
    assert waiting("release") == []
    assert "release" not in queries.standing(declaration.key).acts
    with pytest.raises(rules.StillOwed):
        commands.release(world.officers["release_officer"], declaration.key, at=NOON)
    with pytest.raises(rules.AmountDiffers):
        pay(world, declaration, reference="R-2", amount_minor=300_000)
    paid = pay(world, declaration, reference="R-2", amount_minor=50_000)
    assert (paid.paid_minor, paid.owing.to_cover_minor, waiting("note_payment")) == (300_000, 0, [])
    assert waiting("release") == [declaration.key]
    assert commands.release(world.officers["release_officer"], declaration.key, at=NOON).state == "released"


def test_a_guarantee_may_cover_the_rest(world):
    declaration = again(world, settled(world), 300_000)
    covered = commands.note_guarantee(
        world.officers["cashier"], declaration.key, reference="G-1", amount_minor=60_000, currency="DZD", at=NOON
    )
    assert (covered.state, covered.guaranteed_minor, covered.owing.to_cover_minor) == ("paid", 60_000, 0)
    assert covered.owing.to_refund_minor == 0


@pytest.mark.parametrize("end", [commands.refuse, commands.cancel])
def test_what_was_paid_for_a_declaration_that_ended_goes_back_whole_and_once(world, end):
    declaration = settled(world)
    ended = end(world.officers["registrar"], declaration.key, reason="سُحبت البضاعة", at=NOON)
    assert (waiting("note_refund"), queries.standing(ended.key).acts) == ([ended.key], ("note_refund",))
    with pytest.raises(rules.AmountDiffers):
        refund(world, ended, 249_999)
    given_back = refund(world, ended, 250_000)
    assert (given_back.state, given_back.paid_minor, given_back.assessed_minor) == (ended.state, 0, 250_000)
    assert (waiting("note_refund"), queries.standing(ended.key).acts) == ([], ())
    with pytest.raises(rules.NothingOwed):
        refund(world, ended, 250_000)


def test_what_goes_back_is_read_from_an_index_and_not_from_all_that_ended(world):
    with CaptureQueriesContext(connection) as asked:
        waiting("note_refund")
    told = [each["sql"] for each in asked.captured_queries]
    of_ended = [sql for sql in told if any(f"'{state}'" in sql for state in rules.DEAD)]
    assert len(of_ended) == len(rules.DEAD)
    for sql in of_ended:
        assert "what_was_paid" in plan_of(sql)


def plan_of(sql):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # a table of a few rows it would read and sort whole, whatever the indexes
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"{'EXPLAIN QUERY PLAN' if connection.vendor == 'sqlite' else 'EXPLAIN'} {sql}")
        return str(cursor.fetchall())


def test_nothing_goes_back_where_nothing_was_paid(world):
    ended = commands.refuse(world.officers["registrar"], assessed(world).key, reason="سُحبت البضاعة", at=NOON)
    assert (waiting("note_refund"), queries.standing(ended.key).acts) == ([], ())
    with pytest.raises(rules.NothingOwed):
        refund(world, ended, 250_000)


def test_less_is_owed_and_the_rest_is_given_back_once(world):
    declaration = again(world, settled(world), 200_000)
    assert (waiting("note_refund"), waiting("note_payment")) == ([declaration.key], [])
    with pytest.raises(rules.AmountDiffers):
        refund(world, declaration, 49_999)
    given_back = refund(world, declaration, 50_000)
    assert (given_back.paid_minor, waiting("note_refund")) == (200_000, [])
    with pytest.raises(rules.NothingOwed):
        refund(world, declaration, 50_000)
    assert list(Settlement.objects.order_by("pk").values_list("kind", "amount_minor")) == [
        ("payment", 250_000),
        ("refund", 50_000),
    ]


def test_after_release_the_difference_is_still_paid_and_the_state_stays(world):
    declaration = again(world, released(world), 260_000)
    assert declaration.state == "released"
    assert "note_payment" in queries.standing(declaration.key).acts
    paid = pay(world, declaration, reference="R-2", amount_minor=10_000)
    assert (paid.state, paid.owing.to_cover_minor) == ("released", 0)
    assert "note_payment" not in queries.standing(declaration.key).acts


def test_the_line_tells_what_was_assessed_before_and_why(world):
    declaration = again(world, settled(world), 300_000)
    line = JournalLine.objects.get(verb="declarations.reassess", subject=declaration.key)
    assert '"before_minor":250000' in line.facts.body.replace(" ", "")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"amount_minor": -1}, rules.AmountOutOfRange),
        ({"currency": "LYD"}, rules.OtherCurrency),
        ({"reason": " "}, rules.NothingSaid),
        ({"version": 99}, rules.OutOfTurn),
    ],
)
def test_what_is_no_second_assessment_leaves_no_trace(world, change, refusal):
    declaration = settled(world)
    with pytest.raises(refusal):
        again(world, declaration, **{"amount_minor": 300_000, **change})
    assert fresh(declaration).assessed_minor == 250_000


def test_assessed_again_at_nought_it_is_settled_by_the_node(world):
    declaration = again(world, assessed(world), 0)
    assert (declaration.state, Settlement.objects.get().by) == ("paid", "node")


def test_nothing_is_assessed_again_before_it_was_assessed(world):
    with pytest.raises(rules.OutOfTurn):
        again(world, in_lane(world, "green"), 300_000)


def test_only_the_assessor_of_the_place_assesses_again(world):
    declaration = settled(world)
    for actor in (world.officers["cashier"], world.across["assessor"], world.broker):
        with pytest.raises(NotMandated):
            commands.reassess(actor, declaration.key, amount_minor=1, currency="DZD", reason="…", at=NOON)


def test_an_open_query_stops_it(world):
    declaration = settled(world)
    commands.query(world.officers["assessor"], declaration.key, text="Which model?", at=NOON)
    with pytest.raises(rules.QueryOpen):
        again(world, declaration, 300_000)


amounts = st.integers(min_value=0, max_value=10**15)


@given(amounts, amounts, amounts)
def test_what_is_left_and_what_goes_back_are_never_both_owed_and_settle_exactly(assessed_minor, paid, guaranteed):
    owing = Owing(assessed_minor, paid, guaranteed)
    assert not (owing.to_cover_minor and owing.to_refund_minor)
    after = owing.after("payment", owing.to_cover_minor).after("refund", owing.to_refund_minor)
    assert (after.to_cover_minor, after.to_refund_minor) == (0, 0)
    assert owing.after("guarantee", owing.to_cover_minor).to_cover_minor == 0
