"""The network between the nodes: it drops, doubles, turns round, delays, spoils and cuts off, and counts each."""

import random
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, fields

from mabar.exchange.simulation.clockwork import DAY, SECOND

OLD_BODIES = 64  # as many as somebody who listens keeps of a line, to play them again
QUEUE_S = 300  # a slow line lets no more wait than it carries in this time; the rest is dropped as a modem drops it


@dataclass(frozen=True)
class Weather:
    """How likely each thing is to befall a body, from 0 to 1; `bytes_s` is the speed of the line, 0 for no limit."""

    drop: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    delay: float = 0.0
    delay_days: float = 0.0
    corrupt: float = 0.0
    truncate: float = 0.0
    replay: float = 0.0
    cross_replay: float = 0.0
    bytes_s: int = 0

    def __post_init__(self) -> None:
        for each in fields(self):
            if each.name != "bytes_s" and not 0 <= getattr(self, each.name) <= 1:
                raise ValueError(f"{each.name} is a chance from 0 to 1")


FAIR = Weather()


@dataclass(frozen=True)
class Arrival:
    """A body, or what has become of it, at its receiver; `is_answer` goes with the body that it came with."""

    at_ms: int
    sender: str
    receiver: str
    body: bytes
    is_answer: bool = False


@dataclass
class Network:
    """All lines, one for each direction.  `counts` says how often each thing befell a body."""

    rng: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    weather: Weather = FAIR
    latency_ms: tuple[int, int] = (5, 400)
    cut_off: set[tuple[str, str]] = field(default_factory=set)
    speed: dict[tuple[str, str], int] = field(default_factory=dict)
    _heard: dict[tuple[str, str], deque[bytes]] = field(default_factory=dict)
    _free_at: dict[tuple[str, str], int] = field(default_factory=dict)

    def carry(self, sender: str, receiver: str, body: bytes, *, at_ms: int, is_answer: bool = False) -> list[Arrival]:
        """Send a body and give what will arrive of it, and what else arrives because of it."""
        pair = (sender, receiver)
        self._heard.setdefault(pair, deque(maxlen=OLD_BODIES)).append(body)
        if pair in self.cut_off:
            self._count("body at a cut line")
            return []
        bodies = [self._spoil(each) for each in self._copies(body)] + list(self._old(pair))
        arrivals = [self._timed(pair, each, at_ms, is_answer) for each in bodies]
        return [each for each in arrivals if each is not None]

    def cut_one_way(self, sender: str, receiver: str) -> None:
        """Let nothing more through from one node to another."""
        self._count("partition one-way")
        self.cut_off.add((sender, receiver))

    def cut_both_ways(self, one: str, other: str) -> None:
        """Let nothing more through between two nodes."""
        self._count("partition two-way")
        self.cut_off |= {(one, other), (other, one)}

    def mend(self, one: str, other: str) -> None:
        """Let everything through again between two nodes, at full speed."""
        for pair in ((one, other), (other, one)):
            self.cut_off.discard(pair)
            self.speed.pop(pair, None)

    def slow_down(self, sender: str, receiver: str, bytes_s: int) -> None:
        """Make the line from one node to another slow."""
        self._count("slow line")
        self.speed[sender, receiver] = bytes_s

    def heal(self) -> None:
        """End every fault; what is on its way still comes."""
        self.weather = FAIR
        self.cut_off.clear()
        self.speed.clear()
        self._free_at.clear()

    def _count(self, name: str) -> None:
        self.counts[name] += 1

    def _befalls(self, name: str, chance: float) -> bool:
        if self.rng.random() >= chance:
            return False
        self._count(name)
        return True

    def _copies(self, body: bytes) -> list[bytes]:
        if self._befalls("drop", self.weather.drop):
            return []
        return [body, body] if self._befalls("duplicate", self.weather.duplicate) else [body]

    def _spoil(self, body: bytes) -> bytes:
        # the place is drawn as a share of the length, so that equal draws follow whatever the length
        where, bit = int(self.rng.random() * len(body)), self.rng.randrange(8)
        if body and self._befalls("corrupt", self.weather.corrupt):
            body = body[:where] + bytes([body[where] ^ 1 << bit]) + body[where + 1 :]
        if body and self._befalls("truncate", self.weather.truncate):
            body = body[:where]
        return body

    def _old(self, pair: tuple[str, str]) -> Iterator[bytes]:
        """Give what somebody plays again: an old body of this line, or one that was for another node."""
        if self._befalls("replay", self.weather.replay):
            yield self.rng.choice(self._heard[pair])
        others = [heard for other, heard in sorted(self._heard.items()) if other != pair]
        if others and self._befalls("cross-replay", self.weather.cross_replay):
            yield self.rng.choice(self.rng.choice(others))

    def _timed(self, pair: tuple[str, str], body: bytes, at_ms: int, is_answer: bool) -> Arrival | None:
        left_ms = self._through(pair, len(body), at_ms)
        if left_ms is None:
            return None
        arrives_ms = left_ms + self.rng.randint(*self.latency_ms)
        if self._befalls("reorder", self.weather.reorder):
            arrives_ms += self.rng.randint(SECOND, 20 * SECOND)
        if self._befalls("delay", self.weather.delay):
            arrives_ms += self.rng.randint(10 * SECOND, 600 * SECOND)
        if self._befalls("delay-days", self.weather.delay_days):
            arrives_ms += self.rng.randint(DAY, 30 * DAY)
        return Arrival(arrives_ms, *pair, body, is_answer)

    def _through(self, pair: tuple[str, str], length: int, at_ms: int) -> int | None:
        """Give the instant at which the last byte has left, behind what waits; None when too much waits."""
        bytes_s = self.speed.get(pair, self.weather.bytes_s)
        if not bytes_s:
            return at_ms
        free_ms = max(self._free_at.get(pair, 0), at_ms)
        if free_ms - at_ms > QUEUE_S * SECOND:
            self._count("dropped before a slow line")
            return None
        self._free_at[pair] = free_ms + length * 1000 // bytes_s
        return self._free_at[pair]
