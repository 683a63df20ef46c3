"""How long a stay lasts: days of the place of entry, and the instant at which the last one ends."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mabar.vehicles import rules

ZONES = {"Africa/Algiers": 1, "Africa/Tunis": 1, "Africa/Tripoli": 2}  # hours ahead of UTC, all the year
INSTANTS = some.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
DAYS = some.integers(1, rules.LONGEST_TERM)
TERM = rules.Term(30, 90, "Order 12")


@pytest.mark.parametrize(("zone", "ahead"), ZONES.items())
def test_the_last_day_ends_at_midnight_of_the_place(zone, ahead) -> None:
    last_on = rules.last_day(date(2026, 11, 22), 30)
    assert last_on == date(2026, 12, 22)
    assert rules.due_at(last_on, ZoneInfo(zone)) == datetime(2026, 12, 23, tzinfo=UTC) - timedelta(hours=ahead)


@given(INSTANTS, DAYS, some.sampled_from(sorted(ZONES)))
def test_a_stay_lasts_its_days_and_the_rest_of_the_day_of_entry(at, days, zone) -> None:
    clock = ZoneInfo(zone)
    due = rules.due_at(rules.last_day(at.astimezone(clock).date(), days), clock)
    assert timedelta(days=days) < due - at <= timedelta(days=days + 1)
    assert due.astimezone(clock).strftime("%H:%M:%S") == "00:00:00"


@given(INSTANTS, DAYS)
def test_libya_begins_its_day_an_hour_before_algeria(at, days) -> None:
    entered_on = at.date()
    due = {zone: rules.due_at(rules.last_day(entered_on, days), ZoneInfo(zone)) for zone in ZONES}
    assert due["Africa/Algiers"] == due["Africa/Tunis"] == due["Africa/Tripoli"] + timedelta(hours=1)


@given(INSTANTS, DAYS, some.sampled_from(sorted(ZONES)))
def test_no_day_is_over_until_the_stay_is_due_and_one_is_from_that_instant(at, days, zone) -> None:
    clock = ZoneInfo(zone)
    last_on = rules.last_day(at.astimezone(clock).date(), days)
    due = rules.due_at(last_on, clock)
    just_before = due - timedelta(seconds=1)
    assert rules.days_over(last_on, just_before.astimezone(clock).date()) == 0
    assert rules.days_over(last_on, due.astimezone(clock).date()) == 1
    assert rules.days_over(last_on, (due + timedelta(days=9)).astimezone(clock).date()) == 10


@given(some.integers(1, 90), some.integers(1, 90))
def test_extensions_in_two_steps_end_on_the_day_of_one(first, second) -> None:
    entered_on = date(2026, 11, 22)
    assert rules.last_day(entered_on, first + second) == rules.last_day(rules.last_day(entered_on, first), second)


@pytest.mark.parametrize("days", [0, -1, 31])
def test_more_days_than_the_term_or_none_are_refused(days) -> None:
    with pytest.raises(rules.BeyondTerm) as refused:
        rules.check_days(days, TERM)
    assert refused.value.details == {"asked": days, "most": 30, "basis": "Order 12"}


@given(some.integers(-5, 200), some.integers(1, 90))
def test_an_extension_never_passes_the_most_days_of_the_term(days, granted) -> None:
    if days >= 1 and granted + days <= 90:
        assert rules.check_extension(days, granted=granted, term=TERM) == granted + days
        return
    with pytest.raises(rules.BeyondTerm):
        rules.check_extension(days, granted=granted, term=TERM)


def test_a_stay_that_has_ended_is_not_extended() -> None:
    due = datetime(2026, 12, 22, 23, tzinfo=UTC)
    rules.check_still_running(due - timedelta(seconds=1), due, last_on=date(2026, 12, 22))
    with pytest.raises(rules.StayOver) as refused:
        rules.check_still_running(due, due, last_on=date(2026, 12, 22))
    assert refused.value.sentence("ar").remedy


@pytest.mark.parametrize(
    ("days", "most_days", "basis", "from_on"),
    [
        (0, 10, "Order", date(2026, 11, 22)),
        (10, 9, "Order", date(2026, 11, 22)),
        (10, 4000, "Order", date(2026, 11, 22)),
        (10, 10, "  ", date(2026, 11, 22)),
        (10, 10, "Order", date(2026, 11, 21)),
    ],
)
def test_a_term_that_does_not_hold_together_is_refused(days, most_days, basis, from_on) -> None:
    with pytest.raises(rules.TermUnfit):
        rules.check_term(rules.Term(days, most_days, basis), from_on=from_on, today=date(2026, 11, 22))


def test_a_term_keeps_its_legal_basis_tidied() -> None:
    told = rules.Term(10, 10, " Order  12 ")
    assert rules.check_term(told, from_on=date(2026, 11, 22), today=date(2026, 11, 22)).legal_basis == "Order 12"
