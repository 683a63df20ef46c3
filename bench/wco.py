"""Reading and writing a WCO message of 190 items, and the answer to it: in seconds, and against lxml's bare parse."""

import sys
from datetime import UTC, date, datetime
from decimal import Decimal

from bench.read_asycuda import best

ITEMS = 190
LEVIES = 4
LIMIT_S = 0.5  # that of an ASYCUDA World file of as many items


def main() -> None:
    """Print each figure against the limit; exit 1 when one is missed."""
    from lxml import etree

    from mabar.declarations import formats
    from mabar.site import generator

    (record,) = generator.declarations(1, 1, place="dz.debdeb", day=date(2026, 11, 22), items=ITEMS)
    content = formats.write([record], kind="wco")
    (reading,) = formats.read(content)
    bare = best(lambda: etree.fromstring(content))
    read = best(lambda: formats.read(content))
    again = best(lambda: formats.write([reading.declaration], kind="wco"))
    first = best(lambda: formats.write([record], kind="wco"))
    print(f"message: {ITEMS} items, {len(content)} bytes")
    print(f"reading: {read * 1000:.1f} ms, {1 / read:.1f} messages/s, {read / LIMIT_S:.3f} of the limit of {LIMIT_S} s")
    print(f"reading against lxml's bare parse: {read / bare:.1f}x")
    answer = best(_answered)
    told = (("writing again", again), ("writing a record that came otherwise", first))
    for name, took in (*told, (f"writing its answer with {LEVIES} levies an item", answer)):
        print(f"{name}: {took * 1000:.1f} ms, {took / LIMIT_S:.3f} of the limit")
    sys.exit(0 if max(read, again, first, answer) <= LIMIT_S else 1)


def _answered() -> bytes:
    """Write the Response to a declaration of as many items, each with its levies."""
    from mabar.declarations.formats.answers import Answer, Duty
    from mabar.declarations.formats.wco_response import write_response
    from mabar.declarations.sad_parts import Amount

    duties = [
        Duty(item, f"L{levy}", Amount(1250, "DZD"), Decimal("12.50"), Decimal(19))
        for item in range(1, ITEMS + 1)
        for levy in range(LEVIES)
    ]
    told = Answer("DZDEB-2026-C-000001", "T-1", "DZDEB", "FIRM", "assessed", duties=duties, key="K", flow="import")
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return write_response(told, control="K-1", country="dz", language="en", at=at)


if __name__ == "__main__":
    main()
