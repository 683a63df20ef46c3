"""Many seeds, one count: runs side by side in processes of their own, what came of them, and which claims hold."""

import json
import logging
import multiprocessing
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

from mabar.exchange.simulation import faults, plants, real, runs
from mabar.exchange.simulation.nodes_in_one import make_template
from mabar.exchange.simulation.outcomes import Outcome

MOST_DETAILS = 40
SEEDS_FOR_EVERY_FAULT = 20  # from so many on, each kind of fault must have happened
WRONG = {
    "lost": ("lost",),
    "double_effects": ("double",),
    "order_errors": ("order_errors",),
    "unsettled": ("unsettled",),
    "false_accusations": ("false_accusations",),
    "false_receipts": ("false_receipts",),
    "roots_differing": ("differing_logs",),
    "unfounded_effects": ("unknown", "misplaced", "unfounded"),
    "broken_files": ("broken_files",),
    "faults_of_nodes": ("faults_of_nodes",),
}
FROM_NODES = ("refused", "late", "forks_made", "forks_detected", "taken_from_adversary", "newer_not_refused")


@dataclass(frozen=True)
class Wish:
    """What a campaign is asked for."""

    messages: int
    seeds: Sequence[int]
    nodes: Sequence[str] = runs.NODES[:3]
    names: Collection[str] = faults.ALL
    plant: str = ""
    bundles: Path | None = None
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)

    def share(self, seed: int) -> int:
        """Give how many of the messages fall to a seed."""
        each, more = divmod(self.messages, len(self.seeds))
        return each + (self.seeds.index(seed) < more)


@dataclass
class Result:
    """What came of all runs."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    crash_points: Counter[str] = field(default_factory=Counter)
    details: list[str] = field(default_factory=list)
    wrong_seeds: list[int | str] = field(default_factory=list)
    virtual_s: int = 0
    wall_s: float = 0.0

    def add(self, outcome: Outcome) -> None:
        """Count one run."""
        found = outcome.findings
        self.counts.update({"messages": found.handed_in, "delivered": found.delivered})
        for name, parts in WRONG.items():
            self.counts[name] += sum(getattr(found, part) for part in parts)
        self.counts.update({name: outcome.told.get(name, 0) for name in FROM_NODES})
        self.faults.update(outcome.faults)
        self.crash_points.update(outcome.crash_points_hit)
        self.details += [f"seed {outcome.seed}: {each}" for each in found.details]
        is_unproved = outcome.told.get("forks_made", 0) != outcome.told.get("forks_detected", 0)
        self.wrong_seeds += [outcome.seed] if is_unproved or not outcome.is_clean else []
        self.virtual_s += outcome.virtual_s

    def told(self) -> list[str]:
        """Give what was wrong first, and the seeds in which anything was."""
        seeds = " ".join(map(str, sorted(self.wrong_seeds, key=str)))
        return [*self.details[:MOST_DETAILS], *([f"look at seeds {seeds}"] if seeds else [])]

    def broken_claims(self, wish: Wish) -> list[str]:
        """List what should hold and does not."""
        wrong = (*WRONG, "taken_from_adversary", "newer_not_refused")
        broken = [name for name in wrong if self.counts[name]]
        if self.counts["delivered"] != wish.messages:
            broken.append("delivered")
        if self.counts["forks_detected"] != self.counts["forks_made"]:
            broken.append("forks_detected")
        if set(wish.names) == set(faults.ALL) and len(wish.seeds) >= SEEDS_FOR_EVERY_FAULT:
            broken += [f"never happened: {name}" for name in faults.ALL if not self.faults[name]]
        return broken

    def as_json(self) -> str:
        """Write the counts in one line."""
        names = ("messages", "delivered", *WRONG, *FROM_NODES)
        told: dict[str, Any] = {name: self.counts[name] for name in names}
        told["faults"] = {name: self.faults[name] for name in faults.ALL}
        told["crash_points_hit"] = dict(sorted(self.crash_points.items()))
        told["virtual_days"] = round(self.virtual_s / 86_400, 1)
        told["wall_s"] = round(self.wall_s, 1)
        return json.dumps(told)


def run(wish: Wish, tell: Callable[[Outcome], object] = lambda outcome: None) -> Result:
    """Live through all seeds, a few at a time, each from the same template."""
    began, result = time.monotonic(), Result()
    with tempfile.TemporaryDirectory(prefix="mabar-simulation-") as passing:
        options = dict(settings.DATABASES["default"]["OPTIONS"])
        template = make_template(Path(passing), options)
        ground = runs.Ground(template, options, real.reads(), Path(passing))
        for outcome in _outcomes(wish, ground):
            result.add(outcome)
            _keep(wish, outcome)
            tell(outcome)
    result.wall_s = time.monotonic() - began
    return result


def _keep(wish: Wish, outcome: Outcome) -> None:
    """Write the evidence of a run where it is wanted."""
    if wish.bundles is not None:
        wish.bundles.mkdir(parents=True, exist_ok=True)
        for number, bundle in enumerate(outcome.bundles, start=1):
            (wish.bundles / f"seed-{outcome.seed}-{number}.mx1e").write_bytes(bundle)


def _outcomes(wish: Wish, ground: runs.Ground) -> Iterator[Outcome]:
    if wish.workers == 1:
        layer = _layer(wish)
        yield from (_one(wish, ground, layer, seed) for seed in wish.seeds)
        return
    # forked, so that no process loads everything again; none has a thread or an open connection yet
    context = multiprocessing.get_context("fork")
    with context.Pool(wish.workers, _begin_worker, (wish,)) as pool:
        yield from pool.imap_unordered(partial(_in_worker, wish, ground), wish.seeds)


_layers: list[real.RealNodes] = []


def _layer(wish: Wish) -> real.RealNodes:
    return real.RealNodes(wish.nodes, runs.START_MS)


def _begin_worker(wish: Wish) -> None:
    _layers[:] = [_layer(wish)]


def _in_worker(wish: Wish, ground: runs.Ground, seed: int) -> Outcome:
    return _one(wish, ground, _layers[0], seed)


def _one(wish: Wish, ground: runs.Ground, layer: real.RealNodes, seed: int) -> Outcome:
    """Live through one seed, in silence: nodes that fall a hundred times a run would fill every log."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with ExitStack() as kept:
            if wish.plant:
                kept.enter_context(plants.planted(wish.plant))
            return runs.run_seed(seed, layer, ground, messages=wish.share(seed), nodes=wish.nodes, names=wish.names)
    finally:
        logging.disable(before)
