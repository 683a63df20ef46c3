"""List, search and detail pages with a million declarations stored, at twenty requests a second.

Some thousands of declarations are lodged, sealed and indexed by the product itself; then their rows are copied under
new keys until the number is reached, because lodging a million would take an hour and change nothing for the reader.
`MABAR_BENCH_DECLARATIONS` sets another number.
"""

import os
import random
import sys
import threading
import time
from collections import defaultdict
from datetime import UTC, date, datetime

from bench import nodes

WHOLE = int(os.environ.get("MABAR_BENCH_DECLARATIONS", "1000000"))
SEED_ROWS = min(10_000, WHOLE)
RATE, SECONDS, LIMIT_S = 20, 30, 0.300
WORDS = ("تمور", "مرشحات زيت", "إسمنت", "أدوية", "الواحة", "ciment", "starter motors", "99", "DZDEB-2026-C-000123")


def main() -> None:
    """Print p95 of each kind of page against its limit; exit 1 when one is missed."""
    with nodes.made() as (folder, port):
        officer, broker = nodes.people()
        began = time.perf_counter()
        fill(broker)
        told = f"{stored()} declarations in {time.perf_counter() - began:.0f} s"
        print(f"{told}, {(folder / 'acts.sqlite3').stat().st_size / 1e9:.1f} GB", flush=True)
        paths, cookie = addresses(), nodes.signed_in(officer)
        with nodes.running(folder, port):
            times = drive(port, cookie, paths)
    sys.exit(0 if told_all(times) else 1)


def told_all(times: dict[str, list[float]]) -> bool:
    """Print each kind of page; tell whether all keep the limit."""
    kept = True
    for kind, seconds in sorted(times.items()):
        ordered = sorted(seconds)
        p95 = ordered[int(len(ordered) * 0.95)]
        kept = kept and p95 <= LIMIT_S
        print(
            f"{kind}: p50 {ordered[len(ordered) // 2] * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms,"
            f" {p95 / LIMIT_S:.2f} of the limit of {LIMIT_S * 1000:.0f} ms ({len(ordered)} requests)"
        )
    return kept


