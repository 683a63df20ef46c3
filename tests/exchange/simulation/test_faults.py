"""The faults of a run follow from its seed, have names, and each can happen."""

import pytest

from mabar.exchange.simulation import faults, mishaps
from mabar.exchange.simulation.clockwork import DAY, MINUTE, Dice
from mabar.exchange.simulation.line import FAIR

NODES = ("dz.hq", "ly.hq", "tn.hq")
START_MS, SPAN_MS = 1000 * DAY, 20 * MINUTE


def plan(seed: int, names: tuple[str, ...], acts: tuple[str, ...] = ()) -> faults.Plan:
    """Draw the plan of a seed."""
    return faults.draw_plan(names, NODES, Dice(seed), start_ms=START_MS, span_ms=SPAN_MS, acts=acts)


def test_faults_are_chosen_by_name() -> None:
    assert faults.chosen("all") == faults.ALL
    assert faults.chosen("none") == ()
    assert faults.chosen("drop, power cut") == ("drop", "power cut")
    with pytest.raises(ValueError, match="locusts"):
        faults.chosen("drop,locusts")


def test_a_plan_of_nothing_is_fair_weather() -> None:
    drawn = plan(1, ())
    assert (drawn.weather, drawn.events, drawn.crash_chance) == (FAIR, (), 0.0)


def test_a_plan_holds_what_was_chosen_within_the_span_and_over_at_its_end() -> None:
    drawn = plan(1, faults.ALL)
    assert {each.name for each in drawn.events} == set(faults.EVENTS)
    for each in drawn.events:
        assert START_MS <= each.at_ms < START_MS + SPAN_MS
        assert each.until_ms <= START_MS + SPAN_MS
        assert (each.until_ms > each.at_ms) == (each.name in faults.ENDS)
        assert each.node != each.other
    assert drawn.crash_chance > 0


def test_leaving_one_fault_out_leaves_the_others_as_they_were() -> None:
    whole, without = plan(1, faults.ALL), plan(1, tuple(name for name in faults.ALL if name not in ("kill", "drop")))
    assert [each for each in whole.events if each.name != "kill"] == list(without.events)
    assert (without.weather.drop, without.weather.corrupt) == (0.0, whole.weather.corrupt)


def test_another_seed_is_another_plan() -> None:
    assert plan(1, faults.ALL) == plan(1, faults.ALL)
    assert plan(1, faults.ALL) != plan(2, faults.ALL)


def test_acts_are_asked_only_of_nodes_that_can_do_them() -> None:
    drawn = plan(1, faults.ALL, acts=("key rotated",))
    assert {each.name for each in drawn.events} - set(faults.EVENTS) == {"key rotated"}


def test_everything_that_can_be_planned_can_happen() -> None:
    assert set(mishaps.HAPPENINGS) == {*faults.EVENTS, *faults.ACTS}


def test_every_kind_of_fault_is_there() -> None:
    assert len(faults.ALL) == len(set(faults.ALL)) >= 30
