"""A world of toy nodes: an honest protocol comes through every fault, and each planted bug is found."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from mabar.exchange.simulation import faults, plants
from mabar.exchange.simulation.clockwork import MINUTE
from mabar.exchange.simulation.outcomes import Outcome
from mabar.exchange.simulation.runs import NODES, Ground, run_seed
from tests.exchange.simulation import toy

# a toy cannot rejoin, so an old backup is too much for it
BEARABLE = tuple(name for name in faults.ALL if name != "old backup")
SEEDS = range(1, 7)


def run(ground: Ground, seed: int, *, names: tuple[str, ...] = BEARABLE, **more: Any) -> Outcome:
    """Run the world of one seed with toys in it."""
    return run_seed(seed, toy.Layer(), ground, messages=60, names=names, bound_ms=8 * MINUTE, **more)


def test_in_fair_weather_everything_arrives_and_nothing_befalls(ground: Ground) -> None:
    outcome = run(ground, 1, names=())
    assert outcome.is_clean, outcome.findings.details
    assert outcome.findings.delivered == 60
    assert not any(outcome.faults.values())


def test_an_honest_protocol_comes_through_every_fault(ground: Ground) -> None:
    befell: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    for seed in SEEDS:
        outcome = run(ground, seed)
        assert outcome.is_clean, (seed, outcome.findings.details)
        befell.update(outcome.faults)
        hit.update(outcome.crash_points_hit)
    expected = [name for name in BEARABLE if name not in faults.ACTS]
    assert [name for name in expected if not befell[name]] == []
    assert hit.total() > 0


def test_the_same_seed_is_the_same_run_and_another_seed_is_not(ground: Ground) -> None:
    traces = [run(ground, seed).trace for seed in (3, 3, 4)]
    assert traces[0] == traces[1] != traces[2]


def test_what_is_told_of_a_run_can_be_read_by_a_program(ground: Ground) -> None:
    told = json.loads(run(ground, 1, names=("drop",)).as_json())
    assert told["findings"]["lost"] == 0
    assert set(told["faults"]) == set(faults.ALL)
    assert told["virtual_s"] > 8 * 60
    assert 0 < told["settled_after_s"] < 8 * 60


def test_a_node_that_falls_at_a_named_point_goes_on_after_it(ground: Ground) -> None:
    outcome = run(ground, 1, names=(), crashes={"ly.hq": {"heard-without-effect": 3}, "dz.hq": {"left-not-told": 1}})
    assert outcome.is_clean, outcome.findings.details
    assert outcome.crash_points_hit == {"heard-without-effect": 1, "left-not-told": 1}


def test_an_old_backup_is_found_out_in_a_node_that_does_not_rejoin(ground: Ground) -> None:
    outcomes = [run(ground, seed, names=("old backup",)) for seed in range(1, 3)]
    assert any(outcome.findings.differing_logs for outcome in outcomes)
    assert any(outcome.faults["old backup"] for outcome in outcomes)


def test_eight_nodes_speak_with_each_other(ground: Ground) -> None:
    outcome = run(ground, 1, names=("drop", "corrupt"), nodes=NODES)
    assert outcome.is_clean, outcome.findings.details


def _before_the_commit(right: Any) -> Any:
    def store(self: Any, *told: Any) -> None:
        waiting = vars(self).setdefault("waiting", [])  # in memory, until the next batch comes
        waiting.append(told)
        if len(waiting) > 1:
            right(self, *waiting.pop(0))

    return store


GRAFTS = {
    "r1-before-commit": ("tests.exchange.simulation.toy:Toy.store", _before_the_commit),
    "no-dedupe": ("tests.exchange.simulation.toy:is_first", lambda right: lambda key: True),
    "gap-accepted": ("tests.exchange.simulation.toy:new_rows", lambda right: lambda rows, stored: rows),
    "corruption-accepted": ("tests.exchange.simulation.toy:is_whole", lambda right: lambda body: True),
    "answers-lost": (
        "tests.exchange.simulation.toy:Toy._take_receipt",
        lambda right: lambda self, told: b"" if told["class"] == 0 else right(self, told),
    ),
}


@pytest.fixture
def _bound() -> Iterator[None]:
    """Bind the plants to the toy for one test."""
    before = dict(plants._bound)
    for name, (target, graft) in GRAFTS.items():
        plants.bind(name, target, graft)
    yield
    plants._bound.clear()
    plants._bound.update(before)


def _found_in(ground: Ground, shows: set[str]) -> Counter[str]:
    """Run seeds until one shows what is looked for, and give all that was found."""
    found: Counter[str] = Counter()
    for seed in SEEDS:
        outcome = run(ground, seed)
        assert outcome.is_clean == (not outcome.findings.wrong)
        found.update(outcome.findings.wrong)
        if shows & set(found):
            break
    return found


@pytest.mark.usefixtures("_bound")
@pytest.mark.parametrize(
    ("name", "shows"),
    [
        ("r1-before-commit", {"false_receipts"}),
        ("corruption-accepted", {"differing_logs"}),
        ("answers-lost", {"unsettled"}),
        ("synchronous-off", {"false_receipts", "broken_files"}),
    ],
)
def test_a_planted_bug_is_found(ground: Ground, name: str, shows: set[str]) -> None:
    with plants.planted(name):
        assert shows & set(found := _found_in(ground, shows)), found


@pytest.mark.usefixtures("_bound")
def test_a_second_effect_is_found_where_nothing_else_stops_it(ground: Ground) -> None:
    with plants.planted("no-dedupe"), plants.planted("gap-accepted"):
        assert _found_in(ground, {"double"})["double"]


def test_without_a_plant_the_toy_is_right_again(ground: Ground) -> None:
    assert toy.is_whole(toy.sealed({}))
    assert not toy.is_whole(b"x" * 40)
