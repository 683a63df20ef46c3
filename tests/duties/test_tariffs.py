"""Two rates for one thing on one day are found, however their days lie."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mabar.duties.rules import overlaps
from tests.duties.samples import DAY, START, item, rate, tariff

DAYS = st.integers(0, 40).map(lambda days: START + timedelta(days=days))


def test_rates_that_follow_each_other_do_not_overlap() -> None:
    first = rate("DD", "25", "5", until_on=date(2026, 6, 30))
    assert overlaps([rate("DD", "25", "5", from_on=date(2026, 7, 1)), first]) == []
    assert overlaps([first, rate("DD", "25", "5", from_on=date(2026, 6, 30))]) != []


def test_rates_of_other_goods_origins_claims_or_procedures_do_not_overlap() -> None:
    others = [{"prefix": "2523"}, {"origins": "TN"}, {"preference": "P"}, {"procedure": "5"}]
    rates = [rate("DD", percent="5"), rate("VAT", percent="5"), *(rate("DD", percent="5", **each) for each in others)]
    assert overlaps(rates) == []


@given(spans=st.lists(st.tuples(DAYS, st.none() | st.integers(0, 10)), max_size=8))
def test_an_overlap_is_a_day_on_which_two_hold(spans) -> None:
    rates = [
        rate("DD", percent="5", from_on=day, until_on=None if days is None else day + timedelta(days=days), line=line)
        for line, (day, days) in enumerate(spans)
    ]
    found = overlaps(rates)
    holding = [sum(each.holds_on(START + timedelta(days=day)) for each in rates) for day in range(60)]
    assert bool(found) == (max(holding, default=0) > 1)
    for one, other in found:
        assert one.holds_on(other.from_on)


def test_a_rate_of_many_is_found_by_the_digits_of_its_code() -> None:
    rates = [rate("DD", f"{number:06d}", "5", line=number) for number in range(20_000)]
    found = tariff(*rates).rate_for("DD", item(code="00123456").claim, DAY)
    assert found is rates[1234]
