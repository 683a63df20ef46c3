"""How a run makes real nodes: their keys and trust, their marks, what befalls them, and what is told at the end."""

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

from django.conf import settings

from mabar.exchange import agreeing, demonstration, marks, trusting
from mabar.exchange.durable_files import Files
from mabar.exchange.simulation import acts, adversary, checker, notes
from mabar.exchange.simulation.adversary import Adversary
from mabar.exchange.simulation.cast import Cast
from mabar.exchange.simulation.clockwork import Dice, instant
from mabar.exchange.simulation.disk import Disk
from mabar.exchange.simulation.faults import Fault
from mabar.exchange.simulation.node import Desk, Node
from mabar.exchange.simulation.nodes_in_one import ACTS, Machine, on

if TYPE_CHECKING:
    from mabar.exchange.simulation.world import World

_OF_STREAMS = "st.partner_id NOT LIKE 'ne.%'"  # the adversary's administration
# drills have a table of their own; notes, which no drill follows, are counted in that of the world
_EFFECTS = (
    "SELECT message, sender, subject, number FROM (SELECT 0 AS place, id, message, partner AS sender, subject, number"
    " FROM exchange_drill UNION ALL SELECT 1, id, message, sender, subject, number FROM simulated_effects)"
    " WHERE sender NOT LIKE 'ne.%' OR message LIKE '!%' ORDER BY place, id"
)


def reads() -> dict[str, str]:
    """Give how the checker reads a real node: what it said to and heard of honest ones, and all accusations."""
    told = {**checker.READS, "effects": _EFFECTS}
    for name in ("said", "heard", "receipts"):
        before, order, after = told[name].partition(" ORDER BY ")
        joined = " AND " if " WHERE " in before else " WHERE "
        told[name] = f"{before}{joined}{_OF_STREAMS}{order}{after}"
    return told


TOLD = {
    "refused": "SELECT COUNT(*) FROM exchange_sent WHERE said = 'refused'",
    "late": "SELECT COUNT(*) FROM exchange_sent WHERE said = 'late'",
    "held": "SELECT COUNT(*) FROM exchange_received WHERE said = 'held'",
    "numbered": "SELECT COUNT(*) FROM exchange_sent",
    "newer_not_refused": (
        "SELECT COUNT(*) FROM exchange_sent WHERE kind = 'exchange.drill/2.0' AND NOT"
        " (said = 'refused' AND code IN ('kind.unknown', 'policy.kind', 'policy.version', 'key.stopped'))"
    ),
}


class RealNodes:
    """The layer of real nodes; made once in a process, and begun anew for each run."""

    acts = (*acts.ALL, *adversary.ALL)
    guilty = frozenset(adversary.NODES)

    def __init__(self, names: Sequence[str], start_ms: int) -> None:
        self._names, self._start_ms = tuple(names), start_ms
        self._first = Cast.made(Dice("cast").of("keys"), start_ms, (*names, *adversary.NODES))
        self._kept = tempfile.TemporaryDirectory(prefix="mabar-cast-")
        self.cast, self.desks = self._first, dict[str, Desk]()
        self.adversary = Adversary(self.cast)

    @contextmanager
    def at_work(self, machines: Sequence[Machine], dice: Dice) -> Iterator[None]:
        """Let nodes keep their marks on their own disks, know the kinds of this world, and draw from its dice."""
        files = {machine.name: machine.files for machine in machines}

        def of_the_node_at_work() -> Files:
            return files[settings.NODE.code]

        with ExitStack() as kept:
            kept.enter_context(notes.known())
            kept.enter_context(notes.chance_of(dice.of("nodes")))
            marks.keep_in(of_the_node_at_work)
            kept.callback(marks.keep_in, None)
            yield

    def prepare(self, machines: Sequence[Machine], dice: Dice) -> None:
        """Give each machine its keys and the database of a node that knows the others."""
        self.cast = self._first.copy(dice.of("keys"))
        self.adversary = Adversary(self.cast)
        self.desks = {machine.name: Desk() for machine in machines}
        for machine in machines:
            self.desks[machine.name].certified += [each.encoded() for each in self.cast.items]
            machine.node = SimpleNamespace(folder=machine.disk.folder, code=machine.name)
            self.cast.lay_keys(machine.name, machine.disk.folder)
            machine.disk.put(ACTS, self._introduced(machine))

    def _introduced(self, machine: Machine) -> Path:
        """Give the database of a node that trusts the whole cast, made the first time."""
        folder = Path(self._kept.name) / machine.name
        if not (folder / ACTS).exists():
            folder.mkdir()
            disk = Disk(folder)
            disk.put(ACTS, machine.database_file)
            stand_in = Machine(machine.name, disk, machine.options, machine.node)
            with on(stand_in):
                at = instant(self._start_ms)
                others = [each for each in (*self._names, *adversary.NODES) if each != machine.name]
                demonstration.introduce(self.cast.items, others, at)
                for item in self.cast.terms:
                    if machine.name[:2] in (item.context.sender, item.context.receiver):
                        demonstration.bring_into_force(item, at)
            stand_in.shut_down()
            stand_in.close()
        return folder / ACTS

    def make(self, machine: Machine) -> Node:
        """Give the layer of a node whose process starts: it remembers nothing of before."""
        name = f"{machine.node.folder} {machine.node.code}"
        trusting._books.pop(name, None)
        agreeing._books.pop(name, None)
        return Node(machine, self.desks[machine.name], adversary.NODES)

    def befall(self, world: "World", fault: Fault) -> None:
        """Let an officer of a node, or an adversary, do what the plan says."""
        if fault.name in acts.ALL:
            acts.befall(self, world, fault)
        else:
            self.adversary.misdo(world, fault)

    def tally(self, databases: Mapping[str, Path]) -> dict[str, int]:
        """Count what came of the messages at all nodes, and of the adversary's misdeeds."""
        counts: Counter[str] = Counter()
        for path in databases.values():
            with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
                for name, asked in TOLD.items():
                    counts[name] += connection.execute(asked).fetchone()[0]
        return {**counts, **self.adversary.told()}

    @property
    def bundles(self) -> list[bytes]:
        """The evidence against the adversary that the run has brought up."""
        return self.adversary.bundles

    def left_again(self) -> set[str]:
        """Give the letters that did not go in time and were left again."""
        return {key for desk in self.desks.values() for key in desk.again}
