"""The page of the release times with a hundred thousand passages in the table: processor time against a second.

A hundred thousand trucks with their papers are written as rows, four hundred a day; the page's reading and reckoning of
a day, a week and a month is timed on them.  `MABAR_BENCH_PASSAGES` sets another number.
"""

import os
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench import nodes, stays_drawn

WHOLE = int(os.environ.get("MABAR_BENCH_PASSAGES", "100000"))
A_DAY, BATCH, RUNS, LIMIT_S = 400, 2_000, 3, 1.0
APART_S = 86_400 // A_DAY


def main() -> None:
    """Print the time of each period against its limit; exit 1 when one is missed."""
    with nodes.made() as (folder, _):
        fill()
        print(f"{WHOLE:,} passages, {(folder / 'acts.sqlite3').stat().st_size / 1e6:.0f} MB", flush=True)
        last = datetime.fromtimestamp(stays_drawn.FIRST_S + WHOLE * APART_S, UTC).date() - timedelta(days=3)
        missed = [days for days in (1, 7, 30) if not asked(last, days)]
    sys.exit(1 if missed else 0)


def asked(last: date, days: int) -> bool:
    """Print how long a period takes, whole and split by lane; tell whether it keeps the limit."""
    from mabar.base.models import Place
    from mabar.crossings.queries import release_times as asking
    from mabar.crossings.rules import release_times

    zone, spent = Place.objects.get(code=nodes.PLACE).clock, []
    for _ in range(RUNS):
        began = time.process_time()
        since, until = release_times.period(last - timedelta(days=days - 1), last, zone)
        trucks = asking.stays(nodes.PLACE, since, until)
        read = time.process_time()
        release_times.tabulate(trucks, zone)
        release_times.tabulate(trucks, zone, split="lane")
        spent.append((time.process_time() - began, read - began))
    best, reading = min(spent)
    told = f"{days} days, {len(trucks):,} trucks: {best:.2f} s of processor, {reading:.2f} of them reading"
    print(f"{told}, {best / LIMIT_S:.2f} of the limit", flush=True)
    return best <= LIMIT_S


def fill() -> None:
    """Write the rows of all trucks and their papers."""
    from mabar.crossings.models import Hold, Passage, PassageDeclaration
    from mabar.declarations.models import Declaration, LaneDraw

    tables: dict[Any, list[Any]] = {table: [] for table in (Passage, Declaration, PassageDeclaration, LaneDraw, Hold)}
    for number, stay in enumerate(stays_drawn.drawn(WHOLE, 22), start=1):
        _add(tables, _later(stay, (number - 1) * (APART_S - stays_drawn.APART_S)))
        if number % BATCH == 0 or number == WHOLE:
            for table, rows in tables.items():
                table.objects.bulk_create(rows)
                rows.clear()


def _later(stay: Any, by_s: int) -> Any:
    """Move a stay, so that so many trucks come on a day as do at a busy crossing."""
    names = ("arrived_s", "gate_in_s", "weighed_s", "presented_s", "gate_out_s")
    moved = {name: getattr(stay, name) + by_s for name in names}
    papers = tuple(
        replace(paper, **{name: getattr(paper, name) + by_s for name in ("lodged_s", "lane_s", "released_s")})
        for paper in stay.papers
    )
    holds = tuple(replace(each, from_s=each.from_s + by_s, until_s=each.until_s + by_s) for each in stay.holds)
    return replace(stay, papers=papers, holds=holds, **moved)


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _add(tables: dict[Any, list[Any]], stay: Any) -> None:
    passage, declaration, link, draw, hold = tables
    stamps = {
        "announced_at": _at(stay.arrived_s - 3600),
        "queued_at": _at(stay.arrived_s),
        "gate_in_at": _at(stay.gate_in_s),
        "weighed_at": _at(stay.weighed_s),
        "presented_at": _at(stay.presented_s),
        "gate_out_at": _at(stay.gate_out_s),
        "closed_at": _at(stay.gate_out_s),
    }
    truck = {"place_id": nodes.PLACE, "direction": stay.direction, "state": "closed", **stamps}
    tables[passage].append(passage(key=stay.key, plate=stay.key[-9:], plate_key=stay.key[-9:], **truck))
    for number, paper in enumerate(stay.papers):
        key = f"{stay.key[2:]}{number:02}"
        sums = {"items_count": 1, "packages": 1, "gross_mass_g": 1000, "net_mass_g": 900}
        tables[declaration].append(
            declaration(
                key=key,
                place_id=nodes.PLACE,
                office="DZDEB",
                flow="import",
                regime=paper.regime,
                lodged_by="bench",
                state="released",
                lane=paper.lane,
                register="mabar",
                content_digest=key,
                lodged_at=_at(paper.lodged_s),
                lane_at=_at(paper.lane_s),
                released_at=_at(paper.released_s),
                **sums,
            )
        )
        tables[draw].append(draw(declaration_id=key, lane=paper.lane, reasons=[], by="node", at=_at(paper.lane_s)))
        share = {"packages": 1, "gross_mass_g": 1000, "lane": paper.lane, "cleared_at": _at(paper.released_s)}
        tables[link].append(link(passage_id=stay.key, declaration=key, reference=key, **share))
    for each in stay.holds:
        placed = {"placed_by": "bench", "placed_at": _at(each.from_s), "lifted_by": "bench"}
        told = {"agency_id": "dz.customs", "wants": "bench", "reason": "bench", "lifted_at": _at(each.until_s)}
        tables[hold].append(hold(passage_id=stay.key, **placed, **told))


if __name__ == "__main__":
    main()
