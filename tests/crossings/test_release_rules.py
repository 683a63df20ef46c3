"""What a stay is made of and how it is told: a day reckoned by hand, and the laws that every table keeps."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.crossings import rules
from mabar.crossings.rules import release_times, stays
from mabar.crossings.rules.figures import Figures, figures, percentile_cs
from mabar.crossings.rules.release_times import Row, Wanted, publishable, shares, tabulate
from mabar.crossings.rules.stays import Held, Paper, Stay
from mabar.crossings.rules.working_hours import ALL_HOURS, WorkingHours, calendar
from tests.crossings.told import stays_told

DEBDEB, GHADAMES = ZoneInfo("Africa/Algiers"), ZoneInfo("Africa/Tripoli")


def at(hour: int, minute: int = 0, day: int = 22) -> int:
    """Give an hour of Debdeb on a day of November 2026."""
    return int(datetime(2026, 11, day, hour, minute, tzinfo=DEBDEB).timestamp())


# Arrived at 8:00; the first paper was lodged the evening before, the second an hour after the arrival.
EARLY = Paper(at(20, 0, day=21), at(20, 1, day=21), at(9, 0), "green", "import")
LATE = Paper(at(9, 0), at(9, 2), at(11, 30), "red", "import", queried_s=((at(9, 30), at(10, 15)),))
TRUCK = Stay(
    "P1",
    "entry",
    at(8),
    at(8, 40),
    at(8, 55),
    at(9, 10),
    at(12),
    (EARLY, LATE),
    (Held("dz.police", at(9, 20), at(10)), Held("dz.customs", at(9, 50), at(10, 20))),
)


def minutes(rows: tuple[Row, ...]) -> dict[str, list[int]]:
    """Give of each step how many there are and their sum in minutes."""
    return {row.step: [row.figures.n, row.figures.total_s // 60] for row in rows}


def test_a_truck_with_two_papers_reckoned_by_hand() -> None:
    assert minutes(tabulate([TRUCK], DEBDEB)) == {
        "arrival_gate_in": [1, 40],
        "gate_in_weighed": [1, 15],
        "weighed_presented": [1, 15],
        "presented_released": [1, 140],  # 9:10 to the last release, 11:30
        "released_gate_out": [1, 30],
        "arrival_gate_out": [1, 240],
        "held": [1, 60],  # 9:20 to 10:20: two holds at once count once
        "lead": [1, 720],  # the first paper, 20:00 to 8:00
        "arrival_lodged": [1, 60],  # the second alone
        "lodged_lane": [2, 3],
        "lane_released": [2, 779 + 148],
        "queried": [1, 45],
    }


def test_a_paper_lodged_before_the_arrival_has_a_lead_and_never_a_wait() -> None:
    steps = dict(stays.paper_steps(TRUCK, EARLY, ALL_HOURS))
    assert "arrival_lodged" not in steps
    assert steps["lead"] == 12 * 3600


def test_the_exit_waits_from_the_last_release_on_and_not_before_the_truck_is_presented() -> None:
    ready = Stay("P2", "entry", at(8), at(9), at(10), at(11), at(12), (Paper(at(1), at(2), at(3), "green", "import"),))
    steps = dict(stays.truck_steps(ready, ALL_HOURS))
    assert (steps["presented_released"], steps["released_gate_out"]) == (0, 3600)


def test_an_empty_truck_has_no_release_and_waits_for_its_exit_from_its_presentation_on() -> None:
    empty = Stay("P3", "exit", at(8), at(9), at(10), at(11), at(12))
    steps = dict(stays.truck_steps(empty, ALL_HOURS))
    assert "presented_released" not in steps
    assert steps["released_gate_out"] == 3600
    assert (empty.lane, empty.regime, empty.readiness) == ("none", "none", "none")


def test_a_release_that_nobody_knows_leaves_both_its_steps_out_and_the_whole_in() -> None:
    unknown = Paper(at(9), None, None, "", "export")
    steps = dict(stays.truck_steps(Stay("P4", "exit", at(8), at(9), at(10), at(11), at(12), (unknown,)), ALL_HOURS))
    assert set(steps) == {"arrival_gate_in", "gate_in_weighed", "weighed_presented", "arrival_gate_out"}


def test_groups_of_a_truck_and_of_its_papers() -> None:
    by_lane = {(row.group, row.step): row.figures.n for row in tabulate([TRUCK], DEBDEB, split="lane")}
    assert by_lane["red", "arrival_gate_out"] == 1  # the heaviest lane of its papers
    assert by_lane["green", "lead"] == 1
    by_readiness = {(row.group, row.step) for row in tabulate([TRUCK], DEBDEB, split="readiness")}
    assert {("after", "arrival_gate_out"), ("before", "lead"), ("after", "arrival_lodged")} <= by_readiness
    by_agency = {row.group: row.figures.total_s // 60 for row in tabulate([TRUCK], DEBDEB, split="agency")}
    assert by_agency == {"dz.customs": 30, "dz.police": 40}


@pytest.mark.parametrize(("zone", "hour"), [(DEBDEB, "08"), (GHADAMES, "09")])
def test_the_hour_of_arrival_is_that_of_the_place(zone: ZoneInfo, hour: str) -> None:
    assert {row.group for row in tabulate([TRUCK], zone, split="hour")} == {hour}


def test_only_the_wanted_trucks_are_taken() -> None:
    assert Wanted(direction="entry", lane="red", regime="import", agency="dz.police").takes(TRUCK)
    for other in ({"direction": "exit"}, {"lane": "green"}, {"regime": "transit"}, {"agency": "dz.health"}):
        assert not Wanted(**other).takes(TRUCK)


def test_percentiles_lie_between_the_two_values_beside_them() -> None:
    # of 1, 2, 3, 4 the place of the ninth tenth is 2.7: 3 + 0.7 of the way to 4
    told = figures([4, 1, 3, 2])
    assert (told.median_cs, told.p75_cs, told.p90_cs, told.max_s) == (250, 325, 370, 4)
    assert (told.mean, told.median) == (timedelta(seconds=3), timedelta(seconds=3))
    assert told.seconds == (4, "2.50", "2.50", "3.25", "3.70", 4)


def test_figures_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        figures([])


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=60))
def test_mean_and_percentiles_keep_their_order(lengths: list[int]) -> None:
    told = figures(lengths)
    assert min(lengths) * 100 <= told.median_cs <= told.p75_cs <= told.p90_cs <= told.max_s * 100
    assert min(lengths) <= Fraction(told.total_s, told.n) <= told.max_s == max(lengths)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40), st.integers(0, 100))
def test_a_percentile_parts_the_values_as_it_says(lengths: list[int], percent: int) -> None:
    ordered = sorted(lengths)
    found = percentile_cs(ordered, percent)
    below = sum(each * 100 <= found for each in ordered)
    assert below >= 1 + (len(ordered) - 1) * percent // 100
    assert percentile_cs([each + 7 for each in ordered], percent) == found + 700


@given(st.lists(stays_told(), min_size=1, max_size=12))
def test_the_parts_of_a_stay_add_up_to_it(trucks: list[Stay]) -> None:
    for stay in trucks:
        steps = dict(stays.truck_steps(stay, ALL_HOURS))
        if "released_gate_out" in steps:
            assert sum(steps.get(part, 0) for part in stays.PARTS) == steps[stays.WHOLE]
        assert all(seconds >= 0 for seconds in steps.values())


@given(st.lists(stays_told(), min_size=1, max_size=12), st.sampled_from(["lane", "regime", "direction", "hour"]))
def test_the_groups_of_a_split_add_up_to_the_whole(trucks: list[Stay], split: str) -> None:
    whole = {row.step: row.figures for row in tabulate(trucks, DEBDEB)}
    parts = tabulate(trucks, DEBDEB, split=split)
    for step, told in whole.items():
        of_step = [row.figures for row in parts if row.step == step]
        assert sum(each.n for each in of_step) == told.n
        assert sum(each.total_s for each in of_step) == told.total_s
        assert max(each.max_s for each in of_step) == told.max_s


@given(st.lists(stays_told(), min_size=1, max_size=12))
def test_the_shares_of_the_parts_are_the_whole(trucks: list[Stay]) -> None:
    found = shares(tabulate(trucks, DEBDEB))
    assert sum(share.per_mille for share in found) == (1000 if found else 0)
    assert all(share.per_mille >= 0 for share in found)
    assert sum(release_times.balance(found).values()) == (1000 if found else 0)


@given(st.lists(stays_told(), min_size=1, max_size=8))
def test_working_hours_never_make_a_step_longer(trucks: list[Stay]) -> None:
    hours = [WorkingHours(date(2026, 1, 1), (1, 2, 3, 4, 7), 8 * 60, 16 * 60)]
    clock = calendar(hours, DEBDEB, first=date(2026, 10, 1), last=date(2026, 12, 31))
    whole = {row.step: row.figures for row in tabulate(trucks, DEBDEB)}
    for row in tabulate(trucks, DEBDEB, clock=clock):
        assert row.figures.n == whole[row.step].n
        assert row.figures.total_s <= whole[row.step].total_s
        assert row.figures.max_s <= whole[row.step].max_s


def test_every_step_has_its_owner_and_the_parts_are_waited_or_worked_in() -> None:
    about = stays.natures()
    assert set(about) == set(stays.STEPS)
    assert {about[step]["nature"] for step in stays.PARTS} == {"wait", "work"}
    assert {about[step]["of"] for step in stays.OF_PAPERS} == {"paper"}


def test_figures_of_fewer_than_five_trucks_are_not_published() -> None:
    rows = [Row("entry", stays.WHOLE, Figures(n, 10, 10, 10, 10, 10)) for n in (4, 5)]
    assert [row.figures.n for row in publishable(rows)] == [5]


def test_a_day_begins_and_ends_on_the_clock_of_the_place() -> None:
    day = date(2026, 11, 22)
    assert release_times.period(day, day, DEBDEB)[0] == datetime(2026, 11, 21, 23, tzinfo=UTC)
    assert release_times.period(day, day, GHADAMES)[0] == datetime(2026, 11, 21, 22, tzinfo=UTC)


@pytest.mark.parametrize("last", [date(2026, 11, 21), date(2027, 2, 22)])
def test_a_period_that_ends_before_it_begins_or_is_too_long_is_refused(last: date) -> None:
    with pytest.raises(rules.PeriodUnfit) as refused:
        release_times.check_period(date(2026, 11, 22), last)
    assert refused.value.code == "PeriodUnfit"
    release_times.check_period(date(2026, 11, 22), date(2027, 2, 21))