def fill(broker: object) -> None:
    """Lodge, seal and index the first thousands, then copy them."""
    from mabar.base import sealer, search
    from mabar.base.keys import new_key
    from mabar.declarations import commands
    from mabar.site import generator

    at = datetime.now(UTC)
    records = generator.declarations(1, SEED_ROWS, place=nodes.PLACE, day=date(2026, 11, 22))
    entries = (commands.Entry(new_key(at), record, "bench") for record in records)
    refused = [o.refusal for o in commands.lodge_many(broker, entries, place=nodes.PLACE, at=at) if o.refusal]
    if refused:
        raise SystemExit(f"{len(refused)} were refused: {refused[0]}")
    while sealer.seal(at):
        pass
    while search.index_from_journal(500, at=at):
        pass
    last = {f":last_{name}": newest(f"declarations_{name}") for name in ("item", "version", "lanedraw")}
    ends = free_ends()
    for number in range(1, WHOLE // SEED_ROWS):
        copy({**last, ":end": f"'{ends[number]}'", ":mark": f"'U{number:03d}'", ":number": str(number)})
    analyze()


def newest(table: str) -> str:
    """Give the last id of a table before anything is copied."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(id) FROM {table}")
        return str(cursor.fetchone()[0])


def free_ends() -> list[str]:
    """Give ends of keys, in the letters of a key, that no declaration of the first thousands has."""
    from mabar.declarations.models import Declaration

    taken = {key[-4:] for key in Declaration.objects.values_list("key", flat=True)}
    return [end for end in (f"{number:04d}" for number in range(10_000)) if end not in taken]


def copy(told: dict[str, str]) -> None:
    """Copy every row of the first thousands under other keys, numbers and digests; no digest of the product has a U."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for table, changed in CHANGED.items():
            columns = [c.name for c in connection.introspection.get_table_description(cursor, table)]
            taken = [changed.get(name, name) for name in columns if name != "id" or "id" in changed]
            named = [name for name in columns if name != "id" or "id" in changed]
            source = FIRST[table]
            query = f"INSERT INTO {table} ({', '.join(named)}) SELECT {', '.join(taken)} FROM {table} WHERE {source}"
            for name, value in told.items():
                query = query.replace(name, value)
            cursor.execute(query)


_KEY = "substr({0}, 1, 22) || :end"
CHANGED = {
    "declarations_declaration": {
        "key": _KEY.format("key"),
        "number": "number || '-' || :mark",
        "content_digest": ":mark || substr(content_digest, 5)",
    },
    "declarations_item": {"declaration_id": _KEY.format("declaration_id")},
    "declarations_version": {"declaration_id": _KEY.format("declaration_id")},
    "declarations_lanedraw": {"declaration_id": _KEY.format("declaration_id")},
    "base_journalline": {"id": "id + :number * 1000000", "subject": _KEY.format("subject")},
    "base_journalfacts": {"line_id": "line_id + :number * 1000000"},
    "base_searchentry": {"id": "id + :number * 1000000", "subject": _KEY.format("subject")},
    "base_searchposting": {"entry_id": "entry_id + :number * 1000000"},
    "base_searchidentifier": {"entry_id": "entry_id + :number * 1000000"},
}
FIRST = {
    "declarations_declaration": "number NOT LIKE '%-____' OR number = ''",
    "declarations_item": "id <= :last_item",
    "declarations_version": "id <= :last_version",
    "declarations_lanedraw": "id <= :last_lanedraw",
    "base_journalline": "id < 1000000 AND length(subject) = 26",
    "base_journalfacts": "line_id IN (SELECT id FROM base_journalline WHERE id < 1000000 AND length(subject) = 26)",
    "base_searchentry": "id < 1000000",
    "base_searchposting": "entry_id < 1000000",
    "base_searchidentifier": "entry_id < 1000000",
}


def analyze() -> None:
    """Let the database know its new size, as its own housekeeping would."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE base_searchword SET entries = entries * {WHOLE // SEED_ROWS}")
        cursor.execute("ANALYZE")


def stored() -> int:
    """Count what is stored."""
    from mabar.declarations.models import Declaration

    return Declaration.objects.count()


def addresses() -> dict[str, list[str]]:
    """Give the pages to ask for: the list, its later pages, searches, and single declarations anywhere in time."""
    from urllib.parse import quote

    from mabar.declarations.models import Declaration

    step = max(stored() // 200, 1)
    keys = list(Declaration.objects.order_by("key").values_list("key", flat=True)[::step])
    return {
        "list": ["/declarations/", *(f"/declarations/?after={key}" for key in keys[:50])],
        "search": [f"/search/?q={quote(word)}" for word in WORDS],
        "detail": [f"/declarations/{key}/" for key in keys],
    }


def drive(port: int, cookie: str, paths: dict[str, list[str]]) -> dict[str, list[float]]:
    """Ask for a page every twentieth of a second, whether the last has been answered or not."""
    rng, times, threads = random.Random(1), defaultdict(list), []

    def ask(kind: str, path: str) -> None:
        status, seconds, _ = nodes.fetch(port, path, cookie)
        times[kind if status == 200 else f"status {status}"].append(seconds)

    for kind in paths:
        ask(kind, paths[kind][0])
    times.clear()
    began = time.perf_counter()
    for number in range(RATE * SECONDS):
        time.sleep(max(began + number / RATE - time.perf_counter(), 0))
        kind = ("list", "search", "detail")[number % 3]
        threads.append(threading.Thread(target=ask, args=(kind, rng.choice(paths[kind]))))
        threads[-1].start()
    for thread in threads:
        thread.join()
    strange = {kind: len(seconds) for kind, seconds in times.items() if kind not in paths}
    if strange or sum(map(len, times.values())) != RATE * SECONDS:
        raise SystemExit(f"some pages were not answered: {strange}")
    return dict(times)


if __name__ == "__main__":
    main()
