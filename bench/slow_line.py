"""A narrow line between two places of this machine: real packets, delayed, queued and lost as a seed says.

Each place is a network namespace with a TUN device; what one sends, this process reads, holds back, and gives to the
other.  It needs root, `ip` (iproute2) and /dev/net/tun, and touches nothing outside the two namespaces.
"""

import fcntl
import os
import random
import select
import shutil
import struct
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

TUN = Path("/dev/net/tun")
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
HOSTS = ("10.77.0.1", "10.77.0.2")
LONGEST_PACKET = 65_536


@dataclass(frozen=True)
class Shape:
    """What a line is like, each way: its rate, its delay one way, its share of lost packets, its queue in bytes."""

    bytes_per_s: float
    delay_s: float
    loss: float
    queue: int = 32 * 1024


@dataclass
class Way:
    """One way of the line: packets wait for the line, travel, and arrive or not; all in order."""

    rng: random.Random
    free_at: float = 0.0
    travelling: deque[tuple[float, bytes]] = field(default_factory=deque)
    carried: int = 0
    packets: int = 0
    lost: int = 0
    overflowed: int = 0
    waits_s: list[float] = field(default_factory=list)

    def take(self, packet: bytes, shape: Shape, now: float) -> None:
        """Let a packet wait behind those before it; one that finds the queue full, or that the dice take, is gone."""
        begins = max(self.free_at, now)
        if (begins - now) * shape.bytes_per_s + len(packet) > shape.queue:
            self.overflowed += 1
            return
        self.waits_s.append(begins - now)
        self.free_at = begins + len(packet) / shape.bytes_per_s
        self.carried += len(packet)
        self.packets += 1
        if self.rng.random() < shape.loss:  # it has used the line all the same
            self.lost += 1
            return
        self.travelling.append((self.free_at + shape.delay_s, packet))

    def arrived(self, now: float) -> Iterator[bytes]:
        """Give what has come through."""
        while self.travelling and self.travelling[0][0] <= now:
            yield self.travelling.popleft()[1]


@dataclass
class SlowLine:
    """The line while it lies; `shape` may be changed at any time."""

    shape: Shape
    places: tuple[str, str]
    ways: tuple[Way, Way]
    _devices: tuple[int, int]
    _stop: threading.Event = field(default_factory=threading.Event)

    def carry(self) -> None:
        """Carry packets until told to stop."""
        while not self._stop.is_set():
            due = [way.travelling[0][0] for way in self.ways if way.travelling]
            rest_s = min([max(min(due) - time.monotonic(), 0)] if due else [0.05])
            ready, _, _ = select.select(self._devices, [], [], min(rest_s, 0.05))
            for device in ready:
                way = self.ways[self._devices.index(device)]
                way.take(os.read(device, LONGEST_PACKET), self.shape, time.monotonic())
            for way, to in zip(self.ways, reversed(self._devices), strict=True):
                for packet in way.arrived(time.monotonic()):
                    os.write(to, packet)

    def stop(self) -> None:
        """Let go of the line."""
        self._stop.set()

    def command(self, place: int, *command: str) -> list[str]:
        """Give the command that runs another in one of the two places."""
        return ["ip", "netns", "exec", self.places[place], *command]


def why_not() -> str:
    """Tell why no such line can be laid here; nothing when it can."""
    if os.geteuid() != 0:
        return "it needs root"
    if shutil.which("ip") is None:
        return "the command `ip` (iproute2) is missing"
    return "" if TUN.exists() else f"{TUN} is missing"


@contextmanager
def laid(shape: Shape, seed: int) -> Iterator[SlowLine]:
    """Lay a line between two new places, and take both away again at the end."""
    places = (f"mabar-a-{os.getpid()}", f"mabar-b-{os.getpid()}")
    devices: list[int] = []
    try:
        for number, place in enumerate(places):
            _ip("netns", "add", place)
            devices.append(_device(place, HOSTS[number], HOSTS[1 - number], f"mabar{number}"))
        ways = (Way(random.Random(f"{seed} there")), Way(random.Random(f"{seed} back")))
        line = SlowLine(shape, places, ways, (devices[0], devices[1]))
        carrier = threading.Thread(target=line.carry, daemon=True)
        carrier.start()
        try:
            yield line
        finally:
            line.stop()
            carrier.join()
    finally:
        for device in devices:
            os.close(device)
        for place in places:
            subprocess.run(["ip", "netns", "del", place], check=False, stderr=subprocess.DEVNULL)


def _device(place: str, here: str, there: str, name: str) -> int:
    device = os.open(TUN, os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    _ip("link", "set", name, "netns", place)
    _ip("-n", place, "link", "set", "lo", "up")
    _ip("-n", place, "addr", "add", here, "peer", there, "dev", name)
    _ip("-n", place, "link", "set", name, "up")
    return device


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
