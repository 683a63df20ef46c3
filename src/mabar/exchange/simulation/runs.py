"""One seed, one run: the machines are made, the faults drawn, the world lived through, and everything taken away."""

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from mabar.exchange.simulation import faults
from mabar.exchange.simulation.clockwork import DAY, MINUTE, SECOND, Dice
from mabar.exchange.simulation.disk import Disk
from mabar.exchange.simulation.drills import write_drills
from mabar.exchange.simulation.nodes_in_one import ACTS, Machine
from mabar.exchange.simulation.outcomes import Outcome
from mabar.exchange.simulation.speakers import Speaker
from mabar.exchange.simulation.world import BOUND_MS, World

NODES = ("dz.hq", "ly.hq", "tn.hq", "dz.debdeb", "ly.ghadames", "dz.taleb", "ly.zuwara", "tn.dehiba")
START_MS = 20_700 * DAY
SHORTEST_SPAN_MS, SPAN_A_MESSAGE_MS = 8 * MINUTE, SECOND // 2


class Layer(Protocol):
    """What a run needs to know of the nodes: how they are made ready, and what speaks for each."""

    @property
    def acts(self) -> Collection[str]:
        """Which of `faults.ACTS` can be asked for by `befall`."""

    @property
    def guilty(self) -> frozenset[str]:
        """The nodes that an adversary has in hand, which may rightly be accused."""

    def prepare(self, machines: Sequence[Machine], dice: Dice) -> None:
        """Give each machine its `node`, its keys, and the trust in the others, before the run begins."""

    def make(self, machine: Machine) -> Speaker:
        """Give the layer of a node whose process starts."""

    def at_work(self, machines: Sequence[Machine], dice: Dice) -> AbstractContextManager[None]:
        """Give what must hold around the whole run."""

    def befall(self, world: World, fault: faults.Fault) -> None:
        """Do one of the acts of the plan."""

    def tally(self, databases: Mapping[str, Path]) -> Mapping[str, int]:
        """Count at the end what the checker does not ask."""

    @property
    def bundles(self) -> Sequence[bytes]:
        """The evidence that the run has brought up."""

    def left_again(self) -> Collection[str]:
        """Give the messages that did not go in time and that their clients left a second time."""


@dataclass(frozen=True)
class Ground:
    """What all runs have in common: the empty database, its options, and how the checker reads it."""

    template: Path
    options: Mapping[str, Any]
    reads: Mapping[str, str]
    folder: Path | None = None  # where the runs' files lie for a while; the system's own choice when None

    @contextmanager
    def machines(self, names: Sequence[str]) -> Iterator[list[Machine]]:
        """Make machines with empty databases, and take them away afterwards."""
        with tempfile.TemporaryDirectory(prefix="mabar-world-", dir=self.folder) as passing, ExitStack() as kept:
            made = []
            for name in names:
                folder = Path(passing) / name
                folder.mkdir()
                machine = Machine(name, Disk(folder), self.options)
                kept.callback(machine.close)
                machine.disk.put(ACTS, self.template)
                made.append(machine)
            yield made


def run_seed(
    seed: int | str,
    layer: Layer,
    ground: Ground,
    *,
    messages: int,
    nodes: Sequence[str] = NODES[:3],
    names: Collection[str] = faults.ALL,
    crashes: Mapping[str, Mapping[str, int]] | None = None,
    bound_ms: int = BOUND_MS,
) -> Outcome:
    """Live through the run of a seed.

    Args:
        messages: how many honest messages are handed in, and should take effect.
        names: the faults that may happen, of `faults.ALL`.
        crashes: for a node, the crash points at which it falls besides those of chance, and at which passing of each.
        bound_ms: how long after the last fault everything must be settled.
    """
    dice, span_ms = Dice(seed), max(SHORTEST_SPAN_MS, messages * SPAN_A_MESSAGE_MS)
    plan = faults.draw_plan(names, nodes, dice, start_ms=START_MS, span_ms=span_ms, acts=layer.acts)
    drills = write_drills(nodes, messages, rng=dice.of("drills"), start_ms=START_MS, span_ms=span_ms)
    with ExitStack() as kept:
        machines = kept.enter_context(ground.machines(nodes))
        kept.enter_context(layer.at_work(machines, dice))
        layer.prepare(machines, dice)
        for machine in machines:
            machine.crashes.at = dict((crashes or {}).get(machine.name, {}))
        world = World(
            machines, layer.make, drills=drills, plan=plan, dice=dice, start_ms=START_MS,
            reads=ground.reads, guilty=layer.guilty, bound_ms=bound_ms, befall=layer.befall,
            left_again=layer.left_again,
        )  # fmt: skip
        outcome = world.run()
        return replace(outcome, told=dict(layer.tally(world.databases)), bundles=tuple(layer.bundles))
