"""What may lie in a line at once: what it carries in its shortest round trip and a little longer, and not much less."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from mabar.exchange.pacing import LEAST, REMEMBERED_S, WAIT_S, Pace, Told, look_at

KBYTE, ROUND_TRIP_S = 1024, 0.6


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Connect two ends over the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as one:
        other, _ = server.accept()
        with other:
            yield one, other


class Clock:
    """A line that carries so many bytes a second, looked at over and over."""

    def __init__(self) -> None:
        self.pace, self.now, self.arrived = Pace(), 100.0, 0

    def carries(self, bytes_per_s: int, seconds: float) -> int:
        """Let time pass, and give what may lie in the line then."""
        found = 0
        for _ in range(round(seconds * 10)):
            self.now, self.arrived = self.now + 0.1, self.arrived + bytes_per_s // 10
            found = self.pace.under_way(Told(ROUND_TRIP_S, self.arrived, 0), now=self.now)
        return found


def bears(bytes_per_s: int) -> Any:
    return pytest.approx(bytes_per_s * (ROUND_TRIP_S + WAIT_S), rel=0.12)


def test_as_much_lies_in_the_line_as_it_carries_in_a_round_trip_and_a_bit() -> None:
    assert Clock().carries(100 * KBYTE, 5) == bears(100 * KBYTE)


def test_a_line_of_which_nothing_is_known_yet_is_given_a_few_packets() -> None:
    assert Clock().carries(100 * KBYTE, 0.1) == LEAST


def test_a_line_that_became_slower_is_known_after_a_while_and_one_that_became_faster_soon() -> None:
    line = Clock()
    line.carries(100 * KBYTE, 5)
    assert line.carries(20 * KBYTE, REMEMBERED_S - 3) == bears(100 * KBYTE)
    assert line.carries(20 * KBYTE, 5) == bears(20 * KBYTE)
    assert line.carries(100 * KBYTE, 5) == bears(100 * KBYTE)


def test_a_rest_says_nothing_of_the_line() -> None:
    line = Clock()
    line.carries(100 * KBYTE, 5)
    line.now += 5
    line.carries(0, 0.1)
    assert len(line.pace._rates) == len({rate for _, rate in line.pace._rates})
    assert all(rate > 90 * KBYTE for _, rate in line.pace._rates)


def send_all(sock: socket.socket, pace: Pace, body: bytes) -> None:
    for part in pace.parts(body):
        sock.sendall(part)


def read_all(sock: socket.socket, length: int, into: list[bytes]) -> None:
    left = length
    while left:
        into.append(sock.recv(left))
        left -= len(into[-1])


@pytest.mark.parametrize("length", [0, 1, 3 * LEAST, 4_000_000])
def test_a_body_goes_whole_and_in_its_order(ends, length: int) -> None:
    body = (bytes(range(251)) * (length // 251 + 1))[:length]
    got: list[bytes] = []
    reader = threading.Thread(target=read_all, args=(ends[1], length, got))
    reader.start()
    pace = Pace()
    pace.join(ends[0])
    send_all(ends[0], pace, body)
    reader.join(30)
    assert b"".join(got) == body


def test_no_more_is_given_than_may_lie_in_the_line_until_some_has_arrived(ends) -> None:
    pace = Pace()
    pace.join(ends[0])
    parts = pace.parts(bytes(10 * LEAST))
    first = next(parts)
    assert len(first) <= LEAST
    ends[0].sendall(first)
    assert b"".join([first, *parts]) == bytes(10 * LEAST)  # the other end's system takes it in at once


def test_what_lies_in_the_other_connection_of_the_line_counts_and_a_closed_one_does_not(
    ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mabar.exchange.pacing.LONGEST_LOOK_S", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as beside:
        far, _ = server.accept()
        far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        pace = Pace()
        pace.join(beside)
        pace.join(ends[0])
        beside.setblocking(False)
        while True:  # until it takes no more, as nobody reads at its other end
            try:
                beside.send(bytes(64 * KBYTE))
            except BlockingIOError:
                break
        assert look_at(beside).lying > LEAST
        parts = pace.parts(b"said")
        asked = threading.Thread(target=lambda: got.append(next(parts)), daemon=True)
        got: list[bytes] = []
        asked.start()
        asked.join(0.2)
        assert got == []
        far.close()
    beside.close()
    asked.join(30)
    assert got == [b"said"]


def test_a_line_that_takes_nothing_is_given_up(ends, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mabar.exchange.pacing.LONGEST_STAND_S", 0.2)
    ends[1].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    ends[0].settimeout(30)
    pace = Pace()
    pace.join(ends[0])
    with pytest.raises(TimeoutError, match="takes nothing"):  # nobody reads at the other end
        send_all(ends[0], pace, bytes(50_000_000))
