"""Real nodes in the simulated world: every fault, officers, an adversary, and nothing lost or done twice."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mabar.exchange.simulation import adversary, campaign, faults, grafts, plants, real, runs
from mabar.exchange.simulation.checker import Findings
from mabar.exchange.simulation.nodes_in_one import make_template
from mabar.exchange.simulation.outcomes import Outcome
from mabar.exchange.simulation.runs import Ground
from mabar.site.cli_simulate import simulate

MESSAGES = 15


@pytest.fixture(scope="module")
def real_ground(tmp_path_factory: pytest.TempPathFactory, options: dict[str, Any], django_db_blocker: Any) -> Ground:
    """An empty database with all tables of a node."""
    with django_db_blocker.unblock():
        return Ground(make_template(tmp_path_factory.mktemp("node"), options), options, real.reads())


@pytest.fixture(scope="module")
def layer() -> real.RealNodes:
    """Real nodes of three administrations."""
    return real.RealNodes(runs.NODES[:3], runs.START_MS)


@pytest.mark.parametrize("seed", [1])  # some fifteen seconds of one core; `make bench` runs many
def test_three_nodes_come_through_every_fault(real_ground: Ground, layer: real.RealNodes, seed: int) -> None:
    outcome = runs.run_seed(seed, layer, real_ground, messages=MESSAGES)
    assert outcome.is_clean, outcome.findings.details
    assert outcome.told["forks_made"] == outcome.told["forks_detected"] > 0
    assert outcome.told["taken_from_adversary"] == outcome.told["newer_not_refused"] == 0
    assert len(outcome.bundles) >= outcome.told["forks_detected"]


def test_a_fork_told_again_to_a_victim_whose_disk_failed_meanwhile_counts_once(
    real_ground: Ground, layer: real.RealNodes
) -> None:
    disks = ("write failed", "sync failed", "disk full", "power cut at an operation")
    outcome = runs.run_seed(26, layer, real_ground, messages=6, names=(*adversary.FORKS, *disks))
    assert outcome.told["forks_made"] == outcome.told["forks_detected"] == len(set(outcome.bundles)) > 0


def test_the_same_seed_is_the_same_run_of_real_nodes(real_ground: Ground, layer: real.RealNodes) -> None:
    named = ("drop", "duplicate", "kill", "power cut")
    one, again = (runs.run_seed(3, layer, real_ground, messages=6, names=named) for _ in range(2))
    assert one.trace == again.trace


def test_the_claims_of_a_campaign_break_when_one_message_is_lost() -> None:
    wish, result = campaign.Wish(10, range(1, 3)), campaign.Result()
    result.counts.update({"messages": 10, "delivered": 10})
    assert result.broken_claims(wish) == []
    result.counts.update({"delivered": -1, "lost": 1})
    assert result.broken_claims(wish) == ["lost", "delivered"]


def test_a_campaign_names_the_seeds_in_which_something_was_wrong() -> None:
    result = campaign.Result()
    for seed, found, told in (
        (1, Findings(), {"forks_made": 2, "forks_detected": 2}),
        (2, Findings(lost=1, details=["lost: x"]), {}),
        (3, Findings(), {"forks_made": 2, "forks_detected": 1}),
    ):
        result.add(Outcome(seed, found, {}, {}, {}, 0, 0, 0, "", told))
    assert result.told() == ["seed 2: lost: x", "look at seeds 2 3"]


def test_a_kind_of_fault_that_never_happened_in_many_seeds_breaks_a_claim() -> None:
    wish, result = campaign.Wish(10, range(20)), campaign.Result()
    result.counts.update({"messages": 10, "delivered": 10})
    result.faults.update({name: 1 for name in faults.ALL if name != "kill"})
    assert result.broken_claims(wish) == ["never happened: kill"]


def test_the_messages_of_a_campaign_are_shared_out_to_the_last() -> None:
    wish = campaign.Wish(10, range(1, 4))
    assert [wish.share(seed) for seed in wish.seeds] == [4, 3, 3]


@pytest.fixture
def all_bound() -> Iterator[None]:
    """Every bug that can be planted in the real code."""
    before = dict(plants._bound)
    grafts.bind_all()
    yield
    plants._bound.clear()
    plants._bound.update(before)


def test_at_least_twelve_planned_bugs_can_be_planted_in_the_real_code(all_bound: None) -> None:
    assert len(plants.bound()) >= 12
    for name in plants.bound():
        with plants.planted(name):
            pass


EVERY_PLANT = [
    pytest.param(name, marks=() if name in ("answers-lost", "policy-off-when-entering") else pytest.mark.soak)
    for name in ("synchronous-off", *grafts.GRAFTS)
]


@pytest.mark.parametrize("name", EVERY_PLANT)
def test_a_bug_planted_in_the_real_code_breaks_a_claim(
    name: str, all_bound: None, real_ground: Ground, layer: real.RealNodes
) -> None:
    wish, result = campaign.Wish(40, [1]), campaign.Result()
    with plants.planted(name):
        result.add(runs.run_seed(1, layer, real_ground, messages=40))
    assert result.broken_claims(wish) != []


def test_the_command_lists_the_bugs_and_knows_no_others() -> None:
    told = CliRunner().invoke(simulate, ["--messages", "1", "--seeds", "1", "--plant", "list"])
    assert told.exit_code == 0
    assert "head-not-checked" in told.output
    assert CliRunner().invoke(simulate, ["--messages", "1", "--seeds", "1", "--plant", "locusts"]).exit_code == 2
    assert CliRunner().invoke(simulate, ["--messages", "1", "--seeds", "1", "--faults", "locusts"]).exit_code == 2


def test_evidence_is_written_where_it_is_wanted(real_ground: Ground, layer: real.RealNodes, tmp_path: Path) -> None:
    wish = campaign.Wish(6, [5], names=("forked log", "broken head"), bundles=tmp_path / "evidence")
    outcome = runs.run_seed(5, layer, real_ground, messages=6, names=wish.names)
    campaign._keep(wish, outcome)
    assert len(list((tmp_path / "evidence").iterdir())) == len(outcome.bundles) >= 2
