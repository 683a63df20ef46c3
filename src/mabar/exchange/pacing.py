"""How much of a body may lie in the line at once, so that an alert that comes later does not wait behind it.

On a narrow line what is sent waits in the queue of a modem, where no priority reaches it.  So connections for what is
not urgent keep no more under way than the line was seen to carry in its shortest round trip and a little longer.  What
is lost does not count: while it goes again, the line carries what follows.
"""

import socket
import struct
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

LEAST = 6 * 1024  # what lies in the line before anything is known of it, and at least
PACKET = 1400  # less room than one packet is not worth a part
# Of which a packet of full length takes 0.19 s for itself on a line of 64 kbit/s.
WAIT_S = 0.25
REMEMBERED_S = 10.0  # a line that has become slower is known after that
COUNTED_S = 1.2  # what arrives is counted for so long: what comes in a heap after a pause says nothing of the line
SHORTEST_LOOK_S, LONGEST_LOOK_S = 0.0005, 0.05
LONGEST_STAND_S = 30.0
_TOLD = 152


@dataclass(frozen=True)
class Told:
    """What the system tells of a connection: its shortest round trip, and the bytes that arrived and that lie in it."""

    shortest_s: float
    arrived: int
    lying: int


@dataclass
class Pace:
    """What the connections that share a line may have under way, learnt while bodies go."""

    _socks: list[socket.socket] = field(default_factory=list)
    _rates: deque[tuple[float, float]] = field(default_factory=deque)  # falling, of the last seconds
    _counted: tuple[float, int] = (0.0, 0)  # when, and what had arrived then

    def join(self, sock: socket.socket) -> None:
        """Let a connection go at this pace, and forget those that are closed."""
        self._socks = [*(each for each in self._socks if each.fileno() >= 0), sock]
        if hasattr(socket, "TCP_CONGESTION"):
            _without_minding_losses(sock)

    def parts(self, body: bytes) -> Iterator[bytes]:
        """Give a body in parts as the line takes them; whole where the system tells nothing of connections.

        Raises:
            TimeoutError: the line has taken nothing for long; it is broken, and no send waits that would notice.
        """
        at, moved = 0, time.monotonic()
        while at < len(body):
            told = self._look()
            if told is None:
                yield body[at:]
                return
            room = self.under_way(told, now=time.monotonic()) - told.lying
            if room < PACKET:
                if time.monotonic() - moved > LONGEST_STAND_S:
                    raise TimeoutError("the line takes nothing")
                time.sleep(min(max(told.shortest_s / 8, SHORTEST_LOOK_S), LONGEST_LOOK_S))
                continue
            yield body[at : at + room]
            at, moved = at + room, time.monotonic()

    def _look(self) -> Told | None:
        """Look at all connections of the line together."""
        told = [each for each in map(_look_if_open, self._socks) if each is not None]
        if not told:
            return None
        return Told(
            min(each.shortest_s for each in told),
            sum(each.arrived for each in told),
            sum(each.lying for each in told),
        )

    def under_way(self, told: Told, *, now: float) -> int:
        """Give how much may lie in the line: what it carries, at its best lately, in a round trip and a bit."""
        since, arrived = self._counted
        if now - since >= max(COUNTED_S, told.shortest_s):
            self._counted = now, told.arrived
            if now - since < 2 * COUNTED_S + told.shortest_s:  # else it has rested meanwhile
                self._note(max(told.arrived - arrived, 0) / (now - since), now)
        while self._rates and self._rates[0][0] < now - REMEMBERED_S:
            self._rates.popleft()
        best = self._rates[0][1] if self._rates else 0.0
        return max(int(best * (told.shortest_s + WAIT_S)), LEAST)

    def _note(self, rate: float, now: float) -> None:
        while self._rates and self._rates[-1][1] <= rate:
            self._rates.pop()
        self._rates.append((now, rate))


def _without_minding_losses(sock: socket.socket) -> None:
    """Let the system not take a packet lost on the way for a line that is full, where it knows how to."""
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"bbr")
    except OSError:
        return  # the module is not loaded; it goes on as it does with any connection


def _look_if_open(sock: socket.socket) -> Told | None:
    try:
        return look_at(sock)
    except OSError:
        return None


def look_at(sock: socket.socket) -> Told | None:
    """Tell how a connection stands; None where the system cannot tell.

    From struct tcp_info of Linux (tcp(7)): times in microseconds, what is under way in packets.
    """
    if not hasattr(socket, "TCP_INFO"):
        return None
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TOLD)
    if len(info) < _TOLD:
        return None
    (packet,) = struct.unpack_from("=I", info, 16)
    unacknowledged, received_behind_a_gap, lost, sent_again = struct.unpack_from("=4I", info, 24)
    not_sent, shortest_us = struct.unpack_from("=2I", info, 144)
    (arrived,) = struct.unpack_from("=Q", info, 120)
    packets = max(unacknowledged - received_behind_a_gap - lost + sent_again, 0)
    return Told(shortest_us / 1e6, arrived, packets * packet + not_sent)
