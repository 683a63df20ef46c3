"""A world of toy nodes: an honest protocol comes through every fault, and each planted bug is found."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from mabar.exchange.simulation import faults, plants
from mabar.exchange.simulation.clockwork import DAY, MINUTE, SECOND, Dice
from mabar.exchange.simulation.drills import write_drills
from mabar.exchange.simulation.world import Outcome, World
from tests.exchange.simulation import toy
from tests.exchange.simulation.conftest import MakeMachine
from tests.exchange.simulation.toy import READS, Toy

START_MS = 20_700 * DAY
NODES = ("dz.hq", "ly.hq", "tn.hq")
# the toy knows neither clocks nor rejoining, so an old backup is too much for it
BEARABLE = tuple(name for name in faults.ALL if name != "old backup")
SEEDS = range(1, 7)


def run(make_machine: MakeMachine, seed: int, *, names: tuple[str, ...] = BEARABLE, messages: int = 60) -> Outcome:
    """Run the world of one seed."""
    dice, span_ms = Dice(seed), 20 * MINUTE
    plan = faults.draw_plan(names, NODES, dice, start_ms=START_MS, span_ms=span_ms)
    drills = write_drills(NODES, messages, rng=dice.of("drills"), start_ms=START_MS, span_ms=span_ms)
    machines = [make_machine(name) for name in NODES]
    world = World(
        machines, Toy, drills=drills, plan=plan, dice=dice, start_ms=START_MS, reads=READS, bound_ms=8 * MINUTE
    )
    return world.run()


def test_in_fair_weather_everything_arrives_and_nothing_befalls(make_machine: MakeMachine) -> None:
    outcome = run(make_machine, 1, names=())
    assert outcome.is_clean, outcome.findings.details
    assert outcome.findings.delivered == 60
    assert not any(outcome.faults.values())


def test_an_honest_protocol_comes_through_every_fault(make_machine: MakeMachine) -> None:
    befell: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    for seed in SEEDS:
        outcome = run(make_machine, seed)
        assert outcome.is_clean, (seed, outcome.findings.details)
        befell.update(outcome.faults)
        hit.update(outcome.crash_points_hit)
    expected = [name for name in BEARABLE if name not in faults.ACTS]
    assert [name for name in expected if not befell[name]] == []
    assert hit.total() > 0


def test_the_same_seed_is_the_same_run_and_another_seed_is_not(make_machine: MakeMachine) -> None:
    traces = [run(make_machine, seed).trace for seed in (3, 3, 4)]
    assert traces[0] == traces[1] != traces[2]


def test_what_is_told_of_a_run_can_be_read_by_a_program(make_machine: MakeMachine) -> None:
    told = json.loads(run(make_machine, 1, names=("drop",)).as_json())
    assert told["findings"]["lost"] == 0
    assert set(told["faults"]) == set(faults.ALL)
    assert told["virtual_s"] > START_MS // SECOND


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


def _found_in(make_machine: MakeMachine, seeds: range) -> Counter[str]:
    found: Counter[str] = Counter()
    for seed in seeds:
        outcome = run(make_machine, seed)
        assert outcome.is_clean == (not outcome.findings.details)
        found.update(outcome.findings.wrong)
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
def test_a_planted_bug_is_found(make_machine: MakeMachine, name: str, shows: set[str]) -> None:
    with plants.planted(name):
        found = _found_in(make_machine, range(2, 5))
    assert shows & set(found), found


@pytest.mark.usefixtures("_bound")
def test_a_second_effect_is_found_where_nothing_else_stops_it(make_machine: MakeMachine) -> None:
    with plants.planted("no-dedupe"), plants.planted("gap-accepted"):
        assert _found_in(make_machine, range(1, 3))["double"]


def test_without_a_plant_the_toy_is_right_again(make_machine: MakeMachine) -> None:
    assert toy.is_whole(toy.sealed({}))
    assert not toy.is_whole(b"x" * 40)
