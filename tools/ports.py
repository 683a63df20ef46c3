"""Ports for nodes that tests, benches and soaks start: two in a row that nobody takes before the node listens.

The system hands out its own ports, to whoever connects too, from 32,768 on; one of those may be gone a moment later.
"""

import random
import socket

FIRST, LAST = 20_000, 32_000
_RANDOM = random.SystemRandom()  # workers that were seeded alike must not choose alike


def free_port() -> int:
    """Give a port whose next one is free too, for the pages and the live stream.

    Raises:
        RuntimeError: none was found in many tries.
    """
    for _ in range(200):
        port = _RANDOM.randrange(FIRST, LAST, 2)
        with socket.socket() as one, socket.socket() as two:
            try:
                one.bind(("127.0.0.1", port))
                two.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise RuntimeError("no two free ports in a row")
