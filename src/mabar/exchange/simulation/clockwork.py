"""Time and chance of a simulated world: one queue of events, a clock for each node, dice drawn from one seed."""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
YEAR = 365 * DAY
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST, LATEST = 0, 130 * YEAR  # what a clock can show, so that every instant can be written


def instant(at_ms: int) -> datetime:
    """Give milliseconds since 1970 as an instant; not by way of a float, which would lose some."""
    return EPOCH + timedelta(milliseconds=at_ms)


class Dice:
    """All chance of a run.  Each purpose has dice of its own, so that one more draw here changes nothing there."""

    def __init__(self, seed: int | str) -> None:
        self.seed = seed
        self._given: dict[str, random.Random] = {}

    def of(self, purpose: str) -> random.Random:
        """Give the dice of a purpose, always the same ones."""
        if purpose not in self._given:
            # a text as the seed goes through SHA-512, so the draws are the same in every process
            self._given[purpose] = random.Random(f"{self.seed}/{purpose}")
        return self._given[purpose]


class Queue:
    """What is to happen, in the order of its instants; what falls on one instant comes in an order of chance."""

    def __init__(self, rng: random.Random, start_ms: int) -> None:
        self._rng = rng
        self._heap: list[tuple[int, float, int, Callable[[], None]]] = []
        self._number = 0
        self.now_ms = start_ms

    def __len__(self) -> int:
        return len(self._heap)

    def put(self, at_ms: int, act: Callable[[], None]) -> None:
        """Let something happen at an instant, or now if that is past."""
        self._number += 1
        heapq.heappush(self._heap, (max(at_ms, self.now_ms), self._rng.random(), self._number, act))

    def step(self) -> None:
        """Go on to the next event and let it happen."""
        self.now_ms, _, _, act = heapq.heappop(self._heap)
        act()

    def next_ms(self) -> int:
        """Give the instant of the next event.  Raises: IndexError when nothing is to come."""
        return self._heap[0][0]


@dataclass
class Clock:
    """The clock of a node: the true time, plus what it is wrong by, which grows when it runs fast or slow."""

    wrong_by_ms: int = 0
    fast_ppm: int = 0
    set_at_ms: int = 0

    def shows(self, true_ms: int) -> int:
        """Give what the clock shows, in milliseconds since 1970."""
        drift = (true_ms - self.set_at_ms) * self.fast_ppm // 1_000_000
        return min(max(true_ms + self.wrong_by_ms + drift, EARLIEST), LATEST)

    def at(self, true_ms: int) -> datetime:
        """Give the instant that the node takes for now."""
        return instant(self.shows(true_ms))

    def jump(self, true_ms: int, by_ms: int) -> None:
        """Let the clock jump, forwards or backwards."""
        self.wrong_by_ms = self.shows(true_ms) + by_ms - true_ms
        self.set_at_ms = true_ms

    def set_right(self, true_ms: int) -> None:
        """Set the clock by a good one."""
        self.wrong_by_ms, self.fast_ppm, self.set_at_ms = 0, 0, true_ms
