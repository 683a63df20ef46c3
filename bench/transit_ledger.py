"""Drawing on a guarantee of 200,000 entries: wall time against a limit, and against an empty ledger.

A release is one officer's act, answered within 300 ms (p95).  The draw inside it may take a tenth of that, and must not
grow with the ledger: a comprehensive guarantee is drawn on for years.
"""

import sys
import time
from datetime import UTC, date, datetime, timedelta

from bench import nodes

ENTRIES, DRAWS, BATCH = 200_000, 300, 5_000
LIMIT_MS, MOST_GROWTH = 30.0, 1.5
NOW = datetime(2026, 11, 22, 11, tzinfo=UTC)


def main() -> None:
    """Print the draw beside its limits; exit 1 when it misses one."""
    with nodes.made():
        key = _registered()
        empty = _spent(key)
        _lay(key)
        full = _spent(key)
    print(f"a draw, p95: {full[1]:.2f} ms of {LIMIT_MS:.0f} ms, {full[1] / LIMIT_MS:.2f} of the limit")
    growth = full[0] / empty[0]
    print(f"median {empty[0]:.2f} ms on an empty ledger, {full[0]:.2f} ms on {ENTRIES} entries: {growth:.2f} times")
    sys.exit(0 if full[1] <= LIMIT_MS and growth <= MOST_GROWTH else 1)


def _registered() -> str:
    from mabar.base import actors
    from mabar.base.keys import new_key
    from mabar.base.models import Firm
    from mabar.transit.commands import guaranteeing

    Firm.objects.create(code="HOUSE", name="House", kind="broker")
    told = {"kind": "comprehensive", "holder": "HOUSE", "amount_minor": 10**12, "currency": "LYD"}
    days = {"first_on": date(2026, 1, 1), "last_on": date(2027, 12, 31)}
    key = new_key(NOW)
    return guaranteeing.register_guarantee(actors.node(), key, place=nodes.PLACE, at=NOW, **told, **days).key


def _lay(key: str) -> None:
    """Lay the draws of years, each freed since."""
    from mabar.base.keys import new_key
    from mabar.transit.models import Draw, LedgerEntry

    for start in range(0, ENTRIES // 2, BATCH):
        at = NOW - timedelta(minutes=10 * (ENTRIES - start))
        movements = [new_key(at) for _ in range(BATCH)]
        told = {"guarantee_id": key, "at": at, "by": "node", "left_minor": 10**11}
        Draw.objects.bulk_create(
            Draw(
                guarantee_id=key,
                movement=each,
                state="freed",
                covers_minor=5,
                amount_minor=5,
                drawn_at=at,
                changed_at=at,
            )
            for each in movements
        )
        for kind, amount in (("drawn", -5), ("freed", 5)):
            LedgerEntry.objects.bulk_create(
                LedgerEntry(kind=kind, amount_minor=amount, movement=each, **told) for each in movements
            )


def _spent(key: str) -> tuple[float, float]:
    """Give the median and the 95th percentile of drawing and freeing, in milliseconds a draw."""
    from mabar.base import actors
    from mabar.base.keys import new_key
    from mabar.transit.commands import guaranteeing

    node, spent = actors.node(), []
    for _ in range(DRAWS):
        movement, began = new_key(NOW), time.perf_counter()
        guaranteeing.draw(node, key, movement=movement, amount_minor=5, currency="LYD", at=NOW)
        spent.append((time.perf_counter() - began) * 1000)
        guaranteeing.free(node, movement, at=NOW)
    spent.sort()
    return spent[DRAWS // 2], spent[DRAWS * 95 // 100]


if __name__ == "__main__":
    main()
