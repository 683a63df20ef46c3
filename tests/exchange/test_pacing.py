"""What may lie in a line at once: little where packets wait, and as much as the line bears where they do not."""

import socket
from collections.abc import Iterator

import pytest

from mabar.exchange.pacing import LEAST, LONGEST_WAIT_S, MOST, SETTLE_S, SHORT_WAIT_S, Pace, waited

FREE, FULL = SHORT_WAIT_S / 2, LONGEST_WAIT_S * 2


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Connect two ends over the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as one:
        other, _ = server.accept()
        with other:
            yield one, other


def test_a_line_on_which_nothing_waits_soon_bears_all(ends) -> None:
    pace = Pace()
    for number in range(20):
        pace.learn(ends[0], FREE, now=float(number))
    assert pace.under_way == MOST


def test_a_line_on_which_packets_wait_is_given_less_but_never_nothing(ends) -> None:
    pace, seen = Pace(), []
    for number in range(20):
        pace.learn(ends[0], FULL, now=number * SETTLE_S + SETTLE_S)
        seen.append(pace.under_way)
    assert seen == sorted(seen, reverse=True)
    assert pace.under_way == LEAST


def test_after_packets_have_waited_once_it_grows_slowly_and_no_faster_than_it_can_be_seen(ends) -> None:
    pace = Pace(under_way=64 * 1024)
    pace.learn(ends[0], FULL, now=10.0)
    less = pace.under_way
    pace.learn(ends[0], FREE, now=10.0 + SETTLE_S / 2)
    assert pace.under_way == less
    pace.learn(ends[0], FREE, now=10.0 + SETTLE_S)
    assert less < pace.under_way < less * 5 // 4


def test_what_the_kernel_holds_follows_the_pace(ends) -> None:
    pace = Pace(under_way=64 * 1024)
    pace.set_on(ends[0])
    before = ends[0].getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
    pace.learn(ends[0], FULL, now=10.0)
    assert ends[0].getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) < before


def test_a_body_goes_whole_and_in_its_order(ends) -> None:
    body = bytes(range(256)) * 400
    assert b"".join(Pace().parts(body, ends[0])) == body
    assert waited(ends[0]) < 1.0
