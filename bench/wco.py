"""Reading and writing a WCO message of 190 items: in seconds, and against lxml's bare parse of the same message."""

import sys
from datetime import date

from bench.read_asycuda import best

ITEMS = 190
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
    for name, took in (("writing again", again), ("writing a record that came otherwise", first)):
        print(f"{name}: {took * 1000:.1f} ms, {took / LIMIT_S:.3f} of the limit")
    sys.exit(0 if max(read, again, first) <= LIMIT_S else 1)


if __name__ == "__main__":
    main()
