"""Kill nodes that exchange, again and again under load, and look for an R1 that is not true any more.

    python -m tools.soak_exchange [--kills N] [--database sqlite|postgresql] [--seed N]
    python -m tools.soak_exchange --power [--kills N] [--plant synchronous-off]

Two nodes run as processes of their own and speak TLS over lines that keep every R1 and now and then lose an answer.
Drills are left at both, in all classes, about subjects within which the order counts.  At random moments a node, a
part of it, or a backend of its store is ended by SIGKILL.  Whenever a whole node has fallen, every R1 that it ever let
out is compared with what it has stored; at the end everything is counted.  With `--power` each kill is a power cut: the
node's folder loses what was not flushed.
"""

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tools import postgresql, soak_counting, soak_nodes, soak_power
from tools.ports import free_port
from tools.soak_line import Receipts, Stream, Tap
from tools.soak_nodes import A, B, Clerk, Process
from tools.soak_power import Power

LOST_ANSWERS = 0.02
MOST_RECEIPTS, LONGEST_CALM_S, SETTLE_S = 5, 4, 600
NODES = "nodes"
WHOLE = "the whole node"
PARTS = {WHOLE: soak_nodes.PARTS, "its pages": ("pages",), "its worker": ("worker",)}
WEIGHTS = {WHOLE: 16, "its pages": 2, "its worker": 2}
OF_POSTGRESQL = {soak_nodes.ONE_BACKEND: 1, soak_nodes.ALL_BACKENDS: 1}


@dataclass
class Soak:
    """Both nodes at work, and what has been done to them."""

    folder: Path
    processes: Mapping[str, Process]
    clerk: Clerk
    receipts: Receipts
    power: Power | None
    rng: random.Random
    kills: Counter[str] = field(default_factory=Counter)
    untrue: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Start both nodes and let them come to work."""
        if self.power is not None:
            self.power.begin()
        for process in self.processes.values():
            process.start()
        for code in self.processes:
            self._wait_for(code)

    def run(self, kills: int, weights: Mapping[str, int]) -> None:
        """Kill until so many whole nodes have fallen, or an R1 was found untrue."""
        while self.kills[WHOLE] < kills and not self.untrue:
            code = self.rng.choice((A, B))
            if self.rng.random() < 0.8:  # the others fall while they start
                self._wait_for(code)
            self._work_on()
            (what,) = self.rng.choices(list(weights), list(weights.values()))
            self._strike(code, what)
            if sum(self.kills.values()) % 10 == 0:
                print(f"{self.told()}", flush=True)

    def _work_on(self) -> None:
        # so many R1s, whatever time they take on this machine, and then a random moment more
        wished = self.receipts.seen + self.rng.randint(0, MOST_RECEIPTS)
        self.work((A, B), within_s=LONGEST_CALM_S, until=lambda: self.receipts.seen >= wished)
        time.sleep(self.rng.uniform(0, 0.3))

    def _strike(self, code: str, what: str) -> None:
        self.kills[what] += 1
        process = self.processes[code]
        if what not in PARTS:
            process.strike_store(what)
            return
        process.kill(PARTS[what])
        if what == WHOLE:
            if self.power is not None:
                self.power.cut(code, self.rng)
            self._judge(code, self.receipts.told())
            time.sleep(self.rng.choice((0, 0, self.rng.uniform(0, 1))))
        process.start()

    def _judge(self, code: str, receipts: Mapping[Stream, Mapping[int, set[str]]]) -> None:
        node = self.processes[code].node
        try:
            copy = soak_counting.copied(node, self.folder)
            self.untrue += soak_counting.false_receipts(code, copy, receipts)
            self.untrue += soak_counting.false_receipts(code, copy, soak_counting.marked(node))
        except (sqlite3.DatabaseError, ValueError) as broken:
            self.untrue.append(f"{code}: {broken}")

    def work(self, codes: Collection[str], *, within_s: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Leave drills at these nodes until something is so; tell whether it was before the time was over."""
        end = time.monotonic() + within_s
        while not (is_so := until()) and time.monotonic() < end:
            for code in codes:
                self.clerk.leave(code, self.rng.randint(1, 15))
            time.sleep(self.rng.uniform(0.05, 0.4))
        return is_so

    def _wait_for(self, code: str) -> None:
        # nothing is left at the node itself: it finds its store as the kill has left it
        others = [each for each in self.processes if each != code and self.processes[each].is_up]
        if not self.work(others, within_s=soak_nodes.MOST_WAIT_S, until=lambda: self.processes[code].is_up):
            raise SystemExit(f"{code} does not start")

    def settle(self) -> None:
        """Let both nodes run until everything has its answer, then stop them."""
        for code in self.processes:
            self._wait_for(code)
        end = time.monotonic() + SETTLE_S
        while self.clerk.waits() and time.monotonic() < end:
            time.sleep(1)
        for process in self.processes.values():
            process.stop()

    def told(self) -> str:
        """Say in one line what has been so far."""
        kills = ", ".join(f"{count} of {what}" for what, count in sorted(self.kills.items()))
        sizes = sum(map(len, self.receipts.told().values()))
        return (
            f"kills: {kills}; {len(self.clerk.handed)} messages, {self.receipts.seen} R1s on the line of {sizes} heads"
        )

    def count(self) -> bool:
        """Count at the end, say it, and tell whether all is well."""
        for code in self.processes:
            self._judge(code, self.receipts.told())
        copies = {code: self.folder / f"{code}.sqlite3" for code in self.processes}
        found = soak_counting.counted(copies, self.clerk.confirmed(copies))
        print(f"{self.told()}; {found.delivered} of {found.handed_in} took effect")
        if self.power is not None:
            print(f"the disks: {dict(self.power.counts)}")
        print(
            f"untrue R1s: {len(self.untrue)} {self.untrue[:5]}; wrong: {found.wrong or 'nothing'} {found.details[:5]}"
        )
        return not self.untrue and found.is_clean


