"""Release times of a million trucks by DuckDB, from the stamps as the node keeps them, against two seconds.

The stamps are drawn from a seed and written as Parquet; the table of all steps, whole and in each split, is asked of
them.  The same table over a sample is reckoned by the plain rules as well, and must be the same to the last figure.
`MABAR_BENCH_PASSAGES` sets another number.
"""

import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from bench import stays_drawn
from mabar.crossings import release_analysis
from mabar.crossings.rules import release_times, working_hours
from mabar.crossings.rules.working_hours import WorkingHours

WHOLE = int(os.environ.get("MABAR_BENCH_PASSAGES", "1000000"))
SAMPLE, SEED, RUNS, LIMIT_S = 20_000, 22, 3, 2.0
HOURS = [WorkingHours(date(2025, 1, 1), (7, 1, 2, 3, 4), 8 * 60, 16 * 60 + 30)]


def main() -> None:
    """Print the time of each table against its limit; exit 1 when one is missed or a figure differs."""
    with tempfile.TemporaryDirectory() as passing:
        folder = Path(passing)
        is_same = compared(folder, in_working_hours=False) and compared(folder, in_working_hours=True)
        began = time.perf_counter()
        stays_drawn.write(stays_drawn.drawn(WHOLE, SEED), folder)
        size = sum(path.stat().st_size for path in folder.glob("*.parquet"))
        print(f"{WHOLE:,} trucks drawn and written in {time.perf_counter() - began:.0f} s, {size / 1e6:.0f} MB")
        missed = [split for split in release_times.ALL_SPLITS if not asked(folder, split)]
    sys.exit(0 if is_same and not missed else 1)


def compared(folder: Path, *, in_working_hours: bool) -> bool:
    """Tell whether the plain rules give the same table over a sample, whole and in every split."""
    sample = list(stays_drawn.drawn(min(SAMPLE, WHOLE), SEED))
    stays_drawn.write(sample, folder)
    store, clock = release_analysis.connect(folder), working_hours.ALL_HOURS
    release_analysis.take_stamps(store, folder)
    if in_working_hours:
        release_analysis.count_worked_hours(store, HOURS, stays_drawn.ZONE)
        clock = working_hours.calendar(HOURS, stays_drawn.ZONE, first=date(2024, 12, 1), last=date(2026, 12, 31))
    is_same = True
    for split in release_times.ALL_SPLITS:
        plain = release_times.tabulate(sample, stays_drawn.ZONE, split=split, clock=clock)
        is_same = is_same and release_analysis.tabulate(store, split=split) == plain
    hours = "working hours" if in_working_hours else "all hours"
    print(f"{len(sample):,} trucks, {hours}: {'the same figures' if is_same else 'OTHER FIGURES'} as the plain rules")
    store.close()
    return is_same


def asked(folder: Path, split: str) -> bool:
    """Print how long one table takes, from opening the files on; tell whether it keeps the limit."""
    spent = []
    for _ in range(RUNS):
        began = time.perf_counter()
        store = release_analysis.connect(folder)
        release_analysis.read_stamps(store, folder)
        rows = release_analysis.tabulate(store, split=split)
        store.close()
        spent.append(time.perf_counter() - began)
    best = min(spent)
    print(f"by {split or 'nothing'}: {len(rows)} rows in {best:.2f} s, {best / LIMIT_S:.2f} of the limit", flush=True)
    return best <= LIMIT_S


if __name__ == "__main__":
    main()
