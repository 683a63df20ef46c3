"""How each fault of a plan happens to the world, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mabar.exchange.simulation import library
from mabar.exchange.simulation.disk import POWER, Injection
from mabar.exchange.simulation.faults import ACTS, Fault

if TYPE_CHECKING:
    from mabar.exchange.simulation.nodes_in_one import Machine
    from mabar.exchange.simulation.world import World

Happening = Callable[["World", "Machine", Fault], None]


def _cut_one_way(world: World, machine: Machine, fault: Fault) -> None:
    world.network.cut_one_way(fault.node, fault.other)


def _cut_both_ways(world: World, machine: Machine, fault: Fault) -> None:
    world.network.cut_both_ways(fault.node, fault.other)


def _slow_down(world: World, machine: Machine, fault: Fault) -> None:
    world.network.slow_down(fault.node, fault.other, fault.amount)


def _mend(world: World, machine: Machine, fault: Fault) -> None:
    world.network.mend(fault.node, fault.other)


def _kill(world: World, machine: Machine, fault: Fault) -> None:
    if machine.is_up:
        world.counts[fault.name] += 1
        world.fall(fault.node, has_power=True)


def _cut_power(world: World, machine: Machine, fault: Fault) -> None:
    if machine.is_up:
        world.fall(fault.node, has_power=False)


def _injection(operation: str, code: int, times: int | None = 1) -> Happening:
    def arm(world: World, machine: Machine, fault: Fault) -> None:
        machine.disk.inject(Injection(operation, code, after=fault.amount, times=times))

    return arm


def _lift(world: World, machine: Machine, fault: Fault) -> None:
    machine.disk.lift()


def _copy_of(world: World, fault: Fault) -> Path:
    return Path(world.backups.name) / f"{fault.node}-{fault.at_ms}.sqlite3"


def _back_up(world: World, machine: Machine, fault: Fault) -> None:
    if machine.is_up:
        machine.back_up(_copy_of(world, fault))


def _restore(world: World, machine: Machine, fault: Fault) -> None:
    copy = _copy_of(world, fault)
    if copy.exists() and machine.is_up:
        world.counts[fault.name] += 1
        world.fall(fault.node, has_power=True)
        machine.restore(copy)
        machine.disk.kill()  # its process starts later, as after any fall


def _move_clock(world: World, machine: Machine, fault: Fault) -> None:
    world.counts[fault.name] += 1
    machine.clock.jump(world.queue.now_ms, fault.amount)


def _drift(world: World, machine: Machine, fault: Fault) -> None:
    world.counts[fault.name] += 1
    machine.clock.fast_ppm = fault.amount


def _set_clock(world: World, machine: Machine, fault: Fault) -> None:
    machine.clock.set_right(world.queue.now_ms)


def _nothing(world: World, machine: Machine, fault: Fault) -> None:
    """End what needs no end."""


def _act(world: World, machine: Machine, fault: Fault) -> None:
    world.befall(world, fault)


# How a fault happens, and how it ends.
HAPPENINGS: dict[str, tuple[Happening, Happening]] = {
    "partition one-way": (_cut_one_way, _mend),
    "partition two-way": (_cut_both_ways, _mend),
    "slow line": (_slow_down, _mend),
    "kill": (_kill, _nothing),
    "power cut": (_cut_power, _nothing),
    "power cut at an operation": (_injection("write", POWER), _nothing),
    "disk full": (_injection("write", library.FULL, None), _lift),
    "write failed": (_injection("write", library.IOERR_WRITE), _nothing),
    "sync failed": (_injection("sync", library.IOERR_SYNC), _nothing),
    "old backup": (_back_up, _restore),
    "clock skew": (_move_clock, _set_clock),
    "clock drift": (_drift, _set_clock),
    "clock jumped ahead": (_move_clock, _set_clock),
    "clock jumped back": (_move_clock, _set_clock),
    "clock years off": (_move_clock, _set_clock),
    **dict.fromkeys(ACTS, (_act, _nothing)),
}


def happen(world: World, fault: Fault) -> None:
    """Let a fault happen."""
    world.note(fault.node, f"{fault.name} {fault.other} {fault.amount}")
    HAPPENINGS[fault.name][0](world, world.machines[fault.node], fault)


def end(world: World, fault: Fault) -> None:
    """Let a fault end."""
    world.note(fault.node, f"end of {fault.name}")
    HAPPENINGS[fault.name][1](world, world.machines[fault.node], fault)


def end_all(world: World) -> None:
    """Let every fault end: lines, disks, clocks and falls."""
    world.network.heal()
    for machine in world.machines.values():
        machine.disk.lift()
        machine.clock.set_right(world.queue.now_ms)
        machine.crashes.chance = 0.0
