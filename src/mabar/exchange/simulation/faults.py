"""What goes wrong in a run: drawn from the seed, by name, and each counted when it happens."""

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from mabar.exchange.simulation.clockwork import DAY, HOUR, MINUTE, SECOND, YEAR, Dice
from mabar.exchange.simulation.line import Weather

# What befalls single bodies: the field of the weather and the highest chance that a run draws for it.
WEATHER = {
    "drop": ("drop", 0.15),
    "duplicate": ("duplicate", 0.10),
    "reorder": ("reorder", 0.15),
    "delay": ("delay", 0.05),
    "delay-days": ("delay_days", 0.01),
    "corrupt": ("corrupt", 0.05),
    "truncate": ("truncate", 0.03),
    "replay": ("replay", 0.05),
    "cross-replay": ("cross_replay", 0.03),
}
SLOW_BYTES_S = (1200, 2400, 4000, 8000)  # 9.6 to 64 kbit/s
LONGEST = 10 * MINUTE  # of a fault that lasts


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong with a node, or between it and another, until it is over."""

    at_ms: int
    name: str
    node: str
    other: str = ""
    amount: int = 0
    until_ms: int = 0


def _amount(low: int, high: int) -> Callable[[random.Random], int]:
    return lambda rng: rng.randint(low, high)


def _either_way(low: int, high: int) -> Callable[[random.Random], int]:
    return lambda rng: rng.choice((-1, 1)) * rng.randint(low, high)


def _none(rng: random.Random) -> int:
    return 0


# What befalls a node or a line, and the draw of its amount (milliseconds, bytes a second, or an operation's number).
EVENTS: dict[str, Callable[[random.Random], int]] = {
    "partition one-way": _none,
    "partition two-way": _none,
    "slow line": lambda rng: rng.choice(SLOW_BYTES_S),
    "kill": _none,
    "power cut": _none,
    "power cut at an operation": _amount(0, 40),
    "disk full": _amount(0, 40),
    "write failed": _amount(0, 40),
    "sync failed": _amount(0, 10),
    "old backup": _none,
    "clock skew": _either_way(SECOND, 10 * MINUTE),
    "clock drift": _either_way(10, 500),
    "clock jumped ahead": _amount(HOUR, 3 * DAY),
    "clock jumped back": lambda rng: -rng.randint(HOUR, 3 * DAY),
    "clock years off": _either_way(YEAR, 20 * YEAR),
}
# Acts and misdeeds that only a node's own layer can do; each is asked of it by this name.
ACTS = (
    "key rotated", "key stopped and settled", "key stopped by stick", "terms suspended", "older version",
    "forked log", "reused seq", "broken head", "rolled-back log", "over-broad fields", "oversize body", "packed bomb",
)  # fmt: skip
CRASHES = "crash"  # at the named points of the code
ALL = (*WEATHER, *EVENTS, CRASHES, *ACTS)
# an old backup is made when it happens and put back when it ends
ENDS = {"partition one-way", "partition two-way", "slow line", "disk full", "old backup"} | {
    name for name in EVENTS if name.startswith("clock")
}


def chosen(said: str) -> tuple[str, ...]:
    """Read the names after `--faults`: `all`, `none`, or names between commas.

    Raises:
        ValueError: no fault has that name.
    """
    if said in ("all", "none"):
        return ALL if said == "all" else ()
    names = tuple(name.strip() for name in said.split(","))
    unknown = [name for name in names if name not in ALL]
    if unknown:
        raise ValueError(f"no such fault: {', '.join(unknown)}; there are {', '.join(ALL)}")
    return names


@dataclass(frozen=True)
class Plan:
    """All that goes wrong in one run."""

    weather: Weather
    events: tuple[Fault, ...]
    crash_chance: float = 0.0


def draw_plan(
    names: Collection[str], nodes: Sequence[str], dice: Dice, *, start_ms: int, span_ms: int, acts: Collection[str] = ()
) -> Plan:
    """Draw the faults of a run from its seed; `acts` are those of ACTS that the nodes' layer can do."""
    rng = dice.of("faults")
    chances: dict[str, Any] = {}
    for name, (part, most) in WEATHER.items():
        chance = rng.random() * most  # drawn for every name, so that leaving one out leaves the others as they were
        if name in names:
            chances[part] = chance
    events = []
    for name in (*EVENTS, *ACTS):
        drawn = _draw(name, nodes, dice.of(f"fault {name}"), start_ms, span_ms)
        if name in names and (name in EVENTS or name in acts):
            events += drawn
    crash_chance = rng.random() * 0.01 if CRASHES in names else 0.0
    return Plan(Weather(**chances), tuple(sorted(events, key=lambda each: (each.at_ms, each.name))), crash_chance)


def _draw(name: str, nodes: Sequence[str], rng: random.Random, start_ms: int, span_ms: int) -> list[Fault]:
    """Draw when a fault happens, to whom, how much of it, and until when; once or twice in a run."""
    drawn: list[Fault] = []
    for _ in range(rng.choice((1, 1, 2))):
        node, other = rng.sample(list(nodes), 2)
        if name == "old backup" and drawn:  # what two restored nodes have both lost, only officers can open again
            node = drawn[0].node
        at_ms = start_ms + rng.randrange(span_ms)
        lasts_ms = rng.randint(SECOND, min(LONGEST, span_ms))
        until_ms = min(at_ms + lasts_ms, start_ms + span_ms) if name in ENDS else 0
        amount = EVENTS.get(name, _none)(rng)
        drawn.append(Fault(at_ms, name, node, other, amount, until_ms))
    return drawn
