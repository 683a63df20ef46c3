"""What the yard reckons: loads, the weighbridge, lanes, gates, waits, the day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mabar.crossings import rules
from tests.world import NOON

WHOLE = rules.Load(100, 20_000_000)


@pytest.mark.parametrize(
    ("share", "elsewhere", "fits"),
    [
        ((100, 20_000_000), (0, 0), True),
        ((40, 8_000_000), (60, 12_000_000), True),
        ((41, 8_000_000), (60, 12_000_000), False),
        ((40, 8_000_001), (60, 12_000_000), False),
        ((101, 1), (0, 0), False),
    ],
)
def test_all_trucks_together_never_exceed_the_declaration(share, elsewhere, fits) -> None:
    loads = rules.Load(*share), rules.Load(*elsewhere)
    if fits:
        rules.check_share(loads[0], elsewhere=loads[1], whole=WHOLE)
        return
    with pytest.raises(rules.MassesExceeded):
        rules.check_share(loads[0], elsewhere=loads[1], whole=WHOLE)


def test_the_refusal_of_a_share_names_all_trucks_and_the_declaration() -> None:
    with pytest.raises(rules.MassesExceeded) as refused:
        rules.check_share(rules.Load(41, 8_000_001), elsewhere=rules.Load(60, 12_000_000), whole=WHOLE)
    assert refused.value.details == {
        "packages": 101,
        "gross_kg": "20000.001",
        "declared_packages": 100,
        "declared_kg": "20000.000",
    }


@pytest.mark.parametrize(("gross", "tare"), [(1, None), (1, 0), (5, 5), (27_000_000, 15_000_000)])
def test_what_a_weighbridge_may_show(gross, tare) -> None:
    rules.check_masses(gross_mass_g=gross, tare_mass_g=tare)


@pytest.mark.parametrize(("gross", "tare"), [(0, None), (-1, None), (0, 0), (5, 6), (5, -1)])
def test_what_no_weighbridge_shows_is_refused(gross, tare) -> None:
    with pytest.raises(rules.MassImpossible):
        rules.check_masses(gross_mass_g=gross, tare_mass_g=tare)


def test_the_refusal_of_a_weight_names_its_figures() -> None:
    with pytest.raises(rules.MassImpossible) as refused:
        rules.check_masses(gross_mass_g=5_000, tare_mass_g=6_000)
    assert refused.value.details == {"gross_kg": "5.000", "tare_kg": "6.000"}
    with pytest.raises(rules.MassImpossible) as refused:
        rules.check_masses(gross_mass_g=0, tare_mass_g=None)
    assert refused.value.details == {"gross_kg": "0.000", "tare_kg": "–"}


@pytest.mark.parametrize(
    ("gross", "tare", "declared", "net", "difference", "is_beyond"),
    [
        (27_000_000, 15_000_000, 12_000_000, 12_000_000, 0, False),
        (27_240_000, 15_000_000, 12_000_000, 12_240_000, 240_000, False),
        (27_240_001, 15_000_000, 12_000_000, 12_240_001, 240_001, True),
        (26_760_000, 15_000_000, 12_000_000, 11_760_000, -240_000, False),
        (26_759_999, 15_000_000, 12_000_000, 11_759_999, -240_001, True),
        (15_000_000, 15_000_000, 0, 0, 0, False),
        (15_000_001, 15_000_000, 0, 1, 1, True),
    ],
)
def test_a_load_is_compared_with_its_declared_mass_within_two_percent(
    gross, tare, declared, net, difference, is_beyond
) -> None:
    weighing = rules.compare_masses(gross_mass_g=gross, tare_mass_g=tare, declared_mass_g=declared)
    assert weighing == rules.Weighing(net, declared, difference, is_beyond)


def test_without_a_tare_the_load_stays_unknown() -> None:
    weighing = rules.compare_masses(gross_mass_g=27_000_000, tare_mass_g=None, declared_mass_g=1)
    assert weighing == rules.Weighing(None, 1, None, False)


@pytest.mark.parametrize(
    ("lanes", "lane"),
    [
        ([], None),
        (["green"], "green"),
        (["green", ""], None),
        (["green", "blue"], "blue"),
        (["yellow", "green", "blue"], "yellow"),
        (["green", "red", "yellow"], "red"),
    ],
)
def test_a_truck_takes_the_heaviest_lane_of_its_declarations_once_all_have_one(lanes, lane) -> None:
    assert rules.lane_of(lanes) == lane


LANES = {1: ("green",), 2: ("green", "blue"), 3: ("red",)}


def test_a_truck_drives_to_an_open_lane_of_its_colour() -> None:
    assert {rules.lane_number("green", f"K{n}", LANES) for n in range(40)} == {1, 2}
    assert rules.lane_number("blue", "K1", LANES) == 2
    assert rules.lane_number("red", "K1", LANES) == 3
    assert rules.lane_number("yellow", "K1", LANES) is None


def test_closing_a_lane_moves_only_its_own_trucks() -> None:
    wide = {1: ("green",), 2: ("green",), 3: ("green",)}
    less = {1: ("green",), 3: ("green",)}
    for key in (f"K{n}" for n in range(60)):
        before = rules.lane_number("green", key, wide)
        if before != 2:
            assert rules.lane_number("green", key, less) == before


@pytest.mark.parametrize(("arrival", "gates", "gate"), [(1, 1, 1), (9, 1, 1), (1, 3, 1), (3, 3, 3), (4, 3, 1)])
def test_gates_are_given_in_turn(arrival, gates, gate) -> None:
    assert rules.entrance_gate(arrival, gates) == gate


def test_an_announcement_lapses_a_week_after_it_or_after_the_hour_it_was_made_for() -> None:
    week = timedelta(days=7)
    assert rules.lapses_at(NOON, None) == NOON + week
    assert rules.lapses_at(NOON, NOON - timedelta(hours=1)) == NOON + week
    assert rules.lapses_at(NOON, NOON + timedelta(days=3)) == NOON + timedelta(days=10)


@pytest.mark.parametrize(
    ("zone", "began"),
    [
        ("Africa/Algiers", datetime(2026, 11, 21, 23, tzinfo=UTC)),
        ("Africa/Tripoli", datetime(2026, 11, 21, 22, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_the_midnight_of_the_place(zone, began) -> None:
    assert rules.day_began_at(NOON, ZoneInfo(zone)) == began
    assert rules.day_began_at(began, ZoneInfo(zone)) == began
    assert rules.day_began_at(began - timedelta(seconds=1), ZoneInfo(zone)) == began - timedelta(days=1)
