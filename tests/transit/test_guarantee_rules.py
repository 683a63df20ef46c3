"""What a guarantee's reference, amount and days are, and what a draw takes: tables of cases."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.transit.rules import guarantees, refusals


def test_a_reference_bears_year_country_office_count_and_a_check_digit() -> None:
    assert guarantees.reference_of("dz.debdeb", 2026, 17) == "26DZDEBDE00000177"
    assert guarantees.check_reference("26 dz debde 0000017 7") == "26DZDEBDE00000177"
    assert guarantees.reference_of("ly.km0", 2026, 1)[:11] == "26LYKM0XX00"


@given(st.integers(1, 9_999_999), st.integers(2026, 2099))
def test_every_reference_that_is_given_is_taken(number: int, year: int) -> None:
    told = guarantees.reference_of("tn.ras-ajdir", year, number)
    assert guarantees.check_reference(told) == told


@pytest.mark.parametrize(
    "told", ["", "26DZDEBDE00000170", "26DZDEBDE0000017", "DZ26DEBDE00000175", "26DZDEBDE00000715"]
)
def test_a_reference_of_another_shape_or_with_a_digit_changed_is_refused(told: str) -> None:
    with pytest.raises(refusals.ReferenceUnfit):
        guarantees.check_reference(told)


@pytest.mark.parametrize(
    ("kind", "amount", "title", "taken"),
    [
        ("comprehensive", 1, 0, 1),
        ("individual", 250, 0, 250),
        ("voucher", 1, 100, 100),
        ("voucher", 100, 100, 100),
        ("voucher", 101, 100, 200),
        ("waiver", 500, 0, 0),
    ],
)
def test_a_movement_takes_its_amount_whole_titles_or_nothing(kind, amount, title, taken) -> None:
    assert guarantees.taken_by(kind, amount, title) == taken


@pytest.mark.parametrize(
    ("kind", "amount", "title"),
    [
        ("waiver", 1, 0), ("waiver", 0, 5), ("comprehensive", 0, 0), ("comprehensive", -1, 0), ("individual", 5, 5),
        ("voucher", 250, 100), ("voucher", 100, 0), ("voucher", 0, 100), ("bond", 100, 0),
        ("comprehensive", guarantees.HIGHEST_MINOR + 1, 0),
    ],
)  # fmt: skip
def test_an_amount_that_the_kind_cannot_have_is_refused(kind, amount, title) -> None:
    with pytest.raises(refusals.AmountUnfit):
        guarantees.check_terms(kind, amount, title)


@pytest.mark.parametrize(("kind", "amount", "title"), [("waiver", 0, 0), ("voucher", 300, 100), ("individual", 1, 0)])
def test_an_amount_that_suits_the_kind_is_taken(kind, amount, title) -> None:
    guarantees.check_terms(kind, amount, title)


def test_a_guarantee_is_valid_by_the_clock_of_its_office_to_the_end_of_its_last_day() -> None:
    begins, ends = guarantees.check_days(date(2026, 1, 1), date(2026, 1, 31), ZoneInfo("Africa/Tripoli"))
    assert (begins, ends) == (datetime(2025, 12, 31, 22, tzinfo=UTC), datetime(2026, 1, 31, 22, tzinfo=UTC))
    with pytest.raises(refusals.DaysUnfit):
        guarantees.check_days(date(2026, 1, 2), date(2026, 1, 1), ZoneInfo("UTC"))


@pytest.mark.parametrize("state", ["", *guarantees.STATES])
@pytest.mark.parametrize("act", ["draw", "free", "claim", "settle_claim"])
def test_a_draw_goes_its_way_by_the_table_and_no_other(act: str, state: str) -> None:
    if (state, act) in guarantees.TRANSITIONS:
        assert guarantees.after(act, state) in guarantees.STATES
    else:
        with pytest.raises(refusals.OutOfTurn):
            guarantees.after(act, state)


def test_what_is_claimed_is_never_freed() -> None:
    assert ("claimed", "free") not in guarantees.TRANSITIONS
    assert ("freed", "claim") not in guarantees.TRANSITIONS


@given(st.permutations(["drawn", "claimed", "settled"]))
def test_news_of_a_draw_that_come_late_or_twice_never_take_it_back(states: list[str]) -> None:
    known = ""
    for state in [*states, *states]:
        if guarantees.is_newer(state, known):
            known = state
    assert known == "settled"