@contextmanager
def ground(folder: Path, server: str, seed: int, *, power: Power | None) -> Iterator[Soak]:
    """Make two nodes in a folder, with their lines, and start nothing yet."""
    with ExitStack() as doors_open:
        nodes, rng, receipts = folder / NODES, random.Random(seed), Receipts()
        desks = soak_nodes.make(nodes, server)
        doors = {code: free_port() for code in desks}
        soak_nodes.bring_together(desks, doors)
        for number, (code, desk) in enumerate(desks.items()):
            keys = Path(desk.node.folder) / "keys"
            tap = Tap(doors[code], keys, desk.node.port, receipts, lost=LOST_ANSWERS, seed=seed + number).begin()
            doors_open.callback(tap.shutdown)
        processes = {code: Process(desk.node) for code, desk in desks.items()}
        try:
            yield Soak(folder, processes, Clerk(desks, rng), receipts, power, rng)
        finally:
            for process in processes.values():
                process.kill()
                process.stop()


def main(arguments: list[str]) -> int:
    """Kill as often as is wished; return 1 when anything was lost, doubled, out of order or untrue."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--kills", type=int, default=20)
    asked.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked.add_argument("--seed", type=int, default=22)
    asked.add_argument("--power", action="store_true")
    asked.add_argument("--plant", choices=("", *soak_power.PLANTS), default="")
    wish = asked.parse_args(arguments)
    if wish.power and soak_power.FOLDER not in os.environ:
        return _watched(arguments, wish.plant)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to stop"))
    began = time.monotonic()
    is_well = _soaked(wish)
    print(f"{wish.database}, seed {wish.seed}: {time.monotonic() - began:.0f} s")
    return int(not is_well)


def _watched(arguments: list[str], plant: str) -> int:
    """Run this program again as a process whose files are watched, as those of its nodes are."""
    with tempfile.TemporaryDirectory(prefix="mabar-power-") as passing:
        (Path(passing) / NODES).mkdir()
        watched = soak_power.environment(Path(passing) / NODES, Path(passing), plant=plant)
        command = [sys.executable, "-m", "tools.soak_exchange", *arguments]
        return subprocess.run(command, env={**os.environ, **watched}, check=False).returncode


def _soaked(wish: argparse.Namespace) -> bool:
    with ExitStack() as held:
        server, weights, power = "", WEIGHTS, None
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="mabar-soak-")))
        if wish.power:
            weights, power = {WHOLE: 1}, Power(Path(os.environ[soak_power.FOLDER]), Path(os.environ[soak_power.LOG]))
            folder = power.folder.parent
        if wish.database == "postgresql":
            environment = held.enter_context(postgresql.from_wheel())
            if not environment:
                raise SystemExit("the wheel with PostgreSQL does not start here, and no other server is to be killed")
            os.environ |= environment
            server, weights = environment[postgresql.NAMED], WEIGHTS | OF_POSTGRESQL
        soak = held.enter_context(ground(folder, server, wish.seed, power=power))
        soak.begin()
        soak.run(wish.kills, weights)
        if not soak.untrue:
            soak.settle()
        return soak.count()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
