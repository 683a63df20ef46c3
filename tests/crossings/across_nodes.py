"""Two nodes that face each other, each with its own cast and store, and the line between them, in one process."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from mabar.crossings import commands
from mabar.exchange import demonstration
from mabar.exchange.ceremony_making import DescriptorWish
from mabar.exchange.own import ms_of
from mabar.exchange.simulation.clockwork import Dice
from mabar.exchange.simulation.disk import Disk
from mabar.exchange.simulation.node import Node
from mabar.exchange.simulation.nodes_in_one import Machine, on
from mabar.site import stores
from mabar.site.node import Node as RealNode
from tests.exchange.partner import template
from tests.world import NOON, World, make_world

TERMS = (Path(__file__).parents[2] / "src" / "mabar" / "site" / "data" / "demo_terms.json").read_bytes().rstrip(b"\n")
DEB, GHA = "dz.debdeb", "ly.ghadames"
CODES = (DEB, GHA)


class Pair:
    """Debdeb and Ghadames, each with its own cast; `at` moves on with each carrying."""

    def __init__(self, machines: dict[str, Machine]) -> None:
        self.machines, self.worlds = machines, dict[str, World]()
        self.nodes = {code: Node(machine) for code, machine in machines.items()}
        self.at = NOON

    def on(self, code: str) -> Any:
        """Let what is inside happen at a node."""
        return on(self.machines[code])

    def carry(self, rounds: int = 6) -> None:
        """Carry what waits, both ways, after as long as an idle line rests."""
        self.at += timedelta(minutes=2)
        for _ in range(rounds):
            self.at += timedelta(seconds=1)
            for code in self.nodes:
                self.carry_from(code)

    def carry_from(self, code: str) -> None:
        """Carry what one node has to say, and the answer back."""
        node = self.nodes[code]
        with self.on(code):
            node.tick(self.at)
            bodies = list(node.bodies_to_send(self.at))
        for to, body in bodies:
            with self.on(to):
                answer = self.nodes[to].receive(body, self.at)
            with self.on(code):
                node.receive(answer, self.at)


@contextmanager
def facing(folder: Path) -> Iterator[Pair]:
    """Let Debdeb and Ghadames stand with the demonstration's terms in force."""
    options = dict(stores.databases(RealNode(folder, "dz.hq", "localhost", 8080, "secret"))["default"]["OPTIONS"])
    pair = Pair({code: _machine(folder / code, code, template(), options) for code in CODES})
    _introduce(pair, folder)
    yield pair
    for machine in pair.machines.values():
        machine.close()


def _machine(folder: Path, code: str, ready: Path, options: dict[str, Any]) -> Machine:
    folder.mkdir()
    shutil.copy(ready, folder / "acts.sqlite3")
    return Machine(code, Disk(folder), options, node=SimpleNamespace(folder=folder, code=code))


def _introduce(pair: Pair, folder: Path) -> None:
    draw = Dice(1).of("keys").randbytes
    roots = {
        code: demonstration.DemoAdministration.made(code, (f"إدارة {code}", code, code), NOON, draw)
        for code in ("dz", "ly")
    }
    items = [root.root_item for root in roots.values()]
    for code in CODES:
        wish = DescriptorWish(
            code, ("عقدة", "n", "n"), (), ("customs",), (), "Africa/Tripoli", "DEMO", ms_of(NOON) - 3_600_000
        )
        items.append(roots[code[:2]].certify(folder / code, wish))
    for code in CODES:
        with pair.on(code):
            pair.worlds[code] = make_world()
            demonstration.introduce(items, [each for each in CODES if each != code], NOON)
            demonstration.bring_into_force(demonstration.terms_item(TERMS, list(roots.values())), NOON)
            commands.establish(pair.worlds[code].node, code, gates=2, at=NOON)
