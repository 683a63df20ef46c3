"""A closed crossing with a thousand waiting trucks: how long its proposal takes, and the other office's acceptance.

Each truck has a declaration on it and its place in the queue.  `MABAR_BENCH_DATABASE` names a PostgreSQL database to
measure instead of the embedded one; it must be empty.
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import nodes

TRUCKS, AN_HOUR, HOURS, LIMIT_S = 1_000, 50, 20, 10.0
CLOSED, OPEN = "dz.debdeb", "dz.tin-alkoum"


def main() -> None:
    """Print both acts against their limit, and what one answer takes; exit 1 when a limit is missed."""
    with nodes.made((CLOSED, OPEN), database=os.environ.get("MABAR_BENCH_DATABASE", "")):
        from mabar.base import actors

        node, began_at = actors.node(), datetime.now(UTC) - timedelta(hours=6)
        keys = waiting(node, began_at)
        is_kept = all(told(name, seconds) for name, seconds in acts(node, keys))
    sys.exit(0 if is_kept else 1)


def told(name: str, seconds: float) -> bool:
    """Print an act; tell whether it keeps its limit."""
    print(f"{name}: {seconds:.2f} s, {seconds / LIMIT_S:.2f} of the limit of {LIMIT_S:.0f} s", flush=True)
    return seconds <= LIMIT_S


def waiting(node: Any, began_at: datetime) -> list[str]:
    """Let the trucks come to the queue with their papers, then close the crossing."""
    from django.db import transaction

    from mabar.base.keys import new_key
    from mabar.crossings import commands

    keys = []
    with transaction.atomic():
        for number in range(TRUCKS):
            at = began_at + timedelta(seconds=number)
            key = new_key(at)
            commands.announce(node, key, place=CLOSED, direction="exit", plate=f"{number:05}-300-33", at=at)
            share = {"declaration": f"D{number}", "reference": f"R-{number}", "packages": 10, "gross_mass_g": 10**7}
            commands.attach(node, key, at=at, **share)
            commands.join_queue(node, key, at=at)
            keys.append(key)
    closing = {"kind": "goods", "is_open": False, "reason": "flood", "at": began_at + timedelta(hours=1)}
    commands.change_opening(node, CLOSED, **closing)
    commands.state_capacity(node, OPEN, an_hour=AN_HOUR, at=began_at)
    return keys


def acts(node: Any, keys: list[str]) -> list[tuple[str, float]]:
    """Propose all trucks, give each an hour, and let one carrier answer."""
    from mabar.base.keys import new_key
    from mabar.crossings import commands

    at = datetime.now(UTC)
    key = new_key(at)
    way = {"place": CLOSED, "target": OPEN, "reason": "flood", "road_hours": 12, "at": at}
    proposed_s = seconds(lambda: commands.propose_diversion(node, key, **way))
    accepted_s = seconds(lambda: commands.accept_diversion(node, key, an_hour=AN_HOUR, hours=HOURS, at=at))
    one_s = seconds(lambda: commands.keep_diversion(node, keys[0], successor=new_key(at), at=at))
    check(key)
    print(f"one carrier keeps his hour: {one_s * 1000:.0f} ms")
    return [(f"a proposal for {TRUCKS} trucks", proposed_s), ("its acceptance, hour by hour", accepted_s)]


def seconds(act: Callable[[], object]) -> float:
    """Give the wall time of an act."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def check(key: str) -> None:
    """See that what was measured was done: every truck has its hour, and its line in the journal."""
    from mabar.base.models import JournalLine
    from mabar.crossings.queries import diverting

    counts = diverting.diversion(key).counts
    lines = JournalLine.objects.filter(verb="crossings.accept_diversion").count()
    if (counts["offered"] + counts["kept"], lines) != (TRUCKS, TRUCKS + 1):
        raise SystemExit(f"not every truck has its hour: {dict(counts)}, {lines} lines")


if __name__ == "__main__":
    main()
