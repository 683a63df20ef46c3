"""How much of a body may lie in the line at once, so that an alert that comes later does not wait behind it.

On a narrow line what is sent waits in the queue of a modem, where no priority reaches it.  So a connection for what is
not urgent keeps little under way: more while packets come through as fast as they ever did, less when they wait.
"""

import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass

LEAST, MOST = 6 * 1024, 4 * 1024 * 1024  # the kernel itself allows less than the most
# A packet of full length alone takes 0.19 s on a line of 64 kbit/s, and so is seen to wait.
LONGEST_WAIT_S, SHORT_WAIT_S = 0.4, 0.25
SETTLE_S = 1.0  # what is changed shows only when what was under way before has arrived
_NOT_SENT_LOW_WATER = 4096  # what waits in the kernel waits before a flash message that comes later
# struct tcp_info of Linux (tcp(7)): smoothed and shortest time there and back, in microseconds
_TOLD, _ROUND_TRIP_AT, _SHORTEST_AT = 152, 68, 148


@dataclass
class Pace:
    """What may be under way, in bytes as the kernel counts them, learnt while bodies go.

    It doubles until packets had to wait for the first time; then it grows slowly.
    """

    under_way: int = 2 * LEAST
    has_waited: bool = False
    changed: float = 0.0

    def set_on(self, sock: socket.socket) -> None:
        """Let no more than that lie in a connection."""
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self.under_way // 2)  # Linux doubles what it is told
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _NOT_SENT_LOW_WATER)

    def parts(self, body: bytes, sock: socket.socket) -> Iterator[bytes]:
        """Give a body in parts, and learn between them how long packets wait."""
        at = 0
        while at < len(body):
            part = body[at : at + max(self.under_way // 2, LEAST)]
            yield part
            at += len(part)
            self.learn(sock, waited(sock), now=time.monotonic())

    def learn(self, sock: socket.socket, waited_s: float, *, now: float) -> None:
        """Let less be under way where packets wait, and more where they do not."""
        if waited_s > LONGEST_WAIT_S and now - self.changed >= SETTLE_S:
            self._change(sock, max(self.under_way * 3 // 4, LEAST), now)
            self.has_waited = True
        elif waited_s < SHORT_WAIT_S and (not self.has_waited or now - self.changed >= SETTLE_S):
            self._change(sock, min(self.under_way * 9 // 8 if self.has_waited else self.under_way * 2, MOST), now)

    def _change(self, sock: socket.socket, under_way: int, now: float) -> None:
        if under_way != self.under_way:
            self.under_way, self.changed = under_way, now
            self.set_on(sock)


def waited(sock: socket.socket) -> float:
    """Tell how much longer than ever before packets take there and back, in seconds; 0 where the system cannot tell."""
    if not hasattr(socket, "TCP_INFO"):
        return 0.0
    told = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TOLD)
    if len(told) < _TOLD:
        return 0.0
    lately_us, shortest_us = (struct.unpack_from("=I", told, at)[0] for at in (_ROUND_TRIP_AT, _SHORTEST_AT))
    return float(max(lately_us - shortest_us, 0)) / 1e6
