"""One run of the simulated world: nodes that speak over bad lines and fall, and a count of what came of it.

A run has four parts: messages are handed in while things go wrong; all faults end; the nodes settle, within a bound;
what was still on its way, up to thirty days, arrives and must change nothing.
"""

import hashlib
import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from mabar.exchange.simulation import checker, faults, mishaps
from mabar.exchange.simulation.clockwork import MINUTE, SECOND, Dice, Queue
from mabar.exchange.simulation.drills import Drill
from mabar.exchange.simulation.line import Arrival, Network
from mabar.exchange.simulation.nodes_in_one import Crash, Machine, on
from mabar.exchange.simulation.outcomes import Outcome
from mabar.exchange.simulation.speakers import Speaker

T = TypeVar("T")
BOUND_MS = 20 * MINUTE  # after the last fault everything is settled within this
MOST_FAULTS = 20  # of a node itself: a run that has so many tells nothing more
LOOK_EVERY_MS = 30 * SECOND
SHORTEST_TICK_MS, LONGEST_TICK_MS = SECOND, 30 * SECOND
AGAIN_MS = 5 * SECOND  # a client whose message was not taken hands it in again after this


class Hopeless(Exception):
    """A node fails again and again without a fault of the world."""


class World:
    """Nodes, lines, clients and faults of one run.  `make` gives the layer of a node when its process starts."""

    def __init__(
        self,
        machines: Sequence[Machine],
        make: Callable[[Machine], Speaker],
        *,
        drills: Sequence[Drill],
        plan: faults.Plan,
        dice: Dice,
        start_ms: int,
        reads: Mapping[str, str] = checker.READS,
        guilty: frozenset[str] = frozenset(),
        bound_ms: int = BOUND_MS,
        befall: "Callable[[World, faults.Fault], object]" = lambda world, fault: None,
        left_again: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self.machines = {each.name: each for each in machines}
        self.speakers: dict[str, Speaker | None] = dict.fromkeys(self.machines)
        self.plan, self.dice, self.counts = plan, dice, Counter[str]()
        self.queue = Queue(dice.of("queue"), start_ms)
        self.network = Network(dice.of("network"), weather=plan.weather)
        self.backups = tempfile.TemporaryDirectory(prefix="mabar-backups-")
        self.befall, self._left_again = befall, left_again
        self._make, self._reads, self._guilty, self._bound_ms = make, reads, guilty, bound_ms
        self._start_ms = start_ms
        self._drills, self._outstanding = drills, len(drills)
        self._history: list[str] = []
        self._taken: Counter[tuple[str, str, int, str]] = Counter()
        self._noted: list[tuple[str, str]] = []
        self._is_ticking = True
        self._settled_after_s: int | None = None
        self._period = dict.fromkeys(self.machines, SHORTEST_TICK_MS)
        self._trace = hashlib.sha256()

    @property
    def databases(self) -> dict[str, Path]:
        """The database file of each node."""
        return {name: machine.database_file for name, machine in self.machines.items()}

    def run(self) -> Outcome:
        """Let the four parts of a run happen and count; a run that is hopeless ends at once."""
        try:
            self._run()
        except sqlite3.DatabaseError as broken:  # of the checker: what a node meets is judged where it is met
            self._noted.append(("broken_files", str(broken)))
        except Hopeless as fault:
            self.note("world", str(fault))
        return self._outcome()

    def _run(self) -> None:
        self._begin()
        last_ms = max([self.queue.now_ms, *(max(each.at_ms, each.until_ms) for each in self.plan.events)])
        while self._outstanding or self.queue.now_ms <= last_ms:
            self.queue.step()
        mishaps.end_all(self)
        over_ms = self.queue.now_ms
        if not self._settle(self._bound_ms):
            return
        self._settled_after_s = (self.queue.now_ms - over_ms) // SECOND
        self._is_ticking = False
        while len(self.queue):
            self.queue.step()
        self._is_ticking = True
        self._start_ticking()
        self._settle(self._bound_ms)

    def _begin(self) -> None:
        for machine in self.machines.values():
            machine.crashes.rng, machine.crashes.chance = self.dice.of(f"crash {machine.name}"), self.plan.crash_chance
            self._start(machine.name)
        for drill in self._drills:
            self.queue.put(drill.at_ms, partial(self._hand_in, drill))
        for fault in self.plan.events:
            self.queue.put(fault.at_ms, partial(mishaps.happen, self, fault))
            if fault.until_ms:
                self.queue.put(fault.until_ms, partial(mishaps.end, self, fault))
        self._start_ticking()

    def _start_ticking(self) -> None:
        for name in self.machines:
            self.queue.put(self.queue.now_ms, partial(self._tick, name))

    def _settle(self, bound_ms: int) -> bool:
        """Go on until every message has its answer, and then as long as one look; False when the bound passes first."""
        end_ms = self.queue.now_ms + bound_ms
        is_settled = False
        while not is_settled and self.queue.now_ms < end_ms:
            is_settled = not checker.unsettled(self.databases, self._handed(), self._reads)
            look_ms = self.queue.now_ms + LOOK_EVERY_MS
            while self.queue.next_ms() <= look_ms:  # a tick is always to come
                self.queue.step()
        return is_settled

    def _handed(self) -> list[checker.Handed]:
        again = self._left_again()
        return [replace(each, is_again=each.key in again) for each in checker.history(self._history)]

    def do(self, name: str, act: Callable[[Speaker, datetime], T]) -> T | None:
        """Let a node do something; None when it is down, or falls at it, or its disk fails it."""
        speaker, machine = self.speakers[name], self.machines[name]
        if speaker is None:
            return None
        return self._guarded(machine, lambda: act(speaker, machine.clock.at(self.queue.now_ms)))

    def _guarded(self, machine: Machine, act: Callable[[], T]) -> T | None:
        failures, result = machine.disk.failures, None
        try:
            with on(machine):
                result = act()
        except Crash as crash:
            self.note(machine.name, f"crash at {crash}")
            self.counts["crash"] += 1
        except Exception as fault:
            self._judge(machine, fault, is_the_disks=machine.disk.failures > failures or not machine.is_up)
        if not machine.is_up:
            self.fall(machine.name, has_power=self.dice.of("falls").random() < 0.5)
            return None
        return result

    def _judge(self, machine: Machine, fault: Exception, *, is_the_disks: bool) -> None:
        """Count what a step raised: as the world's doing, or else as a fault of the node."""
        if is_the_disks:
            self.counts["step ended by the disk"] += 1
            return
        self._noted.append(("faults_of_nodes", f"{machine.name}: {type(fault).__name__}: {fault}"))
        if len(self._noted) >= MOST_FAULTS:
            raise Hopeless(f"{machine.name} fails at every step")

    def fall(self, name: str, *, has_power: bool) -> None:
        """Let a node's process end, with or without its power, and start again after a while."""
        machine, rng = self.machines[name], self.dice.of("falls")
        machine.end()
        if not has_power:
            machine.power_cut(rng)
        self.note(name, "falls")
        self.speakers[name] = None
        self.queue.put(self.queue.now_ms + rng.randint(SECOND, MINUTE), partial(self._start, name))

    def _start(self, name: str) -> None:
        machine = self.machines[name]
        if self.speakers[name] is not None:
            return
        self._look_at_receipts()
        machine.start()
        self.note(name, "starts")
        self.speakers[name] = self._guarded(machine, lambda: self._make(machine))

    def _look_at_receipts(self) -> None:
        """Find each R1 that is not true after a fall; a restored node's need only be true when it has rejoined."""
        if not any(each.is_restored for each in self.machines.values()):
            said = checker.receipts_above_logs(self.databases, self._reads)
            self._noted += [("false_receipts", each) for each in said]

    def _tick(self, name: str) -> None:
        bodies = self.do(name, _one_tick)
        for receiver, body in bodies or ():
            self._send(name, receiver, body)
        self._period[name] = SHORTEST_TICK_MS if bodies else min(2 * self._period[name], LONGEST_TICK_MS)
        if self._is_ticking:
            self.queue.put(self.queue.now_ms + self._period[name], partial(self._tick, name))

    def _send(self, sender: str, receiver: str, body: bytes, *, is_answer: bool = False) -> None:
        self.counts["bodies"] += 1
        self.note(sender, f"sends {len(body)} to {receiver}")
        for each in self.network.carry(sender, receiver, body, at_ms=self.queue.now_ms, is_answer=is_answer):
            self.queue.put(each.at_ms, partial(self._arrive, each))

    def _arrive(self, arrival: Arrival) -> None:
        self.note(arrival.receiver, f"hears {len(arrival.body)} from {arrival.sender}")
        if arrival.is_answer:
            self.do(arrival.receiver, lambda speaker, at: speaker.hear(arrival.sender, arrival.body, at))
            return
        answer = self.do(arrival.receiver, lambda speaker, at: speaker.receive(arrival.body, at))
        if answer:
            self._send(arrival.receiver, arrival.sender, answer, is_answer=True)

    def _hand_in(self, drill: Drill) -> None:
        # a client hands the next one about a subject in only when he was told that the last was taken
        is_next = self._taken[drill.about] == drill.number - 1
        if not is_next or not self.do(drill.sender, lambda speaker, at: _handed_in(speaker, drill, at)):
            self.queue.put(self.queue.now_ms + AGAIN_MS, partial(self._hand_in, drill))
            return
        self._outstanding -= 1
        self._taken[drill.about] += 1
        self.note(drill.sender, f"takes {drill.key}")
        self._history.append(json.dumps({**asdict(drill), "taken": True, "at_ms": self.queue.now_ms}))

    def note(self, name: str, what: str) -> None:
        """Write an event into the trace: the same seed must give the same one."""
        self._trace.update(f"{self.queue.now_ms} {name} {what}\n".encode())

    def _outcome(self) -> Outcome:
        for machine in self.machines.values():
            machine.shut_down()
        self.backups.cleanup()
        findings = checker.check(self.databases, self._handed(), guilty=self._guilty, reads=self._reads)
        for name, what in self._noted:
            findings.note(name, what)
        self._trace.update(checker.digest(self.databases, self._reads))
        return Outcome(
            seed=self.dice.seed,
            findings=findings,
            faults=self._all_counts(),
            crash_points_hit=dict(sum((each.crashes.fallen for each in self.machines.values()), Counter[str]())),
            crash_points_passed=dict(sum((each.crashes.passed for each in self.machines.values()), Counter[str]())),
            bodies=self.counts["bodies"],
            virtual_s=(self.queue.now_ms - self._start_ms) // SECOND,
            settled_after_s=self._settled_after_s,
            trace=self._trace.hexdigest(),
        )

    def _all_counts(self) -> dict[str, int]:
        """Tell how often each fault took effect, those that did not as well."""
        counts: Counter[str] = self.counts + self.network.counts
        for machine in self.machines.values():  # a disk also counts what went well
            counts += Counter({name: machine.disk.counts[name] for name in faults.EVENTS})
        return {name: counts[name] for name in faults.ALL}


def _one_tick(speaker: Speaker, at: datetime) -> list[tuple[str, bytes]]:
    speaker.tick(at)
    return list(speaker.bodies_to_send(at))


def _handed_in(speaker: Speaker, drill: Drill, at: datetime) -> bool:
    speaker.hand_in(drill, at)
    return True
