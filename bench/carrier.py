"""The driver's page under load: 1,000 trucks wait, 50 drivers a second look, each by a link of his own."""

import http.client
import random
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import nodes

TRUCKS, PER_SECOND, SECONDS = 1_000, 50, 20
LIMIT_S, LARGEST_BYTES = 0.100, 60_000
PHONES = 16  # connections under way at once, each from an address of its own
WARM = 50


def main() -> None:
    """Print the page's time and size against their limits; exit 1 when one is missed."""
    with nodes.made() as (folder, port):
        tokens = waiting_trucks()
        with nodes.running(folder, port):
            for number in range(WARM):
                looked(port, tokens[number], phone=0)
            seen = sorted(under_load(port, tokens))
            sheet = nodes.fetch(port, "/static/mabar/crossings/follow.css")[2]
            size = sheet + max(looked(port, token, phone=0)[1] for token in tokens[::200])
    median, p95 = seen[len(seen) // 2], seen[len(seen) * 95 // 100]
    print(f"{len(seen)} pages at {PER_SECOND} a second, {TRUCKS} trucks waiting: median {median * 1000:.0f} ms")
    print(f"95th percentile: {p95 * 1000:.0f} ms, {p95 / LIMIT_S:.2f} of the limit of {LIMIT_S * 1000:.0f} ms")
    print(f"page and sheet: {size} bytes, {size / LARGEST_BYTES:.2f} of the limit of {LARGEST_BYTES}")
    sys.exit(0 if p95 <= LIMIT_S and size <= LARGEST_BYTES else 1)


def waiting_trucks() -> list[str]:
    """Let an hour of trucks in and 1,000 more wait, each with a link; give the tokens."""
    from django.db import transaction

    from mabar.base import actors
    from mabar.crossings import commands

    node, at = actors.node(), datetime.now(UTC)
    commands.establish(node, nodes.PLACE, gates=2, at=at)
    with transaction.atomic():
        for number in range(30):
            key = _queued(node, number, at - timedelta(minutes=90 - number))
            facts = {"plate": _plate(number), "seals": [], "documents": 3}
            commands.note_gate_in(node, key, at=at - timedelta(minutes=60 - 2 * number), **facts)
        return [_followed(node, 30 + number, at - timedelta(minutes=40)) for number in range(TRUCKS)]


def _followed(node: Any, number: int, at: datetime) -> str:
    from mabar.base import keys
    from mabar.crossings import commands

    token = keys.new_token()
    commands.give_follow_link(node, _queued(node, number, at), token=token, at=at)
    return token


def _queued(node: Any, number: int, at: datetime) -> str:
    from mabar.base.keys import new_key
    from mabar.crossings import commands

    key, facts = new_key(at), {"place": nodes.PLACE, "direction": "exit", "plate": _plate(number)}
    commands.announce(node, key, at=at, **facts)
    commands.join_queue(node, key, at=at)
    return key


def _plate(number: int) -> str:
    return f"{10_000 + number}-322-33"


def under_load(port: int, tokens: list[str]) -> list[float]:
    """Look 50 times a second, at even distances, whether or not the looks before have been answered."""
    rng, seen, lock = random.Random(1), [], threading.Lock()
    began = time.monotonic() + 0.2

    def phone(number: int) -> None:
        for turn in range(number, PER_SECOND * SECONDS, PHONES):
            due = began + turn / PER_SECOND
            time.sleep(max(due - time.monotonic(), 0))
            looked(port, rng.choice(tokens), phone=number)
            with lock:
                # from the instant at which it was due: a look that had to wait for its phone counts its wait
                seen.append(time.monotonic() - due)

    phones = [threading.Thread(target=phone, args=(number,)) for number in range(PHONES)]
    for each in phones:
        each.start()
    for each in phones:
        each.join()
    return seen


def looked(port: int, token: str, *, phone: int) -> tuple[float, int]:
    """Open the page from a phone's own address, as a phone that comes anew does; give its seconds and bytes."""
    began = time.perf_counter()
    source = (f"127.0.1.{phone + 1}", 0)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=source)
    connection.request("GET", f"/follow/{token}/", headers={"Host": "localhost"})
    answer = connection.getresponse()
    length = len(answer.read())
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"the page answered {answer.status}")
    return time.perf_counter() - began, length


if __name__ == "__main__":
    main()
