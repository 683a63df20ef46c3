"""What is owed: an example worked by hand for each kind of rate, and the laws that every assessment keeps."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.duties.rules import VALUE, Form, Note, QuantityMissing, RoundedAt, Rounding, assess
from tests.duties.samples import DAY, DUTY, START, VAT, item, levy, rate, tariff


def owed(found, *items, day=DAY, decimals=2):
    return dict(assess(items or (item(),), found, day, decimals=decimals).totals)


def test_a_share_of_the_value_and_the_tax_on_top() -> None:
    # 10,000.00 at 30 % is 3,000.00; (10,000.00 + 3,000.00) at 19 % is 2,470.00
    assert owed(tariff(rate("DD", percent="30"), rate("VAT", percent="19"))) == {"DD": 300_000, "VAT": 247_000}


@pytest.mark.parametrize(
    ("form", "due"),
    [
        (Form.PER_UNIT, 187_563),  # 1,500.5 kg at 1.25 is 1,875.625
        (Form.COMPOUND, 687_563),  # and 50 % of 10,000.00
        (Form.GREATER, 500_000),
        (Form.LESSER, 187_563),
        (Form.FIXED, 125),
        (Form.PERCENT, 500_000),
        (Form.EXEMPT, 0),
    ],
)
def test_each_kind_of_rate(form, due) -> None:
    found = rate("DD", percent="50", amount="1.25", form=form, unit="KGM")
    assert owed(tariff(found, levies=[DUTY])) == {"DD": due}


def test_an_amount_in_a_currency_of_three_decimals() -> None:
    assert owed(tariff(rate("DD", percent="7.5"), levies=[DUTY]), item(value_minor=1_001), decimals=3) == {"DD": 75}


def test_the_longest_code_holds_and_what_no_rate_names_owes_nothing() -> None:
    found = tariff(rate("DD", percent="30"), rate("DD", "25", "15"), rate("DD", "2523", "5"), levies=[DUTY])
    assert owed(found) == {"DD": 50_000}
    assert owed(found, item(code="25010000")) == {"DD": 150_000}
    assert owed(found, item(code="08041000")) == {"DD": 300_000}
    line = assess([item()], tariff(rate("DD", "99", "5"), levies=[DUTY]), DAY, decimals=2).lines[0]
    assert (line.minor, line.notes) == (0, (Note.NO_RATE,))


def test_a_rate_holds_from_its_first_day_to_its_last() -> None:
    last = DAY - timedelta(days=1)
    found = tariff(rate("DD", percent="30", until_on=last), rate("DD", percent="15", from_on=DAY), levies=[DUTY])
    assert (owed(found, day=last), owed(found)) == ({"DD": 300_000}, {"DD": 150_000})
    assert owed(found, day=START - timedelta(days=1)) == {"DD": 0}


def test_a_preference_needs_its_claim_its_origin_and_its_paper() -> None:
    free = rate("DD", form=Form.EXEMPT, origins="ARAB", preference="PAFTA", proof="861")
    found = tariff(free, rate("DD", "2523", "30"), levies=[DUTY], groups={"ARAB": frozenset({"TN", "LY"})})
    claimed = {"preference": "PAFTA", "papers": frozenset({"861"})}
    assert owed(found, item(**claimed)) == {"DD": 0}
    assert owed(found, item(**claimed | {"preference": ""})) == {"DD": 300_000}
    assert owed(found, item(**claimed, origin="IT")) == {"DD": 300_000}
    line = assess([item(**claimed | {"papers": frozenset()})], found, DAY, decimals=2).lines[0]
    assert (line.minor, line.notes, line.unproved) == (300_000, (Note.NOT_PROVED,), free)


def test_goods_that_an_agreement_leaves_out_pay_though_it_is_claimed() -> None:
    free = rate("DD", form=Form.EXEMPT, preference="PAFTA")
    found = tariff(free, rate("DD", "2523", "60", preference="PAFTA"), rate("DD", percent="30"), levies=[DUTY])
    assert owed(found, item(preference="PAFTA")) == {"DD": 600_000}


def test_a_procedure_has_a_rate_of_its_own() -> None:
    found = tariff(rate("DD", percent="30"), rate("DD", form=Form.EXEMPT, procedure="5"), levies=[DUTY])
    assert (owed(found), owed(found, item(procedure="5300"))) == ({"DD": 300_000}, {"DD": 0})


def test_a_rate_by_a_unit_that_the_item_does_not_tell_is_refused() -> None:
    found = tariff(rate("DD", amount="2", form=Form.PER_UNIT, unit="LTR"), levies=[DUTY])
    with pytest.raises(QuantityMissing) as refused:
        assess([item(), item(2)], found, DAY, decimals=2)
    assert refused.value.details == {"item": 1, "unit": "LTR", "levy": "DD"}


def test_what_is_owed_once_goes_to_the_first_item_that_has_a_rate() -> None:
    fee = levy("FEE", is_once=True)
    found = tariff(rate("FEE", "2523", amount="500"), levies=[fee])
    done = assess([item(1, code="01012100"), item(2), item(3)], found, DAY, decimals=2)
    assert [(line.item, line.minor) for line in done.lines] == [(2, 50_000)]
    assert done.total_minor == 50_000


@pytest.mark.parametrize(
    ("rounded_at", "rounding", "step", "due"),
    [
        (RoundedAt.TOTAL, Rounding.HALF_UP, 1, 10),  # 3.333 + 3.333 + 3.333 = 9.999
        (RoundedAt.TOTAL, Rounding.DOWN, 1, 9),
        (RoundedAt.ITEM, Rounding.HALF_UP, 1, 9),
        (RoundedAt.ITEM, Rounding.UP, 1, 12),
        (RoundedAt.TOTAL, Rounding.UP, 100, 100),  # the next whole dinar
        (RoundedAt.ITEM, Rounding.DOWN, 100, 0),
    ],
)
def test_a_levy_is_rounded_once_where_its_law_says(rounded_at, rounding, step, due) -> None:
    law = replace(DUTY, rounded_at=rounded_at, rounding=rounding, step_minor=step)
    done = assess(
        [item(n, value_minor=3333) for n in (1, 2, 3)], tariff(rate("DD", percent="0.1"), levies=[law]), DAY, decimals=2
    )
    assert done.totals == {"DD": due}
    assert sum(line.minor for line in done.lines) == due


def test_a_tax_on_a_duty_that_is_rounded_at_each_item_takes_the_rounded_one() -> None:
    rates = rate("DD", percent="33.335"), rate("VAT", percent="100")
    by_item = replace(DUTY, rounded_at=RoundedAt.ITEM, step_minor=100)
    rounded = assess([item(value_minor=100)], tariff(*rates, levies=[by_item, VAT]), DAY, decimals=2)
    exact = assess([item(value_minor=100)], tariff(*rates), DAY, decimals=2)
    assert [line.base_total for line in rounded.lines] == [Decimal("1.00"), Decimal("1.00")]
    assert [line.base_total for line in exact.lines] == [Decimal("1.00"), Decimal("1.33335")]
    assert rounded.lines[1].base == ((VALUE, Decimal("1.00")), ("DD", Decimal(0)))


PERCENTS = st.decimals(0, 200, places=4)
ITEMS = st.lists(st.integers(0, 10**12), min_size=1, max_size=30)


@given(
    values=ITEMS, duty=PERCENTS, tax=PERCENTS, rounded_at=st.sampled_from(RoundedAt), step=st.sampled_from([1, 10, 100])
)
def test_the_parts_of_the_items_give_the_total_and_nobody_pays_for_rounding_twice(
    values, duty, tax, rounded_at, step
) -> None:
    law = replace(DUTY, rounded_at=rounded_at, step_minor=step)
    rates = rate("DD", percent=str(duty)), rate("VAT", percent=str(tax))
    items = [item(number, value_minor=value) for number, value in enumerate(values, start=1)]
    done = assess(items, tariff(*rates, levies=[law, VAT]), DAY, decimals=2)
    for code, total in done.totals.items():
        lines = [line for line in done.lines if line.levy.code == code]
        assert sum(line.minor for line in lines) == total
        assert total % (step if code == "DD" else 1) == 0
        assert all(line.minor >= 0 for line in lines)
        most_off = Decimal(step if code == "DD" else 1) / 2 * (len(values) if rounded_at is RoundedAt.ITEM else 1)
        assert abs(total - 100 * sum(line.exact for line in lines)) <= max(most_off, Decimal("0.5"))
    assert done.total_minor == sum(done.totals.values())


@given(values=ITEMS, percent=PERCENTS)
def test_the_order_of_the_items_changes_no_total(values, percent) -> None:
    found = tariff(rate("DD", percent=str(percent)), rate("VAT", percent="19"))
    items = [item(number, value_minor=value) for number, value in enumerate(values, start=1)]
    assert owed(found, *items) == owed(found, *reversed(items))


@given(value=st.integers(0, 10**12), more=st.integers(0, 10**9), percent=PERCENTS)
def test_a_higher_value_never_owes_less(value, more, percent) -> None:
    found = tariff(rate("DD", percent=str(percent)), rate("VAT", percent="19"))
    assert owed(found, item(value_minor=value))["VAT"] <= owed(found, item(value_minor=value + more))["VAT"]


def test_an_assessment_of_a_day_long_gone_is_by_the_rates_of_that_day() -> None:
    assert owed(tariff(rate("DD", percent="30"), levies=[DUTY]), day=date(2020, 1, 1)) == {"DD": 0}


def test_a_levy_for_one_direction_is_left_out_of_the_other_and_counts_nothing_in_a_base() -> None:
    duty = levy("DD", VALUE, flow="import")
    tax = levy("XT", VALUE, "DD")
    made = tariff(rate("DD", percent="10"), rate("XT", percent="1"), levies=(duty, tax))
    assert assess([item()], made, DAY, decimals=2, flow="import").totals == {"DD": 100_000, "XT": 11_000}
    assert assess([item()], made, DAY, decimals=2, flow="export").totals == {"XT": 10_000}


def test_a_country_says_more_than_a_group_and_an_exempt_item_bears_no_fee() -> None:
    groups = {"ARAB": frozenset({"TN"})}
    rates = (rate("DD", percent="5", origins="ARAB", line=1), rate("DD", percent="7", origins="TN", line=2))
    for order in (rates, rates[::-1]):
        assert assess([item()], tariff(*order, levies=(DUTY,), groups=groups), DAY, decimals=2).totals == {"DD": 70_000}
    fee = levy("FEE", is_once=True)
    made = tariff(rate("FEE", "25", form=Form.EXEMPT), rate("FEE", "84", amount="10"), levies=(fee,))
    goods = [item(1), item(2, code="84137000")]
    assert assess(goods, made, DAY, decimals=2).totals == {"FEE": 1_000}
